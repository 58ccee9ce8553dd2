"""Annotations of GitHub Actions: the gravest findings, beside the run."""

from itertools import groupby

from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS

KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

SHOWN = 10
"""Annotations of each kind that GitHub keeps of one step; it drops the rest without a word."""


@FORMATS.register("github")
def github(report: Report) -> str:
    """Return at most ten workflow commands of each kind, the last of which says how many more there are."""
    lines = []
    for severity, group in groupby(sorted(report.findings, key=_severity), key=_severity):
        findings, kind = list(group), KINDS[list(Severity)[severity]]
        fit = len(findings) <= SHOWN
        lines += [_command(kind, report.place(each.path), each) for each in findings[: SHOWN if fit else SHOWN - 1]]
        if not fit:
            lines.append(f"::{kind} title=labelaudit::... and {len(findings) - SHOWN + 1:,} more")
    return "".join(f"{line}\n" for line in lines)


def _severity(finding: Finding) -> int:
    return finding.severity.rank


def _command(kind: str, path: str, finding: Finding) -> str:
    title = f"{finding.code} {finding.name}"
    message = f"{printable(path)}: {printable(finding.message)}"
    return f"::{kind} file={_property(printable(path))},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
