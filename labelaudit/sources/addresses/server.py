"""A file system at an address: it lists, and reads files as a whole or in parts."""

import posixpath
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from labelaudit.errors import DatasetError
from labelaudit.names import printable, without_secrets
from labelaudit.sources.addresses.connecting import connected, strictly
from labelaudit.sources.addresses.requests import persistently

VALIDATORS = ("ETag", "etag", "generation", "md5Hash", "content_settings.content_md5")
"""Keys under which file systems list what changes with every change of a file. A time does not: clocks are coarse."""

TIMES = ("mtime", "updated", "LastModified", "last_modified", "Last-Modified", "created")
"""Keys under which they list when a file was changed."""

WEAK = "W/"
"""What an ETag begins with that may stay the same although the bytes change (RFC 9110, section 8.8.1)."""


class Object(NamedTuple):
    """A file at an address.

    Attributes
    ----------
    name
        Its name for the file system.
    size
        Number of bytes; 0 if it is not known.
    validator
        A text that changes with every change of the file; empty if the server gives none.
    time
        When it was changed, as the server writes it; empty if it does not say.
    """

    name: str
    size: int = 0
    validator: str = ""
    time: str = ""


class Server:
    """A folder or a file at an address.

    Parameters
    ----------
    address
        The address; what is secret in it is never shown.

    Attributes
    ----------
    shown
        The address for messages, without what is secret.
    root
        The name of the folder or file for the file system.
    is_web
        Whether it is a server of web pages, whose listings have neither sizes nor times.

    Raises
    ------
    DatasetError
        There can be no such address.
    MissingExtraError
        fsspec, or what it needs for this kind of address, is not installed.
    """

    def __init__(self, address: str) -> None:
        self._address, self.shown = address, without_secrets(address)
        self.is_web = address.startswith(("http://", "https://"))
        self._system, self.root = connected(address)
        self._ended = Event()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the address, for another process that connects to it."""
        return Server, (self._address,)

    def listing(self) -> dict[str, Object]:
        """Return all files below the folder by their paths; what a server lists outside of it is left out.

        Raises
        ------
        DatasetError
            A folder cannot be listed.
        """
        try:
            found = persistently(
                lambda: self._system.find(self.root, detail=True, **strictly(self._system)), self.shown
            )
        except FileNotFoundError:
            return {}
        return self._below(found.values())

    def listing_of(self, folder: str) -> dict[str, Object]:
        """Return the files directly in a folder below this one, by their paths; none if it cannot be listed."""
        name = self.name_of(folder) if folder else self.root
        try:
            found = persistently(lambda: self._system.ls(name, detail=True), self.shown)
        except (FileNotFoundError, NotADirectoryError, DatasetError):
            return {}
        return self._below(found)

    def name_of(self, path: str) -> str:
        """Return the name of a file or folder below this one for the file system."""
        return f"{self.root}/{quote(path) if self.is_web else path}"

    def about(self, name: str) -> Object:
        """Return what the server says of one file.

        Raises
        ------
        FileNotFoundError
            There is none.
        DatasetError
            It is refused, or the server fails.
        """
        about = persistently(lambda: self._about(name), self.shown)
        if about.get("type") == "directory":
            raise FileNotFoundError(name)
        return described(name, about)

    def read(self, name: str, part: tuple[int, int] | None = None, *, size: int = 0, path: str = "") -> bytes:
        """Return the bytes of a file.

        Parameters
        ----------
        name
            The name of the file for the file system.
        part
            The first byte that is read and the one after the last; the whole file if None.
        size
            The least number of bytes of a whole file.
        path
            The file in messages, if it is not the address itself.

        Raises
        ------
        FileNotFoundError
            There is none.
        DatasetError
            It is refused, or the server fails.
        """
        if self._ended.is_set():
            raise DatasetError(f"{printable(self.shown)} is not read any further.")
        limits = dict(zip(("start", "end"), part, strict=True)) if part else {}
        expected = part[1] - part[0] if part else size

        def all_of_it() -> bytes:
            data = bytes(self._system.cat_file(name, **limits))
            if len(data) < expected or (part and len(data) > expected):
                raise EOFError(f"{len(data):,} of {expected:,} bytes came")
            return data

        try:
            return persistently(all_of_it, f"{self.shown}/{path}" if path else self.shown)
        except DatasetError:
            self._ended.set()  # the scan ends: other threads need not repeat their requests, too
            raise

    def reads_parts(self, name: str, size: int) -> bool:
        """Tell whether a server gives parts of a file; some give the whole file instead."""
        if not size:
            return False
        if not self.is_web:
            return True
        try:
            with self._system.open(name, "rb", block_size=1, size=size, cache_type="none") as file:
                file.seek(size - 1)
                return len(file.read(1)) == 1
        except Exception:  # aiohttp raises its own errors; reading the whole file says what is wrong
            return False

    def start(self, name: str, size: int) -> bytes:
        """Return the first bytes of a file, also from a server that gives no parts."""

        def first() -> bytes:
            with self._system.open(name, "rb", **({"block_size": 0} if self.is_web else {})) as file:
                return bytes(file.read(size))

        return persistently(first, self.shown)

    def copy(self, name: str, place: Path) -> None:
        """Copy a file to a local one, of which only a part is in memory at a time."""
        persistently(lambda: self._system.get_file(name, str(place)), self.shown)

    def _about(self, name: str) -> dict[str, Any]:
        try:
            return dict(self._system.info(name))
        except FileNotFoundError:
            if self.is_web:  # it says so of every failure
                self._system.cat_file(name, start=0, end=1)
            raise

    def _below(self, found: Any) -> dict[str, Object]:
        files = {}
        for about in found:
            name = about["name"]
            if about.get("type") != "file" or not name.startswith(f"{self.root}/"):
                continue
            path = name.removeprefix(f"{self.root}/")
            path = unquote(path) if self.is_web else path
            if (
                path
                and not (self.is_web and "?" in path)
                and not path.startswith("../")
                and posixpath.normpath(path) == path
            ):
                files[path] = described(name, about)
        return files


def described(name: str, about: dict[str, Any]) -> Object:
    """Return a file by what its file system says of it."""
    found = [str(about[key]) for key in VALIDATORS if about.get(key)]
    strong = not any(value.startswith(WEAK) for value in found)
    times = [str(about[key]) for key in TIMES if about.get(key)]
    return Object(name, int(about.get("size") or 0), " ".join(found) if strong else "", " ".join(times))


def file_name(address: str) -> str:
    """Return the name of the file at an address."""
    web = address.startswith(("http://", "https://"))
    return posixpath.basename(unquote(urlsplit(address).path) if web else address)


def folder_of(address: str) -> str:
    """Return the address of the folder that holds a file."""
    return posixpath.dirname(address.partition("?")[0] if address.startswith(("http://", "https://")) else address)
