#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Test the Coccinelle rules on samples of what they must report, and of what they must not.

    coccicheck-samples.py split SAMPLES OUT     write a file for each misuse, and each correct file
    coccicheck-samples.py judge OUT LOG RULE... compare the log of coccicheck on OUT with them

In a file of SAMPLES/misuse, a comment "expect: TEXT" stands before each line that must be reported.
split writes one file for each of them, without the other misuses but with the line numbers of the
sample. A function that has several misuses loses the statements of the others.

judge passes a misuse if the rules together report its line, once, with that text, and no other
line. They must report nothing in SAMPLES/correct.
"""

import collections
import re
import sys
from pathlib import Path
from typing import Iterator

EXPECT = re.compile(r"/\* expect: (.*?) \*/")
COMMAND = re.compile(r"--cocci-file \S*/(\w+)\.cocci ")
REPORT = re.compile(r"(?:\S*/)?(misuse|correct)/([\w.-]+\.c):(\d+):\d+-\d+: (.*)")


def functions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """(first, last) of each function body with its header, as indexes."""
    for brace in (n for n, line in enumerate(lines) if line == "{"):
        first = brace
        while first and lines[first - 1] and not lines[first - 1].endswith(("*/", "}", ";")):
            first -= 1
        yield first, lines.index("}", brace)


def statement(lines: list[str], first: int, where: str) -> int:
    """The last line of the statement that begins there."""
    last = first
    while not lines[last].endswith((";", "{", "}")):
        last += 1
    if not lines[last].endswith(";"):
        raise SystemExit(f"{where}:{first + 1}: cannot be left out: give it a function of its own")
    return last


def misuses(path: Path) -> Iterator[tuple[int, str]]:
    """(line number of a misuse, the text of the sample with no other misuse) for each."""
    lines = path.read_text().splitlines()
    expected = [n for n, line in enumerate(lines) if EXPECT.search(line)]
    bodies = list(functions(lines))
    for kept in expected:
        text = list(lines)
        for first, last in bodies:
            inside = [n for n in expected if first <= n <= last]
            if inside and kept not in inside:
                text[first:last + 1] = [""] * (last + 1 - first)
        for other in (n for n in expected if n != kept and text[n]):
            last = statement(lines, other + 1, path.name)
            text[other:last + 1] = [""] * (last + 1 - other)
        yield kept + 2, "\n".join(text) + "\n"


def split(samples: Path, out: Path) -> None:
    for kind in ("misuse", "correct"):
        (out / kind).mkdir(parents=True)
    for path in sorted((samples / "misuse").glob("*.c")):
        for line, text in misuses(path):
            (out / "misuse" / f"{path.stem}-{line}.c").write_text(text)
    for path in (samples / "correct").glob("*.c"):
        (out / "correct" / path.name).write_text(path.read_text())


def judge(out: Path, log: Path, rules: list[str]) -> bool:
    reports: dict[str, list[tuple[int, str]]] = collections.defaultdict(list)
    ran = set()
    for text in log.read_text(errors="replace").splitlines():
        if match := COMMAND.search(text):
            ran.add(match[1])
        elif match := REPORT.match(text):
            reports[f"{match[1]}/{match[2]}"].append((int(match[3]), match[4]))

    failures = [f"{rule} was not run" for rule in rules if rule not in ran]
    samples = sorted(out.glob("*/*.c"))
    for path in samples:
        name = f"{path.parent.name}/{path.name}"
        found = reports[name]
        expected = [(n, match[1]) for n, text in enumerate(path.read_text().splitlines(), 2)
                    if (match := EXPECT.search(text))]
        wanted = [r for r in found if any(r[0] == n and text in r[1] for n, text in expected)]
        if len(wanted) != len(expected) or len(found) != len(expected):
            failures.append(f"{name}: expected {expected or 'nothing'}, found {found or 'nothing'}")
    for failure in failures:
        print(f"  FAIL  {failure}")
    print(f"{len(samples) - min(len(samples), len(failures))} passed, {len(failures)} failed")
    return bool(failures)


def main() -> bool:
    command, *arguments = sys.argv[1:]
    if command == "split":
        split(*map(Path, arguments))
        return False
    return judge(Path(arguments[0]), Path(arguments[1]), arguments[2:])


if __name__ == "__main__":
    sys.exit(main())
