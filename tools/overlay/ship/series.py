#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make three series of patches of this overlay, one commit each, by graft.py's own operations.

The fixes of the DMA core are in tools/overlay/graft/core, the KUnit DMA device and a fix of KUnit
in tools/overlay/ship/series/kunit; both need nothing else. The rest, on top of them, is in
tools/overlay/ship/series/handle. Each file NN-NAME.patch there is a fix (see graft.py), and each
NN-NAME.msg is a patch that adds files of the overlay. Its header, as in a mail, says what is in it,
the rest is its changelog:

Subject:  the commit's
Files:    those that it adds. * stands for any part of a name, and need not match; a / at the end
          for all that is in a directory. A fragment (see tools/overlay/graft/anchors) that is
          named here goes into this patch as a whole.
Options:  those that it adds to a Kconfig file

All other fragments, and Makefiles of our own, are taken apart, and each part goes where it belongs
by itself: the lines of a Kconfig file or a Makefile to the patch that has the option, or the object
that they list the parts of; an entry of a toctree to the one that
has the page; a line F: of MAINTAINERS to the first patch with a file that it is about, and the rest
of its entry to the first patch with such a line. What isn't in exactly one patch of all series
is an error, so that no new file is forgotten. A fix for other kernels is left out.

00-cover.msg is the cover letter. @VERSION@ and the like are filled in there.
"""

import argparse
import csv
import fnmatch
import os
import re
import sys
import textwrap
from typing import Iterator, Optional, Union

sys.dont_write_bytecode = True          # there is no build product in the repository's own tree
sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../convert"))
sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../graft"))

import convert
import graft
from convert import Failure

# Branches, and where their patches come from. Each begins where the one before ends.
SERIES = {"core": graft.CORE, "kunit": "tools/overlay/ship/series/kunit/",
          "main": "tools/overlay/ship/series/handle/"}
COVER = "00-cover.msg"
TABLE = os.path.join(graft.OVERLAY, "Documentation/core-api/dma-conversions.csv")

# As Documentation/process/submitting-patches.rst has it.
WIDTH = 75

# Trailers that are facts. All others are for those to add whom they name.
TRAILER = r"(?:Fixes|Cc|Link|Closes|Reported-by): "

Pieces = dict[str, graft.Piece]         # by path
Owner = Optional[int]                   # the number of a patch
Part = tuple[Owner, str]                # and a text of its


class Patch:
    """One commit: a fix, or what an NN-NAME.msg says."""

    def __init__(self, name: str, version: graft.Version) -> None:
        self.name = name
        self.files: list[str] = []
        self.options: list[str] = []
        self.edits: dict[str, list[graft.Block]] = {}           # what a fix changes, by path
        source: Union[graft.Fix, convert.Message]
        if name.endswith(".patch"):
            source = fix = graft.FixReader(name).read()
            self.edits = fix.blocks(version)
        else:
            source = message = convert.Message(os.path.join(graft.OVERLAY, name))
            self.files = " ".join(message.all("Files")).split()
            self.options = " ".join(message.all("Options")).split()
        self.subject, self.body = source.subject, source.body

    @property
    def is_fix(self) -> bool:
        return self.name.endswith(".patch")


def read_patches(folder: str, version: graft.Version) -> list[Patch]:
    """The patches of a series, for this kernel."""
    path = os.path.join(graft.OVERLAY, folder)
    names = sorted(os.listdir(path)) if os.path.isdir(path) else []
    patches = [Patch(folder + name, version) for name in names
               if re.match(r"\d\d-.*\.(?:msg|patch)$", name) and name != COVER]
    return [patch for patch in patches if patch.edits or not patch.is_fix]


# --- texts ------------------------------------------------------------------------------------

def problems_in_text(name: str, subject: str, body: str) -> Iterator[str]:
    """What a maintainer, or b4, would not like."""
    if not re.match(r"[a-zA-Z][\w./-]*: (?:[\w./-]+: )*\S", subject):
        yield f"{name}: expected a subject like 'dma-mapping: add handles', not '{subject}'"
    if len(subject) > WIDTH:
        yield f"{name}: the subject has {len(subject)} characters; expected {WIDTH} at most"
    if subject.endswith("."):
        yield f"{name}: the subject ends with a full stop"
    if not body.strip():
        yield f"{name}: expected a changelog, but there is none"
    for number, line in enumerate(body.split("\n"), 1):
        where = f"{name}: line {number} of the text"
        if line != line.rstrip():
            yield f"{where} has white space at its end"
        # Nothing can be done about an address, or the name of a commit.
        if (len(line) > WIDTH and " " in re.sub(r"^\[\d+\] ", "", line.strip())
                and not re.match(TRAILER, line)):
            yield f"{where} has {len(line)} characters; expected {WIDTH} at most"
        if re.search(r"@[A-Z_]+@|\*\*\*|\b(?:EDITME|FIXME|TODO|XXX)\b", line):
            yield f"{where} is not filled in: {line.strip()}"
        # git am would take it for the end.
        if re.match(r"---|diff -|Index: ", line):
            yield f"{where} would end it: {line}"
        if re.match(r"[\w-]+-by: ", line, re.IGNORECASE) and not re.match(TRAILER, line):
            yield f"{where} is a trailer, which is for those to add whom it names: {line}"


def conversions(version: str) -> list[convert.Conversion]:
    return [conversion for conversion in map(convert.Conversion, convert.names_of())
            if conversion.is_for(version)]


def lines_saved() -> dict[str, str]:
    """What the documentation's table says of the newest kernel that it knows."""
    with open(TABLE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    version = [column for column in rows[0] if re.match(r"\d", column)][-1]
    counts = [[int(count) for count in row[version].split()] for row in rows if row[version]]
    removed, added = map(sum, zip(*counts))
    return {"CONVERTED_ON": version, "CONVERTED": str(len(counts)), "REMOVED": str(-removed),
            "ADDED": str(added)}


def cover(folder: str, release: str) -> tuple[str, str]:
    """The cover letter of a series: its subject and its text."""
    message = convert.Message(os.path.join(graft.OVERLAY, folder, COVER))
    version = ".".join(release.split(".")[:2])
    bugs = [textwrap.fill(f"{conversion.name.removeprefix(convert.FIXES)}: {bug}", WIDTH,
                          initial_indent="- ", subsequent_indent="  ", break_long_words=False)
            for conversion in conversions(version) for bug in conversion.bugs]
    values = {"VERSION": release, "BUGS": "\n".join(bugs), "BUG_COUNT": str(len(bugs)),
              **lines_saved()}

    def value(found: "re.Match[str]") -> str:
        return values.get(found[1], found[0])

    paragraphs = []
    for paragraph in message.body.strip("\n").split("\n\n"):
        filled = re.sub(r"@([A-Z_]+)@", value, paragraph)
        # What was filled in has moved the ends of the lines.
        if filled != paragraph and "\n- " not in "\n" + filled:
            filled = textwrap.fill(filled, 72, break_long_words=False, break_on_hyphens=False)
        paragraphs.append(filled)
    return message.subject, "\n\n".join(paragraphs) + "\n"


# --- what is in which patch -------------------------------------------------------------------

def matches(pattern: str, path: str) -> bool:
    """As get_maintainer.pl does it."""
    parts, own = pattern.rstrip("/").split("/"), path.split("/")
    if pattern.endswith("/"):
        own = own[:len(parts)]
    return len(own) == len(parts) and all(map(fnmatch.fnmatchcase, own, parts))


class Ownership:
    """Which patch has what. Patches are numbers here, from 0."""

    def __init__(self, patches: list[Patch], pieces: Pieces) -> None:
        self.patches, self.pieces = patches, pieces
        self.problems: list[str] = []
        self.options: dict[str, list[int]] = {}
        for number, patch in enumerate(patches):
            for option in patch.options:
                self.options.setdefault(option, []).append(number)

        fixes = {patch.name: number for number, patch in enumerate(patches) if patch.is_fix}
        self.edits: dict[str, list[tuple[Owner, graft.Block]]] = {}     # of fixes
        self.insertions: dict[str, list[graft.Block]] = {}              # of fragments
        self.whole: dict[str, Owner] = {}
        for path, piece in pieces.items():
            self.insertions[path] = [block for block in piece.blocks if not block["old"]]
            self.edits[path] = [(self.one([fixes[block["fix"]]] if block["fix"] in fixes else [],
                                          f"{path}: {block['fix']}", "the edits"), block)
                                for block in piece.blocks if block["old"]]
            owners = self.named(path)
            if (piece.whole and (owners or os.path.basename(path) != "Makefile")
                    or owners and self.insertions[path]):
                self.whole[path] = self.one(owners, path, "Files:")
        self.parts: dict[str, list[list[Part]]] = {}                    # of each block
        defined: set[str] = set()
        for path, piece in pieces.items():
            texts = ([block["text"] for block in self.insertions[path]] if piece.content is None
                     else [graft.to_text(piece.content)])
            if path not in self.whole:
                self.parts[path] = [list(self.split(path, text)) for text in texts]
            if path.endswith("Kconfig"):
                defined.update(re.findall(r"^config (\w+)", "\n".join(texts), re.MULTILINE))

        for number, patch in enumerate(patches):
            for pattern in patch.files:
                if "*" not in pattern and not any(matches(pattern, path) for path in pieces):
                    self.problems.append(f"{patch.name}: the overlay has no {pattern}")
            for option in sorted(set(patch.options) - defined):
                self.problems.append(f"{patch.name}: no Kconfig file of the overlay has {option}")
            if number not in self.whole.values() and not patch.edits:
                self.problems.append(f"{patch.name}: no file is in this patch")
        if self.problems:
            raise Failure("\n".join(self.problems))

    def named(self, path: str) -> list[int]:
        return [number for number, patch in enumerate(self.patches)
                if any(matches(pattern, path) for pattern in patch.files)]

    def one(self, owners: list[int], what: str, where: str) -> Owner:
        if len(owners) == 1:
            return owners[0]
        names = " and ".join(self.patches[number].name for number in owners) or "none"
        self.problems.append(f"{what}: expected it in {where} of exactly one patch in "
                             f"{' or '.join(SERIES.values())}, but it is in {names}")
        return None

    def split(self, path: str, text: str) -> Iterator[Part]:
        """A fragment's text in pieces, each with its owner."""
        name = os.path.basename(path)
        if name == "Kconfig":
            yield from self.split_kconfig(path, text)
        elif name == "Makefile":
            yield from self.split_makefile(path, text)
        elif name == "MAINTAINERS":
            yield from self.split_maintainers(path, text)
        elif name == "index.rst":
            yield from self.split_toctree(path, text)
        else:
            self.problems.append(f"{path}: expected this fragment in Files: of a patch, since "
                                 "nothing is known of how to take it apart")

    def split_kconfig(self, path: str, text: str) -> Iterator[Part]:
        for block in re.split(r"(?m)^(?=config )", text):
            if not block:
                continue
            found = re.match(r"config (\w+)\n(?:\t.*\n|\n)+$", block)
            if not found:
                self.problems.append(f"{path}: expected nothing but options, not these lines, "
                                     f"of which no patch can be told: {block.strip()!r}")
                continue
            yield self.one(self.options.get(found[1], []), f"{path}: {found[1]}", "Options:"), block

    def split_makefile(self, path: str, text: str) -> Iterator[Part]:
        # A conditional, or a line with all that continues it; comments above, empty lines below.
        parts = re.findall(r"(?:#.*\n)*(?:if(?:.*\n)+?endif.*\n|(?:.*\\\n)*.*\n)\n*", text)
        owners = [self.owner_of_lines(path, lines, parts) for lines in parts]
        # The license, at the top, comes with the first line.
        first = min((owner for owner in owners if owner is not None), default=None)
        for lines, owner in zip(parts, owners):
            yield first if not lines.strip() or lines.startswith("# SPDX") else owner, lines

    def owner_of_lines(self, path: str, lines: str, others: list[str]) -> Owner:
        """The patch that has the option of these lines of a Makefile, or of what uses them."""
        lines = re.sub(r"(?m)^#.*\n", "", lines)
        if not lines.strip():
            return None
        target = re.match(r"([\w-]+)-(?:y|objs|\$\(\w+\))\s*[:+]?=", lines)
        users = [other for other in others if target and re.search(
            rf"\s{target[1]}\.o\b|\$\({target[1]}-y\)", other)]
        owners = {number for option in re.findall(r"\bCONFIG_(\w+)", "".join(users) or lines)
                  for number in self.options.get(option, [])}
        return self.one(sorted(owners), f"{path}: the option of {lines.strip()!r}", "Options:")

    def split_toctree(self, path: str, text: str) -> Iterator[Part]:
        for line in text.splitlines(keepends=True):
            page = os.path.join(os.path.dirname(path), line.strip() + ".rst")
            yield self.one(self.named(page) if page in self.pieces else [],
                           f"{path}: the page of {line.strip()!r}", "Files:"), line

    def split_maintainers(self, path: str, text: str) -> Iterator[Part]:
        for entry in re.findall(r"(?:.+\n)+\n*", text):
            lines = [(self.owner_of_pattern(path, line[3:].strip())
                      if line.startswith("F:\t") else None, line)
                     for line in entry.splitlines(keepends=True)]
            first = min((owner for owner, _ in lines if owner is not None), default=0)
            for owner, line in lines:
                yield first if owner is None else owner, line

    def owner_of_pattern(self, path: str, pattern: str) -> Owner:
        owners = [number for file, number in self.whole.items()
                  if self.pieces[file].whole and matches(pattern, file)]
        if not owners:
            self.problems.append(f"{path}: the overlay has no {pattern}")
        # That a file is in no patch has been told.
        return min((number for number in owners if number is not None), default=None)

    def up_to(self, last: int) -> Pieces:
        """The overlay as it is after that many patches."""
        def there(owner: Owner) -> bool:
            assert owner is not None    # or it would have been a problem
            return owner <= last

        pieces = {}
        for path, piece in self.pieces.items():
            blocks = [block for owner, block in self.edits[path] if there(owner)]
            if path not in self.whole:
                texts = ["".join(text for owner, text in parts if there(owner))
                         for parts in self.parts[path]]
                if piece.whole and texts[0]:
                    pieces[path] = graft.Piece(texts[0].encode(), False, [])
                blocks += [{**block, "text": text}
                           for block, text in zip(self.insertions[path], texts) if text]
            elif there(self.whole[path]):
                if piece.whole:
                    pieces[path] = piece
                blocks += self.insertions[path]
            if blocks:
                pieces[path] = graft.Piece(None, False, blocks)
        return pieces


# --- commits ----------------------------------------------------------------------------------

def problems_in_references(tree: str, path: str, content: bytes) -> Iterator[str]:
    """What a file refers to in the documentation must be there by then, or before."""
    text = graft.to_text(content)
    found = re.findall(r"\bDocumentation/[\w./-]+\.rst\b", text)
    if path.endswith(".rst"):
        found += re.findall(r"^\.\. kernel-doc:: (\S+)", text, re.MULTILINE)
        found += [os.path.join(os.path.dirname(path), file)
                  for file in re.findall(r"^ +:file: (\S+)", text, re.MULTILINE)]
    for other in sorted(set(found)):
        if not os.path.exists(os.path.join(tree, other)):
            yield f"{path}: {other} is not there yet"


def commit_base(tree: str, pieces: Pieces) -> None:
    """Just the kernel's own files that are changed: no patch looks at any other."""
    own = [path for path in pieces if os.path.lexists(os.path.join(tree, path))]
    convert.git(tree, "add", "-f", "--", *own)
    convert.git(tree, "commit", "-q", "-m", "as it was")
    convert.git(tree, "tag", "base")


def commit(tree: str, release: str, ownership: Ownership) -> None:
    for number, patch in enumerate(ownership.patches):
        pieces = ownership.up_to(number)
        with graft.locked(tree):
            graft.graft(tree, pieces, release, True)
        convert.git(tree, "add", "-f", "--pathspec-from-file=-", input="\n".join(pieces))
        # What git would strip has been looked for.
        convert.git(tree, "commit", "-q", "--cleanup=verbatim", "-F", "-",
                    input=f"{patch.subject}\n\n{patch.body}")
        problems = [f"{patch.name}: {problem}" for path, piece in pieces.items()
                    if piece.content is not None and ownership.whole.get(path) == number
                    for problem in problems_in_references(tree, path, piece.content)]
        if problems:
            raise Failure("\n".join(problems))


def check_texts(series: dict[str, list[Patch]], release: str) -> None:
    texts = []
    for branch, patches in series.items():
        if patches:
            texts.append((SERIES[branch] + COVER, *cover(SERIES[branch], release)))
        texts += [(patch.name, patch.subject, patch.body) for patch in patches]
    problems = [problem for text in texts for problem in problems_in_text(*text)]
    if problems:
        raise Failure("\n".join(problems))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tree", help="a kernel without the overlay, and an empty git repository "
                        "with a branch main; gets a branch for each other series")
    parser.add_argument("cover", help="where to write the cover letters, their subjects first; the "
                        "branch is put after the name")
    args = parser.parse_args()
    try:
        version, release = graft.check_kernel_tree(args.tree)
        pieces = graft.read_pieces(version)
        series = {branch: read_patches(folder, version) for branch, folder in SERIES.items()}
        check_texts(series, release)
        ownership = Ownership(sum(series.values(), []), pieces)
        commit_base(args.tree, pieces)
        commit(args.tree, release, ownership)
        convert.git(args.tree, "branch", "kunit", f"main~{len(series['main'])}")
        convert.git(args.tree, "branch", "core", f"kunit~{len(series['kunit'])}")
        for branch, patches in series.items():
            with open(f"{args.cover}-{branch}", "w", encoding="utf-8") as file:
                file.write("\n\n".join(cover(SERIES[branch], release)) if patches else "")
    except (Failure, graft.Refusal) as failure:
        for problem in failure.args:
            print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
