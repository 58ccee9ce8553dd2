"""LA102."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.checks.copied import describe, paths, subject
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import ORIENTATIONS, Evidence

SYSTEMATIC_FROM, SYSTEMATIC_SHARE = 5, 0.2
"""Two classes are orientations of each other if so many images, and such a share of the smaller class, are in both."""


@rule("LA102", "conflicting-duplicates", Severity.ERROR, needs_images=True)
def conflicting_duplicates(evidence: Evidence) -> Iterator[Finding]:
    """The same picture is in two or more classes.

    What it finds
        Groups of images that show the same picture and have different labels. A copy is exact, or the same picture in
        another file format, resized, re-encoded, cropped by a few percent, mirrored, flipped upside down, rotated by a
        quarter or half turn, letterboxed (fitted into another shape between two plain bars), or up to a quarter
        brighter or darker. One finding for each group. And images that a table lists with two labels; the first of
        them is the given one.

    Why it matters
        At least one of the labels is certainly wrong; no model is needed to know that. Training on both teaches
        that the classes are the same.

    How it decides
        Files are compared by their bytes, by their decoded pixels, and by small gray and color versions, which have to
        agree everywhere. For this comparison one image is rotated and mirrored to each of the eight orientations of a
        square, its bars are removed, and its brightness, position and scale are fitted to the other. What all images of
        the data set share has little weight. The finding is reported at the image whose label is most probably wrong.

    What to do
        Keep one of the images in the class where it belongs, and remove the others.

    Limits
        Blank images are copies only if their pixels are the same. Not found: crops of more than about 5 % at each side,
        rotations by other angles, images shifted within their frame, text over a large part of the image, changed
        contrast or colors, bars that are not plain or of different widths, and crops that are also rotated or
        letterboxed. Crops of images with a plain border are not found either. Two frames of a video can be similar
        enough to count as copies, and so can two images of a fixed camera that differ only in the position of something
        small. Where classes are mirrored, flipped or rotated images of each other (left and right, up and down), an
        image that is in both in different orientations is not a conflict, if there are at least five such images and
        they are a fifth of the smaller class.

    Source
        None for the rule: it is a contradiction in the labels. Alignment: Lucas and Kanade (1981), "An Iterative Image
        Registration Technique with an Application to Stereo Vision".
    """
    yield from _listed_twice(evidence)
    dataset, beliefs = evidence.dataset, evidence.beliefs
    flagged = beliefs.flagged(dataset, evidence.settings)
    for rows in _conflicts(evidence):
        names = [dataset.classes[label] for label in dataset.labels[rows]]
        row = min(rows, key=lambda each: (-beliefs.p_error[each], each))
        others = [other for other in rows if other != row]
        label, p_error = int(dataset.labels[row]), float(beliefs.p_error[row])
        copies = describe(
            evidence, row, others, lambda other: f" in '{printable(dataset.classes[dataset.labels[other]])}'"
        )
        yield conflicting_duplicates.finding(
            dataset.paths[row],
            f"given '{printable(dataset.classes[label])}', the same picture as {copies}",
            label=dataset.classes[label],
            suggested=dataset.classes[beliefs.suggested[row]] if flagged[row] else "",
            p_error=p_error if beliefs.judged[row] else None,
            subject=subject(evidence, rows, names),
            related=paths(evidence, others),
        )


def _listed_twice(evidence: Evidence) -> Iterator[Finding]:
    """Yield the images that a table lists with several labels."""
    dataset = evidence.dataset
    rows = {path: row for row, path in enumerate(dataset.paths)} if dataset.repeated else {}
    for path, label, _, line in dataset.repeated:
        row = rows.get(path)
        if row is None or label == dataset.classes[dataset.labels[row]]:
            continue
        given = dataset.classes[dataset.labels[row]]
        yield conflicting_duplicates.finding(
            path,
            f"given '{printable(given)}', and '{printable(label)}' in line {line:,} of the same table",
            label=given,
            digest=evidence.observed.digests[row],
        )


def _conflicts(evidence: Evidence) -> list[list[int]]:
    """Return the groups of copies whose labels contradict each other."""
    labels = evidence.dataset.labels
    groups = [rows.tolist() for rows in evidence.copies.rows() if len(np.unique(labels[rows])) > 1]
    by_orientation = [_classes_by_orientation(evidence, rows) for rows in groups]
    often = Counter(pair for pairs in by_orientation for pair in pairs)
    sizes = evidence.dataset.class_counts
    systematic = {
        pair
        for pair, count in often.items()
        if count >= max(SYSTEMATIC_FROM, SYSTEMATIC_SHARE * sizes[list(pair)].min())
    }
    return [rows for rows, pairs in zip(groups, by_orientation, strict=True) if not pairs or pairs - systematic]


def _classes_by_orientation(evidence: Evidence, rows: list[int]) -> set[frozenset[int]]:
    """Return the pairs of classes of a group whose classes correspond to orientations, or none.

    Each pair is the class of the images in the orientation of the central image, and that of images in another one.
    """
    upright, turned = (
        {int(evidence.dataset.labels[row]) for row in rows if (evidence.copies.likeness[row] in ORIENTATIONS) is other}
        for other in (False, True)
    )
    apart = len(upright) == 1 and upright.isdisjoint(turned)
    return {frozenset({*upright, label}) for label in turned} if apart else set()
