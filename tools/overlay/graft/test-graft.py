#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Test graft.py. Usage: test-graft.py KERNEL_TREE...

This repository is grafted into a copy of each tree. All other cases run on a made-up overlay and a
tree that holds only what graft looks at. The given trees are never written to; everything is below
$BUILD/test-graft (default: build/test-graft in this repository).
"""

import contextlib
import filecmp
import functools
import glob
import hashlib
import importlib.util
import itertools
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Optional

sys.dont_write_bytecode = True          # graft.py is imported from the repository's own tree

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
WORK = os.path.join(os.path.abspath(os.environ.get("BUILD") or os.path.join(REPO, "build")),
                    "test-graft")
ROOTS = ("include/", "kernel/", "lib/", "Documentation/", "scripts/", "tools/testing/")
MANIFEST = ".dma-coherent-handle.graft"
SEPARATOR = rb"(?m)^(?:#|\.\.) ---8<---\n"
NOBODY = 65534
# Flags of graft.py, for its two flavours.
FULL: list[str] = []
STOCK = ["--stock"]

# The made-up overlay's whole files, and one that its second version adds.
HEADER = "include/linux/graft-test.h"
SCRIPT = "scripts/graft-test/run.sh"
DROPPED = "kernel/dma/graft-test/sub/.kunitconfig"
NEW = "tools/testing/graft-test/deep/new.txt"

# Its fragments, and the kernel files they go to. Not all is UTF-8, as in old files of the kernel.
MAINTAINERS = "MAINTAINERS"
KCONFIG = "kernel/dma/Kconfig"
INDEX = "Documentation/dev-tools/kunit/api/index.rst"
ANCHORS = b"""# A comment.

MAINTAINERS\tbefore\tDMA GENERIC OFFLOAD ENGINE SUBSYSTEM
kernel/dma/Kconfig\tbefore\tconfig DMA_MAP_BENCHMARK
Documentation/dev-tools/kunit/api/index.rst\tafter\t\tclk
Documentation/dev-tools/kunit/api/index.rst\tbefore\tDocumentation/of.rst
"""
FRAGMENTS = {
    MAINTAINERS: b"DMA COHERENT HANDLE\nM:\tJos\xe9\n\n",
    KCONFIG: b"config DMA_COHERENT_HANDLE\n\tbool\n\n",
    INDEX: b"\tdma\n.. ---8<---\nDocumentation/dma.rst\n\n - The KUnit DMA device\n\n",
}
# Its fixes, in an overlay of their own: each changes a file in several places; the second builds on
# the first, and the file has a fragment, too.
MAPPING = "kernel/dma/mapping.c"
FIX1, FIX2 = "tools/overlay/graft/core/01-one.patch", "tools/overlay/ship/series/kunit/02-two.patch"
FIXES = {
    FIX1: b"""Subject: dma-mapping: return eleven

One is not enough.
---
--- a/kernel/dma/mapping.c
+++ b/kernel/dma/mapping.c
@@ @@
 int one(void)
 {
-\treturn 1;
+\treturn 11;
 }

 int two(void)
@@ @@
-\tint unused;
-
 \treturn 2;
@@ @@
-/* Fran\xe7ois */
+/* Ren\xe9 */
""",
    FIX2: b"""Subject: dma-mapping: say so

The first fix did not.
---
--- a/kernel/dma/Kconfig
+++ b/kernel/dma/Kconfig
@@ @@
 config HAS_DMA
-\tbool
+\tdef_bool y

@@ @@
 config DMA_MAP_BENCHMARK
+\t# fixed

--- a/kernel/dma/mapping.c
+++ b/kernel/dma/mapping.c
@@ @@
 {
+\t/* eleven */
 \treturn 11;
 }
""",
}
FIXED = b"""int one(void)
{
\t/* eleven */
\treturn 11;
}

int two(void)
{
\treturn 2;
}

/* Ren\xe9 */
"""
FIXED_KCONFIG = b"""config HAS_DMA
\tdef_bool y

config DMA_COHERENT_HANDLE
\tbool

config DMA_MAP_BENCHMARK
\t# fixed
\tbool
"""

KERNEL_FILES = {
    "include/linux/dma-mapping.h": b"",
    "init/main.c": b"",
    MAPPING: b"int one(void)\n{\n\treturn 1;\n}\n\nint two(void)\n{\n\tint unused;\n\n\treturn 2;\n"
             b"}\n\n/* Fran\xe7ois */\n",
    MAINTAINERS: b"DMA BUFFER\nM:\tFran\xe7ois\n\nDMA GENERIC OFFLOAD ENGINE SUBSYSTEM\nM:\tX\n",
    KCONFIG: b"config HAS_DMA\n\tbool\n\nconfig DMA_MAP_BENCHMARK\n\tbool\n",
    INDEX: b".. toctree::\n\n\tclk\n\tof\n\nDocumentation/clk.rst\n\nDocumentation/of.rst\n",
}


# A process, and the logs of its standard output and standard error.
Child = tuple[int, list[str]]
CHILDREN = itertools.count(1)


class Result(NamedTuple):
    """Of a run: the exit status, None if it was killed, and what it printed."""
    status: Optional[int]
    out: str
    err: str


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def expect(condition: object, reason: str) -> None:
    if not condition:
        raise Failure(reason)


def search(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if not found:
        raise Failure(f"found no /{pattern}/ in {text}")
    return found


# --- trees ------------------------------------------------------------------------------------

def read(*parts: str) -> bytes:
    with open(os.path.join(*parts), "rb") as file:
        return file.read()


def write(content: bytes, *parts: str, mode: int = 0o644) -> None:
    """Write a file anew, so that a hard link to the old one keeps its content."""
    path = os.path.join(*parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)


def edit(tree: str, path: str, old: bytes, new: bytes) -> None:
    """Change a file as an editor would, keeping its mode."""
    content = read(tree, path)
    expect(old in content, f"the test expected {old!r} in {path}")
    write(content.replace(old, new, 1), tree, path,
          mode=stat.S_IMODE(os.stat(os.path.join(tree, path)).st_mode))


def entries(tree: str) -> dict[str, os.stat_result]:
    """Everything in TREE: path relative to it -> os.stat_result."""
    found = {".": os.lstat(tree)}
    todo = [""]
    while todo:
        above = todo.pop()
        with os.scandir(os.path.join(tree, above)) as listing:
            for entry in listing:
                path = os.path.join(above, entry.name)
                found[path] = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    todo.append(path)
    return found


def stamps(tree: str) -> dict[str, tuple[int, ...]]:
    """What changes with any write, even one of the same content."""
    return {path: (info.st_ino, info.st_mode, info.st_size, info.st_mtime_ns)
            for path, info in entries(tree).items()}


def snapshot(tree: str) -> dict[str, tuple[int, Optional[str]]]:
    """What makes trees the same: types, modes and contents."""
    found = {}
    for path, info in entries(tree).items():
        content = None
        if stat.S_ISLNK(info.st_mode):
            content = os.readlink(os.path.join(tree, path))
        elif stat.S_ISREG(info.st_mode):
            content = hashlib.sha256(read(tree, path)).hexdigest()
        found[path] = (info.st_mode, content)
    return found


def expect_same(found: Mapping[str, object], wanted: Mapping[str, object], what: str) -> None:
    differing = sorted(path for path in {**found, **wanted}
                       if found.get(path) != wanted.get(path))
    expect(not differing, f"{what}: {len(differing)} differ, e.g. {', '.join(differing[:4])}")


def expect_same_trees(tree: str, origin: str) -> None:
    """As snapshot(), for large trees: what is one inode in both isn't read."""
    found, wanted = entries(tree), entries(origin)
    expect_same({path: info.st_mode for path, info in found.items()},
                {path: info.st_mode for path, info in wanted.items()}, f"{tree} and {origin}")
    for path, info in found.items():
        here, there = os.path.join(tree, path), os.path.join(origin, path)
        if info.st_ino == wanted[path].st_ino and info.st_dev == wanted[path].st_dev:
            continue
        if stat.S_ISLNK(info.st_mode):
            expect(os.readlink(here) == os.readlink(there), f"{path}: another link")
        elif stat.S_ISREG(info.st_mode):
            expect(filecmp.cmp(here, there, shallow=False), f"{path}: another content")


def link_copy(origin: str, tree: str) -> str:
    remove(tree)
    os.makedirs(os.path.dirname(tree), exist_ok=True)
    if subprocess.run(["cp", "-al", origin, tree], capture_output=True, check=False).returncode:
        remove(tree)
        subprocess.run(["cp", "-a", origin, tree], check=True)
    return tree


