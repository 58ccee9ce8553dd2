"""Readers of data set layouts, one per file: each converts a path to a :class:`~labelaudit.records.Dataset`."""

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
    """List the images of the data set at *root* and their labels; no image is opened.

    Raises
    ------
    DatasetError
        There is no data set that can be audited.
    """
    dataset = SOURCES["folder"](root, settings)
    LOG.info("data set: %s, %d files in %d classes", printable(str(root)), len(dataset), len(dataset.classes))
    return dataset
