"""Plant images of one data set in another as outliers, and measure how well they are detected.

    python benchmarks/outliers.py FOLDER FOLDER ... [--digits] [--draws N]

Each FOLDER holds a folder for each class (or splits that hold them). Each is the host in turn, and every other one
provides the outliers; ``--digits`` adds the handwritten digits of scikit-learn. The outliers get labels of the host: of
all classes, or of one class. A Markdown table is printed, with means over the draws:

- AUROC of labelaudit's ``strangeness``, and of cleanlab's ``OutOfDistribution`` on the same features: by default
  (the mean cosine distance to 10 neighbours), and with as many neighbours as labelaudit looks up.
- found: outliers that LA303 flags; false: images of the host that it flags.
"""

import argparse
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from cleanlab.outlier import OutOfDistribution
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from labelaudit.checks.outlier import STRANGE
from labelaudit.observations import observe
from labelaudit.probabilities.axes import principal_axes
from labelaudit.probabilities.neighbours import NEIGHBOURS, nearest
from labelaudit.probabilities.strangeness import strangeness
from labelaudit.settings import Settings
from labelaudit.sources import read

OUTLIERS = (0, 1, 5, 40)
MOST = 4000
"""Images of a host; of a larger one a sample."""


class Images(NamedTuple):
    """What is known of a folder of images: its name, features (N, D), labels (N,) and the widths of the features."""

    name: str
    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    blocks: tuple[int, ...]


def load(folder: Path) -> Images:
    """Read a folder of images with the product's own code."""
    listed = read(folder, Settings())
    observed = observe(listed, Settings())
    labels = np.unique(listed.take(observed.rows).labels, return_inverse=True)[1]
    name = folder.parent.name if folder.name == "images" else folder.name
    return Images(name, observed.features, labels, observed.blocks)


def draw_digits(folder: Path) -> None:
    """Write scikit-learn's handwritten digits as images."""
    digits = load_digits()
    for number, (image, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        path = folder / str(target) / f"{number:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.uint8(np.minimum(image * 16, 255))).resize((32, 32)).save(path)


def compare(host: Images, guest: Images, outliers: int, seed: int) -> dict[str, list[float]]:
    """Return three values of AUROC, found, and false, by how the outliers are labeled."""
    random = np.random.default_rng(seed)
    kept = np.sort(random.permutation(len(host.features))[:MOST])
    came = random.permutation(len(guest.features))[:outliers]
    features = np.concatenate([host.features[kept], guest.features[came]])
    is_outlier = np.arange(len(features)) >= len(kept)
    labels, classes = host.labels[kept], int(host.labels.max()) + 1
    with threadpool_limits(1):
        neighbours = nearest(principal_axes(features, host.blocks, jobs=2), jobs=2)
    theirs = []
    for k in (10, NEIGHBOURS) if outliers else ():
        typical = OutOfDistribution({"k": k}).fit_score(features=features, verbose=False)
        theirs.append(float(roc_auc_score(is_outlier, -typical)))
    found = {}
    for how, given in (
        ("spread", random.choice(labels, outliers)),
        ("one class", np.repeat(random.integers(classes, size=1), outliers)),
    ):
        all_labels = np.concatenate([labels, given])
        ours = strangeness(features, host.blocks[-1], neighbours, all_labels, classes, jobs=2)
        flagged = ours >= STRANGE
        false = float(flagged[~is_outlier].mean())
        figures = (
            [float(roc_auc_score(is_outlier, ours)), *theirs, float(flagged[is_outlier].mean())] if outliers else []
        )
        found[how] = [*figures, false]
    return found if outliers else {"as it is": found["spread"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--digits", action="store_true", help="add scikit-learn's digits")
    parser.add_argument("--draws", type=int, default=2)
    chosen = parser.parse_args()
    sets = [load(folder) for folder in chosen.folders]
    if chosen.digits:
        with tempfile.TemporaryDirectory() as folder:
            draw_digits(Path(folder) / "digits")
            sets.append(load(Path(folder) / "digits"))

    print("| host | outliers | labeled | AUROC | cleanlab, k = 10 | cleanlab, k = 70 | found | false |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for host in sets:
        for outliers in OUTLIERS:
            for guest in [other for other in sets if other is not host][: None if outliers else 1]:
                drawn = [compare(host, guest, outliers, seed) for seed in range(chosen.draws)]
                for how in drawn[0]:
                    means = np.mean([draw[how] for draw in drawn], axis=0).tolist()
                    cells = [f"{figure:.3f}" for figure in means[:3]] + [f"{means[3]:.0%}"] if outliers else ["–"] * 4
                    came = f"{outliers} {guest.name}" if outliers else "none"
                    print(f"| {host.name} | {came} | {how} |", " | ".join(cells), f"| {means[-1]:.2%} |", flush=True)


if __name__ == "__main__":
    main()
