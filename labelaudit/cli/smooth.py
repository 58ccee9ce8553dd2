"""``labelaudit smooth``: soft labels for training."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress, say
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.last_scan import LastScan, recall
from labelaudit.errors import SettingsError

ENDINGS = (".csv", ".npz")


@command
def smooth(
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="Folder of images; by default that of the configuration, or of the last scan made here.",
        ),
    ] = None,
    eps: Annotated[
        float, typer.Option(help="Share of each label that is spread over all classes, 0 to below 1.")
    ] = 0.1,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="labels.csv or labels.npz; CSV to stdout by default."),
    ] = None,
    split: options.Split = None,
    follow_links: options.FollowLinks = False,
    jobs: options.Jobs = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    config: options.Configuration = None,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Write soft labels: onehot * (1 - eps) + eps / K, a row for every readable image."""
    from labelaudit.audit import soften
    from labelaudit.names import printable
    from labelaudit.records import BINARY, MILLION
    from labelaudit.reports.labels import labels_csv, labels_npz
    from labelaudit.settings import Settings
    from labelaudit.softlabels import check_eps

    check_eps(eps)
    ending = out.suffix.lower() if out else ".csv"
    if ending not in ENDINGS:
        raise SettingsError(f"--out {printable(str(out))}: the ending decides the format; expected .csv or .npz.")
    check_writable(out)
    source = LastScan(data, tuple(split or ()), follow_links) if data else recall()
    if not data:
        say(f"data set of the last scan here: {printable(str(source.data))}", quiet=quiet)

    with (
        caching(cache_dir, off=no_cache, quiet=quiet) as cache,
        progress("reading images", wanted=not (quiet or no_progress)) as track,
    ):
        settings = Settings(splits=source.splits, follow_links=source.follow_links)
        soft = soften(source.data, eps, settings, cache=cache, jobs=jobs, track=track)
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
