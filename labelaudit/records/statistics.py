"""Plain figures of every image."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import freeze

NO_FRAME = -1.0
"""In place of a frame's brightness."""


@dataclass(frozen=True, eq=False, slots=True)
class Statistics:
    """Plain figures of every image, float32 (N,) each, of the small upright picture that all stages look at.

    Attributes
    ----------
    brightness
        Mean, 0 (black) to 255 (white).
    light
        Brightness that 99 % of the pixels stay below or at, 0 to 255.
    contrast
        Standard deviation of the brightness, 0 (one colour) to 128.
    sharpness
        About 0 where brightness only drifts, 1 for hard edges, more for fine detail; 1 where nothing changes at all.
    noise
        Standard deviation of the noise in one colour, where the picture is calm, in steps of 255. What all colours
        share, and so any noise in a grey picture, is taken for texture.
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

    def __post_init__(self) -> None:
        freeze(self)

    @classmethod
    def of(cls, table: NDArray[np.float32]) -> "Statistics":
        """Return the columns of a table, float32 (N, 7): a row for each image, the figures in the order above."""
        return cls(*(np.ascontiguousarray(column) for column in table.T))


STATISTICS = len(fields(Statistics))
"""Figures of each image."""
