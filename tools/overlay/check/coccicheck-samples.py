#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coccicheck-samples.py MODE DIR LOG RULE...: compare what coccicheck has found in the samples with
what they expect.

A line of misuse/RULE.c that is to be found has a comment before it: "expect: " and a part of the report.
Nothing else may be found there, by whatever rule of ours, and nothing at all in correct/.
"""

import collections
import pathlib
import re
import sys

EXPECT = re.compile(r"/\* expect: (.*?) \*/")
COMMAND = re.compile(r"-D (\w+) .*--cocci-file \S*/(\w+)\.cocci ")
REPORT = re.compile(r"(?:\S*/)?(misuse|correct)/(\w+\.c):(\d+):\d+-\d+: (.*)")
ORG = re.compile(r"\* TODO \[\[view:\S*?(misuse|correct)/(\w+\.c)::.*?linb=(\d+)::.*?\]\[(.*)\]\]")
DIFF_FILE = re.compile(r"--- \S*?(misuse|correct)/(\w+\.c)")
HUNK = re.compile(r"@@ -(\d+)")


def read_log(log, rules):
    """(rule, file): {line: texts}; and the modes that the rules were run in."""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    modes = collections.defaultdict(set)
    rule = name = None
    line = 0
    for text in log.read_text(errors="replace").splitlines():
        if match := COMMAND.search(text):
            rule = match[2]
            modes[rule].add(match[1])
            name = None
        elif rule not in rules:
            continue
        elif match := REPORT.match(text) or ORG.match(text):
            found[rule, f"{match[1]}/{match[2]}"][int(match[3])].append(match[4])
        elif match := DIFF_FILE.match(text):
            name = f"{match[1]}/{match[2]}"
        elif match := HUNK.match(text):
            line = int(match[1])
        elif name and text[:1] in "- " and not text.startswith("---"):
            if text.startswith("-"):
                found[rule, name][line].append("")
            line += 1
    return found, modes


def check(rule, mode, samples, found, modes):
    """What is wrong with a rule, as sentences."""
    own = f"misuse/{rule}.c"
    expected = {n: match[1] for n, text in enumerate(samples.get(own, []), 2)
                if (match := EXPECT.search(text))}
    if mode not in modes[rule]:
        yield f"it was not run in mode {mode}"
    if not expected or f"correct/{rule}.c" not in samples:
        yield "it has no samples"
    if mode == "patch":
        return
    for n, text in expected.items():
        reports = found[rule, own].get(n, [])
        # Where a rule prints and not marks, it says what it means, too; "ERROR: " is for report alone.
        wanted = "" if mode == "context" else re.sub(r"^(ERROR|WARNING): ", "", text)
        if not any(wanted in report for report in reports):
            yield f"{own}:{n} was not found: {text}" + "".join(f"\n        but {r}" for r in reports)
    for (other, name), lines in found.items():
        for n, reports in lines.items():
            if other != rule or (name == own and n in expected):
                continue
            # Whoever uses the attribute by himself could use a handle.
            if rule == "hwonly" and "/attrs_" in name:
                continue
            # A marked statement may take several lines.
            if mode == "context" and name == own and any(n - 6 <= e <= n + 6 for e in expected):
                continue
            if mode == "context" and not name.startswith("correct") and name != own:
                continue
            yield f"{name}:{n} should not have been found: {reports[0]}"


def main():
    mode, directory, log, *rules = sys.argv[1:]
    directory = pathlib.Path(directory)
    samples = {f"{path.parent.name}/{path.name}": path.read_text().splitlines()
               for path in directory.glob("*/*.c")}
    found, modes = read_log(pathlib.Path(log), rules)

    failed = 0
    for rule in rules:
        complaints = list(check(rule, mode, samples, found, modes))
        for complaint in complaints:
            print(f"  FAIL  {rule}: {complaint}")
        failed += bool(complaints)
    lines = sum(len(EXPECT.findall("\n".join(text))) for text in samples.values())
    print(f"  {len(rules)} rules, {lines} misuses in {len(samples)} files, mode {mode}")
    print(f"{len(rules) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
