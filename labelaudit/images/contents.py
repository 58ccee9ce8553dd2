"""Identify files that are not readable images by their first bytes, and detect truncated files."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from labelaudit.images.extras import is_heic, is_jxl

HEAD = 4096
"""Number of bytes at the start of a file that are examined."""


class Content(NamedTuple):
    """One type of file that is not a readable image.

    Attributes
    ----------
    name
        What the file is, with an article, and what to do about it.
    matches
        Whether a file begins like this type.
    """

    name: str
    matches: Callable[[bytes], bool]


def _starts(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(prefixes)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """Match the brand of an ISO base media file (ISO/IEC 14496-12)."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


def _riff(*kinds: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] in kinds


def _markup(*tags: bytes) -> Callable[[bytes], bool]:
    """Match a document whose first element, after declarations and comments, is one of *tags*."""

    def matches(head: bytes) -> bool:
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        return text.startswith(b"<") and any(b"<" + tag in text for tag in tags)

    return matches


def _is_text(head: bytes) -> bool:
    """Tell whether the bytes are UTF-8 text, possibly cut off in the middle of a character."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\t\n\r\f" for letter in text)


CONTENTS = (
    Content(
        "a Git LFS pointer, not the image; fetch the images with: git lfs pull",
        _starts(b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/"),
    ),
    Content("a git-annex pointer, not the image; fetch it with: git annex get", _starts(b"/annex/objects/")),
    Content("an SVG drawing, which has no pixels; export it as PNG", _markup(b"svg")),
    Content("a web page (HTML), not an image; download the image again", _markup(b"!doctype html", b"html", b"head")),
    Content("an XML document, not an image", _starts(b"<?xml", b"\xef\xbb\xbf<?xml")),
    Content("a JPEG XL image", is_jxl),
    Content("a HEIC image", is_heic),
    Content("an AVIF image that cannot be decoded", _brand(b"avif", b"avis")),
    Content("a camera raw file; develop it to JPEG, PNG or TIFF", _brand(b"crx ")),
    Content(
        "a camera raw file; develop it to JPEG, PNG or TIFF",
        _starts(b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"\0MRM", b"FOVb"),
    ),
    Content(
        "a camera raw file; develop it to JPEG, PNG or TIFF", lambda head: head[:2] == b"II" and head[8:10] == b"CR"
    ),
    Content("a DICOM file; convert it to PNG or TIFF", lambda head: head[128:132] == b"DICM"),
    Content("a NIfTI volume; convert its slices to PNG or TIFF", lambda head: head[344:348] in (b"n+1\0", b"ni1\0")),
    Content("a PDF document; export its pages as images", lambda head: b"%PDF-" in head[:1024]),
    Content("a PostScript file; export it as PNG", _starts(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    Content("a Photoshop document; export it as PNG", _starts(b"8BPS\0\x01", b"8BPS\0\x02")),
    Content("a GIMP image; export it as PNG", _starts(b"gimp xcf")),
    Content("a JPEG 2000 image; convert it to PNG", _starts(b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")),
    Content("a JPEG-LS image; convert it to PNG", _starts(b"\xff\xd8\xff\xf7")),
    Content("a JPEG XR image; convert it to PNG", _starts(b"II\xbc")),
    Content("an icon file; convert it to PNG", _starts(b"\0\0\x01\0", b"\0\0\x02\0", b"icns")),
    Content("an OpenEXR image; convert it to PNG or TIFF", _starts(b"v/1\x01")),
    Content("a Radiance HDR image; convert it to PNG or TIFF", _starts(b"#?RADIANCE", b"#?RGBE")),
    Content("a FITS file; convert it to PNG or TIFF", _starts(b"SIMPLE  =")),
    Content("a DDS texture; convert it to PNG", _starts(b"DDS ")),
    Content("a QOI image; convert it to PNG", _starts(b"qoif")),
    Content("a NumPy array; save it as PNG or TIFF", _starts(b"\x93NUMPY")),
    Content("an HDF5 file, not an image", _starts(b"\x89HDF\r\n\x1a\n")),
    Content("a video; extract its frames", _riff(b"AVI ")),
    Content("a video; extract its frames", _starts(b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01")),
    Content("a sound recording, not an image", _riff(b"WAVE")),
    Content("a sound recording, not an image", _starts(b"ID3", b"OggS", b"fLaC")),
    Content("a video; extract its frames", lambda head: head[4:8] in (b"ftyp", b"moov", b"mdat")),
    Content("an archive (zip), not an image; unpack it", _starts(b"PK\x03\x04", b"PK\x05\x06")),
    Content("an archive (gzip), not an image; unpack it", _starts(b"\x1f\x8b")),
    Content("an archive (bzip2), not an image; unpack it", _starts(b"BZh")),
    Content("an archive (xz), not an image; unpack it", _starts(b"\xfd7zXZ\0")),
    Content("an archive (Zstandard), not an image; unpack it", _starts(b"\x28\xb5\x2f\xfd")),
    Content("an archive (7z), not an image; unpack it", _starts(b"7z\xbc\xaf\x27\x1c")),
    Content("an archive (RAR), not an image; unpack it", _starts(b"Rar!\x1a\x07")),
    Content("an archive (tar), not an image; unpack it", lambda head: head[257:262] == b"ustar"),
    Content("a SQLite database, not an image", _starts(b"SQLite format 3\0")),
    Content("a program, not an image", _starts(b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")),
    Content("an AppleDouble file (macOS metadata of another file), not an image", _starts(b"\0\x05\x16\x07")),
    Content("text, not an image", _is_text),
)
"""The order matters: an SVG drawing is also an XML document."""

EXTRAS = {"a JPEG XL image": "jxl", "a HEIC image": "heif"}
"""Formats that an extra can read, and its name."""


def content_of(data: bytes) -> str:
    """Return what a file is that is not a readable image, with an article; empty if unknown."""
    head = data[:HEAD]
    if not any(head) and not any(data):
        return "only zero bytes; copy or download the file again"
    found = next((content.name for content in CONTENTS if content.matches(head)), "")
    if found in EXTRAS:
        return f"{found}; to read it: pip install 'labelaudit[{EXTRAS[found]}]'"
    return found


def is_cut_off(data: bytes) -> bool:
    """Tell whether a file ends too early according to its format.

    Only for files that could not be decoded: many readable files lack their last bytes.
    """
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in data[-64:]
    if data.startswith(b"\x89PNG"):
        return b"IEND" not in data[-64:]
    if data.startswith((b"GIF87a", b"GIF89a")):
        return not data.rstrip(b"\0").endswith(b";")
    if data.startswith(b"RIFF"):
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if data.startswith(b"BM"):
        return int.from_bytes(data[2:6], "little") > len(data)
    if data[4:8] in (b"ftyp", b"JXL "):
        return _boxes_end(data) > len(data)
    return False


def _boxes_end(data: bytes) -> int:
    """Return where the boxes of an ISO base media file (ISO/IEC 14496-12) end according to their lengths."""
    place = 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        if size == 0:  # to the end of the file
            return len(data)
        place += max(size, 8)
    return place
