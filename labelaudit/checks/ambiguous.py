"""LA103."""

from collections.abc import Iterator

import numpy as np

from labelaudit.checks import ONE, rule
from labelaudit.checks.outlier import outliers
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

EVEN = 0.45
"""Minimum probability of each of the two classes, so that no other class is likely."""


@rule("LA103", "ambiguous", Severity.INFO, labels=ONE)
def ambiguous(evidence: Evidence) -> Iterator[Finding]:
    """Two classes fit this image about equally well.

    What it finds
        Images for which out-of-sample predictions cannot decide between two classes. The finding names both classes
        and their probabilities.

    Why it matters
        Two annotators would label such an image differently. These images show where the classes need a labeling rule,
        and a soft label describes them better than a hard one.

    How it decides
        Before the label is looked at, two classes each have a probability of 0.45 or more. Labels that are probably
        wrong (LA101), outliers (LA303), and pairs of classes that overlap as a whole (LA403) are left to those rules.
        Images that a person decided about are left out.

    What to do
        Look at the image, and decide on a rule for labeling such images, or smooth its label (`labelaudit smooth`).

    Limits
        An image that is ambiguous to the features can be plain to a person. The rule reports nothing if the features
        cannot tell the classes apart as a whole.

    Source
        None: two classes with nearly equal probability are a question for a person.
    """
    dataset, beliefs = evidence.dataset, evidence.beliefs
    if not beliefs.believable:
        return
    known = set(map(tuple, beliefs.overlapping.tolist()))
    wrong = beliefs.flagged(dataset, evidence.settings)
    even = (beliefs.probabilities >= EVEN).sum(axis=1) == 2
    if evidence.decided is not None:
        even &= ~evidence.decided.looked_at
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
