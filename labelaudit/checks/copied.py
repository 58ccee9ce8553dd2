"""What the rules on copies have in common: how copies are named, described and known again."""

import hashlib
from collections.abc import Callable, Iterable

from labelaudit.names import printable
from labelaudit.records import Evidence, Likeness

NAMED = 5
"""Copies that a message names; ``related`` holds them all."""


def describe(evidence: Evidence, row: int, others: list[int], where: Callable[[int], str]) -> str:
    """Return the copies of an image in words.

    Parameters
    ----------
    evidence
        What is known of the images.
    row, others
        The image, and its copies.
    where
        Says of a row where the image stands, beside its path.
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
    """Return what a group is known by from scan to scan: the contents of its images and their places, by no order."""
    members = sorted(f"{evidence.observed.digests[row]} {place}" for row, place in zip(rows, places, strict=True))
    return hashlib.sha256("\n".join(map(printable, members)).encode("utf-8")).hexdigest()
