"""A bound on the memory that all decoding threads hold together.

Threads are free to decode small images side by side. A large one waits until there is room for it, so that the peak
does not grow with the number of threads or with the number of large images in the data set.
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
    """So many bytes for all threads; who needs more than is free waits.

    A request larger than the whole budget is granted while nobody else holds any of it: one such image at a time.

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
        """Hold *needed* bytes of the budget, waiting for them first."""
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
"""The most bytes that the decoder holds in all threads together; an image that needs more by itself is refused."""

READING = Budget(64_000_000)
"""For the bytes of files; the usual ones fit many times over."""

DECODING = Budget(MOST - READING.total)
"""For decoded pixels."""

PER_PIXEL = {"AVIF": 16, "HEIF": 16, "JXL": 16, "WEBP": 16}
"""Bytes for each pixel that a decoder needs at its peak, where it is more than usual: these decode into buffers of
their own and then copy. Measured, and rounded up: see docs/benchmarks.md."""

PER_PIXEL_OTHERWISE = 9
"""Four for the pixels, four for a turned or flattened copy, one to scale or to resize."""

PER_WIDE_PIXEL = 6
"""Additional bytes for color with 16 bits per channel: upper and lower bytes are decoded to an image
each. Measured: 14 bytes in all."""

PER_COEFFICIENT = 6
"""Bytes for each pixel of a progressive JPEG file: libjpeg keeps the coefficients of the whole picture, in 16 bits."""


def memory_needed(image: Image.Image, full: tuple[int, int]) -> int:
    """Return how many bytes the decoder needs at most for an opened image.

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
