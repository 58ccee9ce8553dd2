"""Train on soft labels of each mode, and test on true labels: which labels train the better model?

    python benchmarks/downstream.py CASES [NAME ...] [--seeds 5] [--votes NAME=FILE] [--network] [--results FILE]

CASES holds a folder for each case: ``CASES/NAME/images/<given label>/<file>`` beside ``CASES/NAME/truth.csv`` with the
columns path (below ``images/``), given and true. For each seed a fifth of the images is held out for testing. The
others are audited by themselves, and each mode trains two heads on 256 principal axes of their frozen features: softmax
regression, and an MLP with one hidden layer of 512. With ``--network`` each mode trains a small residual network on the
pixels from scratch instead, in PyTorch (benchmarks/network.py). A Markdown table is printed for each case:

- closure: (accuracy of the mode - of hard labels) / (accuracy of true labels - of hard labels), in the mean over the
  seeds; accuracy in per cent where hard labels are already right.
- NLL: cross-entropy of the true label on the test images, in nats.
- Brier: squared distance of the soft labels to the true ones, of the training images; no training is needed for it.

Modes: ``hard`` (the given labels), ``uniform`` with eps .1 and .2, ``posterior``, ``posterior + eps .1`` (smoothed
twice), ``corrected``, ``dropped`` (hard, without what is flagged), ``weighted`` (hard, weighted by 1 - p_error),
``true``. With ``--votes``, a table of image, annotator and label: ``votes``, and as hard labels ``best annotator`` (by
quality) and ``majority`` (the first of equally many). With ``--results`` each result is kept in a file and not trained
again while its images and labels are the same.
"""

import argparse
import csv
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from targets import Matrix, Targets

from labelaudit.audit import audit
from labelaudit.cache import Cache, default_folder
from labelaudit.records import Audit, Dataset, Votes
from labelaudit.second_opinion import consensus_of
from labelaudit.settings import Settings
from labelaudit.softlabels import Known, read_votes, soft_labels

AXES, HIDDEN = 256, 512
EPOCHS, BATCH, RATE, DECAY = 20, 128, 1e-3, 1e-4
HELD_OUT = 0.2
SETTINGS = Settings(select=("LA101",))


class Measured(NamedTuple):
    """What one head reached with one mode."""

    accuracy: float
    nll: float


class Split(NamedTuple):
    """Images to train on and to test on, as rows of what a head takes, and the true classes of the latter."""

    train: Matrix
    test: Matrix
    true: NDArray[np.int64]


Fit = Callable[[Matrix, Targets, int], Callable[[Matrix], Matrix]]
"""Trains on images, targets and a seed; returns what gives logits."""


