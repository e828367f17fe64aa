#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Judge the coverage of our code: each line is covered, or there is a reason.

So is each branch of the API. The KUnit DMA device has branches of many kernel functions that are
inlined: their number is printed, and not judged. The file of reasons says what it looks like.
"""

import argparse
import json
import os
import sys
from typing import Any, Iterator, NamedTuple, Optional


class Reason(NamedTuple):
    """A line of the file of reasons."""
    number: int
    path: str
    function: str
    text: str
    kernels: str
    why: str

    def applies(self, version: str) -> bool:
        if self.kernels == "all":
            return True
        this = [int(part) for part in version.split(".")[:2]]
        bound, kernel = self.kernels.rsplit("-", 1)
        limit = [int(part) for part in kernel.split(".")]
        return this <= limit if bound == "up-to" else this >= limit


def read_reasons(path: str) -> list[Reason]:
    reasons = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != 5 or not all(fields):
                sys.exit(f"{path}:{number}: expected five fields, separated by single tabs")
            reasons.append(Reason(number, *fields))
    return reasons


class File:
    """A source file, and what gcovr knows of it."""

    def __init__(self, tree: str, report: dict[str, Any]) -> None:
        self.path = report["file"]
        with open(os.path.join(tree, self.path), encoding="utf-8") as file:
            self.source = ["", *(line.strip() for line in file)]
        self.functions = sorted((function["lineno"], function["name"], function["execution_count"])
                                for function in report["functions"])
        self.lines = {line["line_number"]: line for line in report["lines"]
                      if not line["gcovr/noncode"] and not line["gcovr/excluded"]}
        self.judge_branches = not self.path.startswith("lib/kunit/")
        self.excused: set[int] = set()
        self.problems: list[str] = []

    def function_of(self, number: int) -> str:
        names = [name for start, name, _ in self.functions if start <= number]
        return names[-1] if names else ""

    def gap(self, number: int) -> Optional[str]:
        """What is missing at a line, in words, or None."""
        line = self.lines[number]
        never = sum(not branch["count"] for branch in line["branches"])
        if not line["count"]:
            return "never executed"
        if never and self.judge_branches:
            return f"{never} of {len(line['branches'])} branches never taken"
        return None

    def excuse(self, reason: Reason, where: str) -> None:
        found = [number for number in self.lines
                 if reason.text in self.source[number]
                 and self.function_of(number) == reason.function]
        if len(found) != 1:
            self.problems.append(f"{where}: {self.path}, {reason.function}(): expected one line "
                                 f"of code with '{reason.text}', found {len(found)}")
        elif not self.gap(found[0]):
            self.problems.append(f"{where}: {self.path}:{found[0]} is covered, and needs no reason")
        else:
            self.excused.add(found[0])

    def find_gaps(self) -> None:
        for number in sorted(self.lines):
            if self.gap(number) and number not in self.excused:
                self.problems.append(f"{self.path}:{number}: {self.function_of(number)}(): "
                                     f"{self.gap(number)}: {self.source[number]}")

    def figures(self) -> Iterator[list[int]]:
        branches = [branch for line in self.lines.values() for branch in line["branches"]]
        yield [line["count"] for line in self.lines.values()]
        yield [branch["count"] for branch in branches]
        yield [count for _, _, count in self.functions]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("reasons", help="the file of reasons")
    parser.add_argument("tree", help="the kernel")
    parser.add_argument("version", help="of that")
    parser.add_argument("report", help="gcovr's JSON of that")
    args = parser.parse_args()

    with open(args.report, encoding="utf-8") as report:
        files = {entry["file"]: File(args.tree, entry) for entry in json.load(report)["files"]}
    if not files:
        sys.exit("nothing was counted")

    strays = []
    for reason in read_reasons(args.reasons):
        where = f"{os.path.basename(args.reasons)}:{reason.number}"
        if not reason.applies(args.version):
            continue
        if reason.path in files:
            files[reason.path].excuse(reason, where)
        else:
            strays.append(f"{where}: {reason.path}: nothing was counted there")

    print(f"  {'file':38} {'lines':>9} {'branches':>9} {'functions':>9} {'excused':>9}")
    for file in files.values():
        file.find_gaps()
        figures = [f"{sum(map(bool, counts))}/{len(counts)}" for counts in file.figures()]
        print(f"  {file.path:38} " + " ".join(f"{figure:>9}" for figure in figures)
              + f" {len(file.excused):>9}")

    for problem in [problem for file in files.values() for problem in file.problems] + strays:
        print(f"  FAIL  {problem}")
    failed = sum(bool(file.problems) for file in files.values())
    print(f"{len(files) - failed} passed, {failed + bool(strays)} failed")
    return 1 if failed or strays else 0


if __name__ == "__main__":
    sys.exit(main())
