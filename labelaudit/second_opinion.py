"""Results of cleanlab: its estimate of the noise matrix, and the consensus of several annotators."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import VotesError
from labelaudit.records import Annotator, Beliefs, Consensus, Dataset, MultiBeliefs, Votes

LIKE_OTHERS = 10.0
"""Pseudo-counts: each annotator is assumed to have given so many labels to each class as the others did, so that a
single label is not taken for a habit. On 10,000 images with three labels, 1 and 100 give the same results to the fourth
decimal."""

UNSEEN = 1e-9
"""Probability of a class that is not among the candidates of the audit, so that annotators can still name it."""


def second_opinion(dataset: Dataset, beliefs: Beliefs) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return cleanlab's noise matrix, (K, K), and None.

    Where images may have several labels: the expected missing and extra labels, (K, 2), and scores, (N, K).
    """
    if isinstance(beliefs, MultiBeliefs):
        return confident_counts(dataset, beliefs), label_scores(dataset, beliefs)
    return confident_noise(dataset, beliefs), None


def confident_counts(dataset: Dataset, beliefs: MultiBeliefs) -> NDArray[np.float64]:
    """Estimate how many labels are missing and how many are too much by confident learning, one against the rest.

    Thyagarajan et al. (2022), "Identifying Incorrect Annotations in Multi-Label Classification Data", as implemented in
    cleanlab, on the same out-of-sample predicted probabilities.

    Returns
    -------
    float64 (K, 2)
        Expected number of images from which each label is missing, and of those that have it by mistake; 0 for labels
        that were not judged.
    """
    from cleanlab.count import compute_confident_joint

    given, found = dataset.given, np.zeros((len(dataset.names), 2))
    judged = np.flatnonzero(beliefs.judged_labels)
    if len(judged):
        labels = [np.flatnonzero(row).tolist() for row in given[:, judged]]
        joints = compute_confident_joint(labels, beliefs.p_present[:, judged], calibrate=False, multi_label=True)
        for number, joint in zip(judged, joints.astype(np.float64), strict=True):
            with_it = given[:, number].sum()
            shares = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1)
            found[number] = shares[0, 1] * (len(given) - with_it), shares[1, 0] * with_it
    return found


def label_scores(dataset: Dataset, beliefs: MultiBeliefs) -> NDArray[np.float64]:
    """Return how improbable each label is by cleanlab's score of it, (N, K): high means probably wrong."""
    from cleanlab.multilabel_classification.rank import get_label_quality_scores_per_class

    labels = [np.flatnonzero(row).tolist() for row in dataset.given]
    quality: NDArray[np.float64] = get_label_quality_scores_per_class(labels, beliefs.p_present)
    return 1 - quality


def confident_noise(dataset: Dataset, beliefs: Beliefs) -> NDArray[np.float64]:
    """Estimate the noise matrix by confident learning.

    Northcutt, Jiang and Chuang (2021), "Confident Learning: Estimating Uncertainty in Dataset Labels", section 3.1, as
    implemented in cleanlab, on the same out-of-sample predicted probabilities.

    Returns
    -------
    float64 (K, K)
        Expected number of labels of the row's class that truly belong to the column's class; rows sum to the size of
        the class. Classes that were not judged are zero off the diagonal.
    """
    from cleanlab.count import compute_confident_joint

    counts = dataset.class_counts
    noise: NDArray[np.float64] = np.diag(counts.astype(np.float64))
    rows = np.flatnonzero(beliefs.judged)
    present, labels = np.unique(dataset.labels[rows], return_inverse=True)
    if len(present) < 2:
        return noise
    probabilities = np.zeros((len(rows), len(dataset.classes)))
    np.put_along_axis(probabilities, beliefs.candidates[rows], beliefs.probabilities[rows], axis=1)
    probabilities = probabilities[:, present]
    probabilities /= np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-12)
    joint = compute_confident_joint(labels, probabilities, calibrate=False).astype(np.float64)
    noise[np.ix_(present, present)] = joint / joint.sum(axis=1, keepdims=True) * counts[present, None]
    return noise


