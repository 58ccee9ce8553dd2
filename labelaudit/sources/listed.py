"""Images that are named and labelled by a table."""

import os
import stat
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.names import printable, without_secrets
from labelaudit.records import Move, Place, Rewrite, Source
from labelaudit.sources.addresses import DataFile, RemoteFile, place_of

SHOWN = 3
"""Maximum number of missing images that a message names."""


class Places(NamedTuple):
    """The positions of images in tables.

    Attributes
    ----------
    tables
        Each table with the name of its column of labels.
    of_table, lines, rows
        For each image the number of its table, its line from 1 on, and its row from 0 on; N of each.
    """

    tables: tuple[tuple[DataFile, str], ...]
    of_table: "array[int]"
    lines: "array[int]"
    rows: "array[int]"

    def line(self, row: int) -> Place:
        """Return the table and the line of an image."""
        return Place(place_of(self.tables[self.of_table[row]][0]), self.lines[row])


class Listed(Source):
    """Images that a table lists.

    Parameters
    ----------
    data
        The data set, for messages.
    images
        Opens them.
    paths
        N paths, sorted.
    places
        The position of each image in the tables.

    Attributes
    ----------
    images, places
        As above.
    """

    only_images = True

    def __init__(self, data: str, images: Source, paths: Sequence[str], places: Places) -> None:
        folder = images.folder if Path(data).is_dir() else None  # other files may be written beside a table
        super().__init__(without_secrets(data), folder)
        self.images, self._paths, self.places = images, paths, places

    def open(self, path: str) -> bytes:
        """Return the bytes of an image that is listed."""
        if self._row(path) is None:
            raise UnreadableImage("not listed")
        return self.images.open(path)

    def expect(self, paths: Sequence[str]) -> None:
        """Fetch these images if they are at an address."""
        self.images.expect(paths)

    def size(self, path: str) -> int:
        """Return the size of an image in bytes if it is known."""
        return self.images.size(path)

    def file_of(self, path: str) -> Path | None:
        """Return the file of an image if it is a local one."""
        return self.images.file_of(path)

    def validator(self, path: str) -> str:
        """Return what the server says of an image at an address."""
        return self.images.validator(path)

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of what the file system or the server says of the images."""
        return self.images.state(paths)

    def written_at(self, path: str) -> Place | None:
        """Return the table, and the line of the image in it."""
        row = self._row(path)
        return None if row is None else self.places.line(row)

    def relabel(self, path: str, label: str) -> Move | Rewrite:
        """Return the cell of the table that is to hold the new label."""
        row = self._row(path)
        if row is None:
            raise DatasetError(f"{printable(path)} is not listed in {printable(self.shown)}.")
        table, column = self.places.tables[self.places.of_table[row]]
        if isinstance(table, RemoteFile):
            return super().relabel(path, label)
        if table.suffix.lower() == ".parquet":
            raise DatasetError(f"labels cannot be changed in {printable(str(table))}; write a CSV file of them.")
        return Rewrite(table, self.places.rows[row], column, label)

    def _row(self, path: str) -> int | None:
        row = bisect_left(self._paths, path)
        return row if row < len(self._paths) and self._paths[row] == path else None


def check_files(
    root: Path, paths: Sequence[str], place_of: Callable[[int], Place], shown: str = "", *, follow_links: bool = False
) -> None:
    """Make sure that a table fits its folder: the images are there, and no link leads out of it.

    Single missing images are left to the scan, which reports each of them.

    Raises
    ------
    DatasetError
        No image is there, or a link leads out of the folder.
    """
    start, absent, links = f"{root}{os.sep}", 0, list[int]()
    for row, path in enumerate(paths):
        try:
            mode = os.lstat(start + path).st_mode
        except (OSError, ValueError):
            absent += 1
            continue
        if stat.S_ISLNK(mode):
            links.append(row)
    if paths and absent == len(paths):
        raise missing(paths, place_of, shown or str(root))
    if not follow_links:
        _check_links(root, paths, place_of, links)


def missing(paths: Sequence[str], place_of: Callable[[int], Place], root: str) -> DatasetError:
    """Return the error that none of the images of a table is there."""
    examples = ", ".join(map(printable, paths[:SHOWN]))
    return DatasetError(
        f"{printable(str(place_of(0).file))}: none of its {len(paths):,} images is in {printable(root)}, "
        f"such as {examples}. Name the folder that the paths are relative to: --root DIR"
    )


def _check_links(root: Path, paths: Sequence[str], place_of: Callable[[int], Place], links: list[int]) -> None:
    inside = Path(os.path.realpath(root))
    folders: dict[str, int] = {}
    for row, path in enumerate(paths):
        folders.setdefault(path.rpartition("/")[0], row)
    for place, row in [*folders.items(), *((paths[row], row) for row in links)]:
        if not Path(os.path.realpath(root / place)).is_relative_to(inside):
            table, line = place_of(row)
            raise DatasetError(
                f"{printable(str(table))}, line {line:,}: {printable(paths[row])} leads through a link out of "
                f"{printable(str(root))}. Type --follow-links to read it, or name another folder with --root."
            )
