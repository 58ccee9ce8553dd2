"""The identification of files that are not images by their first bytes."""

import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from labelaudit.errors import UnreadableImage
from labelaudit.images import decode
from labelaudit.images.contents import HEAD, content_of

from .photos import encoded, pieces

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("image.jpg", b"x")
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        file.addfile(tarfile.TarInfo("image.jpg"))
    return out.getvalue()


def array() -> bytes:
    out = io.BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


def saved(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32)).save(out, kind)
    return out.getvalue()


CONTENTS = {
    "a Git LFS pointer": POINTER,
    "git lfs pull": POINTER,
    "a web page": b"\n<!DOCTYPE html><html><title>404</title></html>",
    "a web page (HTML)": b"<HTML><BODY>Access denied</BODY></HTML>",
    "an SVG drawing": b'<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg"/>',
    "an XML document": b'<?xml version="1.0"?><annotation/>',
    "text": "Fotos von Bäumen".encode(),
    "a DICOM file": bytes(128) + b"DICM\2\0",
    "a camera raw file": b"II*\0\x10\0\0\0CR\2\0" + bytes(500),
    "a camera raw file; develop": b"FUJIFILMCCD-RAW 0201" + bytes(500),
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a PostScript file": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "a Photoshop document": b"8BPS\0\1" + bytes(40),
    "a video": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
    "a video; extract its frames": b"\x1aE\xdf\xa3\x9fB\x86\x81\1webm" + bytes(40),
    "an archive (zip)": archive(),
    "an archive (tar)": tar(),
    "an archive (gzip)": b"\x1f\x8b\x08\0\0\0\0\0",
    "a NumPy array": array(),
    "a JPEG 2000 image": saved("JPEG2000"),
    "an icon file": saved("ICO"),
    "a DDS texture": saved("DDS"),
    "only zero bytes": bytes(5000),
    "not an image that can be read": bytes(range(128, 256)),
}


@pytest.mark.parametrize("reason", CONTENTS)
def test_the_reason_names_the_content(reason: str) -> None:
    with pytest.raises(UnreadableImage) as error:
        decode(CONTENTS[reason], 16)

    assert str(error.value).startswith(reason) or reason in str(error.value)


@pytest.mark.parametrize("kind", ["AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"])
def test_a_whole_image_is_never_named_as_something_else(kind: str) -> None:
    """Only AVIF files have a name here, for files that cannot be decoded."""
    named = content_of(encoded(pieces(1)[0], kind))

    assert named == ("an AVIF image that cannot be decoded" if kind == "AVIF" else "")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95])
def test_a_cut_file_is_truncated(kind: str, share: float) -> None:
    data = encoded(pieces(1)[0], kind)
    cut = data[: int(len(data) * share)]
    with pytest.raises(UnreadableImage) as error:
        decode(cut, 16)

    assert str(error.value) == f"truncated: the file ends after {len(cut):,} bytes"


def test_text_that_is_cut_inside_a_letter_is_text() -> None:
    assert content_of(("x" + "ä" * HEAD).encode()) == "text, not an image"


@pytest.mark.parametrize("length", range(0, 64, 3))
def test_short_beginnings_give_a_reason(length: int) -> None:
    for data in CONTENTS.values():
        with pytest.raises(UnreadableImage, match=r"."):
            decode(data[:length], 16)
