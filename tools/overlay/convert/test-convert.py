#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Test convert.py. Usage: test-convert.py SPATCH KERNEL_TREE VERSION

A made-up driver is converted, and each way in which it can have moved on must be noticed. Then
every real driver in a copy of the tree is fixed, and loses its allocations, and its frees: each
time, its conversion must fail. A fix must not apply twice. The given tree is never written to.
"""

import functools
import io
import os
import re
import shutil
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True          # convert.py is imported from the repository's own tree

import convert

SPATCH, TREE, VERSION = os.path.abspath(sys.argv[1]), *sys.argv[2:4]

MESSAGE = """\
Subject: foo: Let a handle own the scratch buffer
Kernels: 6.12-
Dir: drivers/foo
Files: foo.c foo.h
Kconfig: drivers/foo/Kconfig FOO
Arch: arm64
Rules: foo.cocci cookie=vaddr
Comment: foo.h s/virtual address/handle/
Bug: the buffer is leaked

It has never been one.
"""
FIX = """\
Subject: foo: Make room
Kernels: 6.12-
Dir: drivers/foo
Files: foo.h
Kconfig: drivers/foo/Kconfig FOO
Arch: arm64
Blame: added last

It is too short.
---
--- a/drivers/foo/foo.h
+++ b/drivers/foo/foo.h
@@ -6,4 +6,4 @@
 	void *vaddr;
 	dma_addr_t dma;
-	int last;
+	long last;
 };
"""
COCCI = """\
// Options: --include-headers --smpl-spacing

@alloc@
identifier virtual.cookie;
struct foo *foo;
@@
-foo->cookie = dma_alloc_coherent(foo->dev, SZ_4K, &foo->dma, GFP_KERNEL);
-return foo->cookie ? 0 : -ENOMEM;
+return dma_coherent_handle_alloc(foo->dev, &foo->scratch, SZ_4K, GFP_KERNEL);

@maybe_free@
struct foo *foo;
@@
-foo_free(foo);
+dma_coherent_handle_free(&foo->scratch);

@ definition @
identifier virtual.cookie;
@@
 struct foo {
 ...
-void *cookie;
-dma_addr_t dma;
+struct dma_coherent_handle scratch;
 ...
 };
"""
FILES = {
    "foo.c": """\
#include <linux/device.h>
#include <linux/slab.h>
#include "foo.h"

int foo_alloc(struct foo *foo)
{
	foo->vaddr = dma_alloc_coherent(foo->dev, SZ_4K, &foo->dma, GFP_KERNEL);
	return foo->vaddr ? 0 : -ENOMEM;
}
""",
    "foo.h": """\
#include <linux/types.h>

/* Has a virtual address. */
struct foo {
	struct device *dev;
	void *vaddr;
	dma_addr_t dma;
	int last;
};
""",
    "bar.c": '#include "foo.h"\n',
    "other.c": '#include "other.h"\n',
    "Kconfig": """\
config FOO
	tristate "Foo"
	depends on BAR && \\
		BAZ
	select AAA
	select ZZZ
	help
	  Select me.

config FOO_DEBUG
	bool "Debug foo"
