"""Helpers of the rules on duplicates: descriptions and identity of groups of copies."""

import hashlib
from collections.abc import Callable, Iterable

from labelaudit.names import printable
from labelaudit.records import Evidence, Likeness

NAMED = 5
"""Number of copies in a message; ``related`` contains all of them."""


def describe(evidence: Evidence, row: int, others: list[int], where: Callable[[int], str]) -> str:
    """Return a description of the copies of an image.

    Parameters
    ----------
    evidence
        The evidence.
    row, others
        Rows of the image and of its copies.
    where
        Returns, for a row, where the image is, in addition to its path.
    """
    parts = [
        f"{printable(evidence.dataset.paths[other])}{where(other)} ({likeness(evidence, row, other)})"
        for other in others[:NAMED]
    ]
    if len(others) > NAMED:
        parts.append(f"{len(others) - NAMED} more")
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]


def likeness(evidence: Evidence, row: int, other: int) -> Likeness:
    """Return how two images of one group are copies of each other."""
    observed, copies = evidence.observed, evidence.copies
    if observed.digests[row] == observed.digests[other]:
        return Likeness.IDENTICAL
    return copies.likeness[row if copies.groups[row] == other else other]


def paths(evidence: Evidence, rows: Iterable[int]) -> tuple[str, ...]:
    """Return the paths of some images."""
    return tuple(evidence.dataset.paths[row] for row in rows)


def subject(evidence: Evidence, rows: Iterable[int], places: Iterable[str]) -> str:
    """Return the identity of a group in a baseline: the contents and places of its images, in any order."""
    members = sorted(f"{evidence.observed.digests[row]} {place}" for row, place in zip(rows, places, strict=True))
    return hashlib.sha256("\n".join(map(printable, members)).encode("utf-8")).hexdigest()
