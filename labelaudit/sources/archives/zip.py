"""Zip files."""

import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Any

from labelaudit.errors import DatasetError, LabelauditError, UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile, in_parts
from labelaudit.sources.addresses.ahead import Ahead
from labelaudit.sources.addresses.ranges import Ranges

ENCRYPTED = 0x1
"""The flag of a file in a zip file that is encrypted."""


class Zip:
    """A zip file.

    Raises
    ------
    DatasetError
        It is damaged or encrypted.
    """

    def __init__(self, path: DataFile) -> None:
        self.path = path
        try:
            file = in_parts(path)
            self._zip = zipfile.ZipFile(file)
        except LabelauditError:
            raise  # of the server, not of the archive
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise DatasetError(
                f"{printable(str(path))} is no whole zip file: {printable(str(error))}. Download or pack it again."
            ) from error
        self._files = {info.filename.removeprefix("./"): info for info in self._zip.infolist() if not info.is_dir()}
        self.sizes = {name: info.file_size for name, info in self._files.items()}
        self._opening = Lock()
        self._remote = _Fetched(file, self._files) if isinstance(file, Ranges) else None
        locked = next((name for name, info in self._files.items() if info.flag_bits & ENCRYPTED), "")
        if locked:
            raise DatasetError(
                f"{printable(str(path))} is encrypted, such as {printable(locked)}. Unpack it with its password, and "
                "scan the folder."
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle where the file is, for another process that opens it."""
        return Zip, (self.path.absolute(),)

    def expect(self, names: Sequence[str]) -> None:
        """Fetch these files if the archive is at an address."""
        if self._remote:
            self._remote.expect(names)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, or just enough of them to show that it is too large."""
        try:
            with self._remote.holding(name) if self._remote else nullcontext():
                return self._read(name)
        except LabelauditError:
            raise
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            raise UnreadableImage(f"damaged in the archive ({printable(str(error))})") from error

    def _read(self, name: str) -> bytes:
        with self._opening:  # the count of open files is not thread-safe
            member = self._zip.open(self._files[name])
        try:
            return member.read(min(self.sizes[name], MAX_BYTES) + 1)
        finally:
            with self._opening:
                member.close()


class _Fetched:
    """The files in a zip file at an address, fetched in threads: :mod:`zipfile` reads one after the other."""

    def __init__(self, parts: Ranges, files: dict[str, zipfile.ZipInfo]) -> None:
        self._parts, self._starts = parts, {name: info.header_offset for name, info in files.items()}
        self._edges = [*sorted(set(self._starts.values())), parts.length]
        self._ahead = Ahead(lambda name: parts.fetch(*self._span(name)), self._size)

    def expect(self, names: Sequence[str]) -> None:
        self._ahead.expect(names)

    def holding(self, name: str) -> AbstractContextManager[None]:
        return self._parts.holding(self._starts[name], self._ahead.take(name))

    def _span(self, name: str) -> tuple[int, int]:
        """Return where the header and the bytes of a file begin and end: before the next file, or before the index."""
        start = self._starts[name]
        return start, min(self._edges[bisect_right(self._edges, start)], start + MAX_BYTES)

    def _size(self, name: str) -> int:
        start, end = self._span(name)
        return end - start
