"""``labelaudit smooth``: soft labels for training."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress, say
from labelaudit.cli.delivery import say_passed_over
from labelaudit.cli.files import write_with
from labelaudit.cli.help import Panel
from labelaudit.cli.last_scan import LastScan, recall
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.cli.soft_notes import describe
from labelaudit.cli.streams import as_binary

if TYPE_CHECKING:
    from labelaudit.cli.config import Config
    from labelaudit.settings import Settings


def modes() -> list[str]:
    """Return the values of ``--mode``, for completion."""
    from labelaudit.softlabels import MODES

    return list(MODES)


@command
def smooth(
    ctx: typer.Context,
    reading: options.ReadingOptions,
    judging: options.JudgingOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="Folder of images; by default the one in the configuration, or that of the last scan from here.",
            rich_help_panel=Panel.SCANNED.value,
        ),
    ] = None,
    mode: Annotated[
        str | None,
        options.written(
            metavar="posterior|uniform|corrected|votes",
            autocompletion=modes,
            help="How the labels are softened.",
            show_default="posterior; uniform with --eps",
        ),
    ] = None,
    eps: Annotated[
        float | None,
        options.written(
            metavar="EPS",
            help="Spread this share of each label over all classes at the end, from 0 to below 1.",
            show_default="0",
        ),
    ] = None,
    votes: Annotated[
        Path | None,
        options.written(
            "--votes", metavar="FILE", help="For --mode votes: a CSV file with the columns image, annotator, label."
        ),
    ] = None,
    weights: Annotated[
        bool,
        options.written("--weights/--no-weights", help="Add the probability that each label is right (1 - p_error)."),
    ] = False,
    drop: Annotated[
        bool, options.written("--drop/--no-drop", help="Leave out the images whose label LA101 flags.")
    ] = False,
    out: Annotated[
        Path | None,
        options.written(
            "--out", "-o", metavar="FILE", help="Write a .csv, .npz, .parquet or .jsonl file instead of CSV to stdout."
        ),
    ] = None,
) -> None:
    """Write soft labels for training.

    posterior: for each class the probability that it is the true one, from the audit. uniform: the given label,
    smoothed by --eps as onehot * (1 - eps) + eps / K. corrected: a hard label, the suggested one where LA101 flags the
    given one. votes: the consensus of several annotators and the audit. The rows of all modes sum to exactly 1.
    """
    from labelaudit.names import printable
    from labelaudit.softening import soften
    from labelaudit.softlabels import check_eps, check_votes, mode_of
    from labelaudit.softlabels.formats import writer_of

    quiet = messages.quiet
    check_eps(eps or 0)
    check_votes(mode_of(mode, eps), given=votes is not None)
    write = writer_of(out)
    last = None if data else recall()
    source = last.data if last else Path(data or "")
    if last:
        say(f"data set of the last scan here: {printable(str(source))}", quiet=quiet)
    settings = settings_of(ctx.obj, reading, judging, last)
    read_too = named(config=ctx.obj.path, votes=votes, features=parsing.file_of(judging.features), probs=judging.probs)
    check_outputs(named(out=out), inputs=read_too, data=source, settings=settings)

    with (
        caching(work.cache_dir, off=work.no_cache, quiet=quiet) as cache,
        progress("reading images", then="judging labels", wanted=messages.progress) as track,
    ):
        soft = soften(
            source,
            eps,
            settings,
            mode=mode,
            votes=votes,
            weigh=weights,
            drop=drop,
            cache=cache,
            jobs=work.jobs,
            track=track,
        )
    say_passed_over(soft.dataset, quiet=quiet)
    with progress("writing soft labels", wanted=messages.progress) as track:
        if out:
            write_with(out, lambda file: write(soft, file, track))
        else:
            write(soft, as_binary(sys.stdout), track)
    for line in describe(soft, out, write, chosen=bool(mode or eps is not None)):
        say(line, quiet=quiet)


def settings_of(
    config: "Config", reading: options.ReadingOptions, judging: options.JudgingOptions, last: LastScan | None
) -> "Settings":
    """Return the settings; without a data set those of the last scan, so that it need not be judged again."""
    if last:
        reading = replace(reading, split=list(last.splits), layout=last.layout, follow_links=last.follow_links)
        judging = replace(judging, quality=last.quality, features=last.features, seed=last.seed, group_by=last.group_by)
    return parsing.settings(config, reading, judging)
