"""LA303."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.records import Beliefs, Evidence

STRANGE = 3.0
"""Deviations: three, as everywhere else."""


def outliers(beliefs: Beliefs) -> NDArray[np.bool_]:
    """Tell which images look like nothing else here, (N,)."""
    strange: NDArray[np.bool_] = beliefs.strangeness >= STRANGE
    return strange


@rule("LA303", "outlier", Severity.WARNING, former_names=("off-topic",))
def outlier(evidence: Evidence) -> Iterator[Finding]:
    """This image looks like nothing else here.

    What it finds
        Images that are far from all others, those with the same label among them: a hand among clothes, a screenshot
        among photos.

    Why it matters
        No label is right for them. A model learns from them that its classes can look like anything.

    How it decides
        Two distances are added up: to the 70th nearest other image (in small data sets to the last of the nearest
        sixteenth, or to the 10th), so that a few dozen strays that look alike are no company to each other; and to the
        nearest mean of a class. An image is flagged three deviations above the median of all images, or of its own
        class where that is higher, so that a rare class is no outlier, nor is one of odds and ends.

    What to do
        Look at the image. Delete it, or keep it if it belongs here: it is then a picture of a kind to have more of. If
        its label is flagged too (LA101), the label that is suggested there is only the least unlikely.

    Limits
        More than 70 strays of one kind are a kind of their own; where one image in twenty is a stray, strays are usual;
        where half of a class are, none of it is found. A single stray with the colours and outline of the rest can be
        missed. An unusual view of the right thing, such as a picture that lies on its side, is found as well.

    Source
        Distance to the k-th nearest neighbour: Ramaswamy, Rastogi and Shim (2000), "Efficient Algorithms for Mining
        Outliers from Large Data Sets"; on deep features: Sun et al. (2022), "Out-of-Distribution Detection with Deep
        Nearest Neighbors". To class means: Lee et al. (2018), "A Simple Unified Framework for Detecting
        Out-of-Distribution Samples and Adversarial Attacks". The sum, and the median of the own class, are ours.
    """
    dataset, beliefs = evidence.dataset, evidence.beliefs
    rows = np.flatnonzero(outliers(beliefs))
    for row in rows[np.argsort(-beliefs.strangeness[rows], kind="stable")]:
        yield outlier.finding(
            dataset.paths[row],
            f"looks like nothing else here: {beliefs.strangeness[row]:.1f} deviations farther off than usual",
            label=dataset.classes[dataset.labels[row]],
            digest=evidence.observed.digests[row],
        )
