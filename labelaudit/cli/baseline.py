"""``labelaudit baseline``: accept what is there today, so that the gate speaks of what comes tomorrow."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.baseline_file import load, locate
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress, say
from labelaudit.cli.files import check_writable, write
from labelaudit.errors import SettingsError
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.findings import Finding


@command
def baseline(
    ctx: typer.Context,
    data: options.Data,
    reason: Annotated[str, typer.Option(help="Why, in your words; it is kept with every new entry.")],
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="PATH", help="Accept only what is found of this image; repeatable."),
    ] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Somebody looked and it is fine; else it is merely deferred.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove entries whose image is gone or has another label now.")
    ] = False,
    baseline: options.BaselineFile = None,
    min_p_error: options.MinPError = 0.5,
    select: options.Select = None,
    ignore: options.Ignore = None,
    quality: options.Quality = "standard",
    split: options.Split = None,
    follow_links: options.FollowLinks = False,
    seed: options.Seed = 0,
    jobs: options.Jobs = None,
    cache_dir: options.CacheDir = None,
    no_cache: options.NoCache = False,
    config: options.Configuration = None,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Accept what is found today: write it to a file that you commit, and that scan reads.

    An entry is known by rule, content and given label: it survives a new name and a new version, and dies when
    the pixels or the label change. What somebody decided before is never overwritten.
    """
    from labelaudit.audit import audit, conclude
    from labelaudit.baseline import NAME, accept, dump
    from labelaudit.baseline import prune as without
    from labelaudit.records import Decision
    from labelaudit.settings import Settings, features_of

    target = locate(baseline, data) or Path(NAME)
    check_writable(target)
    before = load(target if target.exists() else None)
    settings = Settings(
        features=features_of(quality),
        splits=tuple(split or ()),
        follow_links=follow_links,
        seed=seed,
        min_p_error=min_p_error,
        select=options.codes(select),
        ignore=options.codes(ignore),
        per_class=options.per_class(ctx.obj),
    )
    with (
        caching(cache_dir, off=no_cache, quiet=quiet) as cache,
        progress("reading images", then="judging labels", wanted=not (quiet or no_progress)) as track,
    ):
        result = audit(data, settings, cache=cache, jobs=jobs, track=track)
    verdict = conclude(result, baseline=before).verdict
    chosen = _about(result.findings, path) if path else result.findings
    after = accept(before, chosen, reason, Decision.CORRECT if correct else Decision.DEFERRED)
    if prune:
        after = without(after, verdict.stale)
    write(target, dump(after))

    new = len(after.by_key().keys() - before.by_key().keys())
    say(f"{printable(str(target))}: {len(after.entries):,} entries, {new:,} of them new", quiet=quiet)
    if verdict.stale:
        left = "removed" if prune else "stale; --prune removes them"
        say(f"{len(verdict.stale):,} entries whose image is gone or has another label now: {left}", quiet=quiet)


def _about(findings: "tuple[Finding, ...]", paths: list[str]) -> "list[Finding]":
    """Return the findings about some images, named relative to the data.

    Raises
    ------
    SettingsError
        Nothing was found of one of them.
    """
    for path in paths:
        if not any(path in (finding.path, *finding.related) for finding in findings):
            raise SettingsError(
                f"--path {printable(path)}: nothing was found of it. Name an image as scan does, relative to the data."
            )
    return [finding for finding in findings if not {finding.path, *finding.related}.isdisjoint(paths)]
