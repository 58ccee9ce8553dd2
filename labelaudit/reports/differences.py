"""What became of findings: as text, and as a comment on a pull request."""

from collections.abc import Callable, Iterable

from labelaudit.names import line_safe, markdown_safe, printable
from labelaudit.records import Difference, End, Fixed
from labelaudit.registry import Registry

DIFFERENCES: Registry[Callable[[Difference], str]] = Registry("format", "labelaudit.differences")

SHOWN = 50
"""Findings of each kind in a comment: GitHub takes 65,536 characters."""


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
    """Return the same for a person who reads a pull request."""
    new = [f"| {each.code} | {markdown_safe(each.path)} | {markdown_safe(each.message)} |" for each in difference.new]
    fixed = [
        f"| {each.finding.code} | {markdown_safe(each.finding.path)} | {markdown_safe(_end(each))} |"
        for each in difference.fixed
    ]
    moved = [
        f"| {each.finding.code} | {markdown_safe(each.finding.path)} | was {markdown_safe(each.before)} |"
        for each in difference.moved
    ]
    parts = [
        "### labelaudit",
        _summary(difference),
        *_table("New", "what is wrong", new),
        *_table("Fixed", "how", fixed),
        *_table("Moved", "from where", moved),
    ]
    return "\n\n".join(parts) + "\n"


def _table(title: str, about: str, rows: list[str]) -> Iterable[str]:
    if rows:
        yield f"**{title}**"
        yield "\n".join([f"| rule | image | {about} |", "|---|---|---|", *rows[:SHOWN]])
    if len(rows) > SHOWN:
        yield f"... and {len(rows) - SHOWN:,} more"


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
