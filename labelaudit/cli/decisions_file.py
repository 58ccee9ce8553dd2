"""Find the file of decisions, and say what is wrong in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit.cli.baseline_file import named_or_nearest
from labelaudit.cli.console import say
from labelaudit.errors import SettingsError
from labelaudit.names import line_safe

CONFLICTS_SHOWN = 5

if TYPE_CHECKING:
    from labelaudit.records import Baseline, Decisions


def locate(named: Path | None, data: Path) -> Path | None:
    """Return the file that was named, or else the nearest from the working folder upwards that is not in the data."""
    from labelaudit.decisions import NAME

    return named_or_nearest(named, NAME, data)


def place(named: Path | None, data: Path) -> Path:
    """Return where decisions are written: the file that was named, the nearest, or a new one in the working folder.

    Raises
    ------
    SettingsError
        The working folder is in the data, where scan would not read a new file.
    """
    from labelaudit.decisions import NAME

    found = locate(named, data)
    if found:
        return found
    if Path.cwd().resolve().is_relative_to(data.resolve()):
        raise SettingsError(
            "this folder is inside the data set, where no decisions file is read. Change to the folder above it, or "
            "name a file with --decisions."
        )
    return Path(NAME)


def with_accepted(path: Path, accepted: "Baseline") -> str:
    """Return the new content of a baseline, or of a file of decisions of which only the accepted findings change."""
    from labelaudit.decisions import NAME, accepting, dump, load
    from labelaudit.decisions.baseline import dump as dump_baseline

    held = load(path if path.exists() else None)
    if held.made or held.samples or path.name == NAME:
        return dump(accepting(held, accepted))
    return dump_baseline(accepted)


def say_conflicts(decisions: "Decisions", *, quiet: bool) -> None:
    """Print which decisions contradict each other."""
    for several in decisions.conflicts[:CONFLICTS_SHOWN]:
        answers = " and ".join(sorted({each.says for each in several}))
        image = line_safe(several[0].path) or several[0].digest[:12]
        say(f"{image}: people decided {answers}, so neither applies; decide again", quiet=quiet)
    left = len(decisions.conflicts) - CONFLICTS_SHOWN
    if left > 0:
        say(f"... and {left:,} more contradictory decisions", quiet=quiet)
