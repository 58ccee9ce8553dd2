"""Undoes the changes in a journal, even if they were carried out only in part."""

import os
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from labelaudit.errors import JournalError, OutputError
from labelaudit.fixes.editing import replace_bytes
from labelaudit.fixes.git_index import move_entries
from labelaudit.fixes.journal import Edited, Journal, Step
from labelaudit.fixes.journal import read as read_journal
from labelaudit.fixes.moving import digest_of, is_placeholder, move, part_of
from labelaudit.names import printable
from labelaudit.records import LeftAlone, Restored, Track, silently


class Outcome(NamedTuple):
    """The result of restoring a file: an error message or an empty string, and whether the file had been changed."""

    reason: str
    was_changed: bool = True


RESTORED, UNTOUCHED = Outcome(""), Outcome("", was_changed=False)


def undo(path: Path, root: Path | None = None, *, track: Track = silently) -> Restored:
    """Restore the path and the bytes of every file in a journal.

    It works if only a part of the plan was carried out, and can be repeated if only a part was undone. Nothing is
    overwritten: files that were changed since are left alone and reported.

    Parameters
    ----------
    path
        The journal.
    root
        The data set, if it was moved since.
    track
        Called with (files done, files in total).

    Raises
    ------
    JournalError
        The file is no journal, names files outside of the data set, or there is no such data set.
    OutputError
        A file can't be restored.
    """
    journal = read_journal(path, root)
    if not journal.root.is_dir():
        raise JournalError(
            f"the data set of the journal is missing: there is no folder {printable(str(journal.root))}. If it was "
            f"moved, type: labelaudit fix NEW_PLACE --undo {printable(str(path))}"
        )
    steps: list[Edited | Step] = [*journal.edits, *reversed(journal.steps)]
    outcomes: list[Outcome] = []
    for number, step in enumerate(steps, start=1):
        try:
            outcomes.append(_rewrite(journal, step) if isinstance(step, Edited) else _move_back(journal, step))
        except OSError as error:
            done = sum(outcome is RESTORED for outcome in outcomes)
            raise OutputError(
                f"stopped after {done:,} files: can't restore {printable(step.path)}: {error.strerror}. When that is "
                "put right, undo again."
            ) from error
        track(number, len(steps))
    for folder in reversed(journal.folders):
        _remove_if_empty(folder)
    back = [step for step, outcome in zip(steps, outcomes, strict=True) if outcome is RESTORED]
    staged = [step for step in back if isinstance(step, Step) and step.staged]
    if staged:
        move_entries(journal, staged, back=True)
    left = (LeftAlone(step.path, each.reason) for step, each in zip(steps, outcomes, strict=True) if each.reason)
    return Restored(journal.root, len(back), outcomes.count(UNTOUCHED), tuple(sorted(left)))


def _rewrite(journal: Journal, edit: Edited) -> Outcome:
    """Restore the old bytes of a file, if it has the new ones."""
    path, before = journal.root / edit.path, b64decode(edit.before)
    part_of(path).unlink(missing_ok=True)
    now = digest_of(path)
    if now == sha256(before).hexdigest():
        return UNTOUCHED
    if now != edit.digest:
        return Outcome("it was changed since, or removed")
    replace_bytes(path, before)
    return RESTORED


def _move_back(journal: Journal, step: Step) -> Outcome:
    """Move one file back, if it was moved."""
    origin, target = journal.root / step.path, journal.target(step)
    parts = part_of(origin), part_of(target)
    if digest_of(origin) == step.digest:
        _clear(target, *parts)
        return UNTOUCHED
    whole = next((place for place in (target, *parts) if digest_of(place) == step.digest), None)
    if whole is None:
        return Outcome(_why_lost(origin, target, step))
    if os.path.lexists(origin):
        if not is_placeholder(origin):
            return Outcome(f"another file has its name now; the image is still at {printable(str(target))}")
        origin.unlink()
    origin.parent.mkdir(parents=True, exist_ok=True)
    move(whole, origin)
    _clear(target, *parts)
    return RESTORED


def _why_lost(origin: Path, target: Path, step: Step) -> str:
    shown = printable(str(target))
    if os.path.lexists(target) and not is_placeholder(target):
        return f"it was changed since it was moved; it is still at {shown}"
    if os.path.lexists(origin):
        return "it was changed since, and was not moved"
    return f"it no longer exists: neither there nor at {shown if step.outside else printable(step.target)}"


def _clear(target: Path, *parts: Path) -> None:
    """Remove the remains of an interrupted move: an empty file that reserved the name, or an unfinished copy."""
    for part in parts:
        part.unlink(missing_ok=True)
    if os.path.lexists(target) and is_placeholder(target):
        target.unlink()


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder that was created for the plan, unless it is no longer empty."""
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
