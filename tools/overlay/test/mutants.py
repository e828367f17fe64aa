#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make every small change to the code, and see whether a test notices.

The semantic patches in tools/overlay/test/mutants say what a small change is. A mutant is the code
with one of them made at one place. It is killed if the suites fail on it, on any of the UML kernels
and boot options below. One that survives needs a reason in tools/overlay/test/mutants/equivalent,
which says why there is nothing to notice. A reason that is no longer needed is a failure as well.

Results are kept, and used again for as long as neither the sources nor the tests change.
"""

import argparse
import collections
import concurrent.futures
import difflib
import fnmatch
import glob
import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor
from typing import Any, Iterable, Mapping, Optional

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.realpath(os.path.join(HERE, "../../.."))
PATCHES = os.path.join(HERE, "mutants")
EQUIVALENT = os.path.join(PATCHES, "equivalent")
sys.path.append(PATCHES)
sys.path.append(os.path.join(HERE, "../lib"))
from kernel import BuildFailure, Kernel, Workspace, boot, read

FILES = ["kernel/dma/coherent_handle.c", "kernel/dma/coherent_handle.h",
         "include/linux/dma-coherent-handle.h"]
# Only if asked for by FILES=.
OTHERS = ["lib/kunit/dma.c"]
# What those and the tests are compiled from.
SOURCES = [*FILES, "kernel/dma/tests/*.[ch]", "lib/kunit/dma*.c", "include/kunit/dma.h"]
TESTS = ["kernel/dma/tests/*_kunit.c", "lib/kunit/dma-test.c", "lib/kunit/dma-example-test.c"]
# On these, one after the other, until a test notices.
KERNELS = ("debug", "plain")
RUNS: list[tuple[str, list[str]]] = [("debug", []), ("debug", ["slab_debug=FZPU"]), ("plain", [])]
# These must be noticed, or nothing would be: functions that return at once.
CANARIES = [("kernel/dma/coherent_handle.c", "enter_return_zero",
             "dma_coherent_handle_alloc_attrs"),
            ("kernel/dma/coherent_handle.c", "enter_return_zero", "dma_coherent_handle_grow"),
            ("kernel/dma/coherent_handle.c", "enter_return", "dma_coherent_handle_free"),
            ("kernel/dma/coherent_handle.h", "enter_return_zero", "coherent_handle_is_owner"),
            ("include/linux/dma-coherent-handle.h", "enter_return", "__free_dma_coherent_handle")]
# A call that is nothing but its argument does nothing.
IDLE = re.compile(rb"^\t+(?!return|break|continue)\w*;$", re.MULTILINE)
KILLED, SURVIVED = "killed", "survived"
SAME, NO_BUILD = "same", "no build"
Key = tuple[str, str, str, str]         # path, function, what is removed, what is added
Place = tuple[str, str, str]            # path, semantic patch, and what that said
Entry = dict[str, Any]                  # of the file of results


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def plain(lines: list[str]) -> str:
    return " ".join("".join(lines).split())


def difference(original: str, text: str) -> tuple[bytes, str, str]:
    """What spatch has made of a file, with each line where it was; the old lines, and the new."""
    old, new = original.splitlines(True), text.splitlines(True)
    result: list[str] = []
    removed: list[str] = []
    added: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            result += new[j1:j2]
            continue
        removed += old[i1:i2]
        added += new[j1:j2]
        surplus = (j2 - j1) - (i2 - i1)
        if surplus <= 0:
            result += new[j1:j2] + ["\n"] * -surplus
        elif i1 == i2:
            result[-1] = result[-1].rstrip() + " " + plain(new[j1:j2]) + "\n"
        else:
            result += [plain(new[j1:j2]) + "\n"] + ["\n"] * (i2 - i1 - 1)
    return "".join(result).encode(), plain(removed), plain(added)


class Mutant:
    """A change: what semantic patch makes it where, and the file that has it."""

    def __init__(self, path: str, group: str, place: str, original: str, text: str) -> None:
        self.path, self.group, self.place = path, group, place
        self.rule, where, self.function = place.split(" ")
        self.line = int(where.split(":")[0])
        self.where = where.split("-")[0]
        self.text, self.removed, self.added = difference(original, text)
        self.number = self.count_alike(original.splitlines()[:self.line])

    @staticmethod
    def count_alike(lines: list[str]) -> int:
        """How often the last of these lines has been there in its function, itself included."""
        wanted, number = lines[-1].split(), 0
        for line in reversed(lines):
            if line.startswith("{"):
                break
            number += line.split() == wanted
        return number

    def __str__(self) -> str:
        return f"{self.path}:{self.where}: {self.rule}"

    @property
    def key(self) -> Key:
        where = self.function if self.number < 2 else f"{self.function}#{self.number}"
        return self.path, where, self.removed, self.added

    def stanza(self) -> str:
        _, where, removed, added = self.key
        return f"{self.path} {where}\n- {removed}\n+ {added}\n".replace(" \n", "\n")


class Spatch:
    """Lists the places of the mutants, and makes them."""

    def __init__(self, program: str, tree: str, cache: str) -> None:
        self.program, self.tree, self.cache = program, tree, cache

    def run(self, patch: str, *arguments: str, **environment: str) -> str:
        command = [self.program, "--very-quiet", "--no-includes", "--iso-file", "/dev/null",
                   "--sp-file", patch, *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False,
                              env={**os.environ, "PYTHONPATH": PATCHES,
                                   "PYTHONDONTWRITEBYTECODE": "1", **environment})
        said = done.stderr.decode()
        # It goes on after a file that it can't transform, and has no exit status for that.
        if done.returncode or "error" in re.sub(r"^place .*", "", said, flags=re.MULTILINE):
            raise SystemExit(f"error: {' '.join(command)}:\n{said}")
        return said

    def kept(self, path: str, group: str, *more: str) -> str:
        """Where something is kept that depends on these: spatch takes a while."""
        return os.path.join(self.cache, digest(
            read(os.path.join(PATCHES, f"{group}.cocci")),
            read(os.path.join(PATCHES, "place.py")), path.encode(),
            read(os.path.join(self.tree, path)), *(text.encode() for text in more)))

    def places(self, path: str, group: str) -> list[str]:
        """All that a semantic patch can change in a file."""
        kept = self.kept(path, group)
        if not os.path.exists(kept):
            listed = self.run(os.path.join(PATCHES, f"{group}.cocci"),
                              os.path.join(self.tree, path))
            os.makedirs(self.cache, exist_ok=True)
            with open(f"{kept}.tmp", "w", encoding="utf-8") as file:
                file.writelines(sorted(set(re.findall(r"^place (.*\n)", listed, re.MULTILINE))))
            os.rename(f"{kept}.tmp", kept)
        return read(kept).decode().splitlines()

    def make(self, path: str, group: str, places: list[str]) -> list[Mutant]:
        """The mutants of a file, by one semantic patch, at these places."""
        original = read(os.path.join(self.tree, path))
        suffix = os.path.splitext(path)[1]
        kept = self.kept(path, group, *places)
        if not os.path.exists(kept):
            self.apply(kept, os.path.join(PATCHES, f"{group}.cocci"), suffix, original, places)
        mutants = []
        for number, place in enumerate(places):
            text = read(f"{kept}/{number}{suffix}")
            # A place is where a patch begins to match. It may find out later that it doesn't.
            if text != original:
                mutants.append(Mutant(path, group, place, original.decode(), text.decode()))
        return mutants

    def apply(self, kept: str, patch: str, suffix: str, original: bytes, places: list[str]) -> None:
        shutil.rmtree(f"{kept}.tmp", ignore_errors=True)
        os.makedirs(f"{kept}.tmp")
        with open(f"{kept}.tmp/places", "w", encoding="utf-8") as file:
            file.writelines(f"{place}\n" for place in places)
        for number in range(len(places)):
            with open(f"{kept}.tmp/{number}{suffix}", "wb") as file:
                file.write(original)
        if places:
            # It looks at headers only if it is told to.
            self.run(patch, "--include-headers", "--in-place", "--dir", f"{kept}.tmp",
                     PLACES=f"{kept}.tmp/places")
        os.rename(f"{kept}.tmp", kept)


def in_order(mutants: Iterable[Mutant]) -> list[Mutant]:
    def order(mutant: Mutant) -> tuple[int, int, str]:
        return (FILES + OTHERS).index(mutant.path), mutant.line, mutant.place
    return sorted(mutants, key=order)


def read_reasons() -> dict[Key, str]:
    """The file has paragraphs: where, what is changed into what, one or more times, and why."""
    reasons: dict[Key, str] = {}
    with open(EQUIVALENT, encoding="utf-8") as file:
        text = re.sub(r"^#.*\n", "", file.read(), flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n", text.strip()) if text.strip() else []:
        path = function = removed = ""
        keys: list[Key] = []
        why: list[str] = []
        for line in paragraph.splitlines():
            if line.startswith("-"):
                removed = line[1:].strip()
            elif line.startswith("+"):
                keys.append((path, function, removed, line[1:].strip()))
            elif line.startswith("\t"):
                why.append(line.strip())
            else:
                path, _, function = line.partition(" ")
        if not keys or not why:
            raise SystemExit(f"error: {EQUIVALENT}: expected a change and a reason:\n{paragraph}")
        for key in keys:
            if key in reasons:
                raise SystemExit(f"error: {EQUIVALENT}: this is there twice: {key}")
            reasons[key] = " ".join(why)
    return reasons


class Tests:
    """The files that have the suites. What one of them notices, no change to another can undo."""

    def __init__(self, tree: str, paths: list[str]) -> None:
        texts = {path: read(os.path.join(tree, path)) for path in paths}
        self.now = {path: digest(text) for path, text in texts.items()}
        self.of_suite = {name.decode(): path for path, text in texts.items() for name in
                         re.findall(rb'kunit_suite \w+ = \{\n\t\.name = "(\w+)"', text)}

    def needed(self, mutant: Mutant, status: str, by: str) -> dict[str, str]:
        """The files that a verdict depends on."""
        if mutant.path.endswith(".c") and status in (NO_BUILD, SAME):
            return {}
        path = self.of_suite.get(by.split(":")[0])
        return {path: self.now[path]} if status == KILLED and path else self.now

    def still(self, needed: dict[str, str]) -> bool:
        """Whether they are as they were. A survivor has to meet new ones, too."""
        return needed.items() <= self.now.items() and (len(needed) < 2 or needed == self.now)


class Results:
    """What became of each mutant, kept over runs."""

    def __init__(self, path: str, base: bytes, tests: Tests) -> None:
        self.path, self.base, self.tests, self.lock = path, base, tests, threading.Lock()
        self.known: dict[str, Entry] = {}
        self.last: dict[str, str] = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    # The last one may be cut off.
                    try:
                        self.remember(json.loads(line))
                    except ValueError:
                        pass

    def remember(self, entry: Entry) -> None:
        self.known[entry["key"]] = entry
        self.last[entry["mutant"]] = entry["status"]

    def key(self, mutant: Mutant) -> str:
        return digest(self.base, mutant.path.encode(), mutant.text)

    def get(self, mutant: Mutant) -> Optional[Entry]:
        entry = self.known.get(self.key(mutant))
        return entry if entry and self.tests.still(entry["tests"]) else None

    def of(self, mutant: Mutant) -> Entry:
        """The same for a mutant that was judged."""
        entry = self.get(mutant)
        assert entry
        return entry

    def put(self, mutant: Mutant, status: str, by: str) -> None:
        entry = {"key": self.key(mutant), "mutant": repr(mutant.key), "status": status, "by": by,
                 "tests": self.tests.needed(mutant, status, by)}
        with self.lock, open(self.path, "a", encoding="utf-8") as file:
            self.remember(entry)
            file.write(json.dumps(entry) + "\n")


class Laboratory:
    """Where mutants are built and run."""

    def __init__(self, options: argparse.Namespace, sources: list[str]) -> None:
        self.jobs = options.jobs
        self.kernels = {name: Kernel(name, os.path.join(options.build, name), options.tree, sources)
                        for name in KERNELS}
        self.spaces: queue.Queue[Workspace] = queue.Queue()
        self.expected: dict[tuple[str, ...], list[str]] = {}
        self.limit = 0.0
        self.ran: dict[tuple[str, ...], Optional[str]] = {}     # complaints
        for number in range(self.jobs):
            self.spaces.put(Workspace(os.path.join(options.build, f"work-{number}"), options.tree,
                                      sources))

    def prepare(self, paths: list[str]) -> dict[tuple[str, ...], int]:
        """The unchanged sources must pass, a few times. Says how long they take."""
        for path in paths:
            if not self.kernels["debug"].users(path):
                raise SystemExit(f"error: {path}: no object is compiled from this")

        def original(_: int) -> Workspace:
            space = self.spaces.get()
            for kernel in self.kernels.values():
                space.keep_original(kernel, paths)
            return space

        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            spaces = list(pool.map(original, range(self.jobs)))
        for name, arguments in RUNS:
            program = spaces[0].link(self.kernels[name], {})
            for _ in range(3):
                start = time.monotonic()
                expected = self.expected.get((name, *arguments))
                results, complaint = boot(program, arguments, 60, expected)
                if complaint or not results:
                    raise SystemExit(f"error: without any mutant, on the {name} kernel: "
                                     f"{complaint}")
                self.expected[name, *arguments] = results
                self.limit = max(self.limit, 10, 6 * (time.monotonic() - start))
        for space in spaces:
            self.spaces.put(space)
        return {name: len(results) for name, results in self.expected.items()}

    def try_runs(self, space: Workspace, mutant: Mutant) -> tuple[str, str]:
        """Returns the status, and who has noticed."""
        status = SAME
        objects: dict[str, dict[str, str]] = {}
        programs: dict[str, str] = {}
        for name, arguments in RUNS:
            kernel = self.kernels[name]
            if name not in objects:
                objects[name] = space.compile_all(kernel, mutant.path)
            if not space.differs(kernel, objects[name]):
                continue
            # Some mutants are of one object code.
            content = b"\0".join(read(path) for path in objects[name].values())
            run = (name, *arguments, *objects[name], digest(content))
            if run not in self.ran:
                if name not in programs:
                    programs[name] = space.link(kernel, objects[name])
                _, self.ran[run] = boot(programs[name], arguments, self.limit,
                                        self.expected[name, *arguments])
            complaint = self.ran[run]
            if complaint:
                how = " ".join([*(["debugging off"] if name == "plain" else []), *arguments])
                return KILLED, complaint + (f" ({how})" if how else "")
            status = SURVIVED
        return status, ""

    def judge(self, mutant: Mutant) -> tuple[str, str]:
        space = self.spaces.get()
        try:
            space.write(mutant.path, mutant.text)
            return self.try_runs(space, mutant)
        except BuildFailure as failure:
            return NO_BUILD, next((line for line in str(failure).splitlines() if "error" in line),
                                  "no error message")
        finally:
            space.restore(mutant.path)
            self.spaces.put(space)


class Progress:
    """How far it is, on one line of a terminal, else now and then."""

    def __init__(self, total: int) -> None:
        self.total, self.start, self.said = total, time.monotonic(), time.monotonic()
        self.counts: collections.Counter[str] = collections.Counter()
        self.tty = sys.stdout.isatty()

    def add(self, status: str) -> None:
        self.counts[status] += 1
        done, now = sum(self.counts.values()), time.monotonic()
        if now - self.said < (1 if self.tty else 30):
            return
        self.said = now
        left = (now - self.start) / done * (self.total - done)
        print(f"{chr(13) if self.tty else ''}  ...   {done} of {self.total} mutants: "
              f"{self.counts[KILLED]} killed, {self.counts[SURVIVED]} survived, "
              f"{left:.0f} s left", end="   " if self.tty else "\n", flush=True)

    def end(self) -> float:
        if self.tty:
            print("\r\033[K", end="")
        return time.monotonic() - self.start


def counts(verdicts: Iterable[str]) -> list[int]:
    """The verdict of a survivor with a reason is "reason"."""
    number = collections.Counter(verdicts)
    return [number[c] for c in (KILLED, NO_BUILD, SAME, "reason", SURVIVED)]


def table(title: str, rows: Mapping[str, list[str]]) -> None:
    """ROWS: name to a list of verdicts."""
    names = ["mutants", "killed", "no build", "same code", "equivalent", "survived"]
    print(f"\n{title:36}" + "".join(f"{name:>12}" for name in names))
    for name, verdicts in rows.items():
        print(f"{name:36}{len(verdicts):12}" + "".join(f"{n:12}" for n in counts(verdicts)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--spatch", required=True)
    parser.add_argument("--tree", required=True, help="the grafted source")
    parser.add_argument("--build", required=True, help="where the kernels are, and the results")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("what", nargs="*",
                        help="survivors, list, FILES='PATTERN...', OPS=, FUNCTIONS=; default: all")
    options = parser.parse_intermixed_args()
    options.files = options.ops = options.functions = "*"
    options.mode = None
    for word in options.what:
        name, _, value = word.partition("=")
        if name in ("FILES", "OPS", "FUNCTIONS") and value:
            setattr(options, name.lower(), value)
        elif word in ("survivors", "list"):
            options.mode = word
        else:
            parser.error(f"'{word}': expected survivors, list, FILES=, OPS= or FUNCTIONS=...")
    # A whole run makes all mutants of these files.
    options.whole = not options.mode and options.ops == options.functions == "*"
    return options


def matches(name: str, patterns: str) -> bool:
    return any(fnmatch.fnmatch(name, f"*{pattern}*") for pattern in patterns.split())


def chosen_files(options: argparse.Namespace) -> list[str]:
    if options.files == "*":
        return FILES
    return [path for path in FILES + OTHERS if matches(path, options.files)]


def find_places(options: argparse.Namespace, spatch: Spatch, pool: Executor) -> list[Place]:
    """Everything that can be changed: file, semantic patch, and place."""
    groups = sorted(os.path.basename(path)[:-len(".cocci")]
                    for path in glob.glob(os.path.join(PATCHES, "*.cocci")))
    pairs = [(path, group) for path in chosen_files(options) for group in groups]
    listed = pool.map(lambda pair: spatch.places(*pair), pairs)
    return [(path, group, place) for (path, group), places in zip(pairs, listed)
            for place in places if matches(f"{group} {place.split()[0]}", options.ops)
            and matches(place.split()[2], options.functions)]


def make_mutants(spatch: Spatch, pool: Executor, places: list[Place]) -> list[Mutant]:
    """The mutants. Two patches that make the same of a file have made one mutant."""
    some: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for path, group, place in places:
        some[path, group].append(place)
    made = pool.map(lambda item: spatch.make(item[0][0], item[0][1], item[1]), some.items())
    unique: dict[tuple[str, bytes], Mutant] = {}
    for mutant in in_order(mutant for mutants in made for mutant in mutants):
        unique.setdefault((mutant.path, IDLE.sub(b";", mutant.text)), mutant)
    return list(unique.values())


def check_canaries(options: argparse.Namespace, places: list[Place]) -> None:
    found = {(path, place.split()[0], place.split()[2]) for path, _, place in places}
    wanted = [canary for canary in CANARIES if canary[0] in chosen_files(options)]
    if options.whole and not found.issuperset(wanted):
        raise SystemExit(f"error: of {wanted} not all are there")


def is_canary(mutant: Mutant) -> bool:
    return (mutant.path, mutant.rule, mutant.function) in CANARIES


def find_files(tree: str, patterns: list[str]) -> list[str]:
    return sorted(os.path.relpath(path, tree) for pattern in patterns
                  for path in glob.glob(os.path.join(tree, pattern)))


def base_of(options: argparse.Namespace, sources: list[str]) -> bytes:
    """All that the results depend on, but the mutant and the tests."""
    version = subprocess.run(["gcc", "--version"], stdout=subprocess.PIPE, check=True).stdout
    parts = [version, repr(RUNS).encode(), read(os.path.join(PATCHES, "kernel.py"))]
    for name in KERNELS:
        parts += [read(os.path.join(options.build, name, file))
                  for file in (".config", "include/config/kernel.release")]
    parts += [read(os.path.join(options.tree, path)) for path in sources]
    return digest(*parts).encode()


def main() -> int:
    options = parse_arguments()
    start = time.monotonic()
    sources, tests = find_files(options.tree, SOURCES), find_files(options.tree, TESTS)
    results = Results(os.path.join(options.build, "results"),
                      base_of(options, [path for path in sources if path not in tests]),
                      Tests(options.tree, tests))
    reasons = read_reasons()

    spatch = Spatch(options.spatch, options.tree, os.path.join(options.build, "patched"))

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        places = find_places(options, spatch, pool)
        if not places:
            raise SystemExit(f"error: no change to make: FILES='{options.files}' "
                             f"OPS='{options.ops}' FUNCTIONS='{options.functions}'")
        check_canaries(options, places)
        mutants = make_mutants(spatch, pool, sorted(set(places)))
        if options.mode == "survivors":
            mutants = [mutant for mutant in mutants
                       if results.last.get(repr(mutant.key)) == SURVIVED or is_canary(mutant)]
        print(f"  ok    {len(mutants)} mutants made, {time.monotonic() - start:.0f} s", flush=True)
        if options.mode == "list":
            for mutant in mutants:
                print(f"\n{mutant}\n{mutant.stanza()}", end="")
            return 0

        laboratory = Laboratory(options, sources)
        began = time.monotonic()
        for run, number in laboratory.prepare(sorted({m.path for m in mutants})).items():
            print(f"  ok    {' '.join(run)}: {number} results without a mutant")
        print(f"  ok    ready, {time.monotonic() - began:.0f} s", flush=True)

        progress = Progress(len(mutants))
        fresh = 0

        def judge(mutant: Mutant) -> tuple[Mutant, Entry, bool]:
            known = results.get(mutant)
            if not known:
                results.put(mutant, *laboratory.judge(mutant))
            return mutant, results.of(mutant), not known

        for future in concurrent.futures.as_completed([pool.submit(judge, m) for m in mutants]):
            _, entry, new = future.result()
            fresh += new
            progress.add(entry["status"])
        spent = progress.end()
    print(f"  ok    {len(mutants)} mutants judged, {fresh} of them now, {spent:.0f} s"
          + (f", {spent / fresh:.1f} s each" if fresh else ""))
    return report(options, mutants, results, reasons)


def report(options: argparse.Namespace, mutants: list[Mutant], results: Results,
           reasons: dict[Key, str]) -> int:
    by_file: dict[str, list[str]] = collections.defaultdict(list)
    by_group: dict[str, list[str]] = collections.defaultdict(list)
    bad = 0
    for mutant in in_order(mutants):
        status = results.of(mutant)["status"]
        if status in (SURVIVED, SAME) and mutant.key in reasons:
            status = "reason"
        by_file[mutant.path].append(status)
        by_group[mutant.group].append(status)
        if is_canary(mutant) and status != KILLED:
            print(f"  FAIL  {mutant}: no test notices that, so the tests can't have run")
            bad += 1
        elif status == SURVIVED:
            print(f"  FAIL  {mutant}: no test notices, and there is no reason\n{mutant.stanza()}")
            bad += 1
        elif status in (KILLED, NO_BUILD) and mutant.key in reasons:
            print(f"  FAIL  {mutant}: {status}, and yet there is a reason why it can't be")
            bad += 1
    if options.whole:
        there = {mutant.key for mutant in mutants}
        for key in reasons:
            if key not in there and key[0] in chosen_files(options):
                print(f"  FAIL  a reason for a mutant that isn't there: {' | '.join(key)}")
                bad += 1

    kept = os.path.join(options.build, "report")
    with open(kept, "w", encoding="utf-8") as file:
        for mutant in in_order(mutants):
            entry = results.of(mutant)
            file.write(f"{mutant}: {entry['status']}: {entry['by']}\n{mutant.stanza()}\n")
    everything = [status for statuses in by_file.values() for status in statuses]
    table("by operator", by_group)
    table("by file", {**by_file, "all": everything})
    print(f"\nWhat became of each: {os.path.relpath(kept)}")
    print(f"{len(everything) - everything.count(SURVIVED)} passed, {bad} failed")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
