#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Read the results of KUnit in the log of a kernel, by the kernel's own kunit.py.

kunit_results.py TREE LOG: prints a line for each case: suite, case, parameter (or nothing) and
result (ok, FAILED or skipped), separated by tabs. Exits with 1 if no case ran, or the log is cut.

kunit_results.py --count TREE LOG: prints how many passed, failed and were skipped. What kunit.py
finds wrong with the log itself, such as a suite that did not end, counts as one that failed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Iterator, NamedTuple

RESULTS = {"PASS": "ok", "SKIP": "skipped"}


class Case(NamedTuple):
    """A case, or a case with one of its parameters."""
    suite: str
    name: str
    param: str
    result: str


def parse(tree: str, log: str) -> tuple[bool, list[Case]]:
    """Whether kunit.py finds nothing wrong, and the cases in its JSON."""
    with tempfile.TemporaryDirectory() as scratch:
        # Serial consoles end lines by a carriage return, too.
        text, parsed = os.path.join(scratch, "log"), os.path.join(scratch, "json")
        with open(log, "rb") as source, open(text, "wb") as dest:
            dest.write(source.read().replace(b"\r", b""))
        run = subprocess.run([os.path.join(tree, "tools/testing/kunit/kunit.py"), "parse",
                              f"--json={parsed}", text], check=False, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not os.path.exists(parsed):
            return False, []
        with open(parsed, encoding="utf-8") as file:
            return run.returncode == 0, list(leaves(json.load(file)))


def leaves(group: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[Case]:
    """The cases of a group. A case with parameters is a group, too."""
    for child in group["sub_groups"]:
        yield from leaves(child, (*path, child["name"]))
    for child in group["test_cases"]:
        names = path + (child["name"], "", "")
        yield Case(names[0], names[1], names[2], RESULTS.get(child["status"], "FAILED"))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--count", action="store_true")
    parser.add_argument("tree", help="a kernel tree, for its kunit.py")
    parser.add_argument("log", help="what the kernel printed")
    args = parser.parse_args()

    good, cases = parse(args.tree, args.log)
    if args.count:
        passed, failed, skipped = (sum(case.result == result for case in cases)
                                   for result in ("ok", "FAILED", "skipped"))
        print(passed, failed or int(not good), skipped)
    else:
        for case in cases:
            print(*case, sep="\t")
    return int(not cases)


if __name__ == "__main__":
    sys.exit(main())
