"""Soft labels as CSV and npz files."""

import csv
import io
import zipfile

import numpy as np

from labelaudit.names import label_safe, table_safe
from labelaudit.records import MILLION, SoftLabels


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
    arrays = {
        "paths": np.array(dataset.paths, dtype=np.str_),
        "labels": classes[dataset.labels],
        "classes": classes,
        "probabilities": soft.probabilities,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return out.getvalue()
