"""Images that are files below a local folder."""

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from labelaudit.cache import state_of
from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import load
from labelaudit.names import printable
from labelaudit.records import Move, Source


class Files(Source):
    """Images that are files below a local folder; the label of each is the name of its class folder.

    Parameters
    ----------
    folder
        The folder.
    above
        Paths of the folders that hold class folders, POSIX; an empty path for the folder itself.
    confined
        Whether symbolic links that lead out of the folder are refused, for paths that were not listed by a scan.
    """

    def __init__(self, folder: Path, above: Sequence[str] = ("",), *, confined: bool = False) -> None:
        super().__init__(str(folder), folder)
        self._folder = folder
        self._above = sorted((f"{path}/" if path else "" for path in above), key=len, reverse=True)
        self._inside = Path(os.path.realpath(folder)) if confined else None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what another process needs to open the files: their folder, wherever that process works."""
        return Files, (self._folder.absolute(), tuple(above.rstrip("/") for above in self._above))

    def open(self, path: str) -> bytes:
        """Return the bytes of a file. A path never leads upwards, since it may come from a report."""
        pure = PurePath(path)
        if pure.anchor or ".." in pure.parts:
            raise UnreadableImage("leads out of the folder")
        place = self._place(path)
        try:
            if self._inside and not Path(os.path.realpath(place)).is_relative_to(self._inside):
                raise UnreadableImage("leads out of the folder")
            if not stat.S_ISREG(place.stat().st_mode):  # reading a pipe or a device could block
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            return load(place)
        except ValueError as error:
            raise UnreadableImage(str(error) or "not a valid path") from error

    def size(self, path: str) -> int:
        """Return the size of a file in bytes."""
        return self._place(path).stat().st_size

    def file_of(self, path: str) -> Path:
        """Return the file itself."""
        return self._place(path)

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of the files' metadata in the file system."""
        return state_of(self._folder, paths)

    def relabel(self, path: str, label: str) -> Move:
        """Return the path that the file has in the folder of another class."""
        if not label or label in (".", "..") or "/" in label or os.sep in label:
            raise DatasetError(
                f"a class called '{printable(label)}' cannot be a folder of {printable(self.shown)}. "
                "Expected a name without slashes."
            )
        start = next(each for each in self._above if path.startswith(each))
        _, _, below = path[len(start) :].partition("/")
        return Move(path, f"{start}{label}/{below}")

    def _place(self, path: str) -> Path:
        return Path(f"{self._folder}/{path}")
