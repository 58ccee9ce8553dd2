"""LA404."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import ONE, rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import NO_FRAME, Evidence

ENOUGH = 30
"""Minimum number of families of a class."""

BINS = 20
"""Number of bins for properties with more distinct values; each bin contains equally many images."""

TELLING = 0.9
"""Balanced accuracy from which a property distinguishes two classes; 0.5 is chance."""

EXAMPLES = 3


class Property(NamedTuple):
    """A property of images that should not depend on their class.

    Attributes
    ----------
    name
        Name of the property.
    values
        float64 (N,).
    names
        Names of the values, if they are indices of names.
    """

    name: str
    values: NDArray[np.float64]
    names: tuple[str, ...] = ()

    def typical(self, rows: NDArray[np.int64]) -> float:
        """Return the median of some images, or the most frequent value if values are names."""
        if self.names:
            return float(np.bincount(self.values[rows].astype(np.int64)).argmax())
        return float(np.percentile(self.values[rows], 50, method="lower"))

    def show(self, value: float) -> str:
        """Return a value as text."""
        if self.names:
            return printable(self.names[int(value)])
        if value == NO_FRAME:
            return "none"
        return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


@rule("LA404", "shortcut", Severity.WARNING, needs_images=True, labels=ONE)
def shortcut(evidence: Evidence) -> Iterator[Finding]:
    """Brightness, size, shape, file format or frame alone reveals the class.

    What it finds
        Classes that a single simple property distinguishes from most other classes, without regard to what the images
        show. The finding gives the accuracy, the typical value in the class and in the others, and a few examples.
        There is one finding for each property and class.

    Why it matters
        If a class was taken with another camera or saved by another program, a model learns to recognize that: it does
        well on this data set and fails elsewhere. It may also hide wrong labels in the class, since the features can
        depend on the same property; read its LA101 findings with care.

    How it decides
        For each property and each pair of classes with at least 30 independent images (one of each family counts), a
        histogram of 20 bins predicts the class of an image that is left out of it. If the balanced accuracy is 90 % or
        more (guessing: 50 %), the property distinguishes the two classes; a property that distinguishes a class from
        more than half of the other classes is reported. The properties are brightness, size (square root of the area),
        aspect ratio, file format, color or gray, and the brightness of a frame (two or more sides that have one
        brightness each).

    What to do
        Convert the images to the same format, size and exposure, and cut off frames. Or take images of the other
        classes in the same way.

    Limits
        Some shortcuts are natural: night is darker than day. Combinations of properties are not examined, nor
        properties of a part of a class.

    Source
        Geirhos et al. (2020), "Shortcut learning in deep neural networks". Using the property alone as a classifier is
        our addition.
    """
    dataset = evidence.dataset
    _, firsts = np.unique(evidence.copies.families, return_index=True)
    rows = np.sort(firsts)  # relatives usually have the same properties, so they count once
    labels = dataset.labels[rows]
    judged = np.flatnonzero(np.bincount(labels, minlength=len(dataset.classes)) >= ENOUGH)
    if len(judged) < 2:
        return
    for each in _properties(evidence):
        accuracies = told_apart(each.values[rows], labels, judged)
        for label, accuracy in zip(judged, accuracies, strict=True):
            told = accuracy[accuracy >= TELLING]
            if 2 * len(told) <= len(judged) - 1:
                continue
            here, elsewhere = rows[labels == label], rows[labels != label]
            typical, name = each.typical(here), dataset.classes[label]
            nearest = here[np.argsort(np.abs(each.values[here] - typical), kind="stable")[:EXAMPLES]]
            yield shortcut.finding(
                f"{name}/",
                f"{each.name} alone tells '{printable(name)}' from {len(told)} of {len(judged) - 1} other classes, "
                f"right for {told.mean():.0%} (chance: 50 %); typically {each.show(typical)} here, "
                f"{each.show(each.typical(elsewhere))} elsewhere",
                label=name,
                related=tuple(dataset.paths[row] for row in nearest),
                subject=f"{name}/ {each.name}",
            )


def _properties(evidence: Evidence) -> list[Property]:
    observed = evidence.observed
    plain, sizes = observed.statistics, observed.sizes.astype(np.float64)
    formats = tuple(sorted(set(observed.formats)))
    numbers = np.array([formats.index(name) for name in observed.formats], np.float64)
    return [
        Property("brightness", plain.brightness.astype(np.float64)),
        Property("size", np.sqrt(sizes.prod(axis=1))),
        Property("width over height", sizes[:, 0] / sizes[:, 1]),
        Property("file format", numbers, formats),
        Property("brightness of the frame", plain.frame.astype(np.float64)),
        Property("colour", (plain.colour < 1).astype(np.float64), ("colour", "grey")),
    ]


def told_apart(
    values: NDArray[np.float64], labels: NDArray[np.int64], judged: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how well a property distinguishes each pair of judged classes, without the image in its own histogram.

    Returns
    -------
    Balanced accuracies, (J, J), J the number of judged classes; 0 between a class and itself.
    """
    different = np.unique(values)
    edges = different if len(different) <= BINS else different[np.arange(1, BINS) * len(different) // BINS]
    bins = np.searchsorted(edges, values, side="right")
    counts = np.array([np.bincount(bins[labels == label], minlength=len(edges) + 1) for label in judged])
    totals = counts.sum(axis=1, keepdims=True)
    shares, left_out = counts / totals, (counts - 1) / totals  # with one denominator, so that equal counts are ties

    recalls = np.zeros((len(judged), len(judged)))  # share of the row's images that are distinguished from the column's
    for place in range(len(judged)):
        right = (left_out[place] > shares) + 0.5 * (left_out[place] == shares)  # (J, bins)
        recalls[place] = right @ counts[place] / totals[place]
    accuracies: NDArray[np.float64] = (recalls + recalls.T) / 2
    np.fill_diagonal(accuracies, 0.0)
    return accuracies
