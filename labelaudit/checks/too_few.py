"""LA401."""

from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence
from labelaudit.settings import JUDGED_FROM


@rule("LA401", "too-few", Severity.WARNING)
def too_few(evidence: Evidence) -> Iterator[Finding]:
    """This class has too few images to be judged.

    What it finds
        Classes with fewer than three different readable images.

    Why it matters
        If the image in question is left out, nothing can be learned about such a class. Its labels are therefore not
        judged, as the last line of a run that passes says, and a model trained on this data set will not know the
        class either.

    How it decides
        It counts the readable images of the class. Exact and near duplicates count once.

    What to do
        Add images, or merge the class with a similar one.

    Limits
        Three images are enough to be judged, but not to be judged well. This rule reports the size of single classes.
        LA405 reports that the labels of a whole data set or split could not be judged, or those of a class whose many
        images are not independent.

    Source
        None: after one image is left out, at least two are needed to see what they have in common.
    """
    dataset = evidence.dataset
    for number, name in enumerate(dataset.names):
        rows = dataset.rows_of(number)
        different = len(np.unique(evidence.copies.groups[rows]))
        if different < JUDGED_FROM:
            images = {0: "no image", 1: "1 image"}.get(different, f"{different} images")
            images += f" and {len(rows) - different} copies" if len(rows) > different else ""
            yield too_few.finding(
                f"{name}/", f"class '{printable(name)}' has {images}, too few to be judged", label=name
            )