def consensus_of(votes: Votes, dataset: Dataset, beliefs: Beliefs) -> Consensus:
    """Combine the labels of several annotators with our out-of-sample predicted probabilities.

    A first posterior is that of CROWDLAB (Goh, Tkachenko and Mueller (2022), "CROWDLAB: Supervised learning to infer
    consensus labels and quality scores for data with multiple annotators", equations 1 to 5), as implemented in
    cleanlab. It is a weighted mean, which ranks well but is underconfident even where all agree. One step of Dawid
    and Skene (1979), "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", calibrates it:
    each annotator's confusions of the classes are counted by it, and update the predictions by Bayes' rule.

    Raises
    ------
    VotesError
        No image has labels of two annotators, so that they cannot be compared.
    """
    from cleanlab.multiannotator import get_label_quality_multiannotator

    rows, place, counts = np.unique(votes.rows, return_inverse=True, return_counts=True)
    if counts.max() < 2:
        raise VotesError("no image has votes of two annotators, so they cannot be compared. Type --mode posterior.")
    table = np.full((len(rows), len(votes.annotators)), np.nan)
    table[place, votes.by] = votes.labels
    predicted = np.zeros((len(rows), len(dataset.classes)))
    np.put_along_axis(predicted, beliefs.candidates[rows], beliefs.probabilities[rows], axis=1)
    found = get_label_quality_multiannotator(table, predicted, return_weights=True, verbose=False)

    agreed = found["label_quality"]["annotator_agreement"].to_numpy()[counts > 1].mean()
    weights = np.asarray(found["annotator_weight"], dtype=np.float64)[votes.by]
    other = (1 - agreed) / (len(dataset.classes) - 1)
    first = predicted * found["model_weight"]
    np.add.at(first, (place, votes.labels), weights * (agreed - other))
    np.add.at(first, place, (weights * other)[:, None])
    first /= first.sum(axis=1, keepdims=True)
    posterior = _updated(predicted, first, place, votes)
    return Consensus(rows, posterior, _annotators(votes, place, posterior, dataset.classes), votes.elsewhere)


def _updated(
    predicted: NDArray[np.float64], first: NDArray[np.float64], place: NDArray[np.int64], votes: Votes
) -> NDArray[np.float64]:
    """Return the predictions (V, K) updated by the annotators' labels, whose confusion matrices *first* gives."""
    classes = predicted.shape[1]
    confusions = np.zeros((len(votes.annotators), classes, classes))  # of each true class (rows) with each label
    np.add.at(confusions, (votes.by[:, None], np.arange(classes), votes.labels[:, None]), first[place])
    usual = confusions.sum(axis=0) + 1 / classes
    confusions += LIKE_OTHERS * usual / usual.sum(axis=1, keepdims=True)
    logarithms = np.log(confusions / confusions.sum(axis=2, keepdims=True))
    updated = np.log(predicted + UNSEEN)
    np.add.at(updated, place, logarithms[votes.by, :, votes.labels])
    updated = np.exp(updated - updated.max(axis=1, keepdims=True))
    posterior: NDArray[np.float64] = updated / updated.sum(axis=1, keepdims=True)
    return posterior


def _annotators(
    votes: Votes, place: NDArray[np.int64], posterior: NDArray[np.float64], classes: tuple[str, ...]
) -> tuple[Annotator, ...]:
    """Return the quality of each annotator, best first."""
    right = posterior[place, votes.labels]
    agrees = posterior.argmax(axis=1)[place] == votes.labels
    found = []
    for number, name in enumerate(votes.annotators):
        mine = votes.by == number
        given = np.bincount(votes.labels[mine], minlength=len(classes))
        by_class = np.bincount(votes.labels[mine], right[mine], len(classes)) / np.maximum(given, 1)
        worst = int(np.where(given > 0, by_class, np.inf).argmin())
        figures = (int(mine.sum()), float(right[mine].mean()), float(agrees[mine].mean()))
        found.append(Annotator(name, *figures, classes[worst]))
    return tuple(sorted(found, key=lambda each: (-each.quality, each.name)))
