#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Put this overlay into a kernel source tree, and take it out again byte for byte.

Whole files are copied to the same path in the kernel. The kernel's own files are changed in two
ways: first by fixes, the patches in tools/overlay/graft/core and ship/series/kunit, and then by
fragments, which are inserted at the places that tools/overlay/graft/anchors names. `graft --stock`
leaves the fixes out.

Everything is worked out and checked before the first write. A manifest in the kernel tree records
what was done. It is written before anything else and removed last: each file listed there is always
in a state the manifest describes, so a run that was interrupted can be completed by `graft` or
undone by `ungraft`.

A fix is a file NN-NAME.patch. The fixes apply in the order of their names:

    Subject: dma-direct: clear buffers without a kernel mapping
    Kernels: from 6.13
    Needs: 02

    The changelog, up to a line of three dashes.
    ---
    --- a/kernel/dma/direct.c
    +++ b/kernel/dma/direct.c
    @@ @@
     context
    -old
    +new
    @@ up to 6.17 @@
    ...

A hunk has no line numbers. The lines it has before, context and -, must stand exactly once in the
kernel's file, and are replaced by the lines it has after, context and +. An empty line is an empty
line of context; at the end of a hunk it is left out. `up to X.Y`, `from X.Y` and `from X.Y up to
X.Y` limit a hunk, or by Kernels: the fix, to these kernels, the bounds included. For tests,
`--without NN` leaves out a fix and those that need it.
"""

import argparse
import contextlib
import fcntl
import fnmatch
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from typing import Any, Iterable, Iterator, NamedTuple, Optional, Sequence

OVERLAY = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
ANCHORS = "tools/overlay/graft/anchors"
KERNELS = "tools/overlay/graft/kernels"
COMPAT = "tools/overlay/graft/compat/"
CORE = "tools/overlay/graft/core/"
# Where fixes of the kernel's own code are, each in the series that it is sent with.
FIXES = (CORE, "tools/overlay/ship/series/kunit/")

# What lands in a kernel. Of the files at the top only MAINTAINERS does, and as a fragment.
ROOTS = ("include/", "kernel/", "lib/", "Documentation/", "scripts/", "tools/testing/")
TOP_FILES = ("MAINTAINERS",)
BUILD_PRODUCTS = ("*.o", "*.ko", "*.mod", "*.mod.c", ".*.cmd", "Module.symvers", "modules.order",
                  "__pycache__")

# A fragment for several places is split at lines like this, which are comments in the languages
# that fragments are written in.
SEPARATOR = re.compile(rb"^(?:#|\.\.) ---8<---\n", re.MULTILINE)

MANIFEST = ".dma-coherent-handle.graft"
MANIFEST_FORMAT = 2
# Every write goes through a file of this name next to its target. A leftover can only come from a
# run that was killed, since the tree is locked while one runs.
TEMP_PREFIX = ".dma-coherent-handle.graft-tmp."

Version = tuple[int, ...]               # (major, minor)
Block = dict[str, str]                  # a change to a file of the kernel's: see Piece
Manifest = dict[str, Any]               # or one of its entries: see Plan


class Refusal(Exception):
    """Why nothing was written: each argument is one problem, told in one sentence."""


class Piece:
    """One file as the overlay adds it to the kernel at hand, or changes it.

    Each block is a change to the kernel's file, in the manifest's form: its "text" replaces "old".
    Where that is empty, the text is inserted before or after ("where") the line "anchor".
    """

    def __init__(self, content: Optional[bytes], executable: bool, blocks: list[Block]) -> None:
        self.content = content          # bytes of a whole file; None where there are blocks
        self.mode = 0o755 if executable else 0o644
        self.blocks = blocks

    @property
    def whole(self) -> bool:
        return self.content is not None


class Fix:
    """A change to the kernel's own code, as NN-NAME.patch has it."""

    def __init__(self, name: str) -> None:
        self.name = name                # its path in the overlay
        self.number = os.path.basename(name)[:2]
        self.needs: set[str] = set()    # numbers of others
        self.subject = self.body = ""
        self.kernels = Kernels()
        self.hunks: list[tuple[str, Kernels, Block]] = []       # each with the kernel's file

    def blocks(self, version: Version) -> dict[str, list[Block]]:
        """What it changes in this kernel: path -> blocks."""
        found: dict[str, list[Block]] = {}
        for path, kernels, block in self.hunks:
            if version in self.kernels and version in kernels:
                found.setdefault(path, []).append(block)
        return found


