# SPDX-License-Identifier: GPL-2.0-only
"""What the result of a step depends on: its key changes when any of that does."""

import functools
import hashlib
import os
import re
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# Git's pattern for all files but the tables that steps write.
NO_TABLES = ":!tools/overlay/test/results"
# Steps of these read all that is there.
READERS = ("check", "graft", "ship")
# Others depend on the folder of their script, on all files outside of these, and on what is shared.
FOLDERS = ("check", "convert", "ship", "test")
SHARED = ("check/samples/sparse/planted.h", "ship/module-source.sh", "ship/modules.sh",
          "ship/series/kunit/")
# convert.sh compares its findings with these.
TABLES = "Documentation/core-api/dma-conversions"
# These variables choose another kernel than the one that the command names.
VARIABLES = ("GRAFT_FLAGS", "STOCK", "WITHOUT")


def depends(folder: str, path: str) -> bool:
    """Whether a step whose script is in that folder depends on a file."""
    if folder in READERS:
        return True
    if path.startswith(TABLES) and path.endswith(".csv"):
        return folder == "convert"
    top, *rest = path.split("/")
    if top in ("Documentation", "Makefile") or path.endswith("README.md"):
        return False
    if top != "tools" or rest[0] != "overlay":
        return True
    # Not what runs the steps.
    return len(rest) > 2 and (rest[1] not in FOLDERS or rest[1] == folder or
                              "/".join(rest[1:]).startswith(SHARED))


def matters(folder: str, path: str, contents: bytes) -> bytes:
    """What of a file's contents a step depends on whose script is in that folder."""
    if folder in READERS:
        return contents
    if path.endswith(".config"):
        return re.sub(rb"^#(?! CONFIG_\w+ is not set$).*\n", b"", contents, flags=re.M)
    if path.endswith(".patch"):
        patch = re.search(rb"^--- \S", contents, re.M)
        return contents[patch.start():] if patch else contents
    return contents


def git(*args: str) -> str:
    return subprocess.run(["git", *args], cwd=TOP, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


@functools.lru_cache(maxsize=None)
def fingerprint(folder: str) -> bytes:
    """Of all files that a step depends on whose script is in that folder."""
    digest = hashlib.sha256()
    listed = git("ls-files", "-z", "-co", "--exclude-standard", "--", ".", NO_TABLES).split("\0")
    for path in sorted(filter(None, listed)):
        full = os.path.join(TOP, path)
        if depends(folder, path) and os.path.isfile(full):
            with open(full, "rb") as file:
                contents = matters(folder, path, file.read())
            digest.update(path.encode() + b"\0" + hashlib.sha256(contents).digest())
    return digest.digest()


def key_of(command: str) -> str:
    """Of a step with that command."""
    script = next(word for word in command.split() if "=" not in word)
    folder = script.split("/", maxsplit=1)[0]
    given = [f"{name}={os.environ[name]}" for name in VARIABLES if os.environ.get(name)]
    command = " ".join((*given, command))
    return hashlib.sha256(fingerprint(folder) + command.encode()).hexdigest()[:16]


def commit() -> str:
    """Which one this is. Tables that an earlier run has written do not make it dirty."""
    changed = git("status", "--porcelain", "--", ".", NO_TABLES)
    return git("rev-parse", "--short", "HEAD").strip() + ("-dirty" if changed else "")
