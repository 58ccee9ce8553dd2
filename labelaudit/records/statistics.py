"""Simple statistics of every image."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze

NO_FRAME = -1.0
"""Value of ``frame`` for an image without a frame."""


@dataclass(frozen=True, eq=False, slots=True)
class Statistics:
    """Simple statistics of every image, float32 (N,) each, measured on the reduced upright image that all stages use.

    Attributes
    ----------
    brightness
        Mean, 0 (black) to 255 (white).
    light
        99th percentile of brightness, 0 to 255.
    contrast
        Standard deviation of brightness, 0 (one color) to 128.
    sharpness
        About 0 for smooth gradients, 1 for hard edges, more for fine detail; 1 for a constant image.
    noise
        Standard deviation of the noise of single color channels in smooth regions, 0 to 255. Noise that all channels
        share, as in a gray image, counts as texture.
    colour
        Mean distance between the strongest and the weakest of red, green and blue, 0 (grey) to 255.
    frame
        Mean brightness of the sides that are of one brightness each, 0 to 255, if two or more are; else -1.
    """

    brightness: NDArray[np.float32]
    light: NDArray[np.float32]
    contrast: NDArray[np.float32]
    sharpness: NDArray[np.float32]
    noise: NDArray[np.float32]
    colour: NDArray[np.float32]
    frame: NDArray[np.float32]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    @classmethod
    def of(cls, table: NDArray[np.float32]) -> "Statistics":
        """Return the columns of a table, float32 (N, 7): a row for each image, the figures in the order above."""
        return cls(*(np.ascontiguousarray(column) for column in table.T))


STATISTICS = len(fields(Statistics))
"""Number of statistics of each image."""
