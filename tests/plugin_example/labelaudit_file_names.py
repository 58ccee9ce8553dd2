"""A rule of our own for labelaudit: our files are named after their class."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence


@rule("OUR101", "file-names", Severity.WARNING)
def file_names(evidence: Evidence) -> Iterator[Finding]:
    """The name of the file says another class.

    What it finds
        Files whose name begins with the name of a class that they are not in.

    Why it matters
        Our cameras name a file after the class that was chosen; the folder was changed by hand.

    How it decides
        It compares the beginning of the file's name with all classes.

    What to do
        Look at the image and move it, or rename it.

    Limits
        Files that are named otherwise are passed over.

    Source
        None: a rule of our house.
    """
    dataset = evidence.dataset
    for path, number, digest in zip(dataset.paths, dataset.labels, evidence.observed.digests, strict=True):
        label, name = dataset.classes[number], PurePosixPath(path).name
        for other in dataset.classes:
            if other != label and name.startswith(other):
                message = f"given '{printable(label)}', named '{printable(other)}'"
                yield file_names.finding(path, message, label=label, suggested=other, digest=digest)
