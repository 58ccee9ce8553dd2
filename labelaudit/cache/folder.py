"""The cache folder: reading, writing, and limiting its size."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import platformdirs

from labelaudit.cache.arrays import contents_of, put_together, read_arrays, taken_apart
from labelaudit.cache.keys import LENGTH
from labelaudit.cache.store import Store
from labelaudit.errors import OutputError
from labelaudit.names import printable
from labelaudit.timing import LOG

LEAST = 2 * 2**30
"""Maximum size in bytes on a disk with little room, enough for more than 100,000 images."""

USUALLY, AT_MOST = 1 / 10, 1 / 2
"""Share of the room on a larger disk that the cache may take, and that it may take where a data set needs more."""

OURS = re.compile(rf"((rows|record)-[0-9a-f]{{{LENGTH}}}(-[0-9a-f]{{{LENGTH}}})?|aside-\w{{8}})\.cache")
"""Names of cache files; other files in the folder are never touched."""

T = TypeVar("T")


def user_folder() -> Path | None:
    """Return labelaudit's folder in the user's cache folder; none for a user without a home.

    A container or a CI service may run a program as a user that the system has no entry for, with no ``HOME``.
    """
    try:
        folder = platformdirs.user_cache_path("labelaudit", appauthor=False)
    except RuntimeError:  # how pathlib says that there is no home
        return None
    return folder if folder.is_absolute() else None  # before version 4.14 or so, platformdirs leaves "~" in it


def default_folder() -> Path | None:
    """Return the folder that is the cache's own, in the user's cache folder; none for a user without a home."""
    folder = user_folder()
    return folder / "observations" if folder else None


def default_cache() -> "Cache":
    """Return the cache of the command line: see ``LABELAUDIT_CACHE_DIR`` and ``LABELAUDIT_NO_CACHE``."""
    if os.environ.get("LABELAUDIT_NO_CACHE", "").lower() in ("1", "true", "t", "yes", "y", "on"):
        return NO_CACHE
    named = os.environ.get("LABELAUDIT_CACHE_DIR")
    return Cache(Path(named) if named else default_folder())


class Cache:
    """Cached results, or a cache that stores nothing.

    Parameters
    ----------
    folder
        The cache folder; if none, nothing is stored.
    limit
        Maximum size in bytes; if not given, it follows the room on the disk. The least recently used files are deleted
        first.
    memory
        As for :class:`Store`.

    Attributes
    ----------
    notes
        Problems that did not affect the result, each reported once.
    store
        Makes large arrays, in temporary files in the same folder.
    """

    def __init__(self, folder: Path | None = None, *, limit: int | None = None, memory: int = 0) -> None:
        self.folder = folder
        self._limit, self._expected = limit, 0
        self.notes: list[str] = []
        self.store = Store(folder, memory=memory)

    def keep_out_of(self, data: Path | None) -> None:
        """Disable the cache if the folder is inside the data set, which is never written to."""
        if data and self.folder and Path(os.path.realpath(self.folder)).is_relative_to(os.path.realpath(data)):
            self._note(f"the cache folder {self._shown} is inside the data set, so nothing is cached.")
            self.folder, self.store = None, Store(memory=self.store.memory)

    @property
    def limit(self) -> int:
        """Maximum size in bytes."""
        if self._limit is not None or self.folder is None:
            return self._limit or LEAST
        room = self._room()
        return max(LEAST, int(USUALLY * room), min(self._expected, int(AT_MOST * room)))

    def expect(self, size: int) -> None:
        """Make the limit large enough for a data set that takes *size* bytes, as far as the disk has room for it."""
        self._expected = size
        if self.folder and size > self.limit:
            self._note(
                f"this data set takes {size / 1e9:,.1f} GB, and {self._shown} may take {self.limit / 1e9:,.1f} GB: "
                "the next scan computes a part again. Free space on that disk, or name another folder with --cache-dir."
            )

    def _room(self) -> int:
        """Return the bytes that the cache takes, and that are free on its disk."""
        if self.folder is None:
            return 0
        try:
            place = next((each for each in (self.folder, *self.folder.parents) if each.exists()), None)
            return self.size() + (shutil.disk_usage(place).free if place else 0)
        except OSError:
            return 0

    def files(self, start: str = "") -> list[Path]:
        """Return the cache files whose names start with *start*, the most recently used last."""
        if self.folder is None:
            return []
        found = []
        try:
            for path in self.folder.iterdir():
                if OURS.fullmatch(path.name) and path.name.startswith(start):
                    try:
                        found.append((path.stat().st_mtime_ns, path))
                    except FileNotFoundError:
                        continue  # another scan has deleted it
        except FileNotFoundError:
            return []
        except OSError as error:
            self._note(f"can't read the cache folder {self._shown}: {error.strerror}; it is not used.")
        return [path for _, path in sorted(found)]

    def recall(self, kind: type[T], key: str, work: Callable[[], T]) -> T:
        """Return the cached record for *key*; if there is none, compute it with *work* and cache it."""
        found = self.find(kind, key)
        if found is not None:
            return found
        arrays = taken_apart(work())
        self.write(f"record-{key}.cache", contents_of(arrays))
        return put_together(kind, arrays)  # exactly as it will be read from the cache, including byte order

    def find(self, kind: type[T], key: str) -> T | None:
        """Return the cached record for *key*, if there is one."""
        path = next(iter(self.files(f"record-{key}.cache")), None)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                record = put_together(kind, read_arrays(file, os.fstat(file.fileno()).st_size, self.store))
        except OutputError:
            raise  # the disk is full
        except (OSError, ValueError):
            self.drop(path)
            return None
        self.used(path)
        LOG.info("cache: %s recalled", kind.__name__)
        return record

    def write(self, name: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Write the pieces of a file atomically; a file that cannot be written is skipped."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(prefix="aside-", suffix=".cache", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(pieces)
                Path(aside).replace(self.folder / name)
            except BaseException:
                Path(aside).unlink(missing_ok=True)
                raise
            self._prune()
        except OSError as error:
            self._note(f"can't write to the cache folder {self._shown}: {error.strerror}; nothing is cached.")

    def used(self, path: Path) -> None:
        """Mark a file as recently used."""
        try:
            os.utime(path)
        except OSError:
            return  # a read-only folder is fine

    def drop(self, path: Path) -> None:
        """Delete a damaged file."""
        self._note(f"a file in the cache folder {self._shown} was damaged; its contents are computed again.")
        self._remove(path)

    def size(self) -> int:
        """Return the size of the cache in bytes."""
        return sum(self._size(path) for path in self.files())

    def clear(self) -> None:
        """Delete all cache files, and nothing else in the folder."""
        for path in self.files():
            self._remove(path)

    def _prune(self) -> None:
        """Delete the least recently used files until the size is within the limit."""
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
"""A cache that stores nothing."""
