"""The images that are most suspicious without being flagged."""

import numpy as np

from labelaudit.records import Audit, Explanation, MultiBeliefs
from labelaudit.summary.explanation import explanation, of_label

MOST = 50
"""Number of images, as many as a person can look at in a few minutes."""


def worth_a_look(audit: Audit) -> tuple[Explanation, ...]:
    """Return explanations of the judged images with the highest ``p_error`` that LA101 does not flag, descending.

    An image that a person decided about is left out.
    Of several copies, only the most suspicious is included.
    """
    dataset, beliefs = audit.dataset, audit.beliefs
    if isinstance(beliefs, MultiBeliefs):
        return _of_labels(audit, beliefs)
    flagged = {finding.path for finding in audit.findings if finding.code == "LA101"}
    seen = np.zeros(len(dataset), np.bool_) if audit.decided is None else audit.decided.looked_at
    rows = [row for row in np.flatnonzero(beliefs.judged & ~seen).tolist() if dataset.paths[row] not in flagged]
    rows.sort(key=lambda row: (-beliefs.p_error[row], dataset.paths[row]))
    by_picture: dict[int, int] = {}
    for row in rows:
        by_picture.setdefault(int(audit.copies.groups[row]), row)
        if len(by_picture) == MOST:
            break
    return tuple(explanation(audit, row) for row in by_picture.values())


def _of_labels(audit: Audit, beliefs: MultiBeliefs) -> tuple[Explanation, ...]:
    """Return explanations of the labels, given or not, with the highest ``p_wrong`` that no rule flags, descending."""
    dataset = audit.dataset
    open_ones = beliefs.judged_labels & ~beliefs.flagged_labels(dataset, audit.settings)
    order = np.argsort(-np.where(open_ones, beliefs.p_wrong, -1.0), axis=None, kind="stable")[:MOST]
    places = [divmod(place, len(dataset.names)) for place in order.tolist()]
    return tuple(of_label(audit, beliefs, *place) for place in places if open_ones[place])
