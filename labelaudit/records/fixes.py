"""What is changed in a data set, and what was changed."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Action(StrEnum):
    """What is done with an image.

    ``RELABEL``: it gets another label. ``QUARANTINE``: it is moved out of the data set.
    """

    RELABEL = "relabel"
    QUARANTINE = "quarantine"


class Fix(NamedTuple):
    """The change of one image.

    Attributes
    ----------
    path
        The image, relative to the data set, POSIX.
    action
        What is done with it.
    label
        The given label.
    decided
        The label that it gets; empty if it is moved out.
    digest
        SHA-256 of the image's bytes, hexadecimal.
    reason
        Why, in words and safe to print.
    target
        Path of the file afterwards, POSIX: relative to the data set, or to the quarantine. Empty if it is not moved.
    p_error
        Probability that the given label is wrong, 0 to 1, where only the model says so; None otherwise.
    """

    path: str
    action: Action
    label: str
    decided: str
    digest: str
    reason: str
    target: str = ""
    p_error: float | None = None


class Edit(NamedTuple):
    """The change of a file: its path, relative to the folder of the plan, and its bytes before and after."""

    path: str
    before: bytes
    after: bytes


class LeftAlone(NamedTuple):
    """An image that is not changed although a change is wanted, and why in words that are safe to print."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixPlan:
    """What is to be changed in a data set: plain data, which one function carries out and another one takes back.

    Attributes
    ----------
    root
        The folder of the data set, or of the table that lists it.
    quarantine
        The folder for images that are moved out; none if there are none.
    fixes
        The changes, sorted by path.
    left
        Images that are left alone, sorted by path.
    edits
        The tables whose labels are changed, for changes without a target.
    """

    root: Path
    quarantine: Path | None = None
    fixes: tuple[Fix, ...] = ()
    left: tuple[LeftAlone, ...] = ()
    edits: tuple[Edit, ...] = ()

    def count(self, action: Action) -> int:
        """Return how many images an action is planned for."""
        return sum(each.action is action for each in self.fixes)

    @property
    def mistakes(self) -> float:
        """How many of the changes are expected to be wrong, by the probabilities of those that only the model wants."""
        return sum(1 - each.p_error for each in self.fixes if each.p_error is not None)

    def place(self, fix: Fix) -> Path:
        """Return where the file of an image is afterwards."""
        if not fix.target:
            return self.root / fix.path
        base = self.quarantine if fix.action is Action.QUARANTINE and self.quarantine else self.root
        return base / fix.target


class Restored(NamedTuple):
    """What came of taking a plan back.

    Attributes
    ----------
    root
        The data set.
    restored
        Files that were moved back or written again.
    untouched
        Files that are as they were before: they had not been changed, or were restored already.
    left
        Files that could not be restored, and why.
    """

    root: Path
    restored: int
    untouched: int
    left: tuple[LeftAlone, ...]
