"""Plans the wanted changes: the target of each file, and which images are left alone and why."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from labelaudit.errors import DatasetError
from labelaudit.fixes.free_names import FreeNames
from labelaudit.fixes.inside import is_relative_path, leads_outside
from labelaudit.names import printable
from labelaudit.records import Action, Dataset, Edit, Fix, FixPlan, LeftAlone, Move

ELSEWHERE = "write the corrected labels elsewhere: --to csv=corrected.csv"


Rewritten = Callable[[Path, str, Mapping[int, tuple[str, str]]], tuple[bytes, bytes]]
"""Returns the bytes of a table before and after a change of labels in some rows of a column."""


def make_plan(
    dataset: Dataset,
    wanted: Iterable[Fix],
    rewritten: Rewritten,
    *,
    quarantine: Path | None = None,
    left: Iterable[LeftAlone] = (),
) -> FixPlan:
    """Plan the target of each file. Nothing is written, and existing names are not used.

    Parameters
    ----------
    dataset
        The data set.
    wanted
        The wanted changes; their targets are ignored.
    rewritten
        Changes labels in a table, in memory.
    quarantine
        The folder for images that are moved out; if none is given, these are left alone.
    left
        Images that are left alone for other reasons.
    """
    planner = _Planner(dataset, quarantine)
    fixes, alone = [], list(left)
    for fix in sorted(wanted):
        planned = planner.plan(fix)
        if isinstance(planned, Fix):
            fixes.append(planned)
        else:
            alone.append(LeftAlone(fix.path, planned))
    edits = planner.edits(rewritten)
    root = planner.tables[0].parent if planner.tables else planner.root
    return FixPlan(root, quarantine, tuple(fixes), tuple(sorted(alone)), edits)


class _Planner:
    """Plans one change after the other, and remembers which names are taken."""

    def __init__(self, dataset: Dataset, quarantine: Path | None) -> None:
        self.root = dataset.source.folder or Path()
        self._cells: dict[tuple[Path, str], dict[int, tuple[str, str]]] = defaultdict(dict)
        self._source, self._quarantine = dataset.source, quarantine
        self._paths, self._classes = frozenset(dataset.paths), frozenset(dataset.classes)
        self._names = {self.root: FreeNames(self.root)}
        if quarantine:
            self._names[quarantine] = FreeNames(quarantine)

    @property
    def tables(self) -> list[Path]:
        """The tables that are changed."""
        return [table for table, _ in self._cells]

    def edits(self, rewritten: Rewritten) -> tuple[Edit, ...]:
        """Return the changes of tables."""
        changed = ((table.name, *rewritten(table, column, labels)) for (table, column), labels in self._cells.items())
        return tuple(Edit(*each) for each in changed)

    def plan(self, fix: Fix) -> Fix | str:
        """Return a change with its target, or why the image is left alone."""
        if fix.path not in self._paths:
            return "it is not in the data set"
        return self._moved_out(fix) if fix.action is Action.QUARANTINE else self._relabelled(fix)

    def _moved_out(self, fix: Fix) -> Fix | str:
        if self._quarantine is None:
            return "to move it out, name a folder for it: --quarantine DIR"
        if self._source.folder is None or self._source.written_at(fix.path):
            return f"it is part of {printable(self._source.shown)}, and is not moved out of it; {ELSEWHERE}"
        return self._moved(fix, self._quarantine, fix.path)

    def _relabelled(self, fix: Fix) -> Fix | str:
        if fix.decided == fix.label:
            return "it has this label already"
        if fix.decided not in self._classes:
            return (
                f"there is no class '{printable(fix.decided)}' in this data; if it is a new one, make its folder first"
            )
        try:
            change = self._source.relabel(fix.path, fix.decided)
        except DatasetError:
            return f"labels can't be changed in {printable(self._source.shown)}, which is only read; {ELSEWHERE}"
        if isinstance(change, Move):
            return self._moved(fix, self.root, change.target)
        self._cells[Path(os.path.realpath(change.file)), change.column][change.row] = (fix.label, change.label)
        return fix

    def _moved(self, fix: Fix, base: Path, target: str) -> Fix | str:
        if not is_relative_path(fix.path) or leads_outside(self.root, fix.path):
            return "it is not in the data set, or behind a link that leads out of it"
        if not is_relative_path(target) or leads_outside(base, target):
            return "its new folder is behind a link that leads out of the data set"
        if any((base / folder).is_file() for folder in PurePosixPath(target).parents):
            return (
                f"there is a file where its new folder would be: {printable(PurePosixPath(target).parent.as_posix())}"
            )
        if base == self.root and _is_same_folder((base / target).parent, (self.root / fix.path).parent):
            return f"'{printable(fix.label)}' and '{printable(fix.decided)}' are one folder in this file system"
        if _breaks(self.root / fix.path, base / target):
            return "it is a link that would lead elsewhere from its new folder"
        return fix._replace(target=self._names[base].take(target))


def _is_same_folder(one: Path, other: Path) -> bool:
    """Tell whether two names refer to one folder: through a link, or on a case-insensitive file system."""
    return one.exists() and one.samefile(other)


def _breaks(link: Path, target: Path) -> bool:
    """Tell whether a link would lead to another place, or to none, if it were moved to *target*."""
    if not link.is_symlink():
        return False
    leads_to = os.readlink(link)  # noqa: PTH115  a link may hold any text
    moved = Path(os.path.realpath(target.parent)) / leads_to
    return os.path.realpath(moved) != os.path.realpath(link)
