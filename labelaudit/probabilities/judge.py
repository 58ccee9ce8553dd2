"""Models that are fitted to the original labels, and judge the labels again after each decision.

Refitting everything to corrected labels would make the models worse: the remaining labels look clean, the estimated
rates of wrong labels collapse, and fewer wrong labels are found. The noise models are therefore fitted once, to the
original labels. Only the classifiers learn from corrected labels, with unchanged penalty and temperature.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.engine import one_thread_each
from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.chunks import in_blocks
from labelaudit.probabilities.embedding import Embedding
from labelaudit.probabilities.explanations import explain
from labelaudit.probabilities.interval import count_wrong, reach_of_explanations
from labelaudit.probabilities.linear import Discriminant, Linear, Ridge, Rows
from labelaudit.probabilities.neighbours import vote
from labelaudit.probabilities.noise import Noise
from labelaudit.probabilities.overlaps import DRAW, counted_as_given, overlapping_pairs
from labelaudit.probabilities.recalibration import Curve, calibrate
from labelaudit.probabilities.scenes import averaged, labelled_scenes
from labelaudit.probabilities.settling import (
    Thought,
    calibrated,
    certain,
    exactly,
    label_first,
    p_error_after,
    settled,
    with_truth,
)
from labelaudit.probabilities.voters import TUNED_ON, Tuned, shortlist
from labelaudit.records import Beliefs, Copies, Count, Decided, Observations, believable, undecided
from labelaudit.settings import JUDGED_FROM

LEARNED_ON = 20_000
"""Maximum number of images that the noise model is fitted to; a fixed sample of a larger data set."""

VOTERS = ("ridge", "discriminant", "neighbours", "nearest")
GIVEN = "given"
"""Name of the voter with the predictions of the user's own model."""

FADING = 2
"""Power by which it matters less, with each image of a class beyond two, that these few are all that speaks for it."""