class Kernels:
    """A range of versions, both bounds included; None is no bound."""

    def __init__(self, oldest: Optional[Version] = None, newest: Optional[Version] = None) -> None:
        self.oldest, self.newest = oldest, newest

    def __contains__(self, version: Version) -> bool:
        return ((self.oldest is None or self.oldest <= version)
                and (self.newest is None or version <= self.newest))


# --- texts and insertions ---------------------------------------------------------------------

def digest(content: Optional[bytes]) -> Optional[str]:
    return None if content is None else hashlib.sha256(content).hexdigest()


def to_bytes(text: str) -> bytes:
    """The manifest is JSON, but a kernel file needs not be UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def to_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def places(content: bytes, lines: bytes) -> list[int]:
    """The offsets at which LINES, one or more whole lines, occurs in CONTENT."""
    found = []
    at = content.find(lines)
    while at >= 0:
        if at == 0 or content[at - 1:at] == b"\n":
            found.append(at)
        at = content.find(lines, at + 1)
    return found


def put_in(path: str, content: bytes, blocks: list[Block]) -> bytes:
    """CONTENT with BLOCKS put in, one after the other."""
    result, problems = content, []
    for block in blocks:
        old, text = to_bytes(block["old"]), to_bytes(block["text"])
        anchor = old or to_bytes(block["anchor"]) + b"\n"
        found = places(result, anchor)
        # What is left when lines are only removed can be a part of what was there.
        if places(result, text) and not places(old, text):
            problems.append(f"{path}: {already_there(block)}")
        elif len(found) != 1:
            problems.append(f"{path}: {not_once(block, len(found))}")
        else:
            at = found[0] + (len(anchor) if block.get("where") == "after" else 0)
            result = result[:at] + text + result[at + len(old):]
    if problems:
        raise Refusal(*problems)
    if take_out(result, blocks) != content:
        raise Refusal(f"{path}: our lines could not be told from the kernel's again; expected each "
                      f"block ({', '.join(sorted({name_of(block) for block in blocks}))}) to have "
                      "lines that occur nowhere else in the file")
    return result


def take_out(content: bytes, blocks: list[Block]) -> Optional[bytes]:
    """CONTENT without BLOCKS, or None if one of them isn't there exactly once."""
    for block in reversed(blocks):
        text = to_bytes(block["text"])
        found = places(content, text)
        if len(found) != 1:
            return None
        content = (content[:found[0]] + to_bytes(block["old"])
                   + content[found[0] + len(text):])
    return content


def name_of(block: Block) -> str:
    return block["fix"] if block["old"] else f"{block['where']} '{block['anchor']}'"


def first_lines(text: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return " / ".join(lines[:3]) + (" / ..." if len(lines) > 3 else "")


def already_there(block: Block) -> str:
    if block["old"]:
        return (f"{block['fix']}: the kernel's file already holds the lines that a hunk is to put "
                f"there, '{first_lines(block['text'])}'; has this been merged?")
    return (f"the kernel's file already holds the lines that are to be put {name_of(block)}, "
            "though no graft put them there; has this been merged?")


def not_once(block: Block, number: int) -> str:
    if block["old"]:
        return (f"{block['fix']}: expected the lines '{first_lines(block['old'])}' of a hunk "
                f"exactly once, but found them {number} times")
    return (f"expected the line '{block['anchor']}' exactly once, to put ours {block['where']} it, "
            f"but found it {number} times")


# --- the overlay ------------------------------------------------------------------------------

def read_overlay(path: str) -> bytes:
    try:
        with open(os.path.join(OVERLAY, path), "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise Refusal(f"{path}: expected this file in the overlay {OVERLAY}") from None


def overlay_files() -> list[str]:
    """Paths of the overlay's files: what git knows or would add, else what lies there."""
    paths: set[str] = set()
    # GIT_DIR and the like, as set for hooks, would name some other repository.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        if os.path.exists(os.path.join(OVERLAY, ".git")):
            listing = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], env=env,
                                     cwd=OVERLAY, check=True, capture_output=True).stdout
            paths.update(os.fsdecode(name) for name in listing.split(b"\0") if name)
    if not paths:
        for top in (*ROOTS, COMPAT, *FIXES):
            for where, _, names in os.walk(os.path.join(OVERLAY, top)):
                paths.update(os.path.relpath(os.path.join(where, name), OVERLAY)
                             for name in names)
        paths.update(TOP_FILES)
    return sorted(path for path in paths
                  # git lists what is in the index, whether or not it is still in the tree
                  if os.path.lexists(os.path.join(OVERLAY, path))
                  and not any(fnmatch.fnmatchcase(part, pattern)
                              for part in path.split("/") for pattern in BUILD_PRODUCTS))


