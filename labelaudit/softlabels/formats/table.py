"""CSV: six decimals, for people and for every program."""

import csv
import io
from typing import BinaryIO

from labelaudit.names import label_safe, table_safe
from labelaudit.records import MILLION, SoftLabels, Track, silently


class Decimals(dict[int, str]):
    """Millionths as text with six decimals, each made once."""

    def __missing__(self, value: int) -> str:
        self[value] = text = f"{value // MILLION}.{value % MILLION:06d}"
        return text


def write_csv(soft: SoftLabels, file: BinaryIO, track: Track = silently) -> None:
    """Write ``path``, ``label``, ``weight`` if requested, and ``p_<class>`` for each class; rows sum to exactly 1."""
    dataset, decimals = soft.dataset, Decimals()
    labels = [label_safe(name) for name in dataset.classes]
    weighted = bool(len(soft.weights))
    head = ["path", "label", *(["weight"] if weighted else []), *(f"p_{name}" for name in dataset.classes)]
    for rows, block in soft.blocks(MILLION):
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        if not rows.start:
            table.writerow(head)
        weights = [[f"{weight:.6f}"] for weight in soft.weights[rows]] if weighted else [[]] * len(block)
        for path, label, weight, row in zip(
            dataset.paths[rows], soft.labels[rows].tolist(), weights, block.tolist(), strict=True
        ):
            table.writerow([table_safe(path), labels[label], *weight, *map(decimals.__getitem__, row)])
        file.write(out.getvalue().encode("utf-8", "surrogateescape"))
        track(min(rows.stop, len(dataset)), len(dataset))
