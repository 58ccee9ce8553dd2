"""LA403."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import ONE, rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

EXAMPLES = 3
"""Number of images of each class that are named."""


@rule("LA403", "overlapping-classes", Severity.INFO, labels=ONE)
def overlapping_classes(evidence: Evidence) -> Iterator[Finding]:
    """The data do not distinguish these two classes.

    What it finds
        Pairs of classes that out-of-sample predictions cannot distinguish better than by guessing. The finding says how
        often each class is predicted as the other, and names the images for which this is clearest.

    Why it matters
        No model will learn the difference. Annotators who followed different rules, or a class that exists twice (`cat`
        and `kitten`, `TV` and `tv`), look exactly like this, and so do two classes with many swapped labels. The data
        do not show which of the two labels is right, so LA101 accepts either label for the other. The last line of a
        run that passes says so, and LA405 reports it if no two classes can be distinguished.

    How it decides
        The area under the ROC curve between the two classes is computed from out-of-sample predictions: 0.5 is
        guessing, 1 is perfect separation. A pair is reported if the area is at least two standard errors below 0.75,
        half-way between the two.

    What to do
        Merge the two classes, or write down what distinguishes them and label the images again.

    Limits
        A dozen images of each class are needed for certainty. Classes overlap if the features do not show the
        difference, even if a person can see it. The rule reports nothing if the features do not distinguish the
        classes of this data set in general.

    Source
        Standard error under the null hypothesis: Mann and Whitney (1947), "On a Test of Whether one of Two Random
        Variables is Stochastically Larger than the Other".
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
            f"'{printable(first)}' and '{printable(second)}' cannot be distinguished: {taken[0]:.0%} of "
            f"'{printable(first)}' look more like '{printable(second)}', {taken[1]:.0%} the other way",
            label=first,
            related=tuple(dataset.paths[row] for row in examples),
            subject=f"{first}/ {second}/",
        )


def _leaning(evidence: Evidence, rows: NDArray[np.int64], own: int, other: int) -> NDArray[np.float64]:
    """Return how much more images resemble their own class than the other, (R,), in nats."""
    candidates, beliefs = evidence.beliefs.candidates[rows], evidence.beliefs.probabilities[rows]
    first, second = ((beliefs * (candidates == name)).sum(axis=1) for name in (own, other))
    leaning: NDArray[np.float64] = np.log(first + 1e-12) - np.log(second + 1e-12)
    return leaning


def _lowest(leaning: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.argsort(leaning, kind="stable")[:EXAMPLES]
