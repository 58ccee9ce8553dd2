"""How many wrong labels a scan counts after all its suggestions were followed.

python benchmarks/fix_loop.py DATA [--share 0.03] [--draws 3] [--min-p-error 0.5]

DATA is copied to a temporary folder, where a share of the images is moved to a class folder that is drawn at random.
``fix --auto`` is applied to the copy, and it is scanned again: once with the file of decisions, which says that these
labels were followed, and once without it. Labels as published are taken for right.
"""

import argparse
import random
import shutil
import tempfile
from pathlib import Path

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.cache import Cache
from labelaudit.decisions import decide
from labelaudit.fixes import carry_out, followed
from labelaudit.fixing import plan_fixes
from labelaudit.records import Count, Dataset, Decisions
from labelaudit.sources import read

ROW = "| {:>4} | {:>7} | {:>7} | {:>9} | {:<22} | {:<22} |"


def plant(root: Path, dataset: Dataset, share: float, draw: random.Random) -> dict[str, str]:
    """Move images to wrong class folders; return the true label of every image by its name."""
    truth = {}
    wrong = set(draw.sample(range(len(dataset)), round(share * len(dataset))))
    for row, path in enumerate(dataset.paths):
        given = dataset.classes[dataset.labels[row]]
        label = draw.choice([name for name in dataset.classes if name != given]) if row in wrong else given
        place = root / Path(path).parent.parent / label / f"{row:06d}{Path(path).suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(dataset.source.file_of(path) or path, place)
        truth[place.name] = given
    return truth


def wrong_labels(dataset: Dataset, truth: dict[str, str]) -> int:
    labels = (dataset.classes[label] for label in dataset.labels.tolist())
    return sum(truth[Path(path).name] != label for path, label in zip(dataset.paths, labels, strict=True))


def shown(count: Count) -> str:
    return f"{count.estimate:.0f} ({count.low:.0f} to {count.high:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--share", type=float, default=0.03)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--min-p-error", type=float, default=0.5)
    given = parser.parse_args()
    print(ROW.format("draw", "planted", "changed", "left", "counted, decisions", "counted, without"), flush=True)
    for seed in range(given.draws):
        with tempfile.TemporaryDirectory() as folder:
            root, cache = Path(folder) / "data", Cache(Path(folder) / "cache")
            root.mkdir()
            listed = read(given.data, Settings())
            truth = plant(root, listed, given.share, random.Random(seed))
            planted = wrong_labels(read(root, Settings()), truth)
            settings = Settings(min_p_error=given.min_p_error, splits=tuple(sorted(set(listed.splits) - {""})))
            plan = plan_fixes(root, settings, automatic=True, cache=cache).plan
            carry_out(plan, Path(folder) / "journal")
            decisions = decide(Decisions(), *followed(plan.fixes))
            known = audit(root, settings, decisions=decisions, cache=cache)
            unknown = audit(root, settings, cache=cache)
            left = wrong_labels(known.dataset, truth)
            counts = shown(known.beliefs.wrong), shown(unknown.beliefs.wrong)
            print(ROW.format(seed, planted, len(plan.fixes), left, *counts), flush=True)


if __name__ == "__main__":
    main()
