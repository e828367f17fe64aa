#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coccicheck-unparsed.py LOG: name the functions that spatch could not parse and that allocate or
free DMA memory. The rules are silent about them. LOG is the output of spatch --verbose-parsing.
"""

import pathlib
import re
import sys
from typing import Iterator

HANDLING = re.compile(r"HANDLING: (?:\./)?(.*)")
BAD = re.compile(r"(?:bad: |BAD:!*)(.*)")
USES_DMA = re.compile(r"dmam?_(?:alloc|free)_(?:attrs|coherent|wc)\b|dma_coherent_handle_")
FUNCTION = re.compile(r"^(?:\w[^;={(]*[ *])?(\w+)\(")


def unparsed(log: str) -> Iterator[str]:
    """One line for each block of lines that begin with "bad"."""
    place = "?"
    block: list[str] = []
    for line in [*log.splitlines(), ""]:
        if match := BAD.match(line):
            block.append(match[1])
            continue
        if block and USES_DMA.search("\n".join(block)):
            names = [match[1] for text in block if (match := FUNCTION.match(text))]
            yield f"{place}: {names[0] if names else 'a function'}()"
        block = []
        if match := HANDLING.match(line):
            place = match[1]


def main() -> None:
    for line in sorted(set(unparsed(pathlib.Path(sys.argv[1]).read_text(errors="replace")))):
        print(line)


if __name__ == "__main__":
    main()
