"""``labelaudit scan``: find wrong labels and other problems."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import decisions_file, options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.baseline_file import load, locate
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import progress, say
from labelaudit.cli.delivery import deliver, say_headlines, tell_more, wanted
from labelaudit.cli.files import write
from labelaudit.cli.last_scan import LastScan, remember
from labelaudit.cli.next_steps import close
from labelaudit.cli.outputs import location
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.errors import RevisionError
from labelaudit.names import address_of, printable

if TYPE_CHECKING:
    from labelaudit.records import Audit, Changes


@command
def scan(
    ctx: typer.Context,
    dataset: options.DataOptions,
    rules: options.RuleOptions,
    judging: options.JudgingOptions,
    gating: options.GateOptions,
    reports: options.ReportOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    scores: Annotated[
        Path | None, options.written("--scores", metavar="FILE", help="Write a CSV row for every judged image.")
    ] = None,
    limit: Annotated[
        int | None,
        options.written(metavar="N", min=0, help="Print at most this many findings.", show_default="50 on a terminal"),
    ] = None,
    explain: Annotated[
        list[str] | None,
        options.written(metavar="PATH", help="Explain how this image was judged; repeatable.", show_default=False),
    ] = None,
    noise: Annotated[
        bool, options.written("--noise/--no-noise", help="Show how many labels of each class belong to another class.")
    ] = False,
) -> None:
    """Find wrong labels and other problems in a folder of images.

    The exit code is 1 if more findings count than --max-issues or --max-rate allow, so that CI stops. Every option can
    also be set in labelaudit.toml, in [tool.labelaudit] of pyproject.toml, or in the environment, such as
    LABELAUDIT_MAX_RATE for --max-rate.
    """
    from labelaudit.audit import audit, conclude, illustrate
    from labelaudit.decisions import load as load_decisions
    from labelaudit.gate import Gate
    from labelaudit.reports.scores import scores as render_scores
    from labelaudit.summary import explanation, row_of

    data, quiet = dataset.data, messages.quiet
    max_rate = None if gating.max_rate is None else parsing.share("--max-rate", gating.max_rate)
    gate = Gate(
        fail_on=parsing.counting(gating.fail_on),
        max_issues=gating.max_issues,
        max_rate=max_rate,
        strict=gating.strict,
    )
    settings = parsing.settings(ctx.obj, dataset, judging, rules, second_opinion=noise)
    accepting = None if gating.no_baseline else locate(gating.baseline, data)
    deciding = None if gating.no_decisions else decisions_file.locate(gating.decisions, data)
    to = wanted(
        reports.format_of_out,
        reports.out,
        reports.report,
        reports.metrics,
        github_summary=reports.github_summary,
        quiet=quiet,
    )
    known = named(config=ctx.obj.path, baseline=accepting, decisions=deciding)
    read_too = [*known, *named(features=parsing.file_of(judging.features), probs=judging.probs)]
    check_outputs([*to.outputs, *named(scores=scores)], inputs=read_too, data=data, settings=settings)
    accepted = load(accepting)
    decisions = load_decisions(deciding)
    changes = changes_since(data, dataset.root, gating.changed_since, quiet=quiet)

    with reading_images(work, messages) as (cache, engine, track):
        result = audit(data, settings, decisions=decisions, cache=cache, engine=engine, track=track)
    explained = [
        explanation(result, row_of(result, image)) for image in explain or ()
    ]  # fails before anything is written
    counting = only_changed(changes, result, quiet=quiet)
    concluded = conclude(result, gate, accepted, counting, location(data), decisions)
    if to.has_page:
        with progress("drawing thumbnails", wanted=messages.progress) as track:
            concluded = illustrate(concluded, result.dataset.source, jobs=work.jobs, track=track)
    judged_by = (judging.quality, judging.seed, judging.group_by, judging.features, judging.device)
    table = (settings.source, settings.root, ",".join(settings.columns))
    remember(LastScan(data, settings.splits, settings.follow_links, settings.layout, *judged_by, *table))

    if scores:
        write(scores, render_scores(result))
    deliver(concluded, to, limit, result.dataset.source.folder)
    tell_more(concluded, to, explained)
    say_headlines(concluded, to)
    decisions_file.say_conflicts(decisions, quiet=quiet)
    close(ctx, concluded.verdict, data, has_page=to.has_page, exit_zero=gating.exit_zero, quiet=quiet)


def changes_since(data: Path, root: Path | None, revision: str | None, *, quiet: bool) -> "Changes | None":
    """Return the changes in the data since a revision; None if there is no revision, or any label may have changed."""
    from labelaudit.revisions import changed_since, check_named

    if revision is None:
        return None
    check_named(revision)
    if address_of(str(data)):
        raise RevisionError(
            f"--changed-since {printable(revision)}: {printable(address_of(str(data)))} is in no git repository. "
            "Leave the option out."
        )
    if not data.is_file():
        return changed_since(data, revision) if data.is_dir() else None  # otherwise the audit raises the error
    beside = changed_since(data.parent, revision)
    if {data.name} & (beside.paths | beside.untracked([data.name])):
        say(
            f"warning: --changed-since {printable(revision)}: {printable(str(data))} has changed or is not "
            "tracked. Any label in it may have changed, so each image counts.",
            quiet=quiet,
        )
        return None
    return changed_since(root or data.parent, revision)


def only_changed(changes: "Changes | None", result: "Audit", *, quiet: bool) -> "Changes | None":
    """Return the changes that decide which findings count; None if all findings count.

    Images that git does not track may have changed, so they count; a warning gives their number.
    """
    if changes is None:
        return None
    images = [*result.dataset.paths, *(skipped.path for skipped in result.observed.skipped)]
    unknown = changes.untracked(images)
    if not unknown:
        return changes
    every = len(unknown) == len(images)
    which = f"any of the {len(images):,} images" if every else f"{len(unknown):,} of the {len(images):,} images"
    say(
        f"warning: --changed-since {printable(changes.since)}: git does not track {which}: they are "
        "ignored, behind a link or in another repository. Each of them may have changed, so all of them count.",
        quiet=quiet,
    )
    return None if every else changes.including(unknown)
