"""``labelaudit bench``: measure on your own data how many label errors are found."""

from typing import Annotated

import typer

from labelaudit.cli import options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import reading_images
from labelaudit.cli.delivery import say_passed_over
from labelaudit.errors import SettingsError


@command
def bench(
    ctx: typer.Context,
    dataset: options.DataOptions,
    judging: options.JudgingOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    flip: Annotated[str, typer.Option(metavar="SHARE", help="Share of the labels to replace by wrong ones.")] = "5%",
    draws: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of times that errors of each kind are planted.")
    ] = 3,
) -> None:
    """Plant known label errors, in memory, and count how many are found.

    Errors are planted only among labels that look right, and only planted errors are counted, so errors that were in
    the data before do not distort the figures. The configuration of scan applies, so that the figures describe your
    own scans. No file is changed.
    """
    from labelaudit.audit import bench as run
    from labelaudit.reports.bench import bench_table
    from labelaudit.sources import read

    settings = parsing.settings(ctx.obj, dataset, judging)
    share = parse_share(flip)
    say_passed_over(read(dataset.data, settings), quiet=messages.quiet)
    with reading_images(work, messages) as (cache, engine, track):
        trials = run(dataset.data, share, settings, draws=draws, cache=cache, engine=engine, track=track)
    typer.echo(bench_table(trials), nl=False)


def parse_share(text: str) -> float:
    """Return the share that ``5%`` or ``0.05`` means.

    Raises
    ------
    SettingsError
        It is not a number, or not above 0 and at most one half.
    """
    share = parsing.share("--flip", text)
    if not 0 < share <= 0.5:
        raise SettingsError(f"--flip {text}: expected a share above 0 and at most a half, such as 5% or 0.05.")
    return share