class Results:
    """Results by everything that they depend on, kept in a file of JSON lines if there is one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._known = {line["key"]: Measured(*line["measured"]) for line in map(json.loads, lines)}

    def of(self, fit: Fit, split: Split, targets: Targets, seed: int) -> Measured:
        """Return the result of training, or the one that is known of just these images and labels."""
        digest = hashlib.sha256(f"{fit.__name__} {seed}".encode())
        for array in (*split, *targets):
            digest.update(np.ascontiguousarray(array).data)
        key = digest.hexdigest()
        if key not in self._known:
            said = fit(split.train, targets, seed)(split.test)
            right = float((said.argmax(axis=1) == split.true).mean())
            nll = float(-log_softmax(said, axis=1)[np.arange(len(split.true)), split.true].mean())
            self._known[key] = Measured(right, nll)
            if self._path:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"key": key, "measured": self._known[key]}) + "\n")
        return self._known[key]


def modes(known: Known, votes: Votes | None, true: NDArray[np.int64]) -> Iterator[tuple[str, Targets]]:
    """Yield what each mode trains on."""
    classes = np.eye(len(known.dataset.classes), dtype=np.float32)
    ones = np.ones(len(true), dtype=np.float32)
    hard = soft_labels(known, "uniform", 0.0, weigh=True)
    flagged = known.judged().flagged(known.dataset, known.settings)
    yield "hard", Targets(hard.probabilities, ones)
    for eps in (0.1, 0.2):
        yield f"uniform {eps}", Targets(soft_labels(known, "uniform", eps).probabilities, ones)
    yield "posterior", Targets(soft_labels(known, "posterior").probabilities, ones)
    yield "posterior + eps 0.1", Targets(soft_labels(known, "posterior", 0.1).probabilities, ones)
    yield "corrected", Targets(soft_labels(known, "corrected").probabilities, ones)
    yield "dropped", Targets(hard.probabilities, ones * ~flagged)
    yield "weighted", Targets(hard.probabilities, hard.weights.astype(np.float32))
    if known.consensus and votes:
        yield "votes", Targets(soft_labels(known, "votes").probabilities, ones)
        best = votes.by == votes.annotators.index(known.consensus.annotators[0].name)
        for name, counted in (("best annotator", best), ("majority", np.ones_like(best))):
            said = np.zeros((len(true), len(classes)))
            np.add.at(said, (votes.rows[counted], votes.labels[counted]), 1)
            yield name, Targets(classes[said.argmax(axis=1)], ones)
    yield "true", Targets(classes[true], ones)


def linear(train: Matrix, targets: Targets, seed: int) -> Callable[[Matrix], Matrix]:
    """Fit softmax regression with a ridge penalty by L-BFGS."""
    columns, classes = train.shape[1] + 1, targets.soft.shape[1]
    rows = np.c_[train, np.ones(len(train), np.float32)]
    total = targets.weights.sum()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        matrix = flat.reshape(columns, classes).astype(np.float32)
        scores = rows @ matrix
        error = (softmax(scores, axis=1) - targets.soft) * targets.weights[:, None] / total
        value = -(targets.soft * log_softmax(scores, axis=1)).sum(axis=1) @ targets.weights / total
        slope = rows.T @ error + 1e-3 * matrix
        return float(value + 5e-4 * (matrix**2).sum()), slope.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(columns * classes), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    matrix = found.x.reshape(columns, classes).astype(np.float32)
    return lambda images: np.c_[images, np.ones(len(images), np.float32)] @ matrix


def mlp(train: Matrix, targets: Targets, seed: int) -> Callable[[Matrix], Matrix]:
    """Train one hidden layer with Adam (Kingma and Ba, 2015), its rate falling to 0 along a cosine."""
    random = np.random.default_rng(seed)
    classes = targets.soft.shape[1]
    first = random.normal(0, np.sqrt(2 / AXES), (train.shape[1], HIDDEN)).astype(np.float32)
    second = random.normal(0, np.sqrt(1 / HIDDEN), (HIDDEN, classes)).astype(np.float32)
    layers = [first, np.zeros(HIDDEN, np.float32), second, np.zeros(classes, np.float32)]
    means, squares = ([np.zeros_like(layer) for layer in layers] for _ in range(2))
    used = np.flatnonzero(targets.weights)
    step, steps = 0, EPOCHS * -(-len(used) // BATCH)
    for _ in range(EPOCHS):
        order = random.permutation(used)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            images, weights = train[rows], targets.weights[rows]
            hidden = np.maximum(images @ layers[0] + layers[1], 0)
            error = softmax(hidden @ layers[2] + layers[3], axis=1) - targets.soft[rows]
            error *= (weights / len(rows))[:, None]
            back = (error @ layers[2].T) * (hidden > 0)
            slopes = [images.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
            step += 1
            rate = RATE * (1 + np.cos(np.pi * step / steps)) / 2
            for layer, slope, mean, square in zip(layers, slopes, means, squares, strict=True):
                mean += 0.1 * (slope - mean)
                square += 0.001 * (slope**2 - square)
                layer -= rate * (mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8) + DECAY * layer)
    return lambda images: np.maximum(images @ layers[0] + layers[1], 0) @ layers[2] + layers[3]


HEADS: dict[str, Fit] = {"MLP": mlp, "linear": linear}


def axes(features: Matrix, train: NDArray[np.int64]) -> Matrix:
    """Return the images on the principal axes of the training images, each of variance 1 there."""
    scale = features[train].std(axis=0) + 1e-6
    rows = (features - features[train].mean(axis=0)) / scale
    values, vectors = np.linalg.eigh(rows[train].T @ rows[train] / len(train))
    chosen = np.argsort(-values)[:AXES]
    placed: Matrix = (rows @ vectors[:, chosen] / np.sqrt(values[chosen[0]]) * 4).astype(np.float32)
    return placed


def audited(
    case: Path, dataset: Dataset, train: NDArray[np.int64], table: Path | None, cache: Cache
) -> tuple[Known, Votes | None]:
    """Audit the training images by themselves, in a folder of links to them."""
    with tempfile.TemporaryDirectory() as folder:
        for row in train.tolist():
            link = Path(folder) / dataset.paths[row]
            link.parent.mkdir(exist_ok=True)
            link.symlink_to((case / "images" / dataset.paths[row]).resolve())
        result = audit(folder, SETTINGS, cache=cache)
    if table is None:
        return Known(result.dataset, result.beliefs), None
    votes = read_votes(table, result.dataset)
    consensus = consensus_of(votes, result.dataset, result.beliefs)
    return Known(result.dataset, result.beliefs, consensus), votes


def brier(soft: Matrix, true: NDArray[np.int64]) -> float:
    """Return the mean squared distance of soft labels to the true ones."""
    return float(((soft - np.eye(soft.shape[1], dtype=np.float32)[true]) ** 2).sum(axis=1).mean())


def heads_of(whole: Audit, train: NDArray[np.int64], *, network: bool) -> tuple[Matrix, dict[str, Fit]]:
    """Return what is trained, by name, and the rows that it takes, (N, ...)."""
    if not network:
        return axes(whole.observed.features, train), HEADS
    from network import network as from_scratch
    from network import pixels

    return pixels(whole.dataset), {"network": from_scratch}


def measure(case: Path, given: argparse.Namespace, table: Path | None, cache: Cache) -> None:
    """Train on each mode of a case and print its table."""
    whole = audit(case / "images", SETTINGS, cache=cache)
    dataset = whole.dataset
    with (case / "truth.csv").open(newline="", encoding="utf-8") as file:
        names = {row["path"]: row["true"] for row in csv.DictReader(file)}
    true = np.array([dataset.classes.index(names[path]) for path in dataset.paths])
    results = Results(given.results)
    found: dict[str, dict[str, list[Measured]]] = {}
    scores: dict[str, list[float]] = {}
    for seed in range(given.seeds):
        order = np.random.default_rng(seed).permutation(len(true))
        held = int(HELD_OUT * len(true))
        test, train = np.sort(order[:held]), np.sort(order[held:])
        rows, heads = heads_of(whole, train, network=given.network)
        split = Split(rows[train], rows[test], true[test])
        known, votes = audited(case, dataset, train, table, cache)
        if known.dataset.classes != dataset.classes:
            raise SystemExit(f"{case.name}: a class has no training image; take fewer held-out images")
        for mode, targets in modes(known, votes, true[train]):
            if given.modes and mode not in given.modes:
                continue
            scores.setdefault(mode, []).append(brier(targets.soft, true[train]))
            for head, fit in heads.items():
                found.setdefault(mode, {}).setdefault(head, []).append(results.of(fit, split, targets, seed))
    show(f"{case.name}, {given.seeds} seeds", found, scores)


def show(title: str, found: dict[str, dict[str, list[Measured]]], scores: dict[str, list[float]]) -> None:
    """Print the table of a case."""
    heads = list(found["hard"])
    print(f"\n{title}\n")
    print("| mode | " + " | ".join(f"{head}: accuracy | closure | NLL" for head in heads) + " | Brier |")
    print("|" + "---|" * (2 + 3 * len(heads)))
    for mode, by_head in found.items():
        cells = []
        for head, measured in by_head.items():
            accuracy, nll = np.mean(measured, axis=0)
            low, high = (np.mean([each.accuracy for each in found[name][head]]) for name in ("hard", "true"))
            closure = f"{(accuracy - low) / (high - low):.2f}" if high - low > 0.005 else ""
            cells += [f"{accuracy:.1%}", closure, f"{nll:.2f}"]
        print(f"| {mode} | {' | '.join(cells)} | {np.mean(scores[mode]):.3f} |", flush=True)


def main() -> None:
    """Measure the cases that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--votes", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--network", action="store_true", help="train a network from scratch instead of heads")
    parser.add_argument("--modes", type=lambda text: ["hard", "true", *text.split(",")], help="only these modes")
    parser.add_argument("--results", type=Path, metavar="FILE")
    given = parser.parse_args()
    votes = {name: Path(path) for name, _, path in (each.partition("=") for each in given.votes)}
    cache = Cache(default_folder())
    for name in given.names or sorted(path.name for path in given.cases.iterdir() if path.is_dir()):
        measure(given.cases / name, given, votes.get(name), cache)


if __name__ == "__main__":
    main()
