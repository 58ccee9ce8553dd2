"""LA403."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

EXAMPLES = 3
"""Images of each class that are named."""


@rule("LA403", "overlapping-classes", Severity.INFO)
def overlapping_classes(evidence: Evidence) -> Iterator[Finding]:
    """The data can't tell these two classes apart.

    What it finds
        Pairs of classes between which a model that never saw the image might as well toss a coin, with how often each
        is taken for the other and the images for which it is most so.

    Why it matters
        No model will learn the difference. Two people who labelled by different rules, or a class that was made twice
        (`cat` and `kitten`, `TV` and `tv`), look just like this. Which of the two is right nobody can tell from the
        data, so LA101 takes either label for the other's.

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
    dataset, labels = evidence.dataset, evidence.dataset.labels
    for pair in evidence.beliefs.overlapping.tolist():
        rows = [np.flatnonzero(labels == name) for name in pair]
        leaning = [_leaning(evidence, its, *names) for its, names in zip(rows, (pair, pair[::-1]), strict=True)]
        first, second = (dataset.classes[name] for name in pair)
        taken = [(each < 0).mean() for each in leaning]
        examples = [row for its, each in zip(rows, leaning, strict=True) for row in its[_lowest(each)]]
        yield overlapping_classes.finding(
            f"{first}/",
            f"'{printable(first)}' and '{printable(second)}' can't be told apart: {taken[0]:.0%} of "
            f"'{printable(first)}' look more like '{printable(second)}', {taken[1]:.0%} the other way",
            label=first,
            related=tuple(dataset.paths[row] for row in examples),
            subject=f"{first}/ {second}/",
        )


def _leaning(evidence: Evidence, rows: NDArray[np.int64], own: int, other: int) -> NDArray[np.float64]:
    """Return by how much images look more like their own class than the other, (R,), in nats."""
    candidates, beliefs = evidence.beliefs.candidates[rows], evidence.beliefs.probabilities[rows]
    first, second = ((beliefs * (candidates == name)).sum(axis=1) for name in (own, other))
    leaning: NDArray[np.float64] = np.log(first + 1e-12) - np.log(second + 1e-12)
    return leaning


def _lowest(leaning: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.argsort(leaning, kind="stable")[:EXAMPLES]
