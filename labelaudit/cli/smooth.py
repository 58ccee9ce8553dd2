"""``labelaudit smooth``: soft labels for training."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress, say
from labelaudit.cli.delivery import say_passed_over
from labelaudit.cli.files import write
from labelaudit.cli.help import Panel
from labelaudit.cli.last_scan import LastScan, recall
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.errors import SettingsError

ENDINGS = (".csv", ".npz")


@command
def smooth(
    ctx: typer.Context,
    reading: options.ReadingOptions,
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
    eps: Annotated[
        float,
        options.written(metavar="EPS", help="Share of each label that is spread over all classes, from 0 to below 1."),
    ] = 0.1,
    out: Annotated[
        Path | None,
        options.written("--out", "-o", metavar="FILE", help="Write labels.csv or labels.npz instead of CSV to stdout."),
    ] = None,
) -> None:
    """Write soft labels for training: onehot * (1 - eps) + eps / K.

    The file has a row for every readable image, with the probability of each of the K classes.
    """
    from labelaudit.audit import soften
    from labelaudit.names import printable
    from labelaudit.records import BINARY, MILLION
    from labelaudit.reports.labels import labels_csv, labels_npz
    from labelaudit.settings import Settings
    from labelaudit.softlabels import check_eps

    quiet = messages.quiet
    check_eps(eps)
    ending = out.suffix.lower() if out else ".csv"
    if ending not in ENDINGS:
        raise SettingsError(f"--out {printable(str(out))}: the ending decides the format; expected .csv or .npz.")
    source = LastScan(data, tuple(reading.split or ()), reading.follow_links, reading.layout) if data else recall()
    if not data:
        say(f"data set of the last scan here: {printable(str(source.data))}", quiet=quiet)

    settings = Settings(layout=source.layout, splits=source.splits, follow_links=source.follow_links)
    check_outputs(named(out=out), inputs=named(config=ctx.obj.path), data=source.data, settings=settings)

    with (
        caching(work.cache_dir, off=work.no_cache, quiet=quiet) as cache,
        progress("reading images", wanted=messages.progress) as track,
    ):
        soft = soften(source.data, eps, settings, cache=cache, jobs=work.jobs, track=track)
    say_passed_over(soft.dataset, quiet=quiet)
    share, least = eps / len(soft.dataset.classes), 1 / (BINARY if ending == ".npz" else MILLION)
    if 0 < share < least:
        say(
            f"warning: each class is to get eps / K = {share:.2g}, and {ending} holds nothing below {least:.2g}: some "
            f"or all get 0. Take a larger --eps{'' if ending == '.npz' else ', or --out labels.npz'}.",
            quiet=quiet,
        )
    content = labels_npz(soft) if ending == ".npz" else labels_csv(soft)
    if out:
        write(out, content)
        rows, classes = soft.millionths.shape
        say(f"{printable(str(out))}: soft labels of {rows:,} images in {classes} classes", quiet=quiet)
    else:
        sys.stdout.write(content.decode("utf-8", "surrogateescape"))
    say(
        "These labels are smoothed: train with a loss that takes probabilities, and with its own label smoothing at 0.",
        quiet=quiet,
    )
