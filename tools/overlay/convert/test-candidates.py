#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Test find-candidates.cocci on samples/. Usage: test-candidates.py SPATCH

It must report each line after a comment "expect: TEXT", with that text, and no other line.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
EXPECT = re.compile(r"/\* expect: (.*?) \*/")
REPORT = re.compile(r"(?:\./)?(\S+\.[ch]):(\d+):\d+-\d+: WARNING: (.*)")


def main() -> bool:
    command = [str(pathlib.Path(sys.argv[1]).resolve()), "-D", "report", "--very-quiet",
               "--no-show-diff", "--no-includes",
               "--cocci-file", str(HERE / "find-candidates.cocci"), "--dir", "."]
    run = subprocess.run(command, cwd=HERE / "samples", capture_output=True, text=True, check=True)
    found = {(m[1], int(m[2])): m[3] for line in run.stdout.splitlines()
             if (m := REPORT.match(line))}

    failures, passed = [], 0
    for path in sorted((HERE / "samples").glob("*/*.c")):
        name = f"{path.parent.name}/{path.name}"
        for number, line in enumerate(path.read_text().splitlines(), 2):
            if not (match := EXPECT.search(line)):
                continue
            text = found.pop((name, number), "nothing")
            if match[1] in text:
                passed += 1
            else:
                failures.append(f"{name}:{number}: expected {match[1]!r}, found {text!r}")
    failures += [f"{name}:{number}: {text}" for (name, number), text in found.items()]
    # The files without a candidate count as one case each.
    passed += sum("expect:" not in path.read_text() and not any(path.name in f for f in failures)
                  for path in (HERE / "samples").glob("*/*.c"))
    for failure in failures:
        print(f"  FAIL  {failure}")
    print(f"{passed} passed, {len(failures)} failed")
    return bool(failures) or not passed


if __name__ == "__main__":
    sys.exit(main())
