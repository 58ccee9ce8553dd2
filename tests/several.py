"""Drawn images that show several shapes, or none, and tables of their labels."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .conftest import SHAPES, draw

CELL = 40


class Several(NamedTuple):
    """A table of drawn images, what they show, bool (N, 3), and which labels were given, bool (N, 3)."""

    table: Path
    true: NDArray[np.bool_]
    given: NDArray[np.bool_]


def several_shapes(root: Path, images: int = 240, wrong: int = 8, seed: int = 0) -> Several:
    """Draw images of up to three shapes in a row; of *wrong* images one label is missing, of as many one is extra."""
    random = np.random.default_rng(seed)
    true = random.random((images, len(SHAPES))) < 0.45
    root.mkdir(parents=True, exist_ok=True)
    for row in range(images):
        image = Image.new("RGB", (len(SHAPES) * CELL, CELL), tuple(random.integers(150, 256, 3).tolist()))
        for cell, shape in zip(random.permutation(len(SHAPES)), np.flatnonzero(true[row]), strict=False):
            image.paste(draw(SHAPES[shape], random, CELL), (int(cell) * CELL, 0))
        image.save(root / f"{row:03d}.png")
    given = true.copy()
    for present in (True, False):
        places = np.argwhere(true == present)
        chosen = places[random.choice(len(places), wrong, replace=False)]
        given[chosen[:, 0], chosen[:, 1]] ^= True
    return Several(write_table(root / "labels.jsonl", given), true, given)


def write_table(path: Path, given: NDArray[np.bool_]) -> Path:
    """Write the labels of drawn images as JSON Lines."""
    rows = [{"path": f"{row:03d}.png", "labels": named(labels)} for row, labels in enumerate(given)]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in rows), encoding="utf-8")
    return path


def named(labels: NDArray[np.bool_]) -> list[str]:
    return [SHAPES[number] for number in np.flatnonzero(labels)]
