"""A page for pull requests and step summaries, in GitHub's Markdown."""

from collections.abc import Iterable

from labelaudit.findings import Finding
from labelaudit.names import markdown_safe
from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import messages
from labelaudit.reports.headlines import headlines
from labelaudit.reports.noise import noise_lines

COMMENT = 60_000
"""Bytes of a page: GitHub refuses comments above 64 KiB."""

STEP_SUMMARY = 1_000_000
"""Bytes of a step summary: GitHub drops those above 1 MiB."""

TAIL = 200
"""Bytes kept for the last line."""


@FORMATS.register("markdown")
def markdown(report: Report) -> str:
    """Return a page that fits into a comment."""
    return page(report, COMMENT)


def page(report: Report, most: int) -> str:
    """Return a page of at most *most* bytes: what the gate says, the headlines, and as many findings as fit."""
    verdict = report.verdict
    lines = [
        f"### labelaudit: {'passed' if verdict.passed else 'failed'}",
        "",
        *([f"{markdown_safe(verdict.why, code=False)}.", ""] if verdict.why else []),
        "| | |",
        "|---|---|",
        *(
            f"| {name} | {markdown_safe(value, code=False)} |"
            for name, value in [*headlines(report), *noise_lines(report)]
        ),
        "",
    ]
    if report.findings:
        lines += ["| rule | image | what |", "|---|---|---|"]
    shown = fitting(
        map(_row, report.findings, messages(report)), most - TAIL - sum(len(line.encode()) + 1 for line in lines)
    )
    lines += shown
    if len(shown) < len(report.findings):
        lines += ["", f"... and {len(report.findings) - len(shown):,} more"]
    return "\n".join(lines) + "\n"


def fitting(rows: Iterable[str], most: int) -> list[str]:
    """Return the first rows, as many as are at most *most* bytes together."""
    found = []
    for row in rows:
        most -= len(row.encode()) + 1
        if most < 0:
            break
        found.append(row)
    return found


def _row(finding: Finding, message: str) -> str:
    said = (f"{finding.code} {finding.name}", message)
    rule, what = (markdown_safe(words, code=False) for words in said)
    return f"| {rule} | {markdown_safe(finding.path)} | {what} |"
