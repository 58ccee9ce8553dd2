"""Images that are files whose paths a program holds."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from labelaudit.records import Move, Place, Rewrite, Source
from labelaudit.settings import Settings
from labelaudit.sources.addresses import DataFile
from labelaudit.sources.listed import Listed
from labelaudit.sources.objects.labels import Labels
from labelaudit.sources.objects.listing import Listing
from labelaudit.sources.roots import Root, root_named
from labelaudit.sources.rows import Rows
from labelaudit.sources.tables import Columns


class Paths:
    """Paths, labels, splits and groups, as a table.

    Parameters
    ----------
    shown
        What holds them, for messages.
    columns
        Values by the name of the column.
    """

    lists: frozenset[str] = frozenset()

    def __init__(self, shown: str, columns: dict[str, Sequence[str]]) -> None:
        self.path: DataFile = Path(shown)
        self.columns = tuple(columns)
        self._values = columns

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the number of each row, from 1 on, and its values."""
        return enumerate(zip(*(self._values[name] for name in wanted), strict=True), start=1)


class HeldPaths(Listed):
    """Files that a program lists: their labels are in memory and cannot be changed."""

    def written_at(self, path: str) -> Place | None:
        """Return None: labels are written nowhere."""
        return None

    def relabel(self, path: str, label: str) -> Move | Rewrite:
        """Raise a DatasetError: labels cannot be changed."""
        return Source.relabel(self, path, label)


def read_files(
    images: Sequence[Any],
    labels: Labels,
    settings: Settings,
    shown: str,
    splits: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Listing:
    """Read images that are given by their paths.

    Parameters
    ----------
    images
        N paths; relative ones to ``root`` in the settings, or else to the working folder.
    labels, splits, groups
        Of each image; none of the latter two if the data set has none.
    settings
        The root, and which splits are wanted.
    shown
        The data set, for messages.

    Raises
    ------
    DatasetError
        No file is there, or one is not below the root.
    """
    paths = ["" if path is None else os.fspath(path) for path in images]
    columns = {"path": paths, "label": labels.names, "split": splits, "group": groups}
    present = {name: values for name, values in columns.items() if len(values)}
    rows = Rows(shown, root_of(paths, settings), settings)
    path, label, split, group = (name if name in present else "" for name in columns)
    rows.read(Paths(shown, present), Columns(path, label, split, group))
    dataset = rows.dataset()
    listed = cast(Listed, dataset.source)
    source = HeldPaths(shown, listed.images, dataset.paths, listed.places)
    numbers = np.array(listed.places.rows, np.int64)
    return Listing(replace(dataset, source=source), numbers, len(paths), labels.classes)


def root_of(paths: Sequence[str], settings: Settings) -> Root:
    """Return the folder that paths are relative to: that of the settings, or the one that all absolute paths share.

    Raises
    ------
    DatasetError
        The folder of the settings does not exist.
    """
    named = settings.root
    folders = {os.path.dirname(path) for path in paths if path}  # noqa: PTH120  there are many
    if not named and folders and all(map(os.path.isabs, folders)):
        with suppress(ValueError):  # they are on several drives of Windows
            named = os.path.commonpath(folders)
    return root_named(named or os.curdir, follow_links=settings.follow_links)
