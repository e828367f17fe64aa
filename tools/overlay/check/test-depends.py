#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of depends.py, in a repository of their own: which changes make which steps run again."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.append(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import depends

TEST, STOCK, CONVERT = "ARCH=um test/kunit.sh 6.12", "stock/misuse.sh", "convert/convert.sh latest"
READERS = ("check/lint.sh latest", "graft/test-graft.py $OLD", "ship/dkms.sh")
STEPS = (TEST, STOCK, CONVERT, *READERS)

FIX = "tools/overlay/ship/series/kunit/20-fix.patch"
PATCH = """\
Subject: a changelog

--- a/kernel/dma/direct.c
+++ b/kernel/dma/direct.c
@@ -1 +1 @@
-int a;
+int b;
"""

CONFIG = """\
CONFIG_A=y
# The smallest kernel.
# CONFIG_B is not set
"""

# A file, and the steps that run again when it changes.
FILES = (
    ("include/linux/dma-coherent-handle.h", STEPS),
    ("kernel/dma/Makefile", STEPS),
    ("Kconfig", STEPS),
    ("tools/testing/dma-coherent-handle/run.sh", STEPS),
    ("tools/overlay/boot/boot.sh", STEPS),
    ("tools/overlay/stock/misuse.sh", STEPS),
    ("tools/overlay/ship/modules.sh", STEPS),
    ("tools/overlay/test/kunit.sh", (TEST, *READERS)),
    ("tools/overlay/convert/convert.py", (CONVERT, *READERS)),
    ("Documentation/core-api/dma-conversions.csv", (CONVERT, *READERS)),
    ("tools/overlay/check/lint.sh", READERS),
    ("tools/overlay/ship/series.py", READERS),
    ("tools/overlay/run.py", READERS),
    ("Documentation/core-api/dma-conversions.rst", READERS),
    ("Makefile", READERS),
    ("README.md", READERS),
    ("tools/overlay/test/README.md", READERS),
    ("tools/overlay/test/results/matrix.csv", ()),
    ("build/trees/linux", ()),
)


def keys() -> dict[str, str]:
    depends.fingerprint.cache_clear()
    return {step: depends.key_of(step) for step in STEPS}


class Change(unittest.TestCase):
    """A file changes, and the keys of some steps."""

    def setUp(self) -> None:
        top = tempfile.TemporaryDirectory()
        self.addCleanup(top.cleanup)
        self.enterContext(mock.patch.object(depends, "TOP", top.name))
        subprocess.run(["git", "init", "-q", top.name], check=True)
        self.write(".gitignore", "/build/\n")
        for path, _ in FILES:
            self.write(path, "before\n")
        self.write(FIX, PATCH)
        self.write("tools/overlay/boot/um.config", CONFIG)
        subprocess.run(["git", "-C", top.name, "add", "."], check=True)
        self.before = keys()

    def write(self, path: str, contents: str) -> None:
        path = os.path.join(depends.TOP, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(contents)

    def changed(self) -> tuple[str, ...]:
        now = keys()
        return tuple(step for step in STEPS if now[step] != self.before[step])

    def test_files(self) -> None:
        for path, steps in FILES:
            with self.subTest(path):
                self.write(path, "after\n")
                self.assertEqual(self.changed(), steps)
                self.write(path, "before\n")
                self.assertEqual(self.changed(), ())

    def test_added_and_removed(self) -> None:
        self.write("kernel/dma/new.c", "")
        self.assertEqual(self.changed(), STEPS)
        os.remove(os.path.join(depends.TOP, "kernel/dma/new.c"))
        self.assertEqual(self.changed(), ())
        os.remove(os.path.join(depends.TOP, "Kconfig"))
        self.assertEqual(self.changed(), STEPS)

    def test_renamed(self) -> None:
        os.rename(os.path.join(depends.TOP, "Kconfig"), os.path.join(depends.TOP, "Kbuild"))
        self.assertEqual(self.changed(), STEPS)

    def test_changelog(self) -> None:
        self.write(FIX, PATCH.replace("a changelog", "another"))
        self.assertEqual(self.changed(), READERS)

    def test_hunk(self) -> None:
        self.write(FIX, PATCH.replace("int b", "int c"))
        self.assertEqual(self.changed(), STEPS)

    def test_comment(self) -> None:
        self.write("tools/overlay/boot/um.config", CONFIG.replace("smallest", "least"))
        self.assertEqual(self.changed(), READERS)

    def test_option(self) -> None:
        self.write("tools/overlay/boot/um.config", CONFIG.replace("_B", "_C"))
        self.assertEqual(self.changed(), STEPS)

    def test_command(self) -> None:
        self.assertNotEqual(depends.key_of(TEST), depends.key_of(TEST.replace("um", "arm")))

    def test_variables(self) -> None:
        for variable in ("GRAFT_FLAGS", "STOCK", "WITHOUT"):
            with mock.patch.dict(os.environ, {variable: "1"}):
                self.assertEqual(self.changed(), STEPS, variable)


class Shared(unittest.TestCase):
    """Steps depend on what their scripts name of other folders."""

    def test_shared(self) -> None:
        overlay = "tools/overlay/"
        name = re.compile(rf'\$OVERLAY"?/((?:{"|".join(depends.FOLDERS)})/[\w./-]+)')
        found = set()
        for path in depends.git("ls-files", overlay + "*.sh").split():
            shared = path.startswith(tuple(overlay + used for used in depends.SHARED))
            with open(os.path.join(depends.TOP, path), encoding="utf-8") as file:
                names = name.findall(file.read())
            found.update(names)
            for used in names:
                self.assertTrue(os.path.exists(os.path.join(depends.TOP, overlay, used)),
                                f"{path} names {used}")
                for folder in depends.FOLDERS if shared else [path.split("/")[2]]:
                    self.assertTrue(depends.depends(folder, overlay + used),
                                    f"{folder} uses {used}")
        self.assertLessEqual({"ship/modules.sh", "test/boot-driver-test.c"}, found)


if __name__ == "__main__":
    unittest.main()
