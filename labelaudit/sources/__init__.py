"""Readers of data-set layouts: one a file, each from a path to a :class:`~labelaudit.records.Dataset`."""

from collections.abc import Callable
from pathlib import Path

from labelaudit.records import Dataset
from labelaudit.registry import Registry
from labelaudit.settings import Settings

Source = Callable[[Path, Settings], Dataset]

SOURCES: Registry[Source] = Registry("source", "labelaudit.sources")

from labelaudit.sources import folder  # noqa: E402, F401  registers itself


def read(root: Path, settings: Settings) -> Dataset:
    """List the images of the data set at *root* and their labels; nothing is opened yet.

    Raises
    ------
    DatasetError
        There is no data set that could be audited.
    """
    return SOURCES["folder"](root, settings)
