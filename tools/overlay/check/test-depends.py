#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of depends.py, in a repository of their own: which changes make which steps run again."""

import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.append(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import depends

TEST, CHECK, STOCK = "ARCH=um test/kunit.sh 6.12", "check/lint.sh latest", "stock/misuse.sh"
STEPS = (TEST, CHECK, STOCK)

PATCH = """\
Subject: a changelog

--- a/kernel/dma/direct.c
+++ b/kernel/dma/direct.c
@@ -1 +1 @@
-int a;
+int b;
"""

# A file, and the steps that run again when it changes.
FILES = (
    ("include/linux/dma-coherent-handle.h", STEPS),
    ("kernel/dma/tests/lib.c", STEPS),
    ("Kconfig", STEPS),
    ("tools/overlay/boot/boot.sh", STEPS),
    ("tools/overlay/lib/prepare.sh", STEPS),
    ("tools/overlay/stock/misuse.sh", STEPS),
    ("tools/overlay/test/kunit.sh", (TEST,)),
    ("tools/overlay/check/lint.sh", (CHECK,)),
    ("tools/overlay/convert/convert.py", ()),
    ("tools/overlay/run.py", (CHECK,)),
    ("Documentation/core-api/dma-api.rst", (CHECK,)),
    ("Makefile", (CHECK,)),
    ("kernel/dma/Makefile", STEPS),
    ("README.md", (CHECK,)),
    ("tools/overlay/graft/README.md", (CHECK,)),
    ("tools/overlay/test/README.md", ()),
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
        self.write("tools/overlay/graft/fix.patch", PATCH)
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
        self.write("tools/overlay/graft/fix.patch", PATCH.replace("a changelog", "another"))
        self.assertEqual(self.changed(), (CHECK,))

    def test_hunk(self) -> None:
        self.write("tools/overlay/graft/fix.patch", PATCH.replace("int b", "int c"))
        self.assertEqual(self.changed(), STEPS)

    def test_command(self) -> None:
        self.assertNotEqual(depends.key_of(TEST), depends.key_of(TEST.replace("um", "arm")))


if __name__ == "__main__":
    unittest.main()
