#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The table of what bench.sh has measured, and whether a handle's cost is within its limits.

Each backend has a NAME.csv as the benchmark prints it. A cost is the median of the rounds, in
instructions to allocate a buffer and free it.
"""

import argparse
import collections
import csv
import statistics
import sys
from typing import Iterator, NamedTuple, Optional

VARIANTS = ("bare", "bare_ref", "handle", "noncontiguous", "pool", "dmam_coherent", "dmam_bare",
            "dmam_handle")
KIB = 1024
MIB = 1024 * 1024
# The most that a handle may take beyond the bare call and a device reference, in instructions: less
# than Rust's CoherentHandle, which takes 53 on x86_64. It checks five arguments and fills and
# empties five members, in functions of its own, so that there is not much less to be had. The
# second is of a managed one beyond dmam_alloc_attrs(): it takes a device reference for a moment.
# 32-bit ARM has no static calls: might_alloc() calls a __cond_resched() that finds nothing to do.
BEYOND = {"x86_64": (52, 100), "arm64": (52, 100), "arm": (90, 125)}
# The difference between two runs of the same, where the page allocator looks for many pages: 0.3 %
# was seen.
NOISE = 1.005
# The resolution of the guest's clock, over a thousand pairs: arm64's ticks every 16 instructions.
CLOCK = 0.1


class Row(NamedTuple):
    """A row of the table."""
    backend: str
    size: int
    live: int
    threads: int


Costs = dict[tuple[Row, str], float]    # by row and variant


def size_name(size: int) -> str:
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB"


class Results:
    """The measurements of all backends."""

    def __init__(self) -> None:
        self.median: Costs = {}
        self.least: Costs = {}          # of the rounds: all that comes between adds to it
        self.areas: Costs = {}          # vmalloc areas of each live buffer

    def read(self, backend: str) -> None:
        rounds: dict[tuple[Row, str], list[float]] = collections.defaultdict(list)
        with open(backend + ".csv", encoding="ascii", newline="") as file:
            for what, variant, size, live, *rest in csv.reader(file):
                if what == "keep":
                    row = Row(backend, int(size), int(live), 1)
                    self.areas[row, variant] = int(rest[0]) / int(live)
                    continue
                threads, pairs, cost = (int(number) for number in rest)
                row = Row(backend, int(size), int(live), threads)
                rounds[row, variant].append(cost / pairs / threads)
        if not rounds:
            sys.exit(f"error: {backend}.csv: expected measurements, got none")
        for key, costs in rounds.items():
            self.median[key] = statistics.median(costs)
            self.least[key] = min(costs)

    def rows(self) -> list[Row]:
        return list(dict.fromkeys(row for row, _ in self.median))

    def table(self) -> list[list[str]]:
        """The cost of dma_alloc_coherent(), and the others' as ratios to it."""
        table = [["backend", "size", "other buffers", "threads", "coherent", *VARIANTS]]
        for row in self.rows():
            coherent = self.median[row, "coherent"]
            costs = [self.median.get((row, variant)) for variant in VARIANTS]
            table.append([row.backend, size_name(row.size), f"{row.live}", f"{row.threads}",
                          f"{coherent:.0f}",
                          *("" if cost is None else f"{cost / coherent:.2f}" for cost in costs)])
        return table


def show(table: list[list[str]]) -> None:
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print("  " + "  ".join(text.ljust(width) if not i else text.rjust(width)
                               for i, (text, width) in enumerate(zip(row, widths))).rstrip())


class Limits:
    """Comparisons of two costs, where both have been measured."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.kept = self.broken = 0

    def check(self, limit: str, row: Row, cost: float, bound: float) -> None:
        if cost <= bound:
            self.kept += 1
            return
        self.broken += 1
        print(f"  FAIL  {row.backend}, {size_name(row.size)}, {row.live} other buffers, "
              f"{row.threads} threads: {limit}: expected at most {bound:.1f}, got {cost:.1f}")

    def pairs(self, costs: Costs, variant: str, peer: str) -> Iterator[tuple[Row, float, float]]:
        for row in self.results.rows():
            cost: Optional[float] = costs.get((row, variant))
            other: Optional[float] = costs.get((row, peer))
            if cost is not None and other is not None:
                yield row, cost, other

    def handle(self) -> None:
        """Exact for a page. Several threads may wait for locks, which is noise."""
        for row, cost, ref in self.pairs(self.results.least, "handle", "bare_ref"):
            noise = 1.05 if row.threads > 1 else NOISE if row.size > 4 * KIB else 1
            beyond, _ = BEYOND[row.backend.split("-")[0]]
            self.check(f"handle: bare_ref and {beyond} instructions", row, cost,
                       noise * ref + beyond + CLOCK)
        for row, cost, bare in self.pairs(self.results.least, "dmam_handle", "dmam_bare"):
            _, beyond = BEYOND[row.backend.split("-")[0]]
            self.check(f"dmam_handle: dmam_bare and {beyond} instructions", row, cost,
                       NOISE * bare + beyond)

    def core(self) -> None:
        """The fixes of the DMA core: no dearer than others that clear, and nothing mapped."""
        for variant in "bare", "handle":
            for row, cost, peer in self.pairs(self.results.median, variant, "noncontiguous"):
                if "iommu" in row.backend or "smmu" in row.backend:
                    self.check(f"{variant}: 1.05 times noncontiguous", row, cost, 1.05 * peer)
        for row, cost, peer in self.pairs(self.results.median, "handle", "coherent"):
            if row.size >= 64 * KIB and row.threads == 1:
                self.check("handle: 1.02 times coherent", row, cost, 1.02 * peer)
        for (row, variant), areas in self.results.areas.items():
            if variant in ("bare", "handle") and row.live >= 1000:
                self.check(f"{variant}: vmalloc areas of a buffer", row, areas, 0.01)

    def flat(self) -> None:
        """A handle has no list nor lock: others around cost it no more than the bare call."""
        for row, cost, bare in self.pairs(self.results.median, "handle", "bare"):
            alone = min((other for other in self.results.rows() if other.live and
                         (other.backend, other.size) == (row.backend, row.size)),
                        key=lambda other: other.live, default=row)
            if alone is not row and row.live:
                first, first_bare = (self.results.median[alone, variant]
                                     for variant in ("handle", "bare"))
                self.check(f"handle: 1.05 times as with {alone.live}", row,
                           cost - max(0, bare - first_bare), 1.05 * first)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", metavar="FILE", help="where to write the table, as CSV")
    parser.add_argument("backends", nargs="+", help="each is the name of a .csv file, without that")
    args = parser.parse_args()

    results = Results()
    for backend in args.backends:
        results.read(backend)

    print("\ncoherent: instructions to allocate a buffer and free it; the others: ratio to that")
    show(results.table())
    print()
    for (row, variant), areas in results.areas.items():
        if row.live >= 1000:
            print(f"  {row.backend}, {row.live} buffers, {variant}: {areas:.2f} vmalloc areas each")
    if args.table:
        with open(args.table, "w", encoding="ascii", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(results.table())

    limits = Limits(results)
    print()
    for check in limits.handle, limits.core, limits.flat:
        check()
    print(f"{limits.kept} passed, {limits.broken} failed")
    return limits.broken != 0 or limits.kept == 0


if __name__ == "__main__":
    sys.exit(main())
