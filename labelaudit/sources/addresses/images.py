"""Images that are files at an address, prefetched in threads."""

import errno
import os
from collections.abc import Mapping, Sequence
from typing import Any

from labelaudit.cache import digest_of
from labelaudit.errors import UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.records import Source
from labelaudit.sources.addresses.ahead import Ahead
from labelaudit.sources.addresses.server import Object, Server


class Remote(Source):
    """Images at an address.

    Parameters
    ----------
    server
        What opens them.
    files
        The files by their paths.
    """

    def __init__(self, server: Server, files: Mapping[str, Object]) -> None:
        super().__init__(server.shown)
        self._server, self._files = server, files
        self._ahead = Ahead(self._fetch, self.size)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what another process needs to open the images."""
        return Remote, (self._server, dict(self._files))

    def expect(self, paths: Sequence[str]) -> None:
        """Prefetch these images."""
        self._ahead.expect(paths)

    def open(self, path: str) -> bytes:
        """Return the bytes of an image.

        Raises
        ------
        DatasetError
            The server does not respond, or refuses the request. This is no finding about the image; it ends the scan.
        """
        return self._ahead.take(path)

    def size(self, path: str) -> int:
        """Return the size of an image in bytes if the listing has it."""
        return self._files[path].size if path in self._files else 0

    def validator(self, path: str) -> str:
        """Return the address of an image with what the listing says of it; empty if it has no validator."""
        file = self._files.get(path)
        return f"{self.shown}/{path} {file.size} {file.validator}" if file and file.validator else ""

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of the images' metadata in the listing; empty if it has neither validators nor times."""
        files = [self._files[path] for path in paths]
        if not all(file.validator or file.time for file in files):
            return ""
        return digest_of(self.shown, *(f"{path} {file[1:]}" for path, file in zip(paths, files, strict=True)))

    def _fetch(self, path: str) -> bytes:
        if path not in self._files:
            raise UnreadableImage("not listed")
        name, size, *_ = self._files[path]
        try:
            part = (0, MAX_BYTES + 1) if size > MAX_BYTES else None  # just enough to show that it is too large
            return self._server.read(name, part, size=size, path=path)
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
