"""Fixtures: data sets drawn from a seed, and the command line."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner, Result

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.cli import app
from labelaudit.engine import Threads
from labelaudit.records import Audit, Decisions
from labelaudit.reviewing import Review, open_review

from .browsers import launched
from .windows import open_window, review, window  # noqa: F401  fixtures

SHAPES = ("circle", "cross", "square")


def draw(shape: str, random: np.random.Generator, size: int = 48) -> Image.Image:
    """Draw one shape at a random position in random colors."""
    back, front = random.integers(150, 256, 3), random.integers(0, 100, 3)
    image = Image.new("RGB", (size, size), tuple(back.tolist()))
    pen = ImageDraw.Draw(image)
    left, top = random.integers(2, size // 3, 2).tolist()
    right, bottom = (size - random.integers(2, size // 4, 2)).tolist()
    colour = tuple(front.tolist())
    if shape == "circle":
        pen.ellipse((left, top, right, bottom), fill=colour)
    elif shape == "square":
        pen.rectangle((left, top, right, bottom), fill=colour)
    else:
        pen.line((left, top, right, bottom), fill=colour, width=5)
        pen.line((left, bottom, right, top), fill=colour, width=5)
    return image


def git(folder: Path, *words: str) -> None:
    """Run git with a fixed identity, independent of the user's configuration."""
    who = ("-c", "user.name=Somebody", "-c", "user.email=s@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@dataclass(frozen=True)
class Shapes:
    """A drawn data set and the paths of its wrong labels with their true class."""

    root: Path
    wrong: dict[str, str]


@pytest.fixture(scope="session")
def draw_shapes() -> Callable[..., Shapes]:
    def make(root: Path, each: int = 40, wrong: int = 3, seed: int = 0, size: int = 48) -> Shapes:
        random = np.random.default_rng(seed)
        planted = {}
        for label, shape in enumerate(SHAPES):
            for number in range(each):
                misplaced = label == 0 and number < wrong
                folder = SHAPES[1 + number % 2] if misplaced else shape
                path = root / folder / f"{shape}{number:03d}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                draw(shape, random, size).save(path)
                if misplaced:
                    planted[f"{folder}/{path.name}"] = shape
        return Shapes(root, planted)

    return make


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory, draw_shapes: Callable[..., Shapes]) -> Shapes:
    """A data set that tests must not change."""
    return draw_shapes(tmp_path_factory.mktemp("shapes") / "data")


@pytest.fixture(scope="session")
def shapes_audit(shapes: Shapes) -> Audit:
    return audit(shapes.root, Settings(), engine=Threads(2))


@pytest.fixture(scope="session")
def small_audit(tmp_path_factory: pytest.TempPathFactory, draw_shapes: Callable[..., Shapes]) -> Audit:
    """48 images: too few to be sure of a wrong label."""
    return audit(draw_shapes(tmp_path_factory.mktemp("small") / "data", each=16).root, Settings(), engine=Threads(2))


@pytest.fixture(scope="session")
def shapes_review(shapes: Shapes) -> Review:
    return open_review(shapes.root, Settings(), Decisions(), engine=Threads(2))


@pytest.fixture
def own_shapes(tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> Shapes:
    """A small data set that a test may change."""
    return draw_shapes(tmp_path / "data", each=6, wrong=0)


@pytest.fixture
def just_changed(own_shapes: Shapes) -> Shapes:
    """The same, with times in the future: a scan never takes its files for unchanged, however slow the machine is."""
    later = time.time() + 24 * 60 * 60
    for path in own_shapes.root.rglob("*.png"):
        os.utime(path, (later, later))
    return own_shapes


@pytest.fixture
def own_shapes_review(own_shapes: Shapes) -> Review:
    return open_review(own_shapes.root, Settings(), Decisions(), engine=Threads(2))


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Heed Ctrl-C, also in programs that tests start: a shell makes what it runs in the background ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test out of the user's cache folder."""
    folder = tmp_path_factory.mktemp("cache")
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(folder))
    return folder


@pytest.fixture
def run() -> Callable[..., Result]:
    def invoke(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return invoke


@pytest.fixture
def project(tmp_path: Path, draw_shapes: Callable[..., Shapes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with data that has wrong labels, and the working folder in it."""
    if not shutil.which("git"):
        pytest.skip("there is no git")
    folder = tmp_path / "project"
    draw_shapes(folder / "data")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True, capture_output=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def repository(tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> Path:
    """A repository whose first commit holds a data set."""
    folder = tmp_path / "repository"
    draw_shapes(folder / "data")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from launched()
