"""Correct what Pillow does with TIFF files: 16-bit planes, previews of raw files, reasons, and output on stderr."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock, local
from typing import TYPE_CHECKING, Any

from labelaudit.errors import UnreadableImage

if TYPE_CHECKING:
    from PIL import Image

SUBFILE, BITS, PHOTOMETRIC, STRIPS, SAMPLES, LENGTHS, PLANAR, SUB_IFDS, TILES, TILE_LENGTHS, FORMAT, DNG = (
    254, 258, 262, 273, 277, 279, 284, 330, 324, 325, 339, 50706,
)  # fmt: skip
"""Numbers of tags (TIFF 6.0; Adobe DNG 1.4)."""

RAW = "a camera raw file; develop it to JPEG, PNG or TIFF"

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""First bytes of a TIFF and a BigTIFF file, in both byte orders."""

NUMBERS = {
    1: "integers",
    2: "signed integers",
    3: "floating-point numbers",
    5: "complex integers",
    6: "complex numbers",
}
"""Sample formats."""


def is_tiff(data: bytes) -> bool:
    """Tell whether a file begins like a TIFF."""
    return data.startswith(SIGNATURES)


def refuse(data: bytes) -> None:
    """Refuse TIFF files that Pillow would misread.

    Raises
    ------
    UnreadableImage
        It is a raw file, or a big-endian BigTIFF.
    """
    if data[8:10] == b"CR":
        raise UnreadableImage(RAW)
    if data.startswith(b"MM\0+"):
        raise UnreadableImage("a BigTIFF in big-endian byte order, which cannot be read; save it as a TIFF")


def prepare(image: Image.Image) -> None:
    """Correct how Pillow will decode an opened TIFF file.

    Raises
    ------
    UnreadableImage
        Its first image is only a preview, as in camera raw files.
    """
    tags: Any = getattr(image, "tag_v2", {})
    if DNG in tags or (tags.get(SUBFILE, 0) & 1 and SUB_IFDS in tags):
        raise UnreadableImage(RAW)
    tiles: Any = getattr(image, "tile", [])
    if tags.get(PLANAR) == 2 and tags.get(BITS, (1,))[0] == 16 and tiles and tiles[0].codec_name == "raw":
        order = "B" if tags.prefix == b"MM" else "L"  # otherwise Pillow reads each byte of a sample as a sample
        image.tile = [tile._replace(args=(f"{tile.args[0]};16{order}", *tile.args[1:])) for tile in tiles]  # type: ignore[attr-defined]


def reason(data: bytes) -> str:
    """Return why a TIFF file cannot be read; empty if it is not a TIFF file, or its tags do not tell."""
    if not is_tiff(data):
        return ""
    from PIL import TiffImagePlugin

    try:
        tags: Any = TiffImagePlugin.ImageFileDirectory_v2(data[: 16 if b"+" in data[:4] else 8])
        file = io.BytesIO(data)
        file.seek(tags.next)
        tags.load(file)
        if tags.next > len(data) or _end_of_pixels(tags) > len(data) or not len(tags):
            return f"truncated: the file ends after {len(data):,} bytes"
        if DNG in tags or tags.get(SUBFILE, 0) & 1:
            return RAW
        bands, bits = tags.get(SAMPLES, 1), max(tags.get(BITS, (1,)))
        numbers = NUMBERS.get(max(tags.get(FORMAT, (1,))), "samples")
    except Exception:  # tags of damaged files may raise anything
        return f"truncated: the file ends after {len(data):,} bytes" if len(data) < 256 else ""
    plural = "1 band" if bands == 1 else f"{bands} bands"
    inverted = " (white is zero)" if tags.get(PHOTOMETRIC) == 0 else ""
    found = f"{plural} of {bits}-bit {numbers}{inverted}"
    return f"a TIFF that cannot be read: {found}; convert it to 8-bit RGB or 16-bit gray"


def _end_of_pixels(tags: Any) -> int:
    """Return where the last strip or tile ends according to its tags."""
    starts = tags.get(STRIPS) or tags.get(TILES) or (0,)
    lengths = tags.get(LENGTHS) or tags.get(TILE_LENGTHS) or (0,)
    return max(int(start) + int(length) for start, length in zip(starts, lengths, strict=False))


class _Silence:
    """Receives libtiff's error messages while any thread decodes a TIFF file.

    libtiff passes them to a handler for the whole process, which by default writes to stderr. On Windows the handler
    cannot be replaced.
    """

    def __init__(self) -> None:
        self._users, self._before, self._lock = 0, None, Lock()
        self._handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)(self._take)
        self.here = local()

    def _take(self, *_: object) -> None:
        self.here.damage = True

    def enter(self) -> None:
        self.here.damage = False
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._before = self._set(ctypes.cast(self._handler, ctypes.c_void_p))

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                self._set(self._before)

    def _set(self, handler: object) -> Any:
        function = _setter()
        return function(handler) if function else None


@cache
def _setter() -> Any:
    """Return the function that sets the handler in the libtiff that Pillow uses; None if it is not accessible."""
    from PIL import _imaging

    try:
        function = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError):
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_void_p
    return function


_silence = _Silence()


@contextmanager
def quiet() -> Iterator[None]:
    """Decode a TIFF file without output of libtiff on stderr.

    Raises
    ------
    UnreadableImage
        libtiff reported damage but continued: what it could not decode would be noise or black.
    """
    _silence.enter()
    try:
        yield
    finally:
        _silence.leave()
    if _silence.here.damage:
        raise UnreadableImage("broken image data (reported by libtiff)")
