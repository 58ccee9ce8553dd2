"""Readers of data sets, one kind per file: each lists the images of one kind of data set and opens them.

A reader converts what the user names to a :class:`~labelaudit.records.Dataset`, which holds paths and labels, and the
:class:`~labelaudit.records.Source` that opens an image by its path. Nothing else in the program knows where images are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from os import fspath
from pathlib import Path

from labelaudit.errors import DatasetError
from labelaudit.names import address_of, printable
from labelaudit.records import Data, Dataset, InMemory, Source
from labelaudit.registry import Registry
from labelaudit.settings import Settings
from labelaudit.timing import LOG, timed

Read = Callable[[str, Settings], Dataset]


@dataclass(frozen=True)
class Reader:
    """Reads one kind of data set.

    Attributes
    ----------
    read
        Lists the images of the data set that a user names by a path or an address; opens none.
    recognises
        Tells whether a data set is of this kind, by its name and its first bytes or files.
    local
        Whether it reads local data only, and no addresses.
    """

    read: Read
    recognises: Callable[[str], bool]
    local: bool = False

    def __call__(self, data: str, settings: Settings) -> Dataset:
        """Read a data set.

        Raises
        ------
        DatasetError
            It is at an address, where this kind is not read; or as for the reader.
        """
        if self.local and address_of(data):
            raise DatasetError(
                f"{printable(data)}: this kind of data set is read from local folders only. Download it, or leave out "
                "--source if it is another kind."
            )
        return self.read(data, settings)


SOURCES: Registry[Reader] = Registry("source", "labelaudit.sources")

USUAL = "folder"
"""The kind of a data set that no reader recognises."""


def never(data: str) -> bool:
    """Recognise no data set: this kind is used if the user selects it, or if no other reader recognises the data."""
    return False


def source(name: str, recognises: Callable[[str], bool] = never, *, local: bool = False) -> Callable[[Read], Reader]:
    """Return a decorator that makes a function a registered reader."""

    def decorate(read: Read) -> Reader:
        return SOURCES.register(name)(Reader(read, recognises, local))

    return decorate


from labelaudit.sources import (  # noqa: E402  they register themselves
    archive,  # noqa: F401
    coco,  # noqa: F401
    fiftyone,  # noqa: F401
    folder,  # noqa: F401
    huggingface,  # noqa: F401
    manifest,  # noqa: F401
    parquet,  # noqa: F401
    remote,  # noqa: F401
    webdataset,  # noqa: F401
    yolo,  # noqa: F401
)
from labelaudit.sources.files import Files  # noqa: E402
from labelaudit.sources.folder_names import is_test as is_test  # noqa: E402
from labelaudit.sources.listing import dataset_of  # noqa: E402, F401
from labelaudit.sources.objects import read_object  # noqa: E402
from labelaudit.sources.tables.rewriting import rewritten as rewritten  # noqa: E402


@timed("listing files")
def read(data: Data, settings: Settings) -> Dataset:
    """List the images of a data set and their labels; no image is opened.

    Parameters
    ----------
    data
        Path or address of the data set, or one in memory; a :class:`~labelaudit.records.Dataset` is returned unchanged.
    settings
        How it is read.

    Raises
    ------
    LabelauditError
        There is no data set that can be audited, or no such source.
    """
    if isinstance(data, Dataset):
        return data
    if isinstance(data, InMemory):
        return read_object(data, settings)
    named = address_of(fspath(data)) or fspath(data)
    dataset = SOURCES[settings.source or kind_of(named)](named, settings)
    LOG.info("data set: %s, %d files in %d classes", printable(named), len(dataset), len(dataset.classes))
    return dataset


def kind_of(data: str) -> str:
    """Return the name of the source that recognises a data set.

    Raises
    ------
    DatasetError
        Several do.
    """
    found = [name for name in SOURCES if SOURCES[name].recognises(data)]
    if len(found) > 1:
        raise DatasetError(
            f"{printable(data)} can be read in several ways: {', '.join(found)}. Choose one: --source {found[0]}"
        )
    return found[0] if found else USUAL


def reopened(data: str | Path, settings: Settings) -> Source:
    """Return a source that opens images of a data set by untrusted paths, which come from a report."""
    named = fspath(data)
    if Path(named).is_dir() and not settings.source:
        return Files(Path(named), confined=True)
    return read(data, settings).source
