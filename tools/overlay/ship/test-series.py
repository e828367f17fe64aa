#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Test series.py. Each way in which a file, an option or a line can be in no patch or in two, or a
changelog be to nobody's liking, must be told. The overlay is a made-up one. Then the patches of the
real one must be refused without any one of them."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True          # series.py is imported from the repository's own tree
sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../graft"))

import graft
import series

CORE, _, TYPE = series.SERIES.values()
VERSION = (7, 3)
FIX = """\
Subject: baz: mend baz

Baz was wrong, and so was all the rest.

Fixes: d98849aff879 ("a commit's subject can be as long as it likes, since nothing can be done")
Reported-by: A Name <name@localhost>
---
--- a/lib/baz.c
+++ b/lib/baz.c
@@ @@
 anchor 0
-anchor 1
+baz
--- a/lib/Kconfig
+++ b/lib/Kconfig
@@ @@
-anchor 1
+baz
"""
OLD_FIX = """\
Subject: baz: mend old kernels
Kernels: up to 6.12

Text.
---
--- a/lib/baz.c
+++ b/lib/baz.c
@@ @@
-baz
+old
"""
TEST = """\
Subject: baz: test baz
Files: lib/baz-test.c
Options: BAZ_TEST

There was no test.
"""
FOO = """\
Subject: foo: add foo
Files: lib/foo.c Documentation/foo.rst
Options: FOO

There was no foo.
"""
BAR = """\
Subject: foo: add bar
Files: lib/bar/ Documentation/b*.rst Documentation/devres.rst
Options: BAR

There was no bar.
"""
COVER = """\
Subject: foo: foo and bar

There are @BUG_COUNT@ bugs in @VERSION@.

Short.
"""
BAZ_OPTION = 'config BAZ_TEST\n\tbool "Baz"\n\n'
FOO_OPTION = 'config FOO\n\tbool "Foo"\n\thelp\n\t  Foo.\n\n'
BAR_OPTION = 'config BAR\n\tbool "Bar"\n\n'
FRAGMENTS = {
    "lib/Kconfig": [BAZ_OPTION + FOO_OPTION + BAR_OPTION],
    "lib/Makefile": ["ifdef CONFIG_MMU\nobj-$(CONFIG_FOO) += foo.o\nendif\n"
                     "obj-$(CONFIG_BAR) += \\\n\tbar/\n\n"
                     "obj-$(CONFIG_BAZ_TEST) += baz-test.o\n"],
    "Documentation/index.rst": ["   foo\n   bar\n"],
    "Documentation/devres.rst": ["  foo()\n", "  bar()\n"],
    "MAINTAINERS": ["FOO\nS:\tMaintained\nF:\tDocumentation/*.rst\n"
                    "F:\tlib/bar/\nF:\tlib/foo.[ch]\n\n"
                    "QUX\nS:\tMaintained\nF:\tlib/bar/\n\n"],
}
WHOLE = {"lib/baz-test.c": "int baz;\n",
         "lib/foo.c": "/* See Documentation/foo.rst */\n", "lib/bar/bar.c": "int bar;\n",
         "Documentation/foo.rst": "Foo\n", "Documentation/bar.rst": "Bar\n"}


TEXTS = {CORE + "00-cover.msg": COVER, CORE + "01-baz.patch": FIX, CORE + "02-old.patch": OLD_FIX,
         CORE + "03-test.msg": TEST, TYPE + "00-cover.msg": COVER, TYPE + "01-foo.msg": FOO,
         TYPE + "02-bar.msg": BAR}


