"""Thumbnails for the HTML page."""

from typing import NamedTuple


class Size(NamedTuple):
    """Maximum size of a thumbnail: pixels of its longer edge, and bytes of the file."""

    edge: int
    most: int


class Illustration(NamedTuple):
    """A thumbnail of an image, or the reason why there is none.

    Attributes
    ----------
    webp
        The thumbnail as a WebP file; empty if there is none.
    width, height
        In pixels.
    missing
        The reason why there is none; empty if there is one.
    """

    webp: bytes
    width: int = 0
    height: int = 0
    missing: str = ""
