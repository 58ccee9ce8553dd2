"""Formats that are decoded, and the extensions of image files."""

import logging

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""Formats that Pillow may open (MPO is included in JPEG). Its other readers (EPS, PDF, FITS, PSD ...) run other
programs or have had many vulnerabilities."""

ENDINGS_OF = {
    "AVIF": (".avif", ".heif"),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "HEIF": (".heic", ".heif", ".hif"),
    "JPEG": (".jfif", ".jpe", ".jpeg", ".jpg", ".mpo"),
    "JXL": (".jxl",),
    "MPO": (".jfif", ".jpe", ".jpeg", ".jpg", ".mpo"),
    "PNG": (".png",),
    "PPM": (".pbm", ".pgm", ".pnm", ".ppm"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
}
"""The extensions of each format."""

RAW = {".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"}
OTHERS = {".dcm", ".exr", ".heic", ".hif", ".ico", ".j2k", ".jp2", ".jxl", ".psd", ".svg"}

ENDINGS = frozenset(ending for endings in ENDINGS_OF.values() for ending in endings) | RAW | OTHERS
"""Extensions of image files: an unreadable file with one of these is a finding; any other file is ignored."""


def load_readers() -> None:
    """Import Pillow's readers, whose lazy loading is not thread-safe.

    Pillow's log messages about damaged files would be printed on stderr unless logging is configured; they are dropped,
    since damaged files are reported as findings.
    """
    from PIL import (  # noqa: F401
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        PpmImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    log = logging.getLogger("PIL")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
