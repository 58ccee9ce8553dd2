"""The report for a person at a terminal: a summary, then the findings, the most certain first."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from labelaudit.findings import Finding
from labelaudit.names import printable
from labelaudit.records import Explanation, Report
from labelaudit.reports.annotation_levels import DO_NOT_COUNT, remarks
from labelaudit.reports.headlines import headlines

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}

LOOKED_AT = 5
"""Images that are named as worth a look; a page shows ten times as many."""


def terminal(report: Report, limit: int) -> RenderableType:
    """Return the headlines and at most *limit* findings, ready for a console. No file name is read as markup."""
    parts: list[RenderableType] = [_headlines(report)]
    shown = list(zip(report.findings[:limit], remarks(report), strict=False))
    usual, others = ([finding for finding, remark in shown if bool(remark) is remarked] for remarked in (False, True))
    if usual:
        parts += [Text(), _findings(usual)]
    if others:
        parts += [Text(), Text(f"{DO_NOT_COUNT}:", style="dim"), _findings(others, dim=True)]
    left = len(report.findings) - limit
    if left > 0:
        parts += [Text(f"... and {left} more (--limit {len(report.findings)} shows all)", style="dim")]
    if report.worth_a_look:
        parts += [Text(), Text("worth a look: the most suspicious of the others, which never count", style="dim")]
        parts += [_worth_a_look(report.worth_a_look[:LOOKED_AT])]
    return Group(*parts)


def _headlines(report: Report) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in headlines(report):
        table.add_row(name, Text(value))
    return table


def _findings(findings: list[Finding], *, dim: bool = False) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("rule", no_wrap=True)
    table.add_column("p_error", justify="right", no_wrap=True)
    table.add_column("given", overflow="fold")
    table.add_column("looks like", overflow="fold")
    table.add_column("path", overflow="fold")
    for finding in findings:
        style = "dim" if dim else STYLES[finding.severity.value]
        looks_like = Text(printable(finding.suggested)) if finding.suggested else Text(finding.message, style=style)
        certainty = "" if finding.p_error is None else f"{finding.p_error:.2f}"
        table.add_row(
            Text(finding.code, style=style),
            certainty,
            Text(printable(finding.label)),
            looks_like,
            Text(printable(finding.path)),
        )
    return table


def _worth_a_look(looks: tuple[Explanation, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("p_error", justify="right", no_wrap=True)
    for name in ("given", "looks like", "path"):
        table.add_column(name, overflow="fold")
    for each in looks:
        named = (printable(name) for name in (each.label, each.suggested, each.path))
        table.add_row(f"{each.p_error:.2f}", *map(Text, named), style="dim")
    return table
