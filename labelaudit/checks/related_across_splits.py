"""LA203."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.checks.copied import paths, subject
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence

NAMED = 5
"""Number of related images in a message; ``related`` contains all of them."""


@rule("LA203", "related-images-across-splits", Severity.WARNING, needs_images=True)
def related_across_splits(evidence: Evidence) -> Iterator[Finding]:
    """Related images are in two or more splits.

    What it finds
        Families of images that are not independent and are in different splits, such as train and test: augmentations
        of one original, frames of one video, tiles of one scan, or images that `--group-by` relates. One finding for
        each family, at its first image in the smallest split. A family that consists of duplicates only is reported by
        LA202 instead. Without splits it finds nothing.

    Why it matters
        This is the usual kind of data leakage: images were augmented before they were split, or the frames of one video
        were distributed at random. A model is then tested on almost the same images that it was trained on, and its
        score is too high.

    How it decides
        Two images are related in four cases. The distance of their features is below 30 % of the usual distance around
        them. It is below 70 %, or their names differ only in the last part, and small versions of them agree everywhere
        after one was rotated a little, shifted, scaled and brightened. One is the other rotated by any angle, mirrored
        or not. Or `--group-by` relates them. All images that are connected by such pairs are one family.

    What to do
        Split by original, video or patient instead of by image, and augment after splitting. If the images are not
        really related, ignore the rule or accept the finding in the baseline.

    Limits
        Different objects that were photographed in the same way on the same background can be taken for related images.
        Rotations about another point than the middle, strong crops and single photos of the same object from another
        side are often missed: name such groups with `--group-by`.

    Source
        Kapoor and Narayanan (2023), "Leakage and the Reproducibility Crisis in Machine-Learning-Based Science", on
        non-independence between training and test data.
    """
    dataset, copies = evidence.dataset, evidence.copies
    sizes = Counter(dataset.splits)
    for family in copies.rows_of_families():
        rows = family.tolist()
        splits = [dataset.splits[row] for row in rows]
        if len(set(splits)) < 2 or len(np.unique(copies.groups[family])) < 2:
            continue
        row = min(rows, key=lambda each: (sizes[dataset.splits[each]], each))
        others = [other for other in rows if dataset.splits[other] != dataset.splits[row]]
        yield related_across_splits.finding(
            dataset.paths[row],
            f"of split '{printable(dataset.splits[row])}', related to {_described(evidence, others)}",
            label=dataset.classes[dataset.labels[row]],
            subject=subject(evidence, rows, splits),
            related=paths(evidence, others),
        )


def _described(evidence: Evidence, others: list[int]) -> str:
    """Return a description of images and their splits."""
    dataset = evidence.dataset
    parts = [f"{printable(dataset.paths[each])} in '{printable(dataset.splits[each])}'" for each in others[:NAMED]]
    if len(others) > NAMED:
        parts.append(f"{len(others) - NAMED} more")
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
