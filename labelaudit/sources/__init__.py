"""Readers of data-set layouts: one a file, each from a path to a :class:`~labelaudit.records.Dataset`."""

from collections.abc import Callable
from pathlib import Path

from labelaudit.names import printable
from labelaudit.records import Dataset
from labelaudit.registry import Registry
from labelaudit.settings import Settings
from labelaudit.timing import LOG, timed

Source = Callable[[Path, Settings], Dataset]

SOURCES: Registry[Source] = Registry("source", "labelaudit.sources")

from labelaudit.sources import folder  # noqa: E402, F401  registers itself


@timed("listing files")
def read(root: Path, settings: Settings) -> Dataset:
    """List the images of the data set at *root* and their labels; nothing is opened yet.

    Raises
    ------
    DatasetError
        There is no data set that could be audited.
    """
    dataset = SOURCES["folder"](root, settings)
    LOG.info("data set: %s, %d files in %d classes", printable(str(root)), len(dataset), len(dataset.classes))
    return dataset
