"""LA201."""

from collections.abc import Iterator

from labelaudit.checks import rule
from labelaudit.checks.copied import describe, paths, subject
from labelaudit.findings import Finding, Severity
from labelaudit.records import Evidence

LOSSLESS = frozenset({"BMP", "PNG", "PPM", "TIFF"})
"""Formats without compression losses."""


@rule("LA201", "duplicate", Severity.WARNING, needs_images=True)
def duplicate(evidence: Evidence) -> Iterator[Finding]:
    """The same picture is in one class more than once.

    What it finds
        Groups of images of one class, and of one split, that show the same picture: exact copies, and copies that were
        changed as LA102 describes (another file format, size or encoding, a small crop, mirrored, flipped, rotated by
        a quarter or half turn, letterboxed, brighter or darker). One finding for each group, at the image to keep; the
        others are related to it.

    Why it matters
        A picture that is present ten times has ten times the weight in training and in every metric.

    How it decides
        As LA102 does. The image to keep is the one with the most pixels, then one in a lossless format, then the first
        by path.

    What to do
        Remove the others, unless they are augmented copies that were added on purpose.

    Limits
        Those of LA102. Frames of a video that hardly differ are copies; so are mirrored, flipped and rotated images
        that were made for training. Other augmentations, such as rotations by a few degrees or shifts, are not found.

    Source
        None: it counts distinct images instead of files.
    """
    for rows in _in_one_place(evidence):
        keep, *others = sorted(rows, key=lambda row: _worth(evidence, row))
        label = evidence.dataset.classes[evidence.dataset.labels[keep]]
        copies = describe(evidence, keep, others, lambda _: "")
        yield duplicate.finding(
            evidence.dataset.paths[keep],
            f"keep this one of {len(rows)} copies; the same picture as {copies}",
            label=label,
            subject=subject(evidence, rows, [label] * len(rows)),
            related=paths(evidence, others),
        )


def _in_one_place(evidence: Evidence) -> Iterator[list[int]]:
    """Yield the rows of each group of copies that are of one class and one split, where they are two or more."""
    for rows in evidence.copies.rows():
        places: dict[tuple[int, str], list[int]] = {}
        for row in rows.tolist():
            place = int(evidence.dataset.labels[row]), evidence.dataset.splits[row]
            places.setdefault(place, []).append(row)
        yield from (members for members in places.values() if len(members) > 1)


def _worth(evidence: Evidence, row: int) -> tuple[int, bool, int]:
    """Return the sort key of an image; the image to keep comes first."""
    width, height = evidence.observed.sizes[row].tolist()
    return -width * height, evidence.observed.formats[row] not in LOSSLESS, row