def remove(tree: str) -> None:
    """Much faster than shutil.rmtree() on a kernel tree."""
    subprocess.run(["rm", "-rf", tree], check=True)


# --- running graft ----------------------------------------------------------------------------

def call_script(overlay: str, *arguments: str) -> Result:
    """Run graft.py as a user does."""
    result = subprocess.run([os.path.join(overlay, "tools/overlay/graft/graft.py"), *arguments],
                            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                            capture_output=True, text=True, check=False)
    return Result(result.returncode, result.stdout, result.stderr)


def call(overlay: str, *arguments: str) -> Result:
    """As call_script(), but in a fork of this process, which saves the start of python."""
    return finish(start(lambda: load(overlay).main(arguments)))


def expect_run(text: str, tree: str, command: str = "graft", overlay: Optional[str] = None,
               flags: Iterable[str] = (), how: Callable[..., Result] = call) -> str:
    """It succeeds with one line that matches TEXT. Returns standard error."""
    status, out, err = how(overlay or Fixture.overlay, command, *flags, tree)
    expect(status == 0, f"{command}: status {status}: {err}")
    expect(re.search(text, out) and out.count("\n") == 1,
           f"{command} printed '{out}', expected /{text}/")
    return err


def expect_refusal(text: str, tree: str, command: str = "graft", overlay: Optional[str] = None,
                   flags: Iterable[str] = (), lines: int = 1) -> None:
    """It fails with LINES lines that match TEXT, and so does check. The tree isn't touched."""
    before = stamps(tree) if os.path.isdir(tree) else None
    for name in ("check", "graft") if command == "graft" else (command,):
        status, out, err = call(overlay or Fixture.overlay, name, *flags, tree)
        expect(status == 1, f"{name}: status {status}: {out}{err}")
        expect(re.search(text, err), f"{name} said '{err}', expected /{text}/")
        expect(err.count("\n") == lines and not out,
               f"{name} said '{out}{err}', expected {lines} line(s)")
        if before is not None:
            expect_same(stamps(tree), before, f"the tree after a refused {name}")


@functools.lru_cache(maxsize=None)
def graft_module() -> Any:
    spec = importlib.util.spec_from_file_location(
        "graft", os.path.join(REPO, "tools/overlay/graft/graft.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(overlay: str) -> Any:
    """graft.py as if it were OVERLAY's. Only for children."""
    module = graft_module()
    module.OVERLAY = os.path.realpath(overlay)
    return module


def start(work: Callable[[], int]) -> Child:
    """Call WORK in a child process; finish() waits for it."""
    number = next(CHILDREN)
    logs = [os.path.join(WORK, f"{name}-{number}") for name in ("out", "err")]
    graft_module()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid, logs
    status = 99
    try:
        for stream, log in enumerate(logs, 1):
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), stream)
        status = work()
        sys.stdout.flush()
    except BaseException as error:
        os.write(2, repr(error).encode())
    finally:
        os._exit(status)


def finish(child: Child) -> Result:
    pid, logs = child
    _, status = os.waitpid(pid, 0)
    printed = []
    for log in logs:
        printed.append(read(log).decode())
        os.unlink(log)
    return Result(os.WEXITSTATUS(status) if os.WIFEXITED(status) else None, *printed)


def hooked(tree: str, overlay: str, command: str, hook: Callable[[], None]) -> Child:
    """Run graft.py with HOOK called before each of its changes to the tree."""
    def work() -> int:
        def wrap(real: Callable[..., Any]) -> Callable[..., Any]:
            def hooked_call(path: str, *rest: Any, **options: Any) -> Any:
                if os.fspath(path).startswith(tree + "/"):
                    hook()
                return real(path, *rest, **options)
            return hooked_call
        for name in ("replace", "unlink", "mkdir", "rmdir"):
            setattr(os, name, wrap(getattr(os, name)))
        return load(overlay).main([*command.split(), tree])
    return start(work)


def run_killed(tree: str, overlay: str, command: str, number: int) -> bool:
    """Kill a run right before its change NUMBER (thus after the last). False: it had fewer."""
    left = [number]

    def hook() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    status, _, err = finish(hooked(tree, overlay, command, hook))
    expect(status in (0, None), f"{command}: status {status}: {err}")
    return status is None


# --- what is tested with ----------------------------------------------------------------------

class Fixture:
    """What the cases share, all below WORK. No case changes it."""
    overlay = os.path.join(WORK, "overlay")
    overlay2 = os.path.join(WORK, "overlay2")
    fixing = os.path.join(WORK, "fixing")           # overlay with fixes
    tree = os.path.join(WORK, "tree")
    grafted = os.path.join(WORK, "grafted")         # with overlay
    grafted2 = os.path.join(WORK, "grafted2")       # with overlay2 on top
    fixed = os.path.join(WORK, "fixed")             # with fixing
    oldest = newest = ""
    count = 0
    removals: list["subprocess.Popen[bytes]"] = []


def fresh(origin: Optional[str] = None) -> str:
    """A copy of the small tree, or of another, for one case to change."""
    Fixture.count += 1
    return link_copy(origin or Fixture.tree, os.path.join(WORK, f"case-{Fixture.count}"))


def set_version(tree: str, version: str) -> None:
    write("VERSION = {}\nPATCHLEVEL = {}\nSUBLEVEL = 5\nEXTRAVERSION = -rc1\n".format(
        *version.split(".")).encode(), tree, "Makefile")


def set_up() -> None:
    """Make the fixture. Uses nothing of graft.py but the commands."""
    kernels = read(REPO, "tools/overlay/graft/kernels").decode()
    Fixture.oldest = search(r"(?m)^KERNEL_MIN=(.*)$", kernels)[1]
    Fixture.newest = search(r"(?m)^KERNEL_MAX_TESTED=(.*)$", kernels)[1]

    for path, content in KERNEL_FILES.items():
        write(content, Fixture.tree, path)
    os.chmod(os.path.join(Fixture.tree, KCONFIG), 0o640)
    set_version(Fixture.tree, Fixture.newest)

    overlay, overlay2 = Fixture.overlay, Fixture.overlay2
    for name in ("graft.py", "kernels"):
        os.makedirs(os.path.join(overlay, "tools/overlay/graft"), exist_ok=True)
        shutil.copy(os.path.join(REPO, "tools/overlay/graft", name),
                    os.path.join(overlay, "tools/overlay/graft", name))
    write(ANCHORS, overlay, "tools/overlay/graft/anchors")
    for path, content in FRAGMENTS.items():
        write(content, overlay, path)
    write(b"/* one */\n", overlay, HEADER)
    write(b"#!/bin/sh\n", overlay, SCRIPT, mode=0o755)
    write(b"CONFIG_KUNIT=y\n", overlay, DROPPED)

    link_copy(overlay, overlay2)
    write(b"/* two */\n", overlay2, HEADER)
    write(b"new\n", overlay2, NEW)
    remove(os.path.join(overlay2, "kernel/dma/graft-test"))
    write(FRAGMENTS[KCONFIG] + b"config GRAFT_TEST\n\tbool\n\n", overlay2, KCONFIG)

    link_copy(overlay, Fixture.fixing)
    for path, content in FIXES.items():
        write(content, Fixture.fixing, path)

    link_copy(Fixture.tree, Fixture.grafted)
    expect_run("^graft: 3 files added, 3 changed in ", Fixture.grafted, how=call_script)
    link_copy(Fixture.grafted, Fixture.grafted2)
    expect_run("^graft: 1 files added, 2 changed, 1 removed in ", Fixture.grafted2,
               overlay=overlay2, how=call_script)
    link_copy(Fixture.tree, Fixture.fixed)
    expect_run("^graft: 3 files added, 4 changed in ", Fixture.fixed, overlay=Fixture.fixing,
               how=call_script)


# --- the cases --------------------------------------------------------------------------------

def anchors_of(overlay: str) -> list[list[str]]:
    lines = read(overlay, "tools/overlay/graft/anchors").decode().split("\n")
    return [line.split("\t", 2) for line in lines if line and not line.startswith("#")]


def whole_files(overlay: str) -> set[str]:
    """The overlay's files that land whole, by a list of our own."""
    files = {os.path.relpath(os.path.join(where, name), overlay)
             for top in ROOTS for where, _, names in os.walk(os.path.join(overlay, top))
             for name in names}
    if os.path.exists(os.path.join(overlay, ".git")):
        result = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=overlay,
                                capture_output=True, text=True, check=True)
        files &= set(result.stdout.splitlines())
    return files - {path for path, _, _ in anchors_of(overlay)}


