# SPDX-License-Identifier: GPL-2.0
"""What the semantic patches of the mutants share: spatch imports it into each of them.

A run of spatch lists all places at which a patch could change something, and changes nothing. Then
it is run once more, on as many copies of the file, and makes one of the changes in each: the name
of a copy is a number, that of the line in a file which has the places.
"""

import os
import re
import sys

NUMBER = re.compile(r"[0-9]\w*|SZ_\w+|\w+_(?:MAX|SIZE|SHOWN|FRAMES|LONG)")

CHOSEN = None
if "PLACES" in os.environ:
    with open(os.environ["PLACES"], encoding="utf-8") as places:
        CHOSEN = places.read().splitlines()


def here(rule, position):
    """Whether the rule is to change what is at that position."""
    at = position[0]
    place = f"{rule} {at.line}:{at.column}-{at.line_end}:{at.column_end} {at.current_element}"
    if CHOSEN is not None:
        copy = os.path.splitext(os.path.basename(at.file))[0]
        # If it isn't a number, the file is one of spatch's own: an earlier rule has changed it.
        return copy.isdigit() and place == CHOSEN[int(copy)]
    print("place", place, file=sys.stderr)
    return False


def is_number(constant):
    """Whether it makes sense to add one to it: neither a flag, nor an error, nor a string."""
    return NUMBER.fullmatch(constant) is not None
