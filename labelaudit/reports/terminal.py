"""The report for a person at a terminal: a summary, then the findings, most certain first."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from labelaudit.findings import Finding
from labelaudit.names import line_safe, printable
from labelaudit.records import Explanation, Report
from labelaudit.reports.annotation_levels import DO_NOT_COUNT, remarks
from labelaudit.reports.headlines import headlines, the_rest
from labelaudit.reports.sides import sides
from labelaudit.reports.text import line_of_label

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}

LOOKED_AT = 5
"""Number of images that are listed as worth a look; the HTML page shows ten times as many."""

GAP = 2
"""Columns between the cells of a table."""

INDENT = 4
"""Indentation of a message that does not fit beside its path."""

Row = tuple[Text, Text, Text]
"""A path, a code and a message."""


def terminal(report: Report, limit: int, *, width: int = 80, folder: str = "") -> RenderableType:
    """Return the headlines and at most *limit* findings, ready for a console. No file name is read as markup.

    The path of a finding is never folded or cut, so that it can be copied and clicked; print the result with
    ``crop=False``.

    Parameters
    ----------
    report
        The report.
    limit
        The largest number of findings that are shown.
    width
        Columns of the terminal.
    folder
        The folder that was scanned, as it is named from the working folder; paths are shown below it.
    """
    parts: list[RenderableType] = [_headlines(report)]
    shown = list(zip(report.findings[:limit], remarks(report), strict=False))
    plain, others = ([finding for finding, remark in shown if bool(remark) is remarked] for remarked in (False, True))
    if plain:
        parts += [Text(), fitted((_finding(report, each, folder) for each in plain), width)]
    if others:
        parts += [Text(), aside(f"{DO_NOT_COUNT}:")]
        parts += [fitted((_finding(report, each, folder, dim=True) for each in others), width)]
    if more := the_rest(report, min(limit, len(report.findings))):
        parts += [Text(), aside(more)]
    if report.worth_a_look:
        parts += [Text(), aside("worth a look: the most suspicious of the others, which never count")]
        parts += [fitted((_look(each, folder) for each in report.worth_a_look[:LOOKED_AT]), width)]
    return Group(*parts)


def _headlines(report: Report) -> RenderableType:
    table = Table.grid(padding=(0, GAP))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in headlines(report):
        table.add_row(name, Text(value))
    return table


def aside(text: str) -> Text:
    """Return a less important line."""
    return Text(text, style="dim")


def _finding(report: Report, finding: Finding, folder: str, *, dim: bool = False) -> Row:
    code = Text(finding.code, style="dim" if dim else STYLES[finding.severity.value])
    message = f"{finding.message}{line_of_label(report, finding.path)}"
    return _path(folder, finding.path), code, Text(message, style="dim" if dim else "")


def _look(look: Explanation, folder: str) -> Row:
    given, suggested = map(printable, sides(look.label, look.suggested))
    message = f"given '{given}', looks like '{suggested}' (p_error {look.p_error:.2f})"
    return _path(folder, look.path), Text("look", style="dim"), aside(message)


def _path(folder: str, path: str) -> Text:
    """Return a path as it is found from the working folder; ``.`` is the data set as a whole."""
    return Text(line_safe(f"{folder}{path}" if path != "." or not folder else folder.rstrip("/\\")))


def fitted(rows: Iterable[Row], width: int) -> RenderableType:
    """Return a table of the rows, or a line or two for each where a table is too wide."""
    rows = list(rows)
    widths = [max(cell_len(row[column].plain) for row in rows) for column in range(3)]
    if sum(widths) + 2 * GAP > width:
        return Group(*(line for row in rows for line in _lines(*row, width)))
    table = Table.grid(padding=(0, GAP, 0, 0))
    for row in rows:
        table.add_row(*row)
    return table


def _lines(path: Text, code: Text, message: Text, width: int) -> list[RenderableType]:
    """Return a row on one line if it fits, else with its message below its path."""
    subject = Text.assemble(path, ": ", code, no_wrap=True, overflow="ignore")
    whole = Text.assemble(subject, " ", message)
    return [whole] if whole.cell_len <= width else [subject, Padding(message, (0, 0, 0, INDENT))]
