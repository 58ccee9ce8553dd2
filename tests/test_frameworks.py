"""Training on soft labels as the documentation shows it, with the real frameworks, and the mistakes that it warns of.

Each test needs a framework that labelaudit does not depend on, and is skipped where it is not installed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.softlabels import LoadedLabels, load

from .conftest import Shapes
from .recipes import ROOT

Run = Callable[..., Result]
PAGE = (ROOT / "docs" / "how-to" / "soft-labels.md").read_text(encoding="utf-8")
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "KERAS_BACKEND": "jax"}

pytestmark = pytest.mark.filterwarnings("ignore")  # those of other libraries


def framework(name: str, install: str) -> Any:
    """Return a framework, or skip the test with what to install."""
    os.environ.update(OFFLINE)
    return pytest.importorskip(name, reason=f"pip install {install}", exc_type=ImportError)


def program(*sections: str) -> str:
    """Return the code of the page: how the file is read, and then that of some sections."""
    parts = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
    codes = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
    for name in sections:
        codes += re.findall(r"^```py\n(.*?)^```$", parts[name], re.M | re.S)
    return "\n".join(codes)


@pytest.fixture
def place(run: Run, own_shapes: Shapes, tmp_path: Path) -> Path:
    """Return a working folder as on the page: the data set ``digits``, and its soft labels."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "digits").symlink_to(own_shapes.root, target_is_directory=True)
    for out in (work / "labels.npz", own_shapes.root / "metadata.jsonl"):
        done = run("smooth", own_shapes.root, "--out", out)
        assert done.exit_code == 0, done.stderr
    return work


@pytest.fixture
def soft(place: Path) -> LoadedLabels:
    return load(place / "labels.npz")


def runs(code: str, place: Path, check: str) -> None:
    """Run a program in the working folder, with a check at its end."""
    environment = {**os.environ, **OFFLINE, "HF_HOME": str(place / "home"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"{code}\n{check}"]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "checked" in done.stdout


def logits(soft: LoadedLabels) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 2, soft.probabilities.shape).astype(np.float32)


def cross_entropy_of(targets: np.ndarray, scores: np.ndarray) -> float:
    return float(-(targets * (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))).sum(axis=1).mean())


def test_pytorch_trains_on_them(place: Path) -> None:
    framework("torch", "torch")
    check = """
images, targets = SoftDataset("digits", soft)[5]
assert targets.dtype == torch.float32 and targets.tolist() == soft.probabilities[5].tolist()
assert torch.isfinite(loss)
print("checked")
"""
    runs(program("PyTorch"), place, check)


def test_pytorch_takes_probabilities_and_smooths_again_if_it_is_told_to(soft: LoadedLabels) -> None:
    torch = framework("torch", "torch")
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, nll_loss

    scores, targets = logits(soft), soft.probabilities
    said, wanted = torch.from_numpy(scores), torch.from_numpy(targets)
    twice = 0.9 * targets + 0.1 / targets.shape[1]

    assert float(cross_entropy(said, wanted)) == pytest.approx(cross_entropy_of(targets, scores), rel=1e-5)
    again = float(cross_entropy(said, wanted, label_smoothing=0.1))
    assert again == pytest.approx(cross_entropy_of(twice, scores), rel=1e-5)
    with pytest.raises(RuntimeError):
        nll_loss(said.log_softmax(1), wanted)
    with pytest.raises(RuntimeError):
        cross_entropy(said, wanted.long())
    assert float(binary_cross_entropy_with_logits(said, wanted)) != pytest.approx(float(cross_entropy(said, wanted)))


def test_keras_trains_on_them(place: Path) -> None:
    framework("jax", "jax keras")
    framework("keras", "jax keras")
    check = """
assert images.shape == (len(soft.paths), 32, 32, 3)
assert model.evaluate(images, soft.probabilities, verbose=0)[0] > 0
print("checked")
"""
    runs(program("Keras"), place, check)


