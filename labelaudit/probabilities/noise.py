"""A model of how labels come to be wrong, fitted to the given labels by maximum likelihood.

The voters' probabilities are fused into ``q(z | x)``, the class that an image truly shows, and a noise model says which
label is then given:

    P(given = y | x) = (1 - misled) sum_z q(z | x) P(y | z, x) + misled sum_{z != y} q_z q_y / (1 - q_z)
    q = softmax(sum_v w_v log p_v), w >= 0
    P(y | z, x) = h own[z, y] + (h rate + uneven[z] growth sqrt(d)) q_y^leaning / sum_{k != z} q_k^leaning    for y != z
    d = 1 - max q,  h = 1 + HARDER d                                               how hard the image is to tell

``rate`` is the share of wrong labels among the images that are easy to tell, and ``growth`` says by how much that
share is higher where an image is hard to tell. ``leaning`` says where wrong labels fall: on any other class (0), or
on the classes that the image resembles (1). ``own`` holds additional rates of single pairs of classes that are
confused systematically. ``misled`` is the share of images by which the features are misled: such an image shows
another class than the beliefs say, one that they also hold possible, and its label is correct. Without that share, the
beliefs would have to become doubtful to allow for a few confident mistakes, or these would pass for wrong labels.

Weights and rates maximise the likelihood of the given labels (the forward correction of Patrini et al. (2017),
"Making Deep Neural Networks Robust to Label Noise", on fixed out-of-sample probabilities). Growth and leaning are
given: one :class:`Noise` is one explanation of the labels, and :mod:`~labelaudit.probabilities.explanations` averages
over several.

Two things keep the fit honest:

- Rates are counted on images that the model is sure of, where its own doubt cannot pass for noise (the anchor points of
  Liu and Tao (2016), "Classification with Noisy Labels by Importance Reweighting").
- A pair of classes has a rate of its own only where this makes the labels clearly likelier. This is how a systematic
  confusion is told from a class that is merely hard.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.softmax import softmax

SURE = 8
"""Power of the highest probability with which an image counts for the rates."""

WRONG_BEFORE, SEEN_BEFORE = 1.0, 20.0
"""Assumed before any image is seen: one wrong label in 20."""

SHRINKAGE = 5.0
"""Images that are added to the count of each pair of classes, so that one chance error is not a rate: without an error,
or for two classes, which share no other rate, with as many errors as are assumed before any image is seen."""


HARDER = 0.8
"""By how much more often the labels of the hardest images are wrong in all explanations: what the
features cannot tell, the person who filed the image could not tell either."""

MOST = 0.95
"""The largest probability of a wrong label that an image can have."""

OWN_EACH = 0.001
"""Nats per image by which a rate of its own has to make the labels likelier: with less, the class is
merely hard. To this is added what chance gives: the logarithm of the number of pairs (Bonferroni), and half of that of
the images (Schwarz (1978), "Estimating the Dimension of a Model")."""

HELD = 1.0
"""Strength, in nats, with which the weights are held to an even share: ``HELD * |w - 1/V|^2 / 2`` is
subtracted from the log-likelihood. Without it, labels that are told apart without an error would make the weights
infinite."""

ROUNDS, HALF_ROUNDS, FEW_ROUNDS = 8, 4, 3
"""Alternations between weights and rates: from scratch, after a change of the model, and after a small change."""

STEPS, DOUBLED = 2, 10
"""Newton steps of the weights for each update of the rates, and how often one step may be doubled."""

LITTLE = 1e-6
"""Nats per image that do not count as a gain."""


class _Shape(NamedTuple):
    """What the noise of an image depends on besides the rates: its hardness (N,), and where its errors fall (M, N)."""

    hardness: Doubles
    falls: Doubles


class Noise:
    """The noise model on the candidate classes of N images.

    What it returns has the images along the last axis, since sums over the few candidates are then much faster.

    Parameters
    ----------
    voters
        float64 (V, N, M): log-probabilities by each voter.
    candidates
        int64 (N, M): the classes that they are about; column 0 is the given label.
    classes
        K.

    Attributes
    ----------
    pairs
        bool (K, K): all pairs of different classes.
    weights
        float64 (V,), not negative.
    rate, growth, leaning, misled
        See the module.
    uneven
        float64 (K,): factors on the growth by what an image truly shows; 1 unless labels are judged against the rest.
    harder
        ``HARDER``, or 0 for an explanation in which no image is hard.
    held
        ``HELD``, or 0 for weights that are not held to an even share.
    own
        float64 (K, K): additional rates P(given | true) of the pairs that have one, 0 elsewhere.
    """

    def __init__(self, voters: Doubles, candidates: NDArray[np.int64], classes: int) -> None:
        self._voters = np.ascontiguousarray(voters.transpose(0, 2, 1))  # (V, M, N)
        self._candidates, self._classes = np.ascontiguousarray(candidates.T), classes
        self._cell = self._candidates * classes + self._candidates[0]  # (M, N): where (true, given) is in `own`
        self.pairs = ~np.eye(classes, dtype=np.bool_)
        self.weights = np.full(len(voters), 1 / len(voters))
        self.rate, self.growth, self.leaning, self.misled = 0.05, 0.0, 0.0, 0.0
        self.harder, self.held, self.uneven = HARDER, HELD, np.ones(classes)
        self.has_own = np.zeros((classes, classes), dtype=np.bool_)
        self.own: Doubles = np.zeros((classes, classes))

    def like(self, other: "Noise") -> Self:
        """Take over what *other* has learned."""
        self.weights, self.has_own, self.own = other.weights, other.has_own, other.own
        self.rate, self.growth, self.leaning, self.harder = other.rate, other.growth, other.leaning, other.harder
        self.misled, self.uneven = other.misled, other.uneven
        return self

    def learn(self, rounds: int = ROUNDS) -> Self:
        """Fit weights and rates, and decide which pairs of classes have a rate of their own."""
        self.has_own = self.pairs
        self.own = np.where(self.pairs, 0.1 / max(self._classes - 1, 1), 0.0)
        self.fit(rounds)
        images = self._candidates.shape[1]
        price = np.log(self.pairs.sum()) + np.log(images) / 2 + OWN_EACH * images
        # Of two classes, each has a rate of its own: there are no other pairs to share one with.
        self.has_own = self.pairs & ((self._earned() > price) | (self._classes == 2))
        self.rate += float((self.own * ~self.has_own).sum() / self._classes)
        self.own = np.where(self.has_own, self.own, 0.0)
        return self.fit(rounds)

    def fit(self, rounds: int) -> Self:
        """Improve weights and rates in turn, at most so many times, until that gains little."""
        reached = -np.inf
        for _ in range(rounds):
            before, reached = reached, self._weigh()
            if reached < before + LITTLE * self._candidates.shape[1]:
                break
            self.count_rates(self.beliefs())
        return self

    def beliefs(self) -> Doubles:
        """Return q, (M, N): what an image truly shows, before its label is looked at."""
        return softmax(np.tensordot(self.weights, self._voters, 1))

    def posterior(self, beliefs: Doubles, shape: _Shape | None = None) -> tuple[Doubles, Doubles]:
        """Return what an image truly shows after its label was looked at, (M, N), and the label's likelihood, (N,)."""
        joint = self._likelihoods(self._shape(beliefs) if shape is None else shape)
        joint *= beliefs
        joint[0] += self._misleading(beliefs)
        likelihood = joint.sum(axis=0)
        joint /= likelihood
        return joint, likelihood

    def log_likelihood(self) -> float:
        """Return the logarithm of the likelihood of the given labels, in nats."""
        return float(np.log(self.posterior(self.beliefs())[1]).sum())

    def wrong_share(self) -> float:
        """Return the share of the given labels that are wrong, expected, 0 to 1."""
        posterior, _ = self.posterior(self.beliefs())
        return float(1 - posterior[0].mean())

    def count_rates(self, beliefs: Doubles, *, times: int = 3, often: Doubles | float = 1.0) -> None:
        """Set the rates to what the posterior says about the images that the model is sure of, several times.

        Parameters
        ----------
        beliefs
            q, (M, N).
        often
            How often each image counts, (N,): a bootstrap sample.
        """
        weight, shape, classes = beliefs.max(axis=0) ** SURE * often, self._shape(beliefs), self._classes
        worse = 1 + self.harder * shape.hardness
        for _ in range(times):
            likelihoods = self._likelihoods(shape)
            counted, misleading = likelihoods * beliefs, self._misleading(beliefs)
            share = weight / (counted.sum(axis=0) + misleading)
            self.misled = float((misleading * share).sum() / (weight.sum() + SEEN_BEFORE))
            counted *= share  # (M, N): images that show each candidate
            counted_worse = counted * worse
            per_likelihood = counted_worse[1:] / likelihoods[1:]
            by_rate = self.rate * (per_likelihood * shape.falls[1:]).sum()
            self.rate = float((by_rate + WRONG_BEFORE) / (counted_worse.sum() + SEEN_BEFORE))
            if self.has_own.any():
                by_own = per_likelihood * np.take(self.own, self._cell[1:])
                wrong = np.bincount(self._cell[1:].ravel(), by_own.ravel(), classes**2).reshape(classes, classes)
                seen = np.bincount(self._candidates.ravel(), counted_worse.ravel(), classes)
                before = SHRINKAGE * WRONG_BEFORE / SEEN_BEFORE if classes == 2 else 0.0
                own = (wrong + before) / (seen + SHRINKAGE)[:, None] * self.has_own
                self.own = np.asarray(own * np.minimum(1, MOST / np.maximum(own.sum(axis=1, keepdims=True), 1e-12)))

    def _shape(self, beliefs: Doubles) -> _Shape:
        """Return how hard each image is to tell, (N,), and the share of its errors that is the given label, (M, N).

        A class that is not a candidate counts as the least likely candidate.
        """
        leaning = np.maximum(beliefs, 1e-12) ** self.leaning
        total = leaning.sum(axis=0) + (self._classes - len(beliefs)) * leaning.min(axis=0)
        falls: Doubles = leaning[0] / np.maximum(total - leaning, 1e-12)
        return _Shape(np.maximum(1 - beliefs.max(axis=0), 0), falls)

    def _likelihoods(self, shape: _Shape) -> Doubles:
        """Return P(given | true) for each candidate as the true class, (M, N)."""
        worse = 1 + self.harder * shape.hardness
        own = np.minimum(worse * self.own.sum(axis=1)[self._candidates], MOST)  # (M, N)
        grown = self.growth * np.sqrt(shape.hardness) * self.uneven[self._candidates]
        rate = np.minimum(worse * self.rate + grown, MOST - own)
        likelihoods: Doubles = rate * shape.falls
        likelihoods += worse * np.take(self.own, self._cell)
        likelihoods[0] = 1 - rate[0] - own[0]
        likelihoods *= 1 - self.misled
        return likelihoods

    def _misleading(self, beliefs: Doubles) -> Doubles:
        """Return the probability that the features are misled by an image and that it shows its given label, (N,)."""
        if not self.misled:
            return np.zeros(beliefs.shape[1])
        misled: Doubles = self.misled * beliefs[0] * (beliefs[1:] / np.maximum(1 - beliefs[1:], 1e-12)).sum(axis=0)
        return misled

    def _weigh(self) -> float:
        """Set the voters' weights to those that make the given labels most likely; return the objective before that.

        Expectation maximisation (Dempster, Laird and Rubin (1977), "Maximum Likelihood from Incomplete Data"): the
        posterior is what the beliefs should have been, and a Newton step leads them there. One step is too short; it is
        doubled as long as that pays.
        """
        shape, objectives = self._shape(self.beliefs()), []
        for _ in range(STEPS):
            beliefs = self.beliefs()
            wanted, likelihood = self.posterior(beliefs, shape)
            wanted[0] -= self._misleading(beliefs) / likelihood  # such an image does not speak for the beliefs
            step, reached = self._step(beliefs, wanted), self._objective(likelihood)
            objectives.append(reached)
            before = self.weights
            for doubled in range(DOUBLED):
                kept, self.weights = self.weights, np.maximum(before + 2**doubled * step, 0)
                likely = self._objective(self.posterior(self.beliefs(), shape)[1])
                if likely < reached + LITTLE * len(likelihood):
                    self.weights = kept
                    break
                reached = likely
        return objectives[0]

    def _objective(self, likelihood: Doubles) -> float:
        even = 1 / len(self.weights)
        return float(np.log(likelihood).sum() - self.held / 2 * np.square(self.weights - even).sum())

    def _step(self, beliefs: Doubles, wanted: Doubles) -> Doubles:
        """Return by how much the weights have to change so that the beliefs, (M, N), become what is wanted, (V,).

        An image counts with the sum of what is wanted.
        """
        expected = np.einsum("vmn,mn->vn", self._voters, beliefs)
        slope = np.tensordot(self._voters, wanted - wanted.sum(axis=0) * beliefs, 2) - self.held * (
            self.weights - 1 / len(self.weights)
        )
        curvature = np.tensordot(self._voters * beliefs, self._voters, ((1, 2), (1, 2))) - expected @ expected.T
        if not np.trace(curvature) + self.held > 0:  # all beliefs are certain, whatever the weights
            return np.zeros(len(slope))
        curvature += np.eye(len(slope)) * (1e-9 * np.trace(curvature) + self.held)
        used, step = np.ones(len(slope), dtype=np.bool_), np.zeros(len(slope))
        while True:  # a weight that would fall below 0 becomes 0, and the others make up for it
            rest = slope[used] - curvature[np.ix_(used, ~used)] @ step[~used]
            step[used] = np.linalg.solve(curvature[np.ix_(used, used)], rest)
            below = used & (self.weights + step < 0)
            if not below.any():
                return step
            step[below], used[below] = -self.weights[below], False

    def _earned(self) -> Doubles:
        """Return how much likelier the labels are for each pair's own rate, in nats, (K, K)."""
        beliefs, classes, given = self.beliefs(), self._classes, self._candidates[0]
        _, likelihood = self.posterior(beliefs)
        extra = np.maximum(self.own - self.own[self.pairs].mean(), 0) * self.pairs
        part = np.minimum(np.take(extra, self._cell) * beliefs / likelihood, 1 - 1e-9)
        lost = np.bincount(self._cell[1:].ravel(), -np.log1p(-part[1:]).ravel(), classes**2)
        kept = beliefs[0] / likelihood
        first = np.bincount(given, kept, classes)[:, None]
        second = np.bincount(given, kept**2, classes)[:, None]
        earned: Doubles = lost.reshape(classes, classes) - np.maximum(extra * first - extra**2 * second / 2, 0)
        return earned
