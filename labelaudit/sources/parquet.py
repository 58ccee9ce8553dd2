"""Parquet files that hold the images themselves, as Hugging Face's ``datasets`` writes them."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.names import printable, without_secrets
from labelaudit.records import Dataset, Place, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.addresses import (
    DataFile,
    RemoteFile,
    files_in,
    is_file,
    local,
    located,
    place_of,
    state_of_files,
    validator_in,
)
from labelaudit.sources.folder_names import split_name
from labelaudit.sources.listing import dataset_of
from labelaudit.sources.splits import check_splits
from labelaudit.sources.tables import columns_of
from labelaudit.sources.tables.parquet import Parquet, opened

ENDING = ".parquet"

HELD = 4
"""Number of row groups that are kept in memory, enough for the threads of a scan, which read at different places."""


class Spot(NamedTuple):
    """Where an image is: the number of the file, of the group of rows in it, and of the row in that."""

    file: int
    group: int
    row: int


class Stored(Source):
    """Images in columns of Parquet files.

    Parameters
    ----------
    data
        The file, or the folder of files.
    files
        The files.
    column
        Name of the column with the images.
    spots
        Where each image is, by its path.
    """

    only_images = True

    def __init__(self, data: str, files: Sequence[DataFile], column: str, spots: dict[str, Spot]) -> None:
        super().__init__(without_secrets(data), Path(data) if Path(data).is_dir() else None)
        self._files, self._column, self._spots = files, column, spots
        self._open = [opened(file) for file in files]
        self._starts = [_starts(file) for file in self._open]
        self._held: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self._reading = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what another process needs to open the files."""
        return Stored, (self.shown, [file.absolute() for file in self._files], self._column, self._spots)

    def open(self, path: str) -> bytes:
        """Return the bytes of an image; its row group is read once for all images in it."""
        if path not in self._spots:
            raise UnreadableImage("not in the file")
        spot = self._spots[path]
        value = self._group(spot)[spot.row].as_py()
        data = value.get("bytes") if isinstance(value, dict) else value
        if not isinstance(data, bytes):
            raise UnreadableImage("the row holds no image")
        return data[: MAX_BYTES + 1]

    def order(self, paths: Sequence[str]) -> list[int]:
        """Return the rows of a data set in the order of the files: groups of rows are read as a whole."""
        return sorted(range(len(paths)), key=lambda row: self._spots[paths[row]])

    def file_of(self, path: str) -> Path | None:
        """Return the file that holds an image if it is a local one."""
        return local(self._files[self._spots[path].file])

    def written_at(self, path: str) -> Place | None:
        """Return the file, and the number of the row instead of a line number."""
        spot = self._spots.get(path)
        if spot is None:
            return None
        return Place(place_of(self._files[spot.file]), self._starts[spot.file][spot.group] + spot.row + 1)

    def validator(self, path: str) -> str:
        """Return what the server says of the file of an image at an address, and where the image is in it."""
        return validator_in(self._files[self._spots[path].file], (self._column, *self._spots[path]))

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of what the file system or the server says of the files."""
        return state_of_files(self._files)

    def _group(self, spot: Spot) -> Any:
        """Return the column of images of a group of rows."""
        import pyarrow

        key = (spot.file, spot.group)
        with self._reading:
            if key not in self._held:
                try:
                    table = self._open[spot.file].read_row_group(spot.group, columns=[self._column])
                except (pyarrow.ArrowException, OSError) as error:
                    raise UnreadableImage(f"the file is damaged here ({printable(str(error))})") from error
                self._held[key] = table.column(0).combine_chunks()
                if len(self._held) > HELD:
                    self._held.popitem(last=False)
            self._held.move_to_end(key)
            return self._held[key]


def _starts(file: Any) -> list[int]:
    """Return the number of the first row of each group of rows."""
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
    return [0, *np.cumsum(sizes).tolist()]


def files_of(data: str) -> list[DataFile]:
    """Return the Parquet file, or those in a folder and in the folders in it, sorted."""
    file = located(data)
    if isinstance(file, RemoteFile):
        return (
            [file]
            if file.suffix.lower() == ENDING
            else [each for each in files_in(data, below=True) if each.suffix == ENDING]
        )
    return [file] if is_file(file) else [*sorted(file.rglob(f"*{ENDING}"))]


def image_columns(file: DataFile) -> list[str]:
    """Return the names of the columns that may hold images: bytes, or a structure with bytes."""
    import pyarrow

    def is_bytes(kind: Any) -> bool:
        return bool(pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind))

    return [
        field.name
        for field in opened(file).schema_arrow
        if is_bytes(field.type)
        or (
            pyarrow.types.is_struct(field.type)
            and any(each.name == "bytes" and is_bytes(each.type) for each in field.type)
        )
    ]


def has_images(data: str) -> bool:
    """Recognise Parquet files with a column of images, one of them or a local folder."""
    file = located(data)
    files: list[DataFile] = [file] if file.suffix.lower() == ENDING and is_file(file) else []
    if not files and isinstance(file, Path):
        files = [*(sorted(file.glob(f"*{ENDING}")) or sorted(file.glob(f"data/*{ENDING}")))]
    return bool(files) and bool(image_columns(files[0]))


@source("parquet", recognises=has_images)
def read_parquet(data: str, settings: Settings) -> Dataset:
    """Read Parquet files with a column of images and a column of labels.

    Raises
    ------
    DatasetError
        A file is damaged, a column is missing, or there are fewer than two classes.
    """
    files = files_of(data)
    if not files:
        raise DatasetError(f"{printable(data)} holds no Parquet file. Expected files such as train-00000.parquet")
    tables = [Parquet(file) for file in files]
    columns = columns_of(tables[0], settings.columns, needed=("label",))
    images = image_columns(files[0])
    column = columns.path if columns.path in images else next(iter(images), "")
    if not column:
        raise DatasetError(f"{printable(str(files[0]))} has no column of images; its columns are those of a table.")
    splits = [_split(file) if len(files) > 1 or split_name(file.stem) else "" for file in files]
    chosen = check_splits(data, set(splits) - {""}, settings.splits)
    cells = columns.labels
    wanted = cells.columns if cells else (columns.label,)
    spots, names, labels, parts = list[Spot](), list[str](), list[str](), list[str]()
    for number, table in enumerate(tables):
        if chosen and splits[number] not in chosen:
            continue
        for spot, (row, values) in zip(_spots(number, files[number]), table.rows(wanted), strict=True):
            label = cells.read(values, f"{printable(str(files[number]))}, row {row:,}") if cells else values[0]
            if label or cells:
                spots.append(spot)
                labels.append(label)
                parts.append(splits[number])
    names = _names(files, column, spots)
    found = Stored(data, files, column, dict(zip(names, spots, strict=True)))
    return dataset_of(found, names, labels, parts if any(parts) else (), several=bool(cells))


def _split(file: DataFile) -> str:
    found = split_name(file.stem.partition("-")[0])
    return found.split if found and not found.rest else ""


def _spots(number: int, file: DataFile) -> list[Spot]:
    starts = _starts(opened(file))
    return [
        Spot(number, group, row) for group, (start, end) in enumerate(pairwise(starts)) for row in range(end - start)
    ]


def _names(files: Sequence[DataFile], column: str, spots: Sequence[Spot]) -> list[str]:
    """Return the name of each image: the path that is stored with it if those are different, else its place."""
    starts = [_starts(opened(file)) for file in files]
    stored = [_stored_paths(file, column) for file in files]
    rows = [starts[spot.file][spot.group] + spot.row for spot in spots]
    plain = [stored[spot.file][row] for spot, row in zip(spots, rows, strict=True)]
    within = [f"{files[spot.file].stem}/{name}" for spot, name in zip(spots, plain, strict=True)]
    for names in (plain, within):
        if all(plain) and len(set(names)) == len(names):
            return names
    return [f"{files[spot.file].stem}/{row:07d}" for spot, row in zip(spots, rows, strict=True)]


def _stored_paths(file: DataFile, column: str) -> list[str]:
    """Return the path that is stored with each image; empty where there is none."""
    import pyarrow

    kind = opened(file).schema_arrow.field(column).type
    count = opened(file).metadata.num_rows
    if not pyarrow.types.is_struct(kind) or "path" not in [each.name for each in kind]:
        return [""] * count
    table = opened(file)
    found: list[str] = []
    for group in range(table.metadata.num_row_groups):
        part = table.read_row_group(group, columns=[f"{column}.path"]).column(0)
        found += [str(each.get("path") or "").replace("\\", "/") for each in part.to_pylist()]
    return found
