"""``labelaudit bench``: learn on your own data whether to believe what is flagged."""

from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress
from labelaudit.errors import SettingsError


@command
def bench(
    ctx: typer.Context,
    data: options.Data,
    flip: Annotated[str, typer.Option(metavar="SHARE", help="Of the labels that are made wrong.")] = "5%",
    draws: Annotated[int, typer.Option(min=1, help="How often errors of each kind are planted.")] = 3,
    min_p_error: options.MinPError = 0.5,
    quality: options.Quality = "standard",
    split: options.Split = None,
    follow_links: options.FollowLinks = False,
    seed: options.Seed = 0,
    jobs: options.Jobs = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    config: options.Configuration = None,
    no_progress: options.NoProgress = False,
) -> None:
    """Plant known errors in the labels, in memory only, and report how many are found.

    Only labels that look right before are made wrong, and only those count: errors that are in the data already are
    left out. The configuration that scan reads is read here, too, so that it is your scan that is put to the test.
    """
    from labelaudit.audit import bench as run
    from labelaudit.reports.bench import bench_table
    from labelaudit.settings import Settings, features_of

    settings = Settings(
        features=features_of(quality),
        splits=tuple(split or ()),
        follow_links=follow_links,
        seed=seed,
        min_p_error=min_p_error,
        per_class=options.per_class(ctx.obj),
    )
    share = parse_share(flip)
    with (
        caching(cache_dir, off=no_cache) as cache,
        progress("reading images", then="judging labels", wanted=not no_progress) as track,
    ):
        trials = run(data, share, settings, draws=draws, cache=cache, jobs=jobs, track=track)
    typer.echo(bench_table(trials), nl=False)


def parse_share(text: str) -> float:
    """Return the share that ``5%`` or ``0.05`` means.

    Raises
    ------
    SettingsError
        It is no number, or not above 0 and at most one half.
    """
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = float("nan")
    if not 0 < share <= 0.5:
        raise SettingsError(f"--flip {text}: expected a share above 0 and at most a half, such as 5% or 0.05.")
    return share
