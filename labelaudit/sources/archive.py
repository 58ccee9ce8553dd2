"""A zip or tar file of class folders, read in place: nothing is unpacked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.names import printable
from labelaudit.records import Dataset, Place, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.addresses import DataFile, is_file, local, located, place_of, state_of_files, validator_in
from labelaudit.sources.archives import open_archive
from labelaudit.sources.folder import read_tree
from labelaudit.sources.stored import Stored, listings_of
from labelaudit.sources.webdataset import is_webdataset

ENDINGS = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")


class Archive(Protocol):
    """An open archive.

    Attributes
    ----------
    path
        The file.
    sizes
        Sizes in bytes by the names of the files in it.
    """

    path: DataFile
    sizes: dict[str, int]

    def expect(self, names: Sequence[str]) -> None:
        """Prepare for reading these files."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file in the archive; thread-safe."""


class Archived(Source):
    """Images that are files in an archive."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(str(archive.path))
        self._archive = archive

    def expect(self, paths: Sequence[str]) -> None:
        """Fetch these images if the archive is at an address."""
        self._archive.expect(paths)

    def open(self, path: str) -> bytes:
        """Return the bytes of a file in the archive."""
        if path not in self._archive.sizes:
            raise UnreadableImage("not in the archive")
        return self._archive.read(path)

    def size(self, path: str) -> int:
        """Return the size of a file in bytes, as stated in the archive."""
        return self._archive.sizes.get(path, 0)

    def file_of(self, path: str) -> Path | None:
        """Return the archive if it is a local file."""
        return local(self._archive.path)

    def written_at(self, path: str) -> Place:
        """Return the archive: reports cannot point into it."""
        return Place(place_of(self._archive.path))

    def validator(self, path: str) -> str:
        """Return what the server says of an archive at an address, and the name of the image in it."""
        return validator_in(self._archive.path, path)

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of what the file system or the server says of the archive."""
        return state_of_files([self._archive.path])


def is_archive(data: str) -> bool:
    """Recognise a file by its ending, unless it is a shard of WebDataset."""
    file = located(data)
    return file.name.lower().endswith(ENDINGS) and is_file(file) and not is_webdataset(data)


@source("archive", recognises=is_archive)
def read_archive(data: str, settings: Settings) -> Dataset:
    """Read an archive of class folders, with or without splits above them.

    Raises
    ------
    DatasetError
        It is damaged, encrypted, compressed as a whole or holds names that lead out of it; or as for a folder.
    """
    archive = open_archive(located(data))
    if archive.sizes and archive.path.suffix.lower() == ".tar" and not any("/" in name for name in archive.sizes):
        raise DatasetError(
            f"{printable(str(archive.path))} holds {len(archive.sizes):,} files without class folders or labels, as "
            "0001.cls or 0001.json beside 0001.jpg. If the labels of its samples have another ending, type: "
            "--source webdataset --columns label=ENDING"
        )
    top = Stored(str(archive.path), "", listings_of(archive.sizes))
    return read_tree(top, lambda above: Archived(archive), settings)
