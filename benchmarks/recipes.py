"""Compare labelaudit's detection of wrong labels with the usual recipes, on the same features of the same images.

    python benchmarks/recipes.py CASES [NAME ...]

CASES holds a folder for each case: ``CASES/NAME/images/<given label>/<file>`` beside ``CASES/NAME/truth.csv`` with the
columns path (below ``images/``), given and true. A Markdown table is printed: a row for each case and recipe, and the
means over the cases that have wrong labels.

====================  =================================================================================================
labelaudit            The product: ranks by ``p_error``, flags from one half on. All blocks of the network.
labelaudit, balanced  The same, flagged from the threshold of ``--min-p-error balanced``.
logistic + cleanlab   5-fold ``LogisticRegression()``, standardized, on the last layer; ranks by self-confidence and
                      flags by the defaults of ``find_label_issues`` (Northcutt, Jiang and Chuang, 2021). Classes with
                      fewer than five images cannot be in every fold and are left out.
labelaudit + cleanlab The same ranking and flags, on labelaudit's out-of-sample probabilities.
neighbour vote        Vote of the 50 nearest by cosine, last layer; ranks by the share that the given label did not get,
                      flags where another class has more votes (after SimiFeat-V: Zhu, Dong and Liu, 2022).
distance ratio        ``same² / (same² + other²)`` of the cosine distances to the nearest image of the own class and of
                      another one, last layer (after SelfClean: Gröger et al., 2024). It ranks and does not flag.
====================  =================================================================================================

Scored are the images that every recipe judges:

- AP: average precision of the ranking, wrong labels being the positives.
- F1, precision, recall, flagged: of the images that the recipe flags by default.
- best F1: what the best threshold on the same ranking would have had; images with equal scores are flagged together.
- seconds: of processor time after the features, on one thread; of ``labelaudit + cleanlab`` with labelaudit's own.
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from labelaudit.copies import find_copies
from labelaudit.observations import observe
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.records import Beliefs, Copies, Dataset, Observations
from labelaudit.settings import Settings
from labelaudit.sources import read

FOLDS = 5
"""Of the cross-validation; also the fewest images that a class needs for it."""

VOTERS = 50
"""Neighbours that vote on a label; all others where there are fewer."""

BLOCK = 512
"""Images that are compared with all others at once."""

SETTINGS = Settings()

Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]
T = TypeVar("T")


class Case(NamedTuple):
    """N images, as the product sees them, and which of their labels are wrong, (N,)."""

    dataset: Dataset
    observed: Observations
    copies: Copies
    wrong: Flags

    @property
    def last_layer(self) -> NDArray[np.float32]:
        """What the last layer of the network gives, (N, W)."""
        return self.observed.features[:, -self.observed.blocks[-1] :]


class Opinion(NamedTuple):
    """What a recipe thinks of N labels: how suspicious each is, what it flags (if it does), and what it can judge."""

    suspicion: Doubles
    flagged: Flags | None
    judged: Flags


class Figures(NamedTuple):
    """How good an opinion is, in the order of the table; nothing where a figure has no meaning."""

    ap: float | None
    f1: float | None
    best: float | None
    precision: float | None
    recall: float | None
    flagged: float | None
    seconds: float


def load(folder: Path) -> Case:
    """Read a case and observe its images with the product's own code."""
    listed = read(folder / "images", SETTINGS)
    observed = observe(listed, SETTINGS)
    dataset = listed.take(observed.rows)
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        wrong = {row["path"]: row["given"] != row["true"] for row in csv.DictReader(file)}
    return Case(dataset, observed, find_copies(observed), np.array([wrong[path] for path in dataset.paths]))


def ours_with_cleanlab(case: Case, beliefs: Beliefs) -> Opinion:
    """Give the product's out-of-sample probabilities to cleanlab."""
    probabilities = np.zeros((len(case.dataset), len(case.dataset.classes)))
    np.put_along_axis(probabilities, beliefs.candidates, beliefs.probabilities, axis=1)
    return Opinion(*cleanlab(case.dataset.labels, probabilities), beliefs.judged)


def logistic_with_cleanlab(case: Case) -> Opinion:
    """Give cross-validated probabilities of a logistic regression to cleanlab."""
    labels = case.dataset.labels
    judged = case.dataset.class_counts[labels] >= FOLDS
    renumbered = np.unique(labels[judged], return_inverse=True)[1]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=10_000))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SETTINGS.seed)
    features = case.last_layer[judged].astype(np.float64)
    probabilities = cross_val_predict(model, features, renumbered, cv=folds, method="predict_proba")
    suspicion, flagged = np.zeros(len(labels)), np.zeros(len(labels), dtype=np.bool_)
    suspicion[judged], flagged[judged] = cleanlab(renumbered, probabilities)
    return Opinion(suspicion, flagged, judged)


def cleanlab(labels: NDArray[np.int64], probabilities: Doubles) -> tuple[Doubles, Flags]:
    """Return one minus cleanlab's self-confidence, and what its defaults flag."""
    confidence = get_label_quality_scores(labels, probabilities, method="self_confidence")
    return 1 - confidence, find_label_issues(labels, probabilities, n_jobs=1)


