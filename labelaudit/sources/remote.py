"""A folder of class folders at an address that fsspec opens: ``s3://``, ``gs://``, ``https://`` and others."""

import errno
import os
import posixpath
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from labelaudit.cache import digest_of
from labelaudit.errors import DatasetError, LabelauditError, MissingExtraError, UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.names import address_of, printable
from labelaudit.records import Dataset, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.folder import read_tree
from labelaudit.sources.stored import Stored, listings_of
from labelaudit.timing import LOG

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

READERS = 32
"""Number of concurrent requests: at 20 ms each, 1,600 images per second, more than two cores can decode."""

TRIES = 5
"""Maximum number of attempts for a request before the scan ends with an error."""

PAUSE = 0.1
"""Seconds before the first retry, doubled each time, so that a scan survives an outage of 1.5 seconds."""

AHEAD = 256 * 2**20
"""Maximum number of bytes that are prefetched; beyond it, images are fetched when they are needed."""

STAMPS = ("ETag", "etag", "md5Hash", "mtime", "updated", "LastModified", "last_modified", "created")
"""Keys under which file systems list the digest or the time of a file."""

T = TypeVar("T")


class Remote(Source):
    """Images at an address, prefetched in threads.

    Parameters
    ----------
    address
        The folder.
    system
        What opens it.
    files
        By the path of each file its name for the system, and what the system said of it.
    """

    def __init__(
        self, address: str, system: "AbstractFileSystem", files: dict[str, tuple[str, dict[str, Any]]]
    ) -> None:
        super().__init__(address)
        self._system, self._files = system, files
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="labelaudit-remote")
        self._fetched: dict[str, Future[bytes]] = {}
        self._ahead = 0
        self._counting = Lock()
        self._ended = Event()

    def expect(self, paths: Sequence[str]) -> None:
        """Prefetch these images."""
        for path in paths:
            size = self.size(path)
            with self._counting:
                if self._ahead + size > AHEAD:
                    return
                self._ahead += size
                self._fetched[path] = self._readers.submit(self._fetch, path)

    def open(self, path: str) -> bytes:
        """Return the bytes of an image.

        Raises
        ------
        DatasetError
            The server does not respond, or refuses the request. This is no finding about the image; it ends the scan.
        """
        with self._counting:
            fetched = self._fetched.pop(path, None)
            self._ahead -= self.size(path) if fetched else 0
        return fetched.result() if fetched else self._fetch(path)

    def size(self, path: str) -> int:
        """Return the size of an image in bytes if the listing has it."""
        return int((self._files[path][1].get("size") if path in self._files else 0) or 0)

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of the images' metadata in the listing; empty if it has neither digests nor times."""
        stamps = [[about.get(name) for name in STAMPS] for about in (self._files[path][1] for path in paths)]
        if not all(any(stamp) for stamp in stamps):
            return ""
        return digest_of(
            self.shown, *(f"{path} {self.size(path)} {stamp}" for path, stamp in zip(paths, stamps, strict=True))
        )

    def _fetch(self, path: str) -> bytes:
        if path not in self._files:
            raise UnreadableImage("not listed")
        if self._ended.is_set():
            raise DatasetError(f"{printable(self.shown)} is not read any further.")
        name, size = self._files[path][0], self.size(path)

        def whole() -> bytes:
            data = bytes(self._system.cat_file(name, **({"end": MAX_BYTES + 1} if size > MAX_BYTES else {})))
            if len(data) < min(size, MAX_BYTES):
                raise EOFError(f"{len(data):,} of {size:,} bytes came")
            return data

        try:
            return persistently(whole, f"{self.shown}/{path}")
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
        except LabelauditError:
            self._ended.set()
            raise


def persistently(work: Callable[[], T], address: str) -> T:
    """Run a network operation, and retry it after a pause if it fails.

    Raises
    ------
    FileNotFoundError
        There is nothing at the address.
    DatasetError
        It is refused, or has failed too often.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return work()
        except FileNotFoundError:
            raise
        except Exception as error:  # each file system raises its own errors
            status = getattr(error, "status", None)
            unknown = "Credentials" in type(error).__name__  # botocore and google-auth have their own for each case
            if unknown or isinstance(error, PermissionError) or status in (401, 403):
                raise DatasetError(
                    f"{printable(address)} is refused ({_reason(error)}). Check the credentials of this environment, "
                    "and that they may list and read it."
                ) from error
            if attempt == TRIES:
                raise DatasetError(
                    f"{printable(address)} cannot be read: {_reason(error)}; tried {TRIES} times. What was read is in "
                    "the cache: scan again when the server answers."
                ) from error
            LOG.info("request %d of %d failed: %s", attempt, TRIES, _reason(error))
            time.sleep(PAUSE * 2 ** (attempt - 1))


def _reason(error: Exception) -> str:
    said = getattr(error, "message", "") or str(error)
    status = getattr(error, "status", None)
    return printable(f"{f'{status} ' if status else ''}{said or type(error).__name__}"[:200])


def is_address(data: str) -> bool:
    """Recognise an address."""
    return bool(address_of(data))


@source("remote", recognises=is_address)
def read_remote(data: str, settings: Settings) -> Dataset:
    """List a folder of class folders at an address, with one listing.

    Raises
    ------
    DatasetError
        There is nothing, it is refused, or it cannot be listed; or as for a folder.
    MissingExtraError
        fsspec, or what it needs for the kind of address, is not installed.
    """
    address = address_of(data).rstrip("/")
    system, root = _system_of(address)
    try:
        found = persistently(lambda: system.find(root, detail=True, **_strictly(system)), address)
    except FileNotFoundError:
        found = {}
    files = _below(root, found)
    if not files:
        raise DatasetError(
            f"{printable(address)} lists no files, or a folder in it no longer exists. Expected a folder of class "
            "folders; over https:// the server has to list its folders. A single file has to be downloaded first."
        )
    top = Stored(address, "", listings_of(files))
    return read_tree(top, lambda above: Remote(address, system, files), settings)


def _system_of(address: str) -> tuple["AbstractFileSystem", str]:
    """Return the file system that opens an address, and the name of the folder in it."""
    scheme = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(address, skip_instance_cache=True)
    except ImportError as error:
        raise MissingExtraError(
            f"{printable(address)}: what opens {printable(scheme)}:// is not installed ({printable(str(error))}). "
            "Type: pip install 'labelaudit[remote]'"
        ) from error
    except Exception as error:  # as each file system checks addresses and credentials
        raise DatasetError(
            f"{printable(address)} cannot be opened: {_reason(error)}. Expected an address such as s3://bucket/folder"
        ) from error
    return system, str(root).rstrip("/")


def _strictly(system: "AbstractFileSystem") -> dict[str, str]:
    """Return the options that make a listing fail if a folder cannot be listed; by default the folder is left out."""
    from fsspec.asyn import AsyncFileSystem
    from fsspec.spec import AbstractFileSystem

    kind = type(system)
    walks = (
        kind._find is AsyncFileSystem._find
        if issubclass(kind, AsyncFileSystem)
        else kind.find is AbstractFileSystem.find
    )
    return {"on_error": "raise"} if walks else {}


def _below(root: str, found: dict[str, dict[str, Any]]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the files below a folder by their paths; what a server lists outside of it is left out."""
    files = {}
    for name, about in found.items():
        if about.get("type") != "file" or not name.startswith(f"{root}/"):
            continue
        path = name.removeprefix(f"{root}/")
        path = unquote(path) if "://" in root else path
        if path and "?" not in path and not path.startswith("../") and posixpath.normpath(path) == path:
            files[path] = (name, about)
    return files
