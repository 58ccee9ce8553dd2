"""The folder that the paths of a table are relative to: a local one, or one at an address."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from labelaudit.errors import DatasetError
from labelaudit.names import address_of, printable
from labelaudit.records import Place, Source
from labelaudit.sources.addresses import Object, Remote, Server
from labelaudit.sources.addresses.ahead import READERS
from labelaudit.sources.files import Files
from labelaudit.sources.listed import check_files, missing

PlaceOf = Callable[[int], Place]

WORTH = 8
"""Images in a folder, on average, from which listing it is worth a request."""

TRIED = 10
"""Number of images that are asked for before all of them are said to be missing."""


class LocalRoot:
    """A local folder.

    Parameters
    ----------
    folder
        The folder.
    follow_links
        Whether a link may lead out of it.
    """

    def __init__(self, folder: Path, *, follow_links: bool = False) -> None:
        self.folder = folder
        self.shown = "the working folder" if folder == Path() else str(folder)
        self.start = f"{folder.absolute().as_posix()}/"
        self._follow_links = follow_links

    def images(self, paths: Sequence[str], place_of: PlaceOf) -> Source:
        """Return the source of the images that a table lists.

        Raises
        ------
        DatasetError
            None of them is there, or a link leads out of the folder.
        """
        check_files(self.folder, paths, place_of, self.shown, follow_links=self._follow_links)
        return Files(self.folder)


class RemoteRoot:
    """A folder at an address.

    Parameters
    ----------
    address
        Its address.
    """

    folder = None

    def __init__(self, address: str) -> None:
        address = address.rstrip("/")
        self._server = Server(address)
        self.shown, self.start = self._server.shown, f"{address}/"

    def images(self, paths: Sequence[str], place_of: PlaceOf) -> Source:
        """Return the source of the images that a table lists.

        Folders are listed if the server lists sizes and what tells whether a file has changed. An image that is not
        listed is asked for when it is opened.

        Raises
        ------
        DatasetError
            None of them is there, or the server refuses or fails.
        """
        listed = self._listed(sorted({path.rpartition("/")[0] for path in paths}), len(paths))
        files = {path: listed.get(path) or Object(self._server.name_of(path)) for path in paths}
        if not any(path in listed for path in paths):
            tried = sorted({round(place * (len(paths) - 1) / TRIED) for place in range(TRIED + 1)})
            if paths and not self._any_there([files[paths[row]].name for row in tried]):
                raise missing(paths, place_of, self.shown)
        return Remote(self._server, files)

    def _listed(self, folders: list[str], images: int) -> dict[str, Object]:
        """Return what the server lists in some folders; nothing if it lists no sizes, or if they hold few images."""
        if self._server.is_web or len(folders) * WORTH > images:
            return {}
        with ThreadPoolExecutor(READERS) as readers:
            return {
                path: file for found in readers.map(self._server.listing_of, folders) for path, file in found.items()
            }

    def _any_there(self, names: list[str]) -> bool:
        for name in names:
            try:
                self._server.about(name)
            except FileNotFoundError:
                continue
            return True
        return False


Root = LocalRoot | RemoteRoot


def root_named(named: str, *, follow_links: bool) -> Root:
    """Return the folder that a user names by a path or an address.

    Raises
    ------
    DatasetError
        There is no such local folder.
    """
    address = address_of(named)
    if address:
        return RemoteRoot(address)
    folder = Path(named)
    if not folder.is_dir():
        raise DatasetError(f"--root {printable(named)}: there is no such folder. Name the one of the images.")
    return LocalRoot(folder, follow_links=follow_links)
