"""Images that are files, named and labelled by a table."""

import os
import stat
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.names import printable
from labelaudit.records import Place, Rewrite
from labelaudit.sources.files import Files

SHOWN = 3
"""Missing images that a message names."""


class Listed(Files):
    """Images that are files below a folder and that a table lists.

    Parameters
    ----------
    root
        The folder that paths are relative to.
    paths
        N paths, sorted.
    table
        The table.
    lines, rows
        Line and row of each image in the table, N of each.
    column
        Name of the column that holds labels.
    """

    only_images = True

    def __init__(
        self, root: Path, paths: Sequence[str], table: Path, lines: "array[int]", rows: "array[int]", column: str
    ) -> None:
        super().__init__(root)
        self.shown, self.folder = str(table), None  # other files may be written into the folder of a table
        self._paths, self._table, self._lines, self._rows, self._column = paths, table, lines, rows, column

    def open(self, path: str) -> bytes:
        """Return the bytes of a file that is listed."""
        if self._row(path) is None:
            raise UnreadableImage("not listed")
        return super().open(path)

    def written_at(self, path: str) -> Place | None:
        """Return the table, and the line of the image in it."""
        row = self._row(path)
        return None if row is None else Place(self._table, self._lines[row])

    def relabel(self, path: str, label: str) -> Rewrite:  # type: ignore[override]
        """Return the cell of the table that is to hold the new label."""
        row = self._row(path)
        if row is None:
            raise DatasetError(f"{printable(path)} is not listed in {printable(str(self._table))}.")
        if self._table.suffix.lower() == ".parquet":
            raise DatasetError(f"labels cannot be changed in {printable(str(self._table))}; write a CSV file of them.")
        return Rewrite(self._table, self._rows[row], self._column, label)

    def _row(self, path: str) -> int | None:
        row = bisect_left(self._paths, path)
        return row if row < len(self._paths) and self._paths[row] == path else None


def check_files(
    root: Path, paths: Sequence[str], lines: Sequence[int], table: Path, *, follow_links: bool = False
) -> None:
    """Make sure that a table fits its folder: the images are there, and no link leads out of it.

    Single missing images are left to the scan, which reports each of them.

    Raises
    ------
    DatasetError
        No image is there, or a link leads out of the folder.
    """
    start, missing, links = f"{root}{os.sep}", [], []
    for row, path in enumerate(paths):
        try:
            mode = os.lstat(start + path).st_mode
        except (OSError, ValueError):
            missing.append(row)
            continue
        if stat.S_ISLNK(mode):
            links.append(row)
    if paths and len(missing) == len(paths):
        examples = ", ".join(printable(paths[row]) for row in missing[:SHOWN])
        raise DatasetError(
            f"{printable(str(table))}: none of its {len(paths):,} images is below {printable(str(root))}, such as "
            f"{examples}. Name the folder that the paths are relative to: --root DIR"
        )
    if not follow_links:
        _check_links(root, paths, lines, table, links)


def _check_links(root: Path, paths: Sequence[str], lines: Sequence[int], table: Path, links: list[int]) -> None:
    inside = Path(os.path.realpath(root))
    folders: dict[str, int] = {}
    for row, path in enumerate(paths):
        folders.setdefault(path.rpartition("/")[0], row)
    for place, row in [*folders.items(), *((paths[row], row) for row in links)]:
        if not Path(os.path.realpath(root / place)).is_relative_to(inside):
            raise DatasetError(
                f"{printable(str(table))}, line {lines[row]:,}: {printable(paths[row])} leads through a link out of "
                f"{printable(str(root))}. Type --follow-links to read it, or name another folder with --root."
            )
