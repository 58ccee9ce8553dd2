"""The only decoder: the bytes of a file become a small upright RGB picture, or a reason why not."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import UnreadableImage
from labelaudit.records import Illustration, Size

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What Pillow may open (MPO comes with JPEG). The rest (EPS, PDF, FITS, PSD ...) run other programs or have a record
of faults."""

ENDINGS_OF = {
    "AVIF": (".avif", ".heif"),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "JPEG": (".jfif", ".jpe", ".jpeg", ".jpg", ".mpo"),
    "MPO": (".jfif", ".jpe", ".jpeg", ".jpg", ".mpo"),
    "PNG": (".png",),
    "PPM": (".pbm", ".pgm", ".pnm", ".ppm"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
}
"""The endings that agree with each format."""

ENDINGS = frozenset(ending for endings in ENDINGS_OF.values() for ending in endings) | {".heic", ".jp2", ".jxl", ".svg"}
"""Endings that promise an image: such a file that is none is a finding; any other is merely another file."""

MAX_PIXELS = 89_478_485
"""The largest image that is decoded, where Pillow itself begins to warn (a quarter of a gigabyte as RGB)."""

MAX_BYTES = 256 * 2**20
"""The largest file that is read, in bytes."""


EDGE = 16
THUMBNAIL = EDGE * EDGE * 3
"""Length of a thumbnail: 16 x 16 pixels in RGB, enough to know a picture again and too little to see details."""

GREY_EDGE = 48
"""Pixels along the edge of the small grey pictures, in which a copy can be told from a look-alike."""

QUALITIES = (60, 40, 20, 5, 0)
"""Of WebP, tried in this order until a small picture has few enough bytes."""


class Picture(NamedTuple):
    """One decoded image.

    Attributes
    ----------
    pixels
        uint8 (size, size, 3), upright RGB, squeezed to a square.
    width, height
        Size in the file, in pixels.
    format
        Pillow's name of the file format.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    format: str


def load(path: Path) -> bytes:
    """Return the bytes of a file, and of one that is too large only so many that it shows."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size  # room for the largest would be made for every file
        return file.read(min(size, MAX_BYTES) + 1)


def decode(data: bytes, size: int) -> Picture:
    """Decode the first frame of an image to *size* x *size* pixels.

    Upright by its EXIF orientation, transparency over white, 16 bits scaled and not clipped. JPEG files are
    shrunk while they are decoded (libjpeg's scaled decoding), never below *size*.

    Parameters
    ----------
    data
        The bytes of the file.
    size
        Edge of the square, in pixels.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    from PIL import Image

    with _opened(data) as image:
        width, height, kind = image.width, image.height, image.format or ""
        image.draft("RGB", (size, size))
        upright = _rgb(_upright(image))
        sharp = Image.Resampling.BICUBIC if min(upright.size) < size else Image.Resampling.HAMMING
        small = upright.resize((size, size), sharp)
        return Picture(np.asarray(small), width, height, kind)


def shrink(data: bytes, size: Size) -> Illustration:
    """Make a small picture of the first frame of an image, upright and in its proportions.

    It holds pixels and nothing else: no place, time or name of a camera that the file may tell. What does not fit
    into the bytes of *size* loses detail.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with _opened(data) as image:
        image.draft("RGB", (size.edge, size.edge))
        upright = _rgb(_upright(image))
    upright.thumbnail((size.edge, size.edge), reducing_gap=2.0)
    for quality in QUALITIES:
        out = io.BytesIO()
        upright.save(out, "WEBP", quality=quality)
        if out.tell() <= size.most:
            break
    return Illustration(out.getvalue(), *upright.size)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open an image to make a picture of it; what goes wrong on the way is the reason."""
    if not data:
        raise UnreadableImage("empty file")
    if len(data) > MAX_BYTES:
        raise UnreadableImage(f"too large to open safely: more than {MAX_BYTES // 2**20} MiB")

    from PIL import Image, UnidentifiedImageError

    _load_readers()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                found = f"{image.width} x {image.height} pixels"
                raise UnreadableImage(
                    f"too large to open safely: {found}, the limit is {MAX_PIXELS // 10**6} megapixels"
                )
            yield image
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage("not an image that can be read") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableImage(f"too large to open safely: more than {MAX_PIXELS // 10**6} megapixels") from None
    except Exception as error:  # a decoder fed hostile bytes may raise anything; whatever it is, it is the reason
        text = _one_line(error)
        raise UnreadableImage("truncated" if "truncated" in text.lower() else f"broken image data ({text})") from error


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (size, size, 3), *size* a multiple of 16, at 16 x 16 pixels, as one row (768,)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).reduce(len(pixels) // EDGE)).ravel()


def brightness(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness of a picture (size, size, 3), by ITU-R BT.601, as uint8 (size, size)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).convert("L"))


def grey(bright: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness (size, size) of a picture at (48, 48)."""
    from PIL import Image

    small = Image.fromarray(bright).resize((GREY_EDGE, GREY_EDGE), Image.Resampling.BOX, reducing_gap=1.0)
    return np.asarray(small)


def _load_readers() -> None:
    """Import the readers by name: Pillow's own way of loading them is not safe in several threads."""
    from PIL import (  # noqa: F401  # noqa: F401
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        PpmImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else text[:97] + "..."


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


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    image.load()
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except BROKEN_EXIF:
        return image  # the pixels are fine, only the note about their orientation is broken
    return image


def _rgb(image: Image.Image) -> Image.Image:
    """Return *image* in RGB: deep grey scaled to 8 bits, transparency laid over white."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(_to_eight_bits(np.asarray(image), sixteen=image.mode.startswith("I;16")))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        image = white
    return image.convert("RGB")


def _to_eight_bits(deep: NDArray[np.generic], *, sixteen: bool) -> NDArray[np.uint8]:
    """Scale a deep grey picture to 0..255: 16-bit integers by their full range, all else by what is in it."""
    values = np.nan_to_num(deep.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = (0.0, 65535.0) if sixteen or _fits_sixteen_bits(deep) else (values.min(), values.max())
    scaled: NDArray[np.uint8] = ((values - low) / max(high - low, 1e-12) * 255).round().astype(np.uint8)
    return scaled


def _fits_sixteen_bits(deep: NDArray[np.generic]) -> bool:
    return deep.dtype.kind in "iu" and 255 < int(deep.max()) <= 65535 and int(deep.min()) >= 0
