"""Measure the effect of a better model: python benchmarks/own_model.py FOLDER ...

Each folder is an image folder with ``truth.csv`` (``path,given,true``). The model is drawn from the true classes: its
features are 64 Gaussian numbers around a mean for each class, so far apart that 98 % of the images are nearest to the
mean of their class; its predicted probabilities are exact. Prints for the built-in features, for the features of the
model, and for the built-in features with its probabilities: the average precision of the ranking, the estimated number
of wrong labels divided by the true one, and the expected calibration error of ``p_error`` in 15 bins of equal size.
"""

import csv
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from labelaudit import Settings, audit

WIDTH, DISTANCE, BINS = 64, 4.03, 15


def calibration(wrong: np.ndarray, p_error: np.ndarray) -> float:
    """Return the expected calibration error, in bins of equal size."""
    bins = np.array_split(np.argsort(p_error), BINS)
    return sum(abs(wrong[rows].mean() - p_error[rows].mean()) * len(rows) for rows in bins) / len(wrong)


def main(root: Path, folder: Path) -> None:
    """Print the figures of one data set; *folder* takes the files of the model."""
    with (root / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["path"]: row["true"] for row in csv.DictReader(file)}
    dataset = audit(root).dataset
    classes, paths = np.array(dataset.classes), np.array(dataset.paths)
    true = np.searchsorted(classes, [truth[path.removeprefix("images/")] for path in dataset.paths])
    wrong = true != dataset.labels

    random = np.random.default_rng(0)
    means = np.linalg.qr(random.normal(size=(WIDTH, len(classes))))[0].T * DISTANCE
    features = means[true] + random.normal(size=(len(true), WIDTH))
    scores = features @ means.T
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    np.savez(folder / "features.npz", paths=paths, features=features)
    np.savez(folder / "probs.npz", paths=paths, classes=classes, probabilities=probabilities)

    print(f"{root.name}: accuracy of the drawn model {(scores.argmax(axis=1) == true).mean():.3f}")
    built_in = Settings()
    for name, settings in (
        ("built-in", built_in),
        ("features", replace(built_in, features=f"npz:{folder / 'features.npz'}")),
        ("probs", replace(built_in, probs=str(folder / "probs.npz"))),
    ):
        beliefs = audit(root, settings).beliefs
        precision = average_precision_score(wrong, beliefs.p_error)
        count = beliefs.wrong.estimate / wrong.sum()
        print(f"  {name:8}  AP {precision:.3f}  count {count:.2f}  ECE {calibration(wrong, beliefs.p_error):.3f}")


if __name__ == "__main__":
    for each in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            main(Path(each), Path(place))
