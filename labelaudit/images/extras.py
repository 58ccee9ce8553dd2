"""Formats that need an extra: HEIC (``labelaudit[heif]``) and JPEG XL (``labelaudit[jxl]``, included in the former)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1")
"""Brands of ISO base media files (ISO/IEC 23008-12) that contain HEVC images."""

JXL_STARTS = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
"""First bytes of a JPEG XL file (ISO/IEC 18181-2): a bare codestream, or a container."""

PACKAGES = ("pillow-heif", "pylibjxl")
"""The packages that the extras install."""

UPRIGHT = ("JXL",)
"""Formats whose decoder turns the image upright but leaves the orientation in the EXIF block."""


def is_heic(head: bytes) -> bool:
    """Tell whether a file begins like a HEIC image."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS


def is_jxl(head: bytes) -> bool:
    """Tell whether a file begins like a JPEG XL image."""
    return head.startswith(JXL_STARTS)


def open_with_extra(data: bytes) -> Image.Image | None:
    """Open an image of a format that Pillow does not know; None for other formats, or if the package is not installed.

    The packages are not registered with Pillow, so that other code in the process is not affected.
    """
    if is_heic(data):
        try:
            from pillow_heif import HeifImageFile
        except ImportError:
            return None
        heic: Image.Image = HeifImageFile(io.BytesIO(data))  # type: ignore[no-untyped-call]
        return heic
    if is_jxl(data):
        try:
            from pylibjxl.pillow_plugin import JxlImageFile
        except ImportError:
            return None
        jxl: Image.Image = JxlImageFile(io.BytesIO(data))
        return jxl
    return None
