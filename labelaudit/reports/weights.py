"""What findings weigh where CI shows them: only what fails a run is an error of it."""

from labelaudit.findings import Finding, Severity
from labelaudit.records import Report

DOES_NOT_COUNT, DO_NOT_COUNT = "does not count", "do not count"
"""How a person is told."""


def weighed(report: Report) -> list[tuple[Finding, Severity]]:
    """Return the findings in their order, each with what it weighs in this run.

    An error that does not count is a note, and so is all that is said of images that have not changed where only
    changes count. An error that counts in a run that passes, because the gate allows some, is a warning.
    """
    counted, unchanged = (set(map(id, each)) for each in (report.verdict.counted, report.verdict.unchanged))

    def weight(finding: Finding) -> Severity:
        if id(finding) in unchanged:
            return Severity.INFO
        if finding.severity is not Severity.ERROR:
            return finding.severity
        if id(finding) not in counted:
            return Severity.INFO
        return Severity.WARNING if report.verdict.passed else Severity.ERROR

    return [(finding, weight(finding)) for finding in report.findings]


def remarks(report: Report) -> list[str]:
    """Return for each finding what a person has to be told who expects it to count; empty for most."""
    return [
        DOES_NOT_COUNT if weight is Severity.INFO and finding.severity is not Severity.INFO else ""
        for finding, weight in weighed(report)
    ]


def messages(report: Report) -> list[str]:
    """Return the message of each finding, with such a remark at its end."""
    return [
        f"{finding.message}, {remark}" if remark else finding.message
        for finding, remark in zip(report.findings, remarks(report), strict=True)
    ]
