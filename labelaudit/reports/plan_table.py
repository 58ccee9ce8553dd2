"""A plan of fixes for a person at a terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from labelaudit.names import line_safe
from labelaudit.records import Action, FixPlan
from labelaudit.reports.plans import change, left_alone
from labelaudit.reports.terminal import Row, aside, fitted

STYLES = {Action.RELABEL: "bold", Action.QUARANTINE: "yellow"}


def plan_table(plan: FixPlan, limit: int, *, width: int = 80, folder: str = "") -> RenderableType:
    """Return at most *limit* changes, and why images are left alone, ready for a console.

    Parameters
    ----------
    plan
        The plan.
    limit
        The largest number of changes that are shown.
    width
        Columns of the terminal.
    folder
        The data set as it is named from the working folder; paths are shown below it.
    """
    rows: list[Row] = [
        (Text(line_safe(f"{folder}{fix.path}")), Text(fix.action.value, style=STYLES[fix.action]), Text(change(fix)))
        for fix in plan.fixes[:limit]
    ]
    parts: list[RenderableType] = [fitted(rows, width)] if rows else []
    if len(plan.fixes) > limit:
        parts.append(aside(f"... and {len(plan.fixes) - limit:,} more changes; --format json has all of them"))
    parts += [aside(f"left alone: {line}") for line in left_alone(plan)]
    return Group(*parts)
