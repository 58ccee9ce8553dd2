"""Draw images with known probabilities, and estimate from what people say about them.

The images are sorted by ``p_error`` and divided into strata. More are drawn where it is near 0.5: the optimal sampling
probability is proportional to the standard deviation of what is measured (Neyman (1934), "On the Two Different Aspects
of the Representative Method"; for classifiers Sawade et al. (2010), "Active Risk Estimation", and Kossen et al. (2021),
"Active Testing"). The noise model determines only which images are drawn: the estimates are unbiased even if it is
wrong.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.names import printable
from labelaudit.records import (
    Beliefs,
    Dataset,
    Decided,
    Decisions,
    Estimate,
    Interval,
    Ruling,
    Sample,
    Sampled,
    Stratum,
)
from labelaudit.settings import Settings

STRATA = 5
"""Number of strata. Of 4 to 8, this number gives intervals whose coverage is closest to the nominal one."""

SURE = 0.01
"""``p_error`` is clipped to this distance from 0 and 1, so that images the noise model is sure of are drawn as well."""

PRIOR = 0.25
"""Prior of each stratum: this many wrong labels in one image. Of 0 to .5, this value gives intervals that contain the
true value in 90 to 95 % of the samples of 50, on labels that people gave."""

LEAST = 0.05
"""The same prior for the lower limit of the number of wrong labels that were not flagged, which may be zero."""

LOW, HIGH = 0.05, 0.95
"""Quantiles that limit a 90 % interval."""

DRAWS = 2000
"""Number of draws of the shares of wrong labels, for the intervals."""


def draw(
    beliefs: Beliefs, dataset: Dataset, digests: tuple[str, ...], settings: Settings, size: int = 50, seed: int = 0
) -> Sample:
    """Draw a sample of the images whose labels were judged; the same for the same data, size and seed.

    Parameters
    ----------
    beliefs
        Beliefs about the original labels, without any decision.
    dataset
        N images.
    digests
        N digests of their bytes.
    settings
        Settings with the threshold of the flags.
    size
        Number of images to draw; all if there are fewer.
    seed
        Seed of the draw.
    """
    labels = beliefs.candidates[:, 0]
    population = _population(dataset, labels, digests)
    rows = np.flatnonzero(beliefs.judged)
    rows = rows[np.argsort(np.array(digests)[rows], kind="stable")]  # independent of file names
    flagged = beliefs.flagged(replace(dataset, labels=labels), settings)
    parts = _parts(rows, beliefs.p_error, flagged)
    sizes = _sizes(parts, beliefs.p_error, min(size, len(rows)))
    strata = tuple(Stratum(len(part), count, bool(flagged[part[0]])) for part, count in zip(parts, sizes, strict=True))
    name = hashlib.sha256(repr((population, strata, seed)).encode()).hexdigest()[:8]
    sampled = Sampled(f"sample-{name}", population, strata)

    random = np.random.default_rng([seed, int(name, 16)])
    drawn = [random.choice(part, count, replace=False) for part, count in zip(parts, sizes, strict=True)]
    number = np.repeat(np.arange(len(parts)), sizes)
    order = random.permutation(len(number))
    probabilities = np.array([stratum.drawn / stratum.images for stratum in strata])[number]
    names = tuple(sampled.stratum_name(each) for each in number[order].tolist())
    return Sample(sampled, np.concatenate(drawn)[order], names, probabilities[order])


def estimate(
    decisions: Decisions, dataset: Dataset, digests: tuple[str, ...], decided: Decided | None
) -> Estimate | None:
    """Return the estimates about the original labels from the answers to a sample; None without answers.

    Of several samples, one of exactly these images takes precedence, and then the one with the most answers.

    Parameters
    ----------
    decisions
        Decisions with the samples and the answers.
    dataset, digests
        The N images in their current state.
    decided
        The decisions about them, which hold their original labels.
    """
    answers = _answers(decisions)
    answered = [each for each in decisions.samples if answers[each.name]]
    if not answered or decided is None:
        return None
    now = _population(dataset, decided.given, digests)
    best = max(answered, key=lambda each: (each.population == now, len(answers[each.name]), each.name))
    stale = "" if best.population == now else "images or labels have changed since it was drawn"
    return _estimated(best, answers[best.name], stale)


def _population(dataset: Dataset, labels: NDArray[np.int64], digests: tuple[str, ...]) -> str:
    """Return a digest of the images and of their labels, independent of file names."""
    names = [printable(name) for name in dataset.classes]
    pairs = sorted((digest, names[label]) for digest, label in zip(digests, labels, strict=True))
    return hashlib.sha256(repr(pairs).encode("utf-8")).hexdigest()


def _parts(
    rows: NDArray[np.int64], p_error: NDArray[np.float64], flagged: NDArray[np.bool_]
) -> list[NDArray[np.int64]]:
    """Divide images into strata by ascending ``p_error``, flagged ones apart, with about the same sum of deviations."""
    rows = rows[np.lexsort((p_error[rows], flagged[rows]))]
    deviation = _deviation(p_error[rows])
    parts = []
    for some in (rows[~flagged[rows]], rows[flagged[rows]]):
        if len(some):
            reached = np.cumsum(_deviation(p_error[some]))
            count = max(1, round(STRATA * reached[-1] / deviation.sum()))
            place = np.minimum(count * reached / reached[-1], count - 0.5).astype(np.int64)
            parts += [some[place == number] for number in range(count)]
    return [part for part in parts if len(part)]


def _sizes(parts: list[NDArray[np.int64]], p_error: NDArray[np.float64], size: int) -> list[int]:
    """Return how many images are drawn from each stratum: in proportion to its deviations, two at least."""
    wanted = np.array([_deviation(p_error[part]).sum() for part in parts])
    wanted *= size / wanted.sum()
    most = np.array([len(part) for part in parts])
    sizes = np.minimum(np.maximum(wanted.astype(np.int64), min(2, size // len(parts))), most)
    while sizes.sum() < size:
        sizes[np.where(sizes < most, wanted - sizes, -np.inf).argmax()] += 1
    while sizes.sum() > size:
        sizes[(sizes - wanted).argmax()] -= 1
    return [int(each) for each in sizes]


def _deviation(p_error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard deviation of whether a label is wrong, according to the noise model."""
    likely = np.clip(p_error, SURE, 1 - SURE)
    deviation: NDArray[np.float64] = np.sqrt(likely * (1 - likely))
    return deviation


