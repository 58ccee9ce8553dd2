"""Single images that a program holds, as the bytes of a file."""

import os
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import encoded, is_picture, netpbm
from labelaudit.sources.files import Files

EXPECTED = "an array of uint8, (height, width, 3) or (height, width), an image of Pillow, the path of a file, or bytes"

_DECODING = Lock()
"""Pillow decodes an image when it is first used, and two threads may not do that at the same time."""


def image_bytes(value: Any) -> bytes:
    """Return an image as the bytes of a file.

    Raises
    ------
    OSError
        Its file cannot be read.
    UnreadableImage
        It is no image.
    """
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str | os.PathLike):
        path = Path(os.fspath(value))
        return Files(path.parent).open(path.name)
    if isinstance(value, dict):  # as Hugging Face's data sets hold an image
        return image_bytes(value["path"] if value.get("bytes") is None else value["bytes"])
    if is_picture(value):
        with _DECODING:
            return encoded(value)
    try:
        return netpbm(pixels_of(value, "the image"))
    except DatasetError as error:
        raise UnreadableImage(str(error)) from error


def check_image(value: Any, where: str) -> None:
    """Check the type of an image, without opening it.

    Raises
    ------
    DatasetError
        It is of another type; the message says how to convert it.
    """
    known = isinstance(value, bytes | bytearray | memoryview | str | os.PathLike)
    named = isinstance(value, dict) and (value.get("bytes") is not None or value.get("path") is not None)
    if not (known or named or is_picture(value)):
        pixels_of(value, where)


def pixels_of(value: Any, where: str, axes: int = 0) -> NDArray[np.uint8]:
    """Return the pixels of an image, or of a batch of them.

    Parameters
    ----------
    value
        uint8, (height, width, 3), (height, width, 1) or (height, width).
    where
        What it is, for messages.
    axes
        Number of axes before those of an image: 1 for a batch.

    Raises
    ------
    DatasetError
        It has another shape or type.
    """
    if not isinstance(value, np.ndarray):
        if not hasattr(value, "__array__"):
            raise DatasetError(f"{where} is of type {type(value).__name__}; expected {EXPECTED}.")
        value = np.asarray(value)
    if value.dtype != np.uint8:
        convert = "(images * 255).round().astype('uint8') converts values from 0 to 1"
        how = convert if value.dtype.kind == "f" else "images.astype('uint8') converts values from 0 to 255"
        raise DatasetError(f"{where} is an array of {value.dtype}; expected uint8, 0 to 255: {how}.")
    shape = value.shape[axes:]
    if len(shape) == 3 and shape[2] == 1:
        value = value[..., 0]
    elif len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 3) or 0 in shape:
        first = len(shape) == 3 and shape[0] in (1, 3)
        how = (
            f": images.transpose({'0, 2, 3, 1' if axes else '1, 2, 0'}) moves the channels to the end" if first else ""
        )
        batch = "N, " if axes else ""
        raise DatasetError(
            f"{where} has the shape {value.shape}; expected ({batch}height, width, 3) or ({batch}height, width){how}."
        )
    pixels: NDArray[np.uint8] = value
    return pixels
