#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the steps of "make check" or "make check-matrix", see steps.py.

Steps run side by side as cores and memory allow. A step that passed is not run again until one of
the files that it depends on changes. The results are in build/steps: the output of each step, and
results.ktap and results.xml (JUnit) for all of them.
"""

import argparse
import csv
import fnmatch
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Iterator, NamedTuple, Optional, Union

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))

import kunit_results
from depends import TOP, commit, key_of
from steps import ALONE, CHECK, MATRIX, Skip, Step, Steps

OVERLAY = os.path.dirname(os.path.realpath(__file__))
BUILD = os.environ.get("BUILD", os.path.join(TOP, "build"))
RESULTS = os.path.join(BUILD, "steps" + ("-stock" if os.environ.get("STOCK") else ""))
TABLE = os.path.join(OVERLAY, "test/results/matrix.csv")
# MiB that a step takes at most: two linkers, or a linker and a guest.
MEMORY = 4096
PROGRESS = 30
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)


class Counts(NamedTuple):
    """How many cases of a step passed, failed and were skipped."""
    passed: int
    failed: int
    skipped: int


def count(output: str, status: int) -> Counts:
    """From the last line that counts. A step that does not count is one case."""
    lines = COUNTS.findall(output)
    if lines:
        passed, failed, skipped = (int(number or 0) for number in lines[-1])
    else:
        passed, failed, skipped = int(status == 0), 0, 0
    # No case is no pass.
    return Counts(passed, failed or int(status != 0 or passed == 0), skipped)


def short(path: str) -> str:
    return os.path.relpath(path, TOP) if path.startswith(TOP + os.sep) else path


@dataclass
class Job:
    """A step in this run."""
    step: Union[Step, Skip]
    key: str
    state: str = "waiting"
    process: Optional["subprocess.Popen[bytes]"] = None
    began: float = 0.0
    seconds: int = 0
    cpu_seconds: int = 0
    counts: Counts = field(default=Counts(0, 0, 0))

    @property
    def dir(self) -> str:
        return os.path.join(RESULTS, self.step.name)

    @property
    def output(self) -> str:
        return os.path.join(self.dir, "output")

    @property
    def full_key(self) -> list[str]:
        """A step that passed is not run again while these are the same."""
        return [self.key, os.environ["OLD_VERSION"], os.environ["NEW_VERSION"]]

    def read_output(self) -> str:
        with open(self.output, encoding="utf-8", errors="replace") as file:
            return file.read()

    def passed_before(self) -> bool:
        try:
            with open(os.path.join(self.dir, "passed"), encoding="utf-8") as file:
                *key, seconds, passed, failed, skipped = file.read().split()
        except (FileNotFoundError, ValueError):
            return False
        if key != self.full_key:
            return False
        self.counts, self.seconds = Counts(int(passed), int(failed), int(skipped)), int(seconds)
        return True

    def start(self, environment: dict[str, str]) -> None:
        """In a process group of its own, so that all of it can be stopped."""
        assert isinstance(self.step, Step)
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(os.path.join(self.dir, "ktap"))
        self.state, self.began = "running", time.monotonic()
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                ["/bin/bash", "-c", "exec env " + self.step.command], cwd=OVERLAY, stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**environment, "KTAP_DIR": os.path.join(self.dir, "ktap")})

    def ended(self) -> bool:
        """If so, sets the exit status and the CPU time of all its processes."""
        assert self.process
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if not pid:
            return False
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = round(usage.ru_utime + usage.ru_stime)
        return True

    def finish(self) -> None:
        assert self.process
        status = self.process.returncode
        self.seconds = round(time.monotonic() - self.began)
        self.counts = count(self.read_output(), status)
        self.state = "FAIL" if self.counts.failed else "ok"
        if self.state == "ok":
            with open(os.path.join(self.dir, "passed"), "w", encoding="utf-8") as file:
                print(*self.full_key, self.seconds, *self.counts, file=file)


def chosen(step: Union[Step, Skip], patterns: list[str]) -> bool:
    return not patterns or any(fnmatch.fnmatchcase(step.name, pattern) for pattern in patterns)


def find(patterns: list[str], lists: list[Steps]) -> list[Job]:
    """The steps of some lists, or those that are named. A name that no step has is an error."""
    jobs = {step.name: Job(step, key_of(step.command) if isinstance(step, Step) else "")
            for steps in lists for step in steps if chosen(step, patterns)}
    for pattern in patterns:
        if not fnmatch.filter(jobs, pattern):
            raise SystemExit(f"error: no step is called {pattern}; 'make steps' lists them")
    return list(jobs.values())


def prepare() -> dict[str, str]:
    """Download and graft what the steps share. Returns where it is."""
    path = os.path.join(RESULTS, "shared")
    if subprocess.run([os.path.join(OVERLAY, "lib/prepare.sh"), path], check=False).returncode:
        raise SystemExit(1)
    with open(path, encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("=", maxsplit=1) for line in file)


def free_memory() -> int:
    """In MiB."""
    with open("/proc/meminfo", encoding="ascii") as file:
        found = re.search(r"^MemAvailable: *(\d+)", file.read(), re.M)
    return int(found[1]) // 1024 if found else 0


def read_table() -> dict[str, list[str]]:
    """The row of each step."""
    if not os.path.exists(TABLE):
        return {}
    with open(TABLE, encoding="utf-8", newline="") as file:
        return {row[0]: row for row in csv.reader(file)}


def update_table(job: Job, commit: str) -> None:
    """The table in test/results. It says of which commit a row is, and what key it had."""
    rows = read_table()
    rows[job.step.name] = [job.step.name, *map(str, job.counts), commit, job.key]
    with open(TABLE, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("step", *Counts._fields, "commit", "key"))
        table.writerows(rows[step.name] for step in MATRIX if step.name in rows)


class Run:
    """All steps of a run, until they have ended."""

    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = jobs
        self.ended = 0
        self.commit = commit()
        cores = int(os.environ.get("JOBS", os.cpu_count() or 1))
        self.slots = max(1, min(cores, free_memory() // MEMORY))
        # Hardly any step keeps all its cores busy to the end.
        jobs_each = max(1, -(-2 * cores // self.slots)) if self.slots > 1 else cores
        self.environment = {**os.environ, "JOBS": str(min(cores, jobs_each))}

    def running(self) -> list[Job]:
        return [job for job in self.jobs if job.state == "running"]

    def can_start(self, job: Job) -> bool:
        places = [other.step.place for other in self.running() if isinstance(other.step, Step)]
        assert isinstance(job.step, Step)
        if job.step.place == ALONE:
            return not places
        return ALONE not in places and (not job.step.place or job.step.place not in places)

    def start_some(self) -> None:
        for job in self.jobs:
            if len(self.running()) < self.slots and job.state == "waiting" and self.can_start(job):
                job.start(self.environment)

    def tell(self, job: Job, text: str) -> None:
        self.ended += 1
        if os.environ.get("UPDATE"):
            update_table(job, self.commit)
        total = str(len(self.jobs))
        print(f"[{self.ended:{len(total)}}/{total}] {job.state:<5} {job.step.name:<30} {text}",
              flush=True)

    def tell_result(self, job: Job) -> None:
        counts = job.counts
        self.tell(job, f"{counts.passed:5} passed {counts.failed:3} failed {counts.skipped:3} "
                       f"skipped {job.seconds:5} s")
        if job.state == "FAIL":
            output = job.read_output().splitlines()
            failures = [line for line in output
                        if re.search(r"FAIL|not ok |\[CRASHED\]|^\* |^error: ", line)]
            for line in failures[:15]:
                print(f"        {line.strip()}")
            print(f"      the last lines of {short(job.output)}:")
            for line in output[-20:]:
                print(f"        {line}", flush=True)

    def wait(self) -> None:
        """Until a step ends. Now and then, tell which steps run."""
        last = time.monotonic()
        while True:
            for job in self.running():
                if job.ended():
                    job.finish()
                    self.tell_result(job)
                    return
            if time.monotonic() - last >= PROGRESS:
                last = time.monotonic()
                now = ", ".join(f"{job.step.name} ({last - job.began:.0f} s)"
                                for job in self.running())
                print(f"        running: {now}", flush=True)
            time.sleep(0.2)

    def stop(self) -> None:
        for job in self.running():
            assert job.process
            try:
                os.killpg(job.process.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            job.process.wait()

    def run(self) -> None:
        print(f"{len(self.jobs)} steps, {self.slots} at a time; the output of each is in "
              f"{short(RESULTS)}/STEP/output", flush=True)
        for job in self.jobs:
            if isinstance(job.step, Skip):
                job.state, job.counts = "skip", Counts(0, 0, 1)
                self.tell(job, job.step.why)
            elif job.passed_before():
                job.state = "ok"
                self.tell(job, f"not run again: nothing that it depends on has changed since it "
                               f"passed ({job.seconds} s)")
        try:
            self.start_some()
            while self.running():
                self.wait()
                self.start_some()
        except BaseException:
            self.stop()
            print("\nstopped; steps that passed will not be run again")
            raise


def ktap_of(job: Job, tree: str) -> Iterator[str]:
    """The KUnit cases of a step: a subtest a boot, and in that a test a case."""
    folder = os.path.join(job.dir, "ktap")
    logs = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    if logs:
        yield from ("    KTAP version 1", f"    # Subtest: {job.step.name}", f"    1..{len(logs)}")
    for number, log in enumerate(logs, 1):
        good, cases = kunit_results.parse(tree, os.path.join(folder, log))
        name = log[:-len(".log")]
        yield from ("        KTAP version 1", f"        # Subtest: {name}",
                    f"        1..{len(cases)}")
        for at, case in enumerate(cases, 1):
            yield (f"        {'not ' if case.result == 'FAILED' else ''}ok {at} "
                   f"{'.'.join(filter(None, case[:3]))}"
                   f"{' # SKIP' if case.result == 'skipped' else ''}")
        yield f"    {'' if good else 'not '}ok {number} {name}"


def write_results(jobs: list[Job], tree: str) -> None:
    """As KTAP and, by kunit.py, as JUnit."""
    ktap, xml = (os.path.join(RESULTS, f"results.{kind}") for kind in ("ktap", "xml"))
    with open(ktap, "w", encoding="utf-8") as file:
        print("KTAP version 1", f"1..{len(jobs)}", sep="\n", file=file)
        for number, job in enumerate(jobs, 1):
            for line in ktap_of(job, tree):
                print(line, file=file)
            why = f" # SKIP {job.step.why}" if isinstance(job.step, Skip) else ""
            print(f"{'not ' if job.state == 'FAIL' else ''}ok {number} {job.step.name}{why}",
                  file=file)
    subprocess.run([os.path.join(tree, "tools/testing/kunit/kunit.py"), "parse",
                    f"--junit={xml}", ktap], check=False, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    if not os.path.getsize(xml):
        raise SystemExit(f"error: kunit.py cannot read {short(ktap)}")
    print(f"results as KTAP and JUnit: {short(ktap)} {short(xml)}")


def print_steps(jobs: list[Job]) -> None:
    """With the commit of its row in the table, and "old" if what it depends on has changed."""
    rows = read_table()
    for job in jobs:
        *_, of_commit, key = rows.get(job.step.name, ("", job.key))
        state = of_commit + (" old" if key != job.key else "")
        print(f"{job.step.name:<30} {state:<12}",
              job.step.command if isinstance(job.step, Step) else f"skipped: {job.step.why}")


def print_summary(jobs: list[Job], seconds: float) -> Counts:
    cpu = sum(job.cpu_seconds for job in jobs)
    print(f"\n== Summary ({seconds:.0f} s, {cpu / 60:.1f} CPU minutes)")
    for job in jobs:
        counts = job.counts
        print(f"{job.state:<5} {job.step.name:<30} {counts.passed:5} passed {counts.failed:3} "
              f"failed {counts.skipped:3} skipped {job.seconds:5} s {job.cpu_seconds:5} CPU s  "
              f"{short(job.output)}")
    return Counts(*(sum(column) for column in zip(*(job.counts for job in jobs))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("list", choices=("check", "matrix", "all"), help="which list of steps")
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these; shell patterns")
    parser.add_argument("--print", action="store_true", help="list the steps, and run none")
    args = parser.parse_args()

    jobs = find(args.names, [{"check": CHECK, "matrix": MATRIX}[name] for name in
                             (("check", "matrix") if args.list == "all" else (args.list,))])
    if args.print:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        print_steps(jobs)
        return 0

    if not os.environ.get("BUILD_LOCKED"):
        raise SystemExit("error: expected to be run by run.sh, which locks the build folder")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    os.makedirs(RESULTS, exist_ok=True)
    start = time.monotonic()
    shared = prepare()
    os.environ.update(shared)
    run = Run(jobs)
    run.run()
    total = print_summary(jobs, time.monotonic() - start)
    write_results(jobs, shared["TREE"])
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return int(total.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
