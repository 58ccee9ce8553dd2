"""From features and labels to calibrated out-of-sample predictions."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.parallel import one_thread_each
from labelaudit.probabilities.axes import Axes, Doubles
from labelaudit.probabilities.embedding import Embedding
from labelaudit.probabilities.explanations import explain
from labelaudit.probabilities.given import check_out_of_sample
from labelaudit.probabilities.interval import count_wrong
from labelaudit.probabilities.linear import Discriminant, Ridge, Rows
from labelaudit.probabilities.neighbours import vote
from labelaudit.probabilities.noise import Noise
from labelaudit.probabilities.overlaps import DRAW, counted_as_given, overlapping_pairs
from labelaudit.probabilities.scenes import averaged, labelled_scenes
from labelaudit.probabilities.strangeness import strangeness
from labelaudit.probabilities.voters import TUNED_ON, Tuned, shortlist
from labelaudit.records import Beliefs, Copies, Dataset, Observations, believable
from labelaudit.settings import JUDGED_FROM, Settings

LEARNED_ON = 20_000
"""Images that the noise model is fitted to; of a larger data set a fixed sample."""

VOTERS = ("ridge", "discriminant", "neighbours", "nearest")
GIVEN = "given"
"""Name of the voter that is the user's own model."""

FADING = 2
"""Power by which it matters less, with each image of a class beyond two, that these few are all that speaks for it."""


def out_of_sample(
    dataset: Dataset,
    observed: Observations,
    embedding: Embedding,
    copies: Copies,
    settings: Settings,
    given: Doubles | None = None,
    *,
    jobs: int = 1,
) -> Beliefs:
    """Judge every label with models that were fitted without the image and its family.

    Four voters (leave-group-out ridge regression, leave-group-out discriminant analysis, the neighbours, the very
    nearest of them) are fused by noise models that are fitted to the given labels, and averaged. First the two linear
    ones are fused alone: the very nearest of an image then vote for what these, and their own labels, say that they
    show. There is no second round, in which the model would begin to agree with itself.

    Images of one scene with one label have the mean of each voter's probabilities, and count once in the noise models.

    Parameters
    ----------
    dataset
        N images with their labels.
    observed
        Features (N, D) and digests of them.
    embedding
        Of the same.
    copies
        Which images are related: each family is held out as a whole, and the images of a scene are judged together.
    settings
        For the seed.
    given
        Out-of-sample predicted probabilities (N, K) of the user's own model, which is then one more voter.
    jobs
        Threads; they change nothing of the result.
    """
    with one_thread_each():
        beliefs = _judge(dataset, observed, embedding, copies, None, settings.seed, jobs)
        if given is None:
            return beliefs
        check_out_of_sample(given, beliefs, dataset)
        return _judge(dataset, observed, embedding, copies, given, settings.seed, jobs)


