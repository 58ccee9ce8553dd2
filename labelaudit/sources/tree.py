"""Local folders, read lazily, and what is left out of them."""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from labelaudit.errors import DatasetError
from labelaudit.names import printable


def each_of(names: str) -> frozenset[str]:
    """Return the names in a text."""
    return frozenset(names.split())


CLUTTER = frozenset({"__MACOSX", "__pycache__", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found"})
CLUTTER_FILES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})

NO_IMAGES = each_of(
    ".cfg .csv .doc .docx .gz .html .ini .ipynb .js .json .jsonl .log .mat .md .names .onnx .pdf .pickle .pkl .pt .pth "
    ".py .rst .sh .tar .tex .toml .tsv .txt .xls .xlsx .xml .yaml .yml .zip"
)
"""Endings of files that accompany images: a folder that holds nothing else is neither a class nor a split."""

NO_IMAGES_NAMED = frozenset({"authors", "changelog", "copying", "license", "makefile", "notice", "readme"})
"""The same for files without an ending."""

COUNTED = 10_000
"""Maximum number of entries that are counted behind a link that is not followed: it may lead to a whole disk."""


class Listing(NamedTuple):
    """What one folder holds, sorted by name, without clutter.

    Attributes
    ----------
    folders
        Names of the folders, and of the links to folders where these are followed.
    files
        Regular files, links to them, and links that lead nowhere: those claim to be files of the data set.
    links
        Links to folders that are not followed.
    special
        Pipes, sockets and devices: reading one could wait forever.
    hidden
        Files and folders whose names begin with a dot.
    """

    folders: list[str]
    files: list[str]
    links: list[str]
    special: list[str]
    hidden: list[str]


class Below(NamedTuple):
    """What a folder and all folders in it hold, as paths below the data set.

    The fields are those of :class:`Listing`.
    """

    files: list[str]
    links: list[str]
    special: list[str]
    hidden: list[str]


class Folder:
    """A folder of a data set.

    Parameters
    ----------
    place
        The location of the folder.
    path
        Path of the folder below the data set, POSIX; empty for the data set itself.
    follow_links
        Whether links to folders are followed.
    """

    def __init__(self, place: Path, path: str, *, follow_links: bool) -> None:
        self.place = place
        self.path = path
        self.name = path.rpartition("/")[2] or place.resolve().name
        self.follow_links = follow_links

    @property
    def shown(self) -> str:
        """The location of the folder, safe to print."""
        return printable(str(self.place))

    @cached_property
    def listing(self) -> Listing:
        """The direct contents of the folder."""
        return list_folder(self.place, follow_links=self.follow_links)

    @cached_property
    def children(self) -> list["Folder"]:
        """The folders in the folder."""
        return [self.child(name) for name in self.listing.folders]

    @cached_property
    def full(self) -> list["Folder"]:
        """The folders in the folder that hold images."""
        return [child for child in self.children if child.has_images]

    @cached_property
    def has_images(self) -> bool:
        """Whether the folder or one below it holds a file that may be an image; the search stops at the first one."""
        return any(may_be_image(name) for _, listing in self._walk() for name in listing.files)

    @property
    def has_own_images(self) -> bool:
        """Whether the folder directly holds an image."""
        return any(map(may_be_image, self.listing.files))

    @cached_property
    def below(self) -> Below:
        """The contents of the folder and of all folders below it."""
        found = Below([], [], [], [])
        for prefix, listing in self._walk():
            for paths, names in zip(found, listing[1:], strict=True):
                paths += [join(prefix, name) for name in names]
        return found

    def child(self, name: str) -> "Folder":
        """Return a folder in it."""
        return Folder(self.place / name, join(self.path, name), follow_links=self.follow_links)

    def files_in(self, path: str) -> int | None:
        """Return the number of files in a folder below this one, up to a maximum; None if it is no folder."""
        place = self.place / path
        return count_files(place.resolve()) if place.is_dir() else None

    def _walk(self) -> Iterator[tuple[str, Listing]]:
        """Yield this folder and those below it; a folder that links lead back to is entered once."""
        entered = {self.place.resolve()} if self.follow_links else set()
        waiting = [self]
        while waiting:
            folder = waiting.pop()
            yield folder.path, folder.listing
            for name in folder.listing.folders:
                inner = folder.child(name)
                if self.follow_links:
                    target = inner.place.resolve()
                    if target in entered:
                        continue
                    entered.add(target)
                waiting.append(inner)


def list_folder(place: Path, *, follow_links: bool) -> Listing:
    """Return what a folder holds.

    Raises
    ------
    DatasetError
        It can't be read.
    """
    found = Listing([], [], [], [], [])
    try:
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name not in CLUTTER and entry.name.lower() not in CLUTTER_FILES:
                    _kind(entry, found, follow_links=follow_links).append(entry.name)
    except OSError as error:
        raise DatasetError(
            f"can't read the folder {printable(str(place))}: {error.strerror}. "
            "Make it readable (chmod u+rx) or move it away."
        ) from error
    return found


def _kind(entry: os.DirEntry[str], found: Listing, *, follow_links: bool) -> list[str]:
    """Return the list of *found* that an entry belongs to."""
    if entry.name.startswith("."):
        return found.hidden
    try:
        if entry.is_dir(follow_symlinks=False):
            return found.folders
        if entry.is_file():
            return found.files
        if entry.is_dir():
            return found.folders if follow_links else found.links
        entry.stat()
    except OSError:  # a link that leads nowhere or to itself
        return found.files if entry.is_symlink() else found.special
    return found.special


def join(prefix: str, name: str) -> str:
    """Return the path of *name* in a folder of the data set."""
    return f"{prefix}/{name}" if prefix else name


def may_be_image(name: str) -> bool:
    """Tell by its name whether a file may be an image: only the content decides, and nothing is opened yet."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name.lower() not in NO_IMAGES_NAMED
    return f".{ending.lower()}" not in NO_IMAGES and bool(stem)


def count_files(place: Path) -> int:
    """Return the number of files in a folder and all folders below it, up to a maximum, without following links."""
    files = seen = 0
    waiting = [place]
    while waiting and seen < COUNTED:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    elif entry.is_file():
                        files += 1
        except OSError:
            continue  # what can't be looked into is not part of the data set either
    return files
