"""``labelaudit fix``: correct the labels of a data set, and undo the corrections."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import decisions_file, fix_output, options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import progress, say
from labelaudit.cli.fix_places import check_places, exports_of, journal_file, typed_data
from labelaudit.cli.help import Panel
from labelaudit.errors import SettingsError

if TYPE_CHECKING:
    from labelaudit.settings import Settings

RULES = ("LA101", "LA201")
"""The rules whose findings can be fixed without a person."""


@command
def fix(
    ctx: typer.Context,
    reading: options.ReadingOptions,
    judging: options.JudgingOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="The data set; can also be set in the configuration.",
            rich_help_panel=Panel.SCANNED.value,
        ),
    ] = None,
    apply: Annotated[
        bool, options.written("--apply/--no-apply", help="Carry out the plan instead of only showing it.")
    ] = False,
    undo: Annotated[
        Path | None, options.written("--undo", metavar="JOURNAL", help="Undo the run that wrote this journal.")
    ] = None,
    decisions: options.DecisionsFile = None,
    auto: Annotated[
        bool,
        options.ruled(
            "--auto/--no-auto", help="Also change labels without a decision to the class that LA101 suggests."
        ),
    ] = False,
    duplicates: Annotated[
        str | None,
        options.ruled(
            metavar="exact|near",
            autocompletion=lambda: ["exact", "near"],
            help="Also move the copies that LA201 reports to the quarantine, except the one to keep: copies with the "
            "same pixels, or near copies as well.",
        ),
    ] = None,
    quarantine: Annotated[
        Path | None,
        options.written(
            metavar="DIR", help="Folder outside of the data for bad images and copies; it is created if it is missing."
        ),
    ] = None,
    git: Annotated[bool, options.written("--git/--no-git", help="Also move the files in the index of git.")] = False,
    to: Annotated[
        list[str] | None,
        options.written(
            metavar="FORMAT=PATH",
            autocompletion=fix_output.exports,
            help="Write the corrected labels to a file or folder instead of changing the data: csv, links, "
            "label-studio, fiftyone or cleanlab; repeatable.",
        ),
    ] = None,
    journal: Annotated[
        Path | None,
        options.written(
            metavar="FILE", help="Write the journal to this new file.", show_default="labelaudit-fix.jsonl, numbered"
        ),
    ] = None,
    format: Annotated[
        str,
        options.written(
            "--format",
            "-f",
            metavar="text|json",
            autocompletion=lambda: ["text", "json"],
            help="Format of the plan.",
        ),
    ] = "text",
) -> None:
    """Correct labels according to the decisions of people.

    Shows the plan; --apply carries it out. Files are moved to the folder of their class, bad images and copies to the
    quarantine, and nothing is overwritten or deleted. A journal is written first, so that --undo can restore
    everything, even after an interrupted run. A test split is left alone unless --split names it.
    """
    from labelaudit.decisions import load
    from labelaudit.fixing import plan_fixes
    from labelaudit.reports.plans import PLANS
    from labelaudit.sources import read

    quiet = messages.quiet
    if undo:
        if apply or auto or duplicates or to or quarantine:
            raise SettingsError(
                "--undo takes none of these options: leave out --apply, --auto, --duplicates, --quarantine and --to."
            )
        with progress("moving files", wanted=messages.progress) as track:
            fix_output.take_back(undo, typed_data(ctx, data), track, quiet=quiet)
        return
    if data is None:
        raise SettingsError("which data set? Type: labelaudit fix DATA")
    PLANS[format]  # an unknown format is an error before the work
    settings = _settings(ctx, reading, judging, auto=auto)
    known = decisions_file.locate(decisions, data)
    kept = decisions_file.place(decisions, data) if auto and apply else None
    exports = exports_of(to, apply=apply)
    journal = journal_file(journal) if apply else None
    check_places(ctx, data, settings, decisions=known, journal=journal, quarantine=quarantine, exports=exports)
    if not (known or auto or duplicates or exports):
        read(data, settings)  # that there is no such data set is said first
        raise SettingsError(fix_output.nothing_said(data))
    said = load(known)
    with reading_images(work, messages) as (cache, engine, track):
        fixing = plan_fixes(
            data,
            settings,
            said,
            automatic=auto,
            copies=duplicates or "",
            quarantine=quarantine,
            scanned=any(name == "cleanlab" for name, _ in exports),
            cache=cache,
            engine=engine,
            track=track,
        )
    if not exports:
        fix_output.show(fixing, format, data, quiet=quiet)
    with progress("moving files", wanted=messages.progress) as track:
        if journal:
            fix_output.keep_followed(fixing.plan, said, kept, quiet=quiet)
            fix_output.carry_out(fixing.plan, journal, data, track, git=git, quiet=quiet)
        fix_output.write_exports(fixing, exports, track, quiet=quiet)
    if not (journal or exports) and fixing.plan.fixes:
        say(f"  apply: {fix_output.again(ctx, data)} --apply", quiet=quiet)


def _settings(
    ctx: typer.Context, reading: options.ReadingOptions, judging: options.JudgingOptions, *, auto: bool
) -> "Settings":
    """Return the settings of the audit; whoever lets the model decide has to say how sure it must be."""
    source = ctx.get_parameter_source("min_p_error")
    if auto and not (source and source.name == "COMMANDLINE"):
        raise SettingsError(
            "--auto changes labels that nobody has looked at. Say how sure the model has to be, such as "
            "--auto --min-p-error 0.99"
        )
    return replace(parsing.settings(ctx.obj, reading, judging), select=RULES, ignore=())
