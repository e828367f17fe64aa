# SPDX-License-Identifier: GPL-2.0
"""A kernel of which some objects are compiled anew, from sources elsewhere; the KUnit run of UML's.

The commands are those of kbuild, from the .cmd files and from the log of the build. Only kbuild
itself is left out, which takes longer than all the rest.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
from typing import Optional

from kernel_warnings import Finder

# A kernel that works says some hundred.
MAX_LINES = 100000
# A UML kernel is a process, and one that has gone mad may signal any other: with a pid of -1, all
# of them. In here it is alone, and nothing of it remains when it ends.
ALONE = ["unshare", "--user", "--map-root-user", "--pid", "--mount-proc", "--fork", "--kill-child"]
# Not that a pointer can't be made from an integer, or printed as one, but nobody would submit that.
CFLAGS = "-Werror=int-conversion -Werror=format"

CASE = re.compile(r"^( {0,8})(not )?ok (\d+) (.*)$")


class BuildFailure(Exception):
    """The compiler or the linker does not take it."""


def run(command: str, cwd: str) -> bytes:
    # No cache knows what has never been compiled before.
    done = subprocess.run(command, cwd=cwd, shell=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, "CCACHE_DISABLE": "1"})
    if done.returncode:
        raise BuildFailure(done.stdout.decode(errors="replace"))
    return done.stdout


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def saved_command(text: str) -> str:
    """What a .cmd file begins with."""
    found = re.match(r"savedcmd_\S+ := (.*)", text)
    if not found:
        raise SystemExit(f"error: expected savedcmd_... := COMMAND, not: {text[:80]}")
    return found[1]


class Kernel:
    """A UML kernel: how kbuild has compiled the overlay's objects, and linked it."""

    def __init__(self, name: str, out: str, tree: str, sources: list[str]) -> None:
        self.name, self.out, self.tree = name, out, tree
        self.objects = run("ar t vmlinux.a", out).decode().split()
        self.commands: dict[str, str] = {}
        self.sources: dict[str, set[str]] = {}
        for obj in self.objects:
            if obj.startswith(("kernel/dma/", "lib/kunit/")):
                self.read_command(obj)
        with open(os.path.join(out, "link.log"), encoding="utf-8", errors="replace") as file:
            traced = [line[2:].rstrip("\n") for line in file if line.startswith("+ ")]
        self.link = self.last(traced, r"gcc .* -o vmlinux(\.unstripped)? ")
        self.merge = saved_command(read(os.path.join(out, ".vmlinux.o.cmd")).decode())
        self.kallsyms = self.last(traced, r"scripts/kallsyms .*\.tmp_vmlinux2")
        self.assemble = self.last(traced, r"gcc .* -c -o \.tmp_vmlinux2\.kallsyms\.o ")
        self.symbols = read(os.path.join(out, "System.map"))
        self.parts = self.pieces({obj for path in sources for obj in self.users(path)})

    def read_command(self, obj: str) -> None:
        """How an object is compiled, and from which files of the tree."""
        head, base = os.path.split(obj)
        text = read(os.path.join(self.out, head, f".{base}.cmd")).decode()
        self.commands[obj] = saved_command(text)
        # Some paths are relative, with ccache to the folder that this one is a copy of.
        top = f"/{os.path.basename(os.path.realpath(self.tree))}/"
        self.sources[obj] = {word.partition(top)[2] for word in text.split() if top in word}

    def users(self, path: str) -> list[str]:
        """The objects that a source file, or a header, is compiled into."""
        return [obj for obj, sources in self.sources.items() if path in sources]

    def last(self, traced: list[str], pattern: str) -> str:
        found = [line for line in traced if re.match(pattern, line)]
        if not found:
            raise SystemExit(f"error: {self.out}/link.log: no command like '{pattern}'")
        return found[-1]

    def pieces(self, ours: set[str]) -> list[str]:
        """What is linked, as a list: our objects, and the others merged, which links faster."""
        pieces: list[str] = []
        others: list[str] = []
        for obj in [*self.objects, None]:
            if obj and obj not in ours:
                others.append(obj)
                continue
            if others:
                name = f"mutants-{len(pieces)}"
                with open(os.path.join(self.out, f"{name}.list"), "w", encoding="utf-8") as file:
                    file.writelines(f"{other}\n" for other in others)
                run(self.merge.replace(" -o vmlinux.o ", f" -o {name}.o ")
                    .replace(" vmlinux.a ", f" @{name}.list "), self.out)
                pieces.append(f"{name}.o")
                others = []
            if obj:
                pieces.append(obj)
        return pieces


