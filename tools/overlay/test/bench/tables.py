#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What bench.sh has measured: tables for a terminal and for the documentation, one file with all of
it, results.csv, and whether a handle's cost is within its limits.

Each backend has a NAME.csv as the benchmark prints it. What is quoted is the median of the rounds;
the spread is from the least to the most, in percent of it. UML measures nanoseconds, all others
instructions.
"""

import argparse
import collections
import csv
import os
import statistics
import sys
from typing import Callable, Iterator, NamedTuple, Optional

VARIANTS = ("bare", "bare-ref", "handle", "coherent", "noncontiguous", "pool",
            "dmam-bare", "dmam-handle", "dmam-coherent")
KIB = 1024
MIB = 1024 * 1024
# What a handle may take beyond the bare call and a device reference, in instructions: less than
# Rust's CoherentHandle, which takes 53. It checks five arguments and fills and empties five
# members, in functions of its own, so that there is not much less to be had.
BEYOND_BARE = 52
# A managed one, beyond dmam_alloc_attrs(): it also takes a reference to the device for a moment.
BEYOND_DMAM = 100
# What two runs of the same differ by, where the page allocator looks for many pages.
NOISE = 1.002


class Key(NamedTuple):
    """What is measured. The last three are what a table can have a column for each value of."""
    backend: str
    variant: str
    size: int
    live: int
    threads: int


Costs = dict[Key, float]
Line = tuple[str, str, int]             # of a table: backend, variant, and size, if it is of one


def size_name(size: int) -> str:
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB"


class Results:
    """The medians of all backends."""

    def __init__(self) -> None:
        self.backends: list[str] = []
        self.cost: Costs = {}
        self.least: Costs = {}          # of the rounds: all that comes between adds to it
        self.spread: Costs = {}
        # What is kept of many buffers, by backend, variant, size, live.
        self.keep: dict[tuple[str, str, int, int], tuple[float, ...]] = {}

    def read(self, backend: str, path: str) -> None:
        rounds: dict[Key, list[float]] = collections.defaultdict(list)
        self.backends.append(backend)
        with open(path, encoding="ascii", newline="") as file:
            for row in csv.DictReader(file):
                key = backend, row["variant"], int(row["size"]), int(row["live"])
                if row["what"] == "keep":
                    self.keep[key] = tuple(int(row[name]) / key[3] for name in
                                           ("bytes", "vmalloc areas", "vmalloc bytes"))
                    continue
                threads = int(row["threads"])
                rounds[Key(*key, threads)].append(int(row["ns"]) / int(row["pairs"]) / threads)
        if not rounds:
            sys.exit(f"error: {path}: nothing was measured")
        for what, values in rounds.items():
            self.cost[what] = statistics.median(values)
            self.least[what] = min(values)
            self.spread[what] = 100 * (max(values) - min(values)) / self.cost[what]

    def values(self, backend: str, field: str) -> list[int]:
        """What there is of a field of the key."""
        return sorted({getattr(key, field) for key in self.cost if key.backend == backend})

    def write(self, path: str) -> None:
        with open(path, "w", encoding="ascii", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("backend", "variant", "size", "live", "threads", "median", "spread %"))
            for key, cost in sorted(self.cost.items()):
                writer.writerow(key + (f"{cost:.1f}", f"{self.spread[key]:.2f}"))


class Table:
    """Rows of texts: for a terminal, or as comma-separated values."""

    def __init__(self, *header: str) -> None:
        self.rows: list[tuple[str, ...]] = [header]

    def add(self, *row: str) -> None:
        self.rows.append(row)

    def show(self, title: str) -> None:
        if len(self.rows) == 1:
            return
        print(f"\n{title}")
        widths = [max(len(row[i]) for row in self.rows) for i in range(len(self.rows[0]))]
        for row in self.rows:
            print("  " + "  ".join(text.ljust(width) if text[:1].isalpha() or not i else
                                   text.rjust(width) for i, (text, width) in
                                   enumerate(zip(row, widths))).rstrip())

    def write(self, path: str) -> None:
        with open(path, "w", encoding="ascii", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(self.rows)


def number(value: Optional[float], form: str = ".0f") -> str:
    return "" if value is None else format(value, form)


def cost_table(results: Results, field: str, live: bool, name: Callable[[int], str]) -> Table:
    """A line a backend and variant, a column a value of a field of the key. LIVE: whether with
    live buffers."""
    def line_of(key: Key) -> Line:
        return key.backend, key.variant, 0 if field == "size" else key.size

    chosen = {key: cost for key, cost in results.cost.items()
              if bool(key.live) == live and (field == "threads" or key.threads == 1)}
    if field == "threads":
        chosen = {key: cost for key, cost in chosen.items()
                  if len(results.values(key.backend, "threads")) > 1}
    columns = sorted({getattr(key, field) for key in chosen})
    lines = {line_of(key) for key in chosen}
    several = {size for _, _, size in lines}
    table = Table("backend", "variant", *(name(column) for column in columns), "spread, %")

    def order(line: Line) -> tuple[int, int, int]:
        return results.backends.index(line[0]), line[2], VARIANTS.index(line[1])

    for line in sorted(lines, key=order):
        found = [key for key in chosen if line_of(key) == line]
        costs = {getattr(key, field): chosen[key] for key in found}
        variant = line[1]
        if field == "threads" and len(several) > 1:
            variant += f", {size_name(line[2])}"
        table.add(line[0], variant,
                  *(number(costs.get(column)) for column in columns),
                  number(max(results.spread[key] for key in found), ".1f"))
    return table


def memory_table(results: Results) -> Table:
    """What the kernel keeps of each of many buffers, beyond their pages."""
    table = Table("backend", "variant", "live buffers", "bytes", "vmalloc areas", "vmalloc bytes")
    most: dict[tuple[str, str], int] = collections.defaultdict(int)
    for backend, variant, _, live in results.keep:
        most[backend, variant] = max(most[backend, variant], live)
    for (backend, variant, _, live), kept in results.keep.items():
        if live >= 1000 and live == most[backend, variant]:
            table.add(backend, variant, str(live), f"{kept[0]:.1f}", f"{kept[1]:.2f}",
                      f"{kept[2]:.0f}")
    return table


def code_table(archs: list[str]) -> Table:
    """A line a function: bytes, and bytes of the stack, on each architecture."""
    cells: dict[str, dict[str, list[str]]] = collections.defaultdict(dict)
    for arch in archs:
        with open(f"code-{arch}.csv", encoding="ascii") as file:
            for row in file:
                what, _, name, size, more = row.rstrip("\n").split(",")
                name = f"struct {name}" if what == "struct" else f"{name}()"
                cells[name][arch] = [size, more] if what != "accessor" else [more, ""]
    table = Table("", *(head for arch in archs for head in (f"{arch}: bytes", "of the stack")))
    for name, texts in cells.items():
        table.add(name, *(text for arch in archs for text in texts.get(arch, ["", ""])))
    return table


class Limits:
    """Each is a comparison of two costs, where both have been measured."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.kept = self.broken = 0
        self.table = Table("limit", "backend", "of what", "cost", "limit", "kept")

    def check(self, limit: str, backend: str, what: str, cost: float, bound: float) -> None:
        good = cost <= bound
        self.kept += good
        self.broken += not good
        self.table.add(limit, backend, what, f"{cost:.0f}", f"{bound:.0f}",
                       "yes" if good else "NO")

    def cost(self, backend: str, variant: str, size: int, live: int = 0,
             threads: int = 1) -> Optional[float]:
        return self.results.cost.get(Key(backend, variant, size, live, threads))

    def pairs(self, variant: str, peer: str,
              costs_of: Optional[Costs] = None) -> Iterator[tuple[str, int, float, float]]:
        """Where both were measured alone: (backend, size, cost of the one, cost of the other)"""
        costs_of = costs_of or self.results.cost
        for backend in self.results.backends:
            for size in self.results.values(backend, "size"):
                cost, other = (costs_of.get(Key(backend, name, size, 0, 1))
                               for name in (variant, peer))
                # A few instructions are nothing that a clock of the host's could show.
                if cost and other and not backend.startswith("um"):
                    yield backend, size, cost, other

    def handle(self) -> None:
        """What a buffer contains is the business of both."""
        for backend, size, cost, ref in self.pairs("handle", "bare-ref", self.results.least):
            self.check(f"handle: bare-ref and {BEYOND_BARE} instructions", backend, size_name(size),
                       cost, NOISE * ref + BEYOND_BARE)

    def core(self) -> None:
        """What the fixes of the DMA core are to come to: no more than others that clear."""
        for variant in ("bare", "handle"):
            for backend, size, cost, peer in self.pairs(variant, "noncontiguous"):
                if "iommu" in backend or "smmu" in backend:
                    self.check(f"{variant}: 1.05 times noncontiguous", backend, size_name(size),
                               cost, 1.05 * peer)
        for backend, size, cost, peer in self.pairs("handle", "coherent"):
            if size >= 64 * KIB and len(self.results.values(backend, "threads")) < 2:
                self.check("handle: 1.02 times coherent", backend, size_name(size), cost,
                           1.02 * peer)
        for (backend, variant, _, live), kept in self.results.keep.items():
            if variant in ("bare", "handle") and live >= 1000:
                self.check(f"{variant}: no vmalloc area", backend, f"{live} live", kept[1], 0.01)

    def managed(self) -> None:
        for backend, size, cost, bare in self.pairs("dmam-handle", "dmam-bare",
                                                    self.results.least):
            self.check(f"dmam-handle: dmam-bare and {BEYOND_DMAM} instructions", backend,
                       size_name(size), cost, NOISE * bare + BEYOND_DMAM)

    def flat(self) -> None:
        """Beyond what there is of it in the bare call, too."""
        for backend in self.results.backends:
            lives = [live for live in self.results.values(backend, "live") if live]
            for size in self.results.values(backend, "size"):
                costs = [(live, cost, ref) for live in lives
                         if (cost := self.cost(backend, "handle", size, live))
                         and (ref := self.cost(backend, "bare", size, live))]
                if len(costs) < 2:
                    continue
                (few, first, bare), (many, last, bare_last) = costs[0], costs[-1]
                self.check(f"handle: 1.05 times as with {few} live buffer", backend,
                           f"{size_name(size)}, {many} live",
                           last - max(0, bare_last - bare), 1.05 * first)

    def threads(self) -> None:
        """As many more instructions with each thread as the bare call, which may wait for locks."""
        for backend in self.results.backends:
            if backend.startswith("um"):
                continue
            for threads in self.results.values(backend, "threads")[1:]:
                for size in self.results.values(backend, "size"):
                    cost, ref = (self.cost(backend, variant, size, 0, threads)
                                 for variant in ("handle", "bare-ref"))
                    if cost and ref:
                        self.check(f"handle: 1.05 times bare-ref and {BEYOND_BARE}", backend,
                                   f"{size_name(size)}, {threads} threads", cost,
                                   1.05 * ref + BEYOND_BARE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archs", default="", help="those that have a code-ARCH.csv")
    parser.add_argument("--tables", metavar="DIR", help="where to write the tables")
    parser.add_argument("backends", nargs="+", help="each is the name of a .csv file, without that")
    args = parser.parse_args()

    results = Results()
    for backend in args.backends:
        results.read(backend, backend + ".csv")
    results.write("results.csv")

    limits = Limits(results)
    for check in limits.handle, limits.core, limits.managed, limits.flat, limits.threads:
        check()
    for name, title, table in (
            ("", "To allocate and free a buffer: instructions; on um nanoseconds",
             cost_table(results, "size", False, size_name)),
            ("-live", "The same, while there are others: by how many there are",
             cost_table(results, "live", True, "{:,}".format)),
            ("-threads", "The same by several threads: each, by how many there are",
             cost_table(results, "threads", False, str)),
            ("-memory", "What the kernel keeps of a buffer of 4 KiB, beyond it",
             memory_table(results)),
            ("-code", "What the compiler makes of the API", code_table(args.archs.split())),
            ("-limits", "Limits", limits.table)):
        table.show(title)
        if args.tables:
            table.write(os.path.join(args.tables, f"benchmark{name}.csv"))
    print(f"\n{limits.kept} passed, {limits.broken} failed")
    return limits.broken != 0 or limits.kept == 0


if __name__ == "__main__":
    sys.exit(main())