class Judge:
    """The models of one data set, fitted to its original labels.

    Four voters (leave-group-out ridge regression, leave-group-out discriminant analysis, the neighbours, the very
    nearest of them) are fused by noise models that are fitted to the given labels, and averaged. First the two linear
    ones are fused alone: the very nearest of an image then vote for what these, and their own labels, say that they
    show. There is no second round, in which the model would begin to agree with itself.

    Images of one scene with one label have the mean of each voter's probabilities, and count once in the noise models.

    Parameters
    ----------
    labels
        int64 (N,), the original labels.
    classes
        K.
    observed, embedding, copies
        Data about the N images. Each family is held out as a whole, and the images of a scene are judged together.
    seed
        Seed of the interval.
    strange
        Outlier scores (N,).
    given
        Out-of-sample predicted probabilities (N, K) of the user's own model, if it is a voter.
    against_rest
        Whether class 1 is one of several labels per image, and class 0 the rest.
    jobs
        Number of threads; the result does not depend on it.

    Attributes
    ----------
    as_came
        Beliefs about the original labels, without any decision.
    """

    def __init__(
        self,
        labels: Rows,
        classes: int,
        observed: Observations,
        embedding: Embedding,
        copies: Copies,
        seed: int,
        strange: Doubles,
        given: Doubles | None = None,
        *,
        against_rest: bool = False,
        jobs: int = 1,
    ) -> None:
        self._labels, self._classes, self._seed, self._jobs = labels, classes, seed, jobs
        self._embedding, self._copies, self._given = embedding, copies, given
        pictures = np.unique(np.array(observed.pictures), return_inverse=True)[1]
        by_content = np.argsort(pictures, kind="stable")  # a sample by content does not depend on names or order
        self._scenes = scenes = labelled_scenes(copies.scenes, labels, by_content)  # (N,): one image of each
        learned_on = self._learned_on = np.sort(by_content[scenes[by_content] == by_content][:LEARNED_ON])

        self._candidates, linear = self._fit_linear(np.sort(by_content[:TUNED_ON]))
        self._learner = Noise(linear[:, learned_on], self._candidates[learned_on], classes).learn()
        self._voters = self._with_neighbours(linear, self._candidates, undecided(labels))
        learned = (self._voters[:, learned_on], self._candidates[learned_on], classes)
        self._explanations = explain(*learned, against_rest=against_rest)

        self._independent = _independent(labels, copies.families, classes)
        self._judged = (self._independent >= JUDGED_FROM)[labels]
        thought = self._think(undecided(labels))
        self._overlapping = self._overlaps(thought)
        self._strangeness = strange
        right = self._right(thought.candidates)
        p_error = _other(thought, right)
        count = self._count(thought, right, p_error)
        self.as_came = self._beliefs(labels, thought, right, p_error, self._judged, count)

    def after(self, labels: Rows, decided: Decided) -> Beliefs:
        """Judge the current labels after decisions.

        Parameters
        ----------
        labels
            int64 (N,), the current labels, including those that were changed because of a decision.
        decided
            The decisions about the images; their original labels must be those of this judge.
        """
        with one_thread_each():
            as_came = self._think(decided)
            right = self._right(as_came.candidates)
            before = _other(as_came, right)
            curve = self._curve(as_came, right, before, decided)
            thought = settled(calibrated(as_came, right, curve), labels, decided)
            right = exactly(self._right(thought.candidates), decided)
            p_error = p_error_after(_other(thought, right), labels, decided)
            still_open = self._judged & ~decided.certain
            left = curve.count(before[still_open], p_error[still_open], decided.fixed[still_open], self._seed)
            explanations = self._explanations.of(as_came.voters, as_came.candidates, self._classes)
            named = (as_came.candidates == decided.truth[:, None]) & (self._judged & decided.known)[:, None]
            wrong_now = ~right & still_open[:, None]
            reach = reach_of_explanations(explanations, named, label_first(as_came.candidates, labels), wrong_now)
            left = left.reaching(*reach, int(still_open.sum()))
            wrong = left.plus(float(p_error[~still_open].sum()))
            judged = (self._judged | decided.certain) & ~decided.unusable
            return self._beliefs(labels, thought, right, p_error, judged, wrong)

    def _curve(self, as_came: Thought, right: NDArray[np.bool_], before: Doubles, decided: Decided) -> Curve:
        """Return the curve that calibrates the probabilities *before* any decision, fitted to the decided images."""
        was_right = (right & (as_came.candidates == decided.truth[:, None])).any(axis=1)
        rows = np.flatnonzero(self._judged & decided.certain & ~decided.unusable)
        return calibrate(before, ~was_right[rows], rows, self.as_came.wrong)

    def _fit_linear(self, sample: Rows) -> tuple[Rows, Doubles]:
        """Return the candidate classes of each image, (N, M), and the votes of the linear voters on them, (V, N, M).

        The votes of the user's own model, if given, come last. They take part in the choice of the candidates, which
        one image of each scene determines for the whole scene.
        """
        models = self._models(self._labels)
        given, labels = self._given, self._labels

        def likeliest(rows: Rows, beliefs: Doubles) -> NDArray[np.int64]:
            return shortlist(beliefs if given is None else np.logaddexp(beliefs, np.log(given[rows])), labels[rows])

        ridge = Tuned(next(models), labels, sample, jobs=self._jobs)
        candidates = ridge.beliefs(likeliest).astype(np.int64)[self._scenes]
        self._tuned = (ridge, Tuned(next(models), labels, sample, jobs=self._jobs))
        return candidates, self._said(self._tuned, candidates)

    def _linear(self, labels: Rows, candidates: Rows) -> Doubles:
        """Return the votes of the linear voters on the candidates, (V, N, M), after fitting them to other labels."""
        again = (before.with_model(model) for before, model in zip(self._tuned, self._models(labels), strict=True))
        return self._said(again, candidates)

    def _models(self, labels: Rows) -> Iterator[Linear]:
        held_out = self._copies.rows_of_families()
        yield from (each(self._embedding.axes, labels, self._classes, held_out) for each in (Ridge, Discriminant))

    def _said(self, tuned: Iterable[Tuned], candidates: Rows) -> Doubles:
        said = [
            each.beliefs(lambda rows, beliefs: np.take_along_axis(beliefs, candidates[rows], axis=1)) for each in tuned
        ]
        if self._given is not None:
            said.append(np.log(np.take_along_axis(self._given, candidates, axis=1)))
        return averaged(np.stack(said).astype(np.float64), self._alike(candidates))

    def _alike(self, candidates: Rows) -> Rows:
        """Return one image of the scene of each, int64 (N,), or itself if it may be of other classes."""
        same = (candidates == candidates[self._scenes]).all(axis=1)
        return np.where(same, self._scenes, np.arange(len(candidates)))

    def _with_neighbours(self, linear: Doubles, candidates: Rows, decided: Decided) -> Doubles:
        """Return the votes of all voters on the candidates, (V, N, M)."""

        def linearly(rows: slice) -> tuple[Doubles, ...]:
            model = Noise(linear[:, rows], candidates[rows], self._classes).like(self._learner)
            return (np.ascontiguousarray(model.posterior(model.beliefs())[0].T),)

        shown = certain(in_blocks(linearly, len(candidates), self._jobs)[0], candidates, decided)
        near, families = self._embedding, self._copies.families
        voted = vote(
            near.likeness, near.neighbours, families, decided.learned, candidates, shown, self._classes, jobs=self._jobs
        )
        return np.concatenate([linear, averaged(voted, self._alike(candidates))])

    def _think(self, decided: Decided) -> Thought:
        """Return the assessment of the original labels by voters that are fitted to the decided ones."""
        candidates, voters = self._candidates, self._voters
        if decided.known.any():
            candidates = with_truth(candidates, decided.truth)
            voters = self._with_neighbours(self._linear(decided.learned, candidates), candidates, decided)
        beliefs, posterior = self._explanations.average_of(voters, candidates, self._classes, jobs=self._jobs)
        return Thought(candidates, voters, beliefs, posterior)

    def _right(self, candidates: Rows) -> NDArray[np.bool_]:
        """Return which candidates are as good as the label, the first, bool (N, M); all if it is not judged."""
        return counted_as_given(candidates, self._overlapping, self._classes) | ~self._judged[:, None]

    def _overlaps(self, thought: Thought) -> Rows:
        """Return the pairs of overlapping classes; none if the features do not see the classes."""
        if not believable(int(self._judged.sum()), _accuracy(thought.beliefs[self._judged]), _chance(self._labels)):
            return np.zeros((0, 2), dtype=np.int64)
        return overlapping_pairs(thought.beliefs, thought.posterior, thought.candidates, self._classes)

    def _count(self, thought: Thought, right: NDArray[np.bool_], p_error: Doubles) -> Count:
        """Return how many of the original labels are wrong."""
        few = np.maximum(self._independent[self._labels] - 2.0, 1) ** -FADING
        contradicted = ((thought.beliefs - thought.posterior) * ~right).sum(axis=1)
        unknown = float((few * np.maximum(contradicted, 0)).sum())
        return count_wrong(self._explanations, right[self._learned_on].T, p_error, unknown, self._seed)

    def _beliefs(
        self,
        labels: Rows,
        thought: Thought,
        right: NDArray[np.bool_],
        p_error: Doubles,
        judged: NDArray[np.bool_],
        wrong: Count,
    ) -> Beliefs:
        candidates, classes = thought.candidates, self._classes
        other = thought.posterior * ~right  # (N, M): the probability of each other class that makes the label wrong
        other[:, 0] = 1 - p_error
        best_other = 1 + other[:, 1:].argmax(axis=1)
        cell = (labels[:, None] * classes + candidates).ravel()
        confused = np.bincount(cell, other.ravel(), classes**2).astype(np.float64)
        return Beliefs(
            candidates=candidates,
            probabilities=thought.beliefs,
            posterior=thought.posterior,
            p_error=p_error,
            suggested=np.where(judged, candidates[np.arange(len(labels)), best_other], labels),
            judged=judged,
            voters=dict(zip(self._names, np.exp(thought.voters), strict=True)),
            neighbours=self._embedding.neighbours.rows,
            strangeness=self._strangeness,
            overlapping=self._overlapping,
            noise=confused.reshape(classes, classes),
            wrong=wrong,
            accuracy=_accuracy(thought.beliefs[judged]),
            chance=_chance(labels),
        )

    @property
    def _names(self) -> tuple[str, ...]:
        return (*VOTERS[:2], *([] if self._given is None else [GIVEN]), *VOTERS[2:])


def _other(thought: Thought, right: NDArray[np.bool_]) -> Doubles:
    """Return the probabilities that a class is right that is not as good as the label, (N,)."""
    other: Doubles = (thought.posterior * ~right).sum(axis=1)
    return other


def _accuracy(beliefs: Doubles) -> float:
    """Return the share of images whose most probable class is the given one; of a draw between two, one half."""
    if not len(beliefs):
        return 0.0
    first = beliefs > beliefs.max(axis=1, keepdims=True) - DRAW
    return float((first[:, 0] / first.sum(axis=1)).mean())


def _chance(labels: Rows) -> float:
    """Return the accuracy of always predicting the largest class."""
    return float(np.bincount(labels).max() / len(labels))


def _independent(labels: Rows, families: Rows, classes: int) -> Rows:
    """Return how many independent images each class has, int64 (K,)."""
    pairs = np.unique(np.stack([labels, families]), axis=1)
    return np.bincount(pairs[0], minlength=classes)
