"""A small residual network, trained from scratch on soft labels in PyTorch on a CPU; for benchmarks/downstream.py.

``pip install torch`` first; labelaudit does not depend on it. Seven convolutions with batch normalisation (He et al.
(2016), "Deep Residual Learning for Image Recognition"), random flips and shifts, SGD with Nesterov's momentum, a rate
that rises and falls once.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from targets import Matrix, Targets

from labelaudit.records import Dataset

EDGE, WIDTHS = 32, (16, 32, 64)
EPOCHS, BATCH, RATE, DECAY = 12, 64, 0.1, 5e-4
SHIFT = 4


def pixels(dataset: Dataset) -> Matrix:
    """Return the images, (N, 3, 32, 32), from -1 to 1."""
    rows = np.empty((len(dataset), 3, EDGE, EDGE), np.float32)
    for row, path in enumerate(dataset.paths):
        with Image.open(BytesIO(dataset.source.open(path))) as image:
            small = image.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BOX)
        rows[row] = np.asarray(small, np.float32).transpose(2, 0, 1) / 127.5 - 1
    return rows


def network(train: Matrix, targets: Targets, seed: int) -> Callable[[Matrix], Matrix]:
    """Train, and return what gives logits."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = _model(targets.soft.shape[1]).to(memory_format=torch.channels_last)
    used = np.flatnonzero(targets.weights)
    random = np.random.default_rng(seed)
    steps = EPOCHS * (len(used) // BATCH)
    optimiser = torch.optim.SGD(model.parameters(), RATE, momentum=0.9, weight_decay=DECAY, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    model.train()
    for _ in range(EPOCHS):
        order = random.permutation(used)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            images = torch.from_numpy(_changed(train[rows], random)).to(memory_format=torch.channels_last)
            losses = cross_entropy(model(images), torch.from_numpy(targets.soft[rows]), reduction="none")
            loss = (losses * torch.from_numpy(targets.weights[rows])).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    model.eval()

    def predict(images: Matrix) -> Matrix:
        with torch.no_grad():
            chunks = [model(torch.from_numpy(images[at : at + 500])).numpy() for at in range(0, len(images), 500)]
        return np.concatenate(chunks)

    return predict


def _changed(images: Matrix, random: np.random.Generator) -> NDArray[np.float32]:
    """Return the images, each shifted by up to four pixels, and half of them mirrored."""
    padded = np.pad(images, ((0, 0), (0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)), mode="reflect")
    changed = np.empty_like(images)
    places = random.integers(0, 2 * SHIFT + 1, (len(images), 2))
    for row, (down, right) in enumerate(places.tolist()):
        changed[row] = padded[row, :, down : down + EDGE, right : right + EDGE]
    mirrored = random.random(len(images)) < 0.5
    changed[mirrored] = changed[mirrored, :, :, ::-1]
    return changed


def _model(classes: int) -> Any:
    from torch import nn

    class Block(nn.Module):
        """Two convolutions that a sum goes around."""

        def __init__(self, width: int) -> None:
            super().__init__()
            self.inside = nn.Sequential(*convolution(width, width), *convolution(width, width))

        def forward(self, images: Any) -> Any:
            return images + self.inside(images)

    def convolution(before: int, after: int) -> list[Any]:
        return [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]

    first, second, third = WIDTHS
    return nn.Sequential(
        *convolution(3, first),
        nn.MaxPool2d(2),
        *convolution(first, second),
        nn.MaxPool2d(2),
        Block(second),
        *convolution(second, third),
        nn.MaxPool2d(2),
        Block(third),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(third, classes),
    )
