"""Cached results for single files: the row of an image, the reason why there is none, or its depth."""

from typing import Any, NamedTuple

import numpy as np

from labelaudit.cache import Cache, Rows, digest_of
from labelaudit.images import GREY_EDGE, THUMBNAIL, Depth, Window
from labelaudit.observations.extractors import Extractor
from labelaudit.records import STATISTICS

REASON = np.dtype([("reason", "S512")])
"""Cached row of a file that is not an image: the reason, in UTF-8."""

DEPTH = np.dtype([("kind", "S8"), ("low", "<f8"), ("high", "<f8")])
"""Cached range of values of an image of more than 8 bits; it does not depend on the data set."""


OBJECT = np.dtype([("digest", "u1", (32,))])
"""Cached digest of the bytes of a file, by what its source said of it when it was read."""


class Seen(NamedTuple):
    """A file that was read.

    Attributes
    ----------
    digest
        SHA-256 of its bytes; empty if it could not be opened.
    row
        The measurements of its image, of :func:`row_type`; None if there is no image, or not yet.
    reason
        Why there is none.
    new
        Whether it should be cached.
    depth
        The range of values of an image of more than 8 bits, whose row depends on the other files of its kind.
    validator
        What its source says of it, as a digest; empty if only the bytes tell whether it has changed.
    unread
        Whether it was recognised by that, and not read.
    known
        Whether the rest is in the cache of the process that asked for it.
    """

    digest: bytes
    row: np.void | None
    reason: str = ""
    new: bool = False
    depth: Depth | None = None
    validator: bytes = b""
    unread: bool = False
    known: bool = False


def row_type(extractor: Extractor) -> np.dtype[Any]:
    """Return the type of a row: the measurements of one image."""
    return np.dtype(
        [
            ("picture", "u1", (32,)),
            ("features", "<f4", (sum(extractor.blocks),)),
            ("thumbnail", "u1", (THUMBNAIL,)),
            ("grey", "u1", (GREY_EDGE, GREY_EDGE)),
            ("statistics", "<f4", (STATISTICS,)),
            ("size", "<i4", (2,)),
            ("format", "S8"),
        ]
    )


class Kept:
    """Cached results by file digest, for the same code and extractor.

    Rows of images of more than 8 bits are cached under the window that they were scaled by, so that a row that was
    scaled by another window, in another data set or before files were added, is never used.

    Parameters
    ----------
    cache
        Where results are stored.
    key
        Digest of everything that the results depend on besides the files.
    kind
        Type of a row.
    """

    def __init__(self, cache: Cache, key: str, kind: np.dtype[Any]) -> None:
        self._cache, self.key, self.row_type = cache, key, kind
        self._rows, self._reasons, self._depths = (Rows(cache, key, each) for each in (kind, REASON, DEPTH))
        self._objects = Rows(cache, "objects", OBJECT)
        self._scaled: dict[str, Rows] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def scale_by(self, windows: dict[str, Window]) -> None:
        """Use rows of images of more than 8 bits that were scaled by these windows."""
        self._scaled = {
            kind: Rows(self._cache, digest_of(self.key, kind, window), self.row_type)
            for kind, window in windows.items()
        }

    def digests(self) -> list[bytes]:
        """Return the digests of the files whose results are cached."""
        return [digest for rows in (self._rows, self._reasons, self._depths) for digest in rows.digests()]

    def scaled_digests(self) -> dict[str, list[bytes]]:
        """Return the digests of the images of more than 8 bits whose rows are cached, by kind."""
        return {kind: rows.digests() for kind, rows in self._scaled.items()}

    def recall(self, file: Seen) -> Seen | None:
        """Return the cached result for a file that another process has read."""
        found = self.find_scaled(file) if file.depth else self.find(file.digest)
        return found and found._replace(validator=file.validator)

    def find(self, digest: bytes) -> Seen | None:
        """Return the cached result for a file; can be called from any thread."""
        row = self._rows.get(digest)
        if row is not None:
            return Seen(digest, row)
        reason = self._reasons.get(digest)
        if reason is not None:
            return Seen(digest, None, reason["reason"].item().decode("utf-8", "surrogatepass"))
        depth = self._depths.get(digest)
        if depth is not None:
            kind, low, high = (depth[name].item() for name in Depth._fields)
            return Seen(digest, None, depth=Depth(kind.decode(), low, high))
        return None

    def find_unread(self, validator: bytes) -> Seen | None:
        """Return the cached result for a file that was read when its source said the same of it."""
        found = self._objects.get(validator) if validator else None
        seen = None if found is None else self.find(found["digest"].tobytes())
        return seen and seen._replace(unread=True)

    def find_scaled(self, file: Seen) -> Seen | None:
        """Return the cached result for an image of more than 8 bits; can be called from any thread."""
        row = self._scaled[file.depth.kind].get(file.digest) if file.depth else None
        return None if row is None else Seen(file.digest, row, depth=file.depth)

    def add(self, file: Seen) -> None:
        """Cache the result for a new file."""
        reason = file.reason.encode("utf-8", "surrogatepass")
        if file.validator and file.digest:
            self._objects.add(file.validator, np.array([(list(file.digest),)], OBJECT)[0])
        if not file.new:
            return
        if file.row is not None:
            (self._scaled[file.depth.kind] if file.depth else self._rows).add(file.digest, file.row)
        elif file.depth:
            row = (file.depth.kind.encode(), file.depth.low, file.depth.high)
            self._depths.add(file.digest, np.array([row], DEPTH)[0])
        elif len(reason) <= REASON.itemsize:
            self._reasons.add(file.digest, np.array([(reason,)], REASON)[0])

    def close(self) -> None:
        """Write what was added."""
        for rows in (self._rows, self._reasons, self._depths, self._objects, *self._scaled.values()):
            rows.close()
