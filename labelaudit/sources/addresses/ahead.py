"""Fetches in threads what is read next."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

READERS = 32
"""Number of concurrent requests: at 20 ms each, 1,600 images per second, more than two cores can decode."""

AHEAD = 256 * 2**20
"""Maximum number of bytes that are prefetched; beyond it, images are fetched when they are needed."""


class Ahead:
    """Fetches images before they are needed.

    Parameters
    ----------
    fetch
        Returns the bytes of an image, from any thread.
    size
        Returns their number, as far as it is known.
    """

    def __init__(self, fetch: Callable[[str], bytes], size: Callable[[str], int]) -> None:
        self._fetch, self._size = fetch, size
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="labelaudit-remote")
        self._fetched: dict[str, Future[bytes]] = {}
        self._ahead = 0
        self._counting = Lock()

    def expect(self, paths: Iterable[str]) -> None:
        """Fetch these images, as many as the memory allows."""
        for path in paths:
            size = self._size(path)
            with self._counting:
                if self._ahead + size > AHEAD:
                    return
                if path not in self._fetched:
                    self._ahead += size
                    self._fetched[path] = self._readers.submit(self._fetch, path)

    def take(self, path: str) -> bytes:
        """Return the bytes of an image, which are not kept; an error of fetching it is raised here."""
        with self._counting:
            fetched = self._fetched.pop(path, None)
            self._ahead -= self._size(path) if fetched else 0
        return fetched.result() if fetched else self._fetch(path)

    def __len__(self) -> int:
        return len(self._fetched)
