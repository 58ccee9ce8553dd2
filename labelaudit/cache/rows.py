"""Cached rows for single images, of one fixed type, by the digest of the image.

A file holds a magic line, the number of rows, their digests, a checksum of these, and the rows, each with its own
checksum, so that a row can be read and verified alone.
"""

import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from labelaudit.cache.folder import Cache
from labelaudit.cache.keys import LENGTH, digest_of

MAGIC = b"labelaudit rows 1\n"
COUNT = struct.Struct("<Q")
CHECKSUM = struct.Struct("<I")
DIGEST = 32

FULL = 1024
"""Number of rows after which a file is written, so that an interrupted scan loses little."""


class Place(NamedTuple):
    """Location of a row: the file and the offset of its first byte."""

    path: Path
    start: int


class Rows:
    """Rows by digest; those that are added are there once it was closed.

    Parameters
    ----------
    cache
        Where they are kept.
    key
        What the rows depend on besides the image.
    dtype
        Of a row: a structure of numbers and texts of fixed length.
    """

    def __init__(self, cache: Cache, key: str, dtype: np.dtype[Any]) -> None:
        self._cache, self._dtype = cache, dtype
        self._name = f"rows-{digest_of(key, dtype.descr)}"
        self._places: dict[bytes, Place] = {}
        self._added: dict[bytes, bytes] = {}
        self._used: set[Path] = set()
        self._size = dtype.itemsize + CHECKSUM.size
        for path in cache.files(self._name):
            self._index(path)

    def __len__(self) -> int:
        return len(self._places)

    def digests(self) -> list[bytes]:
        """Return the digests of the images whose rows were there at the start."""
        return list(self._places)

    def close(self) -> None:
        """Write what was added, and remember which files were of use."""
        self._write()
        for path in sorted(self._used):
            self._cache.used(path)

    def get(self, digest: bytes) -> np.void | None:
        """Return the row of an image if it is cached; can be called from any thread."""
        place = self._places.get(digest)
        if place is None:
            return None
        try:
            with place.path.open("rb", buffering=0) as file:
                file.seek(place.start)
                content = file.read(self._size)
        except FileNotFoundError:
            return None  # another scan has deleted it
        except OSError:
            content = b""
        if len(content) != self._size or _checksum(digest, content[: -CHECKSUM.size]) != content[-CHECKSUM.size :]:
            self._forget(place.path)
            return None
        self._used.add(place.path)
        row: np.void = np.frombuffer(content, self._dtype, 1)[0]
        return row

    def add(self, digest: bytes, row: np.void) -> None:
        """Cache the row of an image."""
        self._added[digest] = row.tobytes()
        if len(self._added) == FULL:
            self._write()

    def _index(self, path: Path) -> None:
        """Read the index of a file."""
        try:
            with path.open("rb") as file:
                head = file.read(len(MAGIC) + COUNT.size)
                (count,) = COUNT.unpack(head[len(MAGIC) :]) if len(head) == len(MAGIC) + COUNT.size else (0,)
                start = len(head) + count * DIGEST + CHECKSUM.size
                whole = head.startswith(MAGIC) and path.stat().st_size == start + count * self._size
                digests = file.read(count * DIGEST) if whole else b""
                sound = whole and file.read(CHECKSUM.size) == _checksum(head, digests)
        except OSError:
            return
        if not sound:
            self._cache.drop(path)
            return
        for row in range(count):
            self._places[digests[row * DIGEST : (row + 1) * DIGEST]] = Place(path, start + row * self._size)

    def _forget(self, path: Path) -> None:
        """Delete a file that contains a damaged row."""
        if any(place.path == path for place in self._places.values()):
            self._places = {digest: place for digest, place in self._places.items() if place.path != path}
            self._used.discard(path)
            self._cache.drop(path)

    def _write(self) -> None:
        if not self._added:
            return
        digests = b"".join(self._added)
        head = MAGIC + COUNT.pack(len(self._added))
        rows = [part for digest, row in self._added.items() for part in (row, _checksum(digest, row))]
        content = [head, digests, _checksum(head, digests), *rows]
        self._cache.write(f"{self._name}-{digest_of(digests)[:LENGTH]}.cache", content)
        self._added.clear()


def count_rows(path: Path) -> int:
    """Return the number of rows of a file according to its header."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC) + COUNT.size)
    except OSError:
        return 0
    return int(COUNT.unpack(head[len(MAGIC) :])[0]) if len(head) == len(MAGIC) + COUNT.size else 0


def _checksum(first: bytes, second: bytes) -> bytes:
    return CHECKSUM.pack(zlib.crc32(second, zlib.crc32(first)))