def read_kernels() -> tuple[Version, Version]:
    """The oldest supported and the newest tested kernel, each as (major, minor)."""
    found = dict(re.findall(r"^(KERNEL_\w+)=(\d+\.\d+)$", to_text(read_overlay(KERNELS)),
                            re.MULTILINE))
    try:
        return (version_tuple(found["KERNEL_MIN"]), version_tuple(found["KERNEL_MAX_TESTED"]))
    except KeyError as missing:
        raise Refusal(f"{KERNELS}: expected a line {missing.args[0]}=MAJOR.MINOR") from None


def version_tuple(text: str) -> Version:
    return tuple(int(number) for number in text.split("."))


def read_anchors() -> dict[str, list[tuple[str, str]]]:
    """The places of the fragments: path -> list of (before|after, anchor line)."""
    anchors: dict[str, list[tuple[str, str]]] = {}
    for number, line in enumerate(to_text(read_overlay(ANCHORS)).split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t", 2)
        if len(fields) != 3 or fields[1] not in ("before", "after") or not fields[2]:
            raise Refusal(f"{ANCHORS}:{number}: expected a path, 'before' or 'after' and an anchor "
                          "line, separated by single tabs")
        anchors.setdefault(fields[0], []).append((fields[1], fields[2]))
    return anchors


def fragment_blocks(path: str, content: bytes, anchors: list[tuple[str, str]]) -> list[Block]:
    parts = SEPARATOR.split(content)
    if len(parts) != len(anchors):
        raise Refusal(f"{path}: expected {len(anchors)} parts, one for each line in {ANCHORS}, "
                      f"but the fragment has {len(parts)}")
    if not all(part.strip() and part.endswith(b"\n") for part in parts):
        raise Refusal(f"{path}: expected each part of the fragment to hold text and to end with "
                      "a newline")
    return [{"where": where, "anchor": anchor, "old": "", "text": to_text(part)}
            for part, (where, anchor) in zip(parts, anchors)]


def compat_patches(files: list[str], version: Version) -> dict[str, list[str]]:
    """The patches for this kernel: path -> patches, in the order in which they apply."""
    found = []
    for name in files:
        if name.startswith(COMPAT) and name.endswith(".patch"):
            match = re.fullmatch(r"up-to-(\d+\.\d+)/(.+)\.patch", name[len(COMPAT):])
            if not match:
                raise Refusal(f"{name}: expected a name like {COMPAT}up-to-X.Y/PATH.patch")
            found.append((version_tuple(match[1]), match[2], name))
    patches: dict[str, list[str]] = {}
    # The files are written for the newest kernel, so the patches lead backwards from there.
    for up_to, path, name in sorted(found, reverse=True):
        applying = patches.setdefault(path, [])
        if version <= up_to:
            applying.append(name)
    return patches


def apply_patch(path: str, content: bytes, patch: str) -> bytes:
    with tempfile.TemporaryDirectory() as work:
        target = os.path.join(work, path)
        os.makedirs(os.path.dirname(target))
        with open(target, "wb") as file:
            file.write(content)
        # Not the user's settings, which can ignore white space, and not a repository around work.
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env.update(GIT_CEILING_DIRECTORIES=os.path.dirname(os.path.realpath(work)),
                   GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
        result = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], env=env, cwd=work,
                                input=read_overlay(patch), capture_output=True, check=False)
        if result.returncode:
            reason = to_text(result.stderr).strip().replace("\n", "; ")
            raise Refusal(f"{patch}: does not apply to the overlay's {path} ({reason})")
        with open(target, "rb") as file:
            patched = file.read()
    if patched == content:
        raise Refusal(f"{patch}: expected a patch to {path}, but it changes nothing there")
    return patched


# --- fixes of the kernel's own code -----------------------------------------------------------

RANGE = r"(?:from (\d+\.\d+))? ?(?:up to (\d+\.\d+))?"


