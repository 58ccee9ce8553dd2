"""LA301."""

from collections.abc import Iterator

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.records import Evidence


@rule("LA301", "unreadable", Severity.ERROR)
def unreadable(evidence: Evidence) -> Iterator[Finding]:
    """The file promises an image and can't be read.

    What it finds
        Empty and truncated files, files whose ending says image and whose content does not, images too large to
        open safely, and files that may not be opened; each with its reason.

    Why it matters
        A training job stops at such a file, or skips it in silence, so that two people train on different data.

    How it decides
        Every file is decoded completely. Its content decides what it is, never its ending; a file that is no
        image and has no ending of one is passed over and counted in the summary.

    What to do
        Replace the file from its source, or delete it.

    Limits
        Damage that leaves a picture that can be decoded, such as a grey lower half, is not seen.

    Source
        The formats are those of Pillow that read the file alone: AVIF, BMP, GIF, JPEG, MPO, PNG, PPM, TIFF, WebP.
    """
    for skipped in evidence.observed.skipped:
        yield unreadable.finding(skipped.path, skipped.reason, label=skipped.label, digest=skipped.digest)
