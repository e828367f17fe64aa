#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of run.py: what it runs, what it counts as a failure, and the table that it writes."""

import contextlib
import csv
import io
import os
import sys
import tempfile
import time
import unittest
from typing import Union
from unittest import mock
from xml.etree import ElementTree

sys.dont_write_bytecode = True
sys.path.append(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import run
from steps import ALONE, Skip, Step

# Output and exit status of a step, and the counts expected of it: passed, failed, skipped.
COUNTED = (
    ("no counts", 0, (1, 0, 0)),
    ("no counts", 1, (0, 1, 0)),
    ("3 passed, 0 failed", 0, (3, 0, 0)),
    ("3 passed, 0 failed, 2 skipped", 0, (3, 0, 2)),
    ("3 passed, 2 failed", 1, (3, 2, 0)),
    ("3 passed, 2 failed", 0, (3, 2, 0)),
    ("3 passed, 0 failed", 1, (3, 1, 0)),
    ("0 passed, 0 failed, 4 skipped", 0, (0, 1, 4)),
    ("1 passed, 1 failed\n5 passed, 0 failed", 0, (5, 0, 0)),
)


def shell(name: str, script: str, place: str = "") -> Step:
    return Step(name, f"bash -c '{script}'", place)


class Runs(unittest.TestCase):
    """Runs of a list of steps, in a folder of their own."""

    def setUp(self) -> None:
        top = tempfile.TemporaryDirectory()
        self.addCleanup(top.cleanup)
        self.top = top.name
        self.keys: dict[str, str] = {}
        tree = os.environ["TREE"]
        for name, value in (("RESULTS", os.path.join(self.top, "steps")),
                            ("TABLE", os.path.join(self.top, "table.csv")),
                            ("prepare", lambda: {"TREE": tree}), ("commit", lambda: "now"),
                            ("free_memory", lambda: 2 * run.MEMORY),
                            ("key_of", lambda command: self.keys.get(command, "key"))):
            self.enterContext(mock.patch.object(run, name, value))
        self.enterContext(mock.patch.object(run.signal, "signal"))
        self.environ(BUILD_LOCKED="1", JOBS="2", OLD_VERSION="6", NEW_VERSION="7", UPDATE="")

    def environ(self, **variables: str) -> None:
        self.enterContext(mock.patch.dict(os.environ, variables))

    def run_steps(self, *steps: Union[Step, Skip], args: tuple[str, ...] = ()) -> str:
        """Returns what was printed. The exit status is in self.status."""
        output = io.StringIO()
        with (mock.patch.object(run, "MATRIX", steps), mock.patch.object(run, "CHECK", ()),
              mock.patch.object(sys, "argv", ["run.py", "matrix", *args]),
              contextlib.redirect_stdout(output)):
            self.status = run.main()
        return output.getvalue()

    def runs_of(self, name: str) -> int:
        """How often a step of recording() ran."""
        path = os.path.join(self.top, name)
        return os.path.getsize(path) if os.path.exists(path) else 0

    def recording(self, name: str, status: int = 0) -> Step:
        return shell(name, f"printf . >> {self.top}/{name}; exit {status}")

    def table(self) -> dict[str, list[str]]:
        with open(run.TABLE, encoding="utf-8", newline="") as file:
            return {row[0]: row[1:] for row in csv.reader(file)}

    def test_counts(self) -> None:
        for number, (output, status, counts) in enumerate(COUNTED):
            with self.subTest(output=output, status=status):
                printed = self.run_steps(shell(str(number), f'printf "{output}\n"; exit {status}'))
                last = printed.splitlines()[-1]
                self.assertEqual(last, "{} passed, {} failed, {} skipped".format(*counts))
                self.assertEqual(self.status, int(counts[1] > 0))

    def test_total(self) -> None:
        printed = self.run_steps(self.recording("good"), self.recording("bad", 1),
                                 Skip("no", "no such machine"))
        self.assertTrue(printed.endswith("1 passed, 1 failed, 1 skipped\n"), printed)
        self.assertEqual(self.status, 1)

    def test_failure_is_printed(self) -> None:
        printed = self.run_steps(shell("bad", "echo error: no such tree; seq 99; exit 1"))
        self.assertIn("        error: no such tree\n", printed)
        self.assertIn("        80\n", printed)
        self.assertNotIn("        79\n", printed)

    def test_junit(self) -> None:
        self.run_steps(self.recording("good"), self.recording("bad", 1))
        cases = ElementTree.parse(os.path.join(run.RESULTS, "results.xml")).iter("testcase")
        self.assertEqual({case.get("name"): case.find("failure") is not None for case in cases},
                         {"good": False, "bad": True})

    def test_passed_before(self) -> None:
        good, bad = self.recording("good"), self.recording("bad", 1)
        self.run_steps(good, bad)
        printed = self.run_steps(good, bad)
        self.assertIn("not run again", printed)
        self.assertTrue(printed.endswith("1 passed, 1 failed, 0 skipped\n"), printed)
        self.assertEqual((self.runs_of("good"), self.runs_of("bad")), (1, 2))
        self.keys[good.command] = "another"
        self.run_steps(good)
        self.assertEqual(self.runs_of("good"), 2)
        self.environ(NEW_VERSION="8")
        self.run_steps(good)
        self.assertEqual(self.runs_of("good"), 3)

    def test_names(self) -> None:
        steps = self.recording("kunit-um"), self.recording("kunit-arm"), self.recording("demo")
        self.run_steps(*steps, args=("kunit-*",))
        self.assertEqual([self.runs_of(step.name) for step in steps], [1, 1, 0])
        with self.assertRaisesRegex(SystemExit, "no step is called kunit;"):
            self.run_steps(*steps, args=("demo", "kunit"))
        self.assertEqual(self.runs_of("demo"), 0)

    def test_places(self) -> None:
        # Each fails if it finds the folder of another.
        busy = f"mkdir {self.top}/busy && sleep 0.5 && rmdir {self.top}/busy"
        self.run_steps(shell("a", busy, "here"), shell("b", busy, ALONE), shell("c", busy, "here"))
        self.assertEqual(self.status, 0)
        self.run_steps(shell("d", busy, "here"), shell("e", busy, "there"))
        self.assertEqual(self.status, 1)

    def test_stop(self) -> None:
        started, late = os.path.join(self.top, "started"), os.path.join(self.top, "late")

        def interrupt(_: run.Run) -> None:
            while not os.path.exists(started):
                time.sleep(0.01)
            raise KeyboardInterrupt

        with (mock.patch.object(run.Run, "wait", interrupt),
              self.assertRaises(KeyboardInterrupt)):
            self.run_steps(shell("a", f"(sleep 1; touch {late}) & touch {started}; wait"))
        time.sleep(1.5)
        self.assertFalse(os.path.exists(late))

    def test_table(self) -> None:
        good, bad = self.recording("good"), self.recording("bad", 1)
        self.run_steps(good)
        self.assertFalse(os.path.exists(run.TABLE))
        self.environ(UPDATE="1")
        self.run_steps(bad, good, args=("good",))
        self.run_steps(bad, good, args=("bad",))
        self.assertEqual(list(self.table().items()), [
            ("step", ["passed", "failed", "skipped", "commit", "key"]),
            ("bad", ["0", "1", "0", "now", "key"]),
            ("good", ["1", "0", "0", "now", "key"])])
        self.keys[bad.command] = "another"
        lines = self.run_steps(bad, good, self.recording("new"), args=("--print",)).splitlines()
        self.assertEqual([line.split()[:3] for line in lines],
                         [["bad", "now", "old"], ["good", "now", "bash"], ["new", "bash", "-c"]])


if __name__ == "__main__":
    unittest.main()
