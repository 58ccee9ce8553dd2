"""LA103."""

from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.checks.outlier import outliers
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

EVEN = 0.45
"""Probability that each of the two classes has at least, so that nothing else is likely."""


@rule("LA103", "ambiguous", Severity.INFO)
def ambiguous(evidence: Evidence) -> Iterator[Finding]:
    """Two classes fit this image about equally.

    What it finds
        Images of which a model that never saw them can't say which of two classes they show, with both classes and
        their probabilities.

    Why it matters
        Two people would label them differently. They show where the classes need a rule, and a soft label says more of
        them than a hard one.

    How it decides
        Before the label is looked at, two classes have a probability of .45 or more each. Labels that are probably
        wrong (LA101) and images that look like nothing here (LA303) are left to those rules, and pairs of classes that
        overlap as a whole to LA403.

    What to do
        Look at the image, write down which class such images are to have, or smooth its label
        (`labelaudit smooth`).

    Limits
        What is ambiguous to the features can be plain to a person. Silent where the features can't tell the classes
        apart as a whole.

    Source
        None: two classes that are even are one question for a person.
    """
    dataset, beliefs = evidence.dataset, evidence.beliefs
    if not beliefs.believable:
        return
    known = set(map(tuple, beliefs.overlapping.tolist()))
    wrong = beliefs.flagged(dataset, evidence.settings)
    even = (beliefs.probabilities >= EVEN).sum(axis=1) == 2
    for row in np.flatnonzero(even & beliefs.judged & ~wrong & ~outliers(beliefs)):
        fitting = np.flatnonzero(beliefs.probabilities[row] >= EVEN)
        first, second = sorted(int(name) for name in beliefs.candidates[row, fitting])
        if (first, second) in known:
            continue
        share = dict(zip(beliefs.candidates[row].tolist(), beliefs.probabilities[row].tolist(), strict=True))
        yield ambiguous.finding(
            dataset.paths[row],
            f"'{printable(dataset.classes[first])}' ({share[first]:.2f}) and "
            f"'{printable(dataset.classes[second])}' ({share[second]:.2f}) fit about equally",
            label=dataset.classes[dataset.labels[row]],
            digest=evidence.observed.digests[row],
        )
