"""LA402."""

from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

FACTOR = 10
"""A class is small if the largest class has more than this many times as many images."""


@rule("LA402", "imbalance", Severity.INFO)
def imbalance(evidence: Evidence) -> Iterator[Finding]:
    """The largest class has more than ten times the images of the smallest.

    What it finds
        One finding for a data set whose class sizes differ by more than a factor of ten. It is reported at the
        smallest class, names it and the largest class with their sizes, and says how many classes are small.

    Why it matters
        A model can reach a high accuracy while it ignores the small classes.

    How it decides
        It counts the readable images of each class. A class is small if the largest class has more than ten times as
        many images.

    What to do
        Add images to the small classes, weight them in training, and report balanced accuracy.

    Limits
        Duplicates are counted. Whether an imbalance does harm depends on how hard the classes are to tell apart; if the
        classes are as unevenly distributed where the model is used, the imbalance may be right. A class without any
        image is reported by LA401.

    Source
        The ratio of the largest class to the smallest: Buda, Maki and Mazurowski (2018), "A systematic study of the
        class imbalance problem in convolutional neural networks". The limit of ten is a convention.
    """
    dataset = evidence.dataset
    counts = dataset.counts
    largest = int(counts.argmax())
    smallest = int(np.where(counts > 0, counts, counts.max()).argmin())
    small = int(((counts > 0) & (counts * FACTOR < counts.max())).sum())
    if small:
        few, many = dataset.names[smallest], dataset.names[largest]
        yield imbalance.finding(
            f"{few}/",
            f"class '{printable(few)}' has {_images(counts[smallest])}, '{printable(many)}' has "
            f"{_images(counts[largest])}; {small} of {len(counts)} classes have less than a tenth of that",
            label=few,
        )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"
