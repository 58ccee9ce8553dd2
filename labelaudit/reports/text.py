"""One line a finding, for pipes and logs: ``path: LA101 given 'cat', looks like 'dog' (p_error 0.97)``."""

from labelaudit.findings import Finding
from labelaudit.names import line_safe
from labelaudit.records import Report
from labelaudit.reports import FORMATS


@FORMATS.register("text")
def text(report: Report) -> str:
    """Return a line for each finding."""
    return "".join(f"{line(finding)}\n" for finding in report.findings)


def line(finding: Finding) -> str:
    """Return a finding on one line, safe to print."""
    return f"{line_safe(finding.path)}: {finding.code} {finding.message}"
