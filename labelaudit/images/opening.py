"""Open a file within the limits; any failure becomes the reason in the report."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit.errors import UnreadableImage
from labelaudit.images import tiff
from labelaudit.images.contents import content_of, is_cut_off
from labelaudit.images.extras import open_with_extra
from labelaudit.images.formats import FORMATS, load_readers
from labelaudit.images.memory import READING
from labelaudit.images.transparency import correct_key
from labelaudit.records import Source

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 89_478_485
"""The largest image that is decoded, in pixels: where Pillow begins to warn (a quarter of a gigabyte as RGB)."""

MAX_BYTES = 256 * 2**20
"""The largest file that is read, in bytes."""


def load(path: Path) -> bytes:
    """Return the bytes of a file; if it is too large, only one byte more than is allowed."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size  # read() with the maximum would allocate that much for every file
        return file.read(min(size, MAX_BYTES) + 1)


@contextmanager
def loaded(source: Source, path: str) -> Iterator[bytes]:
    """Provide the bytes of an image, after waiting for memory that other threads use."""
    with READING.hold(min(source.size(path), MAX_BYTES)):
        yield source.open(path)


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Open an image; any failure inside the context becomes an :class:`UnreadableImage` with the reason.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    if not data:
        raise UnreadableImage("empty file")
    if len(data) > MAX_BYTES:
        raise UnreadableImage(f"too large to open safely: more than {MAX_BYTES // 2**20} MiB")

    from PIL import Image, UnidentifiedImageError

    load_readers()
    silence: AbstractContextManager[None] = nullcontext()
    if tiff.is_tiff(data):
        tiff.refuse(data)
        silence = tiff.quiet()
    try:
        with silence, _open(data) as image:
            if image.width * image.height > MAX_PIXELS:
                found = f"{image.width} x {image.height} pixels"
                raise UnreadableImage(
                    f"too large to open safely: {found}, the limit is {MAX_PIXELS // 10**6} megapixels"
                )
            if image.format == "TIFF":
                tiff.prepare(image)
            if image.format == "PNG":
                correct_key(image)
            yield image
    except UnreadableImage:
        raise
    except UnidentifiedImageError:
        raise UnreadableImage(_unidentified(data)) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableImage(f"too large to open safely: more than {MAX_PIXELS // 10**6} megapixels") from None
    except Exception as error:  # decoders of damaged files may raise anything
        raise UnreadableImage(_broken(data, error)) from error


def _open(data: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        image = open_with_extra(data)
        if image is None:
            raise
        return image


def _unidentified(data: bytes) -> str:
    """Return the reason for a file that no decoder accepts."""
    if is_cut_off(data):
        return _truncated(data)
    found = content_of(data) or tiff.reason(data)
    return found or "not an image that can be read"


def _broken(data: bytes, error: Exception) -> str:
    """Return the reason for a file whose decoder failed."""
    text = _one_line(error)
    if "truncated" in text.lower() or is_cut_off(data) or tiff.reason(data).startswith("truncated"):
        return _truncated(data)
    return f"broken image data ({text})"


def _truncated(data: bytes) -> str:
    return f"truncated: the file ends after {len(data):,} bytes"


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else text[:97] + "..."
