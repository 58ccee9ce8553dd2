"""The data that is sent to a window: the images of the review as columns, and updates."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from labelaudit.names import printable
from labelaudit.review.session import Answer, Session

if TYPE_CHECKING:
    from labelaudit.reviewing import Queue

LISTED = 20_000
"""Number of most suspicious images that a window holds, besides all that have a finding or a decision: about 3 MB. It
is more than a person decides in one session, and the next session starts with the images that follow."""

DIGITS = 4
"""Decimal places of ``p_error``."""


def listed_rows(session: Session) -> NDArray[np.int64]:
    """Return the images that windows hold, the most suspicious first; the set is fixed for the whole review."""
    order = _by_suspicion(session.queue, len(session.dataset))
    if session.sample:
        return np.asarray(session.sample.rows)
    kept = np.zeros(len(order), dtype=np.bool_)
    kept[order[:LISTED]] = True
    kept[list(session.answers)] = True
    kept[list(_rules(session))] = True
    return order[kept[order]]


def everything(session: Session, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Return all that a window shows: the columns of the images *rows*, the decisions, and the progress."""
    rules = _rules(session)
    dataset = session.dataset
    return {
        "classes": session.classes,
        "names": {code: printable(name) for code, name in _names(session).items()},
        "rows": rows.tolist(),
        "label": dataset.labels[rows].tolist(),
        "path": [printable(dataset.paths[row]) for row in rows],
        "rules": [rules.get(row, []) for row in rows.tolist()],
        **changes(session, rows, since=0, ranked=0),
    }


def changes(session: Session, rows: NDArray[np.int64], *, since: int, ranked: int) -> dict[str, Any]:
    """Return the changes after version *since*, and the ranking if the window does not have the current one."""
    version, answers = session.changes(since)
    if since == 0:
        answers = dict(session.answers)
    queue, now = session.queue, session.ranked
    news: dict[str, Any] = {
        "version": version,
        "answers": {str(row): answer and _told(answer) for row, answer in answers.items()},
        "progress": progress(session, rows),
    }
    if ranked != now and not session.sample:  # in a sample the model's predictions are not shown
        news["ranking"] = {
            "version": now,
            "p_error": np.round(queue.beliefs.p_error[rows], DIGITS).tolist(),
            "suggested": queue.beliefs.suggested[rows].tolist(),
        }
    return news


def progress(session: Session, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Return the progress: the number of decisions, the wrong labels expected to be left, and whether to continue."""
    if session.sample:
        return {"decided": sum(row in session.answers for row in rows.tolist()), "images": len(rows)}
    queue = session.queue
    return {
        "decided": len(session.answers),
        "images": len(session.dataset),
        "found": queue.found,
        "left": round(queue.left.estimate, 1),
        "low": round(queue.left.low, 1),
        "high": round(queue.left.high, 1),
        "enough": queue.enough,
    }


def _by_suspicion(queue: "Queue", images: int) -> NDArray[np.int64]:
    """Return all images: the undecided ones in the order of the queue, then the others by descending ``p_error``."""
    rest = np.setdiff1d(np.arange(images), queue.rows)
    return np.concatenate([queue.rows, rest[np.argsort(-queue.beliefs.p_error[rest], kind="stable")]]).astype(np.int64)


def _rules(session: Session) -> dict[int, list[str]]:
    """Return the codes of the rules that have a finding about each image."""
    rows = {path: row for row, path in enumerate(session.dataset.paths)}
    found: dict[int, set[str]] = defaultdict(set)
    for finding in session.opened.audit.findings:
        for path in (finding.path, *finding.related) if finding.digest or finding.subject else ():
            if path in rows:
                found[rows[path]].add(finding.code)
    return {row: sorted(codes) for row, codes in found.items()}


def _names(session: Session) -> dict[str, str]:
    return {finding.code: finding.name for finding in session.opened.audit.findings}


def _told(answer: Answer) -> list[str]:
    return [answer.ruling, answer.decided, answer.says]
