"""Read one file: its bytes are hashed, and its image is decoded and measured unless the result is cached."""

import hashlib
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import NO_CACHE, Cache, digest_of, digest_of_code, versions_of
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
)
from labelaudit.observations.extractors import Extract, Extractor
from labelaudit.observations.kept import Seen, row_type
from labelaudit.observations.statistics import statistics
from labelaudit.records import Source


class Fresh(NamedTuple):
    """A decoded image that is not cached."""

    digest: bytes
    picture: Picture
    depth: Depth | None = None


def key_of_rows(extractor: Extractor, name: str) -> str:
    """Return a digest of everything that a row depends on besides the file."""
    code = digest_of_code("images", "observations")
    return digest_of(code, name, extractor.identity, extractor.size, versions_of("numpy", "pillow", *PACKAGES))


class Earlier(Protocol):
    """Finds earlier results."""

    def find(self, digest: bytes) -> Seen | None:
        """Return the earlier result for a file."""

    def find_unread(self, validator: bytes) -> Seen | None:
        """Return the earlier result for a file that its source says is unchanged."""

    def find_scaled(self, file: Seen) -> Seen | None:
        """Return the earlier result for an image of more than 8 bits."""


class Look:
    """Reads files in any thread; the extractor is started for the first new image.

    Parameters
    ----------
    source
        Opens the images.
    extractor
        The feature extractor.
    earlier
        Earlier results.
    jobs
        Number of threads that will read files.
    cache
        May contain the compiled network.

    Attributes
    ----------
    windows
        By which images of more than 8 bits are scaled; they have to be set before :meth:`scaled` is called.
    """

    def __init__(
        self, source: Source, extractor: Extractor, earlier: Earlier, jobs: int, cache: Cache = NO_CACHE
    ) -> None:
        self._row_type = row_type(extractor)
        self._source, self._extractor, self._earlier = source, extractor, earlier
        self._jobs, self._cache = jobs, cache
        self.windows: dict[str, Window] = {}
        self._run: Extract | None = None
        self._starting = Lock()

    def __call__(self, paths: list[str]) -> list[Seen]:
        """Read some files. Images of more than 8 bits are not measured yet: see :meth:`scaled`."""
        validators = [self._validator(path) for path in paths]
        known = [self._earlier.find_unread(validator) for validator in validators]
        self._source.expect([path for path, seen in zip(paths, known, strict=True) if seen is None])
        files = [seen or self._read(path, self._known_or_decoded) for path, seen in zip(paths, known, strict=True)]
        return [
            seen if seen.unread else seen._replace(validator=validator)
            for seen, validator in zip(self._with_rows(files), validators, strict=True)
        ]

    def scaled(self, files: list[tuple[str, Seen]]) -> list[Seen]:
        """Read some deep pictures that were seen before, now that it is decided how they are scaled."""
        known = [self._earlier.find_scaled(seen) for _, seen in files]
        self._source.expect([path for (path, _), row in zip(files, known, strict=True) if row is None])
        return self._with_rows([row or self._scale(*file) for file, row in zip(files, known, strict=True)])

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
        known = self._earlier.find(digest)
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
                return Fresh(seen.digest, decode(data, self._extractor.size, self.windows), seen.depth)
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
        rows = np.zeros(len(pictures), self._row_type)
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
