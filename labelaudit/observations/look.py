"""One look at a file: its bytes are read once, hashed, and either known already or decoded and measured."""

import hashlib
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import Cache, Rows, digest_of, digest_of_code, versions_of
from labelaudit.errors import UnreadableImage
from labelaudit.images import GREY_EDGE, THUMBNAIL, Picture, Window, brightness, decode, grey, loaded, thumbnail
from labelaudit.observations.extractors import Extract, Extractor
from labelaudit.observations.statistics import statistics
from labelaudit.records import STATISTICS

SPARE = 1
"""Threads beyond those that were asked for where every picture is new: while one of them waits for the interpreter, its
core has something to do. Known pictures are mostly work for the interpreter, and one more would be in the way."""

REASON = np.dtype([("reason", "S512")])
"""What is kept of a file that holds no image: why, in UTF-8."""


class Seen(NamedTuple):
    """One file after it was read.

    Attributes
    ----------
    digest
        SHA-256 of its bytes; nothing if it could not be opened.
    row
        What was gathered of its picture, of :func:`row_type`; none if there is no picture.
    reason
        Why there is none.
    new
        Whether it should be kept for the next time.
    """

    digest: bytes
    row: np.void | None
    reason: str = ""
    new: bool = False


class Fresh(NamedTuple):
    """A picture that was never seen before."""

    digest: bytes
    picture: Picture


def row_type(extractor: Extractor) -> np.dtype[Any]:
    """Return what is gathered of a picture: one row of each column of the observations."""
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


class Look:
    """Looks at files, in any thread, and keeps in the cache what it saw; the extractor starts at the first new picture.

    Parameters
    ----------
    extractor
        What measures the pictures.
    name
        Its name.
    cache
        What was seen before.
    jobs
        Threads that will look.

    Attributes
    ----------
    threads
        How many of them are best.
    """

    def __init__(self, extractor: Extractor, name: str, cache: Cache, jobs: int) -> None:
        code = digest_of_code("images", "observations")
        key = digest_of(code, name, extractor.identity, extractor.size, versions_of("numpy", "pillow"))
        self.row_type = row_type(extractor)
        self._rows, self._reasons = Rows(cache, key, self.row_type), Rows(cache, key, REASON)
        self._extractor, self._jobs, self._cache = extractor, jobs, cache
        self.threads = jobs + SPARE if jobs > 1 and not len(self._rows) else jobs
        self._run: Extract | None = None
        self._starting = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._reasons.close()

    def __call__(self, paths: list[Path]) -> list[Seen]:
        """Read some files."""
        files = [self._read(path) for path in paths]
        rows = iter(self._measured([file.picture for file in files if isinstance(file, Fresh)]))
        return [Seen(file.digest, next(rows), new=True) if isinstance(file, Fresh) else file for file in files]

    def keep(self, file: Seen) -> None:
        """Keep what was seen of a new file."""
        reason = file.reason.encode("utf-8", "surrogatepass")
        if file.new and file.row is not None:
            self._rows.add(file.digest, file.row)
        elif file.new and len(reason) <= REASON.itemsize:
            self._reasons.add(file.digest, np.array([(reason,)], REASON)[0])

    def _read(self, path: Path) -> Seen | Fresh:
        try:
            with loaded(path) as data:
                return self._known_or_decoded(data)
        except OSError as error:
            return Seen(b"", None, f"can't be opened: {error.strerror}")

    def _known_or_decoded(self, data: bytes) -> Seen | Fresh:
        digest = hashlib.sha256(data).digest()
        known = self._rows.get(digest)
        if known is not None:
            return Seen(digest, known)
        reason = self._reasons.get(digest)
        if reason is not None:
            return Seen(digest, None, reason["reason"].item().decode("utf-8", "surrogatepass"))
        try:
            return Fresh(digest, decode(data, self._extractor.size, {"I;16": Window(0, 65535)}))
        except UnreadableImage as error:
            return Seen(digest, None, str(error), new=True)

    def _measured(self, pictures: list[Picture]) -> NDArray[np.void]:
        """Return a row of each picture."""
        rows = np.zeros(len(pictures), self.row_type)
        if pictures:
            pixels = [picture.pixels for picture in pictures]
            rows["picture"] = [list(hashlib.sha256(each.tobytes()).digest()) for each in pixels]
            most = self._extractor.batch
            for start in range(0, len(rows), most):
                rows["features"][start : start + most] = self._extract(np.stack(pixels[start : start + most]))
            rows["thumbnail"] = [thumbnail(each) for each in pixels]
            bright = [brightness(each) for each in pixels]
            rows["grey"] = [grey(each) for each in bright]
            rows["statistics"] = [
                statistics(picture.pixels, its, picture.width, picture.height)
                for picture, its in zip(pictures, bright, strict=True)
            ]
            rows["size"] = [(picture.width, picture.height) for picture in pictures]
            rows["format"] = [picture.format.encode() for picture in pictures]
        return rows

    def _extract(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._starting:
            if self._run is None:
                self._run = self._extractor.start(self._jobs, self._cache)
        return self._run(pixels)
