"""``labelaudit smooth``: write soft labels for training."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import progress, say
from labelaudit.cli.decisions_file import locate
from labelaudit.cli.delivery import say_passed_over
from labelaudit.cli.files import write, write_with
from labelaudit.cli.help import Panel
from labelaudit.cli.last_scan import LastScan, recall
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.cli.soft_notes import describe
from labelaudit.cli.soft_options import SoftOptions
from labelaudit.cli.streams import as_binary

if TYPE_CHECKING:
    from labelaudit.cli.config import Config
    from labelaudit.records import Dataset, Decisions
    from labelaudit.settings import Settings


@command
def smooth(
    ctx: typer.Context,
    reading: options.ReadingOptions,
    judging: options.JudgingOptions,
    soft: SoftOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="Folder of images; by default the one in the configuration, or that of the last scan in this folder.",
            rich_help_panel=Panel.SCANNED.value,
        ),
    ] = None,
) -> None:
    """Write soft labels for training.

    posterior: for each class the probability that it is the true one, from the audit. uniform: the given label,
    smoothed by --eps as onehot * (1 - eps) + eps / K. corrected: a hard label, the suggested one where LA101 flags the
    given one. votes: the consensus of several annotators and the audit. The rows of all modes sum to exactly 1.
    --compare shows what they make of your labels.
    """
    from labelaudit.decisions import load
    from labelaudit.names import printable
    from labelaudit.softlabels.formats import writer_of
    from labelaudit.sources import read

    quiet = messages.quiet
    soft.check()
    writer_of(soft.out)  # an unknown ending is an error before the work begins
    last = None if data else recall()
    source = last.data if last else Path(data or "")
    if last:
        say(f"data set of the last scan in this folder: {printable(str(source))}", quiet=quiet)
    settings = settings_of(ctx.obj, reading, judging, last)
    features, votes = parsing.file_of(judging.features), soft.votes
    read_too = named(config=ctx.obj.path, votes=votes, confirmed=soft.confirmed, features=features, probs=judging.probs)
    decisions = load(locate(soft.confirmed, source)) if soft.confirmed else None
    listed = read(source, settings)
    check_outputs(soft.outputs, inputs=read_too, data=listed)
    (show_comparison if soft.compare else write_labels)(listed, settings, soft, decisions, work, messages)


def write_labels(
    listed: "Dataset",
    settings: "Settings",
    soft: SoftOptions,
    decisions: "Decisions | None",
    work: options.CacheOptions,
    messages: options.MessageOptions,
) -> None:
    """Write the soft labels of a data set, and describe them."""
    from labelaudit.softening import soften
    from labelaudit.softlabels.formats import writer_of

    with reading_images(work, messages) as (cache, engine, track):
        softened = soften(
            listed,
            soft.eps,
            settings,
            mode=soft.mode,
            votes=soft.votes,
            decisions=decisions,
            weigh=soft.weights,
            drop=soft.drop,
            cache=cache,
            engine=engine,
            track=track,
        )
    say_passed_over(softened.dataset, quiet=messages.quiet)
    write_to, out = writer_of(soft.out), soft.out
    with progress("writing soft labels", wanted=messages.progress) as track:
        if out:
            write_with(out, lambda file: write_to(softened, file, track))
        else:
            write_to(softened, as_binary(sys.stdout), track)
    for line in describe(softened, out, write_to, chosen=bool(soft.mode or soft.eps is not None)):
        say(line, quiet=messages.quiet)


def show_comparison(
    listed: "Dataset",
    settings: "Settings",
    soft: SoftOptions,
    decisions: "Decisions | None",
    work: options.CacheOptions,
    messages: options.MessageOptions,
) -> None:
    """Print what each mode makes of the labels of a data set, and write the reports of it that are asked for."""
    from labelaudit.reports.comparisons import COMPARISONS
    from labelaudit.softening import compare

    reports = soft.reports
    with reading_images(work, messages) as (cache, engine, track):
        found = compare(
            listed,
            soft.eps,
            settings,
            votes=soft.votes,
            decisions=decisions,
            pictures="html" in dict(reports),
            cache=cache,
            engine=engine,
            track=track,
        )
    for name, path in reports:
        write(path, COMPARISONS[name](found))
    sys.stdout.write(COMPARISONS["text"](found))


def settings_of(
    config: "Config", reading: options.ReadingOptions, judging: options.JudgingOptions, last: LastScan | None
) -> "Settings":
    """Return the settings; without a data set those of the last scan, so that it need not be judged again."""
    if last:
        reading = replace(
            reading, split=list(last.splits), layout=last.layout, follow_links=last.follow_links, source=last.source
        )
        reading = replace(reading, root=Path(last.root) if last.root else None, columns=last.columns or None)
        judging = replace(judging, quality=last.quality, features=last.features, device=last.device)
        judging = replace(judging, seed=last.seed, group_by=last.group_by)
    return parsing.settings(config, reading, judging)
