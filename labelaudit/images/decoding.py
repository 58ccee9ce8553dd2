"""From the bytes of a file to a small upright RGB picture."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import UnreadableImage
from labelaudit.images.colour import in_srgb, profile_of
from labelaudit.images.deep import NO_WINDOWS, Depth, Windows, declared, depth_of, eight_bits, is_deep
from labelaudit.images.extras import UPRIGHT
from labelaudit.images.memory import DECODING, MOST, memory_needed
from labelaudit.images.opening import opened
from labelaudit.images.transparency import flattened, is_transparent
from labelaudit.records import Illustration, Size

if TYPE_CHECKING:
    from PIL import Image

QUALITIES = (60, 40, 20, 5, 0)
"""Of WebP, tried in this order until a small picture has few enough bytes."""

BROKEN_EXIF = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    UserWarning,
    ValueError,
    struct.error,
)
"""What Pillow raises over a damaged EXIF block."""


class Picture(NamedTuple):
    """One decoded image.

    Attributes
    ----------
    pixels
        uint8 (size, size, 3), upright RGB, squeezed to a square.
    width, height
        Size of the upright picture in full resolution, in pixels.
    format
        Pillow's name of the file format.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    format: str


def decode(data: bytes, size: int, windows: Windows = NO_WINDOWS) -> Picture:
    """Decode the first frame of an image to *size* x *size* pixels.

    Upright by its EXIF orientation, transparency over a background that contrasts, more than 8 bits scaled and not
    cut off. JPEG files are shrunk while they are decoded (libjpeg's scaled decoding), never below *size*.

    Parameters
    ----------
    data
        The bytes of the file.
    size
        Edge of the square, in pixels.
    windows
        Which values of deep pictures become black and white, by kind; what the file uses itself where none is given.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), size) as (upright, full):
        return _picture(upright, full, image.format or "", size, windows)


def first_look(data: bytes, size: int) -> Picture | Depth:
    """Decode an image, or return which values it uses if all files of its kind have to be known to scale it.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), size) as (upright, full):
        if is_deep(image) and declared(image) is None:
            return depth_of(image)
        return _picture(upright, full, image.format or "", size, NO_WINDOWS)


def shrink(data: bytes, size: Size) -> Illustration:
    """Make a small picture of the first frame of an image, upright and in its proportions.

    It holds pixels and nothing else: no place, time or name of a camera that the file may tell. What does not fit
    into the bytes of *size* loses detail.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), size.edge) as (upright, _):
        profile = profile_of(upright)
        small = _flat(upright, NO_WINDOWS)
        small.thumbnail((size.edge, size.edge), reducing_gap=2.0)
        small = in_srgb(small, profile)
    for quality in QUALITIES:
        out = io.BytesIO()
        small.save(out, "WEBP", quality=quality)
        if out.tell() <= size.most:
            break
    return Illustration(out.getvalue(), *small.size)


@contextmanager
def _upright(image: Image.Image, length: int, size: int) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Decode an opened image out of a file of *length* bytes, once there is room in memory, and turn it upright.

    Yields the picture, at *size* or larger, and its upright width and height in full resolution.
    """
    from PIL import ImageOps

    width, height = image.size
    image.draft("RGB", (size, size))
    needed = memory_needed(image, (width, height))
    if needed + length > MOST:
        raise UnreadableImage(
            f"too large to open safely: {width} x {height} pixels ({image.format}) need {needed / 1e9:.1f} GB"
        )
    with DECODING.hold(needed):
        image.load()
        if image.format in UPRIGHT:
            image.info.pop("exif", None)
        before = image.size
        with suppress(*BROKEN_EXIF):  # the pixels are fine, only the note about their orientation is broken
            ImageOps.exif_transpose(image, in_place=True)
        yield image, (width, height) if image.size == before else (height, width)


def _picture(image: Image.Image, full: tuple[int, int], kind: str, size: int, windows: Windows) -> Picture:
    from PIL import Image

    sharp = Image.Resampling.BICUBIC if min(image.size) < size else Image.Resampling.HAMMING
    flat, profile = _flat(image, windows), profile_of(image)
    if flat.width * flat.height < size * size:
        flat, profile = in_srgb(flat, profile), b""
    small = in_srgb(flat.resize((size, size), sharp), profile)
    return Picture(np.asarray(small), *full, kind)


def _flat(image: Image.Image, windows: Windows) -> Image.Image:
    """Return a picture in grey, RGB or CMYK with 8 bits and without transparency."""
    if is_deep(image):
        image = eight_bits(image, windows)
    if is_transparent(image):
        return flattened(image)
    keeps = image.mode in ("L", "RGB") or (image.mode == "CMYK" and profile_of(image))
    return image if keeps else image.convert("RGB")
