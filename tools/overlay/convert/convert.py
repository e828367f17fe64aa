#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Fix in-tree drivers, and convert them to DMA-coherent handles: a commit a bug, then a driver.

Each NAME.msg in convert/drivers says what is to be done to a driver, and each
fixes/DRIVER-BUG.msg there what is to be done before that: a header as in a mail, an empty line, the
changelog, and for what is not done by rules a line of three dashes and a diff. The header has

Subject:  the commit's
Kernels:  6.12- or 7.3-, those that have the driver in the shape that the rules expect
Files:    those that are changed, below Dir:
Dir:      a folder of the kernel
Kconfig:  the file with the driver's option, or several if it has moved, and the option, which a
          conversion has select that of the handles
Arch:     one that the driver can be built for
Rules:    a semantic patch in convert/drivers, and NAME=VALUE of its virtual identifiers
Comment:  a file, and a sed -E command for what no semantic patch can match: a comment, or a tab
Bug:      what a fix mends, for the list
Blame:    what the commit did that made the bug: the sender must find it, for Fixes:
Checked:  how it was run, or why it was not

Files:, Rules:, Comment: and Bug: may be there several times. A rule of a semantic patch, or a sed
command, that changes nothing fails the conversion, and so do a diff that does not apply, and a file
that stays as it is. Only a rule whose name begins with maybe_ need not match.
"""

import argparse
import csv
import difflib
import email
import email.policy
import os
import re
import shutil
import subprocess
import sys
from typing import Any, Iterable, Iterator, TextIO

CONVERT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "drivers")
FIXES = "fixes/"
HEADER = "dma-coherent-handle.h"


class Failure(Exception):
    """Why a driver could not be converted, in one sentence."""


def in_range(version: str, kernels: str) -> bool:
    def key(text: str) -> list[int]:
        return [int(part) for part in text.split(".")[:2]]
    oldest, _, newest = kernels.partition("-")
    return key(oldest) <= key(version) and (not newest or key(version) <= key(newest))


class Message:
    """A changelog, below a header as in a mail."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.message = email.message_from_file(file, policy=email.policy.compat32)
        except FileNotFoundError:
            raise Failure(f"there is no {self.path}") from None
        self.subject = self.one("Subject")
        self.body = self.message.get_payload().strip("\n") + "\n"

    def all(self, key: str) -> list[str]:
        """The values of a header, folded lines joined."""
        return [" ".join(value.split()) for value in self.message.get_all(key, [])]

    def one(self, key: str) -> str:
        values = self.all(key)
        if len(values) != 1:
            raise Failure(f"expected one line {key}: in {os.path.basename(self.path)}")
        return values[0]


class Conversion(Message):
    """What NAME.msg says."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(os.path.join(CONVERT, name + ".msg"))
        self.arch = self.one("Arch")
        self.files = [os.path.join(self.one("Dir"), file)
                      for line in self.all("Files") for file in line.split()]
        *self.kconfigs, self.symbol = self.one("Kconfig").split()
        self.rules = [line.split() for line in self.all("Rules")]
        self.is_fix = name.startswith(FIXES)
        self.bugs = self.all("Bug")
        self.checked = "; ".join(self.all("Checked"))
        self.body, _, self.diff = self.body.partition("---\n")
        for blame in self.all("Blame"):
            self.body += f'---\nFixes: <commit to be found: the one that {blame}>\n'

    def comments(self) -> Iterator[tuple[str, str]]:
        """Pairs of a file and a sed command. Its spaces matter, so nothing is joined here."""
        for value in self.message.get_all("Comment", []):
            file, command = value.strip().split(maxsplit=1)
            yield os.path.join(self.one("Dir"), file), command

    def kconfig(self, tree: str) -> str:
        """The first of the option's files that the kernel has."""
        return next((file for file in self.kconfigs if os.path.exists(os.path.join(tree, file))),
                    self.kconfigs[0])

    def is_for(self, version: str) -> bool:
        return in_range(version, self.one("Kernels"))


def names_of(drivers: Iterable[str] = ()) -> list[str]:
    """Of all that there is to be done, or to be done to some drivers: fixes first."""
    fixes, conversions = ([prefix + file[:-len(".msg")]
                           for file in sorted(os.listdir(os.path.join(CONVERT, prefix)))
                           if file.endswith(".msg")] for prefix in (FIXES, ""))
    if not drivers:
        return fixes + conversions
    return [fix for fix in fixes
            if any(fix.startswith(f"{FIXES}{driver}-") for driver in drivers)] + list(drivers)


