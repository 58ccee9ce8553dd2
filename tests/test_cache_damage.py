import io
import json
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.cache import Cache, Rows, arrays, rows

from .conftest import Shapes

Run = Callable[..., Result]


ROW = np.dtype([("number", "<i8"), ("name", "S4")])


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
    """An object whose unpickling runs code."""

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


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_made_anew_and_said_once(
    how: str, run: Run, just_changed: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--quality", "fast", "--cache-dir", tmp_path / "cache")
    first = report(run, just_changed.root, *words)
    files = sorted((tmp_path / "cache").iterdir())
    assert len(files) == 5
    for path in files:
        break_file(path, how)
    again = report(run, just_changed.root, *words)
    healed = report(run, just_changed.root, *words)

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
        arrays.read_arrays(io.BytesIO(content), len(content))


@pytest.mark.parametrize("shape", [[2**62], [-1], [2**40, 2**40], "many", [0.5], None, [[1]]])
def test_arrays_are_as_large_as_the_file(shape: object) -> None:
    body = json.dumps([["a", "<f8", shape]]).encode()
    content = arrays.MAGIC + arrays.HEAD.pack(zlib.crc32(body + bytes(16)), len(body)) + body + bytes(16)

    with pytest.raises(arrays.BrokenFile):
        arrays.read_arrays(io.BytesIO(content), len(content))


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
