"""Measure the search for neighbors, copies and families with inverted lists, and with all images compared.

python benchmarks/neighbours.py lists [IMAGES ...]    processor time, memory and recall on drawn images
python benchmarks/neighbours.py exact [IMAGES ...]    the same with all images compared
python benchmarks/neighbours.py plant TRUTH OUT       write each image with four shifted or mirrored versions
python benchmarks/neighbours.py labels OUT            compare the judgment of these labels by both searches

TRUTH is a CSV file with the columns path, given and true, beside a folder `images`.
"""

import csv
import hashlib
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import average_precision_score

from labelaudit import Settings, inverted_lists
from labelaudit.audit import measure as observe
from labelaudit.copies import find_families
from labelaudit.copies.candidates import candidates
from labelaudit.engine import available_cores, one_thread_each
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.probabilities.axes import principal_axes
from labelaudit.probabilities.neighbours import Neighbours, likeness, nearest
from labelaudit.records import Copies, Likeness

CLASSES, SUBJECTS = 100, 20
"""Classes, and subjects within each, of which the images of a drawn data set are variations."""

DIMENSIONS = 320

ASKED = 1000
"""Number of images whose neighbors are compared with those of an exact search."""

Result = TypeVar("Result")


class Drawn(NamedTuple):
    """A drawn data set: float32 (N, D) features, uint8 (N, 768) thumbnails, uint8 (N, 48, 48) gray, (N,) originals."""

    features: NDArray[np.float32]
    thumbnails: NDArray[np.uint8]
    greys: NDArray[np.uint8]
    originals: NDArray[np.int64]
    labels: NDArray[np.int64]


