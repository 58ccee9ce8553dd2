"""The noise between classes, in words and numbers that the reports share."""

from typing import NamedTuple

import numpy as np

from labelaudit.names import printable
from labelaudit.records import Audit

LEAST = 0.5
"""Expected labels from which a pair of classes is worth a line."""


class ClassNoise(NamedTuple):
    """How many labels of a class are wrong, expected, and what most of those images truly show."""

    label: str
    images: int
    wrong: float
    mostly: str

    def __str__(self) -> str:
        """Say it in one line."""
        share = (
            f"about {self.wrong / self.images:.0%} of '{printable(self.label)}', {self.wrong:,.0f} of {self.images:,}"
        )
        return f"{share}; most look like '{printable(self.mostly)}'"


class PairNoise(NamedTuple):
    """How many labels of one class truly belong to another, expected; cleanlab's figure where it was asked."""

    label: str
    true: str
    wrong: float
    cleanlab: float | None


def class_noise(audit: Audit) -> list[ClassNoise]:
    """Return the classes with at least one expected wrong label, those with the largest share first."""
    dataset, counts = audit.dataset, audit.dataset.class_counts
    noise = audit.beliefs.noise.copy()
    np.fill_diagonal(noise, 0)
    found = [
        ClassNoise(name, int(counts[row]), float(noise[row].sum()), dataset.classes[noise[row].argmax()])
        for row, name in enumerate(dataset.classes)
        if noise[row].sum() >= 1
    ]
    return sorted(found, key=lambda each: (-each.wrong / each.images, each.label))


def pair_noise(audit: Audit) -> list[PairNoise]:
    """Return the pairs of classes with expected wrong labels between them, by either estimate, most first."""
    ours, theirs = audit.beliefs.noise, audit.second_opinion
    larger = ours if theirs is None else np.maximum(ours, theirs)
    names = audit.dataset.classes
    found = [
        PairNoise(names[row], names[column], float(ours[row, column]), None if theirs is None else theirs[row, column])
        for row, column in np.argwhere(larger >= LEAST).tolist()
        if row != column
    ]
    return sorted(found, key=lambda pair: (-pair.wrong, pair.label, pair.true))


def caught(audit: Audit) -> float:
    """Return the share of the expected wrong labels that the flags should have caught, 0 to 1."""
    p_error = audit.beliefs.p_error
    flagged = p_error >= audit.settings.min_p_error
    return float(p_error[flagged].sum() / max(p_error.sum(), 1e-12))
