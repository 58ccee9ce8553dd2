"""Pieces of photos in class folders, and evidence about them without a network."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

from labelaudit.copies import find_copies
from labelaudit.engine import Threads
from labelaudit.observations import observe
from labelaudit.records import Beliefs, Count, Evidence
from labelaudit.settings import Settings
from labelaudit.sources import read

PHOTOS = ("astronaut.png", "chelsea.png", "coffee.png", "ihc.png", "motorcycle_left.png")

Harm = Callable[[Image.Image], Image.Image]


def photo(name: str) -> Image.Image:
    with Image.open(Path(skimage.__file__).parent / "data" / name) as image:
        return image.convert("RGB")


def pieces(count: int, seed: int = 0, edge: int = 160) -> list[Image.Image]:
    """Cut pieces out of the photos, each photo in turn, at positions drawn from a seed."""
    random = np.random.default_rng(seed)
    photos = [photo(name) for name in PHOTOS]
    found = []
    for number in range(count):
        image = photos[number % len(photos)]
        left, top = random.integers(0, image.width - edge), random.integers(0, image.height - edge)
        found.append(image.crop((left, top, left + edge, top + edge)))
    return found


def encoded(image: Image.Image, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def folders(root: Path, classes: int, each: int, *, edge: int = 160, harm: Harm | None = None) -> Path:
    """Write class folders a, b, c ... that hold like images; *harm* is done to all of them."""
    for number in range(classes):
        folder = root / "abcdefgh"[number]
        folder.mkdir(parents=True)
        for place, image in enumerate(pieces(each, seed=number, edge=edge)):
            (folder / f"{place:03d}.jpg").write_bytes(encoded(harm(image) if harm else image))
    return root


def evidence(root: Path) -> Evidence:
    """Observe a folder, believe nothing of its labels, and find its copies."""
    settings = Settings(features="none")
    dataset = read(root, settings)
    observed = observe(dataset, settings, engine=Threads(2))
    dataset = dataset.take(observed.rows)
    nothing = np.zeros((len(dataset), 0))
    beliefs = Beliefs(
        candidates=nothing.astype(np.int64),
        probabilities=nothing,
        posterior=nothing,
        p_error=np.zeros(len(dataset)),
        suggested=dataset.labels.copy(),
        judged=np.zeros(len(dataset), bool),
        voters={},
        neighbours=nothing.astype(np.int32),
        strangeness=np.zeros(len(dataset)),
        noise=np.zeros((len(dataset.classes), len(dataset.classes))),
        wrong=Count(0, 0, 0),
        accuracy=0.0,
        chance=0.0,
        overlapping=np.empty((0, 2), np.int64),
    )
    return Evidence(dataset, observed, find_copies(observed, jobs=2), beliefs, settings)