class FixReader:
    """Reads a fix, line by line, and tells the line that is wrong."""

    def __init__(self, name: str) -> None:
        self.fix = Fix(name)
        self.lines = to_text(read_overlay(name)).split("\n")
        if not self.lines[-1]:
            self.lines.pop()
        self.at = 0

    def wrong(self, expected: str, at: Optional[int] = None) -> Refusal:
        at = self.at if at is None else at
        got = f"'{self.lines[at]}'" if at < len(self.lines) else "the end of the file"
        return Refusal(f"{self.fix.name}:{at + 1}: expected {expected}, but got {got}")

    def match(self, pattern: str) -> Optional[re.Match[str]]:
        """The match of the line at hand, which is then behind us, or None."""
        found = self.at < len(self.lines) and re.fullmatch(pattern, self.lines[self.at])
        self.at += bool(found)
        return found or None

    def expect(self, pattern: str, expected: str) -> re.Match[str]:
        found = self.match(pattern)
        if not found:
            raise self.wrong(expected)
        return found

    def kernels(self, oldest: Optional[str], newest: Optional[str]) -> Kernels:
        return Kernels(version_tuple(oldest) if oldest else None,
                       version_tuple(newest) if newest else None)

    def read(self) -> Fix:
        fix = self.fix
        fix.subject = self.expect(r"Subject: (\S.*)", "'Subject: ' and a subject")[1]
        found = self.match(f"Kernels: (?=[fu]){RANGE}")
        if found:
            fix.kernels = self.kernels(found[1], found[2])
        found = self.match(r"Needs: ((?:\d\d ?)+)")
        fix.needs = set(found[1].split()) if found else set()
        self.expect("", "an empty line, or before it 'Kernels: from X.Y' or 'Kernels: up to X.Y', "
                        "and 'Needs: NN'")
        start = self.at
        while not self.match("---"):
            self.at += 1
            if self.at >= len(self.lines):
                raise self.wrong("a line '---', which ends the changelog")
        fix.body = "\n".join(self.lines[start:self.at - 1]).strip("\n") + "\n"
        while self.at < len(self.lines) or not fix.hunks:
            self.read_file()
        return fix

    def starts_file(self) -> bool:
        return (self.lines[self.at].startswith("--- a/")
                and "".join(self.lines[self.at + 1:self.at + 2]).startswith("+++ b/"))

    def read_file(self) -> None:
        path = self.expect("--- a/(.+)", "'--- a/PATH'")[1]
        if os.path.normpath(path) != path or path.startswith(("/", "..")):
            raise self.wrong("a path in the kernel tree", self.at - 1)
        self.expect(rf"\+\+\+ b/{re.escape(path)}", f"'+++ b/{path}'")
        first = True
        while first or (self.at < len(self.lines) and not self.starts_file()):
            self.read_hunk(path)
            first = False

    def read_hunk(self, path: str) -> None:
        start = self.at
        bounds = self.expect(rf"@@ (?:(?=[fu]){RANGE} )?@@",
                             "'@@ @@', '@@ from X.Y @@' or '@@ up to X.Y @@'")
        lines = []
        while (self.at < len(self.lines) and not self.starts_file()
               and not self.lines[self.at].startswith("@@")):
            line = self.lines[self.at] or " "
            if line[0] not in " -+":
                raise self.wrong("a line that begins with ' ', '-' or '+'")
            lines.append(line)
            self.at += 1
        # It may be there for the eye only, and the place is found without it.
        while lines and not self.lines[start + len(lines)]:
            lines.pop()
        old, text = ("".join(line[1:] + "\n" for line in lines if line[0] in kinds)
                     for kinds in (" -", " +"))
        if not old.strip() or not text.strip():
            # Whatever was removed without context could not be put back.
            raise Refusal(f"{self.fix.name}:{start + 1}: expected a line of context in this hunk, "
                          "for its place to be found")
        if old == text:
            raise Refusal(f"{self.fix.name}:{start + 1}: expected a change in this hunk")
        self.fix.hunks.append((path, self.kernels(bounds[1], bounds[2]),
                               {"fix": self.fix.name, "old": old, "text": text}))


def read_fixes(files: list[str]) -> list[Fix]:
    """All fixes, whatever the kernel, in the order in which they apply."""
    fixes: list[Fix] = []
    problems: list[str] = []
    for name in files:
        if name.startswith(FIXES) and name.endswith(".patch"):
            try:
                folder, file = os.path.split(name)
                if not re.fullmatch(r"\d\d-[\w.-]+", file):
                    raise Refusal(f"{name}: expected a name like {folder}/NN-NAME.patch")
                fixes.append(FixReader(name).read())
            except Refusal as refusal:
                problems += refusal.args
    if problems:
        raise Refusal(*problems)
    return fixes