def _answers(decisions: Decisions) -> dict[str, list[tuple[int, bool]]]:
    """Return the answers to each sample: the number of the stratum, and whether the label was wrong."""
    settled = decisions.settled()
    answers: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    strata = {
        each.stratum_name(number): (each.name, number)
        for each in decisions.samples
        for number in range(len(each.strata))
    }
    for decision in decisions.made:
        if decision.shown_by in strata and decision.key in settled and decision.ruling in (Ruling.KEEP, Ruling.RELABEL):
            name, number = strata[decision.shown_by]
            answers[name].append((number, decision.ruling is Ruling.RELABEL))
    return answers


class _Part(NamedTuple):
    """The counts of one or more strata: the images, those that were answered, and those of them with a wrong label."""

    images: int
    answered: int
    wrong: int
    flagged: bool


def _estimated(sampled: Sampled, answers: list[tuple[int, bool]], stale: str) -> Estimate:
    parts = []
    for number, stratum in enumerate(sampled.strata):
        said = [was_wrong for where, was_wrong in answers if where == number][: stratum.images]
        parts.append(_Part(stratum.images, len(said), sum(said), stratum.flagged))
    whole, random = _collapsed(parts), np.random.default_rng(0)
    wrong = np.array([part.images * part.wrong / part.answered for part in whole])  # (P,), unbiased
    drawn = np.stack([_may_be_wrong(part, PRIOR, random) for part in whole])  # (P, DRAWS)
    least = np.stack([_may_be_wrong(part, LEAST, random) for part in whole])
    flagged = np.array([part.flagged for part in whole])
    found, total = wrong[flagged].sum(), wrong.sum()
    drawn_found, drawn_total = drawn[flagged].sum(axis=0), drawn.sum(axis=0)

    share = _interval(total / sampled.images, drawn_total / sampled.images)
    precision = recall = None
    if any(part.flagged and part.answered for part in parts):
        flags = sum(part.images for part in whole if part.flagged)
        precision = _interval(found / flags, drawn_found / flags)
    if total and flagged.any():
        recall = Interval(
            float(found / total),
            float(min(np.quantile(drawn_found / drawn_total, LOW), found / total)),
            float(max(np.quantile(drawn_found / (drawn_found + least[~flagged].sum(axis=0)), HIGH), found / total)),
        )
    if not total:
        share = share._replace(low=0.0)
    return Estimate(
        share, precision, recall, sampled.images, sampled.drawn, sum(part.answered for part in parts), stale
    )


def _may_be_wrong(part: _Part, prior: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return draws of how many labels of a stratum may be wrong, (DRAWS,): a beta-binomial distribution."""
    share = random.beta(part.wrong + prior, part.answered - part.wrong + 1 - prior, DRAWS)
    may_be: NDArray[np.float64] = part.wrong + random.binomial(part.images - part.answered, share).astype(np.float64)
    return may_be


def _interval(value: float, drawn: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(drawn, (LOW, HIGH))
    return Interval(float(value), min(float(low), float(value)), max(float(high), float(value)))


def _collapsed(parts: Iterable[_Part]) -> list[_Part]:
    """Merge each stratum without an answer with a neighbour, preferably with one that is flagged alike.

    Cochran (1977), "Sampling Techniques", section 5A.12.
    """
    whole: list[_Part] = []
    for part in parts:
        before = whole[-1] if whole else None
        if before and (not before.answered or (not part.answered and part.flagged == before.flagged)):
            flagged = part.flagged if part.answered else before.flagged
            images, answered, wrong = (getattr(before, name) + getattr(part, name) for name in _Part._fields[:3])
            whole[-1] = _Part(images, answered, wrong, flagged)
        else:
            whole.append(part)
    if len(whole) > 1 and not whole[-1].answered:
        last, before = whole.pop(), whole.pop()
        whole.append(before._replace(images=before.images + last.images))
    return whole