""",
}


class Sample(unittest.TestCase):
    """A driver in a tree that holds nothing else."""

    def setUp(self) -> None:
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir)
        patch = mock.patch.object(convert, "CONVERT", self.dir)
        patch.start()
        self.addCleanup(patch.stop)
        self.tree = os.path.join(self.dir, "tree")
        os.makedirs(os.path.join(self.tree, "drivers/foo"))
        os.mkdir(os.path.join(self.dir, "fixes"))
        self.put(self.dir, "foo.msg", MESSAGE)
        self.put(self.dir, "foo.cocci", COCCI)
        for name, text in FILES.items():
            self.put(self.tree, "drivers/foo/" + name, text)

    def put(self, *path_and_text: str) -> None:
        *path, text = path_and_text
        with open(os.path.join(*path), "w", encoding="utf-8") as file:
            file.write(text)

    def get(self, name: str) -> str:
        return convert.read(os.path.join(self.tree, "drivers/foo", name))

    def change(self, where: str, name: str, old: str, new: str) -> None:
        path = os.path.join(where, name)
        text = convert.read(path)
        self.assertIn(old, text)
        self.put(path, text.replace(old, new))

    def convert(self) -> convert.Conversion:
        conversion = convert.Conversion("foo")
        convert.convert(SPATCH, self.tree, conversion, io.StringIO())
        return conversion

    def refused(self, reason: str) -> None:
        before = {name: self.get(name) for name in FILES}
        with self.assertRaisesRegex(convert.Failure, reason):
            self.convert()
        self.assertEqual(before, {name: self.get(name) for name in FILES})

    def test_converted(self) -> None:
        conversion = self.convert()
        self.assertEqual(self.get("foo.c"), """\
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/slab.h>
#include "foo.h"

int foo_alloc(struct foo *foo)
{
	return dma_coherent_handle_alloc(foo->dev, &foo->scratch, SZ_4K, GFP_KERNEL);
}
""")
        self.assertEqual(self.get("foo.h"), """\
#include <linux/dma-coherent-handle.h>
#include <linux/types.h>

