"""LA102."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.checks.copied import describe, paths, subject
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence, Likeness

SYSTEMATIC_FROM, SYSTEMATIC_SHARE = 5, 0.2
"""Two classes mirror each other where so many pictures, and such a share of the smaller class, stand in both."""


@rule("LA102", "conflicting-duplicates", Severity.ERROR)
def conflicting_duplicates(evidence: Evidence) -> Iterator[Finding]:
    """The same picture is in two or more classes.

    What it finds
        Groups of images that show one picture and have different labels: exact copies, the same picture in another
        file format, resized, re-encoded, cropped by a few percent, or mirrored. One finding for each group.

    Why it matters
        At least one of the labels is certainly wrong; no model is needed to know that. Training on both teaches
        that the classes are the same.

    How it decides
        By the bytes, by the decoded pixels, and by small grey and coloured pictures that have to agree in every
        place, where needed after one has been shifted and scaled onto the other. What all images of the data set
        share counts for little. The finding stands at the image whose label the model believes least.

    What to do
        Keep one of the images in the class where it belongs, and remove the others.

    Limits
        Pictures with nothing on them are copies only if their pixels are the same. Larger crops, rotated and
        recoloured copies are not found, nor crops of pictures with a flat border. Two frames of a film can be so
        alike that they count as one picture, and so can two pictures before a fixed camera that differ only in where
        something small stands. Where classes are mirror images of each other (left and right), a
        mirrored picture in both is no conflict: at least five pictures and a fifth of the smaller class.

    Source
        None for the rule: it is a contradiction in the labels. Alignment: Lucas and Kanade (1981), "An Iterative Image
        Registration Technique with an Application to Stereo Vision".
    """
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


def _conflicts(evidence: Evidence) -> list[list[int]]:
    """Return the groups of copies whose labels contradict each other."""
    labels = evidence.dataset.labels
    groups = [rows.tolist() for rows in evidence.copies.rows() if len(np.unique(labels[rows])) > 1]
    by_mirroring = [_classes_by_mirroring(evidence, rows) for rows in groups]
    often = Counter(by_mirroring)
    sizes = evidence.dataset.class_counts
    mirror_classes = {
        pair
        for pair, count in often.items()
        if pair and count >= max(SYSTEMATIC_FROM, SYSTEMATIC_SHARE * sizes[list(pair)].min())
    }
    return [rows for rows, pair in zip(groups, by_mirroring, strict=True) if pair not in mirror_classes]


def _classes_by_mirroring(evidence: Evidence, rows: list[int]) -> frozenset[int]:
    """Return the two classes of a group whose images differ in class just as they differ in being mirrored, or none."""
    plain, turned = (
        {
            int(evidence.dataset.labels[row])
            for row in rows
            if (evidence.copies.likeness[row] is Likeness.MIRRORED) is mirrored
        }
        for mirrored in (False, True)
    )
    return frozenset(plain | turned) if len(plain) == len(turned) == 1 else frozenset()
