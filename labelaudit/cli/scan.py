"""``labelaudit scan``: the main job."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.console import progress, say
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.last_scan import LastScan, remember
from labelaudit.errors import ExitCode

if TYPE_CHECKING:
    from labelaudit.records import Report, Verdict


@command
def scan(
    data: options.Data,
    format: Annotated[str, typer.Option("--format", "-f", help="Of the report: text, json or csv.")] = "text",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the report here, not to stdout.")
    ] = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", metavar="FILE", help="Write a CSV row for every image that was judged.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Show at most so many findings (text only; 50 on a terminal).")
    ] = None,
    min_p_error: Annotated[float, typer.Option(help="Flag a label from this probability of being wrong.")] = 0.5,
    max_issues: Annotated[
        int | None, typer.Option(help="Pass with up to so many findings [default: 0].", show_default=False)
    ] = None,
    max_rate: Annotated[
        float | None, typer.Option(help="Pass with findings on up to this share of the images, such as 0.02.")
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            help="What counts: error, warning, info, or codes of rules (LA2: all that begin so), separated by commas."
        ),
    ] = "error",
    select: options.Select = None,
    ignore: options.Ignore = None,
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
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Find the wrong labels in a folder of images.

    Exits with 1 if there are findings beyond what --max-issues or --max-rate allow, so that CI stops.
    """
    from labelaudit.audit import audit, conclude
    from labelaudit.checks import check_codes
    from labelaudit.gate import Gate
    from labelaudit.reports import FORMATS, render
    from labelaudit.reports.explanation import in_words
    from labelaudit.reports.scores import scores as render_scores
    from labelaudit.settings import Settings, features_of
    from labelaudit.summary import explanation, row_of

    gate = Gate(fail_on=options.words(fail_on), max_issues=max_issues, max_rate=max_rate)
    settings = Settings(
        features=features_of(quality),
        splits=tuple(split or ()),
        follow_links=follow_links,
        seed=seed,
        min_p_error=min_p_error,
        select=options.codes(select),
        ignore=options.codes(ignore),
        second_opinion=noise,
    )
    check_codes(gate.codes)
    FORMATS[format]
    check_writable(out)
    check_writable(scores)

    with progress("reading images", then="judging labels", wanted=not (quiet or no_progress)) as track:
        result = audit(data, settings, jobs=jobs, track=track)
    report = conclude(result, gate)
    remember(LastScan(data, settings.splits, settings.follow_links))

    if scores:
        write(scores, render_scores(result))
    if out:
        write(out, render(report, format))
    elif format == "text":
        show(report, limit=limit, quiet=quiet)
    else:
        sys.stdout.write(render(report, format))
    for path in explain or ():
        sys.stdout.write(in_words(explanation(result, row_of(result, path))))
    sys.stdout.flush()
    if (out or format != "text") or not sys.stdout.isatty():
        say_headlines(report, quiet=quiet)
    close(report.verdict, exit_zero=exit_zero, quiet=quiet)


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


def close(verdict: "Verdict", *, exit_zero: bool, quiet: bool) -> None:
    """Say what the gate decided and exit with its code."""
    if verdict.passed:
        say("passed", quiet=quiet)
        return
    say(f"failed: {verdict.reason}", quiet=quiet)
    if exit_zero:
        return
    say("  correct the labels, or allow what is there with --max-issues, --max-rate or --exit-zero", quiet=quiet)
    raise typer.Exit(ExitCode.FINDINGS)