class Series(unittest.TestCase):
    """A fix and its test, and a series of two patches."""

    def setUp(self) -> None:
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir)
        patch = mock.patch.object(graft, "OVERLAY", self.dir)
        patch.start()
        self.addCleanup(patch.stop)
        self.texts = dict(TEXTS)
        self.fragments = {path: list(texts) for path, texts in FRAGMENTS.items()}
        self.whole = dict(WHOLE)

    def pieces(self) -> series.Pieces:
        pieces = {path: graft.Piece(text.encode(), False, []) for path, text in self.whole.items()}
        for name in sorted(self.texts):
            if name.endswith(".patch"):
                for path, blocks in series.Patch(name, VERSION).edits.items():
                    pieces.setdefault(path, graft.Piece(None, False, [])).blocks.extend(blocks)
        for path, texts in self.fragments.items():
            pieces.setdefault(path, graft.Piece(None, False, [])).blocks.extend(
                {"where": "after", "anchor": f"anchor {3 * number}", "old": "", "text": text}
                for number, text in enumerate(texts))
        return pieces

    def patches(self) -> dict[str, list[series.Patch]]:
        for name, text in self.texts.items():
            path = os.path.join(self.dir, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return {branch: series.read_patches(folder, VERSION)
                for branch, folder in series.SERIES.items()}

    def ownership(self) -> series.Ownership:
        patches = self.patches()
        return series.Ownership(sum(patches.values(), []), self.pieces())

    def refused(self, *reasons: str) -> None:
        with self.assertRaises(series.Failure) as caught:
            self.ownership()
        lines = str(caught.exception).split("\n")
        self.assertEqual(len(lines), len(reasons), lines)
        for line, reason in zip(lines, reasons):
            self.assertRegex(line, reason)

    def change(self, name: str, old: str, new: str) -> None:
        self.assertIn(old, self.texts[name])
        self.texts[name] = self.texts[name].replace(old, new)

    def test_split(self) -> None:
        ownership = self.ownership()
        self.assertEqual([patch.name for patch in ownership.patches],
                         [CORE + "01-baz.patch", CORE + "03-test.msg", TYPE + "01-foo.msg",
                          TYPE + "02-bar.msg"])
        after = [ownership.up_to(number) for number in range(4)]

        def text(path: str, number: int = 2) -> list[str]:
            return [block["text"] for block in after[number][path].blocks]
        self.assertEqual({path: len(piece.blocks) for path, piece in after[0].items()},
                         {"lib/baz.c": 1, "lib/Kconfig": 1})
        self.assertEqual(sorted(after[1]), ["lib/Kconfig", "lib/Makefile", "lib/baz-test.c",
                                            "lib/baz.c"])
        self.assertEqual(text("lib/Kconfig", 1), ["baz\n", BAZ_OPTION])
        self.assertEqual(sorted(after[2]),
                         ["Documentation/foo.rst", "Documentation/index.rst", "MAINTAINERS",
                          "lib/Kconfig", "lib/Makefile", "lib/baz-test.c", "lib/baz.c",
                          "lib/foo.c"])
        self.assertEqual(text("lib/Kconfig"), ["baz\n", BAZ_OPTION + FOO_OPTION])
        makefile = FRAGMENTS["lib/Makefile"][0]
        self.assertEqual(text("lib/Makefile"), [makefile.split("obj-$(CONFIG_BAR)")[0]
                                                + makefile.split("bar/\n\n")[1]])
        self.assertEqual(text("Documentation/index.rst"), ["   foo\n"])
        # Another entry comes as a whole with the second.
        self.assertEqual(text("MAINTAINERS"), [FRAGMENTS["MAINTAINERS"][0].split("QUX")[0]
                                               .replace("F:\tlib/bar/\n", "")])
        self.assertEqual({path: piece.blocks for path, piece in after[3].items()},
                         {path: piece.blocks for path, piece in self.pieces().items()})

    def test_own_makefile(self) -> None:
        baz = ("# SPDX-License-Identifier: GPL-2.0\n\nobj-$(CONFIG_BAZ_TEST) += baz.o\n"
               "baz-y := one.o \\\n\ttwo.o\nbaz-$(CONFIG_PCI) += three.o\n\n")
        bar = "bar-obj-$(CONFIG_HAS_DMA) := bar.o\nobj-$(CONFIG_BAR) += $(bar-obj-y)\n"
        self.whole["lib/own/Makefile"] = baz + bar
        ownership = self.ownership()
        found = [ownership.up_to(number).get("lib/own/Makefile") for number in range(4)]
        self.assertIsNone(found[0])
        self.assertEqual([piece and piece.content for piece in found[1:]],
                         [text.encode() for text in (baz, baz, baz + bar)])
        self.whole["lib/own/Makefile"] += "obj-y += qux.o\n"
        self.refused(r"^lib/own/Makefile: the option of 'obj-y \+= qux\.o': .* is in none$")

    def test_fix_of_nobody(self) -> None:
        patches = self.patches()
        with self.assertRaisesRegex(series.Failure, f"^lib/baz.c: {CORE}01-baz.patch: expected it "
                                    "in the edits of exactly one .* is in none\n"):
            series.Ownership(patches["core"][1:] + patches["main"], self.pieces())

    def test_fixes_one_by_one(self) -> None:
        self.texts[CORE + "04-more.patch"] = FIX.split("--- a/lib/K")[0].replace("baz.c", "more.c")
        ownership = self.ownership()
        self.assertEqual([[path for path in ("lib/baz.c", "lib/more.c")
                           if path in ownership.up_to(number)] for number in range(3)],
                         [["lib/baz.c"], ["lib/baz.c"], ["lib/baz.c", "lib/more.c"]])

    def test_fix_for_other_kernels(self) -> None:
        self.patches()
        self.assertEqual([patch.name for patch in series.read_patches(CORE, (6, 12))
                          if patch.is_fix],
                         [CORE + "01-baz.patch", CORE + "02-old.patch"])

    def test_no_fixes(self) -> None:
        self.texts = {name: text for name, text in TEXTS.items() if name.startswith(TYPE)}
        self.assertEqual(self.patches()["core"], [])
        self.assertEqual(self.problems(), "")
        os.makedirs(os.path.join(self.dir, CORE))
        self.assertEqual(self.patches()["core"], [])

    def test_file_of_both_series(self) -> None:
        self.change(CORE + "03-test.msg", "Files: ", "Files: lib/foo.c ")
        self.refused(r"^lib/foo\.c: .* is in \S+core/03-test\.msg and \S+handle/01-foo\.msg$")

    def test_file_of_nobody(self) -> None:
        self.whole["lib/new.c"] = ""
        self.refused(r"^lib/new\.c: expected it in Files: of exactly one patch .* is in none$")

    def test_file_of_two(self) -> None:
        self.change(TYPE + "02-bar.msg", "lib/bar/", "lib/bar/ lib/f*.c")
        self.refused(r"^lib/foo\.c: expected .* is in \S+/01-foo\.msg and \S+/02-bar\.msg$")

    def test_file_that_is_gone(self) -> None:
        del self.whole["lib/foo.c"]
        self.refused(r"^MAINTAINERS: the overlay has no lib/foo\.\[ch\]$",
                     r"^\S+handle/01-foo\.msg: the overlay has no lib/foo\.c$")

    def test_option_of_nobody(self) -> None:
        self.change(TYPE + "02-bar.msg", "Options: BAR\n", "")
        self.refused(r"^lib/Kconfig: BAR: expected it in Options: of exactly one",
                     r"^lib/Makefile: the option of .*CONFIG_BAR.* is in none")

    def test_option_of_two(self) -> None:
        self.change(TYPE + "02-bar.msg", "Options: BAR", "Options: BAR FOO")
        self.refused(r"^lib/Kconfig: FOO: .* is in \S+/01-foo\.msg and \S+/02-bar\.msg$",
                     r"^lib/Makefile: the option of .*CONFIG_FOO")

    def test_option_unknown(self) -> None:
        self.change(TYPE + "02-bar.msg", "Options: BAR", "Options: BAR BAZ")
        self.refused(r"^\S+handle/02-bar\.msg: no Kconfig file of the overlay has BAZ$")

    def test_kconfig_with_more(self) -> None:
        self.fragments["lib/Kconfig"][0] += "if FOO\n"
        self.refused("^lib/Kconfig: expected nothing but options")

    def test_kconfig_beginning_with_more(self) -> None:
        self.fragments["lib/Kconfig"].insert(0, 'comment "Foo"\n')
        self.refused("^lib/Kconfig: expected nothing but options")

    def test_line_of_makefile(self) -> None:
        self.fragments["lib/Makefile"][0] += "obj-y += baz.o\n"
        self.refused(r"^lib/Makefile: the option of 'obj-y \+= baz\.o': .* is in none$")

    def test_line_of_makefile_for_two(self) -> None:
        self.fragments["lib/Makefile"][0] += "obj-$(CONFIG_FOO)$(CONFIG_BAR) += baz.o\n"
        self.refused(r"^lib/Makefile: the option of .*baz.* is in \S+/01-foo\.msg and "
                     r"\S+/02-bar\.msg$")

    def test_toctree_without_page(self) -> None:
        self.fragments["Documentation/index.rst"][0] += "   baz\n"
        self.refused("^Documentation/index.rst: the page of 'baz': .* is in none$")

    def test_fragment_unknown(self) -> None:
        self.fragments["Documentation/gpio.rst"] = ["Foo.\n"]
        self.refused("^Documentation/gpio.rst: expected this fragment in Files: of a patch")

    def test_maintainers_of_nothing(self) -> None:
        self.fragments["MAINTAINERS"][0] += "F:\tlib/baz.c\n"
        self.refused(r"^MAINTAINERS: the overlay has no lib/baz\.c$")

    def test_patch_with_nothing(self) -> None:
        self.texts[TYPE + "03-baz.msg"] = "Subject: foo: add qux\nFiles: lib/qux*\n\nText.\n"
        self.refused(r"^\S+handle/03-baz.msg: no file is in this patch$")

    def problems(self) -> str:
        """Of the texts."""
        with mock.patch.object(series, "conversions", return_value=[]):
            try:
                series.check_texts(self.patches(), "7.3.4")
            except series.Failure as failure:
                return str(failure)
        return ""

    def test_texts(self) -> None:
        self.assertEqual(self.problems(), "")
        with mock.patch.object(series, "conversions", return_value=[]):
            self.assertEqual(series.cover(TYPE, "7.3.4"),
                             ("foo: foo and bar", "There are 0 bugs in 7.3.4.\n\nShort.\n"))

    def test_subjects(self) -> None:
        for subject, reason in (("Add foo", "expected a subject like"),
                                ("foo: add " + 70 * "o", "the subject has 79 characters"),
                                ("foo: add foo.", "ends with a full stop")):
            with self.subTest(subject):
                self.texts[TYPE + "01-foo.msg"] = FOO.replace("foo: add foo", subject)
                self.assertRegex(self.problems(), r"^\S+handle/01-foo.msg: .*" + reason)

    def test_changelogs(self) -> None:
        for line, reason in (("Foo. ", "line 1 of the text has white space at its end"),
                             ("Foo.\n" + 38 * "o ", "line 2 of the text has white space"),
                             ("Foo" + 25 * " foo", "line 1 of the text has 103 characters"),
                             ("*** BLURB HERE ***", "line 1 of the text is not filled in"),
                             ("See @FOO@.", "line 1 of the text is not filled in"),
                             ("---\nFoo", "line 1 of the text would end it"),
                             ("Foo.\n\nAcked-by: A Name", "line 3 of the text is a trailer")):
            for name in (TYPE + "01-foo.msg", TYPE + "00-cover.msg", CORE + "00-cover.msg"):
                with self.subTest(name=name, line=line):
                    self.texts = dict(TEXTS)
                    header = self.texts[name].split("\n\n")[0]
                    self.texts[name] = f"{header}\n\n{line}\n"
                    self.assertRegex(self.problems(), f"^{name}: {reason}")

    def test_trailers_of_fixes(self) -> None:
        for trailer, refused in (("Cc: stable@vger.kernel.org # since " + 50 * "6.12 ", False),
                                 ("Closes: https://localhost/1", False),
                                 ("Signed-off-by: A Name <name@localhost>", True),
                                 ("Reviewed-By: A Name <name@localhost>", True)):
            self.texts[CORE + "01-baz.patch"] = FIX.replace(
                "\n---\n", f"\n{trailer.strip()}\n---\n")
            self.assertEqual("is a trailer, which is for" in self.problems(), refused, trailer)
            self.assertEqual(bool(self.problems()), refused, trailer)

    def test_no_changelog(self) -> None:
        for name in (TYPE + "01-foo.msg", TYPE + "00-cover.msg", CORE + "00-cover.msg"):
            self.texts = dict(TEXTS)
            self.texts[name] = self.texts[name].split("\n\n")[0] + "\n\n\n"
            self.assertRegex(self.problems(), f"^{name}: expected a changelog, but there is none$")

    def test_commits(self) -> None:
        """Documentation that comes later than what refers to it is told, when all else is well."""
        tree = os.path.join(self.dir, "tree")
        files = {"Makefile": "VERSION = 6\nPATCHLEVEL = 12\n", "kernel/dma/mapping.c": "",
                 **{path: "anchor 0\nanchor 1\nanchor 3\n" for path in [*FRAGMENTS, "lib/baz.c"]}}
        for path, lines in files.items():
            os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
            with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
                file.write(lines)
        subprocess.run(["git", "-C", tree, "init", "-q"], check=True)
        for key, value in (("user.name", "Nobody"), ("user.email", "nobody@localhost")):
            series.convert.git(tree, "config", key, value)
        ownership = self.ownership()
        with mock.patch("builtins.print"):
            series.commit_base(tree, self.pieces())
            series.commit(tree, "6.12.0", ownership)
        self.assertEqual(series.convert.git(tree, "log", "--format=%s"),
                         "foo: add bar\nfoo: add foo\nbaz: test baz\nbaz: mend baz\nas it was\n")
        self.assertEqual(series.convert.git(tree, "diff", "--name-only", "base", "HEAD~3").split(),
                         ["lib/Kconfig", "lib/baz.c"])
        changed = series.convert.git(tree, "diff", "--name-only", "base", "HEAD").split()
        self.assertEqual(changed, sorted(self.pieces()))

        self.whole["lib/foo.c"] = "/* See Documentation/bar.rst */\n"
        series.convert.git(tree, "checkout", "-q", "-B", "again", "base")
        os.unlink(os.path.join(tree, graft.MANIFEST))
        with mock.patch("builtins.print"), self.assertRaisesRegex(
                series.Failure,
                r"^\S+handle/01-foo.msg: lib/foo.c: Documentation/bar.rst is not there yet$"):
            series.commit(tree, "6.12.0", self.ownership())


class Overlay(unittest.TestCase):
    """The real one."""

    def test_without_a_patch(self) -> None:
        for version in graft.read_kernels():
            pieces = graft.read_pieces(version)
            patches = [patch for folder in series.SERIES.values()
                       for patch in series.read_patches(folder, version)]
            self.assertGreater(len(patches), 1)
            series.Ownership(patches, pieces)
            for patch in patches:
                rest = [other for other in patches if other is not patch]
                with self.assertRaisesRegex(series.Failure, r"(?m)is in none$"):
                    series.Ownership(rest, pieces)


if __name__ == "__main__":
    program = unittest.main(verbosity=2, exit=False)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed, 0 skipped")
    sys.exit(bad > 0)
