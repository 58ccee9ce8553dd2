"""What the rules on missing and extra labels have in common."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from labelaudit.records import Evidence, MultiBeliefs


class WrongLabel(NamedTuple):
    """A label that is probably wrong: the row of its image, its name, and the probability that it is wrong."""

    row: int
    name: str
    p_wrong: float


def wrong_labels(evidence: Evidence, *, given: bool) -> Iterator[WrongLabel]:
    """Yield the labels that are probably wrong: those that were given, or those that were not."""
    dataset, beliefs = evidence.dataset, evidence.beliefs
    if not isinstance(beliefs, MultiBeliefs):
        return
    flagged = beliefs.flagged_labels(dataset, evidence.settings) & (dataset.given == given)
    for row, number in np.argwhere(flagged).tolist():
        yield WrongLabel(row, dataset.names[number], float(beliefs.p_wrong[row, number]))
