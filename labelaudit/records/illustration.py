"""What a page shows of an image."""

from typing import NamedTuple


class Size(NamedTuple):
    """How large a small picture may be: pixels of its longer edge, and bytes as a file."""

    edge: int
    most: int


class Illustration(NamedTuple):
    """A small picture of an image, or why there is none.

    Attributes
    ----------
    webp
        The picture as a WebP file; empty if there is none.
    width, height
        In pixels.
    missing
        Why there is none, in words; empty if there is one.
    """

    webp: bytes
    width: int = 0
    height: int = 0
    missing: str = ""
