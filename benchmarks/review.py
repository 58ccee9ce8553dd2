"""Review the cases of known errors with a person who always answers right, and simulate samples.

    python benchmarks/review.py CASES [CASE ...]

``CASES`` holds a folder for each case with ``images/`` and ``truth.csv`` (columns path, given, true). Of each case:

- the share of the wrong labels that is found after 1.0, 1.25, 1.6 and 2.0 times as many images were looked at as labels
  are wrong, 50 at a time, in the order of the first scan and in the order of the queue that is judged again after each;
- how many wrong labels are left after 1.0 times, estimated and true, and seconds of processor time for judging again;
- of 200 samples of 50 images: how often the interval of the share of wrong labels holds the truth, and how often the
  count lies within .7 to 1.4 of the truth, before any answer, by the sample alone, and by the calibrated ``p_error``.
"""

import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import default_cache
from labelaudit.decisions import apply, decide, with_sample
from labelaudit.names import printable
from labelaudit.records import Audit, Decision, Decisions, Ruling, Sample
from labelaudit.reviewing import AT_ONCE, Review, open_review
from labelaudit.sampling import draw, estimate

EFFORTS = (1.0, 1.25, 1.6, 2.0)
SAMPLES = 200


def truth_of(case: Path, result: Audit) -> NDArray[np.str_]:
    with (case / "truth.csv").open(encoding="utf-8", newline="") as file:
        true = {row["path"]: row["true"] for row in csv.DictReader(file)}
    return np.array([true[path] for path in result.dataset.paths])


class Person:
    """Somebody who knows the true class of every image."""

    def __init__(self, case: Path, result: Audit) -> None:
        self.result, self.true = result, truth_of(case, result)
        names = np.array(result.dataset.classes)
        self.wrong = names[result.dataset.labels] != self.true

    def says(self, row: int, shown_by: str = "", probability: float = 0.0) -> Decision:
        dataset = self.result.dataset
        label = printable(dataset.classes[dataset.labels[row]])
        ruling = Ruling.RELABEL if self.wrong[row] else Ruling.KEEP
        decided = printable(str(self.true[row])) if self.wrong[row] else ""
        return Decision(self.result.observed.digests[row], label, ruling, decided, "", shown_by, probability)


def live(person: Person, review: Review) -> Iterator[tuple[float, float, float, float]]:
    """Yield after each effort the share that was found, what is left (estimated, truly), and seconds for one step."""
    wanted = [round(effort * person.wrong.sum()) for effort in EFFORTS]
    decisions, asked, seconds = Decisions(), 0, [0.0]
    queue = review.judge(decisions)
    while wanted and asked < len(person.wrong):
        rows = queue.rows[: min(AT_ONCE, wanted[0] - asked)]
        decisions = decide(decisions, *(person.says(int(row)) for row in rows))
        asked += len(rows)
        start = time.process_time()
        queue = review.judge(decisions)
        seconds.append(time.process_time() - start)
        if asked >= wanted[0]:
            wanted.pop(0)
            left = int(person.wrong.sum()) - queue.found
            yield queue.found / person.wrong.sum(), queue.left.estimate, left, float(np.median(seconds[1:]))


def fixed(person: Person, review: Review) -> Iterator[float]:
    """Yield the share that is found by looking at the most suspicious images of the first scan."""
    order = review.judge(Decisions()).rows
    for effort in EFFORTS:
        yield person.wrong[order[: round(effort * person.wrong.sum())]].sum() / person.wrong.sum()


def answers(person: Person, sample: Sample) -> Decisions:
    parts = zip(sample.rows.tolist(), sample.shown_by, sample.probabilities.tolist(), strict=True)
    return with_sample(decide(Decisions(), *(person.says(*each) for each in parts)), sample.sampled)


def samples(person: Person, review: Review) -> tuple[float, ...]:
    """Return how often the interval holds the truth, its width, and how often counts lie within .7 to 1.4."""
    dataset, digests, true = person.result.dataset, person.result.observed.digests, person.wrong.sum()
    held, width, alone, after = [], [], [], []
    for seed in range(SAMPLES):
        sample = draw(review.before, dataset, digests, person.result.settings, seed=seed)
        decisions = answers(person, sample)
        found = estimate(decisions, dataset, digests, apply(decisions, dataset, digests))
        if found:
            held.append(found.share.low <= true / found.images <= found.share.high)
            width.append(found.share.high - found.share.low)
            alone.append(_near(found.share.estimate * found.images, true))
        after.append(_near(float(review.judge(decisions).beliefs.p_error.sum()), true))
    before = float(review.before.p_error.sum()) / max(true, 1)
    return float(np.mean(held)), float(np.median(width)), before, float(np.mean(alone)), float(np.mean(after))


def _near(count: float, true: int) -> bool:
    return 0.7 * true <= count <= 1.4 * true


def main() -> None:
    cases = Path(sys.argv[1])
    for name in sys.argv[2:] or sorted(each.name for each in cases.iterdir()):
        review = open_review(cases / name / "images", cache=default_cache())
        person = Person(cases / name, review.audit)
        if person.wrong.any():
            order = " ".join(f"{share:.3f}" for share in fixed(person, review))
            steps = list(live(person, review))
            again = " ".join(f"{step[0]:.3f}" for step in steps)
            _, left, truly, seconds = steps[0]
            print(
                f"{name:22s} fixed {order}  live {again}  left {left:.0f} of {truly:.0f}  {seconds:.2f} s", flush=True
            )
        held, width, before, alone, after = samples(person, review)
        counts = f"count {before:.2f}; within .7 to 1.4: sample alone {alone:.0%}, calibrated {after:.0%}"
        print(
            f"{name:22s} {person.wrong.mean():.1%} wrong; interval holds {held:.0%}, width {width:.3f}; {counts}",
            flush=True,
        )


if __name__ == "__main__":
    main()
