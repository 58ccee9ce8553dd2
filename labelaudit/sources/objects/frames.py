"""Tables of pandas and polars."""

from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.records import InMemory
from labelaudit.settings import Settings
from labelaudit.sources.objects.arrays import is_paths, loader
from labelaudit.sources.objects.files import Paths, read_files
from labelaudit.sources.objects.kinds import is_of
from labelaudit.sources.objects.labels import labels_of, members
from labelaudit.sources.objects.listing import Listing, listed
from labelaudit.sources.tables import columns_of
from labelaudit.sources.tables.values import as_text

IMAGE = "image"
"""A column of this name holds the images or their paths, if no other column does."""


def is_frame(data: Any) -> bool:
    """Recognise a table of pandas or polars, or of a library that extends one of them."""
    return is_of(data, "pandas", "polars") and hasattr(type(data), "columns")


def read_frame(given: InMemory, settings: Settings) -> Listing:
    """Read a table whose columns hold the path, or the image itself, and the label of each image.

    Raises
    ------
    DatasetError
        A column is missing, or the data set cannot be audited.
    """
    data, name = given.data, f"the {type(given.data).__module__.partition('.')[0]} table"
    if not hasattr(data, "__len__"):
        raise DatasetError(f"{name} is lazy, of type {type(data).__name__}; pass what its method collect() returns.")
    there = tuple(map(str, data.columns))
    named = settings.columns
    if IMAGE in there and not {"path", "file_name"} & {*there} and not any(each.startswith("path=") for each in named):
        named = (*named, f"path={IMAGE}")
    columns = columns_of(Paths(name, dict.fromkeys(there, ())), named)
    if columns.labels:
        raise DatasetError(
            f"{name} has several labels per image, which are read from files. Write it and pass the path of the file: "
            "data.to_json('labels.jsonl', orient='records', lines=True)"
        )
    labels = labels_of(data[columns.label], given.classes, f"{name}, column '{columns.label}'")
    splits, groups = (_texts(data, each, name) for each in (columns.split, columns.group))
    images = [None if value != value else value for value in members(data[columns.path], columns.path)]
    if is_paths([image for image in images if image is not None]):
        return read_files(images, labels, settings, name, splits, groups)
    return listed(name, loader(images), labels, settings, splits, groups)


def _texts(data: Any, column: str, name: str) -> list[str]:
    """Return the values of a column as texts; none if there is no such column."""
    if not column:
        return []
    return [as_text(value, f"{name}, column '{column}'").strip() for value in members(data[column], column)]
