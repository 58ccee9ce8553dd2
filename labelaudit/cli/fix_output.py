"""What ``labelaudit fix`` prints and writes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from labelaudit.cli.console import say
from labelaudit.cli.delivery import ON_TERMINAL, below
from labelaudit.cli.files import as_typed, quoted, shown, write
from labelaudit.cli.next_steps import typed
from labelaudit.errors import ExitCode, OutputError
from labelaudit.names import line_safe

if TYPE_CHECKING:
    from labelaudit.cli.fix_places import Exports
    from labelaudit.fixing import Fixing
    from labelaudit.records import Decisions, FixPlan, Track


def exports() -> list[str]:
    """Return the formats of ``--to``, for completion."""
    from labelaudit.fixes.exports import EXPORTS, LINKS

    return [f"{name}=" for name in (*EXPORTS, LINKS)]


def nothing_said(data: Path) -> str:
    """Return what is said where nothing says what to change."""
    named = as_typed(data)
    return (
        "nothing says what to change: there is no file of decisions (.labelaudit-decisions.json). To look at images "
        f"and decide, type: labelaudit review {named}  To change what the model is sure of: "
        f"labelaudit fix {named} --auto --min-p-error 0.99  To move out copies: "
        f"labelaudit fix {named} --duplicates exact --quarantine copies"
    )


def again(ctx: typer.Context, data: Path) -> str:
    """Return the command as it was typed."""
    names = {str(parameter.name) for parameter in ctx.command.params} - {"data", "format", "to"}
    return f"labelaudit fix {as_typed(data)}{typed(ctx, names)}"


def show(fixing: "Fixing", format: str, data: Path, *, quiet: bool) -> None:
    """Print a plan: for a person on a terminal, else as it is written to a file."""
    from labelaudit.reports.plans import PLANS, counted

    plan = fixing.plan
    render = PLANS[format]
    if format == "text" and sys.stdout.isatty():
        from rich.console import Console

        from labelaudit.reports.plan_table import plan_table

        console = Console(highlight=False, markup=False)
        console.print(plan_table(plan, ON_TERMINAL, width=console.width, folder=below(data)), crop=False)
    else:
        sys.stdout.write(render(plan))
    sys.stdout.flush()
    say(f"plan: {counted(plan)}", quiet=quiet)
    guessed = sum(each.p_error is not None for each in plan.fixes)
    if guessed:
        say(
            f"automatic: nobody has looked at {guessed:,} of these changes; about {plan.mistakes:.1f} of these labels "
            "are expected to be right as they are",
            quiet=quiet,
        )


def keep_followed(plan: "FixPlan", said: "Decisions", path: Path | None, *, quiet: bool) -> None:
    """Keep with the decisions which labels are changed because the model suggests it: a scan then knows that.

    It is written before the labels are changed. Of a label that is not changed after all it says nothing.
    """
    from labelaudit.decisions import decide, dump
    from labelaudit.fixes import followed

    new = followed(plan.fixes)
    if path and new:
        write(path, dump(decide(said, *new)))
        say(f"{shown(path)}: kept which {len(new):,} labels nobody has looked at", quiet=quiet)


def carry_out(plan: "FixPlan", journal: Path, data: Path, track: "Track", *, git: bool, quiet: bool) -> None:
    """Carry out a plan, and say how it is taken back, also where it could not be finished.

    Raises
    ------
    OutputError
        It could not be finished.
    """
    from labelaudit.fixes import carry_out as work

    if not plan.fixes:
        return
    back = f"labelaudit fix --undo {quoted(str(journal))}"
    try:
        done = work(plan, journal, git=git, track=track)
    except OutputError as error:
        hint = f" To take back what was done, type: {back}" if journal.exists() else ""
        raise OutputError(f"{error}{hint}") from error
    except KeyboardInterrupt:
        if journal.exists():
            say(f"to take back what was done, type: {back}")
        raise
    for each in done.left:
        say(f"left alone: {line_safe(each.path)}: {each.reason}", quiet=quiet)
    say(f"changed: {_files(done.moved + done.edited)}; journal: {shown(journal)}", quiet=quiet)
    say(f"  take it back: {back}", quiet=quiet)
    say(f"  scan again: labelaudit scan {as_typed(data)}", quiet=quiet)


def take_back(journal: Path, data: Path | None, track: "Track", *, quiet: bool) -> None:
    """Take back what a journal names; end with the code for a failure if a file could not be restored."""
    from labelaudit.fixes import undo

    done = undo(journal, data, track=track)
    for each in done.left:
        print(f"{line_safe(each.path)}: not restored: {each.reason}")
    sys.stdout.flush()
    untouched = f"; {_files(done.untouched)} as they were already" if done.untouched else ""
    say(f"{shown(done.root)}: {_files(done.restored)} restored{untouched}", quiet=quiet)
    if done.left:
        say(f"{_files(len(done.left))} could not be restored, and nothing was changed there")
        raise typer.Exit(ExitCode.FAILED)


def write_exports(fixing: "Fixing", exports: "Exports", track: "Track", *, quiet: bool) -> None:
    """Write corrected labels in the formats that are wanted."""
    from labelaudit.fixes.exports import EXPORTS, LINKS, link_tree
    from labelaudit.fixing import corrected_labels

    if not exports:
        return
    labels = corrected_labels(fixing)
    changed = sum(image.label != image.given for image in labels.staying)
    for name, path in exports:
        if name == LINKS:
            link_tree(labels, path, track)
        else:
            write(path, EXPORTS[name](labels))
        out = len(labels.images) - len(labels.staying)
        say(
            f"{shown(path)}: {len(labels.staying):,} images, {changed:,} with another label; {out:,} left out",
            quiet=quiet,
        )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
