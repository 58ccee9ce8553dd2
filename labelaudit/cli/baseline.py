"""``labelaudit baseline``: accept the current findings, so that the gate counts only new ones."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import decisions_file, options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.baseline_file import load, locate
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import say
from labelaudit.cli.files import as_typed, quoted, shown, write
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.errors import BaselineError, SettingsError
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.findings import Finding


@command
def baseline(
    ctx: typer.Context,
    dataset: options.DataOptions,
    rules: options.RuleOptions,
    judging: options.JudgingOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    reason: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Accept the findings, for this reason; it is stored with every new entry."),
    ] = None,
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="PATH", help="Accept only the findings about this image; repeatable."),
    ] = None,
    correct: Annotated[
        bool,
        typer.Option("--correct/--no-correct", help="Record that the labels were checked and are correct."),
    ] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune/--no-prune", help="Remove entries whose image was removed, changed or relabeled."),
    ] = False,
    to_decisions: Annotated[
        bool,
        typer.Option(
            "--to-decisions/--no-to-decisions",
            help="Move all entries into the file of decisions and remove the baseline file; nothing is scanned.",
        ),
    ] = False,
    baseline: options.BaselineFile = None,
    decisions: options.DecisionsFile = None,
) -> None:
    """Accept the current findings, so that only new ones count.

    Accepted findings are written to a file that you commit and that scan reads. An entry is identified by the rule, the
    content of the file and its label: it stays valid when the file is renamed or labelaudit is upgraded, and becomes
    stale when the content or the label changes. Entries that exist already are never overwritten.
    """
    from labelaudit.audit import audit, conclude
    from labelaudit.cli.baseline_move import move
    from labelaudit.decisions import load as load_decisions
    from labelaudit.decisions.baseline import accept
    from labelaudit.decisions.baseline import prune as without
    from labelaudit.records import Acceptance

    data, quiet = dataset.data, messages.quiet
    if to_decisions:
        if reason is not None or path or correct or prune:
            raise SettingsError("--to-decisions takes none of --reason, --path, --correct and --prune.")
        move(locate(baseline, data), data, decisions, quiet=quiet)
        origin = ctx.get_parameter_source("baseline")
        if origin and origin.name in ("DEFAULT_MAP", "ENVIRONMENT"):
            say("the configuration names this baseline: remove the setting 'baseline' from it", quiet=quiet)
        return
    _check_wish(data, reason, prune=prune, only_accepting=bool(path or correct))
    target = locate(baseline, data) or decisions_file.locate(decisions, data) or _beside(data)
    settings = parsing.settings(ctx.obj, dataset, judging, rules)
    check_outputs(named(baseline=target), inputs=named(config=ctx.obj.path), data=data, settings=settings)
    if not (reason or target.exists()):
        raise BaselineError(f"there is no baseline {shown(target)}, so no entry in it is stale.")
    before = load(target if target.exists() else None)
    known = load_decisions(decisions_file.locate(decisions, data))
    with reading_images(work, messages) as (cache, engine, track):
        result = audit(data, settings, decisions=known, cache=cache, engine=engine, track=track)
    verdict = conclude(result, baseline=before).verdict
    after = without(before, verdict.stale) if prune else before
    if reason:
        chosen = _about(result.findings, path, data) if path else result.findings
        after = accept(after, chosen, reason, Acceptance.CORRECT if correct else Acceptance.DEFERRED)
    write(target, decisions_file.with_accepted(target, after))

    new = len(after.by_key().keys() - before.by_key().keys())
    say(f"{shown(target)}: {_entries(len(after.entries))}, {new:,} of them new", quiet=quiet)
    if verdict.stale:
        left = "removed" if prune else f"stale; labelaudit baseline {as_typed(data)} --prune removes them"
        gone = _entries(len(verdict.stale))
        say(f"{gone} whose image was removed, changed or relabeled: {left}", quiet=quiet)


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _check_wish(data: Path, reason: str | None, *, prune: bool, only_accepting: bool) -> None:
    """Check that the options ask for something, and that a reason is given for what is accepted.

    Raises
    ------
    SettingsError
        They do not, or there is none.
    """
    if reason is not None and not reason.strip():
        raise SettingsError('--reason is empty. Give a reason, such as --reason "twins look alike".')
    if reason is None and (only_accepting or not prune):
        named = as_typed(data)
        raise SettingsError(
            f'to accept the findings, give a reason: labelaudit baseline {named} --reason "..."  '
            f"To remove stale entries and accept nothing: labelaudit baseline {named} --prune"
        )


def _beside(data: Path) -> Path:
    """Return where a new baseline is written: the working folder.

    Raises
    ------
    SettingsError
        It is inside the data, where scan would not read a baseline.
    """
    from labelaudit.decisions.baseline import NAME

    root = data.resolve()
    if Path.cwd().resolve().is_relative_to(root):
        raise SettingsError(
            "this folder is inside the data set, and nothing is written there. Change to the folder above it and type: "
            f'labelaudit baseline {quoted(root.name)} --reason "..."'
        )
    return Path(NAME)


def _about(findings: "tuple[Finding, ...]", paths: list[str], data: Path) -> "list[Finding]":
    """Return the findings about some images, whose paths are relative to the data or to the working folder.

    Raises
    ------
    SettingsError
        There is no finding about one of them.
    """
    known = {path: path for finding in findings for path in (finding.path, *finding.related)}
    known |= {printable(path): path for path in known}
    wanted = set()
    for path in paths:
        here = os.path.relpath(Path(path).absolute(), data.absolute())
        names = [path, *(Path(name).as_posix() for name in (path, here))]
        found = next((known[name] for name in names if name in known), None)
        if found is None:
            raise SettingsError(f"--path {printable(path)}: there is no finding about it. Name an image as scan does.")
        wanted.add(found)
    return [finding for finding in findings if not wanted.isdisjoint((finding.path, *finding.related))]
