"""Soft labels as CSV and npz files."""

import csv
import io

import numpy as np

from labelaudit.names import label_safe, table_safe
from labelaudit.records import MILLION, SoftLabels
from labelaudit.reports.npz import npz


def labels_csv(soft: SoftLabels) -> bytes:
    """Return ``path``, ``label`` and ``p_<class>`` for each class, six decimals, rows summing to exactly 1."""
    dataset = soft.dataset
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["path", "label", *(f"p_{name}" for name in dataset.classes)])
    printed = {int(value): f"{value // MILLION}.{value % MILLION:06d}" for value in np.unique(soft.millionths)}
    for path, label, row in zip(dataset.paths, dataset.labels, soft.millionths, strict=True):
        writer.writerow(
            [table_safe(path), label_safe(dataset.classes[label]), *(printed[value] for value in row.tolist())]
        )
    return out.getvalue().encode("utf-8", "surrogateescape")


def labels_npz(soft: SoftLabels) -> bytes:
    """Return the arrays ``paths``, ``labels``, ``classes`` and ``probabilities`` (float32, (N, K)).

    Each row of these sums to exactly 1, in whatever order it is added up.
    The archive carries no time, so the same labels give the same bytes; it needs no ``allow_pickle``.
    """
    dataset = soft.dataset
    classes = np.array(dataset.classes, dtype=np.str_)
    return npz(
        {
            "paths": np.array(dataset.paths, dtype=np.str_),
            "labels": classes[dataset.labels],
            "classes": classes,
            "probabilities": soft.probabilities,
        }
    )
