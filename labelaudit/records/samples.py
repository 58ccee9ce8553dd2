"""Samples of images, and what is estimated from what people said about them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze


class Stratum(NamedTuple):
    """A part of the data set in which every image has the same probability to be drawn.

    Attributes
    ----------
    images
        How many images it holds, 1 or more.
    drawn
        How many of them are in the sample, at most as many.
    flagged
        Whether their labels were flagged when the sample was drawn; all of them were, or none.
    """

    images: int
    drawn: int
    flagged: bool


class Sampled(NamedTuple):
    """A sample of the judged images, drawn with known probabilities.

    Attributes
    ----------
    name
        ``sample-`` and some hexadecimal digits.
    population
        Digest of all images that could be drawn and of their labels: it changes when the data change.
    strata
        The parts of the population, in ascending ``p_error``.
    """

    name: str
    population: str
    strata: tuple[Stratum, ...]

    def stratum_name(self, number: int) -> str:
        """Return the name of a stratum, by its place from 0, as decisions hold it."""
        return f"{self.name}/{number}"

    @property
    def images(self) -> int:
        """How many images could be drawn."""
        return sum(stratum.images for stratum in self.strata)

    @property
    def drawn(self) -> int:
        """How many images were drawn."""
        return sum(stratum.drawn for stratum in self.strata)


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """Images that were drawn, to be shown to a person in this order.

    Attributes
    ----------
    sampled
        What they were drawn from.
    rows
        int64 (n,), the images, in random order.
    shown_by
        Names of the strata that drew them, as decisions hold them.
    probabilities
        float64 (n,), with which they were drawn, above 0.
    """

    sampled: Sampled
    rows: NDArray[np.int64]
    shown_by: tuple[str, ...]
    probabilities: NDArray[np.float64]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)


class Interval(NamedTuple):
    """An estimate and the ends of its 90 % interval."""

    estimate: float
    low: float
    high: float


class Estimate(NamedTuple):
    """What a sample says about the labels as they came, without any model.

    Attributes
    ----------
    share
        Share of wrong labels, 0 to 1.
    precision
        Share of the flagged labels that are wrong, 0 to 1; None if none was flagged, or none of them was answered.
    recall
        Share of the wrong labels that were flagged, 0 to 1; None if no wrong label was found.
    images
        How many labels the sample was drawn from.
    drawn, answered
        How many were drawn, and how many of them somebody could tell.
    stale
        Why the estimate does not hold for the data set as it is now, in words; empty if it does.
    """

    share: Interval
    precision: Interval | None
    recall: Interval | None
    images: int
    drawn: int
    answered: int
    stale: str = ""