def chosen_fixes(fixes: list[Fix], stock: bool, without: Iterable[str]) -> list[Fix]:
    """Those that are not to be left out."""
    left_out = set(without)
    chosen = []
    unknown = left_out - {fix.number for fix in fixes}
    if unknown:
        raise Refusal(f"--without {min(unknown)}: expected the number of a fix in "
                      f"{' or '.join(FIXES)}")
    for fix in fixes:
        if stock or fix.number in left_out or fix.needs & left_out:
            left_out.add(fix.number)
        else:
            chosen.append(fix)
    return chosen


def read_pieces(version: Version, stock: bool = False,
                without: Iterable[str] = ()) -> dict[str, Piece]:
    """The overlay as it goes into a kernel of this version: path -> Piece."""
    files = overlay_files()
    anchors = read_anchors()
    landing = [path for path in files if path.startswith(ROOTS) or path in TOP_FILES]
    patches = compat_patches(files, version)
    pieces: dict[str, Piece] = {}
    problems: list[str] = []

    for path in sorted(set(anchors) - set(landing)):
        problems.append(f"{ANCHORS} names {path}, but the overlay has no such file")
    for path in sorted(set(patches) - (set(landing) - set(anchors))):
        problems.append(f"{COMPAT} has a patch for {path}, but the overlay has no such whole file")
    try:
        for fix in chosen_fixes(read_fixes(files), stock, without):
            for path, blocks in fix.blocks(version).items():
                pieces.setdefault(path, Piece(None, False, [])).blocks.extend(blocks)
    except Refusal as refusal:
        problems += refusal.args
    for path in landing:
        try:
            mode = os.lstat(os.path.join(OVERLAY, path)).st_mode
            if not stat.S_ISREG(mode):
                raise Refusal(f"{path}: expected a regular file in the overlay")
            content = read_overlay(path)
            if path in anchors:
                blocks = fragment_blocks(path, content, anchors[path])
                pieces.setdefault(path, Piece(None, False, [])).blocks.extend(blocks)
                continue
            if path in pieces:
                raise Refusal(f"{path}: {pieces[path].blocks[0]['fix']} changes this file, but it "
                              "is the overlay's own; expected a file of the kernel")
            for patch in patches.get(path, []):
                content = apply_patch(path, content, patch)
            pieces[path] = Piece(content, bool(mode & stat.S_IXUSR), [])
        except Refusal as refusal:
            problems += refusal.args
    if problems:
        raise Refusal(*problems)
    return pieces


# --- the kernel tree --------------------------------------------------------------------------

def check_kernel_tree(kdir: str) -> tuple[Version, str]:
    """The version, as (major, minor), and the full release of the kernel source in KDIR."""
    if not kdir:
        raise Refusal("no kernel tree given; expected KDIR=/path/to/linux")
    if not os.path.exists(kdir):
        raise Refusal(f"{kdir}: there is no such directory")
    if not os.path.isdir(kdir):
        raise Refusal(f"{kdir}: expected a directory, the top of a kernel source tree")
    if os.path.samefile(kdir, OVERLAY):
        raise Refusal(f"{kdir}: this is the overlay itself; expected a kernel source tree")

    def has(path: str) -> bool:
        return os.path.lexists(os.path.join(kdir, path))

    if not has("init/main.c") and any(map(has, ("Module.symvers", ".config", "source",
                                                "include/generated",
                                                "include/linux/dma-mapping.h"))):
        raise Refusal(f"{kdir}: this looks like kernel headers or a build directory (O=), not "
                      "source; expected the tree that holds kernel/dma/mapping.c")
    fields = {}
    with contextlib.suppress(FileNotFoundError), open(os.path.join(kdir, "Makefile"), "rb") as file:
        fields = dict(re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(\S*)",
                                 to_text(file.read()), re.MULTILINE))
    try:
        version = int(fields["VERSION"]), int(fields["PATCHLEVEL"])
    except (KeyError, ValueError):
        raise Refusal(f"{kdir}: not a kernel source tree; expected a Makefile that sets VERSION "
                      "and PATCHLEVEL") from None
    # Before 4.19 the DMA code was elsewhere, and what is to be said there is "too old".
    if not has("kernel/dma/mapping.c") and version >= (4, 19):
        raise Refusal(f"{kdir}: not a kernel source tree; expected it to hold kernel/dma/mapping.c")
    sublevel = fields.get("SUBLEVEL") or "0"
    return version, f"{version[0]}.{version[1]}.{sublevel}{fields.get('EXTRAVERSION', '')}"


