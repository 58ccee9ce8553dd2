"""Logging commands of Azure Pipelines."""

from labelaudit.findings import Finding, Severity
from labelaudit.names import line_safe, printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS

ESCAPED = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"})


@FORMATS.register("azure")
def azure(report: Report) -> str:
    """Return a command for each error and each warning; Azure knows no third kind, so the rest are plain lines."""
    return "".join(f"{_line(report.place(finding.path), finding)}\n" for finding in report.findings)


def _line(path: str, finding: Finding) -> str:
    message = f"{finding.code} {finding.message}"
    if finding.severity is Severity.INFO:
        return f"{line_safe(path)}: {printable(message)}"
    fields = f"type={finding.severity.value};sourcepath={_escaped(path)};code={finding.code};"
    return f"##vso[task.logissue {fields}]{_escaped(f'{path}: {message}')}"


def _escaped(text: str) -> str:
    return printable(text).translate(ESCAPED)
