"""LA202."""

from collections import Counter
from collections.abc import Iterator

from labelaudit.checks import rule
from labelaudit.checks.copied import describe, paths, subject
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence


@rule("LA202", "leakage", Severity.ERROR, needs_images=True)
def leakage(evidence: Evidence) -> Iterator[Finding]:
    """The same picture is in two or more splits.

    What it finds
        Groups of images that show the same picture and are in different splits, such as train and test: exact copies,
        and copies that were changed as LA102 describes (another file format, size or encoding, a small crop, mirrored,
        flipped, rotated by a quarter or half turn, letterboxed, brighter or darker). One finding for each group, at
        its image in the smallest split. And images that a table lists in two splits. Without splits it finds nothing.

    Why it matters
        A model is tested on images that it was trained on. Its accuracy is overestimated, most of all for models that
        memorize their training data.

    How it decides
        As LA102 does.

    What to do
        Keep the picture in one split only. Removing it from the test split is the usual choice; removing it from the
        training split keeps test results comparable with earlier ones.

    Limits
        Those of LA102: copies that were rotated by a few degrees, shifted, cropped further, recolored or covered with
        text are not found. Other photos of the same object, person or place are leakage as well, but not copies.

    Source
        Barz and Denzler (2020), "Do We Train on Test Data? Purging CIFAR of Near-Duplicates".
    """
    dataset = evidence.dataset
    yield from _listed_twice(evidence)
    sizes = Counter(dataset.splits)
    for group in evidence.copies.rows():
        rows = group.tolist()
        splits = [dataset.splits[row] for row in rows]
        if len(set(splits)) < 2:
            continue
        row = min(rows, key=lambda each: (sizes[dataset.splits[each]], each))
        others = [other for other in rows if other != row]
        copies = describe(evidence, row, others, lambda other: f" in '{printable(dataset.splits[other])}'")
        yield leakage.finding(
            dataset.paths[row],
            f"of split '{printable(dataset.splits[row])}', the same picture as {copies}",
            label=dataset.classes[dataset.labels[row]],
            subject=subject(evidence, rows, splits),
            related=paths(evidence, others),
        )


def _listed_twice(evidence: Evidence) -> Iterator[Finding]:
    """Yield the images that a table lists in several splits."""
    dataset = evidence.dataset
    rows = {path: row for row, path in enumerate(dataset.paths)} if dataset.repeated else {}
    for path, _, split, line in dataset.repeated:
        row = rows.get(path)
        if row is None or split == dataset.splits[row]:
            continue
        yield leakage.finding(
            path,
            f"of split '{printable(dataset.splits[row])}', and of '{printable(split)}' in line {line:,} of the same "
            "table",
            label=dataset.classes[dataset.labels[row]],
            digest=evidence.observed.digests[row],
        )
