"""The labels of images that may have several, or none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze

SEPARATOR = ";"
"""Separates the labels in the name of a label set; no label contains it."""


@dataclass(frozen=True, eq=False, slots=True)
class MultiLabels:
    """Which labels each label set of a data set consists of.

    Each different set of labels is a class of the :class:`~labelaudit.records.Dataset` (the label powerset), so that
    what compares labels as a whole is the same as for images with one label.

    Attributes
    ----------
    classes
        K names of single labels, sorted.
    sets
        bool (S, K): the labels in each of the S label sets.
    """

    classes: tuple[str, ...]
    sets: NDArray[np.bool_]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    @classmethod
    def of(cls, names: tuple[str, ...]) -> "MultiLabels":
        """Return the label sets with these names, S of them."""
        parts = [labels_in(name) for name in names]
        classes = tuple(sorted({label for labels in parts for label in labels}))
        index = {label: number for number, label in enumerate(classes)}
        sets = np.zeros((len(names), len(classes)), np.bool_)
        for row, labels in enumerate(parts):
            sets[row, [index[label] for label in labels]] = True
        return cls(classes, sets)

    def given(self, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which labels each image has, bool (N, K), by its label set, (N,)."""
        chosen: NDArray[np.bool_] = self.sets[labels]
        return chosen


def labels_in(name: str) -> tuple[str, ...]:
    """Return the labels in the label set of this name."""
    return tuple(name.split(SEPARATOR)) if name else ()
