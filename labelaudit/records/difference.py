"""How the findings of two scans differ."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from labelaudit.findings import Finding


class End(StrEnum):
    """Why a finding is no longer reported."""

    RELABELLED = "relabelled"
    REMOVED = "removed"
    ACCEPTED = "accepted"
    QUIET = "no longer found"


class Fixed(NamedTuple):
    """A finding that is no longer reported, why, and the new label of its image if it was relabeled."""

    finding: Finding
    end: End
    label: str = ""


class Moved(NamedTuple):
    """A finding that is still reported, and its former path."""

    finding: Finding
    before: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How the findings of two scans differ; each part is in the order of its report.

    Attributes
    ----------
    new
        Findings of the new scan only.
    fixed
        Findings of the old scan only.
    moved
        Findings of both scans whose file has another path now.
    kept
        Number of findings of both scans with the same path.
    """

    new: tuple[Finding, ...]
    fixed: tuple[Fixed, ...]
    moved: tuple[Moved, ...]
    kept: int
