"""Out-of-sample predictions, and what they say about the given labels."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze
from labelaudit.records.count import Count
from labelaudit.records.dataset import Dataset
from labelaudit.records.doubt import JUDGEABLE_FROM, Doubt, doubt
from labelaudit.settings import Settings


@dataclass(frozen=True, eq=False, slots=True)
class Beliefs:
    """Out-of-sample predictions, and what they say about the given labels.

    Attributes
    ----------
    candidates
        int64 (N, M): candidate classes of each image, M at most 24; the given label first, the others sorted.
    probabilities
        float64 (N, M), out-of-sample predicted probabilities of the candidates, before the label is looked at; rows sum
        to 1.
    posterior
        float64 (N, M), probabilities of the candidates after the label is looked at; rows sum to 1. Overlapping classes
        are still distinct here.
    p_error
        float64 (N,), calibrated probability that the given label is wrong, 0 to 1; 0 if it was not judged.
    suggested
        int64 (N,), the most probable class if the given label is wrong.
    judged
        bool (N,), false for images of classes too small to be judged.
    voters
        Predicted probabilities of the candidates by each classifier, float64 (N, M) by name.
    neighbours
        int32 (N, k), the nearest other images in ascending distance, including copies.
    strangeness
        float64 (N,), how much farther away than usual the nearest images are, in deviations; high means an outlier.
    overlapping
        int64 (P, 2): pairs of classes that cannot be distinguished, the lower index first; either label counts as the
        other.
    noise
        float64 (K, K): noise matrix: expected number of labels of the row's class that truly belong to the column's
        class.
    wrong
        Estimated number of wrong labels among those judged.
    accuracy
        Out-of-sample accuracy: share of judged labels that are the most probable class, 0 to 1.
    chance
        The accuracy of always predicting the largest class, 0 to 1.
    """

    candidates: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    posterior: NDArray[np.float64]
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

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    def probability(self, classes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of one class for each image, (N,); 0 if it is not a candidate."""
        chosen: NDArray[np.float64] = (self.probabilities * (self.candidates == classes[:, None])).sum(axis=1)
        return chosen

    def flagged(self, dataset: Dataset, settings: Settings) -> NDArray[np.bool_]:
        """Return which labels are probably wrong, bool (N,), by the threshold of each class."""
        thresholds = np.array(settings.thresholds(dataset.classes, self.balanced))
        chosen: NDArray[np.bool_] = self.judged & (self.p_error >= thresholds[dataset.labels])
        return chosen

    @property
    def balanced(self) -> float:
        """The threshold on ``p_error`` with the highest expected F1, above 0, at most 1.

        See :func:`best_threshold`.
        """
        return best_threshold(self.p_error[self.judged])

    @property
    def number_judged(self) -> int:
        """Number of labels that were judged."""
        return int(self.judged.sum())

    @property
    def expected_wrong(self) -> float:
        """Expected number of wrong labels among those that were judged."""
        return float(self.p_error.sum())

    @property
    def believable(self) -> bool:
        """Whether the features distinguish the classes well enough for label issues to be meaningful.

        The accuracy has to exceed that of chance by a tenth of the possible improvement, on at least 30 images.
        """
        return believable(self.number_judged, self.accuracy, self.chance)

    @property
    def doubt(self) -> Doubt | None:
        """Why the labels could not be judged; None if they could."""
        pairs = math.comb(len(np.unique(self.candidates[self.judged, 0])), 2)
        apart = not pairs or len(self.overlapping) < pairs
        return doubt(self.number_judged, self.wrong, believable=self.believable, apart=apart)


def best_threshold(p_error: NDArray[np.float64]) -> float:
    """Return the threshold on ``p_error`` with the highest expected F1, above 0, at most 1.

    Of the k labels with the highest ``p_error``, the sum of their ``p_error`` is expected to be wrong. The expected F1
    is about twice that sum, divided by k plus the sum of all. The best threshold is half of the F1 that it reaches
    (Lipton, Elkan and Naryanaswamy (2014), "Optimal Thresholding of Classifiers to Maximize F1 Measure").
    """
    falling = -np.sort(-p_error)
    if not falling.sum() > 0:
        return 1.0
    f1 = 2 * falling.cumsum() / (np.arange(1, len(falling) + 1) + falling.sum())
    return float(max(falling[f1.argmax()], np.finfo(np.float64).tiny))


def believable(judged: int, accuracy: float, chance: float) -> bool:
    """Tell whether an accuracy is high enough for label issues to be meaningful: see :attr:`Beliefs.believable`."""
    return judged >= JUDGEABLE_FROM and accuracy - chance >= 0.1 * (1 - chance)
