"""The layout that most frameworks read: ``DATA/<class>/**``, or ``DATA/<split>/<class>/**``."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from labelaudit.errors import DatasetError
from labelaudit.images import ENDINGS
from labelaudit.names import printable
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import SOURCES

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}
"""Folder names of splits, and the split that they mean."""

CLUTTER = frozenset({"__MACOSX", "__pycache__", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found"})
CLUTTER_FILES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})

LAYOUT = "expected one folder for each class with its images inside: DATA/cat/1.jpg, DATA/dog/2.jpg"


@SOURCES.register("folder")
def read_folder(root: Path, settings: Settings) -> Dataset:
    """Read a folder of class folders, with or without splits above them.

    Hidden and system files are ignored, and symbolic links to folders are followed only if the settings say so. Two or
    more folders named like splits that share at least one class are splits of one data set; so is a single one
    that holds all classes.

    Raises
    ------
    DatasetError
        No such folder, a file, no class folders, fewer than two classes, or a folder that cannot be read.
    """
    _check_root(root)
    top = _folders(root, settings.follow_links)
    splits = _split_folders(top, settings.follow_links)
    chosen = _choose(splits, settings.splits, root)

    classes: set[str] = set()
    files: list[tuple[str, str, str]] = []  # path, class, split
    others = [entry for entry in _files(root) if not splits or not settings.splits]
    for split, folder in chosen or [("", root)]:
        if split:
            others += [f"{folder.name}/{name}" for name in _files(folder)]
        for class_folder in _folders(folder, settings.follow_links):
            classes.add(class_folder.name)
            below = f"{folder.name}/{class_folder.name}" if split else class_folder.name
            found = _walk(class_folder, below, settings.follow_links, others)
            files += [(path, class_folder.name, split) for path in found]

    _check_classes(root, classes, files, others)
    order = tuple(sorted(classes))
    index = {name: number for number, name in enumerate(order)}
    files.sort()
    return Dataset(
        root=root,
        classes=order,
        paths=tuple(path for path, _, _ in files),
        labels=np.array([index[name] for _, name, _ in files], dtype=np.int64),
        splits=tuple(split for _, _, split in files),
        others=tuple(sorted(others)),
    )


def _check_root(root: Path) -> None:
    shown = printable(str(root))
    if root.is_dir():
        return
    if root.exists():
        raise DatasetError(f"{shown} is a file; {LAYOUT}. Type: labelaudit scan {printable(str(root.parent))}")
    near = root.parent
    while not near.is_dir():
        near = near.parent
    import difflib

    close = difflib.get_close_matches(root.name, [f.name for f in near.iterdir() if f.is_dir()], n=1)
    hint = f" Did you mean {printable(str(near / close[0]))}?" if close and near == root.parent else ""
    raise DatasetError(f"there is no folder {shown}.{hint or ' Check the path, or see it work: labelaudit demo'}")


def _check_classes(root: Path, classes: set[str], files: list[tuple[str, str, str]], others: list[str]) -> None:
    shown = printable(str(root))
    if not classes:
        loose = sum(Path(name).suffix.lower() in ENDINGS for name in others)
        if loose:
            many = "1 image" if loose == 1 else f"{loose:,} images"
            raise DatasetError(f"{shown} holds {many} but no class folders; {LAYOUT}.")
        raise DatasetError(f"{shown} is empty: no class folders and no images; {LAYOUT}.")
    if len(classes) == 1:
        only = next(iter(classes))
        holds = f"{shown} holds one class, '{printable(only)}'; a label can only be judged against another one"
        if len(_folders(root / only, follow_links=False)) > 1:
            raise DatasetError(f"{holds}. Are the classes in it? Type: labelaudit scan {printable(str(root / only))}")
        raise DatasetError(f"{holds}; {LAYOUT}.")
    if not files:
        raise DatasetError(f"{shown} holds {len(classes)} class folders and no file in any of them; {LAYOUT}.")


def _split_folders(top: list[Path], follow_links: bool) -> list[tuple[str, Path]]:
    """Return (split, folder) pairs if *top* is a layout with splits, otherwise nothing."""
    named = [(SPLITS[folder.name.lower()], folder) for folder in top if folder.name.lower() in SPLITS]
    if len(named) == len(top) == 1 and len(_folders(top[0], follow_links)) > 1:
        return named
    if len(named) < 2:
        return []
    seen: set[str] = set()
    for _, folder in named:
        inside = {child.name for child in _folders(folder, follow_links)}
        if seen & inside:
            return named
        seen |= inside
    return []


def _choose(splits: list[tuple[str, Path]], wanted: tuple[str, ...], root: Path) -> list[tuple[str, Path]]:
    if not wanted:
        return splits
    names = {SPLITS.get(name.lower(), name) for name in wanted}
    missing = names - {split for split, _ in splits}
    if missing:
        found = ", ".join(sorted({split for split, _ in splits})) or "no splits"
        raise DatasetError(f"{printable(str(root))} has no split '{printable(sorted(missing)[0])}'; it has {found}.")
    return [(split, folder) for split, folder in splits if split in names]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries of a folder, sorted by name, without hidden and system files."""
    try:
        with os.scandir(folder) as found:
            entries = [
                entry
                for entry in found
                if not entry.name.startswith(".")
                and entry.name not in CLUTTER
                and entry.name.lower() not in CLUTTER_FILES
            ]
    except OSError as error:
        shown = printable(str(folder))
        raise DatasetError(
            f"can't read the folder {shown}: {error.strerror}. Make it readable (chmod u+rx) or move it away."
        ) from error
    return sorted(entries, key=lambda entry: entry.name)


def _folders(folder: Path, follow_links: bool) -> list[Path]:
    return [Path(entry.path) for entry in _entries(folder) if _is_folder(entry, follow_links)]


def _is_folder(entry: os.DirEntry[str], follow_links: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=follow_links)
    except OSError:
        return False  # a link to itself


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a regular file or a link to one: reading a pipe or a device could block.

    A dangling link counts as well, so that it is reported.
    """
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return entry.is_symlink()


def _files(folder: Path) -> list[str]:
    return [entry.name for entry in _entries(folder) if _is_file(entry)]


def _walk(folder: Path, below: str, follow_links: bool, others: list[str]) -> Iterator[str]:
    """Yield the paths of all files in and below *folder*; a folder is entered once, even through links.

    Pipes, sockets and devices are added to *others*.
    """
    entered = {folder.resolve()}
    waiting = [(folder, below)]
    while waiting:
        current, prefix = waiting.pop()
        for entry in _entries(current):
            if _is_folder(entry, follow_links):
                inner = Path(entry.path)
                if follow_links:
                    target = inner.resolve()
                    if target in entered:
                        continue
                    entered.add(target)
                waiting.append((inner, f"{prefix}/{entry.name}"))
            elif _is_file(entry):
                yield f"{prefix}/{entry.name}"
            elif not entry.is_symlink():  # a folder that a link leads to was not asked for
                others.append(f"{prefix}/{entry.name}")
