#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Read the results of KUnit in the log of a kernel, by the kernel's own kunit.py.

kunit_results.py TREE LOG: prints a line for each case: suite, case, parameter (or nothing) and
result (ok, FAILED or skipped), separated by tabs. Exits with 1 if no case ran, or the log is cut.

kunit_results.py --count TREE LOG: prints how many passed, failed and were skipped. A suite that did
not end counts as failed.
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


def parse(tree: str, log: str) -> dict[str, Any]:
    """What kunit.py makes of the log, as it writes it with --json."""
    with tempfile.TemporaryDirectory() as scratch:
        # Serial consoles end lines by a carriage return, too.
        text, parsed = os.path.join(scratch, "log"), os.path.join(scratch, "json")
        with open(log, "rb") as source, open(text, "wb") as dest:
            dest.write(source.read().replace(b"\r", b""))
        subprocess.run([os.path.join(tree, "tools/testing/kunit/kunit.py"), "parse",
                        f"--json={parsed}", text], check=False, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not os.path.exists(parsed):
            return {"sub_groups": [], "test_cases": [], "misc": {}}
        with open(parsed, encoding="utf-8") as file:
            tests: dict[str, Any] = json.load(file)
            return tests


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

    tests = parse(args.tree, args.log)
    if args.count:
        misc = tests["misc"]
        failed = sum(misc.get(kind, 0) for kind in ("failed", "crashed", "errors"))
        print(misc.get("passed", 0), failed, misc.get("skipped", 0))
    else:
        for case in leaves(tests):
            print(*case, sep="\t")
    return int(not tests["misc"].get("tests"))


if __name__ == "__main__":
    sys.exit(main())
