"""What was decided about the images of a data set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze

UNKNOWN, ELSEWHERE = -1, -2
"""In place of a true class: nobody settled it, or it is no class of this data set."""


@dataclass(frozen=True, eq=False, slots=True)
class Decided:
    """What was decided about the N images of a data set.

    Attributes
    ----------
    given
        int64 (N,), the labels as they came: before any of them was changed on the advice of a decision.
    truth
        int64 (N,), the true class where a person settled it; else UNKNOWN, or ELSEWHERE if today's label is wrong and
        the true class is not among those of the data set.
    looked_at
        bool (N,), whether a person decided, be it that the person cannot tell.
    unusable
        bool (N,), whether a person said that the image is not usable.
    fixed
        bool (N,), whether the label was changed since to what was decided.
    """

    given: NDArray[np.int64]
    truth: NDArray[np.int64]
    looked_at: NDArray[np.bool_]
    unusable: NDArray[np.bool_]
    fixed: NDArray[np.bool_]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    def __bool__(self) -> bool:
        """Whether anything was decided that a scan can learn from."""
        return bool(self.looked_at.any() or self.fixed.any())

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whose true class is known and in the data set, bool (N,)."""
        return self.truth >= 0

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Whether nothing is left to estimate, bool (N,): the label is known to be right or wrong, or is neither."""
        settled: NDArray[np.bool_] = (self.truth != UNKNOWN) | self.unusable
        return settled

    @property
    def learned(self) -> NDArray[np.int64]:
        """The labels that classifiers learn from, int64 (N,): the true class if it is known, else the label as it came.

        A label that was changed because a scan suggested it is not learned from: the model would agree with itself.
        """
        return np.where(self.known, self.truth, self.given)


def undecided(labels: NDArray[np.int64]) -> Decided:
    """Return that nothing was decided about images with these labels, (N,)."""
    no = np.zeros(len(labels), dtype=np.bool_)
    return Decided(labels, np.full(len(labels), UNKNOWN, dtype=np.int64), no, no, no)
