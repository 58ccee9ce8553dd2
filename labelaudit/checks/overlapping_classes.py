"""LA403."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Beliefs, Evidence

APART = 0.75
"""Area under the ROC curve below which two classes are not told apart: half-way from chance to certainty."""

SURE = 2.0
"""Standard errors by which the area has to be below that."""

EXAMPLES = 3
"""Images of each class that are named."""


class Overlap(NamedTuple):
    """Two classes that the data can't tell apart, how often each is taken for the other, and the images most so."""

    first: int
    second: int
    first_for_second: float
    second_for_first: float
    examples: tuple[int, ...]


@rule("LA403", "overlapping-classes", Severity.INFO)
def overlapping_classes(evidence: Evidence) -> Iterator[Finding]:
    """The data can't tell these two classes apart.

    What it finds
        Pairs of classes between which a model that never saw the image might as well toss a coin, with how often each
        is taken for the other and the images for which it is most so.

    Why it matters
        No model will learn the difference. Two people who labelled by different rules, or a class that was made twice
        (`cat` and `kitten`, `TV` and `tv`), look just like this; and which of the two is right, LA101 can't know.

    How it decides
        Of one image of each class, how often does the right one look more like the first class, out of sample? That is
        the area under the ROC curve: one half by chance, one if the classes are apart. A pair is reported where the
        area stays two standard errors below three quarters, half-way between the two.

    What to do
        Join the two classes, or write down what sets them apart and label the images anew.

    Limits
        It takes a dozen images of each class to be sure. What the features don't see is not apart for them, though a
        person might see it. Silent where the features can't tell the classes of this data set apart as a whole.

    Source
        Standard error by chance: Mann and Whitney (1947), "On a Test of Whether one of Two Random Variables is
        Stochastically Larger than the Other".
    """
    dataset = evidence.dataset
    for overlap in overlaps(evidence):
        first, second = dataset.classes[overlap.first], dataset.classes[overlap.second]
        yield overlapping_classes.finding(
            f"{first}/",
            f"'{printable(first)}' and '{printable(second)}' can't be told apart: {overlap.first_for_second:.0%} of "
            f"'{printable(first)}' look more like '{printable(second)}', {overlap.second_for_first:.0%} the other way",
            label=first,
            related=tuple(dataset.paths[row] for row in overlap.examples),
        )


def overlaps(evidence: Evidence) -> list[Overlap]:
    """Return the pairs of classes that the data can't tell apart."""
    labels, beliefs = evidence.dataset.labels, evidence.beliefs
    if not beliefs.believable:
        return []
    taken = _taken_for(beliefs, labels, len(evidence.dataset.classes))  # (K, K)
    # Where the area is small, so is the share that is right at the middle: few pairs are left to be ranked.
    near = np.argwhere(np.triu((taken + taken.T) / 2 > 1 - APART, 1))
    found = []
    for first, second in near.tolist():
        rows = np.flatnonzero((labels == first) | (labels == second))
        leaning = _leaning(beliefs, rows, first, second)
        of_first = labels[rows] == first
        if _apart(leaning, of_first):
            continue
        examples = [*_lowest(rows[of_first], leaning[of_first]), *_lowest(rows[~of_first], -leaning[~of_first])]
        found.append(Overlap(first, second, taken[first, second], taken[second, first], tuple(examples)))
    return found


def _taken_for(beliefs: Beliefs, labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Return the share of the class in the row whose images look more like the class in the column, (K, K)."""
    preferred = beliefs.probabilities > beliefs.probabilities[:, :1]
    cell = labels[:, None] * classes + beliefs.candidates
    counted = np.bincount(cell[preferred], minlength=classes**2).reshape(classes, classes)
    share: NDArray[np.float64] = counted / np.maximum(np.bincount(labels, minlength=classes), 1)[:, None]
    return share


def _leaning(beliefs: Beliefs, rows: NDArray[np.int64], first: int, second: int) -> NDArray[np.float64]:
    """Return by how much images look more like the first class than the second, (R,), in nats."""
    candidates, probabilities = beliefs.candidates[rows], beliefs.probabilities[rows]
    one, other = ((probabilities * (candidates == name)).sum(axis=1) for name in (first, second))
    leaning: NDArray[np.float64] = np.log(one + 1e-12) - np.log(other + 1e-12)
    return leaning


def _apart(leaning: NDArray[np.float64], of_first: NDArray[np.bool_]) -> bool:
    """Tell whether two classes may be apart for all that is known: the area under the curve, or too few images."""
    first, second = leaning[of_first], np.sort(leaning[~of_first])
    below, above = (np.searchsorted(second, first, side) for side in ("left", "right"))
    area = (below + above).mean() / 2 / len(second)  # a draw is half a win
    error = np.sqrt((len(leaning) + 1) / (12 * len(first) * len(second)))
    return bool(max(area, 0.5) + SURE * error >= APART)  # without the image itself, chance is a little below one half


def _lowest(rows: NDArray[np.int64], leaning: NDArray[np.float64]) -> list[int]:
    return [int(row) for row in rows[np.argsort(leaning, kind="stable")[:EXAMPLES]]]
