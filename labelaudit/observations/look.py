"""Read one file: its bytes are hashed, and its image is decoded and measured unless the result is cached."""

import hashlib
from collections.abc import Callable, Iterable
from threading import Lock
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import Cache, digest_of, digest_of_code, versions_of
from labelaudit.errors import UnreadableImage
from labelaudit.images import (
    PACKAGES,
    Depth,
    Picture,
    Window,
    brightness,
    decode,
    first_look,
    grey,
    loaded,
    thumbnail,
    windows_of,
)
from labelaudit.observations.extractors import Extract, Extractor
from labelaudit.observations.kept import Kept, Seen, row_type
from labelaudit.observations.statistics import statistics
from labelaudit.records import Source

SPARE = 1
"""Threads in addition to the requested number if no image is cached: while one thread waits for the interpreter lock,
another uses its core. Cached images mostly need the interpreter, so that one more thread would be slower."""


class Fresh(NamedTuple):
    """A decoded image that is not cached."""

    digest: bytes
    picture: Picture
    depth: Depth | None = None


class Look:
    """Reads files in any thread and caches the results; the extractor is started for the first new image.

    Parameters
    ----------
    source
        Opens the images.
    extractor
        The feature extractor.
    name
        Its name.
    cache
        Earlier results.
    jobs
        Number of threads that will read files.

    Attributes
    ----------
    key
        Digest of everything that the results depend on besides the files.
    spare
        The number of threads to use in addition to *jobs*.
    """

    def __init__(self, source: Source, extractor: Extractor, name: str, cache: Cache, jobs: int) -> None:
        code = digest_of_code("images", "observations")
        self.key = digest_of(code, name, extractor.identity, extractor.size, versions_of("numpy", "pillow", *PACKAGES))
        self.row_type = row_type(extractor)
        self._kept = Kept(cache, self.key, self.row_type)
        self._source, self._extractor, self._jobs, self._cache = source, extractor, jobs, cache
        self.spare = SPARE if jobs > 1 and not len(self._kept) else 0
        self._windows: dict[str, Window] = {}
        self._run: Extract | None = None
        self._starting = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def __call__(self, paths: list[str]) -> list[Seen]:
        """Read some files. Images of more than 8 bits are not measured yet: see :meth:`scaled`."""
        validators = [self._validator(path) for path in paths]
        known = [self._kept.find_unread(validator) for validator in validators]
        self._source.expect([path for path, seen in zip(paths, known, strict=True) if seen is None])
        files = [seen or self._read(path, self._known_or_decoded) for path, seen in zip(paths, known, strict=True)]
        return [
            seen if seen.unread else seen._replace(validator=validator)
            for seen, validator in zip(self._with_rows(files), validators, strict=True)
        ]

    def scale_by(self, depths: Iterable[Depth]) -> None:
        """Choose the windows for images of more than 8 bits from the ranges of all of them."""
        self._windows = windows_of(depths)
        self._kept.scale_by(self._windows)

    def scaled(self, files: list[tuple[str, Seen]]) -> list[Seen]:
        """Read some deep pictures that were seen before, now that it is decided how they are scaled."""
        known = [self._kept.find_scaled(seen) for _, seen in files]
        self._source.expect([path for (path, _), row in zip(files, known, strict=True) if row is None])
        return self._with_rows([row or self._scale(*file) for file, row in zip(files, known, strict=True)])

    def keep(self, file: Seen) -> None:
        """Cache the result for a new file."""
        self._kept.add(file)

    def _validator(self, path: str) -> bytes:
        said = self._source.validator(path)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest() if said else b""

    def _read(self, path: str, see: Callable[[bytes], Seen | Fresh]) -> Seen | Fresh:
        try:
            with loaded(self._source, path) as data:
                return see(data)
        except OSError as error:
            return Seen(b"", None, f"cannot be opened: {error.strerror or error}")
        except UnreadableImage as error:
            return Seen(b"", None, str(error))

    def _known_or_decoded(self, data: bytes) -> Seen | Fresh:
        digest = hashlib.sha256(data).digest()
        known = self._kept.find(digest)
        if known is not None:
            return known
        try:
            found = first_look(data, self._extractor.size)
        except UnreadableImage as error:
            return Seen(digest, None, str(error), new=True)
        return Seen(digest, None, new=True, depth=found) if isinstance(found, Depth) else Fresh(digest, found)

    def _scale(self, path: str, seen: Seen) -> Seen | Fresh:
        def see(data: bytes) -> Seen | Fresh:
            if hashlib.sha256(data).digest() != seen.digest:
                return Seen(b"", None, "changed while it was scanned")
            try:
                return Fresh(seen.digest, decode(data, self._extractor.size, self._windows), seen.depth)
            except UnreadableImage as error:
                return Seen(b"", None, str(error))

        return self._read(path, see)

    def _with_rows(self, files: list[Seen | Fresh]) -> list[Seen]:
        """Measure the new images among some files."""
        rows = iter(self._measured([file.picture for file in files if isinstance(file, Fresh)]))
        return [
            Seen(file.digest, next(rows), new=True, depth=file.depth) if isinstance(file, Fresh) else file
            for file in files
        ]

    def _measured(self, pictures: list[Picture]) -> NDArray[np.void]:
        """Return a row for each image."""
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
