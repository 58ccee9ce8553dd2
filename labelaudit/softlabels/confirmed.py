"""What people decided: the class that they named is certain."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import ELSEWHERE, Decided, SoftLabels


def confirm(soft: SoftLabels, decided: Decided) -> SoftLabels:
    """Return soft labels in which the class that a person decided on is certain, whatever the method says."""
    known = decided.known
    note = f"{known.sum():,} labels were decided by a person and are certain"
    if not decided.looked_at.any():
        note = "warning: none of the decisions is about these images with these labels"
    return replace(
        soft,
        labels=np.where(known, decided.truth, soft.labels),
        weights=np.where(known, 1.0, soft.weights) if len(soft.weights) else soft.weights,
        certain=known,
        notes=(*soft.notes, note),
    )


def unfit(decided: Decided) -> NDArray[np.bool_]:
    """Return for which images no label is right, (N,): they are not usable, or their class is not in the data set."""
    without: NDArray[np.bool_] = decided.unusable | (decided.truth == ELSEWHERE)
    return without
