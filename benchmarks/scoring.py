"""Measure time and memory of scoring alone, on random features: python benchmarks/scoring.py [IMAGES] [CLASSES]

Gaussian classes in 2,624 features, 10 % of the labels wrong, on all cores. The peak includes the features.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np

from labelaudit.engine import available_cores
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.probabilities.axes import principal_axes
from labelaudit.probabilities.linear import Ridge
from labelaudit.probabilities.voters import TUNED_ON, Tuned
from labelaudit.records import STATISTICS, Copies, Dataset, Likeness, Observations, Statistics
from labelaudit.settings import Settings
from labelaudit.sources import Files

BLOCKS = (24, 40, 80, 80, 112, 112, 192, 192, 192, 320, 1280)


def drawn(images: int, classes: int) -> tuple[Dataset, Observations]:
    """Return a data set that never was, with its observations."""
    random = np.random.default_rng(0)
    true = random.integers(0, classes, images)
    labels = np.where(random.random(images) < 0.1, random.integers(0, classes, images), true)
    means = random.standard_normal((classes, sum(BLOCKS)), dtype=np.float32)
    features = np.empty((images, sum(BLOCKS)), np.float32)
    for start in range(0, images, 1000):
        rows = slice(start, start + 1000)
        features[rows] = 0.15 * means[true[rows]] + random.standard_normal(features[rows].shape, dtype=np.float32)
    names = tuple(f"{number:08d}" for number in range(images))
    dataset = Dataset(Files(Path()), tuple(f"{k:04d}" for k in range(classes)), names, labels.astype(np.int64), names)
    return dataset, Observations(
        rows=np.arange(images),
        digests=names,
        pictures=names,
        features=features,
        blocks=BLOCKS,
        thumbnails=np.zeros((images, 768), np.uint8),
        greys=np.zeros((images, 48, 48), np.uint8),
        sizes=np.full((images, 2), 64, np.int32),
        formats=("PNG",) * images,
        statistics=Statistics.of(np.zeros((images, STATISTICS), np.float32)),
        skipped=(),
        others=(),
    )


def main(images: int = 50_000, classes: int = 10) -> None:
    """Print how long the classifier alone and the whole stage take, and the peak of the process."""
    dataset, observed = drawn(images, classes)
    jobs = available_cores()
    start = time.perf_counter()
    axes = principal_axes(observed.features, BLOCKS, jobs=jobs)
    ridge = Tuned(Ridge(axes, dataset.labels, classes, []), dataset.labels, np.arange(TUNED_ON), jobs=jobs)
    ridge.beliefs(lambda rows, beliefs: beliefs[:, :1])
    alone = time.perf_counter() - start
    del axes, ridge
    copies = Copies(np.arange(images), (Likeness.IDENTICAL,) * images)
    start = time.perf_counter()
    beliefs = out_of_sample(dataset, observed, embed(observed, jobs=jobs), copies, Settings(), jobs=jobs)
    whole = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{images:,} images x {sum(BLOCKS):,} features, {classes:,} classes, {jobs} threads")
    print(f"leave-one-out ridge {alone:.1f} s, all voters and the noise model {whole:.1f} s, peak {peak:.2f} GB")
    print(f"out-of-sample accuracy {beliefs.accuracy:.3f}, wrong labels {beliefs.wrong.estimate:,.0f}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
