#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coccicheck-findings.py VERSION FINDINGS.csv LOG RULE...: compare what coccicheck has found in
drivers/ and sound/ with what somebody has judged true or false after reading the code.

On the kernels that were judged, each finding must be known, and each known one be found. On others,
what differs is listed. On both, a rule of whose findings less than 80 % are true fails.
"""

import collections
import csv
import pathlib
import re
import sys

COMMAND = re.compile(r"-D report .*--cocci-file \S*/(\w+)\.cocci ")
DIRECTORY = re.compile(r"in (?:\S*/)?(drivers|sound)$")
REPORT = re.compile(r"(?:\./|\S*/(?:drivers|sound)/)?((?:[\w.+-]+/)*[\w.+-]+\.[ch]):(\d+):\d+-\d+: (?:ERROR|WARNING): (.*)")


def key(rule, path, text):
    """A finding is the same if only its line has moved."""
    return rule, path, re.sub(r",? ?\(?(allocated )?(see|on|from) line \d+\)?", "", text)


def main():
    version, findings, log, *rules = sys.argv[1:]
    series = ".".join(version.split(".")[:2])

    known = {}
    judged_on = set()
    with open(findings, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            judged_on |= set(row["kernels"].split())
            if row["rule"] in rules and any(k.startswith(series + ".") for k in row["kernels"].split()):
                known[key(row["rule"], row["file"], row["finding"].strip("`"))] = row["verdict"] == "true"

    found = {}
    ran = set()
    rule = directory = None
    for text in pathlib.Path(log).read_text(errors="replace").splitlines():
        if match := DIRECTORY.match(text):
            directory = match[1]
        elif match := COMMAND.search(text):
            rule = match[1]
            ran.add((directory, rule))
        elif match := REPORT.match(text):
            path = f"{directory}/{match[1]}"
            found.setdefault(key(rule, path, match[3]), f"{path}:{match[2]}")

    strict = version in judged_on
    word = "FAIL" if strict else "note"
    failed = set()
    for rule, path, text in sorted(set(known) - set(found)):
        print(f"  {word}  {rule}: {path} was not found: {text}")
        failed.add(rule)
    for finding in sorted(set(found) - set(known)):
        print(f"  {word}  {finding[0]}: {found[finding]} has not been judged: {finding[2]}")
        failed.add(finding[0])
    if not strict:
        failed = set()

    for rule in rules:
        for directory in ("drivers", "sound"):
            if (directory, rule) not in ran:
                print(f"  FAIL  {rule} was not run on {directory}/")
                failed.add(rule)
        verdicts = collections.Counter(known.get(f) for f in found if f[0] == rule)
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
