"""The uniform soft labels are those of Keras, compared with Keras itself."""

import os

import numpy as np
import pytest

from labelaudit.softlabels import smooth

from .test_softlabels import dataset

os.environ["KERAS_BACKEND"] = "jax"
pytest.importorskip("jax", reason="pip install 'labelaudit[keras]'")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("classes", [2, 3, 10, 101])
@pytest.mark.parametrize("eps", [0.0, 0.05, 0.2, 0.9])
def test_training_on_our_labels_has_the_loss_of_keras_smoothing_them(classes: int, eps: float) -> None:
    keras = pytest.importorskip("keras")
    random = np.random.default_rng(classes)
    labels = random.integers(0, classes, 50)
    predicted = random.dirichlet(np.ones(classes), 50).astype(np.float32)
    onehot = np.eye(classes, dtype=np.float32)[labels]
    soft = smooth(dataset(labels.tolist(), classes), eps).probabilities

    theirs = keras.losses.CategoricalCrossentropy(label_smoothing=eps, reduction="none")(onehot, predicted)
    ours = keras.losses.CategoricalCrossentropy(reduction="none")(soft, predicted)

    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=2e-4)
