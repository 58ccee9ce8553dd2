"""LA303."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.records import Beliefs, Evidence

STRANGE = 3.0
"""Threshold in deviations: three, a convention."""


def outliers(beliefs: Beliefs) -> NDArray[np.bool_]:
    """Return which images are outliers, bool (N,)."""
    strange: NDArray[np.bool_] = beliefs.strangeness >= STRANGE
    return strange


@rule("LA303", "outlier", Severity.INFO, former_names=("off-topic",))
def outlier(evidence: Evidence) -> Iterator[Finding]:
    """This image is unlike all other images in the data set.

    What it finds
        Images that are far from all other images, including those with the same label: a hand among clothes, a
        screenshot among photos.

    Why it matters
        No label is right for them, and a model that is trained on them learns that its classes can look like anything.

    How it decides
        Two distances between features are added: the distance to the 70th nearest other image (in small data sets, to
        the last of the nearest sixteenth, or to the 10th), and the distance to the nearest class mean. With 70
        neighbors, a few dozen outliers that resemble each other are still found. An image is flagged if the sum is
        three deviations above the median of all images, or above the median of its own class if that is higher, so that
        the images of a rare or diverse class are not flagged.

    What to do
        Look at the image. Delete it, or keep it if it belongs here; in that case, more images of its kind would help.
        If its label is flagged as well (LA101), the suggested label is only the least unlikely one.

    Limits
        More than 70 similar outliers count as a kind of their own. If one image in twenty is an outlier, outliers are
        normal, and if half of a class are, none of them is found. A single outlier with the colors and the outline of
        the other images can be missed. Unusual views of the right object, such as a picture lying on its side, are
        flagged too; in a data set without real outliers all findings are of this kind, so that this rule informs and
        does not warn.

    Source
        Distance to the k-th nearest neighbor: Ramaswamy, Rastogi and Shim (2000), "Efficient Algorithms for Mining
        Outliers from Large Data Sets"; on deep features: Sun et al. (2022), "Out-of-Distribution Detection with Deep
        Nearest Neighbors". Distance to class means: Lee et al. (2018), "A Simple Unified Framework for Detecting
        Out-of-Distribution Samples and Adversarial Attacks". The sum, and the median of the image's own class, are our
        additions.
    """
    dataset, beliefs = evidence.dataset, evidence.beliefs
    rows = np.flatnonzero(outliers(beliefs))
    for row in rows[np.argsort(-beliefs.strangeness[rows], kind="stable")]:
        yield outlier.finding(
            dataset.paths[row],
            f"unlike all other images: {beliefs.strangeness[row]:.1f} deviations farther away than usual",
            label=dataset.classes[dataset.labels[row]],
            digest=evidence.observed.digests[row],
        )
