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
# A step depends on the folder of its script and on all files outside of these.
FOLDERS = ("check", "convert", "ship", "test")
# Steps of these read documentation, changelogs, the front door and what runs the steps.
READERS = ("check", "ship")


def depends(folder: str, path: str) -> bool:
    """Whether a step whose script is in that folder depends on a file."""
    parts = path.split("/")
    if parts[:2] == ["tools", "overlay"] and parts[2] in FOLDERS and parts[2] != folder:
        return False
    if folder in READERS:
        return True
    front_door = len(parts) == 3 and parts[:2] == ["tools", "overlay"]
    return not front_door and (parts[0] not in ("Documentation", "Makefile") and
                               parts[-1] != "README.md")


def matters(folder: str, path: str, contents: bytes) -> bytes:
    """What of a file's contents a step depends on whose script is in that folder."""
    if not path.endswith(".patch") or folder in READERS:
        return contents
    patch = re.search(rb"^--- \S", contents, re.M)
    return contents[patch.start():] if patch else contents


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
    return hashlib.sha256(fingerprint(folder) + command.encode()).hexdigest()[:16]


def commit() -> str:
    """Which one this is. Tables that an earlier run has written do not make it dirty."""
    changed = git("status", "--porcelain", "--", ".", NO_TABLES)
    return git("rev-parse", "--short", "HEAD").strip() + ("-dirty" if changed else "")
