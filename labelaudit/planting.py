"""Known errors, planted in labels to see whether they are found. Nothing on disk is touched."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import SettingsError
from labelaudit.records import Beliefs, Copies, Dataset, Trial

KINDS = ("anywhere", "to the likeliest class")
"""How errors are planted: any other class at random, or the one that the model takes the image for if not its own."""

BINS = 10


def parse_share(text: str) -> float:
    """Return the share that ``5%`` or ``0.05`` means.

    Raises
    ------
    SettingsError
        It is no number, or not above 0 and at most one half.
    """
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = float("nan")
    if not 0 < share <= 0.5:
        raise SettingsError(f"--flip {text}: expected a share above 0 and at most a half, such as 5% or 0.05.")
    return share


def looks_sound(beliefs: Beliefs) -> NDArray[np.bool_]:
    """Return which labels were judged and look right, (N,): only those are made wrong, and only those count."""
    sound: NDArray[np.bool_] = beliefs.judged & (beliefs.p_error < 0.5)
    return sound


def plant(
    dataset: Dataset, copies: Copies, beliefs: Beliefs, share: float, kind: str, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Yield labels (N,) in which a *share* of the judged is wrong, for ever another draw.

    Copies of an image are changed together.
    """
    random = np.random.default_rng(seed)
    rows = np.arange(len(dataset))
    sound = looks_sound(beliefs)
    present = np.flatnonzero(dataset.class_counts)
    while True:
        drawn = random.random(len(dataset))[copies.groups] < share
        wrong = sound & drawn
        if kind == KINDS[0]:
            step = random.integers(1, len(present), len(dataset))[copies.groups]
            place = np.searchsorted(present, dataset.labels)
            other = present[(place + step) % len(present)]
        else:
            other = beliefs.candidates[rows, 1 + beliefs.probabilities[:, 1:].argmax(axis=1)]
        yield np.where(wrong, other, dataset.labels)


def tally(
    kind: str, labels: NDArray[np.int64], true: NDArray[np.int64], before: Beliefs, after: Beliefs, least: float
) -> Trial:
    """Count how many of the planted errors were found, and how honest ``p_error`` was.

    Parameters
    ----------
    kind
        How they were planted.
    labels, true
        int64 (N,): the labels with the errors in them, and without.
    before, after
        What was thought of the labels before and after they were changed.
    least
        A label is flagged from this ``p_error``.
    """
    counted = looks_sound(before) & after.judged
    p_error, wrong = after.p_error[counted], (labels != true)[counted]
    flagged = p_error >= least
    found = flagged & wrong
    place = np.minimum((p_error * BINS).astype(np.int64), BINS - 1)
    gaps = np.abs(np.bincount(place, p_error, BINS) - np.bincount(place, wrong, BINS))
    return Trial(
        kind=kind,
        planted=int(wrong.sum()),
        flagged=int(flagged.sum()),
        found=int(found.sum()),
        corrected=int((found & (after.suggested == true)[counted]).sum()),
        expected=float(p_error.sum()),
        calibration_error=float(gaps.sum() / max(len(p_error), 1)),
    )
