#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Find the warnings in the log of a kernel.

kernel_warnings.py FILE: prints each warning with the number of its line, as "grep -n" does. Exits
with 0 if there are any, with 1 if there are none, and with 2 on an error.

Two KUnit suites make mistakes on purpose. Between the line that begins such a suite and the line of
its result, the reports of those mistakes are no warnings, and everything else is.
"""

import re
import sys

WARNING = re.compile("|".join((
    # What the kernel's own code says, lockdep, KASAN, KCSAN and the page allocator included.
    r"WARNING: ", r"BUG: ", r"INFO: (possible|trying|task .* blocked|rcu)", r"rcu: INFO",
    r"kernel BUG at", r"[Cc]all [Tt]race:", r"Oops", r"Internal error:", r"Kernel panic",
    r"general protection fault", r"Unable to handle kernel", r"Unhandled fault",
    r"UBSAN: ", r"unreferenced object", r"kmemleak: .*suspected memory leaks", r"pagealloc: ",
    r"DMA-API: (?!.*(preallocated|debugging (enabled|disabled)))",
    # IOMMUs.
    r"DMAR: .*fault", r"DMAR: \[DMA", r"DMAR: DRHD: handling", r"arm-smmu-v3.*event")))

SUITES = "dma_debug|dma_coherent_handle_debug"
BEGIN = re.compile(rf"^(\[[^]]*\] ?)? *# Subtest: ({SUITES})$")
END = re.compile(rf"^(\[[^]]*\] ?)? *(not )?ok \d+ ({SUITES})( .*)?$")
ON_PURPOSE = re.compile(r"WARNING: .*kernel/dma/(debug\.c|coherent_handle\.[ch]):"
                        r"|DMA-API: (?!.*disabling)|[Cc]all [Tt]race:")


class Finder:
    """Is given a log line by line."""

    def __init__(self) -> None:
        self.on_purpose = False

    def is_warning(self, line: str) -> bool:
        line = line.rstrip()
        if BEGIN.match(line):
            self.on_purpose = True
        elif END.match(line):
            self.on_purpose = False
        return bool(WARNING.search(line)) and not (self.on_purpose and ON_PURPOSE.search(line))


def main() -> int:
    if len(sys.argv) != 2:
        print((__doc__ or "").split("\n\n")[1], file=sys.stderr)
        return 2
    finder, found = Finder(), False
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        for number, line in enumerate(log, 1):
            if finder.is_warning(line):
                print(f"{number}:{line.rstrip()}")
                found = True
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