def draw(images: int, dimensions: int = DIMENSIONS) -> Drawn:
    """Draw images of CLASSES classes; of each 100, three are a noisy, a mirrored and a shifted copy of another one.

    The variance of the features falls as that of EfficientNet-Lite0 on photos does, as about one over the rank.
    """
    random = np.random.default_rng(0)
    scale = (1 / np.sqrt(np.arange(dimensions) + 3)).astype(np.float32)
    subject = random.integers(0, CLASSES * SUBJECTS, images)
    label = subject // SUBJECTS
    of_class = random.standard_normal((CLASSES, dimensions), np.float32)
    of_subject = random.standard_normal((CLASSES * SUBJECTS, dimensions), np.float32)
    low_class = random.standard_normal((CLASSES, 6, 6, 3), np.float32)
    low_subject = random.standard_normal((CLASSES * SUBJECTS, 6, 6, 3), np.float32)
    upscale = upsampling(6, 48)
    features = np.empty((images, dimensions), np.float32)
    thumbnails, greys = np.empty((images, 768), np.uint8), np.empty((images, 48, 48), np.uint8)
    originals = np.arange(images)
    for start in range(0, images, 1000):
        rows = slice(start, min(start + 1000, images))
        count = rows.stop - start
        own = random.standard_normal((count, dimensions), np.float32)
        features[rows] = (0.5 * of_class[label[rows]] + 0.4 * of_subject[subject[rows]] + 0.8 * own) * scale
        fine = random.standard_normal((count, 6, 6, 3), np.float32)
        low = 0.3 * low_class[label[rows]] + 0.3 * low_subject[subject[rows]] + 0.9 * fine
        shown = np.einsum("pi,nijc,qj->npqc", upscale, low, upscale, optimize=True) * 45 + 128
        place = np.arange(0, count, 100)
        for turn in range(1, 4):
            copies = place[place + turn < count] + turn
            shown[copies] = shown[copies - turn]
            shown[copies] = (shown[copies], shown[copies][:, :, ::-1], np.roll(shown[copies], 3, axis=2))[turn - 1]
            noise = 0.15 * random.standard_normal((len(copies), dimensions), np.float32) * scale
            features[start + copies] = features[start + copies - turn] + noise
            originals[start + copies] = start + copies - turn
            subject[start + copies], label[start + copies] = (
                subject[start + copies - turn],
                label[start + copies - turn],
            )
        shown = np.clip(shown + random.normal(0, 4, shown.shape), 0, 255)
        greys[rows] = (shown @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        thumbnails[rows] = shown.reshape(count, 16, 3, 16, 3, 3).mean(axis=(2, 4)).reshape(count, 768).astype(np.uint8)
    return Drawn(features, thumbnails, greys, originals, label)


def upsampling(coarse: int, fine: int) -> NDArray[np.float32]:
    """Return smooth weights from *coarse* to *fine* pixels, (fine, coarse)."""
    place = (np.arange(fine) + 0.5) / fine * coarse - 0.5
    weights = np.exp(-np.square(place[:, None] - np.arange(coarse)) / 0.5)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def recall(exact: Neighbours, found: Neighbours, asked: NDArray[np.int64], count: int) -> float:
    """Return the share of the *count* nearest of some images that are found."""
    shared = [np.isin(exact.rows[row, :count], found.rows[row]).mean() for row in asked.tolist()]
    return float(np.mean(shared))


def timed(name: str, work: Callable[[], Result]) -> Result:
    """Print the processor time of some work, and the largest memory of the process so far."""
    start = time.process_time()
    result = work()
    seconds, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  {name:10} {seconds:7.1f} s, peak {peak:.2f} GB", flush=True)
    return result


def measure(images: int, exact: bool) -> None:
    """Print a line for each stage."""
    drawn, jobs = draw(images), available_cores()
    inverted_lists.EXACT_UP_TO = images if exact else 0
    print(f"{images:,} images", flush=True)
    with one_thread_each():
        axes = principal_axes(drawn.features, (DIMENSIONS,), jobs=jobs)
        near = timed("neighbors", lambda: nearest(axes, jobs=jobs))
        pairs = timed("copies", lambda: candidates(drawn.thumbnails.reshape(-1, 16, 16, 3), jobs=jobs))
        alike = likeness(axes, near, jobs=jobs)
        groups = np.arange(images)
        families = timed("families", lambda: find_families(drawn.greys, groups, near.rows, alike, jobs=jobs))
        asked = np.random.default_rng(1).permutation(images)[:ASKED]
        if not exact and images <= 100_000:
            inverted_lists.EXACT_UP_TO = images
            every = nearest(axes, jobs=jobs)
            shares = [recall(every, near, asked, count) for count in (10, 70)]
            print("  of the 10 and the 70 nearest found: {:.3f} and {:.3f}".format(*shares))
    copied = np.flatnonzero(drawn.originals != groups)
    found = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    share = np.mean([(drawn.originals[row], row) in found for row in copied.tolist()])
    together = np.mean(families[copied] == families[drawn.originals[copied]])
    print(f"  {share:.1%} of the copies are candidates, {together:.1%} are in the family of their original")


def plant(truth: Path, out: Path) -> None:
    """Write five versions of each image with the same label, and truth.csv: path, given, true."""
    lines = []
    with truth.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    for row, version in ((row, version) for row in listed for version in range(5)):
        with Image.open(truth.parent / "images" / row["path"]) as opened:
            pixels = np.asarray(opened.convert("RGB"))
        pixels = pixels[:, ::-1] if version in (1, 3) else pixels
        seed = hashlib.sha256(f"{row['path']} {version}".encode()).digest()
        if version >= 2:
            down, across = 3 + np.random.default_rng(list(seed)).integers(-3, 4, 2)
            height, width = pixels.shape[:2]
            pixels = np.pad(pixels, ((3, 3), (3, 3), (0, 0)), mode="edge")
            pixels = pixels[down : down + height, across : across + width]
        path = out / "images" / row["given"] / f"{seed.hex()[:12]}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, compress_level=1)
        lines.append(f"{row['given']}/{path.name},{row['given']},{row['true']}")
    (out / "truth.csv").write_text("\n".join(["path,given,true", *lines]) + "\n", encoding="utf-8")


def labels(out: Path) -> None:
    """Print for each search how well the wrong labels are ranked, and by how many flags the two differ."""
    settings, jobs = Settings(), available_cores()
    dataset, observed = observe(out / "images", settings)
    with (out / "truth.csv").open(encoding="utf-8", newline="") as file:
        wrong = {row["path"]: row["given"] != row["true"] for row in csv.DictReader(file)}
    is_wrong = np.array([wrong[path] for path in dataset.paths])
    rows, results = np.arange(len(dataset)), []
    for name, limit in (("lists", 0), ("exact", len(dataset))):
        inverted_lists.EXACT_UP_TO = limit
        embedding = embed(observed, jobs=jobs)
        near = (embedding.neighbours.rows, embedding.likeness)
        with one_thread_each():
            families = find_families(observed.greys, rows, *near, sizes=observed.sizes, jobs=jobs)
        copies = Copies(rows, (Likeness.IDENTICAL,) * len(rows), families, families)
        beliefs = out_of_sample(dataset, observed, embedding, copies, settings, jobs=jobs)
        flagged = np.isin(rows, beliefs.flagged(dataset, settings))
        ap = average_precision_score(is_wrong, beliefs.p_error)
        print(f"{name}: AP {ap:.4f}, {flagged.sum()} flags, {len(np.unique(families))} families", flush=True)
        results.append((embedding.neighbours, flagged))
    (found, flags), (exact, others) = results
    shares = [recall(exact, found, rows[::10], count) for count in (10, 70)]
    print("of the 10 and the 70 nearest found: {:.3f} and {:.3f}".format(*shares))
    print(
        f"flags that differ: {(flags != others).sum()} of {others.sum()}, {(flags != others).mean():.2%} of the images"
    )


def main() -> None:
    """Run the command that is asked for."""
    kind, *words = sys.argv[1:]
    if kind == "plant":
        plant(Path(words[0]), Path(words[1]))
    elif kind == "labels":
        labels(Path(words[0]))
    else:
        for images in [int(word) for word in words] or [50_000, 100_000, 200_000]:
            measure(images, kind == "exact")


if __name__ == "__main__":
    main()
