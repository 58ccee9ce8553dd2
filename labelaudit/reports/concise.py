"""One short line per finding: ``path: LA101 mislabeled``."""

from labelaudit.names import line_safe
from labelaudit.records import Report
from labelaudit.reports import FORMATS


@FORMATS.register("concise")
def concise(report: Report) -> str:
    """Return a line for each finding."""
    return "".join(f"{line_safe(finding.path)}: {finding.code} {finding.name}\n" for finding in report.findings)
