"""What one pass over the bytes gathered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import freeze
from labelaudit.records.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, and why."""

    path: str
    label: str
    reason: str
    digest: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Observations:
    """What one pass over the bytes gathered.

    Attributes
    ----------
    rows
        int64 (N,), rows of the listed data set that hold a readable image, rising.
    digests
        N content digests: SHA-256 of the file's bytes, hexadecimal.
    pictures
        N digests of the decoded pixels: the same for the same picture in another wrapping.
    features
        float32 (N, D).
    blocks
        Widths of the parts that the features come in, summing to D.
    thumbnails
        uint8 (N, 768): the pictures at 16 x 16 in RGB.
    greys
        uint8 (N, 48, 48): the pictures in grey.
    sizes
        int32 (N, 2): width and height of the upright image in full resolution, in pixels.
    formats
        N names of the file formats, as Pillow has them.
    statistics
        Brightness, sharpness and other plain figures.
    skipped
        Files that promised an image and could not be read.
    others
        Files among the images that are none and never said so.
    """

    rows: NDArray[np.int64]
    digests: tuple[str, ...]
    pictures: tuple[str, ...]
    features: NDArray[np.float32]
    blocks: tuple[int, ...]
    thumbnails: NDArray[np.uint8]
    greys: NDArray[np.uint8]
    sizes: NDArray[np.int32]
    formats: tuple[str, ...]
    statistics: Statistics
    skipped: tuple[Skipped, ...]
    others: tuple[str, ...]

    def __post_init__(self) -> None:
        freeze(self)
