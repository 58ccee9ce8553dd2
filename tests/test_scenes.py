"""Images of one scene are judged together: as one image, and not as several that agree."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit.copies import united
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.probabilities.scenes import averaged, labelled_scenes
from labelaudit.records import Beliefs, Copies, Dataset, Likeness, Observations
from labelaudit.settings import Settings

from .test_out_of_sample import drawn, flipped

ORIGINALS, MEMBERS = 400, 3
ORIGINAL = np.repeat(np.arange(ORIGINALS) * MEMBERS, MEMBERS)
TRUE = np.arange(ORIGINALS) % 4
GIVEN = flipped(TRUE, 0.1)


def placed(members: int) -> tuple[Dataset, Observations]:
    """The first so many of three images of each original, each with noise of its own; a tenth has a wrong label."""
    first = (np.arange(ORIGINALS)[:, None] * MEMBERS + np.arange(members)).ravel()
    dataset, observed = drawn(np.repeat(GIVEN, MEMBERS), np.repeat(TRUE, MEMBERS), apart=4.0)
    shared = np.random.default_rng(5).normal(size=(ORIGINALS, observed.features.shape[1]))
    features = (observed.features + np.repeat(shared, MEMBERS, axis=0)).astype(np.float32)
    fewer = drawn(np.repeat(GIVEN, members), np.repeat(TRUE, members))[1]
    return dataset.take(first), replace(fewer, features=features[first])


def judged(dataset: Dataset, observed: Observations, families: NDArray, scenes: NDArray) -> Beliefs:
    alone = np.arange(len(dataset))
    copies = Copies(alone, (Likeness.IDENTICAL,) * len(alone), families=families, scenes=scenes)
    return out_of_sample(dataset, observed, embed(observed), copies, Settings())


@pytest.fixture(scope="module")
def together() -> Beliefs:
    return judged(*placed(MEMBERS), ORIGINAL, ORIGINAL)


@pytest.fixture(scope="module")
def once() -> Beliefs:
    """One image of each original."""
    return judged(*placed(1), np.arange(ORIGINALS), np.arange(ORIGINALS))


@pytest.fixture(scope="module")
def apart() -> Beliefs:
    """The same images, as families that the user names: held out together, and each judged by what it shows."""
    return judged(*placed(MEMBERS), ORIGINAL, np.arange(ORIGINALS * MEMBERS))


def test_images_of_a_scene_with_one_label_are_flagged_together(together: Beliefs, apart: Beliefs) -> None:
    by_scene = together.p_error.reshape(ORIGINALS, MEMBERS)

    np.testing.assert_allclose(by_scene, by_scene[:, :1].repeat(MEMBERS, axis=1), atol=1e-9)
    assert (np.ptp(apart.p_error.reshape(ORIGINALS, MEMBERS), axis=1) > 0.01).mean() > 0.05


def test_three_images_of_each_original_give_what_one_gives(together: Beliefs, apart: Beliefs, once: Beliefs) -> None:
    def flagged(beliefs: Beliefs) -> tuple[int, int]:
        any_of_them = (beliefs.p_error.reshape(ORIGINALS, -1) > 0.5).any(axis=1)
        return int((any_of_them & (GIVEN != TRUE)).sum()), int((any_of_them & (GIVEN == TRUE)).sum())

    assert flagged(together)[0] >= 0.9 * flagged(once)[0]
    assert flagged(together)[1] <= flagged(once)[1]
    assert flagged(apart)[1] > flagged(once)[1]  # each is another chance


def test_scenes_are_divided_by_label_and_represented_by_the_first_in_order() -> None:
    scenes, labels = np.array([0, 0, 2, 0, 2]), np.array([1, 0, 1, 1, 1])

    assert labelled_scenes(scenes, labels, np.arange(5)).tolist() == [0, 1, 2, 0, 2]
    assert labelled_scenes(scenes, labels, np.array([4, 3, 2, 1, 0])).tolist() == [3, 1, 4, 3, 4]


def test_probabilities_of_a_scene_are_averaged_and_others_stay() -> None:
    voters = np.log(np.array([[[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.5, 0.5]]]))
    mean = np.exp(averaged(voters, np.array([0, 1, 0, 3])))

    np.testing.assert_allclose(mean, [[[0.55, 0.45], [0.6, 0.4], [0.55, 0.45], [0.5, 0.5]]])
    np.testing.assert_allclose(np.exp(voters[0, 0]), [0.9, 0.1])  # the voters' own are left as they were


def test_named_groups_connect_scenes_into_families() -> None:
    scenes, named = np.array([0, 0, 2, 3, 4]), np.array([0, 1, 1, 3, 4])

    assert united(scenes, named).tolist() == [0, 0, 0, 3, 4]


def test_images_that_the_user_names_are_families_and_no_scenes() -> None:
    copies = Copies(np.arange(3), (Likeness.IDENTICAL,) * 3, families=np.array([0, 0, 2]))

    assert copies.scenes.tolist() == [0, 1, 2]


def test_probabilities_that_are_too_small_for_a_number_are_averaged_as_logarithms() -> None:
    voters = np.array([[[0.0, -2000.0], [-1000.0, 0.0], [0.0, -2000.0]]])

    mean = averaged(voters, np.array([0, 1, 0]))
    assert mean.tolist() == [[[0.0, -2000.0], [-1000.0, 0.0], [0.0, -2000.0]]]
