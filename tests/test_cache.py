import json
import os
import pickle
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.cache import NO_CACHE, Cache, Rows, arrays, digest_of, folder, rows
from labelaudit.observations.extractors import EXTRACTORS
from labelaudit.observations.extractors.nothing import Nothing

from .conftest import Shapes

Run = Callable[..., Result]
COMMAND = [sys.executable, "-m", "labelaudit"]
ROW = np.dtype([("number", "<i8"), ("name", "S4")])
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def report(run: Run, data: Path, *words: object) -> Result:
    return run("scan", data, "--exit-zero", "--format", "json", *words)


def break_file(path: Path, how: str) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(
        {
            "cut short": content[:middle],
            "a flipped bit": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "a flipped bit in the head": content[:22] + bytes([content[22] ^ 1]) + content[23:],
            "garbage": b"garbage" * 50,
            "empty": b"",
            "longer": content + b"more",
            "a pickle": pickle.dumps(Bomb()),
        }[how]
    )


class Bomb:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("exploded",))


BROKEN = [
    "cut short",
    "a flipped bit",
    "a flipped bit in the head",
    "garbage",
    "empty",
    "longer",
    "a pickle",
]


def test_a_report_is_the_same_without_with_and_from_the_cache(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    (own_shapes.root / "circle" / "broken.png").write_bytes(b"\x89PNG")
    (own_shapes.root / "circle" / "b\xf6se.txt").write_bytes(b"words")
    scores = [tmp_path / f"{number}.csv" for number in range(3)]
    without = report(run, own_shapes.root, "--no-cache", "--scores", scores[0])
    assert "images: 0\n" in run("cache", "info").stdout

    cold = report(run, own_shapes.root, "--scores", scores[1])
    assert "images: 20\nresults: 4\n" in run("cache", "info").stdout

    warm = report(run, own_shapes.root, "--scores", scores[2])
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
    """Counts the pictures that it is given."""

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
    audit(root, Settings(features=features), cache=cache, jobs=1)
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


def test_beliefs_are_recalled_for_the_same_question_only(
    own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labelaudit.cache.unchanged.SETTLED", 1e9)  # however long ago the images were drawn
    cache = Cache(tmp_path / "cache")

    def results_after(settings: Settings) -> int:
        audit(own_shapes.root, settings, cache=cache, jobs=1)
        return len(cache.files("record"))

    few = Settings(features="efficientnet-lite0-small")
    assert results_after(few) == 4  # copies, families, beliefs, and the network that is ready to run
    assert results_after(replace(few, min_p_error=0.9, ignore=("LA3",))) == 4
    assert results_after(replace(few, seed=1)) == 5
    last_of_its_class = own_shapes.root / "circle" / "circle005.png"
    last_of_its_class.rename(own_shapes.root / "cross" / "a.png")  # the same images in the same order
    assert results_after(few) == 6


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_made_anew_and_said_once(
    how: str, run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("labelaudit.cache.unchanged.SETTLED", 1e9)  # however long ago the images were drawn
    words = ("--quality", "fast", "--cache-dir", tmp_path / "cache")
    first = report(run, own_shapes.root, *words)
    files = sorted((tmp_path / "cache").iterdir())
    assert len(files) == 5
    for path in files:
        break_file(path, how)
    again = report(run, own_shapes.root, *words)
    healed = report(run, own_shapes.root, *words)

    assert first.stdout == again.stdout == healed.stdout
    assert again.stderr.count("was damaged; its contents are computed again.") == 1
    assert "broken" not in healed.stderr
    assert len(Cache(tmp_path / "cache").files("record")) == 4
    assert sum(rows.count_rows(path) for path in Cache(tmp_path / "cache").files("rows")) == 18
    assert not (tmp_path / "exploded").exists()


def test_a_row_is_never_taken_for_another(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    kept = Rows(cache, "key", ROW)
    for number in range(3):
        kept.add(bytes([number] * 32), np.array([(number, b"name")], ROW)[0])
    kept.close()
    (path,) = cache.files("rows")
    content, size = path.read_bytes(), ROW.itemsize + 4
    path.write_bytes(content[: -2 * size] + content[-size:] + content[-2 * size : -size])
    found = Rows(cache, "key", ROW)

    assert found.get(bytes(32)) == np.array([(0, b"name")], ROW)[0]
    assert found.get(bytes([1] * 32)) is None
    assert found.get(bytes([2] * 32)) is None
    assert len(cache.notes) == 1


@pytest.mark.parametrize("kind", ["|O", "<f8, <i4", "M8[s]", "V4", "nonsense", "<f99"])
def test_arrays_are_numbers_and_texts_whatever_a_file_says(kind: str) -> None:
    body = json.dumps([["a", kind, [1]]]).encode()
    content = arrays.MAGIC + arrays.HEAD.pack(zlib.crc32(body + bytes(16)), len(body)) + body + bytes(16)

    with pytest.raises(arrays.BrokenFile):
        arrays.from_bytes(content)


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


@pytest.mark.parametrize("shape", [[2**62], [-1], [2**40, 2**40], "many", [0.5], None, [[1]]])
def test_arrays_are_as_large_as_the_file(shape: object) -> None:
    body = json.dumps([["a", "<f8", shape]]).encode()
    content = arrays.MAGIC + arrays.HEAD.pack(zlib.crc32(body + bytes(16)), len(body)) + body + bytes(16)

    with pytest.raises(arrays.BrokenFile):
        arrays.from_bytes(content)


def test_a_pickle_in_the_place_of_a_result_runs_nothing(
    run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--quality", "fast", "--cache-dir", "cache")
    report(run, own_shapes.root, *words)
    body = pickle.dumps(Bomb())
    for path in (tmp_path / "cache").iterdir():
        for magic, head in ((arrays.MAGIC, arrays.HEAD.pack(zlib.crc32(body), len(body))), (rows.MAGIC, b"")):
            path.write_bytes(magic + head + body)
            assert report(run, own_shapes.root, *words).exit_code == 0

    assert not (tmp_path / "exploded").exists()


def test_two_scans_at_once_disturb_nobody(own_shapes: Shapes, tmp_path: Path) -> None:
    command = [*COMMAND, "scan", str(own_shapes.root), "--exit-zero", "--quality", "fast", "-f", "json"]
    scans = [
        subprocess.Popen(
            [*command, "--cache-dir", str(tmp_path / "cache")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    told = [scan.communicate(timeout=60) for scan in scans]

    assert len({out for out, _ in told}) == 1
    assert not any(b"cache" in talk for _, talk in told)
    names = sorted(path.name.split("-")[0] for path in (tmp_path / "cache").iterdir())
    assert names == ["record"] * 4 + ["rows"]


def test_a_file_that_another_scan_throws_away_is_no_matter(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    kept = Rows(cache, "key", ROW)
    kept.add(bytes(32), np.array([(1, b"name")], ROW)[0])
    kept.close()
    found = Rows(cache, "key", ROW)
    Cache(tmp_path).clear()

    assert found.get(bytes(32)) is None
    assert not cache.notes


@pytest.mark.skipif(sys.platform == "win32" or AS_ROOT, reason="nothing is forbidden here")
def test_a_folder_that_can_only_be_read_still_serves(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    words = ("--quality", "fast", "--cache-dir", tmp_path)
    first = report(run, own_shapes.root, *words)
    tmp_path.chmod(0o500)
    try:
        assert report(run, own_shapes.root, *words).stderr == first.stderr
    finally:
        tmp_path.chmod(0o700)


def test_where_nothing_can_be_written_the_scan_goes_on_and_says_so(
    run: Run, own_shapes: Shapes, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = report(run, own_shapes.root, "--quality", "fast", "--cache-dir", tmp_path / "file" / "cache")

    assert done.exit_code == 0
    assert done.stderr.count("cache: can't write to the cache folder") == 1
    assert json.loads(done.stdout)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    aside = tmp_path / "aside-12345678.cache"

    def onto_a_full_disk(**_: object) -> tuple[int, str]:
        aside.symlink_to("/dev/full")
        return os.open(aside, os.O_WRONLY), str(aside)

    monkeypatch.setattr(folder.tempfile, "mkstemp", onto_a_full_disk)
    kept = Rows(cache, "key", ROW)
    for number in range(2 * rows.FULL):
        kept.add(number.to_bytes(32, "big"), np.array([(number, b"name")], ROW)[0])
    kept.close()

    assert len(cache.notes) == 1
    assert "No space left on device" in cache.notes[0]
    assert not list(tmp_path.iterdir())


def test_what_was_used_last_stays(tmp_path: Path) -> None:
    size = 10_000
    cache = Cache(tmp_path, limit=3 * size)
    names = [f"record-{digest_of(number)}.cache" for number in range(5)]
    for number, name in enumerate(names[:3]):
        cache.write(name, bytes(size))
        os.utime(tmp_path / name, (number, number))
    cache.used(tmp_path / names[0])
    (tmp_path / "foreign").write_bytes(bytes(10 * size))
    cache.write(names[3], bytes(size))

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["foreign", names[0], names[2], names[3]])
    assert cache.size() == 3 * size


def test_an_interrupted_scan_keeps_what_it_saw(own_shapes: Shapes, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    def interrupt(done: int, total: int) -> None:
        if done > 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(own_shapes.root, Settings(features="efficientnet-lite0-small"), cache=cache, jobs=1, track=interrupt)

    assert sum(rows.count_rows(path) for path in cache.files("rows")) >= 6


def test_nothing_is_ever_kept_inside_the_data(run: Run, own_shapes: Shapes) -> None:
    before = sorted(own_shapes.root.rglob("*"))
    for place in (own_shapes.root, own_shapes.root / "circle" / "cache", own_shapes.root / "circle" / ".." / "new"):
        done = report(run, own_shapes.root, "--quality", "fast", "--cache-dir", place)
        assert "is inside the data set, so nothing is cached." in done.stderr
    assert sorted(own_shapes.root.rglob("*")) == before


def test_clear_throws_away_the_cache_and_nothing_else(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    (tmp_path / "mine.cache").write_bytes(b"mine")
    words = ("--cache-dir", tmp_path)
    report(run, own_shapes.root, "--quality", "fast", *words)
    (tmp_path / "aside-abcd1234.cache").write_bytes(b"left by a scan that was killed")

    assert f"folder: {tmp_path}\nimages: 18\nresults: 4\n" in run("cache", "info", *words).stdout
    assert run("cache", "clear", *words).exit_code == 0
    assert "images: 0\nresults: 0\nsize: 0.0 MiB" in run("cache", "info", *words).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mine.cache"]


def test_an_empty_cache_is_none_to_clear(run: Run, tmp_path: Path) -> None:
    assert run("cache", "clear", "--cache-dir", tmp_path / "none").stdout == "0.0 MiB deleted\n"
    assert run("cache", "clear", "--nonsense").exit_code == 2


def test_what_cannot_be_thrown_away_is_told(
    run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "kept"
    run("scan", own_shapes.root, "--quality", "fast", "--cache-dir", cache)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    done = run("cache", "clear", "--cache-dir", cache)

    assert done.exit_code == 2
    assert done.stdout == "0.0 MiB deleted\n"
    assert f"are left in {cache}. Make the folder writable" in done.stderr


def test_a_user_s_cache_folder_inside_the_data_is_not_written_to(
    run: Run, own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(own_shapes.root))
    before = sorted(own_shapes.root.rglob("*"))
    done = run("scan", own_shapes.root, "--exit-zero")

    assert done.exit_code == 0
    assert sorted(own_shapes.root.rglob("*")) == before
