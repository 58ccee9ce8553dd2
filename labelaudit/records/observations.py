"""Everything that is measured in one pass over the files."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze
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
    """Everything that is measured in one pass over the files.

    Attributes
    ----------
    rows
        int64 (N,), rows of the listed data set whose image is readable, in ascending order.
    digests
        N content digests: SHA-256 of the file's bytes, hexadecimal.
    pictures
        N digests of the decoded pixels: equal for the same pixels in different file formats.
    features
        float32 (N, D).
    blocks
        Widths of the blocks of features, one for each network; they sum to D.
    thumbnails
        uint8 (N, 768): the images at 16 x 16 pixels in RGB.
    greys
        uint8 (N, 48, 48): the images in gray.
    sizes
        int32 (N, 2): width and height of the upright image at full resolution, in pixels.
    formats
        N names of file formats, as in Pillow.
    statistics
        Brightness, sharpness and other statistics.
    skipped
        Files that should be images and could not be read.
    others
        Files among the images that are not images and do not have an image extension.
    state
        Key of the listed files and labels, which stays the same while none of them changes; empty if there is none.
    identity
        Digest of the code and the network that everything is measured with; empty if they do not decide the features,
        as for features that the user provides.
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
    state: str = ""
    identity: str = ""

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def of_pixels(self) -> tuple[object, ...]:
        """Values that decide all measurements of pixels, for cache keys: few where possible, or the measurements."""
        if self.identity:
            return self.identity, self.pictures
        return self.pictures, self.features, self.blocks, self.thumbnails, self.greys

    @property
    def has_images(self) -> bool:
        """Whether there were images, and not only features: else thumbnails and grays are empty, and sizes are 0."""
        return self.greys.size > 0
