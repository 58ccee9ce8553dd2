import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.cache import Cache, Rows, digest_of, folder, rows

from .conftest import Shapes

Run = Callable[..., Result]


ROW = np.dtype([("number", "<i8"), ("name", "S4")])


AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def report(run: Run, data: Path, *words: object) -> Result:
    return run("scan", data, "--exit-zero", "--format", "json", *words)


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
        cache.write(name, [bytes(size)])
        os.utime(tmp_path / name, (number, number))
    cache.used(tmp_path / names[0])
    (tmp_path / "foreign").write_bytes(bytes(10 * size))
    cache.write(names[3], [bytes(size)])

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["foreign", names[0], names[2], names[3]])
    assert cache.size() == 3 * size


def test_nothing_is_ever_kept_inside_the_data(run: Run, own_shapes: Shapes) -> None:
    before = sorted(own_shapes.root.rglob("*"))
    for place in (own_shapes.root, own_shapes.root / "circle" / "cache", own_shapes.root / "circle" / ".." / "new"):
        done = report(run, own_shapes.root, "--quality", "fast", "--cache-dir", place)
        assert "is inside the data set, so nothing is cached." in done.stderr
    assert sorted(own_shapes.root.rglob("*")) == before


def test_clear_throws_away_the_cache_and_nothing_else(run: Run, just_changed: Shapes, tmp_path: Path) -> None:
    (tmp_path / "mine.cache").write_bytes(b"mine")
    words = ("--cache-dir", tmp_path)
    report(run, just_changed.root, "--quality", "fast", *words)
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
    assert f"could not be deleted from {cache}. Make the folder writable" in done.stderr


def test_a_user_s_cache_folder_inside_the_data_is_not_written_to(
    run: Run, own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(own_shapes.root))
    before = sorted(own_shapes.root.rglob("*"))
    done = run("scan", own_shapes.root, "--exit-zero")

    assert done.exit_code == 0
    assert sorted(own_shapes.root.rglob("*")) == before


def test_the_limit_follows_the_disk_and_the_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = 100 * 10**9
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    cache = Cache(tmp_path / "to be made")

    assert cache.limit == 10 * 10**9
    cache.expect(30 * 10**9)
    assert (cache.limit, cache.notes) == (30 * 10**9, [])
    cache.expect(60 * 10**9)
    assert cache.limit == 50 * 10**9
    assert "this data set takes 60.0 GB, and" in cache.notes[0]
    assert "may take 50.0 GB" in cache.notes[0]
    free = 10**9
    assert cache.limit == 2 * 2**30