def expect_landed(tree: str, overlay: str) -> tuple[int, int]:
    """Every file and every part of a fragment is where it belongs. Returns how many there are."""
    whole, anchors = whole_files(overlay), anchors_of(overlay)
    compat = os.path.join(overlay, "tools/overlay/graft/compat")
    patched = {os.path.relpath(os.path.join(where, name), compat).split("/", 1)[-1]
               for where, _, names in os.walk(compat) for name in names}
    for path in whole:
        expect(os.path.isfile(os.path.join(tree, path)), f"{path} did not land")
        if path + ".patch" not in patched:
            expect(read(tree, path) == read(overlay, path), f"{path} landed changed")
        expect(not (os.stat(os.path.join(tree, path)).st_mode
                    ^ os.stat(os.path.join(overlay, path)).st_mode) & stat.S_IXUSR,
               f"{path} is executable in one place only")
    parts = {path: re.split(SEPARATOR, read(overlay, path)) for path, _, _ in anchors}
    fragments = len(parts)
    for path, where, anchor in anchors:
        line, part = anchor.encode() + b"\n", parts[path].pop(0)
        wanted = part + line if where == "before" else line + part
        content = b"\n" + read(tree, path)
        expect(content.count(b"\n" + wanted) == 1, f"{path}: nothing of ours {where} '{anchor}'")
        expect(content.count(b"\n" + part) == 1, f"{path}: the fragment isn't there exactly once")
    expect(not os.path.exists(os.path.join(tree, "tools/overlay")), "tools/overlay landed")
    return len(whole), fragments


def fixed_files(origin: str) -> dict[str, bytes]:
    """The kernel's files as the repository's fixes make them, by a reader of our own."""
    version = [int(number) for number in re.findall(
        r"(?m)^(?:VERSION|PATCHLEVEL) = (\d+)$", read(origin, "Makefile").decode())]

    def concerns(text: str) -> bool:
        oldest, newest = (re.search(bound + r" (\d+)\.(\d+)", text) for bound in ("from", "up to"))
        return ((not oldest or list(map(int, oldest.groups())) <= version)
                and (not newest or version <= list(map(int, newest.groups()))))

    found: dict[str, str] = {}
    for name in sorted(glob.glob(os.path.join(REPO, "tools/overlay/graft/core/*.patch"))
                       + glob.glob(os.path.join(REPO, "tools/overlay/ship/series/kunit/*.patch"))):
        head, _, patch = read(name).decode("latin1").partition("\n---\n")
        if not concerns(search(r"(?m)^(Kernels: .*)?$", head)[0]):
            continue
        for file in re.split(r"(?m)^--- a/", patch)[1:]:
            path = file.split("\n")[0]
            for hunk in re.split(r"(?m)^@@ ", file)[1:]:
                bounds, *lines = hunk.rstrip("\n").split("\n")
                if not concerns(bounds):
                    continue
                before, after = ("".join(line[1:] + "\n" for line in lines if line[:1] != other)
                                 for other in "+-")
                content = found.get(path) or "\n" + read(origin, path).decode("latin1")
                expect(content.count("\n" + before) == 1, f"{path}: a hunk of {name}")
                found[path] = content.replace("\n" + before, "\n" + after)
    return {path: content[1:].encode("latin1") for path, content in found.items()}


def case_full_tree(origin: str) -> None:
    Fixture.count += 1
    tree = os.path.join(WORK, f"full-{Fixture.count}")
    pristine = stamps(origin)
    link_copy(origin, tree)
    fixed, anchored = fixed_files(origin), {path for path, _, _ in anchors_of(REPO)}
    # Were graft.py ever to write in place, it must not reach someone's kernel. The small trees,
    # where nothing is at stake, keep their links and would tell.
    for path in anchored | set(fixed):
        os.unlink(os.path.join(tree, path))
        shutil.copy2(os.path.join(origin, path), os.path.join(tree, path))

    # CI runs this on kernels that are newer than the newest tested, too.
    def run(text: str, command: str, *flags: str) -> None:
        expect_run(text, tree, command, REPO, ["--allow-newer", *flags], call_script)

    run("^check: .* would be added", "check")
    expect(not os.path.exists(os.path.join(tree, MANIFEST)), "check wrote a manifest")
    run(rf"^graft: \d+ files added, \d+ changed in {re.escape(tree)} \(Linux \d+\.\d+", "graft")
    added, changed = expect_landed(tree, REPO)
    for path in set(fixed) - anchored:
        expect(read(tree, path) == fixed[path], f"{path} is not as the fixes make it")
    grafted = stamps(tree)
    run("^graft: already up to date$", "graft")
    expect_same(stamps(tree), grafted, "the tree after a second graft")
    run("^graft: ", "graft", "--stock")
    expect_landed(tree, REPO)
    for path in set(fixed) - anchored:
        expect(read(tree, path) == read(origin, path), f"{path} has a fix in the stock flavour")
    run("^graft: ", "graft")
    for path in set(fixed) - anchored:
        expect(read(tree, path) == fixed[path], f"{path} is not as the fixes make it")
    run(f"^ungraft: {added} files removed, {changed + len(set(fixed) - anchored)} restored in ",
        "ungraft")
    expect_same_trees(tree, origin)
    expect_same(stamps(origin), pristine, f"the pristine {origin}")
    run("^ungraft: nothing to take out", "ungraft")
    # A tree takes long to remove, mostly waiting for the disk: meanwhile, go on.
    Fixture.removals.append(subprocess.Popen(["rm", "-rf", tree]))


def case_version_code() -> None:
    for path in whole_files(REPO):
        if path.endswith((".c", ".h")):
            expect(b"LINUX_VERSION_CODE" not in read(REPO, path),
                   f"{path} asks for the kernel's version; that is for tools/overlay/graft/compat")


def case_round_trip() -> None:
    origin = stamps(Fixture.tree)
    tree = fresh()
    expect_run("^graft: .* files added", tree)
    expect_landed(tree, Fixture.overlay)
    expect(os.stat(os.path.join(tree, KCONFIG)).st_mode & 0o777 == 0o640, "a mode was not kept")
    expect_same(snapshot(tree), snapshot(Fixture.grafted), "two grafts of one tree")
    before = stamps(tree)
    expect_run("^graft: already up to date$", tree)
    expect_run("^check: already up to date$", tree, "check")
    expect_same(stamps(tree), before, "the tree after a second graft")
    expect_run("^ungraft: ", tree, "ungraft")
    expect_same(snapshot(tree), snapshot(Fixture.tree), "the tree after ungraft")
    expect_same(stamps(Fixture.tree), origin, "the tree of which this was a hard-link copy")


def case_manifest() -> None:
    manifest = json.loads(read(Fixture.grafted, MANIFEST))
    files = manifest["files"]
    expect(files[HEADER]["before"] is None and not files[HEADER]["blocks"], "whole file")
    expect(files[HEADER]["after"] == hashlib.sha256(b"/* one */\n").hexdigest(), "hash after")
    expect(files[KCONFIG]["before"] == hashlib.sha256(read(Fixture.tree, KCONFIG)).hexdigest(),
           "hash before")
    expect(files[KCONFIG]["blocks"][0]["anchor"] == "config DMA_MAP_BENCHMARK", "anchor")
    expect("kernel/dma/graft-test/sub" in manifest["directories"]
           and "kernel/dma" not in manifest["directories"], "directories")
    expect(not any("was" in entry for entry in files.values()), "an entry claims to be at work")


def case_regraft() -> None:
    tree = fresh(Fixture.grafted)
    before = stamps(tree)
    expect_run(f"^graft: 1 files added, 2 changed, 1 removed in {re.escape(tree)} ", tree,
               overlay=Fixture.overlay2)
    after = stamps(tree)
    changed = {path for path in {**before, **after}
               if before.get(path) != after.get(path) and not os.path.isdir(tree + "/" + path)}
    expect(changed == {MANIFEST, HEADER, KCONFIG, NEW, DROPPED, "kernel/dma/graft-test",
                       "kernel/dma/graft-test/sub"}, f"changed: {sorted(changed)}")
    expect_landed(tree, Fixture.overlay2)
    expect_run("^graft: already up to date$", tree, overlay=Fixture.overlay2)
    overlay = fresh(Fixture.overlay2)
    write(read(overlay, HEADER), overlay, HEADER, mode=0o755)
    expect_run("^graft: 0 files added, 1 changed in ", tree, overlay=overlay)
    expect_landed(tree, overlay)
    expect_run("^ungraft: ", tree, "ungraft", Fixture.overlay2)
    expect_same(snapshot(tree), snapshot(Fixture.tree), "the tree after ungraft")


