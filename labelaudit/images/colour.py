"""Convert images with an ICC profile to sRGB, the color space of all other images."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

ALIKE = 3
"""Profiles that change no color by more than this, of 255, are treated as sRGB and skipped."""

PROFILES = 32
"""Number of transforms to cache: a data set has few cameras, and building a transform takes longer than decoding."""

GRID = np.stack(np.meshgrid(*[np.arange(0, 256, 51, dtype=np.uint8)] * 3), axis=-1).reshape(36, 6, 3)
"""Colors for which a profile is compared with sRGB."""


def profile_of(image: Image.Image) -> bytes:
    """Return the ICC profile of an opened image; empty if it has none, or one that does not apply to its pixels."""
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and image.mode in ("L", "RGB", "RGBA", "LA", "P", "CMYK") else b""


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert a gray, RGB or CMYK image to sRGB.

    Parameters
    ----------
    image
        Of mode L, RGB or CMYK; small, because a conversion takes as long per pixel as decoding.
    profile
        ICC profile of its pixels; an empty, broken or inapplicable one is ignored.
    """
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    from PIL import ImageCms

    converted: Any = ImageCms.applyTransform(image, transform)
    return converted  # type: ignore[no-any-return]


@lru_cache(PROFILES)
def _transform(profile: bytes, mode: str) -> Any:
    """Return the transform from a profile to sRGB; None if it is not needed or not possible."""
    from PIL import Image, ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None
    colours: Any = Image.fromarray(GRID)
    if mode == "CMYK":
        return transform
    before = colours.convert(mode)
    after: Any = ImageCms.applyTransform(before, transform)
    moved = np.abs(np.asarray(before.convert("RGB")).astype(np.int16) - np.asarray(after))
    return transform if moved.max() > ALIKE else None
