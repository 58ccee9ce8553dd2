"""The only decoder: it converts the bytes of a file to a small upright RGB image, or gives the reason why it cannot.

``opening`` opens a file within the limits and translates failures, ``contents`` names files that hold no image,
``deep`` scales images of more than 8 bits, ``wide`` those in color, ``transparency`` flattens, ``memory`` bounds the
memory of all threads together, and ``decoding`` calls them in order. ``encoding`` makes files of images in memory.
"""

from labelaudit.images.decoding import Picture, decode, first_look, shrink, upright_pixels
from labelaudit.images.deep import Depth, Window, windows_of
from labelaudit.images.encoding import encoded, is_picture, netpbm
from labelaudit.images.extras import PACKAGES
from labelaudit.images.formats import ENDINGS, ENDINGS_OF, FORMATS
from labelaudit.images.opening import MAX_BYTES, MAX_PIXELS, load, loaded
from labelaudit.images.small import EDGE, GREY_EDGE, THUMBNAIL, brightness, grey, thumbnail

__all__ = [
    "EDGE",
    "ENDINGS",
    "ENDINGS_OF",
    "FORMATS",
    "GREY_EDGE",
    "MAX_BYTES",
    "MAX_PIXELS",
    "PACKAGES",
    "THUMBNAIL",
    "Depth",
    "Picture",
    "Window",
    "brightness",
    "decode",
    "encoded",
    "first_look",
    "grey",
    "is_picture",
    "load",
    "loaded",
    "netpbm",
    "shrink",
    "thumbnail",
    "upright_pixels",
    "windows_of",
]
