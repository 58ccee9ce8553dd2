"""How labels come to be wrong: a model fitted to the given labels, which tells how likely each of them is wrong.

The voters' beliefs are fused into ``q(z | x)``, what an image truly shows, and a noise model says which label is then
given:

    P(given = y | x) = sum_z q(z | x) P(y | z, x)        q = softmax(sum_v w_v log p_v), w >= 0

Weights and noise are those that make the given labels most likely (the forward correction of Patrini et al. (2017),
"Making Deep Neural Networks Robust to Label Noise", on frozen out-of-sample beliefs), so that no fixed weight can be
the wrong one. ``p_error`` is the posterior probability that the true class is another than the given one.

Three things keep the noise model honest:

- Every pair of classes shares one common rate. A pair gets a rate of its own only where that makes the labels clearly
  likelier: this is how a systematic confusion is told from a class that is merely hard.
- Rates are counted on images that the model is sure of, where its own doubt cannot pass for noise (the anchor points of
  Liu and Tao (2016), "Classification with Noisy Labels by Importance Reweighting").
- Labels of hard images are wrong more often, the more so where people erred: see :meth:`Noise.lean`.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.softmax import softmax

SURE = 8
"""Power of the highest belief by which an image counts for the rates."""

SHRINKAGE = 20.0
"""Images by which the common rate holds a pair's own rate."""

WRONG_BEFORE, SEEN_BEFORE = 4.0, 60.0
"""What is assumed before any image is seen: 4 wrong labels among 60."""

MOST = 0.95
"""The most that a label of the hardest image may be expected to be wrong."""

OWN_FROM, OWN_EACH = 5.0, 0.001
"""Nats, and nats an image, by which a rate of its own has to make labels likelier: less is luck, or a hard class."""

EASY, HARD = 0.8, 3.5
"""How much more often the hardest labels are wrong where errors fall anywhere, and where they lean to what is alike."""

LEANS_FROM, LEANS_WHOLLY = 0.08, 0.18
"""Shares of leaning errors from which, and at which, they are taken for people's: flips by accident stay below."""

LEANS_UNSEEN = 0.12
"""The share that is assumed of two classes, where an error can't but fall on the other one."""

MISFIT = 0.07
"""Share of the model's own doubt that looks like leaning errors and is none."""

ACCIDENTS_BEFORE, LIKENESSES_BEFORE, EXPOSED_BEFORE = 3.0, 1.0, 20.0
"""What is assumed of leaning before any image is seen: 3 accidents and 1 likeness among 20."""

ROUNDS, MORE_ROUNDS = 8, 4
"""Of weights and rates in turn: until both have settled, and after a decision that moves them a little."""

LEAN_ROUNDS = 50
"""Of the share that leans, which settles slowly."""

STEPS, DOUBLED = 2, 10
"""Steps by which the weights follow the rates before these follow the weights again, and how often one is doubled."""

LITTLE = 1e-6
"""Nats an image that are no gain."""


