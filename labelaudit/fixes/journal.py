"""The journal: everything that a plan is about to change, written to the disk before the first change.

It is a text file of JSON lines. The first names the data set, the quarantine, the folders that are made and the number
of steps; each of the others is a step. The progress is determined from the files themselves, so that a journal is
complete even if the process is killed.
"""

import json
import os
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from labelaudit.disk import sync_folder
from labelaudit.errors import JournalError, OutputError
from labelaudit.fixes.inside import is_relative_path, leads_outside
from labelaudit.names import printable

VERSION = "1.0"
"""MAJOR.MINOR, as of the other files that labelaudit writes."""

NONE = "it is no journal of labelaudit fix"
"""Message for a file that cannot be a journal."""


class Edited(NamedTuple):
    """One file whose bytes are replaced.

    Attributes
    ----------
    path
        The file, relative to the folder of the plan, POSIX.
    before
        Its bytes before, in Base64.
    digest
        SHA-256 of its bytes afterwards, hexadecimal.
    """

    path: str
    before: str
    digest: str


class Step(NamedTuple):
    """One file that is moved.

    Attributes
    ----------
    path
        The old path of the file, relative to the data set, POSIX.
    target
        The new path of the file, relative to the data set or to the quarantine.
    outside
        Whether the file is moved to the quarantine.
    digest
        SHA-256 of its bytes, hexadecimal.
    staged
        Mode and object of its entry in the index of git, as ``100644 <object>``; empty if the index is left alone.
    """

    path: str
    target: str
    outside: bool
    digest: str
    staged: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """The planned changes of one run, whether carried out or not.

    Attributes
    ----------
    root
        The data set.
    quarantine
        The folder for files that are moved out; none if there are none.
    steps
        The files that are moved, in this order.
    folders
        Folders that are made, outer ones first.
    edits
        The files whose bytes are replaced, after all files were moved.
    """

    root: Path
    quarantine: Path | None
    steps: tuple[Step, ...]
    folders: tuple[Path, ...] = ()
    edits: tuple[Edited, ...] = ()

    def target(self, step: Step) -> Path:
        """Return where the file of a step goes."""
        return (self.quarantine if step.outside and self.quarantine else self.root) / step.target


def write(journal: Journal, path: Path) -> None:
    """Write a journal to a new file, and wait until it is on the disk.

    Raises
    ------
    OutputError
        It can't be written, or there is a file; nothing was changed.
    """
    here = Path(os.path.realpath(path.parent))
    head = {
        "labelaudit_journal": VERSION,
        "root": _from(here, journal.root),
        "quarantine": _from(here, journal.quarantine) if journal.quarantine else None,
        "folders": [_from(here, folder) for folder in journal.folders],
        "steps": len(journal.steps) + len(journal.edits),
    }
    steps = [*(step._asdict() for step in journal.steps), *(edit._asdict() for edit in journal.edits)]
    lines = "".join(f"{json.dumps(each)}\n" for each in (head, *steps))
    try:
        with path.open("x", encoding="ascii", newline="\n") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(here)
    except FileExistsError as error:
        raise OutputError(f"there is a file {printable(str(path))}, and a journal is never overwritten.") from error
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError(
            f"can't write the journal {printable(str(path))}: {error.strerror}. Nothing was changed. Name a file where "
            "there is room: --journal FILE"
        ) from error


def read(path: Path, root: Path | None = None) -> Journal:
    """Read a journal. A file that was edited so that it names files elsewhere is refused as a whole.

    Parameters
    ----------
    path
        The file.
    root
        The data set, if it was moved since.

    Raises
    ------
    JournalError
        It can't be read, is none, is not whole, or names a file outside of the data set and the quarantine.
    """
    shown = printable(str(path))
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        head, *rest = [json.loads(line) for line in lines]
        journal = _parsed(head, rest, Path(os.path.realpath(path.parent)), root)
    except OSError as error:
        raise JournalError(f"the journal {shown} can't be read: {error.strerror}.") from error
    except JournalError as error:
        raise JournalError(f"{shown}: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise JournalError(f"{shown}: {NONE}, or only a part of one. Use the file that labelaudit wrote.") from error
    return journal


def _parsed(head: dict[str, Any], rest: list[dict[str, Any]], here: Path, root: Path | None) -> Journal:
    version = head["labelaudit_journal"]
    if str(version).partition(".")[0] != VERSION.partition(".")[0]:
        raise JournalError(f"it has the version {printable(str(version))[:20]}, and this labelaudit reads {VERSION}.")
    if head["steps"] != len(rest):
        raise JournalError(f"it has {len(rest):,} steps of {int(head['steps']):,}: a part of it is missing.")
    quarantine = Path(os.path.normpath(here / head["quarantine"])) if head["quarantine"] is not None else None
    was = Path(os.path.normpath(here / head["root"]))
    folders = [Path(os.path.normpath(here / folder)) for folder in head["folders"]]
    if root is not None:
        folders = [root / folder.relative_to(was) if folder.is_relative_to(was) else folder for folder in folders]
    steps = tuple(_step(each) for each in rest if "before" not in each)
    edits = tuple(_edit(each) for each in rest if "before" in each)
    journal = Journal(root or was, quarantine, steps, tuple(folders), edits)
    _check_inside(journal)
    return journal


def _step(each: dict[str, Any]) -> Step:
    step = Step(**each)
    texts = (step.path, step.target, step.digest, step.staged)
    if not all(isinstance(text, str) for text in texts) or not isinstance(step.outside, bool):
        raise TypeError
    return step


def _edit(each: dict[str, Any]) -> Edited:
    edit = Edited(**each)
    if not all(isinstance(text, str) for text in edit):
        raise TypeError
    b64decode(edit.before, validate=True)
    return edit


def _check_inside(journal: Journal) -> None:
    for edit in journal.edits:
        if leads_outside(journal.root, edit.path):
            raise JournalError(f"it names a file outside of the data set: {printable(edit.path)}.")
    for step in journal.steps:
        base = journal.quarantine if step.outside else journal.root
        if base is None or leads_outside(journal.root, step.path) or leads_outside(base, step.target):
            raise JournalError(
                f"it names a file outside of the data set: {printable(step.path)} or {printable(step.target)}. "
                "labelaudit writes no such journal, so it was edited; nothing was changed."
            )
    bases = [journal.root, *([journal.quarantine] if journal.quarantine else [])]
    for folder in journal.folders:
        if not any(folder == base or _is_below(folder, base) for base in bases):
            raise JournalError(f"it names a folder outside of the data set: {printable(str(folder))}.")


def _is_below(folder: Path, base: Path) -> bool:
    return folder.is_relative_to(base) and is_relative_path(folder.relative_to(base).as_posix())


def _from(here: Path, path: Path) -> str:
    """Return a path relative to the journal, so that both can be moved together; absolute if there is no such path."""
    try:
        return Path(os.path.relpath(os.path.realpath(path), here)).as_posix()
    except ValueError:  # another drive
        return Path(os.path.realpath(path)).as_posix()