def read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path: str, text: str) -> None:
    """By renaming: the file may be a hard link."""
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".tmp", path)


def rules_of(cocci: str) -> list[str]:
    """The names of the rules that change something; unnamed ones are called as spatch does it."""
    name, changes, metas = "", False, False
    rules: list[str] = []
    for number, line in enumerate(read(cocci).splitlines(), 1):
        start = re.match(r"@\s*(?:(\w+)\b[^@]*)?@", line)
        if metas:
            metas = line.rstrip() != "@@" and not line.rstrip().endswith("@@")
        elif start and not line.startswith("@@ -"):
            if changes:
                rules.append(name)
            name, changes = start.group(1) or f"rule starting on line {number}", False
            metas = not re.match(r"@[^@]*@.*@@\s*$", line)
        elif re.match(r"[-+]", line):
            changes = True
    if changes:
        rules.append(name)
    return rules


def transformed(log: str) -> set[str]:
    """The names of the rules that spatch --debug says have changed something."""
    names, name = set(), ""
    for line in log.splitlines():
        start = re.match(r"(\S.*) = *$", line)
        if start:
            name = start.group(1)
        elif line.strip() == "transformation info returned:":
            names.add(name)
    return names


def run_spatch(spatch: str, tree: str, conversion: Conversion, rule: list[str],
               log: TextIO) -> None:
    cocci = os.path.join(CONVERT, rule[0])
    if not os.path.exists(cocci):
        raise Failure(f"there is no {cocci}")
    command = [spatch, "--debug", "--in-place", "--no-show-diff", "--sp-file", cocci]
    options = re.search(r"^// Options: (.*)", read(cocci), re.MULTILINE)
    command += options.group(1).split() if options else []
    for definition in rule[1:]:
        command += ["-D", definition]
    run = subprocess.run(command + conversion.files, cwd=tree, text=True, errors="replace",
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    print("+", *command, *conversion.files, file=log)
    print(run.stdout, file=log)
    if run.returncode:
        raise Failure(f"spatch failed on {rule[0]}: {run.stdout.strip().splitlines()[-1]}")
    for name in re.findall(r"^a header file was modified: (.*)", run.stdout, re.MULTILINE):
        if os.path.basename(name) not in [os.path.basename(file) for file in conversion.files]:
            raise Failure(f"{rule[0]} changes {name}, which is not in Files:")
    done = transformed(run.stdout)
    for name in rules_of(cocci):
        if name not in done and not name.startswith("maybe_"):
            raise Failure(f"{name} of {rule[0]} no longer matches anything in "
                          f"{conversion.one('Dir')}/{{{','.join(conversion.all('Files'))}}}")


def apply_diff(tree: str, conversion: Conversion, log: TextIO) -> None:
    run = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "--reject-file=-"],
                         cwd=tree, input=conversion.diff, text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, check=False)
    print(run.stdout, file=log)
    if run.returncode:
        raise Failure(f"the diff in {conversion.name}.msg no longer applies to "
                      f"{conversion.one('Dir')}")


def include(text: str) -> str:
    """With our header included, in its place among the others, if it is sorted."""
    line = f"#include <linux/{HEADER}>\n"
    declared = "\nstruct dma_coherent_handle;\n" in text
    if HEADER in text or declared or "dma_coherent_handle" not in text:
        return text
    others = list(re.finditer(r"^#include <linux/([\w/.-]+)>\n", text, re.MULTILINE))
    if not others:
        first = re.search(r"^#include ", text, re.MULTILINE)
        if not first:
            raise Failure("found no #include, to put ours before it")
        return text[:first.start()] + line + "\n" + text[first.start():]
    for other in others:
        if other.group(1) > HEADER:
            return text[:other.start()] + line + text[other.start():]
    return text[:others[-1].end()] + line + text[others[-1].end():]


def select(text: str, symbol: str, path: str) -> str:
    """With our option selected by SYMBOL, among what it selects, or after what it depends on."""
    line = "\tselect DMA_COHERENT_HANDLE\n"
    entry = re.search(rf"^(menu)?config {symbol}\n((?:[ \t].*)?\n)*", text, re.MULTILINE)
    if not entry:
        raise Failure(f"{path}: expected the option {symbol}")
    if line in entry.group():
        return text
    lines = entry.group().splitlines(keepends=True)
    stop = next((number for number, text in enumerate(lines)
                 if re.match(r"\s+(help|---help---)$", text)), len(lines))
    at = None
    for number, text_ in enumerate(lines[:stop]):
        chosen = re.match(r"\tselect (\w+)", text_)
        if chosen and chosen.group(1) > "DMA_COHERENT_HANDLE":
            at = number
            break
        if re.match(r"\t(select|depends|tristate|bool)\b", text_):
            at = number + 1
            while lines[at - 1].endswith("\\\n"):
                at += 1
    if at is None:
        raise Failure(f"{path}: expected {symbol} to have a prompt")
    lines.insert(at, line)
    return text[:entry.start()] + "".join(lines) + text[entry.end():]


