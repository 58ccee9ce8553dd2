"""A file at an address that is read in parts, as archives and Parquet files are."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from labelaudit.sources.addresses.requests import there
from labelaudit.sources.addresses.server import Object, Server

TAIL = 64 * 2**10
"""Bytes at the end of a file that are read at once and kept: the index of small archives and of Parquet files."""

BLOCK = 2**20
"""Bytes that are read at once otherwise, so that the index of a large archive takes few requests."""


class Ranges(io.RawIOBase):
    """A file at an address, read in parts.

    Reading moves one position, so that it needs a lock where threads share the file, as :mod:`zipfile` has. What a
    thread reads of an image can be fetched without it: see :meth:`holding`.

    Parameters
    ----------
    server, file
        The server, and the file there, whose size is known.

    Attributes
    ----------
    length
        Number of bytes of the file.
    """

    def __init__(self, server: Server, file: Object) -> None:
        self._server, self._file = server, file
        self.length = file.size
        self._position = 0
        self._tail: tuple[int, bytes] | None = None
        self._block: tuple[int, bytes] = (0, b"")
        self._held: dict[tuple[int, int], bytes] = {}
        self._holding = Lock()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return the bytes at the position, and move behind them."""
        start = self._position
        end = self._file.size if size is None or size < 0 else min(start + size, self._file.size)
        data = self._part(start, end) if end > start else b""
        self._position = start + len(data)
        return data

    def fetch(self, start: int, end: int) -> bytes:
        """Return some bytes; can be called from any thread."""
        with there(self._server.shown):
            return self._server.read(self._file.name, (start, end))

    @contextmanager
    def holding(self, start: int, data: bytes) -> Iterator[None]:
        """Keep bytes that were fetched, for reading them in this context."""
        span = (start, start + len(data))
        with self._holding:
            self._held[span] = data
        try:
            yield
        finally:
            with self._holding:
                self._held.pop(span, None)

    def _part(self, start: int, end: int) -> bytes:
        with self._holding:
            held = [(first, data) for (first, last), data in self._held.items() if first <= start and end <= last]
        for first, data in [*held, self._end_of_file(end), self._block]:
            if first <= start and end <= first + len(data):
                return data[start - first : end - first]
        if end - start >= BLOCK:
            return self.fetch(start, end)
        self._block = (start, self.fetch(start, min(start + BLOCK, self._file.size)))
        return self._block[1][: end - start]

    def _end_of_file(self, end: int) -> tuple[int, bytes]:
        """Return the last bytes of the file and where they begin; none if the read bytes are before them."""
        first = max(0, self._file.size - TAIL)
        if end <= first:
            return first, b""
        if self._tail is None:
            self._tail = (first, self.fetch(first, self._file.size))
        return self._tail
