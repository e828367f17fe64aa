#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coccicheck-findings.py VERSION FINDINGS.csv LOG RULE...: compare what coccicheck has found in
drivers/ and sound/ with what somebody has judged true or false after reading the code.

On the kernels that a rule was judged on, each finding must be known, and each known one be found.
On others, what differs is listed. On both, a rule of whose findings less than 80 % are true fails.
"""

import collections
import csv
import pathlib
import re
import sys
from typing import Optional

Key = tuple[str, str, str]
COMMAND = re.compile(r"--cocci-file \S*/([\w-]+)\.cocci ")
REPORT = re.compile(r"\S*?\b((?:drivers|sound)/\S+\.[ch]):(\d+):\d+-\d+: (?:ERROR|WARNING): (.*)")


def key(rule: str, path: str, text: str) -> Key:
    """A finding is the same if only its line has moved."""
    return rule, path, re.sub(r",? ?\(?(allocated )?(see|on|from) line \d+\)?", "", text)


def main() -> bool:
    version, findings, log, *rules = sys.argv[1:]
    series = ".".join(version.split(".")[:2])

    known: dict[Key, bool] = {}
    judged_on: dict[str, set[str]] = collections.defaultdict(set)
    with open(findings, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            judged_on[row["rule"]] |= set(row["kernels"].split())
            kernels = row["kernels"].split()
            if row["rule"] in rules and any(k.startswith(series + ".") for k in kernels):
                finding = key(row["rule"], row["file"], row["finding"].strip("`"))
                known[finding] = row["verdict"] == "true"

    found: dict[Key, str] = {}
    ran: set[str] = set()
    rule = ""
    for text in pathlib.Path(log).read_text(errors="replace").splitlines():
        if match := COMMAND.search(text):
            rule = match[1]
            ran.add(rule)
        elif match := REPORT.match(text):
            found.setdefault(key(rule, match[1], match[3]), f"{match[1]}:{match[2]}")

    failed: set[str] = set()
    differ = [(k, f"{k[1]} was not found") for k in set(known) - set(found)]
    differ += [(k, f"{found[k]} has not been judged") for k in set(found) - set(known)]
    for (rule, _, text), what in sorted(differ):
        strict = version in judged_on[rule]
        print(f"  {'FAIL' if strict else 'note'}  {rule}: {what}: {text}")
        if strict:
            failed.add(rule)

    for rule in rules:
        if rule not in ran:
            print(f"  FAIL  {rule} was not run")
            failed.add(rule)
        verdicts: collections.Counter[Optional[bool]] = collections.Counter(
            known.get(f) for f in found if f[0] == rule)
        total = sum(verdicts.values())
        if total:
            print(f"  {rule}: {total} findings, {verdicts[True]} true, {verdicts[False]} false, "
                  f"{verdicts[None]} not judged")
        if verdicts[True] < 0.8 * (verdicts[True] + verdicts[False]):
            print(f"  FAIL  {rule} is wrong too often")
            failed.add(rule)
    print(f"{len(rules) - len(failed)} passed, {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
