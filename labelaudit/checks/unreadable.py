"""LA301."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.images import ENDINGS, ENDINGS_OF
from labelaudit.records import Evidence

APART = 20
"""Up to so many files with the same disagreement of ending and content have a finding each; more share one."""


@rule("LA301", "unreadable", Severity.ERROR, needs_images=True)
def unreadable(evidence: Evidence) -> Iterator[Finding]:
    """The file cannot be read as an image, or its content is not what its extension says.

    What it finds
        Files that cannot be read, for one of these reasons: empty file, truncated (and after how many bytes), broken
        image data, too large to open safely, cannot be opened, not an image that can be read. Where the first bytes
        tell what the file is instead, that is the reason: a Git LFS pointer, a web page, text, not an image, an SVG
        drawing, a DICOM file, a camera raw file, a TIFF with bands or depths that cannot be read, a video, an archive
        and others. And, as warnings, readable files whose ending and content disagree, such as "named .png, is JPEG".

    Why it matters
        A training job stops at such a file, or skips it in silence, so that two people train on different data. A wrong
        ending is read by some tools and refused by others.

    How it decides
        Every file is decoded completely. Its content decides what it is, never its ending; a file that is not an image
        and does not have the ending of one is ignored and counted in the summary. A TIFF file in which libtiff reports
        damage is broken, even if a part of it could be decoded. An image may have 89 megapixels at most, and its
        decoder may need 1.5 GB. Endings of one format agree (.jpg, .jpeg, .jpe, .jfif and .mpo). If more than 20 files
        disagree in the same way, they are one finding at the first of them, with their number.

    What to do
        Replace the file from its source, or delete it. Rename files with a wrong ending.

    Limits
        Damage after which an image can still be decoded, such as a gray lower half, is not detected.

    Source
        The formats are those that Pillow reads without other programs: AVIF, BMP, GIF, JPEG, MPO, PNG, PPM, TIFF, WebP.
        With `pip install 'labelaudit[heif]'` also HEIC and JPEG XL; the package for HEIC contains libraries under the
        LGPL 3 and the GPL 2, which matters if you redistribute it. `labelaudit[jxl]` adds JPEG XL alone.
    """
    for skipped in evidence.observed.skipped:
        yield unreadable.finding(skipped.path, skipped.reason, label=skipped.label, digest=skipped.digest)
    for (ending, kind), rows in sorted(_disagreeing(evidence).items()):
        if len(rows) <= APART:
            for row in rows:
                yield _misnamed(evidence, row, f"named {ending}, is {kind}")
        else:
            finding = _misnamed(evidence, rows[0], f"named {ending}, is {kind}; so are {len(rows) - 1:,} others")
            yield replace(finding, related=tuple(evidence.dataset.paths[row] for row in rows[1:APART]))


def _disagreeing(evidence: Evidence) -> dict[tuple[str, str], list[int]]:
    """Return the rows of the files whose ending belongs to another format, by ending and format."""
    found: dict[tuple[str, str], list[int]] = {}
    for row, (path, kind) in enumerate(zip(evidence.dataset.paths, evidence.observed.formats, strict=True)):
        ending = PurePosixPath(path).suffix.lower()
        if ending in ENDINGS and ending not in ENDINGS_OF.get(kind, ()):
            found.setdefault((ending, kind), []).append(row)
    return found


def _misnamed(evidence: Evidence, row: int, message: str) -> Finding:
    dataset = evidence.dataset
    finding = unreadable.finding(
        dataset.paths[row],
        message,
        label=dataset.classes[dataset.labels[row]],
        digest=evidence.observed.digests[row],
    )
    return replace(finding, severity=Severity.WARNING)
