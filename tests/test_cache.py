import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.cache import NO_CACHE, Cache, digest_of, rows
from labelaudit.engine import Threads
from labelaudit.observations.extractors import EXTRACTORS
from labelaudit.observations.extractors.nothing import Nothing

from .conftest import Shapes

Run = Callable[..., Result]


COMMAND = [sys.executable, "-m", "labelaudit"]


def report(run: Run, data: Path, *words: object) -> Result:
    return run("scan", data, "--exit-zero", "--format", "json", *words)


def test_a_report_is_the_same_without_with_and_from_the_cache(run: Run, just_changed: Shapes, tmp_path: Path) -> None:
    (just_changed.root / "circle" / "broken.png").write_bytes(b"\x89PNG")
    (just_changed.root / "circle" / "b\xf6se.txt").write_bytes(b"words")
    scores = [tmp_path / f"{number}.csv" for number in range(3)]
    without = report(run, just_changed.root, "--no-cache", "--scores", scores[0])
    assert "images: 0\n" in run("cache", "info").stdout

    cold = report(run, just_changed.root, "--scores", scores[1])
    assert "images: 20\nresults: 4\n" in run("cache", "info").stdout

    warm = report(run, just_changed.root, "--scores", scores[2])
    assert without.stdout == cold.stdout == warm.stdout
    assert len({file.read_bytes() for file in scores}) == 1
    assert without.stderr == cold.stderr == warm.stderr


def test_a_second_scan_starts_nothing_heavy(own_shapes: Shapes, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom labelaudit.cli import app\n"
        f"app(['scan', {str(own_shapes.root)!r}, '--exit-zero', '--cache-dir', {str(tmp_path / 'c')!r}], "
        "standalone_mode=False)\n"
        "print(sorted({'scipy', 'sklearn', 'openvino', 'cleanlab'} & set(sys.modules)))"
    )
    last = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        for _ in range(2)
    ]

    assert "openvino" in last[0]
    assert last[1] == "[]"


class Counting(Nothing):
    """Counts the images that it processes."""

    def __init__(self, identity: str = "") -> None:
        self.seen = 0
        self.identity = identity
        self.blocks = (2,)

    def start(self, jobs: int, cache: Cache = NO_CACHE) -> Callable[[np.ndarray], np.ndarray]:
        def extract(pictures: np.ndarray) -> np.ndarray:
            self.seen += len(pictures)
            return pictures.mean(axis=(1, 2), dtype=np.float32)[:, :2]

        return extract


def seen_by(
    root: Path,
    cache: Cache,
    monkeypatch: pytest.MonkeyPatch,
    *,
    identity: str = "",
    features: str = "efficientnet-lite0",
) -> int:
    counting = Counting(identity)
    monkeypatch.setitem(EXTRACTORS._things, features, counting)
    audit(root, Settings(features=features), cache=cache, engine=Threads(1))
    return counting.seen


def test_only_what_changed_is_looked_at(own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, circle = Cache(tmp_path / "cache"), own_shapes.root / "circle"
    assert seen_by(own_shapes.root, cache, monkeypatch) == 18
    assert seen_by(own_shapes.root, cache, monkeypatch) == 0

    (circle / "circle000.png").rename(circle / "renamed.png")
    (circle / "circle001.png").rename(own_shapes.root / "cross" / "moved.png")
    shutil.copy(circle / "circle002.png", circle / "copied.jpg")
    assert seen_by(own_shapes.root, cache, monkeypatch) == 0

    (circle / "circle002.png").write_bytes((circle / "circle002.png").read_bytes() + b"changed")
    assert seen_by(own_shapes.root, cache, monkeypatch) == 1
    assert not cache.notes


def test_what_changes_an_observation_has_rows_of_its_own(
    own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    seen_by(own_shapes.root, cache, monkeypatch)

    assert seen_by(own_shapes.root, cache, monkeypatch, identity="other weights") == 18
    assert seen_by(own_shapes.root, cache, monkeypatch, features="another") == 18
    monkeypatch.setattr("labelaudit.observations.look.versions_of", lambda *_: ("another Pillow",))
    assert seen_by(own_shapes.root, cache, monkeypatch) == 18
    monkeypatch.setattr("labelaudit.observations.look.digest_of_code", lambda *_: "another decoder")
    assert seen_by(own_shapes.root, cache, monkeypatch) == 18


def test_beliefs_are_recalled_for_the_same_question_only(just_changed: Shapes, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    def results_after(settings: Settings) -> int:
        audit(just_changed.root, settings, cache=cache, engine=Threads(1))
        return len(cache.files("record"))

    few = Settings(features="efficientnet-lite0-small")
    assert results_after(few) == 4  # copies, families, beliefs, and the network that is ready to run
    assert results_after(replace(few, min_p_error=0.9, ignore=("LA3",))) == 4
    assert results_after(replace(few, seed=1)) == 5
    last_of_its_class = just_changed.root / "circle" / "circle005.png"
    last_of_its_class.rename(just_changed.root / "cross" / "a.png")  # the same images in the same order
    assert results_after(few) == 6


class Colour(StrEnum):
    RED = "red"
    BLUE = "blau \u00fc"


@dataclass(frozen=True)
class Inner:
    number: float


@dataclass(frozen=True)
class Outer:
    column: np.ndarray
    by_name: dict[str, np.ndarray]
    inner: Inner
    colours: tuple[Colour, ...]


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    column = np.array([[0.1, np.nan], [-0.0, 1e-300]], order="F")
    record = Outer(column, {"a": column.astype(np.float32), "b": np.arange(3)}, Inner(0.1), (Colour.BLUE, Colour.RED))
    first = Cache(tmp_path).recall(Outer, digest_of(0), lambda: record)
    again = Cache(tmp_path).recall(Outer, digest_of(0), lambda: pytest.fail("it was not kept"))

    for back in (first, again):
        assert digest_of(back) == digest_of(record)
        assert back.column.tobytes() == column.tobytes()
        assert back.column.flags.c_contiguous
        assert type(back.inner.number) is float
        assert back.colours == record.colours
        assert isinstance(back.colours[0], Colour)


def test_two_scans_at_once_disturb_nobody(just_changed: Shapes, tmp_path: Path) -> None:
    command = [*COMMAND, "scan", str(just_changed.root), "--exit-zero", "--quality", "fast", "-f", "json"]
    scans = [
        subprocess.Popen(
            [*command, "--cache-dir", str(tmp_path / "cache")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    told = [scan.communicate(timeout=300) for scan in scans]

    assert len({out for out, _ in told}) == 1
    assert not any(b"cache" in talk for _, talk in told)
    names = sorted(path.name.split("-")[0] for path in (tmp_path / "cache").iterdir())
    assert names == ["record"] * 4 + ["rows"]


def test_an_interrupted_scan_keeps_what_it_saw(own_shapes: Shapes, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    def interrupt(done: int, total: int) -> None:
        if done > 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(
            own_shapes.root,
            Settings(features="efficientnet-lite0-small"),
            cache=cache,
            engine=Threads(1),
            track=interrupt,
        )

    assert sum(rows.count_rows(path) for path in cache.files("rows")) >= 6