def check_range(kdir: str, version: Version, release: str, allow_newer: bool) -> None:
    oldest, newest = read_kernels()
    if version < oldest:
        raise Refusal(f"{kdir}: Linux {release} is too old; expected {oldest[0]}.{oldest[1]} or "
                      "newer")
    if version > newest:
        told = (f"{kdir}: Linux {release} is newer than {newest[0]}.{newest[1]}, the newest "
                "tested")
        if not allow_newer:
            raise Refusal(f"{told}; to go on all the same, use --allow-newer "
                          "(make graft GRAFT_FLAGS=--allow-newer)")
        print(f"graft: warning: {told}", file=sys.stderr)


@contextlib.contextmanager
def locked(kdir: str) -> Iterator[None]:
    """Hold the lock on KDIR. It is on the directory, so that it leaves nothing behind."""
    handle = os.open(kdir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"graft: waiting for another run on {kdir}", file=sys.stderr)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read_kernel(kdir: str, path: str) -> Optional[bytes]:
    """The content of a file in KDIR, None if there is none. Follows no symbolic link."""
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        step = "/".join(parts[:depth])
        try:
            mode = os.lstat(os.path.join(kdir, step)).st_mode
        except FileNotFoundError:
            return None
        if depth < len(parts) and not stat.S_ISDIR(mode):
            raise Refusal(f"{path}: expected {step} in {kdir} to be a directory, and not a link")
        if depth == len(parts) and not stat.S_ISREG(mode):
            raise Refusal(f"{path}: expected a regular file in {kdir}, or none, but something else "
                          "of that name is there")
    with open(os.path.join(kdir, path), "rb") as file:
        return file.read()


