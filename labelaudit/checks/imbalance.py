"""LA402."""

from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

FACTOR = 10
"""A class is small when the largest has more than so many times its images."""


@rule("LA402", "imbalance", Severity.INFO)
def imbalance(evidence: Evidence) -> Iterator[Finding]:
    """The largest class has more than ten times the images of the smallest.

    What it finds
        One finding for a data set whose classes differ that much in size; it stands at the smallest class, names it and
        the largest with their counts, and says how many classes are small.

    Why it matters
        A model does well on average by ignoring the small classes, and accuracy does not show it.

    How it decides
        It counts the readable images of each class. A class is small when the largest has more than ten times as many.

    What to do
        Add images of the small classes, weight them in training, and report balanced accuracy.

    Limits
        Copies count. Whether an imbalance does harm depends on how hard the classes are to tell apart; where the world
        is as uneven as the data, it may be right. A class without any image is LA401's.

    Source
        The ratio of the largest to the smallest: Buda, Maki and Mazurowski (2018), "A systematic study of the class
        imbalance problem in convolutional neural networks". Where to draw the line, at ten, is a convention.
    """
    dataset = evidence.dataset
    counts = dataset.class_counts
    largest = int(counts.argmax())
    smallest = int(np.where(counts > 0, counts, counts.max()).argmin())
    small = int(((counts > 0) & (counts * FACTOR < counts.max())).sum())
    if small:
        few, many = dataset.classes[smallest], dataset.classes[largest]
        yield imbalance.finding(
            f"{few}/",
            f"class '{printable(few)}' has {_images(counts[smallest])}, '{printable(many)}' has "
            f"{_images(counts[largest])}; {small} of {len(counts)} classes have less than a tenth of that",
            label=few,
        )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"
