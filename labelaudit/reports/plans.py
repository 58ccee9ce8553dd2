"""A plan of fixes: for a person on a terminal, as lines, and as JSON."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from labelaudit.names import line_safe, printable
from labelaudit.records import Action, Fix, FixPlan
from labelaudit.registry import Registry

PLANS: Registry[Callable[[FixPlan], str]] = Registry("format", "labelaudit.plans")

SCHEMA_VERSION = "1.0"
"""MAJOR.MINOR, as for the JSON report."""

SHOWN = 3
"""Number of images that are named as examples for each reason."""


@PLANS.register("text")
def text(plan: FixPlan) -> str:
    """Return a line for each image that is changed, and for each that is left alone."""
    lines = [f"{line_safe(fix.path)}: {fix.action} {change(fix)}" for fix in plan.fixes]
    lines += [f"{line_safe(each.path)}: left alone: {each.reason}" for each in plan.left]
    return "".join(f"{line}\n" for line in lines)


@PLANS.register("json")
def as_json(plan: FixPlan) -> str:
    """Return the plan as JSON, without where the data set and the quarantine are; names are escaped as in reports."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "fixes": [_fields(fix) for fix in plan.fixes],
        "left_alone": [{"path": printable(each.path), "reason": each.reason} for each in plan.left],
    }
    return json.dumps(document, indent=1) + "\n"


def _fields(fix: Fix) -> dict[str, Any]:
    texts = {name: printable(value) for name, value in fix._asdict().items() if isinstance(value, str) and value}
    return texts if fix.p_error is None else {**texts, "p_error": round(fix.p_error, 6)}


def change(fix: Fix) -> str:
    """Return what becomes of an image, on one line and safe to print."""
    if fix.action is Action.QUARANTINE:
        return f"as {printable(fix.target)} ({fix.reason})"
    where = f", as {printable(fix.target)}" if fix.target and Path(fix.target).name != Path(fix.path).name else ""
    return f"'{printable(fix.label)}' to '{printable(fix.decided)}'{where} ({fix.reason})"


def left_alone(plan: FixPlan) -> Iterator[str]:
    """Yield each reason for which images are left alone, with the number of images and some of them."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in plan.left:
        by_reason[each.reason].append(each.path)
    for reason, paths in sorted(by_reason.items()):
        more = f" and {len(paths) - SHOWN:,} more" if len(paths) > SHOWN else ""
        yield f"{', '.join(map(line_safe, paths[:SHOWN]))}{more}: {reason}"


def counted(plan: FixPlan) -> str:
    """Return how much a plan changes, in words."""
    relabelled, moved_out = plan.count(Action.RELABEL), plan.count(Action.QUARANTINE)
    labels = "1 label to change" if relabelled == 1 else f"{relabelled:,} labels to change"
    images = "1 image to move out" if moved_out == 1 else f"{moved_out:,} images to move out"
    return f"{labels}, {images}, {len(plan.left):,} left alone"


def below(folder: str, path: str) -> str:
    """Return a path as it is found from the working folder."""
    return f"{folder}{os.sep}{path}" if folder else path
