"""Plant known errors in labels to measure how many are found. Nothing on disk is changed."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import BINS, Beliefs, Bin, Copies, Dataset, Trial
from labelaudit.settings import Settings

KINDS = ("anywhere", "to the likeliest class", "as people err")
"""Kinds of errors: a random other class; the most probable other class of the image; and as people make them: more
often on ambiguous images, and to a class that the image resembles."""

LEANING = 0.4
"""Exponent of the predicted probabilities in the distribution of people's errors over the other classes, as
measured."""


def looks_sound(beliefs: Beliefs) -> NDArray[np.bool_]:
    """Return which labels were judged and seem correct, bool (N,): errors are planted only in these."""
    sound: NDArray[np.bool_] = beliefs.judged & (beliefs.p_error < 0.5)
    return sound


def plant(
    dataset: Dataset, copies: Copies, beliefs: Beliefs, share: float, kind: str, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Yield labels (N,), with a *share* of the judged labels made wrong, in endless independent draws.

    The images of a family are changed together.
    """
    random = np.random.default_rng(seed)
    rows = np.arange(len(dataset))
    sound = looks_sound(beliefs)
    present = np.flatnonzero(dataset.class_counts)
    likely = beliefs.probabilities[:, 1:]  # of the other candidates
    hardness = np.sqrt(1 - beliefs.probabilities.max(axis=1))[copies.families]
    often = share * hardness / max(hardness[sound].mean(), 1e-12) if kind == KINDS[2] and sound.any() else share
    while True:
        drawn = random.random(len(dataset))[copies.families] < often
        wrong = sound & drawn
        if kind == KINDS[0]:
            step = random.integers(1, len(present), len(dataset))[copies.families]
            place = np.searchsorted(present, dataset.labels)
            other = present[(place + step) % len(present)]
        elif kind == KINDS[1]:
            other = beliefs.candidates[rows, 1 + likely.argmax(axis=1)]
        else:
            reached = np.cumsum(np.maximum(likely, 1e-12) ** LEANING, axis=1)
            place = (reached < random.random((len(rows), 1)) * reached[:, -1:]).sum(axis=1)
            other = beliefs.candidates[rows, 1 + np.minimum(place, likely.shape[1] - 1)]
        yield np.where(wrong, other, dataset.labels)


def tally(
    kind: str, dataset: Dataset, true: NDArray[np.int64], before: Beliefs, after: Beliefs, settings: Settings
) -> Trial:
    """Count how many of the planted errors were found, and measure the calibration of ``p_error``.

    Parameters
    ----------
    kind
        Kind of errors.
    dataset
        The images with their labels after planting.
    true
        int64 (N,): the labels before planting.
    before, after
        Predictions before and after planting.
    settings
        Settings with the threshold of each class.
    """
    counted = looks_sound(before) & after.judged
    p_error, wrong = after.p_error[counted], (dataset.labels != true)[counted]
    flagged = after.flagged(dataset, settings)[counted]
    found = flagged & wrong
    place = np.minimum((p_error * BINS).astype(np.int64), BINS - 1)
    columns = (np.bincount(place, weights, BINS) for weights in (np.ones(len(place)), p_error, wrong))
    return Trial(
        kind=kind,
        believable=before.believable,
        flagged=int(flagged.sum()),
        found=int(found.sum()),
        corrected=int((found & (after.suggested == true)[counted]).sum()),
        bins=tuple(Bin(int(labels), float(sums), int(planted)) for labels, sums, planted in zip(*columns, strict=True)),
    )