def test_keras_takes_probabilities_and_its_sparse_loss_does_not(soft: LoadedLabels) -> None:
    framework("jax", "jax keras")
    keras = framework("keras", "jax keras")
    scores, targets = logits(soft), soft.probabilities
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    again = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    twice = 0.9 * targets + 0.1 / targets.shape[1]

    assert float(loss(targets, scores)) == pytest.approx(cross_entropy_of(targets, scores), rel=1e-4)
    assert float(again(targets, scores)) == pytest.approx(cross_entropy_of(twice, scores), rel=1e-4)
    with pytest.raises(ValueError, match="shape"):
        keras.losses.SparseCategoricalCrossentropy(from_logits=True)(targets, scores)
    multi_label = keras.losses.BinaryCrossentropy(from_logits=True)(targets, scores)
    assert float(multi_label) != pytest.approx(float(loss(targets, scores)), rel=1e-2)


def test_timm_trains_on_them(place: Path) -> None:
    framework("torch", "torch torchvision timm")
    framework("timm", "torch torchvision timm")
    runs(program("PyTorch", "timm"), place, 'assert torch.isfinite(loss)\nprint("checked")')


def test_timm_takes_probabilities_in_one_of_its_losses_only(soft: LoadedLabels) -> None:
    torch = framework("torch", "torch torchvision timm")
    framework("timm", "torch torchvision timm")
    from timm.data import Mixup
    from timm.loss import LabelSmoothingCrossEntropy, SoftTargetCrossEntropy

    scores, targets = logits(soft), soft.probabilities
    said, wanted = torch.from_numpy(scores), torch.from_numpy(targets)

    assert float(SoftTargetCrossEntropy()(said, wanted)) == pytest.approx(cross_entropy_of(targets, scores), rel=1e-5)
    with pytest.raises((RuntimeError, IndexError)):
        LabelSmoothingCrossEntropy()(said, wanted)
    assert Mixup().label_smoothing == 0.1
    _, mixed = Mixup(num_classes=targets.shape[1])(torch.zeros(4, 3, 8, 8), wanted[:4])
    assert tuple(mixed.shape) == (4 * targets.shape[1], targets.shape[1])


def test_hugging_face_reads_them_with_the_images(place: Path) -> None:
    framework("datasets", "datasets")
    code = program("Hugging Face").partition("import numpy")[0]
    check = """
assert len(data) == len(soft.paths) and tuple(classes) == soft.classes
rows = dict(zip(soft.paths, soft.probabilities))
import os
for row in data:
    path = os.path.relpath(row["image"].filename, os.path.realpath("digits"))
    assert max(abs(rows[path.replace(os.sep, "/")] - row["probabilities"])) < 2e-6
assert data[1]["classes"] is None
print("checked")
"""
    runs(code, place, check)


def test_hugging_face_reads_parquet(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    datasets = framework("datasets", "datasets")
    out = tmp_path / "labels.parquet"
    assert run("smooth", shapes.root, "--out", out).exit_code == 0
    data = datasets.load_dataset("parquet", data_files=str(out), split="train", cache_dir=str(tmp_path / "kept"))
    soft = load(out)

    assert tuple(data["path"]) == soft.paths
    assert (np.array(data["probabilities"], dtype=np.float32) == soft.probabilities).all()


def test_the_trainer_of_hugging_face_trains_on_them(place: Path) -> None:
    framework("datasets", "torch datasets transformers accelerate")
    framework("torch", "torch datasets transformers accelerate")
    framework("transformers", "torch datasets transformers accelerate")
    framework("accelerate", "torch datasets transformers accelerate")
    check = """
assert trainer.state.global_step > 0 and trainer.model.config.problem_type is None
batch = prepare(data[:4])
model = ViTForImageClassification(config)
own = model(**batch).loss
assert model.config.problem_type == "multi_label_classification"
assert abs(float(own) - float(cross_entropy(model(pixel_values=batch["pixel_values"]).logits, batch["labels"]))) > .01
print("checked")
"""
    runs(program("Hugging Face"), place, check)


def test_the_order_of_the_classes_is_that_of_a_folder_reader(soft: LoadedLabels, place: Path) -> None:
    """torchvision and Keras number the class folders in the order of their sorted names."""
    assert soft.classes == tuple(sorted(entry.name for entry in os.scandir(place / "digits") if entry.is_dir()))
