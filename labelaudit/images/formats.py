"""Formats that are decoded, and the file name endings that promise an image."""

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""What Pillow may open (MPO comes with JPEG). The others (EPS, PDF, FITS, PSD ...) run other programs or have a
record of security faults."""

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

RAW = {".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"}
OTHERS = {".dcm", ".exr", ".heic", ".hif", ".ico", ".j2k", ".jp2", ".jxl", ".psd", ".svg"}

ENDINGS = frozenset(ending for endings in ENDINGS_OF.values() for ending in endings) | RAW | OTHERS
"""Endings that promise an image: such a file is a finding if it can't be read, any other file is passed over."""


def load_readers() -> None:
    """Import the readers by name: Pillow's own way of loading them is not safe in several threads."""
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
