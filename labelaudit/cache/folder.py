"""The folder: what is in it, how it is written to, and how it is kept from growing."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import platformdirs

from labelaudit.cache.arrays import from_bytes, put_together, taken_apart, to_bytes
from labelaudit.cache.keys import LENGTH
from labelaudit.names import printable

LIMIT = 2 * 2**30
"""The most that is kept, in bytes: more than 100,000 images. What was not used for longest goes first."""

OURS = re.compile(rf"((rows|record)-[0-9a-f]{{{LENGTH}}}(-[0-9a-f]{{{LENGTH}}})?|aside-\w{{8}})\.cache")
"""What the cache's own files are called; nothing else in the folder is ever touched."""

T = TypeVar("T")


def user_folder() -> Path | None:
    """Return labelaudit's folder in the user's cache folder; none for a user without a home.

    A container or a CI service may run a program as a user that the system has no entry for, with no ``HOME``.
    """
    try:
        return platformdirs.user_cache_path("labelaudit", appauthor=False)
    except RuntimeError:  # how pathlib says that there is no home
        return None


def default_folder() -> Path | None:
    """Return the folder that is the cache's own, in the user's cache folder; none for a user without a home."""
    folder = user_folder()
    return folder / "observations" if folder else None


class Cache:
    """What was worked out before, or a place that keeps nothing.

    Parameters
    ----------
    folder
        Where it is kept; nowhere if none.
    limit
        The most that is kept, in bytes.

    Attributes
    ----------
    notes
        What went wrong and did not matter, each said once.
    """

    def __init__(self, folder: Path | None = None, *, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self.notes: list[str] = []

    def keep_out_of(self, root: Path) -> None:
        """Keep nothing from here on if the folder lies inside the data, which is never written to."""
        if self.folder and Path(os.path.realpath(self.folder)).is_relative_to(os.path.realpath(root)):
            self._note(f"the cache folder {self._shown} lies inside the data: nothing is kept.")
            self.folder = None

    def files(self, start: str = "") -> list[Path]:
        """Return the files of the cache whose names begin so, those last that were used last."""
        if self.folder is None:
            return []
        found = []
        try:
            for path in self.folder.iterdir():
                if OURS.fullmatch(path.name) and path.name.startswith(start):
                    try:
                        found.append((path.stat().st_mtime_ns, path))
                    except FileNotFoundError:
                        continue  # another scan removed it first
        except FileNotFoundError:
            return []
        except OSError as error:
            self._note(f"can't read the cache folder {self._shown}: {error.strerror}; nothing in it is used.")
        return [path for _, path in sorted(found)]

    def recall(self, kind: type[T], key: str, work: Callable[[], T]) -> T:
        """Return the record that is kept under *key*; if there is none, do the *work* and keep what comes of it."""
        name = f"record-{key}.cache"
        found = self._recalled(kind, name)
        if found is not None:
            return found
        arrays = taken_apart(work())
        self.write(name, to_bytes(arrays))
        return put_together(kind, arrays)  # as it will be when it is recalled, down to the order of its bytes

    def _recalled(self, kind: type[T], name: str) -> T | None:
        path = next(iter(self.files(name)), None)
        if path is None:
            return None
        try:
            record = put_together(kind, from_bytes(path.read_bytes()))
        except (OSError, ValueError):
            self.drop(path)
            return None
        self.used(path)
        return record

    def write(self, name: str, content: bytes) -> None:
        """Write a file aside and put it in its place in one step; what can't be written is not kept."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(prefix="aside-", suffix=".cache", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(aside).replace(self.folder / name)
            except BaseException:
                Path(aside).unlink(missing_ok=True)
                raise
            self._prune()
        except OSError as error:
            self._note(f"can't write to the cache folder {self._shown}: {error.strerror}; the next scan starts anew.")

    def used(self, path: Path) -> None:
        """Remember that a file was of use."""
        try:
            os.utime(path)
        except OSError:
            return  # a folder that can only be read serves as well

    def drop(self, path: Path) -> None:
        """Throw a broken file away."""
        self._note(f"a file in the cache folder {self._shown} was broken: what it held is worked out anew.")
        self._remove(path)

    def size(self) -> int:
        """Return how many bytes are kept."""
        return sum(self._size(path) for path in self.files())

    def clear(self) -> None:
        """Throw away all that is kept, and nothing else that lies in the folder."""
        for path in self.files():
            self._remove(path)

    def _prune(self) -> None:
        """Throw away what was not used for longest, until the limit is kept."""
        files = self.files()
        sizes = [self._size(path) for path in files]
        excess = sum(sizes) - self.limit
        for path, size in zip(files, sizes, strict=True):
            if excess <= 0:
                break
            self._remove(path)
            excess -= size

    @property
    def _shown(self) -> str:
        return printable(str(self.folder))

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _size(self, path: Path) -> int:
        try:
            return path.stat().st_size
        except OSError:
            return 0

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._note(f"can't remove {printable(path.name)} from the cache folder {self._shown}: {error.strerror}.")


NO_CACHE = Cache()
"""Keeps nothing."""
