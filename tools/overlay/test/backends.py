#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compare what the suites of kernel/dma/tests did in a boot with what they must do there.

A case that has a parameter runs on each device of the machine, or on each bus. All must pass, but
for those that say nothing on some device, which are skipped, and those that a fix that was left out
turns red: tools/overlay/graft/core/red lists them.
"""

import argparse
import csv
import fnmatch
import os
import re
import sys
from typing import Iterable, NamedTuple

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../graft"))
sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))

import graft
import kunit_results

RED = os.path.join(graft.OVERLAY, graft.CORE, "red")
# Suite, source, and what its parameters are: devices, or a list of their own.
SUITES = (("dma_no_mapping", "no_mapping_kunit.c", None),
          ("dma_debug", "debug_kunit.c", ("platform", "pci")),
          ("dma_coherent_handle_backend", "coherent_handle_backend_kunit.c", None))


class Boot(NamedTuple):
    """A machine: its architecture, the row of backends.sh, its devices."""
    arch: str
    row: str
    devices: tuple[str, ...]
    behind_iommu: tuple[str, ...]
    own_memory: tuple[str, ...] = ("restricted", "pool")

    def skips(self, case: str, device: str) -> bool:
        """Is that case of no interest there?"""
        own = device in self.own_memory
        if case == "caches_are_clean":
            return own or self.arch == "x86_64"
        if case == "nothing_is_mapped":
            return own
        if case == "sgtable_of_a_large_buffer":
            return (own or self.arch == "arm" or "swiotlb=force" in self.row
                    or device in self.behind_iommu)
        if case == "alloc_and_free_are_traced":
            return self.arch == "x86_64"
        return case == "wrong_attributes_are_reported" and self.arch == "arm"


def reds(boot: Boot, left_out: Iterable[str]) -> set[tuple[str, str]]:
    """The cases that must fail without these fixes, and on which device; "" if on none."""
    found: set[tuple[str, str]] = set()
    with open(RED, encoding="ascii", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        for fix, arch, row, case, devices in rows:
            if (fix in left_out and fnmatch.fnmatchcase(boot.arch, arch)
                    and fnmatch.fnmatchcase(boot.row, row)):
                found.update((case, device) for device in (devices.split() or [""]))
    return found


def cases(tree: str, source: str) -> list[tuple[str, bool]]:
    """The cases of a suite, and whether each has parameters."""
    path = os.path.join(tree, "kernel/dma/tests", source)
    with open(path, encoding="utf-8") as file:
        return [(name, "_PARAM" in kind)
                for kind, name in re.findall(r"^\s*KUNIT_CASE(\w*)\((\w+)", file.read(), re.M)]


def wanted(boot: Boot, tree: str, left_out: set[str]) -> dict[tuple[str, str, str], str]:
    red = reds(boot, left_out)
    results = {}
    for suite, source, params in SUITES:
        # Without the fixes, the handle has nothing to stand on.
        if left_out and "handle" in suite:
            continue
        for case, has_params in cases(tree, source):
            for device in (params or boot.devices) if has_params else ("",):
                results[suite, case, device] = ("FAILED" if (case, device) in red else
                                                "skip" if boot.skips(case, device) else "ok")
    return results


def seen(tree: str, log: str) -> dict[tuple[str, str, str], str]:
    """What became of each, by the log."""
    names = {name for name, _, _ in SUITES}
    return {(case.suite, case.name, case.param): case.result.replace("skipped", "skip")
            for case in kunit_results.parse(tree, log)[1] if case.suite in names}


def left_out_fixes(stock: bool, without: list[str]) -> set[str]:
    fixes = graft.read_fixes(graft.overlay_files())
    chosen = {fix.number for fix in graft.chosen_fixes(fixes, stock, without)}
    return {fix.number for fix in fixes} - chosen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--arch", required=True)
    parser.add_argument("--row", required=True)
    parser.add_argument("--devices", required=True, help="separated by spaces")
    parser.add_argument("--behind-iommu", default="", help="some of them")
    parser.add_argument("--stock", action="store_true", help="no fix was applied")
    parser.add_argument("--without", action="append", default=[], help="this one was not")
    parser.add_argument("--show", action="store_true", help="print what failed, as rows of 'red'")
    parser.add_argument("tree", help="what was built")
    parser.add_argument("log", help="what the guest printed")
    args = parser.parse_args()

    boot = Boot(args.arch, args.row, tuple(args.devices.split()), tuple(args.behind_iommu.split()))
    left_out = left_out_fixes(args.stock, args.without)
    expected, got = wanted(boot, args.tree, left_out), seen(args.tree, args.log)
    if args.show:
        failed: dict[str, list[str]] = {}
        for (_, case, device), result in got.items():
            if result == "FAILED":
                failed.setdefault(case, []).append(device)
        for case, devices in failed.items():
            print("\t".join((" ".join(sorted(left_out)), boot.arch, boot.row, case,
                             " ".join(devices))))
    wrong = 0
    for key in sorted(expected.keys() | got.keys()):
        if expected.get(key) != got.get(key):
            wrong += 1
            where = f"{key[1]} on {key[2]}" if key[2] else key[1]
            print(f"{key[0]}: {where}: expected {expected.get(key, 'no such case')}, got "
                  f"{got.get(key, 'nothing')}")
    red = sum(result == "FAILED" for result in expected.values())
    print(f"{len(expected)} results, {red} of them failures that must be, {wrong} not as expected")
    return wrong != 0 or not expected


if __name__ == "__main__":
    sys.exit(main())
