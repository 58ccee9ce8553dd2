"""What became of findings from one scan to the next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from labelaudit.findings import Finding


class End(StrEnum):
    """How a finding came to its end."""

    RELABELLED = "relabelled"
    REMOVED = "removed"
    ACCEPTED = "accepted"
    QUIET = "no longer found"


class Fixed(NamedTuple):
    """A finding that is no more, how it ended, and the label that its image has now, where that is another one."""

    finding: Finding
    end: End
    label: str = ""


class Moved(NamedTuple):
    """A finding that is still there, and where it was before."""

    finding: Finding
    before: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of findings from one scan to the next, each part in the order of its report.

    Attributes
    ----------
    new
        Found now and not before.
    fixed
        Found before and not now.
    moved
        Found before and now, of the same content in another place.
    kept
        How many were found before and now, in the same place.
    """

    new: tuple[Finding, ...]
    fixed: tuple[Fixed, ...]
    moved: tuple[Moved, ...]
    kept: int
