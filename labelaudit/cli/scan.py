"""``labelaudit scan``: the main job."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.baseline_file import load, locate
from labelaudit.cli.cache import caching
from labelaudit.cli.console import progress, say
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.last_scan import LastScan, remember
from labelaudit.cli.outputs import add_step_summary, location, targets, wants_pictures
from labelaudit.errors import ExitCode
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.records import Report, Verdict


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
        typer.Option(help="What counts: error, warning, info, or codes of rules (LA2: all that begin so), by commas."),
    ] = "error",
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings count too, and stale entries of the baseline fail.")
    ] = False,
    baseline: options.BaselineFile = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Read no baseline.")] = False,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Scan everything; only images changed since this git revision count."),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found.")] = False,
    explain: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Say why this image was judged as it was; repeatable.", show_default=False),
    ] = None,
    noise: Annotated[
        bool, typer.Option("--noise", help="Show how often each class is given for another, by us and by cleanlab.")
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
    from labelaudit.checks import check_codes
    from labelaudit.gate import Gate
    from labelaudit.records import Baseline
    from labelaudit.reports import FORMATS, render
    from labelaudit.reports.explanation import in_words
    from labelaudit.reports.noise import noise_table
    from labelaudit.reports.scores import scores as render_scores
    from labelaudit.revisions import changed_since as since
    from labelaudit.settings import Settings, features_of
    from labelaudit.summary import explanation, row_of

    gate = Gate(fail_on=options.words(fail_on), max_issues=max_issues, max_rate=max_rate, strict=strict)
    settings = Settings(
        features=features_of(quality),
        splits=tuple(split or ()),
        follow_links=follow_links,
        seed=seed,
        min_p_error=min_p_error,
        select=options.codes(select),
        ignore=options.codes(ignore),
        per_class=options.per_class(ctx.obj),
        second_opinion=noise,
    )
    check_codes(gate.codes)
    FORMATS[format]
    written = targets(report, metrics)
    for path in (out, scores, *(path for _, path in written)):
        check_writable(path)
    accepted = Baseline() if no_baseline else load(locate(baseline, data))
    changed = since(data, changed_since) if changed_since and data.is_dir() else None

    with (
        caching(cache_dir, off=no_cache, quiet=quiet) as cache,
        progress("reading images", then="judging labels", wanted=not (quiet or no_progress)) as track,
    ):
        result = audit(data, settings, cache=cache, jobs=jobs, track=track)
    explained = [explanation(result, row_of(result, image)) for image in explain or ()]  # before anything is written
    concluded = conclude(result, gate, accepted, changed, location(data))
    has_page = wants_pictures(written, format)
    if has_page:
        with progress("drawing pictures", wanted=not (quiet or no_progress)) as track:
            concluded = illustrate(concluded, data, follow_links=True, jobs=jobs, track=track)
    remember(LastScan(data, settings.splits, settings.follow_links))

    if scores:
        write(scores, render_scores(result))
    for name, path in written:
        write(path, render(concluded, name))
    if github_summary:
        add_step_summary(concluded)
    if out:
        write(out, render(concluded, format))
    elif format == "text":
        show(concluded, limit=limit, quiet=quiet)
    else:
        sys.stdout.write(render(concluded, format))
    grounds = "".join(map(in_words, explained))
    if out or format != "text":  # a program reads the report: what else was asked for stays out of it
        sys.stderr.write(grounds if quiet else noise_table(concluded) + grounds)
    else:
        sys.stdout.write(noise_table(concluded) + grounds)
    sys.stdout.flush()
    if (out or format != "text") or not sys.stdout.isatty():
        say_headlines(concluded, quiet=quiet)
    close(concluded.verdict, data, has_page=has_page, exit_zero=exit_zero, quiet=quiet)


def show(report: "Report", *, limit: int | None, quiet: bool) -> None:
    """Print the report: for a person on a terminal, else a line for each finding."""
    from labelaudit.reports.text import line

    if sys.stdout.isatty():
        from rich.console import Console

        from labelaudit.reports.terminal import terminal

        Console(highlight=False, markup=False).print(terminal(report, 50 if limit is None else limit))
        return
    shown = report.findings[:limit]
    sys.stdout.writelines(f"{line(finding)}\n" for finding in shown)
    if len(shown) < len(report.findings):
        say(f"... and {len(report.findings) - len(shown)} more", quiet=quiet)


def say_headlines(report: "Report", *, quiet: bool) -> None:
    """Print the headlines on stderr, as talk beside a report that went elsewhere."""
    from labelaudit.reports.headlines import headlines

    for name, value in headlines(report):
        say(f"{name}: {value}", quiet=quiet)


def close(verdict: "Verdict", data: Path, *, has_page: bool, exit_zero: bool, quiet: bool) -> None:
    """Say what the gate decided and exit with its code."""
    if verdict.passed:
        say("passed", quiet=quiet)
        return
    say(f"failed: {verdict.reason}", quiet=quiet)
    if exit_zero:
        return
    here = Path.cwd()
    named = shlex.quote(printable(str(data.relative_to(here) if data.is_relative_to(here) else data)))
    if not has_page:
        say(f"  look: labelaudit scan {named} --report html=report.html", quiet=quiet)
    say("  fix: correct the labels, mend or remove the files, and scan again", quiet=quiet)
    say(f'  accept: labelaudit baseline {named} --reason "..."', quiet=quiet)
    raise typer.Exit(ExitCode.FINDINGS)
