"""``labelaudit scan``: the main job."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.baseline_file import load, locate
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress
from labelaudit.cli.delivery import deliver, say_headlines, tell_more, wanted
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.last_scan import LastScan, remember
from labelaudit.cli.next_steps import close
from labelaudit.cli.outputs import location

if TYPE_CHECKING:
    from labelaudit.records import Changes


@command
def scan(
    ctx: typer.Context,
    data: options.Data,
    format: options.Format = "text",
    out: options.Out = None,
    report: options.Reports = None,
    metrics: options.Metrics = None,
    github_summary: options.GithubSummary = False,
    scores: Annotated[
        Path | None, typer.Option("--scores", metavar="FILE", help="Write a CSV row for every image that was judged.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Show at most so many findings (text only; 50 on a terminal).")
    ] = None,
    min_p_error: options.MinPError = 0.5,
    select: options.Select = None,
    ignore: options.Ignore = None,
    max_issues: Annotated[
        int | None, typer.Option(help="Pass with up to so many findings [default: 0].", show_default=False)
    ] = None,
    max_rate: Annotated[
        float | None, typer.Option(help="Pass with findings on up to this share of the images, such as 0.02.")
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="RULES",
            help="Findings that count: error, warning, info, or rules as for --select, separated by commas.",
        ),
    ] = "error",
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="Warnings count too, and stale entries of the baseline fail.")
    ] = False,
    baseline: options.BaselineFile = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline/--use-baseline", help="Read no baseline.")] = False,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Scan everything; only images changed since this git revision count."),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero/--no-exit-zero", help="Exit with 0 whatever is found.")
    ] = False,
    explain: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Say why this image was judged as it was; repeatable.", show_default=False),
    ] = None,
    noise: Annotated[
        bool,
        typer.Option(
            "--noise/--no-noise", help="Show how often each class is given for another, by us and by cleanlab."
        ),
    ] = False,
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
    """Find the wrong labels, and all else that is wrong, in a folder of images.

    Exits with 1 if there are findings beyond what --max-issues or --max-rate allow, so that CI stops. Every option may
    also stand in labelaudit.toml, in [tool.labelaudit] of pyproject.toml, or in LABELAUDIT_<OPTION>.
    """
    from labelaudit.audit import audit, conclude, illustrate
    from labelaudit.gate import Gate
    from labelaudit.reports.scores import scores as render_scores
    from labelaudit.summary import explanation, row_of

    gate = Gate(fail_on=options.counting(fail_on), max_issues=max_issues, max_rate=max_rate, strict=strict)
    settings = options.settings(ctx, second_opinion=noise)
    accepting = None if no_baseline else locate(baseline, data)
    check_writable(scores)
    to = wanted(
        format, out, report, metrics, github_summary=github_summary, quiet=quiet, scores=scores, baseline=accepting
    )
    accepted = load(accepting)
    changes = changes_since(data, changed_since)

    with (
        caching(cache_dir, off=no_cache, quiet=quiet) as cache,
        progress("reading images", then="judging labels", wanted=not (quiet or no_progress)) as track,
    ):
        result = audit(data, settings, cache=cache, jobs=jobs, track=track)
    explained = [explanation(result, row_of(result, image)) for image in explain or ()]  # before anything is written
    concluded = conclude(result, gate, accepted, changes, location(data))
    if to.has_page:
        with progress("drawing pictures", wanted=not (quiet or no_progress)) as track:
            concluded = illustrate(concluded, data, follow_links=True, jobs=jobs, track=track)
    remember(LastScan(data, settings.splits, settings.follow_links))

    if scores:
        write(scores, render_scores(result))
    deliver(concluded, to, limit)
    tell_more(concluded, to, explained)
    say_headlines(concluded, to)
    close(ctx, concluded.verdict, data, has_page=to.has_page, exit_zero=exit_zero, quiet=quiet)


def changes_since(data: Path, revision: str | None) -> "Changes | None":
    """Return what changed in the data since a revision; none if no revision is named."""
    from labelaudit.records import Changes
    from labelaudit.revisions import changed_since

    if not revision or not data.is_dir():  # what is no folder is told as such by the audit
        return None
    return Changes(revision, changed_since(data, revision))