def _judge(
    dataset: Dataset,
    observed: Observations,
    embedding: Embedding,
    copies: Copies,
    given: Doubles | None,
    seed: int,
    jobs: int,
) -> Beliefs:
    labels, classes, axes, neighbours = dataset.labels, len(dataset.classes), embedding.axes, embedding.neighbours
    pictures = np.unique(np.array(observed.pictures), return_inverse=True)[1]
    by_content = np.argsort(pictures, kind="stable")  # a sample by content does not depend on names or order
    scenes = labelled_scenes(copies.scenes, labels, by_content)  # (N,): one image of each
    learned_on = np.sort(by_content[scenes[by_content] == by_content][:LEARNED_ON])

    candidates, linear = _linear(axes, labels, classes, copies, scenes, given, np.sort(by_content[:TUNED_ON]), jobs)
    learner = Noise(linear[:, learned_on], candidates[learned_on], classes).learn()
    linearly = Noise(linear, candidates, classes).like(learner)
    shown = np.ascontiguousarray(linearly.posterior(linearly.beliefs())[0].T)
    voted = vote(embedding.likeness, neighbours, copies.families, candidates, shown, classes, jobs=jobs)
    voters = np.concatenate([linear, averaged(voted, scenes)])  # (V, N, M)
    explanations = explain(voters[:, learned_on], candidates[learned_on], classes)
    beliefs, posterior = explanations.of(voters, candidates, classes).average()

    independent = _independent(labels, copies.families, classes)
    judged = (independent >= JUDGED_FROM)[labels]
    accuracy = _accuracy(beliefs[judged]) if judged.any() else 0.0
    chance = float(np.bincount(labels).max() / len(labels))
    overlapping = np.zeros((0, 2), dtype=np.int64)
    if believable(int(judged.sum()), accuracy, chance):
        overlapping = overlapping_pairs(beliefs, posterior, candidates, classes)
    right = counted_as_given(candidates, overlapping, classes) | ~judged[:, None]  # (N, M)

    few = np.maximum(independent[labels] - 2.0, 1) ** -FADING
    unknown = float((few * np.maximum(((beliefs - posterior) * ~right).sum(axis=1), 0)).sum())
    other = posterior * ~right  # (N, M): the probability of each other class that would make the label wrong
    other[:, 0] = 1 - other.sum(axis=1)
    confused: Doubles = np.bincount((labels[:, None] * classes + candidates).ravel(), other.ravel(), classes**2).astype(
        np.float64
    )
    best_other = 1 + other[:, 1:].argmax(axis=1)
    rows = np.arange(len(labels))
    return Beliefs(
        candidates=candidates,
        probabilities=beliefs,
        posterior=posterior,
        p_error=1 - other[:, 0],
        suggested=np.where(judged, candidates[rows, best_other], labels),
        judged=judged,
        voters=dict(zip((*VOTERS[:2], *([] if given is None else [GIVEN]), *VOTERS[2:]), np.exp(voters), strict=True)),
        neighbours=neighbours.rows,
        strangeness=strangeness(observed.features, observed.blocks[-1], neighbours, labels, classes, jobs=jobs),
        overlapping=overlapping,
        noise=confused.reshape(classes, classes),
        wrong=count_wrong(explanations, right[learned_on].T, 1 - other[:, 0], unknown, seed),
        accuracy=accuracy,
        chance=chance,
    )


def _linear(
    axes: Axes,
    labels: Rows,
    classes: int,
    copies: Copies,
    scenes: Rows,
    given: Doubles | None,
    sample: Rows,
    jobs: int,
) -> tuple[Rows, Doubles]:
    """Return the classes that each image may be of, (N, M), and what the linear voters say of them, (V, N, M).

    What the user's own model says, if it is *given*, comes last. It helps to decide which classes an image may be of;
    one image of each of the *scenes* decides it for all.
    """
    held_out = copies.rows_of_families()
    ridge = Tuned(Ridge(axes, labels, classes, held_out), labels, sample, jobs=jobs)

    def likeliest(rows: Rows, beliefs: Doubles) -> NDArray[np.int64]:
        return shortlist(beliefs if given is None else np.logaddexp(beliefs, np.log(given[rows])), labels[rows])

    candidates = ridge.beliefs(likeliest).astype(np.int64)[scenes]
    discriminant = Tuned(Discriminant(axes, labels, classes, held_out), labels, sample, jobs=jobs)
    said = [
        each.beliefs(lambda rows, beliefs: np.take_along_axis(beliefs, candidates[rows], axis=1))
        for each in (ridge, discriminant)
    ]
    if given is not None:
        said.append(np.log(np.take_along_axis(given, candidates, axis=1)))
    return candidates, averaged(np.stack(said).astype(np.float64), scenes)


def _accuracy(beliefs: Doubles) -> float:
    """Return the share of images whose most probable class is the given one; of a draw between two, one half."""
    first = beliefs > beliefs.max(axis=1, keepdims=True) - DRAW
    return float((first[:, 0] / first.sum(axis=1)).mean())


def _independent(labels: Rows, families: Rows, classes: int) -> Rows:
    """Return how many independent images each class has, int64 (K,)."""
    pairs = np.unique(np.stack([labels, families]), axis=1)
    return np.bincount(pairs[0], minlength=classes)
