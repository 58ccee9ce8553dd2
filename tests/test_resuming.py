"""A scan that is killed is continued by the next one."""

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

IMAGES = 1150
"""A file of the cache holds 1,024: 89 % of them."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    random = np.random.default_rng(0)
    for label in ("dark", "light"):
        (folder / label).mkdir()
    for number in range(IMAGES):
        label = ("dark", "light")[number % 2]
        pixels = random.integers(0, 90, (16, 16, 3)) + 160 * (number % 2)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / label / f"{number:04}.png", compress_level=1)
    return folder


def command(data: Path, cache: Path, *words: str) -> list[str]:
    options = ["--quality", "fast", "--exit-zero", "--no-baseline", "--cache-dir", str(cache), *words]
    return [sys.executable, "-m", "labelaudit", "scan", str(data), *options]


def decoded(done: "subprocess.CompletedProcess[str]") -> int:
    found = re.search(r"images: 1150 readable, (\d+) files decoded", done.stderr)
    assert found, done.stderr
    return int(found[1])


def test_a_scan_that_was_killed_is_continued(many: Path, tmp_path: Path) -> None:
    killed = subprocess.Popen(command(many, tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 300
    while not list(tmp_path.glob("rows-*.cache")) and time.monotonic() < until:
        time.sleep(0.01)
    assert killed.poll() is None
    killed.kill()
    killed.wait()
    done = subprocess.run(command(many, tmp_path, "-v", "--format", "json"), capture_output=True, text=True, check=True)

    assert decoded(done) <= IMAGES - 1024
    left = sorted(path.name for path in tmp_path.iterdir() if not re.match(r"(rows|record|aside)-", path.name))
    assert not left