def case_ungraft_needs_no_overlay() -> None:
    overlay, tree = fresh(Fixture.overlay), fresh(Fixture.grafted)
    for path in ("include", "kernel", "Documentation", "scripts", "tools/overlay/graft/anchors",
                 "tools/overlay/graft/kernels"):
        remove(os.path.join(overlay, path))
    set_version(tree, "99.0")
    expect_run("^ungraft: ", tree, "ungraft", overlay, how=call_script)
    set_version(tree, Fixture.newest)
    expect_same(snapshot(tree), snapshot(Fixture.tree), "the tree after ungraft")


def case_edits_elsewhere() -> None:
    # With its anchor gone nothing can be put in, but all can be taken out.
    wanted, tree = fresh(), fresh(Fixture.grafted)
    for each in (wanted, tree):
        edit(each, MAINTAINERS, b"DMA GENERIC", b"EDITED\n\nDMA GENERIC")
        edit(each, KCONFIG, b"config DMA_MAP_BENCHMARK\n", b"config DMA_MAP # edited\n")
    expect_refusal(f"{KCONFIG}: .* found it 0 times", tree)
    expect_run("^ungraft: ", tree, "ungraft")
    expect_same(snapshot(tree), snapshot(wanted), "the tree after ungraft")

    wanted, tree = fresh(), fresh(Fixture.grafted)
    for each in (wanted, tree):
        edit(each, KCONFIG, b"config DMA_MAP_BENCHMARK\n", b"config DMA_MAP_BENCHMARK\n# edited\n")
    expect_run("^graft: already up to date$", tree)
    expect_run("^graft: 1 files added, 2 changed, 1 removed", tree, overlay=Fixture.overlay2)
    expect_landed(tree, Fixture.overlay2)
    expect_run("^ungraft: ", tree, "ungraft")
    expect_same(snapshot(tree), snapshot(wanted), "the tree after regraft and ungraft")


def case_foreign_file_kept() -> None:
    tree = fresh(Fixture.grafted)
    write(b"mine\n", tree, "kernel/dma/graft-test/sub/mine.o")
    expect_run("^ungraft: ", tree, "ungraft")
    wanted = fresh()
    write(b"mine\n", wanted, "kernel/dma/graft-test/sub/mine.o")
    expect_same(snapshot(tree), snapshot(wanted), "the tree after ungraft")


def case_not_a_tree() -> None:
    for arguments in (["graft"], ["graft", ""], ["ungraft"]):
        status, _, err = call_script(Fixture.overlay, *arguments)
        expect(status == 1 and "no kernel tree given; expected KDIR=" in err
               and err.count("\n") == 1, f"{arguments}: status {status}: {err}")

    for command in ("graft", "ungraft"):
        missing = os.path.join(WORK, "missing")
        expect_refusal(f"{missing}: there is no such directory", missing, command)
        expect(not os.path.exists(missing), "it was created")
        expect_refusal("Makefile: expected a directory", Fixture.tree + "/Makefile", command)
        expect_refusal("this is the overlay itself", Fixture.overlay, command)
        empty = os.path.join(WORK, "empty")
        os.makedirs(empty, exist_ok=True)
        expect_refusal("not a kernel source tree; expected a Makefile that sets VERSION", empty,
                       command)
        tree = fresh()
        os.unlink(os.path.join(tree, "kernel/dma/mapping.c"))
        expect_refusal("not a kernel source tree; expected it to hold kernel/dma/mapping.c", tree,
                       command)
        tree = fresh()
        write(b"all:\n", tree, "Makefile")
        expect_refusal("expected a Makefile that sets VERSION and PATCHLEVEL", tree, command)


def case_headers() -> None:
    told = r"looks like kernel headers or a build directory \(O=\), not source"
    headers = os.path.join(WORK, "headers")
    write(read(Fixture.tree, "Makefile"), headers, "Makefile")
    write(b"", headers, "Module.symvers")
    expect_refusal(told, headers)
    common = os.path.join(WORK, "headers-common")
    write(read(Fixture.tree, "Makefile"), common, "Makefile")
    write(b"", common, "include/linux/dma-mapping.h")
    expect_refusal(told, common, "ungraft")
    build = os.path.join(WORK, "build")
    write(b"include ../tree/Makefile\n", build, "Makefile")
    write(b"", build, ".config")
    os.symlink("../tree", os.path.join(build, "source"))
    expect_refusal(told, build)


def case_range() -> None:
    tree = fresh()
    set_version(tree, "6.11")
    expect_refusal(rf"Linux 6\.11\.\d+\S* is too old; expected {Fixture.oldest} or newer", tree)
    set_version(tree, "4.14")
    os.unlink(os.path.join(tree, "kernel/dma/mapping.c"))
    expect_refusal(rf"is too old; expected {Fixture.oldest} or newer", tree)
    for version in (Fixture.oldest, Fixture.newest):
        tree = fresh()
        set_version(tree, version)
        expect_run("^check: ", tree, "check")

    tree = fresh()
    set_version(tree, re.sub(r"\d+$", lambda minor: str(int(minor[0]) + 1), Fixture.newest))
    expect_refusal(rf"is newer than {Fixture.newest}, the newest tested; .*--allow-newer "
                   r"\(make graft GRAFT_FLAGS=--allow-newer\)", tree)
    err = expect_run("^graft: .* files added", tree, flags=["--allow-newer"])
    expect("graft: warning: " in err and err.count("\n") == 1, f"no warning, but '{err}'")


def case_anchor_missing() -> None:
    for path, where, anchor in anchors_of(Fixture.overlay):
        told = f"{path}: expected the line '{re.escape(anchor)}' exactly once, to put ours {where}"
        tree = fresh()
        edit(tree, path, anchor.encode() + b"\n", b"")
        expect_refusal(f"{told} it, but found it 0 times", tree)
        tree = fresh()
        write(read(tree, path) + anchor.encode() + b"\n", tree, path)
        expect_refusal(f"{told} it, but found it 2 times", tree)
    # A line that merely holds the anchor's text is another line.
    for line in (b" config DMA_MAP_BENCHMARK\n", b"config DMA_MAP_BENCHMARK \n"):
        tree = fresh()
        edit(tree, KCONFIG, b"config DMA_MAP_BENCHMARK\n", line)
        expect_refusal(f"{KCONFIG}: .* found it 0 times", tree)


def case_all_problems_told() -> None:
    tree = fresh()
    for path in (KCONFIG, MAINTAINERS):
        write(b"# nothing\n", tree, path)
    expect_refusal(rf"(?s){MAINTAINERS}: .*\n.*{KCONFIG}: ", tree, lines=2)


def case_anchored_file_missing() -> None:
    for path in FRAGMENTS:
        tree = fresh()
        os.unlink(os.path.join(tree, path))
        expect_refusal(f"{path}: expected this file in the kernel tree, which the overlay changes",
                       tree)


def case_name_taken() -> None:
    tree = fresh()
    write(b"/* theirs */\n", tree, HEADER)
    expect_refusal(f"{HEADER}: the tree already holds a different file of that name", tree)
    write(b"/* one */\n", tree, HEADER)
    expect_refusal(f"{HEADER}: the tree already holds this very file.*merged", tree)
    tree = fresh(Fixture.grafted)
    write(b"theirs\n", tree, NEW)
    expect_refusal(f"{NEW}: the tree already holds a different file", tree,
                   overlay=Fixture.overlay2)
    tree = fresh()
    os.makedirs(os.path.join(tree, HEADER))
    expect_refusal(f"{HEADER}: expected a regular file", tree)
    tree = fresh()
    write(b"", tree, "kernel/dma/graft-test")
    expect_refusal(f"{DROPPED}: expected kernel/dma/graft-test .* to be a directory", tree)


def case_merged_fragment() -> None:
    for path in FRAGMENTS:
        tree = fresh()
        write(read(Fixture.grafted, path), tree, path)
        expect_refusal(f"{path}: the kernel's file already holds the lines .*merged", tree,
                       lines=len(re.split(SEPARATOR, FRAGMENTS[path])))


def case_edited() -> None:
    tree = fresh(Fixture.grafted)
    write(b"/* one, edited */\n", tree, HEADER)
    for command, overlay in (("graft", None), ("graft", Fixture.overlay2), ("ungraft", None)):
        expect_refusal(f"{HEADER}: this file of ours was edited since the graft", tree, command,
                       overlay)
    for path in (KCONFIG, INDEX):
        part = re.split(SEPARATOR, FRAGMENTS[path])[-1]
        line = part.strip().split(b"\n")[0]
        for new in (b"", line + b" edited"):
            tree = fresh(Fixture.grafted)
            edit(tree, path, b"\n" + line + b"\n", b"\n" + new + b"\n")
            for command in ("graft", "ungraft"):
                expect_refusal(f"{path}: our lines in this file were edited since the graft", tree,
                               command)
        tree = fresh(Fixture.grafted)
        write(read(tree, path) + part, tree, path)
        expect_refusal(f"{path}: our lines .* expected each block of ours exactly once", tree,
                       "ungraft")
    tree = fresh(Fixture.grafted)
    os.unlink(os.path.join(tree, KCONFIG))
    expect_refusal(f"{KCONFIG}: our lines in this file were edited", tree, "ungraft")


