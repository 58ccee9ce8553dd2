"""What a model that never saw an image thinks of its label."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import freeze
from labelaudit.records.count import Count
from labelaudit.records.dataset import Dataset
from labelaudit.records.doubt import JUDGEABLE_FROM, Doubt, doubt
from labelaudit.settings import Settings


@dataclass(frozen=True, eq=False, slots=True)
class Beliefs:
    """What a model that never saw an image thinks of its label.

    Attributes
    ----------
    candidates
        int64 (N, M): the classes that each image may be of, M at most 24; the given label first, the rest as sorted.
    probabilities
        float64 (N, M) of the candidates, out of sample, before the label was looked at; rows sum to 1.
    p_error
        float64 (N,), calibrated probability that the given label is wrong, 0 to 1; 0 where it was not judged.
    suggested
        int64 (N,), the class that is most likely if the given label is wrong.
    judged
        bool (N,), false for images of classes too small to be judged.
    voters
        By the name of each voter, its own probabilities of the candidates, float64 (N, M).
    neighbours
        int32 (N, k), the nearest other images, the nearest first; copies among them.
    strangeness
        float64 (N,), how much farther off than usual the nearest others are, in deviations; high means like nothing
        else here.
    overlapping
        int64 (P, 2): pairs of classes that can't be told apart, the lower first; either label counts as the other.
    noise
        float64 (K, K): how many labels of the class in the row are truly of the class in the column, expected.
    wrong
        How many of the labels that were judged are wrong.
    accuracy
        Share of the judged whose most probable class is the given one, 0 to 1.
    chance
        The accuracy of always naming the largest class, 0 to 1.
    """

    candidates: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    p_error: NDArray[np.float64]
    suggested: NDArray[np.int64]
    judged: NDArray[np.bool_]
    voters: dict[str, NDArray[np.float64]]
    neighbours: NDArray[np.int32]
    strangeness: NDArray[np.float64]
    overlapping: NDArray[np.int64]
    noise: NDArray[np.float64]
    wrong: Count
    accuracy: float
    chance: float

    def __post_init__(self) -> None:
        freeze(self)

    def probability(self, classes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of one class for each image, (N,), 0 where it is no candidate."""
        chosen: NDArray[np.float64] = (self.probabilities * (self.candidates == classes[:, None])).sum(axis=1)
        return chosen

    def flagged(self, dataset: Dataset, settings: Settings) -> NDArray[np.bool_]:
        """Return which labels are probably wrong, (N,): by the threshold of each class."""
        thresholds = np.array(settings.thresholds(dataset.classes))
        chosen: NDArray[np.bool_] = self.judged & (self.p_error >= thresholds[dataset.labels])
        return chosen

    @property
    def believable(self) -> bool:
        """Whether the features see the classes well enough for a contradiction to mean something.

        Of what chance leaves to be known, a tenth has to be known, on 30 images at least.
        """
        return believable(int(self.judged.sum()), self.accuracy, self.chance)

    @property
    def doubt(self) -> Doubt | None:
        """Why the labels could not be judged; none if they could."""
        pairs = math.comb(len(np.unique(self.candidates[self.judged, 0])), 2)
        apart = not pairs or len(self.overlapping) < pairs
        return doubt(int(self.judged.sum()), self.wrong, believable=self.believable, apart=apart)


def believable(judged: int, accuracy: float, chance: float) -> bool:
    """Tell whether features that reach an accuracy see the classes well enough: see :attr:`Beliefs.believable`."""
    return judged >= JUDGEABLE_FROM and accuracy - chance >= 0.1 * (1 - chance)
