"""Several explanations of the same labels, and the average over them.

Sharp beliefs with errors on hard images, and doubtful beliefs without such errors, make the given labels about
equally likely: the labels alone often cannot tell hard images from wrong labels. No single noise model is therefore
believed. The posterior is the average over several, each weighted by how likely it makes the labels and by how usual
the share of wrong labels is that it implies (Hoeting et al. (1999), "Bayesian Model Averaging: A Tutorial", equations
1 to 3):

accidents
    A label is wrong for a reason that has nothing to do with the image: a file in the wrong folder, a wrong index. Any
    other class is equally likely, except for pairs of classes that are confused systematically. Labels that contradict
    the beliefs and lean to what the image resembles are correct: there the features are misled. With two classes,
    misled features cannot be told from wrong labels, and no such share is fitted.
people
    A person gave the label. Errors fall on classes that the image resembles, and more often the harder the image is to
    tell. How much more often is what the labels cannot tell, so three values count equally.
swapped
    The classes are told apart without doubt, and it is the labels that disagree. With two classes, swapped labels look
    like classes that are hard to tell apart.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.chunks import in_blocks
from labelaudit.probabilities.noise import FEW_ROUNDS, HALF_ROUNDS, ROUNDS, Noise

GROWTHS = (0.1, 0.28, 0.8)
"""By how much the rate of people's errors grows with the hardness of the image, in
units of ``rate ** 0.25``. On all sets of people's labels that were measured, the true value is between .2 and 1."""

PEOPLE = 8.0
"""How much more likely it is, before the labels are looked at, that people made the errors than that accidents did."""

TRUST = 0.2
"""Power with which the likelihood of an explanation counts. Each is only a model of how labels come to be wrong: on
people's labels, accidents were up to 10 nats likelier than people's errors, and without this power would have been
believed alone. See Grünwald and van Ommen (2017), "Inconsistency of Bayesian Inference for Misspecified Linear Models,
and a Proposal for Repairing It", section 2."""

MISLED = 0.01
"""Where the search for the share of misleading images begins; a share of 0 would remain 0."""

LEANING_FITTED, LEANING_JUDGED = 0.4, 0.2
"""How much people's errors lean to what the image resembles: as their labels show, and as single labels are judged. The
beliefs exaggerate how unlikely the less likely classes are, so that single labels are ranked better with less."""

LEAST_RATE, USUAL_RATE, SPREAD = 0.0015, 0.02, 1.3
"""Minimum, median, and standard deviation of the natural logarithm, of the share of wrong labels in the ten test sets
that Northcutt, Athalye and Mueller (2021) checked: "Pervasive Label Errors in Test Sets Destabilize Machine Learning
Benchmarks", table 1. A smaller share counts as the minimum."""

SWAPPED_RATE, SHARPER = 0.25, 10.0
"""Where the search for swapped labels begins: the rate, and a factor on the weights of the voters."""


@dataclass(frozen=True, eq=False, slots=True)
class Explanations:
    """Noise models that each explain the given labels, and how much each is believed.

    Attributes
    ----------
    models
        E noise models of the same images.
    weights
        float64 (E,), summing to 1.
    """

    models: tuple[Noise, ...]
    weights: Doubles

    def of(self, voters: Doubles, candidates: NDArray[np.int64], classes: int) -> "Explanations":
        """Return the same explanations of other images: voters (V, N, M) and candidates (N, M)."""
        models = tuple(Noise(voters, candidates, classes).like(model) for model in self.models)
        return Explanations(models, self.weights)

    def average(self) -> tuple[Doubles, Doubles]:
        """Return the probabilities of the candidates before and after the label was looked at, (N, M) each."""
        before, after = [], []
        for model, weight in zip(self.models, self.weights, strict=True):
            beliefs = model.beliefs()
            after.append(model.posterior(beliefs)[0] * weight)
            before.append(beliefs * weight)
        return np.ascontiguousarray(reduce(add, before).T), np.ascontiguousarray(reduce(add, after).T)

    def average_of(
        self, voters: Doubles, candidates: NDArray[np.int64], classes: int, *, jobs: int = 1
    ) -> tuple[Doubles, ...]:
        """Return the same for other images, which are looked at in blocks; parameters are those of :meth:`of`."""
        return in_blocks(
            lambda rows: self.of(voters[:, rows], candidates[rows], classes).average(), len(voters[0]), jobs
        )


def explain(
    voters: Doubles, candidates: NDArray[np.int64], classes: int, *, against_rest: bool = False
) -> Explanations:
    """Fit each explanation to the given labels, and weigh it.

    Parameters
    ----------
    voters
        float64 (V, N, M): log-probabilities by each voter.
    candidates
        int64 (N, M): the classes that they are about; column 0 is the given label.
    classes
        K.
    against_rest
        Whether class 1 is a label that is judged against the rest. Most images are then of the rest, and if hard images
        of both had errors equally often, a rare label would be given by mistake much more often than it is forgotten.
        The growth is therefore multiplied and divided by the square root of the odds of the label. On pictures of two
        images with labels that people gave (benchmarks), wrong labels are ranked better and more missing ones expected.
    """
    accidents = Noise(voters, candidates, classes)
    if against_rest:
        share = float((candidates[:, 0] == 1).mean())
        odds = np.sqrt(share / (1 - share))
        accidents.uneven = np.array([odds, 1 / odds])
    accidents.misled = MISLED if classes > 2 else 0.0
    accidents.learn()
    swapped = _swapped(accidents)
    families = [([accidents], 1.0, TRUST), (list(_people(accidents)), PEOPLE, TRUST)]
    if swapped.wrong_share() > 2 * accidents.wrong_share():  # otherwise the search has only found the accidents again
        families.append(([swapped], PEOPLE, 1.0))
    fits = [max(model.log_likelihood() for model in family) for family, _, _ in families]
    models, logarithms = [], []
    for (family, prior, trust), fit in zip(families, fits, strict=True):
        likely = trust * (fit - fits[0]) + np.log(prior / len(family))
        for model in family:
            model.leaning *= LEANING_JUDGED / LEANING_FITTED
            unusual = np.log(max(model.wrong_share(), LEAST_RATE) / USUAL_RATE) / SPREAD
            models.append(model)
            logarithms.append(likely - unusual**2 / 2)
    weights = np.exp(np.array(logarithms) - max(logarithms))
    return Explanations(tuple(models), weights / weights.sum())


def _people(accidents: Noise) -> Iterator[Noise]:
    model = copy(accidents)
    model.misled = 0.0
    model.leaning, model.growth = LEANING_FITTED, GROWTHS[0] * model.rate**0.25
    model.learn(HALF_ROUNDS)
    for growth in GROWTHS:
        model = copy(model)
        model.growth = growth * model.rate**0.25
        yield model.fit(FEW_ROUNDS)


def _swapped(accidents: Noise) -> Noise:
    model = copy(accidents)
    model.weights = accidents.weights * SHARPER
    if accidents.has_own.all(where=accidents.pairs):
        model.rate, model.own = 0.0, np.where(accidents.pairs, SWAPPED_RATE, 0.0)
    else:
        model.rate, model.has_own, model.own = SWAPPED_RATE, np.zeros_like(model.has_own), np.zeros_like(model.own)
    model.held = model.harder = model.misled = 0.0
    return model.fit(ROUNDS)