def case_links() -> None:
    outside = os.path.join(WORK, "outside")
    os.makedirs(outside)
    tree = fresh()
    os.symlink(outside, os.path.join(tree, "kernel/dma/graft-test"))
    expect_refusal("kernel/dma/graft-test in .* to be a directory, and not a link", tree)
    tree = fresh()
    os.rename(os.path.join(tree, KCONFIG), os.path.join(outside, "Kconfig"))
    os.symlink(os.path.join(outside, "Kconfig"), os.path.join(tree, KCONFIG))
    expect_refusal(f"{KCONFIG}: expected a regular file", tree)
    tree = fresh(Fixture.grafted)
    os.rename(os.path.join(tree, "kernel/dma/graft-test"), os.path.join(outside, "moved"))
    os.symlink(os.path.join(outside, "moved"), os.path.join(tree, "kernel/dma/graft-test"))
    expect_refusal("not a link", tree, "ungraft")
    expect(sorted(entries(outside)) == [".", "Kconfig", "moved", "moved/sub",
                                        "moved/sub/.kunitconfig"], "something changed outside")


def case_bad_manifest() -> None:
    told = f"{re.escape(MANIFEST)}: expected a manifest that graft wrote"
    good = read(Fixture.grafted, MANIFEST)
    for bad in (b"", b"{}", b"[]", good[:-9], good.replace(b'"format": 2', b'"format": 3'),
                good.replace(HEADER.encode(), b"../" + HEADER.encode()),
                good.replace(HEADER.encode(), b"/" + HEADER.encode())):
        tree = fresh(Fixture.grafted)
        write(bad, tree, MANIFEST)
        for command in ("graft", "ungraft"):
            expect_refusal(told, tree, command)


def case_bad_overlay() -> None:
    def refused(told: str, change: Callable[[str], None]) -> None:
        overlay = fresh(Fixture.overlay)
        change(overlay)
        expect_refusal(told, Fixture.tree, overlay=overlay)

    def anchors(line: bytes) -> Callable[[str], None]:
        return lambda overlay: write(read(overlay, "tools/overlay/graft/anchors") + line, overlay,
                                     "tools/overlay/graft/anchors")

    def delete(path: str) -> Callable[[str], None]:
        return lambda overlay: os.unlink(os.path.join(overlay, path))

    def link(overlay: str) -> None:
        os.unlink(os.path.join(overlay, HEADER))
        os.symlink("kernel.h", os.path.join(overlay, HEADER))

    refused(f"anchors names {KCONFIG}, but the overlay has no such file", delete(KCONFIG))
    refused("anchors names nothing/Kconfig, but the overlay has no such file",
            anchors(b"nothing/Kconfig\tbefore\tx\n"))
    refused("anchors names Makefile, but the overlay has no such file",
            anchors(b"Makefile\tbefore\tx\n"))
    refused(r"anchors:\d+: expected a path", anchors(b"kernel/dma/Kconfig before x\n"))
    refused(r"anchors:\d+: expected a path", anchors(b"kernel/dma/Kconfig\tbeside\tx\n"))
    refused(f"{KCONFIG}: expected 2 parts, .* but the fragment has 1",
            anchors(b"kernel/dma/Kconfig\tafter\tmenu x\n"))
    refused(f"{KCONFIG}: expected each part", lambda overlay: write(b"\n", overlay, KCONFIG))
    refused(f"{KCONFIG}: expected each part",
            lambda overlay: write(b"config X", overlay, KCONFIG))
    refused(f"{HEADER}: expected a regular file in the overlay", link)
    refused("kernels: expected a line KERNEL_MAX_TESTED=",
            lambda overlay: write(b"KERNEL_MIN=6.12\n", overlay, "tools/overlay/graft/kernels"))
    refused("anchors: expected this file in the overlay", delete("tools/overlay/graft/anchors"))


def case_build_products() -> None:
    overlay, tree = fresh(Fixture.overlay), fresh()
    for path in ("lib/x.o", "lib/x.ko", "lib/x.mod", "lib/x.mod.c", "lib/.x.o.cmd",
                 "lib/Module.symvers", "lib/modules.order", "lib/__pycache__/x.pyc"):
        write(b"\n", overlay, path)
    write(b"\n", overlay, "top-level.c")
    expect_run("^graft: ", tree, overlay=overlay)
    expect_same(snapshot(tree), snapshot(Fixture.grafted), "a graft without build products")


def case_git_listing() -> None:
    if not shutil.which("git"):
        raise Skip("there is no git")
    overlay, tree = fresh(Fixture.overlay), fresh()
    write(b"*.ignored\n", overlay, ".gitignore")
    subprocess.run(["git", "-C", overlay, "init", "-q"], check=True)
    subprocess.run(["git", "-C", overlay, "add", "-A"], check=True)
    write(b"", overlay, "lib/x.ignored")
    write(b"untracked\n", overlay, "lib/untracked.c")
    os.unlink(os.path.join(overlay, SCRIPT))            # in the index, but no longer there
    # As in a hook of another repository.
    os.environ["GIT_DIR"] = os.path.join(WORK, "no-such-repository")
    try:
        expect_run("^graft: ", tree, overlay=overlay)
    finally:
        del os.environ["GIT_DIR"]
    expect(os.path.exists(os.path.join(tree, "lib/untracked.c")), "an untracked file didn't land")
    expect(not os.path.exists(os.path.join(tree, "lib/x.ignored")), "an ignored file landed")
    expect(not os.path.exists(os.path.join(tree, SCRIPT)), "a deleted file landed")


def case_compat() -> None:
    def tree_of(version: str) -> str:
        tree = fresh()
        set_version(tree, version)
        return tree

    patch = b"--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-/* %s */\n+/* %s */\n"
    name = HEADER.encode()
    overlay = fresh(Fixture.overlay)
    compat = os.path.join(overlay, "tools/overlay/graft/compat")
    write(patch % (name, name, b"one", b"for old"), compat, f"up-to-{Fixture.oldest}",
          HEADER + ".patch")
    tree = tree_of(Fixture.newest)
    expect_run("^graft: ", tree, overlay=overlay)
    expect(read(tree, HEADER) == b"/* one */\n", "patched for a newer kernel")
    # The kernel under a graft may change; the next graft follows.
    set_version(tree, Fixture.oldest)
    expect_run("^graft: .* 1 changed|^graft: 0 files added", tree, overlay=overlay)
    expect(read(tree, HEADER) == b"/* for old */\n", "not patched for the old kernel")
    expect_run("^ungraft: ", tree, "ungraft", overlay)

    # Patches for several ranges: the newest range first, each on top of the one before.
    write(patch % (name, name, b"one", b"for middle"), compat, "up-to-6.99", HEADER + ".patch")
    write(patch % (name, name, b"for middle", b"for old"), compat, f"up-to-{Fixture.oldest}",
          HEADER + ".patch")
    for version, content in ((Fixture.oldest, b"old"), ("6.99", b"middle"), ("7.0", b"one")):
        tree = tree_of(version)
        expect_run("^graft: ", tree, overlay=overlay)
        expect(content in read(tree, HEADER), f"{version}: {read(tree, HEADER)!r}")

    tree = tree_of(Fixture.oldest)
    patch_name = f"up-to-{Fixture.oldest}/{HEADER}.patch"
    for bad, told in ((patch % (name, name, b"another", b"for old"), "does not apply"),
                      (patch % (name, name, b"for  middle", b"for old"), "does not apply"),
                      (b"", "does not apply"),
                      (b"--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n", "changes nothing")):
        write(bad, compat, patch_name)
        expect_refusal(f"{patch_name}: .*{told}", tree, overlay=overlay)
    os.unlink(os.path.join(compat, patch_name))
    write(b"", compat, "up-to-6.99", KCONFIG + ".patch")
    expect_refusal(f"patch for {KCONFIG}, but the overlay has no such whole file", tree,
                   overlay=overlay)
    write(b"", compat, "upto-6.99/x.patch")
    expect_refusal("expected a name like", tree, overlay=overlay)


