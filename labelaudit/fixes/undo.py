"""Taking back what a journal names, however far it was carried out."""

import os
from pathlib import Path

from labelaudit.errors import OutputError
from labelaudit.fixes.git_index import move_entries
from labelaudit.fixes.journal import Journal, Step
from labelaudit.fixes.journal import read as read_journal
from labelaudit.fixes.moving import digest_of, is_placeholder, move, part_of
from labelaudit.names import printable
from labelaudit.records import LeftAlone, Restored, Track, silently


def undo(path: Path, root: Path | None = None, *, track: Track = silently) -> Restored:
    """Move every file of a journal back to where it was.

    It can be called after a part of the plan was carried out, and again after a part was taken back. Nothing is
    overwritten: what was changed since stays as it is, and is named.

    Parameters
    ----------
    path
        The journal.
    root
        The data set, if it is not where it was.
    track
        Called with (files done, files in total).

    Raises
    ------
    JournalError
        The file is no journal, or names files outside of the data set.
    OutputError
        A file can't be moved back.
    """
    journal = read_journal(path, root)
    restored: list[Step] = []
    left: list[LeftAlone] = []
    untouched = 0
    for number, step in enumerate(reversed(journal.steps), start=1):
        try:
            reason = _restore(journal, step, restored)
        except OSError as error:
            raise OutputError(
                f"stopped after {len(restored):,} files: can't move {printable(step.target)} back to "
                f"{printable(step.path)}: {error.strerror}. When that is put right, undo again."
            ) from error
        untouched += not reason and (not restored or restored[-1] is not step)
        left += [LeftAlone(step.path, reason)] if reason else []
        track(number, len(journal.steps))
    for folder in reversed(journal.folders):
        _remove_if_empty(folder)
    if any(step.staged for step in restored):
        move_entries(journal, restored, back=True)
    return Restored(journal.root, len(restored), untouched, tuple(sorted(left)))


def _restore(journal: Journal, step: Step, restored: list[Step]) -> str:
    """Move one file back if it was moved; return why that is not possible, or nothing."""
    origin, target = journal.root / step.path, journal.target(step)
    parts = part_of(origin), part_of(target)
    if digest_of(origin) == step.digest:
        _clear(target, *parts)
        return ""
    whole = next((place for place in (target, *parts) if digest_of(place) == step.digest), None)
    if whole is None:
        return _why_lost(origin, target, step)
    if os.path.lexists(origin):
        if not is_placeholder(origin):
            return f"another file has its name now; the image is still at {printable(str(target))}"
        origin.unlink()
    origin.parent.mkdir(parents=True, exist_ok=True)
    move(whole, origin)
    _clear(target, *parts)
    restored.append(step)
    return ""


def _why_lost(origin: Path, target: Path, step: Step) -> str:
    shown = printable(str(target))
    if os.path.lexists(target) and not is_placeholder(target):
        return f"it was changed since it was moved; it is still at {shown}"
    if os.path.lexists(origin):
        return "it was changed since, and was not moved"
    return f"it is gone: neither at {printable(step.path)} nor at {shown}"


def _clear(target: Path, *parts: Path) -> None:
    """Remove what a move that was interrupted has left: an empty file that held the name, or an unfinished copy."""
    for part in parts:
        part.unlink(missing_ok=True)
    if os.path.lexists(target) and is_placeholder(target):
        target.unlink()


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder that the plan had made, unless somebody has put something in it since."""
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
