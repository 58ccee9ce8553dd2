"""Measure wrong and missing labels of images with several labels: python benchmarks/several_labels.py [FOLDER]

Without FOLDER it prints how long 20 labels of 10,000 images with random features are judged, on all cores.

FOLDER is a folder of class folders. Two images at a time are placed side by side, so that each picture has one or two
labels. Then 5 % of the labels are removed and as many wrong ones added (``both``), only removed (``missing``), or left
as they are (``clean``). If FOLDER has ``truth.csv`` (``path,given,true``, with paths below ``images``), the labels are
those that were given. Prints for each: the average precision of the ranking of all labels, given or not, by
``p_error`` and by cleanlab's score of single labels on the same probabilities; that of the ranking of images, by the
probability that one of their labels is wrong, and by cleanlab's score of images; precision and recall of the flags;
the estimated number of wrong labels divided by the true one, with its interval; and the expected calibration error in
15 bins of equal size.
"""

import csv
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from scoring import drawn
from sklearn.metrics import average_precision_score

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.cache import Cache
from labelaudit.engine import available_cores
from labelaudit.probabilities import embed, one_vs_rest
from labelaudit.records import Copies, Likeness, MultiBeliefs, MultiLabels

EDGE, SHARE, BINS = 160, 0.05, 15


def images_of(folder: Path) -> list[tuple[Path, str, str]]:
    """Return the path, the given class and the true class of each image."""
    truth = folder / "truth.csv"
    if truth.is_file():
        with truth.open(encoding="utf-8") as file:
            return [(folder / "images" / row["path"], row["given"], row["true"]) for row in csv.DictReader(file)]
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return [(path, path.parent.name, path.parent.name) for path in files]


def pictures(folder: Path, into: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Write pictures of two images each; return the classes, and which were given and are true, bool (N, K) each."""
    files = images_of(folder)
    classes = sorted({label for _, _, label in files})
    order = np.random.default_rng(0).permutation(len(files))
    given, true = np.zeros((2, len(files) // 2, len(classes)), bool)
    for row in range(len(true)):
        picture = Image.new("RGB", (2 * EDGE, EDGE))
        for side in range(2):
            path, label, shown = files[order[2 * row + side]]
            with Image.open(path) as image:
                short = min(image.size)
                left, top = (image.width - short) // 2, (image.height - short) // 2
                square = image.convert("RGB").crop((left, top, left + short, top + short))
            picture.paste(square.resize((EDGE, EDGE)), (side * EDGE, 0))
            given[row, classes.index(label)] = true[row, classes.index(shown)] = True
        picture.save(into / f"{row:05d}.jpg", quality=90)
    return classes, given, true


def planted(true: np.ndarray, kind: str) -> np.ndarray:
    """Return the labels with errors, bool (N, K)."""
    random = np.random.default_rng(1)
    removed = (random.random(true.shape) < SHARE) & true
    added = (random.random(true.shape) < SHARE * true.sum() / (~true).sum()) & ~true
    if kind == "clean":
        return true
    return (true & ~removed) | (added if kind == "both" else False)


def calibration(wrong: np.ndarray, p_error: np.ndarray) -> float:
    """Return the expected calibration error, in bins of equal size."""
    bins = np.array_split(np.argsort(p_error), BINS)
    return sum(abs(wrong[rows].mean() - p_error[rows].mean()) * len(rows) for rows in bins) / len(wrong)


def main(folder: Path, work: Path) -> None:
    """Print the figures."""
    from cleanlab.multilabel_classification import get_label_quality_scores

    images = work / "images"
    images.mkdir()
    classes, as_came, true = pictures(folder, images)
    cache = Cache(work / "cache")
    for kind in ("both", "missing", "clean") if (as_came == true).all() else ("given",):
        given = as_came if kind == "given" else planted(true, kind)
        rows = ({"path": f"{row:05d}.jpg", "labels": np.array(classes)[has].tolist()} for row, has in enumerate(given))
        table = images / f"{kind}.jsonl"
        table.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        settings = Settings(second_opinion=True)
        result = audit(table, settings, cache=cache)
        beliefs = result.beliefs
        assert isinstance(beliefs, MultiBeliefs)
        wrong, p_error = (given != true).ravel(), beliefs.p_wrong.ravel()
        count = beliefs.wrong
        print(f"{folder.name} {kind}: {wrong.sum()} of {given.sum()} labels of {len(given)} pictures wrong or missing")
        print(f"  estimated {count.estimate:.0f} (90 % interval: {count.low:.0f} to {count.high:.0f})")
        if kind == "clean":
            flagged = beliefs.flagged_labels(result.dataset, settings)
            print(f"  flagged {flagged.sum()}")
            continue
        flagged = beliefs.flagged_labels(result.dataset, settings).ravel()
        labels = [np.flatnonzero(has).tolist() for has in given]
        of_images = 1 - get_label_quality_scores(labels, beliefs.p_present)
        some = (given != true).any(axis=1)
        ours, theirs = (average_precision_score(wrong, each) for each in (p_error, result.label_scores.ravel()))
        print(f"  labels: AP {ours:.3f}, cleanlab {theirs:.3f}; ECE {calibration(wrong, p_error):.3f}")
        any_wrong = 1 - np.prod(1 - beliefs.p_wrong, axis=1)
        ours, theirs = (average_precision_score(some, each) for each in (any_wrong, of_images))
        print(f"  images: AP {ours:.3f}, cleanlab {theirs:.3f}")
        print(f"  flags: precision {wrong[flagged].mean():.2f}, recall {flagged[wrong].mean():.2f}")
        print(f"  count {count.estimate / wrong.sum():.2f}")


def measure_time(images: int = 10_000, labels: int = 20) -> None:
    """Print how long labels are judged that each a tenth of the images has, 5 % of them wrong."""
    dataset, observed = drawn(images, labels)
    random = np.random.default_rng(0)
    given = (dataset.labels[:, None] == np.arange(labels)) | (random.random((images, labels)) < 0.05)
    sets, numbers = np.unique(given, axis=0, return_inverse=True)
    names = tuple(f"{number:02d}" for number in range(labels))
    classes = tuple(";".join(np.array(names)[has]) for has in sets)
    dataset = replace(dataset, classes=classes, labels=numbers.ravel(), multi=MultiLabels(names, sets))
    alone = np.arange(images)
    copies = Copies(groups=alone, scenes=alone, families=alone, likeness=(Likeness.IDENTICAL,) * images)
    jobs = available_cores()
    embedding = embed(observed, jobs=jobs)
    start, used = time.perf_counter(), time.process_time()
    one_vs_rest(dataset, observed, embedding, copies, Settings(), jobs=jobs)
    taken = f"{time.perf_counter() - start:.1f} s, {time.process_time() - used:.1f} s of CPU"
    print(f"{images:,} images, {labels} labels: {taken}")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        measure_time()
        sys.exit()
    with tempfile.TemporaryDirectory() as place:
        main(Path(sys.argv[1]), Path(place))
