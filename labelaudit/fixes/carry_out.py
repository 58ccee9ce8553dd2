"""Carries out a plan: writes the journal first, then moves one file after the other."""

import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from labelaudit.disk import sync_folder
from labelaudit.errors import OutputError
from labelaudit.fixes.editing import replace_bytes
from labelaudit.fixes.git_index import entries, move_entries
from labelaudit.fixes.inside import leads_outside
from labelaudit.fixes.journal import Edited, Journal, Step, write
from labelaudit.fixes.moving import digest_of, move
from labelaudit.names import printable
from labelaudit.records import Action, Edit, FixPlan, LeftAlone, Track, silently


class Done(NamedTuple):
    """The result of carrying out a plan.

    Attributes
    ----------
    moved
        The number of files that were moved.
    edited
        The number of tables that were changed.
    left
        The files that were planned to change and were left alone, and why.
    """

    moved: int
    edited: int
    left: tuple[LeftAlone, ...]


def carry_out(plan: FixPlan, journal: Path, *, git: bool = False, track: Track = silently) -> Done:
    """Carry out a plan.

    Nothing is overwritten, and no file is removed: each is moved to a name that is free. The journal is on the disk
    before the first move, so that :func:`undo` restores everything even if this function is interrupted.

    Parameters
    ----------
    plan
        The plan.
    journal
        The file for the journal; it must not exist.
    git
        Whether to move files in the index of git, too.
    track
        Called with (images done, images in total).

    Raises
    ------
    OutputError
        A folder or the journal can't be written to: nothing was changed. Or a file can't be moved: the files that were
        moved before it stay moved, and can be restored with :func:`undo`.
    RevisionError
        The index of git is to be changed, and there is no repository.
    """
    index = entries(plan.root) if git else {}
    steps = [
        Step(each.path, each.target, each.action is Action.QUARANTINE, each.digest, index.get(each.path, ""))
        for each in plan.fixes
        if each.target
    ]
    edited = tuple(
        Edited(each.path, b64encode(each.before).decode("ascii"), sha256(each.after).hexdigest()) for each in plan.edits
    )
    planned = Journal(plan.root, plan.quarantine, tuple(steps), tuple(_missing_folders(plan)), edited)
    _check_writable(planned)
    write(planned, journal)
    moved: list[Step] = []
    left: list[LeftAlone] = []

    def work(step: Step) -> None:
        reason = _why_not(planned, step)
        if reason:
            left.append(LeftAlone(step.path, reason))
            return
        move(planned.root / step.path, planned.target(step))
        moved.append(step)

    try:
        for folder in planned.folders:
            folder.mkdir(exist_ok=True)
        _for_each(steps, work, track)
        for folder in {place.parent for step in moved for place in (planned.root / step.path, planned.target(step))}:
            sync_folder(folder)
        rewritten = [each for each in plan.edits if _edit(plan.root / each.path, each, left)]
    except OSError as error:
        where = printable(str(error.filename or ""))
        raise OutputError(
            f"stopped after {len(moved):,} of {len(steps):,} images: {where}: {error.strerror}."
        ) from error
    finally:
        if git and moved:
            move_entries(planned, moved)
    return Done(len(moved), len(rewritten), tuple(left))


def _edit(path: Path, edit: Edit, left: list[LeftAlone]) -> bool:
    """Change a table, unless somebody changed it since the plan was made."""
    if digest_of(path) != sha256(edit.before).hexdigest():
        left.append(LeftAlone(edit.path, "it was changed while labelaudit worked"))
        return False
    replace_bytes(path, edit.after)
    return True


def _for_each(steps: list[Step], work: Callable[[Step], None], track: Track) -> None:
    for number, step in enumerate(steps, start=1):
        work(step)
        track(number, len(steps))


def _why_not(journal: Journal, step: Step) -> str:
    """Return why a file cannot be moved because it changed since the plan was made; empty if it can be moved."""
    origin, target = journal.root / step.path, journal.target(step)
    if leads_outside(journal.root, step.path):
        return "its folder was replaced by a link while labelaudit worked"
    if digest_of(origin) != step.digest:
        return "it was changed or removed while labelaudit worked"
    if os.path.lexists(target):
        return f"another file has taken the name {printable(step.target)} while labelaudit worked"
    return ""


def _missing_folders(plan: FixPlan) -> list[Path]:
    """Return the folders that have to be made, outer ones first."""
    missing: dict[Path, None] = {}
    bases = {Action.RELABEL: plan.root, Action.QUARANTINE: plan.quarantine or plan.root}
    for each in (fix for fix in plan.fixes if fix.target):
        base = bases[each.action]
        for folder in reversed(PurePosixPath(each.target).parents):
            if not (base / folder).exists():
                missing[base / folder] = None
    return list(missing)


def _check_writable(journal: Journal) -> None:
    """Make sure before the first change that files can be moved out of their folders and into the new ones.

    Raises
    ------
    OutputError
        One can't be written to.
    """
    folders = {journal.root / step.path for step in journal.steps} | {journal.target(step) for step in journal.steps}
    folders |= {journal.root / edit.path for edit in journal.edits}
    made = set(journal.folders)
    for folder in sorted(_existing({place.parent for place in folders} | {each.parent for each in made}, made)):
        effective = os.access in os.supports_effective_ids
        if not os.access(folder, os.W_OK | os.X_OK, effective_ids=effective):
            raise OutputError(
                f"nothing was changed: no permission to write to the folder {printable(str(folder))}. "
                "Make it writable (chmod u+w), or write the corrected labels elsewhere: --to csv=corrected.csv"
            )


def _existing(folders: Iterable[Path], made: set[Path]) -> Iterable[Path]:
    return (folder for folder in folders if folder not in made)
