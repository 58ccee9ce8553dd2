"""Annotations of GitHub Actions: findings that count first, then by severity."""

from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import messages, with_levels

KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

SHOWN = 10
"""Number of annotations of each kind that GitHub accepts from one step; it silently drops the others."""


@FORMATS.register("github")
def github(report: Report) -> str:
    """Return at most ten workflow commands of each kind; the last one gives the number of further findings.

    Accepted findings share one notice, and so do findings on unchanged images if only changed images count.
    """
    left_out = set(map(id, report.verdict.unchanged))
    lines: dict[Severity, list[str]] = {severity: [] for severity in Severity}
    for (finding, weight), message in zip(with_levels(report), messages(report), strict=True):
        if id(finding) not in left_out:
            lines[weight].append(_command(report, KINDS[weight], finding, message))
    said = {Severity.INFO: [_general(Severity.INFO, note) for note in _notes(report)]}
    return "".join(
        f"{line}\n" for severity in Severity for line in _fitting(severity, lines[severity], said.get(severity, []))
    )


def _notes(report: Report) -> list[str]:
    """Return notices for findings that have no annotation of their own."""
    unchanged, since = len(report.verdict.unchanged), printable(report.verdict.since)
    accepted = len(report.verdict.accepted)
    return [
        *([f"{unchanged:,} more about images that have not changed since {since}"] if unchanged else []),
        *([f"{accepted:,} accepted before"] if accepted else []),
    ]


def _fitting(severity: Severity, lines: list[str], said: list[str]) -> list[str]:
    """Return as many lines as GitHub accepts of one kind, including *said*, and the number of the others."""
    room = SHOWN - len(said)
    if len(lines) <= room:
        return [*lines, *said]
    return [*lines[: room - 1], _general(severity, f"... and {len(lines) - room + 1:,} more"), *said]


def _general(severity: Severity, message: str) -> str:
    return f"::{KINDS[severity]} title=labelaudit::{_data(message)}"


def _command(report: Report, kind: str, finding: Finding, message: str) -> str:
    title = f"{finding.code} {finding.name}"
    message = f"{printable(report.place(finding.path))}: {printable(message)}"
    file, line = report.written_at(finding.path)
    place = _property(printable(file)) + (f",line={line}" if line > 1 else "")  # images have no lines
    return f"::{kind} file={place},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
