"""The votes of neighbors for a few images with given positions."""

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Axes
from labelaudit.probabilities.neighbours import Neighbours, likeness, nearest, vote


def placed(angles: list[float]) -> Axes:
    """Images around a centre, which have a likeness of the cosine between them."""
    z = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return Axes(z, np.ones(2))


def voted(axes: Axes, shown: NDArray, groups: NDArray | None = None, labels: NDArray | None = None) -> NDArray:
    """Return the votes (2, N, 2) on each image, for class 0 and class 1.

    *shown* is for an image's label and for the other class; all labels are of class 0 unless they are given.
    """
    groups = np.arange(len(shown)) if groups is None else groups
    labels = np.zeros(len(shown), np.int64) if labels is None else labels
    candidates = np.stack([labels, 1 - labels], axis=1)
    near = nearest(axes)
    votes = np.exp(vote(likeness(axes, near), near, groups, labels, candidates, shown, 2))
    return np.take_along_axis(votes, np.argsort(candidates, axis=1)[None], axis=2)


def certain(*classes: int) -> NDArray:
    return np.eye(2)[list(classes)]


def test_the_nearest_vote_for_what_they_show_and_all_neighbours_for_their_labels() -> None:
    votes = voted(placed([0.0, 0.1, -0.1]), np.array([[1, 0], [0.25, 0.75], [0.25, 0.75]]))

    own = 0.5 / 4  # the one vote more, which goes by the labels, leaves this to the class that has none
    np.testing.assert_allclose(votes[0, 0], [(2 + 1 - own) / 3, own / 3])
    np.testing.assert_allclose(votes[1, 0], [(0.5 + 1 - own) / 3, (1.5 + own) / 3])


def test_one_near_neighbour_outvotes_many_far_ones_only_in_the_second_vote() -> None:
    labels = np.array([0, 1, 0, 0, 0, 0])
    flat, steep = voted(placed([0.0, 0.05, 1.2, -1.2, 1.1, -1.1]), certain(*[0] * 6), labels=labels)

    assert flat[0, 0] > 0.5 > flat[0, 1]
    assert steep[0, 0] < 0.5 < steep[0, 1]


def test_copies_have_no_vote() -> None:
    axes, labels = placed([0.0, 0.0, 0.8, -0.8]), np.array([1, 1, 0, 0])

    assert (voted(axes, certain(*[0] * 4), labels=labels)[:, 0, 1] > 0.3).all()
    assert (voted(axes, certain(*[0] * 4), np.array([0, 0, 2, 3]), labels)[:, 0, 1] < 0.2).all()


def test_where_all_are_copies_only_the_shares_of_the_labels_are_left() -> None:
    votes = voted(placed([0.0, 0.0, 0.0]), certain(1, 1, 1), np.zeros(3, np.int64))

    np.testing.assert_allclose(votes, np.broadcast_to([3.5 / 4, 0.5 / 4], (2, 3, 2)))


def test_the_nearest_are_found_and_weighed_by_direction() -> None:
    found = nearest(placed([0.0, 2.0, 0.2, 0.5]))

    assert isinstance(found, Neighbours)
    assert found.rows[0].tolist() == [2, 3, 1]
    assert found.similarity[0] == pytest.approx(np.cos([0.2, 0.5, 2.0]), abs=1e-6)