def realign(before: str, after: str) -> str:
    """Put what continues a changed line below its parenthesis again, where it was before.

    The same goes for what a rule continues itself, which spatch indents by spaces alone.
    """
    old, lines = before.splitlines(), after.splitlines()
    blocks = difflib.SequenceMatcher(None, old, lines, autojunk=False).get_opcodes()
    for tag, _, _, start, end in blocks:
        if tag not in ("replace", "insert") or start == end or end == len(lines):
            continue
        opened: list[int] = []
        for number in range(start, len(lines)):
            # All is closed in the line after a semicolon or a brace.
            if start < number < end and re.search(r"[;{}:]$", lines[number - 1]):
                opened = []
            line = lines[number].expandtabs()
            if number >= end and (not opened or not line.strip()):
                break
            by_rule = re.match(" +[^ *]|\t+ {8}", lines[number])
            if opened and (number >= end or by_rule) or by_rule and by_rule.end() > 8:
                # A rule gives the column itself where no parenthesis does.
                column = opened[-1] + 1 if opened else len(line) - len(line.lstrip())
                lines[number] = "\t" * (column // 8) + " " * (column % 8) + line.strip()
                line = lines[number].expandtabs()
            for at, char in enumerate(line):
                if char == "(":
                    opened.append(at)
                elif char == ")" and opened:
                    opened.pop()
    return "\n".join(lines) + "\n"


def own(folder: str) -> None:
    """Give a folder files of its own: spatch writes to headers in place, also to one in Dir: that
    is not in Files:, and what it writes to may be a hard link of somebody's kernel."""
    for where, _, names in os.walk(folder):
        for path in (os.path.join(where, name) for name in names):
            if os.lstat(path).st_nlink > 1:
                shutil.copy2(path, path + ".tmp", follow_symlinks=False)
                os.rename(path + ".tmp", path)


def convert(spatch: str, tree: str, conversion: Conversion, log: TextIO) -> None:
    own(os.path.join(tree, conversion.one("Dir")))
    files = {}
    kconfig = conversion.kconfig(tree)
    for file in conversion.files + [kconfig]:
        path = os.path.join(tree, file)
        if not os.path.exists(path):
            raise Failure(f"{file} is missing, though its Kernels: {conversion.one('Kernels')}")
        files[file] = read(path)
        write(path, files[file])

    try:
        if conversion.diff:
            apply_diff(tree, conversion, log)
        for rule in conversion.rules:
            run_spatch(spatch, tree, conversion, rule, log)
        for file, command in conversion.comments():
            path = os.path.join(tree, file)
            before = read(path)
            sed = subprocess.run(["sed", "-E", command], input=before, text=True,
                                 capture_output=True, check=False)
            if sed.returncode or sed.stdout == before:
                raise Failure(f"{file}: sed -E '{command}' no longer matches anything"
                              f"{sed.stderr}")
            write(path, sed.stdout)
        for file in conversion.files:
            path = os.path.join(tree, file)
            after = read(path)
            if after == files[file]:
                raise Failure(f"{file} was not changed")
            write(path, include(realign(files[file], after) if conversion.rules else after))
        if not conversion.is_fix:
            path = os.path.join(tree, kconfig)
            write(path, select(read(path), conversion.symbol, kconfig))
    except Failure:
        for file, text in files.items():
            write(os.path.join(tree, file), text)
        raise


def objects(tree: str, conversion: Conversion) -> list[str]:
    """What is to be compiled anew: changed files, and those that include a changed header."""
    found = set()
    for file in conversion.files:
        if file.endswith(".c"):
            found.add(file)
            continue
        where, name = os.path.split(file)
        for other in os.listdir(os.path.join(tree, where)):
            path = os.path.join(where, other)
            if other.endswith(".c") and re.search(rf'^#include "(?:[\w./-]*/)?{re.escape(name)}"',
                                                  read(os.path.join(tree, path)), re.MULTILINE):
                found.add(path)
    return sorted(file[:-1] + "o" for file in found)


def git(tree: str, *args: str, **kwargs: Any) -> str:
    return subprocess.run(["git", "-C", tree, *args], check=True, text=True, capture_output=True,
                          **kwargs).stdout


def commit(tree: str, conversion: Conversion) -> None:
    git(tree, "add", "-u")
    git(tree, "commit", "-q", "-F", "-", input=f"{conversion.subject}\n\n{conversion.body}")


def lines(tree: str) -> list[str]:
    """How many lines the last commit has removed and added."""
    counts = [line.split() for line in git(tree, "diff", "--numstat", "HEAD^").splitlines()]
    return [str(sum(int(count[column]) for count in counts)) for column in (1, 0)]


class Table:
    """The documentation's, with a column of lines for each kernel that it was made on."""

    def __init__(self, path: str, version: str) -> None:
        self.path, self.version = path, version
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            self.columns = list(reader.fieldnames or [])
            self.rows = {row[self.columns[0]]: row for row in reader}
        self.made: dict[str, dict[str, str]] = {}

    def add(self, conversion: Conversion, counts: list[str]) -> None:
        name = conversion.name.removeprefix(FIXES)
        self.made[name] = {
            self.columns[0]: name, self.version: "-" + counts[0] + " +" + counts[1],
            "bug": "; ".join(conversion.bugs), "checked": conversion.checked}

    def differences(self) -> Iterator[str]:
        """None on another kernel, where drivers may well have other lines."""
        if self.version not in self.columns:
            return
        for name in sorted(self.made.keys() | self.rows.keys()):
            old = self.rows.get(name)
            if not old:
                yield f"{name} is not in the table; UPDATE=1 puts it there"
                continue
            for column, new in self.made.get(name, {self.version: ""}).items():
                if column in self.columns and old[column] != new:
                    yield f"{name}: {column} should be '{new}', not '{old.get(column, '')}'"

    def update(self) -> None:
        for name, row in self.made.items():
            self.rows.setdefault(name, dict.fromkeys(self.columns, "")).update(row)
        with open(self.path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows[name] for name in sorted(self.rows))


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--spatch", default="spatch")
    parser.add_argument("--files", action="store_true", help="just list the drivers' files")
    parser.add_argument("--logs", default=".", help="where to put what spatch says")
    parser.add_argument("--results", type=argparse.FileType("w"), default=sys.stdout,
                        help="what became of each driver: one line, with tabs")
    parser.add_argument("--tables", help="where the documentation's are, which must be right")
    parser.add_argument("--update", action="store_true", help="make them right")
    parser.add_argument("tree", help="a git repository with the drivers' files in it")
    parser.add_argument("version", help="the kernel's")
    parser.add_argument("names", nargs="*", help="the drivers, if not all")
    args = parser.parse_args()

    names = names_of(args.names)
    tables = {kind: Table(os.path.join(args.tables, f"dma-conversions{kind}.csv"), args.version)
              for kind in ("", "-fixes")} if args.tables else {}
    failed = 0
    for name in names:
        try:
            conversion = Conversion(name)
            if not conversion.is_for(args.version):
                result = ["SKIP", name, f"not for Linux {args.version}"]
            elif args.files:
                for file in conversion.files + conversion.kconfigs:
                    # What is missing is told when the driver's turn comes.
                    if os.path.exists(os.path.join(args.tree, file)):
                        print(file)
                continue
            else:
                path = f"{args.logs}/{name.replace('/', '-')}.log"
                with open(path, "w", encoding="utf-8") as log:
                    convert(args.spatch, args.tree, conversion, log)
                commit(args.tree, conversion)
                result = ["DONE", name, conversion.arch, conversion.symbol,
                          " ".join(objects(args.tree, conversion)), *lines(args.tree)]
                if tables:
                    tables["-fixes" if conversion.is_fix else ""].add(conversion, result[-2:])
                args.results.writelines(f"BUG\t{name}\t{bug}\n" for bug in conversion.bugs)
        except Failure as failure:
            result = ["FAIL", name, str(failure)]
            failed += 1
        if args.files and failed:
            print(f"{name}: {result[2]}", file=sys.stderr)
        elif not args.files:
            # For people; and for convert.sh.
            print(*result[:3], sep="\t")
            args.results.write("\t".join(result) + "\n")
    # Without all drivers, what is missing says nothing.
    for table in [] if failed or args.names else tables.values():
        if args.update:
            table.update()
        for difference in table.differences():
            args.results.write(f"FAIL\t{os.path.basename(table.path)}\t{difference}\n")
            failed = 1
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
