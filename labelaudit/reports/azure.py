"""Logging commands of Azure Pipelines."""

from labelaudit.findings import Finding, Severity
from labelaudit.names import line_safe, printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import messages, with_levels

ESCAPED = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"})


@FORMATS.register("azure")
def azure(report: Report) -> str:
    """Return a command for each error and warning; Azure has no third level, so other findings are plain lines."""
    found = zip(with_levels(report), messages(report), strict=True)
    lines = [_line(report, each, weight, message) for (each, weight), message in found]
    if report.verdict.accepted:
        lines.append(f"accepted before: {len(report.verdict.accepted):,}")
    return "".join(f"{line}\n" for line in lines)


def _line(report: Report, finding: Finding, weight: Severity, message: str) -> str:
    path, message = report.place(finding.path), f"{finding.code} {message}"
    file, line = report.written_at(finding.path)
    if weight is Severity.INFO:
        return f"{line_safe(path)}: {printable(message)}"
    fields = f"type={weight.value};sourcepath={_escaped(file)};{_number(line)}code={finding.code};"
    return f"##vso[task.logissue {fields}]{_escaped(f'{path}: {message}')}"


def _number(line: int) -> str:
    """Return the field with the number of a line; images have none."""
    return f"linenumber={line};" if line > 1 else ""


def _escaped(text: str) -> str:
    return printable(text).translate(ESCAPED)