def neighbour_vote(case: Case) -> Opinion:
    """Let the nearest images vote on each label; on a draw the given label wins."""
    labels, classes = case.dataset.labels, len(case.dataset.classes)
    voters = min(VOTERS, len(labels) - 1)
    nearest = np.concatenate(
        [np.argpartition(-cosines, voters - 1, axis=1)[:, :voters] for _, cosines in similarities(case.last_layer)]
    )
    share = np.stack([(labels[nearest] == name).mean(axis=1) for name in range(classes)], axis=1)  # (N, K)
    given = share[np.arange(len(labels)), labels]
    return Opinion(1 - given, share.max(axis=1) > given, np.ones(len(labels), dtype=np.bool_))


def distance_ratio(case: Case) -> Opinion:
    """Compare the nearest image of the own class with the nearest of another one."""
    labels = case.dataset.labels
    ratios = []
    for rows, cosines in similarities(case.last_layer):
        alike = labels[rows, None] == labels
        same, other = (1 - np.where(mask, cosines, -2).max(axis=1).astype(np.float64) for mask in (alike, ~alike))
        same, other = np.maximum(same, 1e-9), np.maximum(other, 1e-9)  # copies: both may be nought
        ratios.append(same**2 / (same**2 + other**2))
    return Opinion(np.concatenate(ratios), None, case.dataset.class_counts[labels] >= 2)


def similarities(features: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Yield some rows, and their cosines with all N images, (B, N); those with themselves are -2, the lowest."""
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    for start in range(0, len(unit), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(unit)))
        cosines = unit[rows] @ unit.T
        cosines[np.arange(len(rows)), rows] = -2
        yield rows, cosines


def figures(opinion: Opinion, wrong: Flags, scored: Flags, seconds: float) -> Figures:
    """Score an opinion on the images in *scored*."""
    bad, suspicion = wrong[scored], opinion.suspicion[scored]
    ap = best = f1 = precision = recall = flagged = None
    if bad.any():
        ap = float(average_precision_score(bad, suspicion))
        precisions, recalls, _ = precision_recall_curve(bad, suspicion)
        best = float((2 * precisions * recalls / np.maximum(precisions + recalls, 1e-12)).max())
    if opinion.flagged is not None:
        flags = opinion.flagged[scored]
        flagged, hits = float(flags.mean()), int((flags & bad).sum())
        if bad.any():
            f1 = 2 * hits / int(flags.sum() + bad.sum())
            precision, recall = hits / max(int(flags.sum()), 1), hits / int(bad.sum())
    return Figures(ap, f1, best, precision, recall, flagged, seconds)


def timed(work: Callable[[], T], before: float = 0) -> tuple[T, float]:
    """Return what *work* returns, and the processor time it took, in seconds, with that *before*."""
    started = time.process_time() - before
    result = work()
    return result, time.process_time() - started


def compare(case: Case) -> tuple[Flags, dict[str, Figures]]:
    """Return which images every recipe judges, and the figures of each recipe on them."""
    with threadpool_limits(1):
        beliefs, believing = timed(
            lambda: out_of_sample(case.dataset, case.observed, embed(case.observed), case.copies, SETTINGS)
        )
        ours = Opinion(beliefs.p_error, beliefs.p_error >= SETTINGS.min_p_error, beliefs.judged)
        balanced = Opinion(beliefs.p_error, beliefs.p_error >= beliefs.balanced, beliefs.judged)
        opinions = {
            "labelaudit": (ours, believing),
            "labelaudit, balanced": (balanced, believing),
            "logistic + cleanlab": timed(lambda: logistic_with_cleanlab(case)),
            "labelaudit + cleanlab": timed(lambda: ours_with_cleanlab(case, beliefs), believing),
            "neighbour vote": timed(lambda: neighbour_vote(case)),
            "distance ratio": timed(lambda: distance_ratio(case)),
        }
    scored = np.logical_and.reduce([opinion.judged for opinion, _ in opinions.values()])
    return scored, {name: figures(opinion, case.wrong, scored, spent) for name, (opinion, spent) in opinions.items()}


def line(*cells: str) -> None:
    """Print a row of the table."""
    print("|", " | ".join(cells), "|", flush=True)


def shown(found: Figures) -> list[str]:
    """Return figures as cells, a dash for nothing."""
    formats = (*[".3f"] * 5, ".1%", ".1f")
    return ["–" if figure is None else format(figure, how) for figure, how in zip(found, formats, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, metavar="CASES", help="a folder with a folder for each case")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the cases to run (default: all)")
    chosen = parser.parse_args()
    names = chosen.names or sorted(truth.parent.name for truth in chosen.cases.glob("*/truth.csv"))

    line("case", "scored", "wrong", "recipe", "AP", "F1", "best F1", "precision", "recall", "flagged", "seconds")
    line("---", "---:", "---:", "---", *["---:"] * 7)
    with_wrong: dict[str, list[Figures]] = {}
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        case = load(chosen.cases / name)
        scored, found = compare(case)
        for recipe, its in found.items():
            line(name, f"{scored.sum():,}", f"{case.wrong[scored].sum():,}", recipe, *shown(its))
            if its.ap is not None:
                with_wrong.setdefault(recipe, []).append(its)
    for recipe, rows in with_wrong.items():
        means = Figures(*(None if None in column else float(np.mean(column)) for column in zip(*rows, strict=True)))
        line(f"mean of {len(rows)}", "", "", recipe, *shown(means))


if __name__ == "__main__":
    main()
