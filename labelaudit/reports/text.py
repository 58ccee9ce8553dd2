"""One line per finding, for pipes and logs: ``path: LA101 given 'cat', looks like 'dog' (p_error 0.97)``."""

from labelaudit.names import line_safe, printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import messages


@FORMATS.register("text")
def text(report: Report) -> str:
    """Return a line for each finding."""
    return "".join(f"{line}\n" for line in lines(report))


def lines(report: Report) -> list[str]:
    """Return each finding on one line, safe to print."""
    found = zip(report.findings, messages(report), strict=True)
    return [
        f"{line_safe(finding.path)}: {finding.code} {message}{line_of_label(report, finding.path)}"
        for finding, message in found
    ]


def line_of_label(report: Report, path: str) -> str:
    """Return the line of the table that holds a label, in parentheses and safe to print; empty if there is none."""
    line = report.label_line(path)
    return f" ({printable(line)})" if line else ""
