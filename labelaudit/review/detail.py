"""The data of the detail view of one image."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelaudit.names import printable
from labelaudit.review.session import Session

NEAREST = 8
"""Nearest images of each class that are shown next to an image."""

RELATED = 24
"""Copies and relatives that are shown next to an image; a video may have thousands of frames."""

CANDIDATES = 9
"""Number of most probable classes that have a key, 1 to 9."""


def detail(session: Session, row: int) -> dict[str, Any]:
    """Return the details of an image: sizes, voters, candidate classes, the nearest images, copies and relatives."""
    audit, beliefs = session.opened.audit, session.queue.beliefs
    dataset, copies = session.dataset, audit.copies
    label, suggested = int(dataset.labels[row]), int(beliefs.suggested[row])
    candidates, near = beliefs.candidates[row], beliefs.neighbours[row]
    near = near[copies.families[near] != copies.families[row]]  # a relative is no evidence of what the image shows
    alike = np.flatnonzero(copies.groups == copies.groups[row])
    family = np.setdiff1d(np.flatnonzero(copies.families == copies.families[row]), alike)
    likely = np.argsort(-beliefs.posterior[row], kind="stable")[:CANDIDATES]
    return {
        "size": audit.observed.sizes[row].tolist(),
        "p_error": round(float(beliefs.p_error[row]), 4),
        "voters": [
            [name, *(round(float(said[row, candidates == each].sum()), 3) for each in (label, suggested))]
            for name, said in beliefs.voters.items()
        ],
        "candidates": [[int(candidates[each]), round(float(beliefs.posterior[row, each]), 3)] for each in likely],
        "like_label": _named(session, near[dataset.labels[near] == label][:NEAREST]),
        "like_suggested": _named(session, near[dataset.labels[near] == suggested][:NEAREST]),
        "copies": _named(session, alike[alike != row][:RELATED]),
        "family": _named(session, family[:RELATED]),
        "related": len(alike) - 1 + len(family),
        "messages": [
            [finding.code, finding.name, finding.message]
            for finding in audit.findings
            if finding.path == dataset.paths[row] and not finding.suggested
        ],
    }


def _named(session: Session, rows: NDArray[np.int64]) -> list[list[Any]]:
    """Return the fields of images that are shown next to another one: row, path, class."""
    dataset = session.dataset
    return [[int(row), printable(dataset.paths[row]), int(dataset.labels[row])] for row in rows]
