"""Finds free names in a folder, also on file systems that treat two different names as the same."""

import os
import unicodedata
from collections import defaultdict
from pathlib import Path, PurePosixPath

LONGEST = 255
"""Bytes in the name of a file on all common file systems."""


class FreeNames:
    """Gives files names that are free in a folder and that no other file of the same plan gets.

    Names that differ only in case, or in how accents are composed, count as the same, so that the result is the same on
    every file system and can be copied to each.

    Parameters
    ----------
    base
        The folder that paths are relative to; it need not exist.
    """

    def __init__(self, base: Path) -> None:
        self._base = base
        self._taken: dict[str, set[str]] = defaultdict(set)
        self._listed: set[str] = set()

    def take(self, path: str) -> str:
        """Reserve a path and return it, with a number added to its name if it is already taken."""
        wanted = PurePosixPath(path)
        folder = wanted.parent.as_posix()
        taken = self._names_in(folder)
        name, number = wanted.name, 1
        while _same(name) in taken:
            number += 1
            name = _numbered(wanted, number)
        taken.add(_same(name))
        return wanted.with_name(name).as_posix()

    def _names_in(self, folder: str) -> set[str]:
        taken = self._taken[_same(folder)]
        if folder not in self._listed:
            self._listed.add(folder)
            place = self._base / folder
            if place.is_dir():
                taken.update(map(_same, os.listdir(place)))  # noqa: PTH208  the names alone are wanted
        return taken


def _same(name: str) -> str:
    """Return the same key for all names that some file system treats as the same."""
    return unicodedata.normalize("NFC", name.casefold())


def _numbered(path: PurePosixPath, number: int) -> str:
    ending = f"-{number}{path.suffix}"
    stem = path.stem
    while len(os.fsencode(stem + ending)) > LONGEST:
        stem = stem[:-1]
    return stem + ending
