"""Selects the images that a person should look at next. Like :mod:`labelaudit.audit`, this module combines stages."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelaudit.audit import audit, given_probabilities, place
from labelaudit.cache import NO_CACHE, Cache
from labelaudit.decisions import apply
from labelaudit.engine import Engine, Later, Threads
from labelaudit.records import Audit, Beliefs, Count, Dataset, Decided, Decisions, Track, silently
from labelaudit.settings import Settings
from labelaudit.sources import read

if TYPE_CHECKING:
    from labelaudit.probabilities import Judge

AT_ONCE = 50
"""Images per check of whether it is worth continuing; a person decides fifty in about three minutes."""


@dataclass(frozen=True, eq=False, slots=True)
class Queue:
    """What to look at next.

    Attributes
    ----------
    beliefs
        About the current labels, after the decisions.
    rows
        int64 (n,), the images without a decision, the most suspicious first.
    decided
        The number of images with a decision.
    found
        The number of wrong labels among them.
    left
        The estimated number of wrong labels among the images without a decision, with a 90 % interval.
    next_wrong
        The expected number of wrong labels among the next 50 images.
    """

    beliefs: Beliefs
    rows: NDArray[np.int64]
    decided: int
    found: int
    left: Count
    next_wrong: float

    @property
    def enough(self) -> str:
        """The reason to stop, in words; empty while it is worth continuing."""
        if not len(self.rows):
            return "every image was looked at"
        if self.next_wrong < 1:
            return f"fewer than 1 of the next {min(AT_ONCE, len(self.rows))} labels is expected to be wrong"
        return ""


class Review:
    """A data set under review, whose labels are judged again after each decision.

    Parameters
    ----------
    result
        The audit of the data set.
    engine
        What maps the work; the results do not depend on it.

    Attributes
    ----------
    audit
        The audit, before any decision was added.
    """

    def __init__(self, result: Audit, engine: Engine | None = None) -> None:
        self.audit, self._engine = result, engine or Threads()
        self._decided = apply(Decisions(), result.dataset, result.observed.digests)
        if result.decided is not None:
            self._decided = result.decided
        self._judge = self._fitted(self._decided)

    @property
    def before(self) -> Beliefs:
        """The beliefs about the original labels, without any decision."""
        return self._judge.result().as_came

    @property
    def given(self) -> NDArray[np.int64]:
        """The labels as they came, int64 (N,): before any of them was changed on the advice of a decision."""
        return self._decided.given

    def prepare(self) -> None:
        """Fit the models in the background, so that the first decision need not wait for them."""
        self._judge.begin()

    def judge(self, decisions: Decisions) -> Queue:
        """Judge the labels again after decisions, and return what to look at next."""
        dataset = self.audit.dataset
        decided = apply(decisions, dataset, self.audit.observed.digests)
        if not np.array_equal(decided.given, self._decided.given):  # a change of a label was undone
            self._decided, self._judge = decided, self._fitted(decided)
        judge = self._judge.result()
        return queue(judge.after(dataset.labels, decided) if decided else judge.as_came, dataset, decided)

    def _fitted(self, decided: Decided) -> "Later[Judge]":
        def work() -> "Judge":
            from labelaudit.probabilities import judge_of

            result, engine = self.audit, self._engine
            embedding = place(result.observed, NO_CACHE, engine).result()
            given = given_probabilities(result.settings, result.dataset)
            parts = (result.dataset, result.observed, embedding, result.copies, result.settings, given, decided)
            return judge_of(*parts, jobs=engine.jobs)

        return Later(work)


def open_review(
    data: str | Path | Dataset,
    settings: Settings = Settings(),
    decisions: Decisions = Decisions(),
    *,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> Review:
    """Audit a data set to review it.

    Parameters and errors are those of :func:`labelaudit.audit`.
    """
    listed = read(data, settings)
    listed.check_one_label("labelaudit review", "labelaudit scan DATA --report html=report.html shows the findings.")
    return Review(audit(listed, settings, decisions=decisions, cache=cache, engine=engine, track=track), engine)


def queue(beliefs: Beliefs, dataset: Dataset, decided: Decided) -> Queue:
    """Return the next images to look at, according to the beliefs after the decisions."""
    p_error = beliefs.p_error
    unseen = np.flatnonzero(~decided.looked_at)
    rows = unseen[np.argsort(-p_error[unseen], kind="stable")]
    seen_wrong = float(
        p_error[decided.looked_at].sum()
    )  # images whose label is still wrong, and those that nobody could decide
    left = beliefs.wrong.plus(-seen_wrong)
    found = decided.looked_at & (decided.truth != decided.given) & decided.certain & ~decided.unusable
    return Queue(
        beliefs,
        rows,
        int(decided.looked_at.sum()),
        int(found.sum()),
        Count(left.estimate, max(left.low, 0.0), max(left.high, 0.0)),
        float(p_error[rows[:AT_ONCE]].sum()),
    )
