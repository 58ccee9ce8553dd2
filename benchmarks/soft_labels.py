"""Measure how far soft labels are from the true ones, without training.

    python benchmarks/soft_labels.py CASES [NAME ...]

CASES holds a folder for each case: ``CASES/NAME/images/<given label>/<file>`` beside ``CASES/NAME/truth.csv`` with the
columns path (below ``images/``), given and true. A Markdown table is printed with the Brier score of each mode: the
mean squared distance of its rows to the true labels as 0 and 1. That of hard labels is twice the share of wrong labels.
The target of the posterior is half of that.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import Cache, default_folder
from labelaudit.records import SoftLabels
from labelaudit.softening import soften

MODES: dict[str, dict[str, object]] = {
    "hard": {"eps": 0.0},
    "uniform, eps .1": {"eps": 0.1},
    "corrected": {"mode": "corrected"},
    "posterior": {"mode": "posterior"},
}


def truth(case: Path, soft: SoftLabels) -> NDArray[np.int64]:
    """Return the true class of each image, (N,)."""
    with (case / "truth.csv").open(newline="", encoding="utf-8") as file:
        names = {row["path"]: row["true"] for row in csv.DictReader(file)}
    classes = {name: number for number, name in enumerate(soft.dataset.classes)}
    return np.array([classes[names[path]] for path in soft.dataset.paths])


def brier(soft: SoftLabels, true: NDArray[np.int64]) -> float:
    """Return the mean squared distance of soft labels to the true ones, 0 to 2."""
    distance = soft.probabilities
    distance[np.arange(len(true)), true] -= 1
    return float(np.square(distance).sum(axis=1).mean())


def main() -> None:
    """Measure the cases that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    cache = Cache(default_folder())
    print("| case | " + " | ".join(MODES) + " | posterior / hard |")
    print("|" + "---|" * (len(MODES) + 2))
    for name in given.names or sorted(path.name for path in given.cases.iterdir() if path.is_dir()):
        case = given.cases / name
        found = {}
        for mode, asked in MODES.items():
            soft = soften(case / "images", cache=cache, **asked)  # type: ignore[arg-type]
            found[mode] = brier(soft, truth(case, soft))
        ratio = f"{found['posterior'] / found['hard']:.2f}" if found["hard"] else ""
        print(f"| {name} | {' | '.join(f'{score:.3f}' for score in found.values())} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
