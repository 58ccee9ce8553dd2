"""Known errors, planted in labels to see whether they are found. Nothing on disk is touched."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import BINS, Beliefs, Bin, Copies, Dataset, Trial
from labelaudit.settings import Settings

KINDS = ("anywhere", "to the likeliest class")
"""How errors are planted: any other class at random, or the one that the model takes the image for if not its own."""


def looks_sound(beliefs: Beliefs) -> NDArray[np.bool_]:
    """Return which labels were judged and look right, (N,): only those are made wrong, and only those count."""
    sound: NDArray[np.bool_] = beliefs.judged & (beliefs.p_error < 0.5)
    return sound


def plant(
    dataset: Dataset, copies: Copies, beliefs: Beliefs, share: float, kind: str, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Yield labels (N,) in which a *share* of the judged is wrong, for ever another draw.

    The images of a family are changed together.
    """
    random = np.random.default_rng(seed)
    rows = np.arange(len(dataset))
    sound = looks_sound(beliefs)
    present = np.flatnonzero(dataset.class_counts)
    while True:
        drawn = random.random(len(dataset))[copies.families] < share
        wrong = sound & drawn
        if kind == KINDS[0]:
            step = random.integers(1, len(present), len(dataset))[copies.families]
            place = np.searchsorted(present, dataset.labels)
            other = present[(place + step) % len(present)]
        else:
            other = beliefs.candidates[rows, 1 + beliefs.probabilities[:, 1:].argmax(axis=1)]
        yield np.where(wrong, other, dataset.labels)


def tally(
    kind: str, dataset: Dataset, true: NDArray[np.int64], before: Beliefs, after: Beliefs, settings: Settings
) -> Trial:
    """Count how many of the planted errors were found, and how honest ``p_error`` was.

    Parameters
    ----------
    kind
        How they were planted.
    dataset
        The images and their labels, with the errors in them.
    true
        int64 (N,): the labels without.
    before, after
        What was thought of the labels before and after they were changed.
    settings
        For the threshold of each class.
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
