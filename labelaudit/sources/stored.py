"""Folders that are listed as a whole: those in an archive or at an address."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath

from labelaudit.names import printable
from labelaudit.sources.tree import CLUTTER, CLUTTER_FILES, Folder, Listing, join


class Stored(Folder):
    """A folder whose contents were listed before, in an archive or at an address.

    Parameters
    ----------
    data
        The archive or the address.
    path
        The folder, POSIX; empty for the data set itself.
    listings
        What each folder of the data set holds.
    """

    def __init__(self, data: str, path: str, listings: dict[str, Listing]) -> None:
        super().__init__(Path(data, path), path, follow_links=False)
        self._data, self._listings = data, listings

    @property
    def shown(self) -> str:
        """The location of the folder, safe to print."""
        return printable(join(self._data, self.path) if self.path else self._data)

    @cached_property
    def listing(self) -> Listing:
        """The direct contents of the folder."""
        return self._listings[self.path]

    def child(self, name: str) -> "Stored":
        """Return a folder in it."""
        return Stored(self._data, join(self.path, name), self._listings)

    def files_in(self, path: str) -> int | None:
        """Return how many files a folder below it holds; None if it is no folder."""
        inside = join(self.path, path)
        if inside not in self._listings:
            return None
        return sum(len(each.files) for place, each in self._listings.items() if f"{place}/".startswith(f"{inside}/"))


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
