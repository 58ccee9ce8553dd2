"""Split every class at random into two or three, and count which pairs of classes LA403 reports.

    python benchmarks/overlapping_classes.py FOLDER ...

Each FOLDER holds a folder for each class (or splits that hold them). A Markdown table is printed: how many classes were
split and how, how many pairs of parts that gave, how many of these were found, and how many other pairs were reported.
Parts with fewer than 25 images are left out, since they are too small for a decision.
"""

import argparse
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies import find_copies
from labelaudit.engine import available_cores
from labelaudit.observations import observe
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.records import Dataset, Observations
from labelaudit.settings import Settings
from labelaudit.sources import read

WAYS = {"halves": (0.5, 0.5), "thirds": (1 / 3, 1 / 3, 1 / 3), "10 % and 90 %": (0.9, 0.1)}
FEWEST = 25
MOST = 4000
"""Images of a set; of a larger one a sample."""


def load(folder: Path) -> tuple[Dataset, Observations]:
    """Read a folder of images with the product's own code."""
    listed = read(folder, Settings())
    kept = np.sort(np.random.default_rng(0).permutation(len(listed))[:MOST])
    sample = listed.take(kept)
    observed = observe(sample, Settings())
    return sample.take(observed.rows), observed


def reported(dataset: Dataset, observed: Observations, labels: NDArray[np.int64], parts: int) -> set[tuple[int, int]]:
    """Return the pairs of classes that LA403 reports where the labels are these, with some classes added."""
    classes = (*dataset.classes, *(f"part {part}" for part in range(parts - 1)))
    named = replace(dataset, labels=labels, classes=classes)
    copies = find_copies(observed, jobs=available_cores())
    embedding = embed(observed, jobs=available_cores())
    beliefs = out_of_sample(named, observed, embedding, copies, Settings(), jobs=available_cores())
    return set(map(tuple, beliefs.overlapping.tolist()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    print("| set | each class in turn | classes | pairs | found | others |")
    print("|---|---|---:|---:|---:|---:|")
    for folder in parser.parse_args().folders:
        dataset, observed = load(folder)
        name = folder.parent.name if folder.name == "images" else folder.name
        as_it_is = reported(dataset, observed, dataset.labels.copy(), 1)
        print(f"| {name} | as it is | | | | {len(as_it_is)} |", flush=True)
        for way, shares in WAYS.items():
            split = expected = found = others = 0
            for label in range(len(dataset.classes)):
                part = np.random.default_rng(label).choice(len(shares), len(dataset), p=shares)
                labels = np.where(
                    (dataset.labels == label) & (part > 0), len(dataset.classes) + part - 1, dataset.labels
                )
                names = [label, *(len(dataset.classes) + number for number in range(len(shares) - 1))]
                if min(int((labels == number).sum()) for number in names) < FEWEST:
                    continue
                pairs, seen = set(combinations(names, 2)), reported(dataset, observed, labels, len(shares))
                split, expected = split + 1, expected + len(pairs)
                found, others = found + len(seen & pairs), others + len(seen - pairs)
            print(f"| {name} | {way} | {split} | {expected} | {found} | {others} |", flush=True)


if __name__ == "__main__":
    main()
