#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Test convert.py. Usage: test-convert.py SPATCH KERNEL_TREE VERSION

A made-up driver is converted, and each way in which it can have moved on must be noticed. Then
every real driver in a copy of the tree loses its allocations, and its frees: each time, its
conversion must fail. The given tree is never written to.
"""

import io
import os
import re
import shutil
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True          # convert.py is imported from the repository's own tree

import convert                          # pylint: disable=wrong-import-position

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

    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir)
        patch = mock.patch.object(convert, "CONVERT", self.dir)
        patch.start()
        self.addCleanup(patch.stop)
        self.tree = os.path.join(self.dir, "tree")
        os.makedirs(os.path.join(self.tree, "drivers/foo"))
        self.put(self.dir, "foo.msg", MESSAGE)
        self.put(self.dir, "foo.cocci", COCCI)
        for name, text in FILES.items():
            self.put(self.tree, "drivers/foo/" + name, text)

    def put(self, *path_and_text):
        *path, text = path_and_text
        with open(os.path.join(*path), "w", encoding="utf-8") as file:
            file.write(text)

    def get(self, name):
        return convert.read(os.path.join(self.tree, "drivers/foo", name))

    def change(self, where, name, old, new):
        path = os.path.join(where, name)
        text = convert.read(path)
        self.assertIn(old, text)
        self.put(path, text.replace(old, new))

    def convert(self):
        conversion = convert.Conversion("foo")
        convert.convert(SPATCH, self.tree, conversion, io.StringIO())
        return conversion

    def refused(self, reason):
        before = {name: self.get(name) for name in FILES}
        with self.assertRaisesRegex(convert.Failure, reason):
            self.convert()
        self.assertEqual(before, {name: self.get(name) for name in FILES})

    def test_converted(self):
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
        self.assertIn("\tselect AAA\n\tselect DMA_COHERENT_HANDLE\n\tselect ZZZ\n", self.get("Kconfig"))
        self.assertEqual(convert.objects(self.tree, conversion),
                         ["drivers/foo/bar.o", "drivers/foo/foo.o"])
        self.assertEqual(conversion.body, "It has never been one.\n")

    def test_rule_without_a_match(self):
        self.change(self.tree, "drivers/foo/foo.c", "SZ_4K", "SZ_8K")
        self.refused("alloc of foo.cocci no longer matches anything in drivers/foo/")

    def test_last_rule_without_a_match(self):
        self.change(self.tree, "drivers/foo/foo.h", "void *vaddr", "char *vaddr")
        self.refused("definition of foo.cocci no longer matches")

    def test_comment_without_a_match(self):
        self.change(self.tree, "drivers/foo/foo.h", "virtual address", "cookie")
        self.refused("foo.h: sed -E 's/virtual address/handle/' no longer matches")

    def test_file_missing(self):
        self.change(self.dir, "foo.msg", "foo.h\n", "foo.h gone.c\n")
        self.refused("drivers/foo/gone.c is missing")

    def test_file_unchanged(self):
        self.change(self.dir, "foo.msg", "Files: foo.c", "Files: other.c foo.c")
        self.refused("drivers/foo/other.c was not changed")

    def test_other_file_changed(self):
        """It may be a hard link, even."""
        path = os.path.join(self.dir, "link.h")
        os.link(os.path.join(self.tree, "drivers/foo/foo.h"), path)
        self.change(self.dir, "foo.msg", "foo.c foo.h", "foo.c")
        with self.assertRaisesRegex(convert.Failure, "foo.cocci changes foo.h, which is not in"):
            self.convert()
        self.assertEqual(convert.read(path), FILES["foo.h"])

    def test_option_missing(self):
        self.change(self.tree, "drivers/foo/Kconfig", "config FOO\n", "config FOOBAR\n")
        self.refused("drivers/foo/Kconfig: expected the option FOO")

    def test_option_selects_nothing(self):
        self.change(self.tree, "drivers/foo/Kconfig", "\tselect AAA\n\tselect ZZZ\n", "")
        self.convert()
        self.assertIn("\t\tBAZ\n\tselect DMA_COHERENT_HANDLE\n\thelp\n", self.get("Kconfig"))

    def test_includes_others_only(self):
        self.change(self.tree, "drivers/foo/foo.h", "<linux/types.h>", "<media/foo.h>")
        self.convert()
        self.assertIn("#include <linux/dma-coherent-handle.h>\n\n#include <media/foo.h>\n",
                      self.get("foo.h"))

    def test_semantic_patch_broken(self):
        self.change(self.dir, "foo.cocci", "struct foo *foo;", "struct foo *")
        self.refused("spatch failed on foo.cocci")

    def test_semantic_patch_missing(self):
        self.change(self.dir, "foo.msg", "foo.cocci", "gone.cocci")
        self.refused("there is no .*gone.cocci")

    def test_header_missing(self):
        self.change(self.dir, "foo.msg", "Arch: arm64\n", "")
        self.refused("expected one line Arch: in foo.msg")

    def test_driver_unknown(self):
        with self.assertRaisesRegex(convert.Failure, "there is no .*bar.msg"):
            convert.Conversion("bar")

    def test_kernels(self):
        for kernels, version, expected in (("6.12-", "6.12.117", True), ("6.12-", "7.3.4", True),
                                           ("7.3-", "6.12.117", False), ("6.12-7.2", "7.3", False),
                                           ("6.12-7.2", "7.2.9", True), ("6.9-", "6.12", True)):
            self.put(self.dir, "foo.msg", MESSAGE.replace("6.12-", kernels))
            self.assertEqual(convert.Conversion("foo").is_for(version), expected, (kernels, version))

    def test_bugs(self):
        self.change(self.dir, "foo.msg", "Bug: ", "Bug: [6.12-6.12] it is\n  freed twice\nBug: ")
        conversion = convert.Conversion("foo")
        self.assertEqual(list(conversion.bugs_in("6.12.1")),
                         ["it is freed twice", "the buffer is leaked"])
        self.assertEqual(list(conversion.bugs_in("7.3")), ["the buffer is leaked"])


class Realigned(unittest.TestCase):
    def check(self, before, after, expected):
        self.assertEqual(convert.realign(before, after), expected)

    def test_shorter(self):
        self.check("\tfoo->size = max(aaa,\n\t\t\tbbb(ccc,\n\t\t\t    ddd));\n\tx = y;\n",
                   "\tsize = max(aaa,\n\t\t\tbbb(ccc,\n\t\t\t    ddd));\n\tx = y;\n",
                   "\tsize = max(aaa,\n\t\t   bbb(ccc,\n\t\t       ddd));\n\tx = y;\n")

    def test_rule(self):
        self.check("\tif (foo(aaa, bbb))\n\t\tx = y;\n",
                   "\tx = z;\n\tif (foo(aaa,\n         bbb))\n\t\tx = y;\n",
                   "\tx = z;\n\tif (foo(aaa,\n\t\tbbb))\n\t\tx = y;\n")
        self.check("\tx = y;\n}\n",
                   "\tfoobar(aaa,\n     bbb);\n\tbar(aaa,\n\t\tbbb);\n\tx = z;\n}\n",
                   "\tfoobar(aaa,\n\t       bbb);\n\tbar(aaa,\n\t\tbbb);\n\tx = z;\n}\n")
        self.check("\tfoobar(aaa, bbb,\n\t\tccc);\n\tx = y;\n",
                   "\tfoobar(aaa,\n\t\t         ddd(bbb),\n\t\t         ccc);\n\tx = y;\n",
                   "\tfoobar(aaa,\n\t       ddd(bbb),\n\t       ccc);\n\tx = y;\n")

    def test_comment(self):
        text = "/*\n * foo (bar\n * foo)\n */\nint x;\n"
        self.check(text, text.replace("foo", "baz"), text.replace("foo", "baz"))

    def test_column_of_rule(self):
        self.check("\tx = y;\n}\n",
                   "\tx = y +\n            z;\n}\n",
                   "\tx = y +\n\t    z;\n}\n")

    def test_others_alone(self):
        text = "\tfoo(aaa,\n\t  bbb);\n\tif (x)\n\t\ty = z;\n"
        self.check(text, text, text)
        self.check(text, text.replace("y = z", "y = a"), text.replace("y = z", "y = a"))
        self.check(text, text.replace("if (x)", "if (!x)"), text.replace("if (x)", "if (!x)"))


class Drivers(unittest.TestCase):
    """Those of a real kernel."""

    def broken(self, name, pattern):
        conversion = convert.Conversion(name)
        if not conversion.is_for(VERSION):
            self.skipTest(f"{name} is not for Linux {VERSION}")
        with tempfile.TemporaryDirectory() as tree:
            for file in set(conversion.files + [conversion.kconfig(TREE)]):
                os.makedirs(os.path.join(tree, os.path.dirname(file)), exist_ok=True)
                text = convert.read(os.path.join(TREE, file))
                convert.write(os.path.join(tree, file), re.sub(pattern, r"another_\1", text))
            with self.assertRaisesRegex(convert.Failure, " no longer matches "):
                convert.convert(SPATCH, tree, conversion, io.StringIO())


def add_drivers():
    names = sorted(file[:-4] for file in os.listdir(convert.CONVERT) if file.endswith(".msg"))
    for name in names:
        for what in ("alloc", "free"):
            def test(self, name=name, what=what):
                self.broken(name, rf"\b(dmam?_{what}_\w+\()")
            setattr(Drivers, f"test_{name}_without_{what}".replace("-", "_"), test)


if __name__ == "__main__":
    add_drivers()
    program = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed, "
          f"{len(result.skipped)} skipped")
    sys.exit(bad > 0)
