"""Bound the memory that all decoding threads use together.

Small images are decoded in parallel. A large image waits until enough memory is available, so that the peak does not
grow with the number of threads or with the number of large images in the data set.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from labelaudit.images.wide import is_wide

if TYPE_CHECKING:
    from PIL import Image


class Budget:
    """A number of bytes that all threads share; a thread that needs more than is free waits.

    A request for more than the whole budget is granted when nothing else is in use: one such image at a time.

    Parameters
    ----------
    total
        Bytes.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._held = 0
        self._changed = Condition()

    @contextmanager
    def hold(self, needed: int) -> Iterator[None]:
        """Reserve *needed* bytes of the budget, after waiting for them."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held or self._held + needed <= self.total)
            self._held += needed
        try:
            yield
        finally:
            with self._changed:
                self._held -= needed
                self._changed.notify_all()


MOST = 1_500_000_000
"""The maximum memory of the decoder in all threads together, in bytes; an image that needs more is refused."""

READING = Budget(64_000_000)
"""For the bytes of files."""

DECODING = Budget(MOST - READING.total)
"""For decoded pixels."""

PER_PIXEL = {"AVIF": 16, "HEIF": 16, "JXL": 16, "WEBP": 16}
"""Peak bytes per pixel of decoders that decode into their own buffers and copy. Measured and rounded up: see
docs/benchmarks.md."""

PER_PIXEL_OTHERWISE = 9
"""Bytes per pixel of other decoders: four for the pixels, four for a rotated or flattened copy, one to scale."""

PER_WIDE_PIXEL = 6
"""Additional bytes for color with 16 bits per channel: upper and lower bytes are decoded to an image each. Measured: 14
bytes in all."""

PER_COEFFICIENT = 6
"""Additional bytes per pixel of a progressive JPEG file: libjpeg stores all coefficients, with 16 bits each."""


def memory_needed(image: Image.Image, full: tuple[int, int]) -> int:
    """Return the maximum number of bytes that decoding an opened image needs.

    Parameters
    ----------
    image
        At the size to which it will be decoded.
    full
        Width and height in the file.
    """
    needed = image.width * image.height * PER_PIXEL.get(image.format or "", PER_PIXEL_OTHERWISE)
    if is_wide(image):
        needed += image.width * image.height * PER_WIDE_PIXEL
    if image.info.get("progressive"):
        needed += full[0] * full[1] * PER_COEFFICIENT
    return needed