def case_fixes() -> None:
    tree = fresh()
    expect_run("^graft: 3 files added, 4 changed in ", tree, overlay=Fixture.fixing)
    expect(read(tree, MAPPING) == FIXED, f"{MAPPING}: {read(tree, MAPPING)!r}")
    expect(read(tree, KCONFIG) == FIXED_KCONFIG, f"{KCONFIG}: {read(tree, KCONFIG)!r}")
    expect(os.stat(os.path.join(tree, KCONFIG)).st_mode & 0o777 == 0o640, "a mode was not kept")
    before = stamps(tree)
    expect_run("^graft: already up to date$", tree, overlay=Fixture.fixing)
    expect_same(stamps(tree), before, "the tree after a second graft")
    # By an overlay that knows of no fix.
    expect_run("^ungraft: 3 files removed, 4 restored in ", tree, "ungraft")
    expect_same(snapshot(tree), snapshot(Fixture.tree), "the tree after ungraft")
    overlay = fresh(Fixture.overlay)
    write(b"Subject: foo\n", overlay, "tools/overlay/graft/core/00-cover.msg")
    tree = fresh()
    expect_run("^graft: ", tree, overlay=overlay)
    expect_same(snapshot(tree), snapshot(Fixture.grafted), "a graft without any fix")


def case_fix_no_match() -> None:
    tree = fresh()
    edit(tree, MAPPING, b"return 1;", b"return 0;")
    # The second builds on the first.
    expect_refusal(rf"(?s)^\w+: {MAPPING}: {FIX1}: expected the lines 'int one\(void\) / {{ / "
                   r"return 1; / ...' of a hunk exactly once, but found them 0 times\n"
                   rf".*{MAPPING}: {FIX2}: .*'{{ / return 11; / }}'.* 0 times$", tree,
                   overlay=Fixture.fixing, lines=2)
    expect_run("^graft: ", tree, overlay=Fixture.fixing, flags=STOCK)
    tree = fresh()
    write(read(tree, MAPPING) + b"/* Fran\xe7ois */\n", tree, MAPPING)
    expect_refusal(f"{MAPPING}: {FIX1}: .* exactly once, but found them 2 times", tree,
                   overlay=Fixture.fixing)
    # A line that merely ends with the lines of a hunk is another.
    tree = fresh()
    edit(tree, MAPPING, b"/* Fran", b" /* Fran")
    expect_refusal(f"{MAPPING}: {FIX1}: .* 0 times", tree, overlay=Fixture.fixing)
    tree = fresh()
    edit(tree, MAPPING, b"/* Fran\xe7ois */", b"/* Ren\xe9 */")
    expect_refusal(f"{MAPPING}: {FIX1}: the kernel's file already holds .* has this been merged",
                   tree, overlay=Fixture.fixing)
    # Where lines were only added, those before are still there.
    tree = fresh()
    edit(tree, KCONFIG, b"config DMA_MAP_BENCHMARK\n", b"config DMA_MAP_BENCHMARK\n\t# fixed\n")
    expect_refusal(f"{KCONFIG}: {FIX2}: the kernel's file already holds .*"
                   "'config DMA_MAP_BENCHMARK / # fixed'; has this been merged", tree,
                   overlay=Fixture.fixing)
    # With a problem of a fragment's in the same file, and one of another's.
    tree = fresh()
    write(b"config HAS_DMA\n\tint\n", tree, KCONFIG)
    write(b"", tree, INDEX)
    expect_refusal(rf"(?s){INDEX}: .*{KCONFIG}: {FIX2}: .*{KCONFIG}: {FIX2}: .*{KCONFIG}: expected "
                   "the line", tree, overlay=Fixture.fixing, lines=5)


def fixing_with(hunks: bytes, path: str = MAPPING,
                head: bytes = b"Subject: foo: bar\n\nText.\n---\n") -> str:
    """An overlay with one fix more."""
    overlay = fresh(Fixture.overlay)
    write(head + b"--- a/%s\n+++ b/%s\n" % ((path.encode(),) * 2) + hunks, overlay, FIX1)
    return overlay


def case_fix_ambiguous() -> None:
    # Ours could not be told from the kernel's again.
    expect_refusal(f"{MAPPING}: our lines could not be told .*{FIX1}", Fixture.tree,
                   overlay=fixing_with(b"@@ @@\n-int one(void)\n {\n"
                                       b"@@ @@\n int two(void)\n-{\n+\n+{\n"))
    missing = fixing_with(b"@@ @@\n-a\n+b\n", "kernel/dma/missing.c")
    expect_refusal("kernel/dma/missing.c: expected this file in the kernel tree, which "
                   f"{FIX1} changes", Fixture.tree, overlay=missing)
    expect_refusal(f"{HEADER}: {FIX1} changes this file, but it is the overlay's own", Fixture.tree,
                   overlay=fixing_with(b"@@ @@\n-/* one */\n+/* 1 */\n", HEADER))


def case_bad_fix() -> None:
    good = FIXES[FIX1]

    def refused(told: str, old: bytes, new: bytes, name: str = FIX1) -> None:
        overlay = fresh(Fixture.fixing)
        expect(good.count(old) == 1, f"the test expected {old!r} once")
        write(good.replace(old, new), overlay, name)
        # What is wrong with a fix is wrong for all flavours.
        for flags in (FULL, STOCK):
            expect_refusal(f"{re.escape(name)}:?{told}", Fixture.tree, overlay=overlay, flags=flags)

    refused("1: expected 'Subject: ' and a subject, but got 'Title: ", b"Subject:", b"Title:")
    refused("1: expected 'Subject: '", b"Subject: dma-mapping: return eleven", b"Subject: ")
    refused("2: expected an empty line, or before it 'Kernels: .*, but got 'Kernels: 6.12'",
            b"eleven\n", b"eleven\nKernels: 6.12\n")
    refused("2: expected an empty line", b"eleven\n", b"eleven\nKernels: \n")
    refused("2: expected an empty line", b"eleven\n", b"eleven\nKernels: up to 6\n")
    refused(r"\d+: expected a line '---', .* but got the end of the file", b"\n---\n", b"\n")
    refused("5: expected '--- a/PATH', but got '--- kernel", b"--- a/k", b"--- k")
    refused(r"6: expected '\+\+\+ b/kernel/dma/mapping.c', but got '\+\+\+ b/other.c'",
            b"+++ b/kernel/dma/mapping.c", b"+++ b/other.c")
    refused("5: expected a path in the kernel tree", b"--- a/kernel/dma", b"--- a/../dma")
    refused("5: expected a path in the kernel tree", b"--- a/kernel/dma", b"--- a//kernel/dma")
    refused("7: expected '@@ @@', .* but got ' int one", b"@@ @@\n int one", b" int one")
    for bounds in (b"@@", b"@@  @@", b"@@ 6.12 @@", b"@@ up to 6 @@", b"@@ -1,7 +1,7 @@",
                   b"@@ @@ int"):
        refused("7: expected '@@ @@', '@@ from X.Y @@'", b"@@ @@\n int one", bounds + b"\n int one")
    refused("10: expected a line that begins with ' ', '-' or", b"-\treturn 1;", b"\treturn 1;")
    refused(r"\d+: expected a line that begins", b"+/* Ren\xe9 */\n",
            b"+/* Ren\xe9 */\n\\ No newline at end of file\n")
    told = "15: expected a line of context in this hunk"
    refused(told, b"-\tint unused;\n-\n \treturn 2;\n", b"+\tint unused;\n")
    refused(told, b" \treturn 2;\n", b"\n")
    refused(told, b"-\tint unused;\n-\n \treturn 2;\n", b"")
    refused("15: expected a change in this hunk", b"-\tint unused;\n-\n", b"")
    refused("7: expected '@@ @@'.*, but got the end", good[good.index(b"@@ @@\n int one"):], b"")
    refused("5: expected '--- a/PATH', but got the end", good[good.index(b"--- a/"):], b"")
    refused(": expected a name like tools/overlay/graft/core/NN-NAME.patch", b"One", b"Two",
            "tools/overlay/graft/core/fix.patch")

    # All at once.
    overlay = fresh(Fixture.fixing)
    write(b"", overlay, FIX1)
    write(b"Subject: x\n", overlay, FIX2)
    os.unlink(os.path.join(overlay, KCONFIG))
    expect_refusal(f"(?s){KCONFIG}.*{FIX1}:1: .*{FIX2}:2: ", Fixture.tree, overlay=overlay, lines=3)


