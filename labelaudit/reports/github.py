"""Annotations of GitHub Actions: what counts first, then the gravest, beside the run."""

from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import messages, with_levels

KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

SHOWN = 10
"""Annotations of each kind that GitHub keeps of one step; it drops the rest without a word."""


@FORMATS.register("github")
def github(report: Report) -> str:
    """Return at most ten workflow commands of each kind, the last of which says how many more there are.

    What was accepted before is told in one notice, and so is all about images that have not changed where only changes
    count.
    """
    left_out = set(map(id, report.verdict.unchanged))
    lines: dict[Severity, list[str]] = {severity: [] for severity in Severity}
    for (finding, weight), message in zip(with_levels(report), messages(report), strict=True):
        if id(finding) not in left_out:
            lines[weight].append(_command(KINDS[weight], report.place(finding.path), finding, message))
    said = {Severity.INFO: [_general(Severity.INFO, note) for note in _notes(report)]}
    return "".join(
        f"{line}\n" for severity in Severity for line in _fitting(severity, lines[severity], said.get(severity, []))
    )


def _notes(report: Report) -> list[str]:
    """Return what is told of findings that get no annotation of their own."""
    unchanged, since = len(report.verdict.unchanged), printable(report.verdict.since)
    accepted = len(report.verdict.accepted)
    return [
        *([f"{unchanged:,} more about images that have not changed since {since}"] if unchanged else []),
        *([f"{accepted:,} accepted before"] if accepted else []),
    ]


def _fitting(severity: Severity, lines: list[str], said: list[str]) -> list[str]:
    """Return as many lines as GitHub keeps of a kind, and how many more there are; what is *said* has its place."""
    room = SHOWN - len(said)
    if len(lines) <= room:
        return [*lines, *said]
    return [*lines[: room - 1], _general(severity, f"... and {len(lines) - room + 1:,} more"), *said]


def _general(severity: Severity, message: str) -> str:
    return f"::{KINDS[severity]} title=labelaudit::{_data(message)}"


def _command(kind: str, path: str, finding: Finding, message: str) -> str:
    title = f"{finding.code} {finding.name}"
    message = f"{printable(path)}: {printable(message)}"
    return f"::{kind} file={_property(printable(path))},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
