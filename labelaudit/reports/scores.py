"""The scores file: a row for every image that was judged. Its columns are stable."""

import csv
import io

import numpy as np

from labelaudit.names import label_safe, table_safe
from labelaudit.records import Audit

COLUMNS = ("path", "label", "suggested", "p_label", "p_suggested", "loss", "p_error", "flagged")

SMALLEST = 1e-12
"""Lower bound of probabilities, so that the loss is finite."""


def scores(audit: Audit) -> str:
    """Return the scores as CSV, sorted by path; ``loss`` is the cross-entropy of the given label, in nats."""
    dataset, beliefs = audit.dataset, audit.beliefs
    p_label, p_suggested = beliefs.probability(dataset.labels), beliefs.probability(beliefs.suggested)
    flagged = {finding.path for finding in audit.findings if finding.code == "LA101"}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in np.flatnonzero(beliefs.judged):
        label, suggested = dataset.labels[row], beliefs.suggested[row]
        writer.writerow(
            [
                table_safe(dataset.paths[row]),
                label_safe(dataset.classes[label]),
                label_safe(dataset.classes[suggested]),
                f"{p_label[row]:.6f}",
                f"{p_suggested[row]:.6f}",
                f"{abs(np.log(max(p_label[row], SMALLEST))):.6f}",
                f"{beliefs.p_error[row]:.6f}",
                int(dataset.paths[row] in flagged),
            ]
        )
    return out.getvalue()