def case_fix_kernels() -> None:
    def returns(overlay: str, version: str) -> str:
        tree = fresh()
        set_version(tree, version)
        expect_run("^graft: ", tree, overlay=overlay)
        found = read(tree, MAPPING).split(b"return ")[1].split(b";")[0].decode()
        expect_run("^ungraft: ", tree, "ungraft")
        set_version(tree, Fixture.newest)
        expect_same(snapshot(tree), snapshot(Fixture.tree), f"{version} after ungraft")
        return found

    def hunk(bounds: bytes, value: bytes) -> bytes:
        return b"@@ %s@@\n {\n-\treturn 1;\n+\treturn %s;\n }\n" % (bounds, value)

    versions = ("6.12", "6.13", "6.19", "7.0", "7.3")
    for hunks, wanted in (
            (hunk(b"", b"2"), "22222"),
            (hunk(b"up to 6.13 ", b"2"), "22111"),
            (hunk(b"from 6.13 ", b"2"), "12222"),
            (hunk(b"from 7.0 ", b"2"), "11122"),
            (hunk(b"from 6.13 up to 6.19 ", b"2"), "12211"),
            # As versions are, not as numbers: 6.2 is the oldest of all.
            (hunk(b"up to 6.2 ", b"2"), "11111"),
            (hunk(b"up to 6.12 ", b"2") + hunk(b"from 6.13 up to 6.13 ", b"3")
             + b"\n" + hunk(b"from 6.14 ", b"4"), "23444")):
        overlay = fixing_with(hunks)
        found = "".join(returns(overlay, version) for version in versions)
        expect(found == wanted, f"{hunks!r} came to {found}, not {wanted}")
    for bounds, wanted in ((b"up to 6.13", "22111"), (b"from 6.19", "11222"),
                           (b"from 6.13 up to 6.13", "12111")):
        head = b"Subject: foo: bar\nKernels: %s\n\nText.\n---\n" % bounds
        overlay = fixing_with(hunk(b"", b"2"), head=head)
        found = "".join(returns(overlay, version) for version in versions)
        expect(found == wanted, f"{bounds!r} came to {found}, not {wanted}")
    # What is for other kernels need not be there.
    overlay = fixing_with(b"@@ up to 6.12 @@\n-a\n+b\n", "kernel/dma/missing.c")
    tree = fresh()
    expect_run("^graft: ", tree, overlay=overlay)
    expect_same(snapshot(tree), snapshot(Fixture.grafted), "a fix for other kernels")
    # The kernel under a graft may change.
    tree, overlay = fresh(), fixing_with(hunk(b"up to 6.12 ", b"2"))
    set_version(tree, "6.12")
    expect_run("^graft: ", tree, overlay=overlay)
    set_version(tree, Fixture.newest)
    expect_run("^graft: 0 files added, 1 changed in ", tree, overlay=overlay)
    expect(read(tree, MAPPING) == KERNEL_FILES[MAPPING], "the fix for 6.12 is still there")


def case_edited_fix() -> None:
    wanted, stock, tree = fresh(), fresh(Fixture.grafted), fresh(Fixture.fixed)
    for each in (wanted, stock, tree):
        write(b"/* edited */\n" + read(each, MAPPING), each, MAPPING)
        edit(each, MAPPING, b"\n}\n\n/*", b"\n}\n\nint three;\n\n/*")
        edit(each, KCONFIG, b"config DMA_MAP", b"# edited\nconfig DMA_MAP")
    for flags in (FULL, STOCK, FULL):
        expect_run("^graft: ", tree, overlay=Fixture.fixing, flags=flags)
        expect(b"edited" in read(tree, MAPPING) and b"int three" in read(tree, MAPPING)
               and b"edited" in read(tree, KCONFIG), "an edit is gone")
        expect((b"return 11" in read(tree, MAPPING)) != bool(flags), "the wrong flavour")
    expect_run("^ungraft: ", tree, "ungraft")
    expect_same(snapshot(tree), snapshot(wanted), "the tree after ungraft")

    for path, old, new in ((MAPPING, b"return 11", b"return 12"),
                           (MAPPING, b"\t/* eleven */\n", b""),
                           (MAPPING, b"int two(void)", b"int two(int edited)"),
                           (MAPPING, b"/* Ren\xe9 */\n", b"/* Ren\xe9 */\n/* Ren\xe9 */\n"),
                           (KCONFIG, b"def_bool y", b"def_bool n"),
                           (KCONFIG, b"# fixed", b"# edited")):
        tree = fresh(Fixture.fixed)
        edit(tree, path, old, new)
        for command, flags in (("graft", FULL), ("graft", STOCK), ("ungraft", FULL)):
            expect_refusal(f"{path}: our lines in this file were edited since the graft", tree,
                           command, Fixture.fixing, flags)


def case_stock() -> None:
    tree = fresh()
    expect_run("^graft: 3 files added, 3 changed in ", tree, overlay=Fixture.fixing,
               flags=STOCK, how=call_script)
    expect_same(snapshot(tree), snapshot(Fixture.grafted), "the stock flavour")
    for flags, wanted in ((FULL, Fixture.fixed), (STOCK, Fixture.grafted)):
        expect_run("^graft: 0 files added, 2 changed in ", tree, overlay=Fixture.fixing,
                   flags=flags)
        expect_same(snapshot(tree), snapshot(wanted), f"graft {flags} over the other")
        before = stamps(tree)
        for command in ("graft", "check"):
            expect_run(f"^{command}: already up to date$", tree, command, Fixture.fixing, flags)
        expect_same(stamps(tree), before, f"the tree after a second graft {flags}")
        # Its flags are make's, which may still be given.
        other = fresh(tree)
        expect_run("^ungraft: ", other, "ungraft", Fixture.fixing, flags)
        expect_same(snapshot(other), snapshot(Fixture.tree), f"ungraft after graft {flags}")


def case_no_permission() -> None:
    def graft_as_nobody(tree: str, command: str) -> Result:
        def work() -> int:
            if os.getuid() == 0:
                # Python may be where nobody can't read it: make it import all it needs now.
                load(Fixture.overlay).main(["check", tree])
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            if not os.access(os.path.join(tree, MAINTAINERS), os.R_OK):
                return 77
            return load(Fixture.overlay).main([command, tree])
        return finish(start(work))

    def refused(paths: list[str], mode: int, origin: str, command: str) -> None:
        # Copies, not links: owners and modes are about to change.
        Fixture.count += 1
        tree = os.path.join(WORK, f"case-{Fixture.count}")
        shutil.copytree(origin, tree)
        if os.getuid() == 0:
            for name in entries(tree):
                os.chown(os.path.join(tree, name), NOBODY, NOBODY)
        for path in paths:
            os.chmod(os.path.join(tree, path), mode)
        before = stamps(tree)
        status, _, err = graft_as_nobody(tree, command)
        if status == 77:
            raise Skip("user nobody can't read " + WORK)
        target = os.path.normpath(os.path.join(tree, paths[0]))
        expect(status == 1 and f"{target}: no permission to write here" in err
               and err.count("\n") == 1, f"{paths}: status {status}: {err}")
        expect_same(stamps(tree), before, "the tree after a refusal")
        for path in paths:
            os.chmod(os.path.join(tree, path), 0o755 if mode == 0o555 else 0o644)
        status, _, err = graft_as_nobody(tree, command)
        expect(status == 0, f"{paths} made writable: status {status}: {err}")

    for command, origin in (("graft", Fixture.tree), ("ungraft", Fixture.grafted)):
        for path in (".", "include/linux", "kernel/dma"):
            refused([path], 0o555, origin, command)
        refused([MAINTAINERS], 0o444, origin, command)
        refused([path for path, info in entries(origin).items() if stat.S_ISDIR(info.st_mode)],
                0o555, origin, command)
    refused(["kernel/dma/graft-test/sub"], 0o555, Fixture.grafted, "ungraft")


def interrupt(origin: str, overlay: str, command: str, recoveries: Iterable[tuple[str, str, str]],
              least: int = 8) -> None:
    """Kill COMMAND at every change it makes; from there each recovery leads to its tree.

    A command may have a flag: "graft --stock".
    """
    number, going = 0, True
    wanted = [(name, by, snapshot(tree)) for name, by, tree in recoveries]
    while going:
        number += 1
        tree = fresh(origin)
        going = run_killed(tree, overlay, command, number)
        for name, by, state in wanted:
            other = fresh(tree)
            name, *flags = name.split()
            expect_run(f"^{name}: ", other, name, by, flags)
            expect_same(snapshot(other), state,
                        f"{command} killed before change {number}, then {name}")
    # So that this can't pass because nothing was ever killed.
    expect(number > least, f"{command} made only {number - 1} changes")


def with_edit(origin: str) -> str:
    tree = fresh(origin)
    write(read(tree, MAINTAINERS) + b"EDITED\n", tree, MAINTAINERS)
    return tree


def grafted_with_edit() -> tuple[str, str, str]:
    """The small tree with an edit, as it is before and after grafts by either overlay."""
    one, two = with_edit(Fixture.tree), with_edit(Fixture.tree)
    expect_run("^graft: ", one)
    expect_run("^graft: ", two, overlay=Fixture.overlay2)
    return with_edit(Fixture.tree), one, two


