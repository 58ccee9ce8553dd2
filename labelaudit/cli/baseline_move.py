"""``labelaudit baseline --to-decisions``: move a baseline into the file of decisions."""

from pathlib import Path

from labelaudit.cli import decisions_file
from labelaudit.cli.console import say
from labelaudit.cli.files import as_typed, shown, write
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.errors import BaselineError, OutputError


def move(source: Path | None, data: Path, decisions: Path | None, *, quiet: bool) -> None:
    """Move the entries of a baseline into the file of decisions, and remove the baseline.

    The decisions are written and synced before the baseline is removed: if the run is interrupted, both files hold the
    entries, which a scan reads like one.

    Parameters
    ----------
    source
        The baseline; None if there is none.
    data
        The data set.
    decisions
        The file of decisions that was named; by default the nearest, or a new one in the working folder.

    Raises
    ------
    BaselineError
        There is no baseline, or it is a file of decisions already.
    OutputError
        The baseline cannot be removed.
    """
    from labelaudit.decisions import accepting, dump, load, merge
    from labelaudit.decisions.baseline import NAME
    from labelaudit.records import Decisions

    if source is None or not source.exists():
        missing = shown(source) if source else NAME
        raise BaselineError(f"there is no baseline {missing} to move. Name it with --baseline FILE.")
    target = decisions_file.place(decisions, data)
    moved = load(source)
    if moved.made or moved.samples or (target.exists() and target.samefile(source)):
        raise BaselineError(f"{shown(source)} is a file of decisions already, so there is nothing to move.")
    check_outputs(named(decisions=target), data=data)
    before = load(target if target.exists() else None)
    after = merge(before, accepting(Decisions(), moved.accepted))
    write(target, dump(after), synced=True)
    try:
        source.unlink()
    except OSError as error:
        raise OutputError(
            f"{shown(target)} holds all entries, but {shown(source)} cannot be removed: {error.strerror}. Remove it."
        ) from error
    count, there = len(moved.accepted.entries), len(before.accepted.by_key().keys() & moved.accepted.by_key().keys())
    known = f", {there:,} of them already there" if there else ""
    entries = "1 entry" if count == 1 else f"{count:,} entries"
    say(f"moved {entries} from {shown(source)} to {as_typed(target)}{known}", quiet=quiet)
    say(f"removed {shown(source)}; commit both changes together", quiet=quiet)
