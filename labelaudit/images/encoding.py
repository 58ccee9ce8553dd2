"""Encode images that are in memory as the bytes of a file, without loss."""

import io
from typing import TYPE_CHECKING, TypeGuard

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

ORIENTATION = 0x0112
"""The EXIF tag with the orientation."""

IN_PNG = frozenset({"1", "I;16", "L", "LA", "P", "RGB", "RGBA"})
"""Modes of Pillow that PNG stores as they are."""

IN_TIFF = frozenset({"CMYK", "F", "I"})
"""Modes of Pillow that TIFF stores as they are, and PNG does not."""


def netpbm(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels, (height, width, 3) or (height, width), as a PPM or PGM file.

    The pixels are not compressed, so that the digest of the bytes depends on no encoder.
    """
    kind = "P6" if pixels.ndim == 3 else "P5"
    height, width = pixels.shape[:2]
    return f"{kind}\n{width} {height}\n255\n".encode() + pixels.tobytes()


def is_picture(value: object) -> TypeGuard["Image"]:
    """Tell whether a value is an image of Pillow."""
    from PIL import Image

    return isinstance(value, Image.Image)


def encoded(image: "Image") -> bytes:
    """Return an image of Pillow as the bytes of a file, with its orientation, its color profile and its transparency.

    Raises
    ------
    OSError
        Its file is damaged, or no longer there.
    """
    image.load()
    profile, turned = image.info.get("icc_profile"), image.getexif().get(ORIENTATION, 1) != 1
    plain = not (profile or turned or "transparency" in image.info)
    if plain and image.mode in ("L", "RGB"):
        return netpbm(np.asarray(image))
    kind = "PNG" if image.mode in IN_PNG else "TIFF" if image.mode in IN_TIFF else ""
    if not kind:
        image, kind = image.convert("RGBA" if image.mode.lower().endswith("a") else "RGB"), "PNG"
    out = io.BytesIO()
    more = {"exif": image.getexif()} if turned else {}
    image.save(out, kind, icc_profile=profile, compress_level=1, **more)
    return out.getvalue()