def case_interrupted_graft() -> None:
    interrupt(Fixture.tree, Fixture.overlay, "graft",
              [("graft", Fixture.overlay, Fixture.grafted),
               ("graft", Fixture.overlay2, Fixture.grafted2),
               ("ungraft", Fixture.overlay, Fixture.tree)])


# In these two the edit was made after the graft, so that the manifest doesn't know of it.
def case_interrupted_regraft() -> None:
    plain, one, two = grafted_with_edit()
    interrupt(with_edit(Fixture.grafted), Fixture.overlay2, "graft",
              [("graft", Fixture.overlay, one), ("graft", Fixture.overlay2, two),
               ("ungraft", Fixture.overlay, plain)])


def case_interrupted_ungraft() -> None:
    plain, one, two = grafted_with_edit()
    interrupt(with_edit(Fixture.grafted), Fixture.overlay, "ungraft",
              [("graft", Fixture.overlay, one), ("graft", Fixture.overlay2, two),
               ("ungraft", Fixture.overlay, plain)])


def fixed_with_edit() -> list[str]:
    """The small tree with edits beside the fixes: as it is, in either flavour."""
    trees = [fresh() for _ in range(3)]
    for tree, flags in zip(trees, (None, FULL, STOCK)):
        write(b"/* edited */\n" + read(tree, MAPPING), tree, MAPPING)
        if flags is not None:
            expect_run("^graft: ", tree, overlay=Fixture.fixing, flags=flags)
    return trees


def case_interrupted_fixes() -> None:
    recoveries = [(name, Fixture.fixing, tree) for name, tree in zip(
        ("ungraft", "graft", "graft --stock"), fixed_with_edit())]
    # The edits are made after the graft, so that the manifest doesn't know of them.
    edited = {}
    for tree in (Fixture.tree, Fixture.fixed, Fixture.grafted):
        edited[tree] = fresh(tree)
        write(b"/* edited */\n" + read(tree, MAPPING), edited[tree], MAPPING)
    for origin, command in ((Fixture.tree, "graft"), (Fixture.fixed, "graft --stock"),
                            (Fixture.grafted, "graft"), (Fixture.fixed, "ungraft")):
        interrupt(edited[origin], Fixture.fixing, command, recoveries,
                  least=3)


def case_interrupted_twice() -> None:
    wanted = snapshot(Fixture.tree)
    for first in range(2, 14, 3):
        for second in range(1, 30, 3):
            tree = fresh(Fixture.grafted)
            run_killed(tree, Fixture.overlay2, "graft", first)
            run_killed(tree, Fixture.overlay, "graft", second)
            run_killed(tree, Fixture.overlay2, "ungraft", second)
            expect_run("^ungraft: ", tree, "ungraft")
            expect_same(snapshot(tree), wanted, f"killed before changes {first} and {second}")


def case_edited_while_interrupted() -> None:
    tree = fresh()
    expect(run_killed(tree, Fixture.overlay, "graft", 3), "nothing was killed")
    write(b"/* theirs */\n", tree, SCRIPT)
    for command in ("graft", "ungraft"):
        expect_refusal(f"{SCRIPT}: this file of ours was edited", tree, command)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def both(tree: str, first: str, second: str) -> list[Result]:
    """Start SECOND while FIRST is at its first change, which lasts until SECOND waits for it."""
    reached, go_on = tree + ".reached", tree + ".go-on"

    def hook() -> None:
        if not os.path.exists(reached):
            write(b"", reached)
            wait_for(lambda: os.path.exists(go_on))

    children = [hooked(tree, Fixture.overlay, first, hook)]
    wait_for(lambda: os.path.exists(reached))
    children.append(start(lambda: load(Fixture.overlay).main([second, tree])))
    _, (_, err) = children[1]
    wait_for(lambda: os.path.exists(err) and b"waiting for another run" in read(err))
    write(b"", go_on)
    return [finish(child) for child in children]


def case_concurrent() -> None:
    for origin, first, second, wanted in (
            (Fixture.tree, "graft", "graft", Fixture.grafted),
            (Fixture.tree, "graft", "ungraft", Fixture.tree),
            (Fixture.grafted, "ungraft", "graft", Fixture.grafted)):
        tree = fresh(origin)
        results = both(tree, first, second)
        for command, (status, _, err) in zip((first, second), results):
            expect(status == 0, f"{command}: status {status}: {err}")
        expect("waiting for another run" in results[1][2], f"the second {second} did not wait")
        expect_same(snapshot(tree), snapshot(wanted), f"the tree after {first} and {second}")
        if first == second:
            expect(results[1][1] == "graft: already up to date\n", results[1][1])


def cases(trees: list[str]) -> Iterator[tuple[str, Callable[[], None]]]:
    for tree in trees:
        yield (f"{os.path.basename(os.path.normpath(tree))}: every file lands, a second graft "
               "changes nothing, ungraft is byte for byte"), functools.partial(case_full_tree, tree)
    yield "no file asks for the kernel's version", case_version_code
    yield "small tree: graft, graft again, ungraft", case_round_trip
    yield "the manifest says what was done", case_manifest
    yield "regraft rewrites only what changed and removes what is gone", case_regraft
    yield "ungraft goes by the manifest alone", case_ungraft_needs_no_overlay
    yield "edits elsewhere in an anchored file are kept", case_edits_elsewhere
    yield "other people's files in our directories are kept", case_foreign_file_kept
    yield "refused: no kernel source tree", case_not_a_tree
    yield "refused: headers or a build directory", case_headers
    yield "refused: a kernel out of range, unless --allow-newer", case_range
    yield "refused: an anchor that is missing or there twice", case_anchor_missing
    yield "refused: all problems are told at once", case_all_problems_told
    yield "refused: an anchored file that is missing", case_anchored_file_missing
    yield "refused: a name that is taken", case_name_taken
    yield "refused: a fragment that is already there", case_merged_fragment
    yield "refused: files and blocks that were edited since", case_edited
    yield "refused: symbolic links", case_links
    yield "refused: a manifest that isn't one", case_bad_manifest
    yield "refused: a faulty overlay", case_bad_overlay
    yield "refused: no permission to write", case_no_permission
    yield "build products never land", case_build_products
    yield "git's list of files is used", case_git_listing
    yield "compat patches are for old kernels only, and must apply", case_compat
    yield "fixes are applied, and undone byte for byte", case_fixes
    yield "refused: a fix that no longer matches, or is already there", case_fix_no_match
    yield "refused: a fix that could not be undone", case_fix_ambiguous
    yield "refused: a faulty fix", case_bad_fix
    yield "hunks and fixes for some kernels, on the bounds", case_fix_kernels
    yield "edits beside fixes are kept, edits in them refused", case_edited_fix
    yield "the stock flavour, and from one to the other", case_stock
    yield "graft killed at any change is completed or undone", case_interrupted_graft
    yield "regraft killed at any change is completed or undone", case_interrupted_regraft
    yield "ungraft killed at any change is completed or undone", case_interrupted_ungraft
    yield ("a flavour killed at any change is completed, undone or exchanged",
           case_interrupted_fixes)
    yield "runs killed in a row are undone", case_interrupted_twice
    yield "an edit after a kill is not lost", case_edited_while_interrupted
    yield "runs at once take turns", case_concurrent


def main() -> int:
    trees = [os.path.abspath(tree) for tree in sys.argv[1:]]
    if not trees or any(tree.startswith("-") for tree in sys.argv[1:]):
        print("usage: test-graft.py KERNEL_TREE...", file=sys.stderr)
        return 2
    for tree in trees:
        if not os.path.exists(os.path.join(tree, "kernel/dma/mapping.c")):
            print(f"test-graft.py: {tree} is not a kernel source tree", file=sys.stderr)
            return 2
    remove(WORK)
    os.makedirs(WORK)
    try:
        set_up()
    except (Failure, OSError, TypeError) as error:
        print(f"not ok 1 - set-up\n#   {error}\n1..1\n0 passed, 1 failed")
        return 1

    passed = failed = skipped = number = 0
    for number, (title, case) in enumerate(cases(trees), 1):
        try:
            case()
        except Skip as reason:
            skipped += 1
            print(f"ok {number} - {title} # SKIP {reason}", flush=True)
        except Exception as reason:
            failed += 1
            told = str(reason) if isinstance(reason, Failure) else repr(reason)
            print(f"not ok {number} - {title}\n#   " + told.strip().replace("\n", "\n#   "),
                  flush=True)
        else:
            passed += 1
            print(f"ok {number} - {title}", flush=True)
    for removal in Fixture.removals:
        removal.wait()
    print(f"1..{number}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    if not failed:
        remove(WORK)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
