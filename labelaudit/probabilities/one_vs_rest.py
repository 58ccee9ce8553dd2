"""Labels of images that may have several: each is judged against the rest, as if it were the only one.

One-vs-rest, or binary relevance, is the usual reduction (Zhang and Zhou (2014), "A Review on Multi-Label Learning
Algorithms", section 3.1). Principal axes, neighbors and families do not depend on labels, and are shared by all.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.engine import in_order, one_thread_each
from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.embedding import Embedding
from labelaudit.probabilities.given import check_out_of_sample
from labelaudit.probabilities.judge import Judge
from labelaudit.probabilities.strangeness import strangeness
from labelaudit.records import Beliefs, Copies, Count, Dataset, MultiBeliefs, Observations
from labelaudit.settings import JUDGED_FROM, Settings

REASONS = {
    "nothing-judged": f"fewer than {JUDGED_FROM} independent images have it, or fewer than {JUDGED_FROM} lack it",
    "near-chance": "the model predicts it hardly better than by always saying what holds for most images",
    "overlapping": "the images that have it cannot be distinguished from the rest",
}
"""Why a label could not be judged against the rest, by the kind of doubt."""


class _Judged(NamedTuple):
    """What is kept of one label that was judged against the rest: (N,) each, and figures."""

    reason: str
    present: Doubles
    p_wrong: Doubles
    voters: dict[str, NDArray[np.float32]]
    wrong: Count
    accuracy: float
    chance: float


def one_vs_rest(
    dataset: Dataset,
    observed: Observations,
    embedding: Embedding,
    copies: Copies,
    settings: Settings,
    given: Doubles | None = None,
    *,
    jobs: int = 1,
) -> MultiBeliefs:
    """Judge each of K labels against the rest, with models that were fitted without the image and its family.

    Parameters
    ----------
    dataset
        N images that may have several labels.
    observed, embedding, copies, settings
        As for :func:`labelaudit.probabilities.out_of_sample`.
    given
        Out-of-sample predicted probabilities (N, K) of single labels by the user's own model, which is then one more
        voter.
    jobs
        Number of threads, which judge different labels; the result does not depend on it.
    """
    alike = np.zeros(len(dataset), np.int64)  # outliers are unlike all other images, whatever their labels
    with one_thread_each():
        strange = strangeness(observed.features, observed.blocks[-1], embedding.neighbours, alike, 1, jobs=jobs)

        def judge(probabilities: Doubles | None) -> MultiBeliefs:
            def work(number: int) -> _Judged:
                column = dataset.has(number).astype(np.int64)
                if min(len(np.unique(copies.families[column == each])) for each in (0, 1)) < JUDGED_FROM:
                    return _not_judged(REASONS["nothing-judged"], np.full(len(dataset), column.mean()))
                one = None if probabilities is None else probabilities[:, number]
                both = None if one is None else np.stack([1 - one, one], axis=1)
                parts = (column, 2, observed, embedding, copies, settings.seed, strange, both)
                return _kept(Judge(*parts, against_rest=True).as_came)

            found = list(in_order(work, range(len(dataset.names)), jobs))
            return _together(found, dataset.labels, embedding, strange)

        alone = judge(None)
        if given is None:
            return alone
        check_out_of_sample(given, alone, dataset)
        return judge(given)


def _together(each: list[_Judged], labels: NDArray[np.int64], embedding: Embedding, strange: Doubles) -> MultiBeliefs:
    """Return the beliefs about K labels; *labels*, (N,), are label sets, which are not judged as a whole."""
    images, known = len(labels), [one for one in each if not one.reason]
    nothing = np.zeros(images, np.float32)
    return MultiBeliefs(
        candidates=labels[:, None].copy(),
        probabilities=np.ones((images, 1)),
        posterior=np.ones((images, 1)),
        p_error=np.zeros(images),
        suggested=labels.copy(),
        judged=np.zeros(images, np.bool_),
        voters={},
        neighbours=embedding.neighbours.rows,
        strangeness=strange,
        overlapping=np.zeros((0, 2), np.int64),
        noise=np.zeros((0, 0)),
        wrong=_total([one.wrong for one in known]),
        accuracy=_mean([one.accuracy for one in known]),
        chance=_mean([one.chance for one in known]),
        p_present=np.stack([one.present for one in each], axis=1),
        p_wrong=np.stack([one.p_wrong for one in each], axis=1),
        by_voter={
            name: np.stack([one.voters.get(name, nothing) for one in each], axis=1)
            for name in (known[0].voters if known else ())
        },
        judged_labels=np.array([not one.reason for one in each]),
        reasons=tuple(one.reason for one in each),
    )


def _kept(beliefs: Beliefs) -> _Judged:
    """Return what is kept of the beliefs about a label, of which class 1 is the label and class 0 the rest."""
    present, doubt = beliefs.probability(np.ones(len(beliefs.p_error), np.int64)), beliefs.doubt
    if doubt and doubt.blind:
        return _not_judged(REASONS.get(doubt.kind, doubt.reason), present)
    ones = beliefs.candidates == 1
    voters = {name: (said * ones).sum(axis=1).astype(np.float32) for name, said in beliefs.voters.items()}
    return _Judged("", present, beliefs.p_error, voters, beliefs.wrong, beliefs.accuracy, beliefs.chance)


def _not_judged(reason: str, present: Doubles) -> _Judged:
    return _Judged(reason, present, np.zeros(len(present)), {}, Count(0.0, 0.0, 0.0), 0.0, 0.0)


def _total(counts: list[Count]) -> Count:
    """Return the sum of counts. The ends of the intervals add up: the same people gave all labels."""
    return Count(*(math.fsum(getattr(count, end) for count in counts) for end in ("estimate", "low", "high")))


def _mean(shares: list[float]) -> float:
    return math.fsum(shares) / len(shares) if shares else 0.0
