"""Measure how far soft labels are from the true ones, without training.

    python benchmarks/soft_labels.py CASES [NAME ...] [--bound]

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
from scipy.optimize import minimize
from scipy.special import softmax

from labelaudit.cache import Cache, default_folder
from labelaudit.records import SoftLabels, silently
from labelaudit.settings import Settings
from labelaudit.softening import know, soften

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


def bound(case: Path, cache: Cache) -> float:
    """Return the Brier score of a softmax regression that is shown the true labels of four fifths of the images.

    It has what the noise model has: the log-probabilities by each classifier, the given label, and a parameter for each
    pair of given and true class. It is about as good as these classifiers allow.
    """
    soft = soften(case / "images", cache=cache)
    known = know(
        case / "images", Settings(), judge=True, votes=None, decisions=None, cache=cache, engine=None, track=silently
    )
    beliefs, classes = known.judged(), len(known.dataset.classes)
    voters = np.log(np.maximum(np.stack(list(beliefs.voters.values())), 1e-9))
    candidates, hit = beliefs.candidates, beliefs.candidates == truth(case, soft)[:, None]
    pair = candidates * classes + candidates[:, :1]
    start = np.concatenate([np.full(len(voters), 1 / len(voters)), [3.0], np.zeros(classes**2)])

    def predicted(parameters: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        weights, given, pairs = np.split(parameters, [len(voters), len(voters) + 1])
        scores = np.tensordot(weights, voters[:, rows], 1) + pairs[pair[rows]]
        scores[:, 0] += given
        shares: NDArray[np.float64] = softmax(scores, axis=1)
        return shares

    def loss(parameters: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[float, NDArray[np.float64]]:
        shares = predicted(parameters, rows)
        error, pairs = shares - hit[rows], parameters[len(voters) + 1 :]
        by_pair = np.bincount(pair[rows].ravel(), error.ravel(), classes**2) + pairs
        slope = np.concatenate([np.tensordot(voters[:, rows], error, 2), [error[:, 0].sum()], by_pair])
        return float(-np.log((shares * hit[rows]).sum(axis=1) + 1e-12).sum() + pairs @ pairs / 2), slope

    fold = np.random.default_rng(0).integers(0, 5, len(hit))
    shares = np.empty(hit.shape)
    for number in range(5):
        shown = np.flatnonzero((fold != number) & hit.any(axis=1))
        found = minimize(loss, start, (shown,), jac=True, method="L-BFGS-B", options={"maxiter": 200})
        shares[fold == number] = predicted(found.x, np.flatnonzero(fold == number))
    return float((np.square(shares - hit).sum(axis=1) + ~hit.any(axis=1)).mean())


def main() -> None:
    """Measure the cases that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--bound", action="store_true", help="also show what the same classifiers allow")
    given = parser.parse_args()
    cache = Cache(default_folder())
    print("| case | " + " | ".join(MODES) + " | posterior / hard | shown the truth / hard |")
    print("|" + "---|" * (len(MODES) + 3))
    for name in given.names or sorted(path.name for path in given.cases.iterdir() if path.is_dir()):
        case = given.cases / name
        found = {}
        for mode, asked in MODES.items():
            soft = soften(case / "images", cache=cache, **asked)  # type: ignore[arg-type]
            found[mode] = brier(soft, truth(case, soft))
        ratio = f"{found['posterior'] / found['hard']:.2f}" if found["hard"] else ""
        best = f"{bound(case, cache) / found['hard']:.2f}" if given.bound and found["hard"] else ""
        scores = " | ".join(f"{score:.3f}" for score in found.values())
        print(f"| {name} | {scores} | {ratio} | {best} |", flush=True)


if __name__ == "__main__":
    main()