class Noise:
    """The noise model on the candidate classes of N images.

    What it returns has the images along the last axis: sums over the few candidates are then many times as fast.

    Parameters
    ----------
    voters
        float64 (V, N, M): log-beliefs of each voter.
    candidates
        int64 (N, M): the classes they are about; column 0 is the given label.
    classes
        K.
    """

    def __init__(self, voters: Doubles, candidates: NDArray[np.int64], classes: int) -> None:
        self._voters = np.ascontiguousarray(voters.transpose(0, 2, 1))  # (V, M, N)
        self._candidates, self._classes = np.ascontiguousarray(candidates.T), classes
        self._given = self._candidates[0]
        self._cell = self._candidates * classes + self._given  # (M, N): where (true, given) stands in the rates
        self._pairs = ~np.eye(classes, dtype=np.bool_)
        self.weights = np.full(len(voters), 1 / len(voters))
        self.hardness = 1.0
        self.rates = np.where(self._pairs, 0.1 / max(classes - 1, 1), 0.9)  # (K, K): P(given | true) of an easy image
        self.own = self._pairs.copy()

    def like(self, other: "Noise") -> Self:
        """Take over what *other* has learned."""
        self.weights, self.hardness, self.rates, self.own = other.weights, other.hardness, other.rates, other.own
        return self

    def learn(self) -> Self:
        """Fit weights and rates, decide which pairs have a rate of their own and how much harder images matter."""
        self._fit(ROUNDS)
        self.own = self._earned() > OWN_FROM + OWN_EACH * len(self._given)
        self._fit(MORE_ROUNDS)
        self.hardness = float(np.interp(self.lean(), (LEANS_FROM, LEANS_WHOLLY), (EASY, HARD)))
        return self._fit(MORE_ROUNDS)

    def beliefs(self) -> Doubles:
        """Return q, (M, N): what an image truly shows, before its label is looked at."""
        return softmax(np.tensordot(self.weights, self._voters, 1))

    def posterior(self, beliefs: Doubles, worse: Doubles | None = None) -> tuple[Doubles, Doubles]:
        """Return what an image truly shows after its label was looked at, (M, N), and the label's likelihood, (N,)."""
        worse = self._worse(beliefs) if worse is None else worse
        joint: Doubles = np.take(self.rates, self._cell)
        joint *= worse
        joint[0] = 1 - np.minimum(worse * (1 - self.rates.diagonal()[self._given]), MOST)
        joint *= beliefs
        likelihood = joint.sum(axis=0)
        joint /= likelihood
        return joint, likelihood

    def count_rates(self, beliefs: Doubles, *, times: int = 3, often: Doubles | float = 1.0) -> None:
        """Set the rates to what the posterior says of the images that the model is sure of, some times over.

        Parameters
        ----------
        beliefs
            q, (M, N).
        often
            How often each image counts, (N,): a bootstrap sample.
        """
        weight, worse, classes = beliefs.max(axis=0) ** SURE * often, self._worse(beliefs), self._classes
        tied = self._pairs & ~self.own
        tied = tied if tied.any() else self._pairs
        for _ in range(times):
            counted, _ = self.posterior(beliefs, worse)
            counted *= weight
            wrong = np.bincount(self._cell[1:].ravel(), counted[1:].ravel(), classes**2).reshape(classes, classes)
            seen = np.bincount(self._candidates.ravel(), (counted * worse).ravel(), classes)
            exposed = (seen * tied.sum(axis=1)).sum() + SEEN_BEFORE * (classes - 1)
            common = (wrong[tied].sum() + WRONG_BEFORE) / exposed
            shrunk = (wrong + SHRINKAGE * common) / (seen + SHRINKAGE)[:, None]
            rates = np.where(self.own, shrunk, common) * self._pairs
            rates *= np.minimum(1, 0.9 / np.maximum(rates.sum(axis=1, keepdims=True), 1e-12))
            np.fill_diagonal(rates, 1 - rates.sum(axis=1))
            self.rates = rates

    def lean(self) -> float:
        """Return the share of wrong labels that lean to what the model finds likely next, rather than fall anywhere.

        People's errors lean, and people err more on hard images; flips by accident do neither. Maximum likelihood with
        the beliefs held fixed, less what the model's own misfit feigns.
        """
        beliefs = self.beliefs()
        if len(beliefs) < 3:
            return LEANS_UNSEEN
        worse, sure = self._worse(beliefs), beliefs.max(axis=0) ** SURE
        others = beliefs[1:]
        near = (others * (beliefs[0] / np.maximum(1 - others, 1e-12))).sum(axis=0) * worse
        anywhere = (1 - beliefs[0]) / (self._classes - 1) * worse
        rate, lean = 0.1, 0.3
        for _ in range(LEAN_ROUNDS):
            right = beliefs[0] * (1 - np.minimum(rate * worse, MOST))
            by_accident, by_likeness = rate * (1 - lean) * anywhere, rate * lean * near
            weight = sure / np.maximum(right + by_accident + by_likeness, 1e-300)
            accidents, likenesses = (weight * by_accident).sum(), (weight * by_likeness).sum()
            accidents, likenesses = accidents + ACCIDENTS_BEFORE, likenesses + LIKENESSES_BEFORE
            rate = (accidents + likenesses) / ((sure * worse).sum() + EXPOSED_BEFORE)
            lean = likenesses / (accidents + likenesses)
        return max(float(lean - MISFIT * (1 - beliefs.max(axis=0)).mean() / rate), 0.0)

    def _worse(self, beliefs: Doubles) -> Doubles:
        """How much more often the label of an image is wrong than that of an easy one, (N,), from 1 upwards."""
        worse: Doubles = 1 + self.hardness * (1 - beliefs.max(axis=0))
        return worse

    def _fit(self, rounds: int) -> Self:
        for _ in range(rounds):
            self._weigh()
            self.count_rates(self.beliefs())
        return self

    def _weigh(self) -> None:
        """Set the voters' weights to those that make the given labels most likely.

        Expectation maximisation (Dempster, Laird and Rubin (1977), "Maximum Likelihood from Incomplete Data"): the
        posterior is what the beliefs should have been, and a step of Newton's leads them there. Alone it would be too
        short; it is doubled as long as that pays.
        """
        worse = self._worse(self.beliefs())
        for _ in range(STEPS):
            beliefs = self.beliefs()
            wanted, likelihood = self.posterior(beliefs, worse)
            step, reached = self._step(beliefs, wanted), float(np.log(likelihood).mean())
            before = self.weights
            for doubled in range(DOUBLED):
                kept, self.weights = self.weights, np.maximum(before + 2**doubled * step, 0)
                likely = float(np.log(self.posterior(self.beliefs(), worse)[1]).mean())
                if likely < reached + LITTLE:
                    self.weights = kept
                    break
                reached = likely

    def _step(self, beliefs: Doubles, wanted: Doubles) -> Doubles:
        """Return by how much the weights have to change so that the beliefs, (M, N), become what is wanted, (V,)."""
        expected = np.einsum("vmn,mn->vn", self._voters, beliefs)
        slope = np.tensordot(self._voters, wanted - beliefs, 2)
        curvature = np.tensordot(self._voters * beliefs, self._voters, ((1, 2), (1, 2))) - expected @ expected.T
        curvature += np.eye(len(slope)) * (1e-9 * np.trace(curvature) + 1e-12)
        used, step = np.ones(len(slope), dtype=np.bool_), np.zeros(len(slope))
        while True:  # a weight that would fall below 0 falls to 0, and the others make up for it
            rest = slope[used] - curvature[np.ix_(used, ~used)] @ step[~used]
            step[used] = np.linalg.solve(curvature[np.ix_(used, used)], rest)
            below = used & (self.weights + step < 0)
            if not below.any():
                return step
            step[below], used[below] = -self.weights[below], False

    def _earned(self) -> Doubles:
        """Return how much likelier the labels are for each pair's own rate, in nats, (K, K)."""
        beliefs, classes = self.beliefs(), self._classes
        worse = self._worse(beliefs)
        _, likelihood = self.posterior(beliefs, worse)
        extra = np.maximum(self.rates - self.rates[self._pairs].mean(), 0) * self._pairs
        part = np.minimum(np.take(extra, self._cell) * beliefs * (worse / likelihood), 1 - 1e-9)
        lost = np.bincount(self._cell[1:].ravel(), -np.log1p(-part[1:]).ravel(), classes**2)
        kept = beliefs[0] * worse / likelihood
        first = np.bincount(self._given, kept, classes)[:, None]
        second = np.bincount(self._given, kept**2, classes)[:, None]
        earned: Doubles = lost.reshape(classes, classes) - np.maximum(extra * first - extra**2 * second / 2, 0)
        return earned
