"""The scores file: a row for every image that was judged. Its columns are stable."""

import csv
import io

import numpy as np

from labelaudit.names import label_safe, table_safe
from labelaudit.records import Audit, MultiBeliefs

COLUMNS_OF_SEVERAL = ("path", "label", "given", "p_present", "loss", "p_error", "flagged")
"""Where images may have several labels there is a row for each image and label that was judged, given or not."""

COLUMNS = ("path", "label", "suggested", "p_label", "p_suggested", "loss", "p_error", "flagged")

SMALLEST = 1e-12
"""Lower bound of probabilities, so that the loss is finite."""


def scores(audit: Audit) -> str:
    """Return the scores as CSV, sorted by path; ``loss`` is the cross-entropy of the given label, in nats."""
    dataset, beliefs = audit.dataset, audit.beliefs
    if isinstance(beliefs, MultiBeliefs):
        return _of_several(audit, beliefs)
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


def _of_several(audit: Audit, beliefs: MultiBeliefs) -> str:
    """Return the scores of single labels, sorted by path and label; with ``cleanlab`` if a second opinion was asked."""
    dataset, theirs = audit.dataset, audit.label_scores
    given, names = dataset.given, list(map(label_safe, dataset.names))
    flagged = {(finding.path, finding.about) for finding in audit.findings if finding.code in ("LA104", "LA105")}
    p_label = np.where(given, beliefs.p_present, 1 - beliefs.p_present)
    loss = np.abs(np.log(np.maximum(p_label, SMALLEST)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS_OF_SEVERAL, *(() if theirs is None else ("cleanlab",))))
    for row, path in enumerate(dataset.paths):
        for number in np.flatnonzero(beliefs.judged_labels).tolist():
            writer.writerow(
                [
                    table_safe(path),
                    names[number],
                    int(given[row, number]),
                    f"{beliefs.p_present[row, number]:.6f}",
                    f"{loss[row, number]:.6f}",
                    f"{beliefs.p_wrong[row, number]:.6f}",
                    int((path, dataset.names[number]) in flagged),
                    *(() if theirs is None else (f"{theirs[row, number]:.6f}",)),
                ]
            )
    return out.getvalue()
