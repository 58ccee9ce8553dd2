"""Beliefs about images that may have several labels: each label is judged against the rest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.beliefs import Beliefs, best_threshold
from labelaudit.records.columns import brief, freeze
from labelaudit.records.dataset import Dataset
from labelaudit.records.doubt import Doubt, doubt
from labelaudit.settings import Settings


@dataclass(frozen=True, eq=False, slots=True)
class MultiBeliefs(Beliefs):
    """Beliefs about images that may have several labels: each of K labels is judged against the rest.

    The fields of :class:`Beliefs` are about label sets, which are not judged as a whole, except ``wrong``,
    ``accuracy`` and ``chance``: these are about all labels that were judged, given or not.

    Attributes
    ----------
    p_present
        float64 (N, K), out-of-sample predicted probability that an image shows what a label stands for, before its
        labels are looked at.
    p_wrong
        float64 (N, K), calibrated probability that a label is wrong, 0 to 1: that it was given and should not be there,
        or that it is missing. 0 if it was not judged.
    by_voter
        ``p_present`` by each classifier, float32 (N, K) by name.
    judged_labels
        bool (K,), which labels were judged.
    reasons
        Why a label was not judged, K texts; empty for those that were.
    """

    p_present: NDArray[np.float64]
    p_wrong: NDArray[np.float64]
    by_voter: dict[str, NDArray[np.float32]]
    judged_labels: NDArray[np.bool_]
    reasons: tuple[str, ...]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    def flagged_labels(self, dataset: Dataset, settings: Settings) -> NDArray[np.bool_]:
        """Return which labels are probably wrong, bool (N, K), by the threshold of each."""
        balanced = best_threshold(self.p_wrong[:, self.judged_labels].ravel())
        thresholds = np.array(settings.thresholds(dataset.names, balanced))
        chosen: NDArray[np.bool_] = self.judged_labels & (self.p_wrong >= thresholds)
        return chosen

    @property
    def number_judged(self) -> int:
        """Number of labels that were judged: of each image those that were given, and those that were not."""
        return len(self.p_wrong) * int(self.judged_labels.sum())

    @property
    def expected_wrong(self) -> float:
        """Expected number of wrong labels among those that were judged."""
        return float(self.p_wrong.sum())

    @property
    def doubt(self) -> Doubt | None:
        """Why the labels could not be judged; None if they could."""
        if not self.number_judged:
            return Doubt("nothing-judged", "none of them could be judged against the rest")
        return doubt(self.number_judged, self.wrong, believable=True)
