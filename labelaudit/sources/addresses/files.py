"""A table, an archive or a shard at an address: read in parts where the server gives them, else from a copy."""

import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any

from labelaudit.cache import digest_of
from labelaudit.errors import DatasetError
from labelaudit.names import printable, without_secrets
from labelaudit.sources.addresses.ranges import Ranges
from labelaudit.sources.addresses.requests import there
from labelaudit.sources.addresses.server import Object, Server, file_name

COPIED = 8 * 2**20
"""Bytes that are copied at once, each of which is repeated for itself if a connection stops."""


class RemoteFile:
    """A file at an address, with those attributes of :class:`pathlib.Path` that readers need.

    It is copied to a temporary file, once, when it is opened, and removed with this object.

    Parameters
    ----------
    address
        Its address.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        name = PurePosixPath(file_name(address))
        self.name, self.stem, self.suffix = name.name, name.stem, name.suffix

    def __str__(self) -> str:
        return without_secrets(self._address)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the address, for another process that opens it."""
        return RemoteFile, (self._address,)

    def absolute(self) -> "RemoteFile":
        """Return the file itself: an address does not depend on a working folder."""
        return self

    @cached_property
    def about(self) -> Object:
        """What the server says of it.

        Raises
        ------
        DatasetError
            There is no such file, it is refused, or the server fails.
        """
        with there(str(self)):
            return self._server.about(self._server.root)

    def open(self, mode: str = "r", encoding: str | None = None, newline: str | None = None) -> IO[Any]:
        """Open the copy, as :meth:`pathlib.Path.open` does."""
        return self.copy.open(mode, encoding=encoding, newline=newline)

    @cached_property
    def parts(self) -> Ranges | None:
        """The file for reading parts of it; None if the server gives no parts."""
        if not self._server.reads_parts(self.about.name, self.about.size):
            return None
        return Ranges(self._server, self.about)

    def start(self, size: int) -> bytes:
        """Return the first bytes, without a copy."""
        with there(str(self)):
            return self._server.start(self.about.name, size)

    @property
    def state(self) -> str:
        """A text that changes with every change of the file; empty if the server gives none."""
        return digest_of(str(self), self.about.validator) if self.about.validator else ""

    @cached_property
    def _server(self) -> Server:
        return Server(self._address)

    @cached_property
    def copy(self) -> Path:
        """A local copy.

        Raises
        ------
        DatasetError
            There is no such file, it is refused, the server fails, the file changes, or there is no room for it.
        """
        folder = tempfile.mkdtemp(prefix="labelaudit-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        place = Path(folder, "copy")
        self._check_room(place)
        size, parts = self.about.size, self.parts
        if not size or not parts:
            with there(str(self)):
                self._server.copy(self.about.name, place)
        else:
            with place.open("wb") as file:
                for start in range(0, size, COPIED):
                    file.write(parts.fetch(start, min(start + COPIED, size)))
        if size and place.stat().st_size != size:
            raise DatasetError(
                f"{printable(str(self))} is not complete: {place.stat().st_size:,} of {size:,} bytes came. Scan again."
            )
        if self._server.about(self.about.name) != self.about:
            raise DatasetError(f"{printable(str(self))} was changed while it was read. Scan again.")
        return place

    def _check_room(self, place: Path) -> None:
        free = shutil.disk_usage(place.parent).free
        if self.about.size > free:
            needed, room = (f"{size / 2**30:.1f} GB" for size in (self.about.size, free))
            raise DatasetError(
                f"{printable(str(self))} has to be copied, since images cannot be read from there one by one. It has "
                f"{needed}, and {printable(tempfile.gettempdir())} has room for {room}. Name another folder: TMPDIR=DIR"
            )


def first_bytes(file: Path | RemoteFile, size: int) -> bytes:
    """Return the first bytes of a file; a remote one is not copied."""
    if isinstance(file, RemoteFile):
        return file.start(size)
    with file.open("rb") as opened:
        return opened.read(size)


def in_parts(file: Path | RemoteFile) -> Path | Ranges:
    """Return what a file is read from in parts; a remote one is copied only if its server gives no parts."""
    return (file.parts or file.copy) if isinstance(file, RemoteFile) else file
