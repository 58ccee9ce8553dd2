"""JSON lines, as Hugging Face datasets reads them beside the images (``metadata.jsonl``)."""

import json
from typing import BinaryIO

from labelaudit.records import MILLION, SoftLabels, Track, silently
from labelaudit.softlabels.formats.text import check_text


def write_jsonl(soft: SoftLabels, file: BinaryIO, track: Track = silently) -> None:
    """Write a line for each image: ``file_name``, ``label``, ``weight`` if requested, and ``probabilities``.

    ``probabilities`` is a list in the order of the classes, which the first line names as ``classes``; as decimals, the
    rows sum to exactly 1.
    """
    dataset = soft.dataset
    check_text(dataset.paths, dataset.classes, ".jsonl")
    labels = [json.dumps(name) for name in dataset.classes]
    for rows, block in soft.blocks(MILLION):
        lines = []
        weights = soft.weights[rows].tolist() if len(soft.weights) else [None] * len(block)
        for path, label, weight, row in zip(
            dataset.paths[rows], soft.labels[rows].tolist(), weights, block.tolist(), strict=True
        ):
            weighted = "" if weight is None else f', "weight": {weight:.6f}'
            shares = ", ".join("0.0" if not value else str(value / MILLION) for value in row)
            line = f'"file_name": {json.dumps(path)}, "label": {labels[label]}{weighted}, "probabilities": [{shares}]'
            lines.append(f"{{{line}}}\n")
        if not rows.start and lines:
            lines[0] = f'{lines[0][:-2]}, "classes": [{", ".join(labels)}]}}\n'
        file.write("".join(lines).encode())
        track(min(rows.stop, len(dataset)), len(dataset))