/* Has a handle. */
struct foo {
	struct device *dev;
	struct dma_coherent_handle scratch;
	int last;
};
""")
        self.assertIn("\tselect AAA\n\tselect DMA_COHERENT_HANDLE\n\tselect ZZZ\n",
                      self.get("Kconfig"))
        self.assertEqual(convert.objects(self.tree, conversion),
                         ["drivers/foo/bar.o", "drivers/foo/foo.o"])
        self.assertEqual(conversion.body, "It has never been one.\n")

    def test_rule_without_a_match(self) -> None:
        self.change(self.tree, "drivers/foo/foo.c", "SZ_4K", "SZ_8K")
        self.refused("alloc of foo.cocci no longer matches anything in drivers/foo/")

    def test_last_rule_without_a_match(self) -> None:
        self.change(self.tree, "drivers/foo/foo.h", "void *vaddr", "char *vaddr")
        self.refused("definition of foo.cocci no longer matches")

    def test_comment_without_a_match(self) -> None:
        self.change(self.tree, "drivers/foo/foo.h", "virtual address", "cookie")
        self.refused("foo.h: sed -E 's/virtual address/handle/' no longer matches")

    def test_file_missing(self) -> None:
        self.change(self.dir, "foo.msg", "foo.h\n", "foo.h gone.c\n")
        self.refused("drivers/foo/gone.c is missing")

    def test_file_unchanged(self) -> None:
        self.change(self.dir, "foo.msg", "Files: foo.c", "Files: other.c foo.c")
        self.refused("drivers/foo/other.c was not changed")

    def test_other_file_changed(self) -> None:
        """It may be a hard link, even."""
        path = os.path.join(self.dir, "link.h")
        os.link(os.path.join(self.tree, "drivers/foo/foo.h"), path)
        self.change(self.dir, "foo.msg", "foo.c foo.h", "foo.c")
        with self.assertRaisesRegex(convert.Failure, "foo.cocci changes foo.h, which is not in"):
            self.convert()
        self.assertEqual(convert.read(path), FILES["foo.h"])

    def test_option_missing(self) -> None:
        self.change(self.tree, "drivers/foo/Kconfig", "config FOO\n", "config FOOBAR\n")
        self.refused("drivers/foo/Kconfig: expected the option FOO")

    def test_option_selects_nothing(self) -> None:
        self.change(self.tree, "drivers/foo/Kconfig", "\tselect AAA\n\tselect ZZZ\n", "")
        self.convert()
        self.assertIn("\t\tBAZ\n\tselect DMA_COHERENT_HANDLE\n\thelp\n", self.get("Kconfig"))

    def test_includes_others_only(self) -> None:
        self.change(self.tree, "drivers/foo/foo.h", "<linux/types.h>", "<media/foo.h>")
        self.convert()
        self.assertIn("#include <linux/dma-coherent-handle.h>\n\n#include <media/foo.h>\n",
                      self.get("foo.h"))

    def test_semantic_patch_broken(self) -> None:
        self.change(self.dir, "foo.cocci", "struct foo *foo;", "struct foo *")
        self.refused("spatch failed on foo.cocci")

    def test_semantic_patch_missing(self) -> None:
        self.change(self.dir, "foo.msg", "foo.cocci", "gone.cocci")
        self.refused("there is no .*gone.cocci")

    def test_header_missing(self) -> None:
        self.change(self.dir, "foo.msg", "Arch: arm64\n", "")
        self.refused("expected one line Arch: in foo.msg")

    def test_driver_unknown(self) -> None:
        with self.assertRaisesRegex(convert.Failure, "there is no .*bar.msg"):
            convert.Conversion("bar")

    def test_kernels(self) -> None:
        for kernels, version, expected in (("6.12-", "6.12.117", True), ("6.12-", "7.3.4", True),
                                           ("7.3-", "6.12.117", False), ("6.12-7.2", "7.3", False),
                                           ("6.12-7.2", "7.2.9", True), ("6.9-", "6.12", True)):
            self.put(self.dir, "foo.msg", MESSAGE.replace("6.12-", kernels))
            self.assertEqual(convert.Conversion("foo").is_for(version), expected,
                             (kernels, version))

    def test_bugs(self) -> None:
        self.change(self.dir, "foo.msg", "Bug: ", "Bug: it is\n  freed twice\nBug: ")
        self.assertEqual(convert.Conversion("foo").bugs,
                         ["it is freed twice", "the buffer is leaked"])

    def put_fix(self) -> None:
        self.put(self.dir, "fixes/foo-last.msg", FIX)

    def test_fix(self) -> None:
        self.put_fix()
        fix = convert.Conversion("fixes/foo-last")
        convert.convert(SPATCH, self.tree, fix, io.StringIO())
        self.assertEqual(self.get("foo.h"), FILES["foo.h"].replace("int last", "long last"))
        self.assertEqual(self.get("Kconfig"), FILES["Kconfig"])
        self.assertEqual(fix.body, "It is too short.\n---\n"
                         "Fixes: <commit to be found: the one that added last>\n")

    def test_fix_does_not_apply(self) -> None:
        self.put_fix()
        self.change(self.tree, "drivers/foo/foo.h", "void *vaddr", "char *vaddr")
        before = {name: self.get(name) for name in FILES}
        with self.assertRaisesRegex(convert.Failure, "fixes/foo-last.msg no longer applies to "):
            convert.convert(SPATCH, self.tree, convert.Conversion("fixes/foo-last"), io.StringIO())
        self.assertEqual(before, {name: self.get(name) for name in FILES})

    def test_names(self) -> None:
        self.put_fix()
        self.assertEqual(convert.names_of(), ["fixes/foo-last", "foo"])
        self.assertEqual(convert.names_of(["foo"]), ["fixes/foo-last", "foo"])
        self.assertEqual(convert.names_of(["bar"]), ["bar"])


class Realigned(unittest.TestCase):
    def check(self, before: str, after: str, expected: str) -> None:
        self.assertEqual(convert.realign(before, after), expected)

    def test_shorter(self) -> None:
        self.check("\tfoo->size = max(aaa,\n\t\t\tbbb(ccc,\n\t\t\t    ddd));\n\tx = y;\n",
                   "\tsize = max(aaa,\n\t\t\tbbb(ccc,\n\t\t\t    ddd));\n\tx = y;\n",
                   "\tsize = max(aaa,\n\t\t   bbb(ccc,\n\t\t       ddd));\n\tx = y;\n")

    def test_rule(self) -> None:
        self.check("\tif (foo(aaa, bbb))\n\t\tx = y;\n",
                   "\tx = z;\n\tif (foo(aaa,\n         bbb))\n\t\tx = y;\n",
                   "\tx = z;\n\tif (foo(aaa,\n\t\tbbb))\n\t\tx = y;\n")
        self.check("\tx = y;\n}\n",
                   "\tfoobar(aaa,\n     bbb);\n\tbar(aaa,\n\t\tbbb);\n\tx = z;\n}\n",
                   "\tfoobar(aaa,\n\t       bbb);\n\tbar(aaa,\n\t\tbbb);\n\tx = z;\n}\n")
        self.check("\tfoobar(aaa, bbb,\n\t\tccc);\n\tx = y;\n",
                   "\tfoobar(aaa,\n\t\t         ddd(bbb),\n\t\t         ccc);\n\tx = y;\n",
                   "\tfoobar(aaa,\n\t       ddd(bbb),\n\t       ccc);\n\tx = y;\n")

    def test_comment(self) -> None:
        text = "/*\n * foo (bar\n * foo)\n */\nint x;\n"
        self.check(text, text.replace("foo", "baz"), text.replace("foo", "baz"))

    def test_column_of_rule(self) -> None:
        self.check("\tx = y;\n}\n",
                   "\tx = y +\n            z;\n}\n",
                   "\tx = y +\n\t    z;\n}\n")

    def test_others_alone(self) -> None:
        text = "\tfoo(aaa,\n\t  bbb);\n\tif (x)\n\t\ty = z;\n"
        self.check(text, text, text)
        self.check(text, text.replace("y = z", "y = a"), text.replace("y = z", "y = a"))
        self.check(text, text.replace("if (x)", "if (!x)"), text.replace("if (x)", "if (!x)"))


class Drivers(unittest.TestCase):
    """Those of a real kernel."""

    def fixed(self, name: str) -> tuple[convert.Conversion, str]:
        """The conversion, or the fix, of that name, and a tree that has all the driver's fixes."""
        conversion = convert.Conversion(name)
        if not conversion.is_for(VERSION):
            self.skipTest(f"{name} is not for Linux {VERSION}")
        tree = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, tree)
        names = [other for other in convert.names_of() if not other.startswith(convert.FIXES)
                 and (name + "-").startswith(convert.FIXES + other + "-")] or [name]
        steps = [step for step in map(convert.Conversion, convert.names_of(names))
                 if step.is_for(VERSION)]
        for file in {file for step in steps for file in step.files + [step.kconfig(TREE)]}:
            os.makedirs(os.path.join(tree, os.path.dirname(file)), exist_ok=True)
            convert.write(os.path.join(tree, file), convert.read(os.path.join(TREE, file)))
        for step in steps:
            if step.is_fix:
                convert.convert(SPATCH, tree, step, io.StringIO())
        return conversion, tree

    def broken(self, name: str, pattern: str) -> None:
        conversion, tree = self.fixed(name)
        for file in conversion.files:
            path = os.path.join(tree, file)
            convert.write(path, re.sub(pattern, r"another_\1", convert.read(path)))
        with self.assertRaisesRegex(convert.Failure, " no longer matches "):
            convert.convert(SPATCH, tree, conversion, io.StringIO())

    def twice(self, name: str) -> None:
        fix, tree = self.fixed(name)
        with self.assertRaisesRegex(convert.Failure, " no longer (applies|matches) "):
            convert.convert(SPATCH, tree, fix, io.StringIO())


def add_drivers() -> None:
    for name in convert.names_of():
        if name.startswith(convert.FIXES):
            setattr(Drivers, f"test_{name}_twice".replace("-", "_").replace("/", "_"),
                    functools.partialmethod(Drivers.twice, name))
            continue
        for what in ("alloc", "free"):
            setattr(Drivers, f"test_{name}_without_{what}".replace("-", "_"),
                    functools.partialmethod(Drivers.broken, name, rf"\b(dmam?_{what}_\w+\()"))


if __name__ == "__main__":
    add_drivers()
    program = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed, "
          f"{len(result.skipped)} skipped")
    sys.exit(bad > 0)