class Workspace:
    """The overlay's sources, for one mutant at a time, and what is built of them."""

    def __init__(self, top: str, tree: str, sources: list[str]) -> None:
        self.top, self.tree, self.sources = top, tree, sources
        self.src = os.path.join(top, "src")
        shutil.rmtree(top, ignore_errors=True)
        for path in sources:
            os.makedirs(os.path.dirname(os.path.join(self.src, path)), exist_ok=True)
            shutil.copyfile(os.path.join(tree, path), os.path.join(self.src, path))
        self.original: dict[tuple[str, str], bytes] = {}

    def write(self, path: str, text: bytes) -> None:
        with open(os.path.join(self.src, path), "wb") as file:
            file.write(text)

    def restore(self, path: str) -> None:
        shutil.copyfile(os.path.join(self.tree, path), os.path.join(self.src, path))

    def compile(self, kernel: Kernel, obj: str) -> str:
        """Compile an object of the kernel's from the sources here. Returns its path."""
        target = os.path.join(self.top, kernel.name, obj)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        command = re.sub(r"-Wp,-MMD,\S+", "", kernel.commands[obj])
        command = command.replace(f" -o {obj} ", f" -o {target} ", 1)
        # The last word is the source; a header of ours comes before the kernel's copy of it.
        command, source = command.strip().rsplit(" ", 1)
        source = os.path.relpath(os.path.realpath(os.path.join(kernel.out, source)),
                                 os.path.realpath(self.tree))
        command = command.replace("-nostdinc", f"-nostdinc -I{self.src}/include", 1)
        run(f"{command} -fmacro-prefix-map={self.src}/= {CFLAGS} {self.src}/{source}", kernel.out)
        return target

    def compile_all(self, kernel: Kernel, path: str) -> dict[str, str]:
        return {obj: self.compile(kernel, obj) for obj in kernel.users(path)}

    def differs(self, kernel: Kernel, objects: dict[str, str]) -> bool:
        """Whether the objects, just compiled, are others than those of the unchanged sources."""
        return any(read(path) != self.original[kernel.name, obj] for obj, path in objects.items())

    def keep_original(self, kernel: Kernel, paths: list[str]) -> None:
        """Compile what the mutants of these files will be compared with."""
        for path in paths:
            for obj, target in self.compile_all(kernel, path).items():
                self.original[kernel.name, obj] = read(target)

    def link(self, kernel: Kernel, objects: dict[str, str]) -> str:
        """Link the kernel with these objects instead of its own. Returns the program."""
        base = os.path.join(self.top, kernel.name)
        os.makedirs(base, exist_ok=True)
        program = os.path.join(base, "linux")
        with open(f"{base}/objects", "w", encoding="utf-8") as file:
            file.writelines(f"{objects.get(obj, obj)}\n" for obj in kernel.parts)
        table = ".tmp_vmlinux2.kallsyms.o"
        symbols = kernel.symbols
        # As link-vmlinux.sh does it: once more, until the table of symbols is that of the program.
        for _ in range(4):
            command = kernel.link.replace(" vmlinux.a ", f" @{base}/objects ")
            command = re.sub(r" -o \S+ ", f" -o {program} ", command)
            run(command.replace(".tmp_vmlinux2.kallsyms.o", table), kernel.out)
            now = run(f"nm -n {program} | sed -f {self.tree}/scripts/mksysmap", kernel.out)
            if now == symbols:
                return program
            symbols = now
            with open(f"{base}/symbols", "wb") as file:
                file.write(symbols)
            table = f"{base}/kallsyms.o"
            words = kernel.kallsyms.split()
            run(f"{' '.join(words[:-1])} {base}/symbols > {base}/kallsyms.S", kernel.out)
            run(kernel.assemble.replace(".tmp_vmlinux2.kallsyms.o", table)
                .replace(".tmp_vmlinux2.kallsyms.S", f"{base}/kallsyms.S"), kernel.out)
        raise BuildFailure("the table of symbols does not settle")


def boot(program: str, arguments: list[str], limit: float,
         expected: Optional[list[str]] = None) -> tuple[list[str], Optional[str]]:
    """Run the suites. Returns (results, complaint).

    The results are what KUnit says of each case, in order. The complaint says what is wrong: a case
    that failed, a warning, the end before the end, or not the results that were expected. The run
    ends with the first one.
    """
    top = os.path.dirname(program)
    command = [*ALONE, program, "mem=1G", "console=tty", "kunit_shutdown=halt", "kunit.enable=1",
               f"uml_dir={top}/uml", *arguments]
    results: list[str] = []
    complaint, overtime = None, threading.Event()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as process:
        def kill() -> None:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

        def stop() -> None:
            overtime.set()
            kill()

        timer = threading.Timer(limit, stop)
        timer.start()
        suite = case = "boot"
        lines, halted, warnings = 0, False, Finder()
        assert process.stdout
        for printed in process.stdout:
            line = printed.decode(errors="replace").rstrip()
            lines += 1
            subtest = re.match(r"^( {4}| {8})# Subtest: (.*)", line)
            if subtest and len(subtest.group(1)) == 4:
                suite = case = subtest.group(2)
            elif subtest:
                case = subtest.group(2)
            match = CASE.match(line)
            if match:
                indent, failed, _, name = match.groups()
                where = name if len(indent) < 8 else f"{case} {name}"
                if len(indent) == 4:
                    case = "after " + name.split(" # ")[0]
                results.append(f"{len(indent)} {where}")
                if failed:
                    complaint = f"{suite}: {where}"
                elif expected and expected[len(results) - 1:len(results)] != results[-1:]:
                    complaint = f"{suite}: not as ever: {where}"
            elif warnings.is_warning(line):
                complaint = f"{suite}: {case}: the kernel complains: {line.strip()[:80]}"
            elif "reboot: System halted" in line:
                halted = True
            if lines > MAX_LINES:
                complaint = f"{suite}: {case}: no end of output"
            if complaint:
                break
        kill()
        timer.cancel()
        process.stdout.close()
        process.wait()
    shutil.rmtree(f"{top}/uml", ignore_errors=True)
    if overtime.is_set():
        complaint = f"{suite}: {case}: hangs"
    elif not complaint and not halted:
        complaint = f"{suite}: {case}: crashes"
    elif not complaint and expected and results != expected:
        complaint = f"{suite}: cases are missing"
    return results, complaint
