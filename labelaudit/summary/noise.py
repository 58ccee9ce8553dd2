"""Label noise between classes."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import Audit, ClassNoise, MultiBeliefs, PairNoise

LEAST = 0.5
"""Expected number of wrong labels from which a pair of classes is reported."""


def class_noise(audit: Audit) -> list[ClassNoise]:
    """Return the classes with at least one expected wrong label, in descending share."""
    if isinstance(audit.beliefs, MultiBeliefs):
        return _of_labels(audit, audit.beliefs)
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
    if isinstance(audit.beliefs, MultiBeliefs):
        return _missing_and_extra(audit, audit.beliefs)
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
    codes = ("LA101", "LA104", "LA105")
    flagged = sum(finding.p_error or 0.0 for finding in audit.findings if finding.code in codes)
    return min(1.0, float(flagged / max(audit.beliefs.expected_wrong, 1e-12)))


def _of_labels(audit: Audit, beliefs: MultiBeliefs) -> list[ClassNoise]:
    """Return the labels of which at least one is expected to be wrong or missing, in descending number."""
    dataset, images = audit.dataset, audit.dataset.counts.tolist()
    missing, extra = _expected(audit, beliefs)
    found = [
        ClassNoise(name, images[number], float(extra[number]), "", float(missing[number]))
        for number, name in enumerate(dataset.names)
        if extra[number] + missing[number] >= 1
    ]
    return sorted(found, key=lambda each: (-each.wrong - each.missing, each.label))


def _missing_and_extra(audit: Audit, beliefs: MultiBeliefs) -> list[PairNoise]:
    """Return the labels that are expected to be missing (no given label) and extra (no true one) somewhere."""
    theirs = audit.second_opinion
    found = []
    for place, expected in enumerate(_expected(audit, beliefs)):
        for number, name in enumerate(audit.dataset.names):
            said = None if theirs is None else float(theirs[number, place])
            if max(expected[number], said or 0.0) >= LEAST:
                pair = ("", name) if place == 0 else (name, "")
                found.append(PairNoise(*pair, float(expected[number]), said))
    return sorted(found, key=lambda pair: (-pair.wrong, pair.label, pair.true))


def _expected(audit: Audit, beliefs: MultiBeliefs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the expected number of images from which each label is missing, and that have it by mistake, (K,) each."""
    given = audit.dataset.given
    return (beliefs.p_wrong * ~given).sum(axis=0), (beliefs.p_wrong * given).sum(axis=0)
