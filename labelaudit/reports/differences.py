"""The difference between two scans, as text and as a comment on a pull request."""

from collections.abc import Callable, Iterable

from labelaudit.findings import Finding
from labelaudit.names import line_safe, markdown_safe, printable
from labelaudit.records import Difference, End, Fixed
from labelaudit.registry import Registry
from labelaudit.reports.markdown import fitting

DIFFERENCES: Registry[Callable[[Difference], str]] = Registry("format", "labelaudit.differences")

SHOWN, ROOM = 50, 20_000
"""Limits of a comment: findings of each kind, and bytes; GitHub accepts 65,536 characters."""


@DIFFERENCES.register("text")
def text(difference: Difference) -> str:
    """Return a line for each finding that is new (+), fixed (-) or moved (>), then a summary."""
    lines = [f"+ {line_safe(new.path)}: {new.code} {new.message}" for new in difference.new]
    lines += [f"- {line_safe(each.finding.path)}: {each.finding.code} {_end(each)}" for each in difference.fixed]
    lines += [
        f"> {line_safe(moved.finding.path)}: {moved.finding.code} was {printable(moved.before)}"
        for moved in difference.moved
    ]
    return "\n".join([*lines, _summary(difference)]) + "\n"


@DIFFERENCES.register("markdown")
def markdown(difference: Difference) -> str:
    """Return the difference as a Markdown comment for a pull request."""
    new = [_row(each, markdown_safe(each.message, code=False)) for each in difference.new]
    fixed = [_row(each.finding, markdown_safe(_end(each), code=False)) for each in difference.fixed]
    moved = [_row(each.finding, f"was {markdown_safe(each.before)}") for each in difference.moved]
    parts = [
        "### labelaudit",
        _summary(difference),
        *_table("New", "what is wrong", new),
        *_table("Fixed", "how", fixed),
        *_table("Moved", "from where", moved),
    ]
    return "\n\n".join(parts) + "\n"


def _row(finding: Finding, what: str) -> str:
    rule = markdown_safe(f"{finding.code} {finding.name}", code=False)
    return f"| {rule} | {markdown_safe(finding.path)} | {what} |"


def _table(title: str, about: str, rows: list[str]) -> Iterable[str]:
    shown = fitting(rows[:SHOWN], ROOM)
    if rows:
        yield f"**{title}**"
        yield "\n".join([f"| rule | image | {about} |", "|---|---|---|", *shown])
    if len(shown) < len(rows):
        yield f"... and {len(rows) - len(shown):,} more"


def _end(fixed: Fixed) -> str:
    label = f" to '{printable(fixed.label)}'" if fixed.end is End.RELABELLED else ""
    return f"{fixed.end.value}{label}"


def _summary(difference: Difference) -> str:
    ends = [f"{sum(each.end is end for each in difference.fixed):,} {end.value}" for end in End]
    fixed = f"{len(difference.fixed):,} fixed" + (
        f" ({', '.join(each for each in ends if not each.startswith('0 '))})" if difference.fixed else ""
    )
    return (
        f"{len(difference.new):,} new, {fixed}, {len(difference.moved):,} moved, "
        f"{difference.kept + len(difference.moved):,} still there"
    )
