"""Label noise between classes."""

import numpy as np

from labelaudit.records import Audit, ClassNoise, PairNoise

LEAST = 0.5
"""Expected number of wrong labels from which a pair of classes is reported."""


def class_noise(audit: Audit) -> list[ClassNoise]:
    """Return the classes with at least one expected wrong label, in descending share."""
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
    """Return the pairs of classes with expected wrong labels between them, by either estimate, in descending number."""
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
    """Return the share of the expected wrong labels that were flagged, accepted or not, 0 to 1."""
    flagged = sum(finding.p_error or 0.0 for finding in audit.findings if finding.code == "LA101")
    return min(1.0, float(flagged / max(audit.beliefs.p_error.sum(), 1e-12)))