def parents(path: str) -> list[str]:
    """The directories above PATH, outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def temp_name(kdir: str, path: str) -> str:
    where, name = os.path.split(os.path.join(kdir, path))
    return os.path.join(where, TEMP_PREFIX + name)


def write_file(kdir: str, path: str, content: bytes, mode: int) -> None:
    """Replace a file in one step. A new inode also leaves alone what the old one is linked to."""
    target, temp = os.path.join(kdir, path), temp_name(kdir, path)
    handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    with contextlib.suppress(FileNotFoundError, PermissionError):
        old = os.lstat(target)
        os.chown(temp, old.st_uid, old.st_gid)
    os.chmod(temp, mode)
    os.replace(temp, target)


# --- the manifest -----------------------------------------------------------------------------

def read_manifest(kdir: str) -> Optional[Manifest]:
    """What an earlier graft did, or None. See Plan for the meaning of the fields."""
    content = read_kernel(kdir, MANIFEST)
    if content is None:
        return None
    try:
        manifest = json.loads(content)
        if manifest["format"] != MANIFEST_FORMAT:
            raise ValueError("format")
        for path in [*manifest["files"], *manifest["directories"]]:
            # It tells what to remove, so it must never lead out of the tree.
            if os.path.isabs(path) or os.path.normpath(path) != path or path.startswith(".."):
                raise ValueError("path")
        for entry in manifest["files"].values():
            for state in (entry, entry.get("was", entry)):
                if not isinstance(state["after"], (str, type(None))):
                    raise ValueError("after")
                for block in state["blocks"]:
                    to_bytes(block["text"] + block["old"])
            if not isinstance(entry["before"], (str, type(None))):
                raise ValueError("before")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(f"{MANIFEST}: expected a manifest that graft wrote and nobody edited, in "
                      f"format {MANIFEST_FORMAT}") from None
    return manifest


def write_manifest(kdir: str, manifest: Manifest) -> None:
    text = json.dumps(manifest, indent="\t", sort_keys=True) + "\n"
    write_file(kdir, MANIFEST, text.encode(), 0o644)


def without_ours(path: str, entry: Optional[Manifest],
                 current: Optional[bytes]) -> tuple[Optional[bytes], list[Block]]:
    """CURRENT as it would be had nothing been put in, and the blocks that are in it."""
    # A file of ours that is gone was not yet written, or was removed by hand: nothing is lost.
    if entry is None or digest(current) == entry["before"]:
        return current, []
    whole = entry["before"] is None
    states = [entry, entry["was"]] if "was" in entry else [entry]
    for state in states:
        if digest(current) == state["after"]:
            base = None if whole or current is None else take_out(current, state["blocks"])
            return base, state["blocks"]
    if whole:
        raise Refusal(f"{path}: this file of ours was edited since the graft; expected it "
                      "unchanged, so move the edit to the overlay or undo it")
    # Edits elsewhere in the file are fine. Not so after a regraft that was interrupted, when
    # either version of our lines can be in it, and one can be a part of the other.
    base = None
    if current is not None and "was" not in entry:
        base = take_out(current, entry["blocks"])
    if base is None:
        raise Refusal(f"{path}: our lines in this file were edited since the graft; expected each "
                      "block of ours exactly once and unchanged, so restore them or the file")
    return base, entry["blocks"]


class Change(NamedTuple):
    """Of a file: None is no file."""
    path: str
    current: Optional[bytes]
    target: Optional[bytes]
    mode: int


class Plan:
    """All that a run is to do.

    The manifest lists for each file: the hashes before (null: there was none) and after; the blocks
    put in (see Piece), which are undone in reverse order. During a regraft an entry also says in
    "was" what an earlier graft left there, so that at any time each file is in one of the states
    the manifest names.
    """

    def __init__(self, kdir: str, pieces: dict[str, Piece], old: Optional[Manifest],
                 release: str) -> None:
        self.kdir, self.pieces, self.old = kdir, pieces, old
        self.changes: list[Change] = []
        self.pending: Manifest = {}     # entries while at work
        self.final: Manifest = {}       # entries when done
        old_files = old["files"] if old else {}
        old_directories = old["directories"] if old else []

        problems: list[str] = []
        for path in sorted(set(old_files) | set(pieces)):
            try:
                self.plan_file(path, old_files.get(path), pieces.get(path))
            except Refusal as refusal:
                problems += refusal.args
        if problems:
            raise Refusal(*problems)

        needed = {above for path in pieces for above in parents(path)}
        self.missing = sorted(above for above in needed if not self.is_dir(above))
        self.unneeded = sorted((above for above in old_directories if above not in needed),
                               reverse=True)
        self.directories = sorted(set(old_directories) | set(self.missing))
        self.release = release
        self.check_permissions()

    def plan_file(self, path: str, entry: Optional[Manifest], piece: Optional[Piece]) -> None:
        current = read_kernel(self.kdir, path)
        base, blocks = without_ours(path, entry, current)
        mode = 0o644
        if piece is None:
            target = base
            if current != base:
                self.pending[path] = {"before": digest(base), "after": digest(current),
                                      "blocks": blocks}
        elif piece.whole:
            if base is not None:
                how = "this very" if base == piece.content else "a different"
                raise Refusal(f"{path}: the tree already holds {how} file of that name, though no "
                              "graft put it there; expected none (has this been merged?)")
            target, mode = piece.content, piece.mode
        else:
            if base is None:
                name = piece.blocks[0].get("fix", "the overlay")
                raise Refusal(f"{path}: expected this file in the kernel tree, which {name} "
                              "changes")
            target = put_in(path, base, piece.blocks)
        if piece:
            entry = {"before": digest(base), "after": digest(target), "blocks": piece.blocks}
            self.final[path] = self.pending[path] = entry
            if digest(current) not in (entry["before"], entry["after"]):
                self.pending[path] = {**entry, "was": {"after": digest(current), "blocks": blocks}}

        differs = current != target
        if current is not None:
            now = stat.S_IMODE(os.lstat(os.path.join(self.kdir, path)).st_mode)
            if base is not None:
                mode = now              # the kernel's file keeps its own
            elif (now ^ mode) & stat.S_IXUSR:
                differs = True
        if differs:
            self.changes.append(Change(path, current, target, mode))

    def is_dir(self, path: str) -> bool:
        return os.path.isdir(os.path.join(self.kdir, path))

    def manifest(self, entries: Manifest, directories: list[str]) -> Manifest:
        return {"comment": "What tools/overlay/graft/graft.py put into this tree. Do not edit.",
                "format": MANIFEST_FORMAT, "kernel": self.release, "files": entries,
                "directories": directories}

    def check_permissions(self) -> None:
        if (self.pieces and not self.changes
                and self.old == self.manifest(self.pending, self.directories)):
            return                      # nothing to do, which is fine in a read-only tree
        directories, files = {self.kdir}, set()
        for path, current, target, _ in self.changes:
            above = [name for name in parents(path) if name not in self.missing]
            directories.add(os.path.join(self.kdir, above[-1]) if above else self.kdir)
            if current is not None and target is not None:
                files.add(os.path.join(self.kdir, path))
        for path in self.unneeded:
            if self.is_dir(path):
                directories.add(os.path.dirname(os.path.join(self.kdir, path)))
        denied = [name for name in sorted(directories) if not os.access(name, os.W_OK | os.X_OK)]
        denied += [name for name in sorted(files) if not os.access(name, os.W_OK)]
        if self.kdir in denied:
            denied = [self.kdir]        # most likely all are, and this says it
        if denied:
            raise Refusal(*(f"{name}: no permission to write here; expected a tree that you can "
                            "change" for name in denied))

    def counts(self) -> tuple[int, int, int]:
        added = sum(change.current is None for change in self.changes)
        removed = sum(change.target is None for change in self.changes)
        return added, len(self.changes) - added - removed, removed

    def carry_out(self) -> None:
        kdir = self.kdir
        for path in [*(self.old["files"] if self.old else []), MANIFEST]:
            temp = temp_name(kdir, path)
            if os.path.lexists(temp):
                os.unlink(temp)

        manifest = self.manifest(self.pending, self.directories)
        if manifest != self.old:
            write_manifest(kdir, manifest)
        for path in self.missing:
            os.mkdir(os.path.join(kdir, path))
        for path, _, target, mode in self.changes:
            if target is None:
                os.unlink(os.path.join(kdir, path))
            else:
                write_file(kdir, path, target, mode)
        for path in self.unneeded:
            # Someone else's files in there are theirs to remove.
            with contextlib.suppress(OSError):
                os.rmdir(os.path.join(kdir, path))
        if not self.pieces:
            os.unlink(os.path.join(kdir, MANIFEST))
            return
        final = self.manifest(self.final, [path for path in self.directories if self.is_dir(path)])
        if final != manifest:
            write_manifest(kdir, final)


# --- the commands -----------------------------------------------------------------------------

def carry_out(plan: Plan) -> None:
    try:
        plan.carry_out()
    except (OSError, KeyboardInterrupt) as error:
        reason = "interrupted" if isinstance(error, KeyboardInterrupt) else error
        raise Refusal(f"stopped half-way ({reason}); run graft again to complete it, or ungraft to "
                      "take everything out") from None


def graft(kdir: str, pieces: dict[str, Piece], release: str, write: bool) -> None:
    plan = Plan(kdir, pieces, read_manifest(kdir), release)
    if write:
        carry_out(plan)
    added, changed, removed = plan.counts()
    name, would = ("graft", "") if write else ("check", " would be")
    if not plan.changes:
        print(f"{name}: already up to date")
        return
    dropped = f", {removed} removed" if removed else ""
    print(f"{name}: {added} files{would} added, {changed} changed{dropped} "
          f"in {kdir} (Linux {release})")


def ungraft(kdir: str, release: str) -> None:
    old = read_manifest(kdir)
    if old is None:
        temp = temp_name(kdir, MANIFEST)
        if os.path.lexists(temp):
            os.unlink(temp)
        print(f"ungraft: nothing to take out of {kdir}")
        return
    plan = Plan(kdir, {}, old, release)
    carry_out(plan)
    _, restored, removed = plan.counts()
    print(f"ungraft: {removed} files removed, {restored} restored in {kdir} (Linux {release})")


def run(args: argparse.Namespace) -> None:
    version, release = check_kernel_tree(args.kdir or "")
    pieces = {}
    if args.command != "ungraft":
        check_range(args.kdir, version, release, args.allow_newer)
        pieces = read_pieces(version, args.stock, args.without)
    with locked(args.kdir):
        if args.command == "ungraft":
            ungraft(args.kdir, release)
        else:
            graft(args.kdir, pieces, release, args.command == "graft")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("command", choices=("graft", "ungraft", "check"),
                        help="check makes all of graft's checks and writes nothing")
    parser.add_argument("kdir", metavar="KDIR", nargs="?", help="the kernel source tree")
    parser.add_argument("--allow-newer", action="store_true",
                        help="go on with a kernel that is newer than the newest tested")
    parser.add_argument("--stock", action="store_true",
                        help="leave out the fixes of the kernel's own code")
    parser.add_argument("--without", metavar="NN", action="append", default=[],
                        help="leave out this fix and those that need it")
    # Intermixed, since KDIR may follow the option and, for a better message, be missing.
    args = parser.parse_intermixed_args(arguments)
    try:
        run(args)
    except Refusal as refusal:
        for problem in refusal.args:
            print(f"{args.command}: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{args.command}: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
