"""A zip or tar file of class folders, read in place: nothing is unpacked."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Protocol

from labelaudit.cache import state_of
from labelaudit.errors import UnreadableImage
from labelaudit.records import Dataset, Place, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.archives import open_archive
from labelaudit.sources.folder import read_tree
from labelaudit.sources.tree import CLUTTER, CLUTTER_FILES, Folder, Listing, join
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

    path: Path
    sizes: dict[str, int]

    def read(self, name: str) -> bytes:
        """Return the bytes of a file in it, from any thread."""


class Archived(Source):
    """Images that are files in an archive."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(str(archive.path))
        self._archive = archive

    def open(self, path: str) -> bytes:
        """Return the bytes of a file in the archive."""
        if path not in self._archive.sizes:
            raise UnreadableImage("not in the archive")
        return self._archive.read(path)

    def size(self, path: str) -> int:
        """Return the size of a file in bytes, as the archive has it."""
        return self._archive.sizes.get(path, 0)

    def file_of(self, path: str) -> Path:
        """Return the archive."""
        return self._archive.path

    def written_at(self, path: str) -> Place:
        """Return the archive: reports cannot point into it."""
        return Place(self._archive.path)

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of what the file system says of the archive."""
        return state_of(self._archive.path.parent, [self._archive.path.name])


class Stored(Folder):
    """A folder in an archive.

    Parameters
    ----------
    archive
        The file.
    path
        The folder, POSIX; empty for the archive itself.
    listings
        What each folder of the archive holds.
    """

    def __init__(self, archive: Path, path: str, listings: dict[str, Listing]) -> None:
        super().__init__(archive / path if path else archive, path, follow_links=False)
        self._archive, self._listings = archive, listings

    @cached_property
    def listing(self) -> Listing:
        """What the folder itself holds."""
        return self._listings[self.path]

    def child(self, name: str) -> "Stored":
        """Return a folder in it."""
        return Stored(self._archive, join(self.path, name), self._listings)

    def files_in(self, path: str) -> int | None:
        """Return how many files a folder below it holds; None if it is no folder."""
        inside = join(self.path, path)
        if inside not in self._listings:
            return None
        return sum(len(each.files) for place, each in self._listings.items() if f"{place}/".startswith(f"{inside}/"))


def is_archive(data: str) -> bool:
    """Recognise a file by its ending, unless it is a shard of WebDataset."""
    path = Path(data)
    return path.name.lower().endswith(ENDINGS) and path.is_file() and not is_webdataset(data)


@source("archive", recognises=is_archive)
def read_archive(data: str, settings: Settings) -> Dataset:
    """Read an archive of class folders, with or without splits above them.

    Raises
    ------
    DatasetError
        It is damaged, encrypted, compressed as a whole or holds names that lead out of it; or as for a folder.
    """
    archive = open_archive(Path(data))
    top = Stored(archive.path, "", listings_of(archive.sizes))
    return read_tree(top, lambda above: Archived(archive), settings)


def listings_of(names: Iterable[str]) -> dict[str, Listing]:
    """Return what each folder holds, by its path, given the paths of all files."""
    found = {"": Listing([], [], [], [], [])}
    for name in sorted(names):
        *folders, file = PurePosixPath(name).parts
        if CLUTTER.intersection(folders) or file.lower() in CLUTTER_FILES or file in CLUTTER:
            continue
        above = ""
        for folder in folders:
            here = join(above, folder)
            if here not in found:
                found[here] = Listing([], [], [], [], [])
                (found[above].hidden if folder.startswith(".") else found[above].folders).append(folder)
            above = here
        (found[above].hidden if file.startswith(".") else found[above].files).append(file)
    for listing in found.values():
        for names_of_kind in listing:
            names_of_kind.sort()
    return found
