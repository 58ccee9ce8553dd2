"""The layout that most frameworks read: ``DATA/<class>/**``, or ``DATA/<split>/<class>/**``."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

import numpy as np

from labelaudit.errors import DatasetError
from labelaudit.images import ENDINGS
from labelaudit.names import printable
from labelaudit.records import Dataset, PassedOver, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.files import Files
from labelaudit.sources.folder_names import split_name
from labelaudit.sources.layout import Layout, choose_layout
from labelaudit.sources.mistakes import check_classes, check_root
from labelaudit.sources.tree import Below, Folder, each_of, join

TOOLS = each_of(
    ".cache .dvc .git .github .hg .idea .ipynb_checkpoints .mypy_cache .pytest_cache .ruff_cache .svn .thumbnails .tmp "
    ".tox .trash .trashes .spotlight-v100 .fseventsd .venv .vscode"
)
"""Hidden folders of programs, which are no classes."""

LINK = "links to folders are not followed without --follow-links"
HIDDEN = "hidden, the name begins with a dot"


@source("folder", local=True)
def read_folder(data: str, settings: Settings) -> Dataset:
    """Read a folder of class folders, with or without splits above them.

    Hidden and system files are ignored, and symbolic links to folders are followed only if the settings say so.

    Raises
    ------
    DatasetError
        No such folder, a file, no class folders, fewer than two classes, a folder that cannot be read, or one that can
        be read in several ways.
    """
    root = Path(data)
    check_root(root)
    return read_tree(Folder(root, "", follow_links=settings.follow_links), lambda above: Files(root, above), settings)


def read_tree(top: Folder, opener: Callable[[list[str]], Source], settings: Settings) -> Dataset:
    """Read a tree of class folders, wherever it is stored.

    Parameters
    ----------
    top
        The data set.
    opener
        Returns the source of the images, given the paths of the folders that hold class folders.
    settings
        Which layout and which splits are wanted.

    Raises
    ------
    DatasetError
        As for :func:`read_folder`.
    """
    layout = choose_layout(top, settings.layout, one_split=bool(settings.splits))
    parts = _chosen(layout, settings.splits, top.shown)
    found = [
        (split, child) for split, container in parts for child in sorted(layout.class_folders(container), key=_name)
    ]
    files = sorted((path, child.name, split) for split, child in found for path in child.below.files)

    above = _above(layout, parts, whole=not settings.splits)
    unread = [above, *(child.below for _, child in found)]
    others = [*above.files, *(path for each in unread for path in each.special)]
    passed_over = [*layout.passed_over] if not settings.splits else []
    passed_over += _linked(top, (path for each in unread for path in each.links))
    hidden, hidden_images = _hidden(top, (path for each in unread for path in each.hidden))

    classes = {child.name for _, child in found}
    check_classes(top, classes, [path for path, _, _ in files], others, passed_over)
    order = tuple(sorted(classes))
    index = {name: number for number, name in enumerate(order)}
    return Dataset(
        source=opener([container.path for _, container in parts]),
        classes=order,
        paths=tuple(path for path, _, _ in files),
        labels=np.array([index[name] for _, name, _ in files], dtype=np.int64),
        splits=tuple(split for _, _, split in files),
        others=tuple(sorted([*others, *hidden_images])),
        passed_over=tuple(sorted([*passed_over, *hidden])),
    )


def _name(folder: Folder) -> str:
    return folder.name


def _chosen(layout: Layout, wanted: tuple[str, ...], shown: str) -> list[tuple[str, Folder]]:
    """Return the parts of the requested splits."""
    if not wanted:
        return layout.parts
    there = {split for split, _ in layout.parts if split}
    names = {name if name in there else _usual(name) for name in wanted}
    missing = names - there
    if missing:
        found = ", ".join(map(printable, sorted(there))) or "no splits"
        raise DatasetError(f"{shown} has no split '{printable(sorted(missing)[0])}'; it has {found}.")
    return [(split, folder) for split, folder in layout.parts if split in names]


def _usual(name: str) -> str:
    split = split_name(name)
    return split.split if split else name


def _above(layout: Layout, parts: list[tuple[str, Folder]], *, whole: bool) -> Below:
    """Return what lies in the folders above the class folders; of a single split, in it and in what wraps it."""
    found = Below([], [], [], [])
    insides = [container.path for _, container in parts]
    for folder in {folder.path: folder for folder in layout.above}.values():
        if whole or any(f"{inside}/".startswith(f"{folder.path}/") and folder.path for inside in insides):
            for paths, names in zip(found, folder.listing[1:], strict=True):
                paths += [join(folder.path, name) for name in names]
    return found


def _linked(top: Folder, links: Iterable[str]) -> list[PassedOver]:
    return [PassedOver(path, top.files_in(path) or 0, LINK) for path in links]


def _hidden(top: Folder, paths: Iterable[str]) -> tuple[list[PassedOver], list[str]]:
    """Return the hidden folders that hold files, except those of programs, and the hidden images."""
    folders, images = [], []
    for path in paths:
        name = path.rpartition("/")[2].lower()
        if name in TOOLS or name.startswith((".trash-", "._", ".venv")):
            continue
        files = top.files_in(path)
        if files and not (top.place / path).is_symlink():
            folders.append(PassedOver(path, files, HIDDEN))
        elif files is None and PurePosixPath(name).suffix in ENDINGS:
            images.append(path)
    return folders, images
