"""The level at which CI shows each finding: only a finding that fails the run is shown as an error."""

from labelaudit.findings import Finding, Severity
from labelaudit.records import Report

DOES_NOT_COUNT, DO_NOT_COUNT = "does not count", "do not count"
"""The words in text reports."""


def with_levels(report: Report) -> list[tuple[Finding, Severity]]:
    """Return the findings in their order, each with the severity at which CI shows it.

    An error that the gate does not count is shown as a note. So is every finding about an unchanged image where only
    changes count. An error that counts in a run that passes, because the gate allows some, is a warning.
    """
    counted, unchanged = (set(map(id, each)) for each in (report.verdict.counted, report.verdict.unchanged))

    def level(finding: Finding) -> Severity:
        if id(finding) in unchanged:
            return Severity.INFO
        if finding.severity is not Severity.ERROR:
            return finding.severity
        if id(finding) not in counted:
            return Severity.INFO
        return Severity.WARNING if report.verdict.passed else Severity.ERROR

    return [(finding, level(finding)) for finding in report.findings]


def remarks(report: Report) -> list[str]:
    """Return a remark for each finding that a reader would wrongly expect to count; empty for the rest."""
    return [
        DOES_NOT_COUNT if level is Severity.INFO and finding.severity is not Severity.INFO else ""
        for finding, level in with_levels(report)
    ]


def messages(report: Report) -> list[str]:
    """Return the message of each finding, followed by its remark if it has one."""
    return [
        f"{finding.message}, {remark}" if remark else finding.message
        for finding, remark in zip(report.findings, remarks(report), strict=True)
    ]
