"""Print the verdict of the gate and the next steps."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from labelaudit.cli.console import say
from labelaudit.cli.files import as_typed, quoted
from labelaudit.cli.options import DataOptions, JudgingOptions, RuleOptions
from labelaudit.errors import ExitCode

if TYPE_CHECKING:
    from labelaudit.records import Verdict

SHARED = (DataOptions, JudgingOptions, RuleOptions)
REPEATED = {"baseline", *(name for group in SHARED for name in group.__dataclass_fields__)} - {"data"}
"""Options of scan that have to be repeated for baseline, because they change the findings or the file."""

SHARED_WITH_FIX = {*(name for group in SHARED[:2] for name in group.__dataclass_fields__)} - {"data", "min_p_error"}
"""Options that review and fix share with scan, except the threshold."""

NAMED = 5
"""The largest number of images that the command to accept findings lists."""


def close(ctx: typer.Context, verdict: "Verdict", data: Path, *, has_page: bool, exit_zero: bool, quiet: bool) -> None:
    """Print the verdict and the next steps, and exit with the code of the verdict."""
    say(verdict.outcome, quiet=quiet)
    if verdict.passed or exit_zero:
        return
    for step in next_steps(ctx, verdict, data, has_page=has_page):
        say(f"  {step}", quiet=quiet)
    raise typer.Exit(ExitCode.FINDINGS)


def next_steps(ctx: typer.Context, verdict: "Verdict", data: Path, *, has_page: bool) -> Iterator[str]:
    """Yield what to do about a scan that failed, with commands that can be pasted."""
    words = typed(ctx, REPEATED)
    baseline = f"{_outside(data, named=bool(ctx.params['baseline']))}{words}"
    if verdict.counted:
        if not has_page:
            yield f"look: labelaudit scan {as_typed(data)}{words} --report html=report.html"
        yield f"fix: {_fix(ctx, verdict, data)}"
        paths = _paths(verdict)
        if len(paths) <= NAMED:
            named = "".join(f" --path {quoted(path)}" for path in paths)
            yield f'accept: {baseline}{named} --reason "..."'
        else:
            yield f'accept one: {baseline} --path {quoted(paths[0])} --reason "..."'
            if not verdict.since:
                yield f'accept all: {baseline} --reason "..."'
    if verdict.stale and ctx.params["strict"]:
        yield f"prune: {baseline} --prune"


def _fix(ctx: typer.Context, verdict: "Verdict", data: Path) -> str:
    """Return how findings are fixed: with a review and a plan where labels are wrong."""
    if any(finding.code in ("LA104", "LA105") for finding in verdict.counted):
        return "correct the labels where they are written, and scan again"
    if not any(finding.code == "LA101" for finding in verdict.counted):
        return "repair or remove the files, and scan again"
    named = f"{as_typed(data)}{typed(ctx, SHARED_WITH_FIX)}"
    return f"labelaudit review {named}; labelaudit fix {named}"


def _outside(data: Path, *, named: bool) -> str:
    """Return the call of ``labelaudit baseline``; if the working folder is inside the data, from the folder above."""
    root = data.resolve()
    if named or not Path.cwd().resolve().is_relative_to(root):
        return f"labelaudit baseline {as_typed(data)}"
    return f"cd {quoted(str(root.parent))}; labelaudit baseline {quoted(root.name)}"


def typed(ctx: typer.Context, names: Collection[str]) -> str:
    """Return the options, of those that are named, that somebody typed and has to type again, after a space."""
    words = [""]
    for option in ctx.command.params:
        source = ctx.get_parameter_source(str(option.name))
        if option.name in names and source and source.name == "COMMANDLINE":
            words += _repeated(option, ctx.params[str(option.name)])
    return " ".join(words)


def _repeated(option: Any, value: Any) -> list[str]:
    name = option.opts[0]
    if option.is_flag:
        return [name if value else option.secondary_opts[0]]
    values = value if isinstance(value, list | tuple) else [value]
    return [word for each in values for word in (name, quoted(str(each)))]


def _paths(verdict: "Verdict") -> list[str]:
    """Return the images with findings that count, in the order of the findings."""
    return list(dict.fromkeys(finding.path for finding in verdict.counted))
