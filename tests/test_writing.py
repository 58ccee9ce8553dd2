"""Reports are written atomically: a reader never sees half of one."""

import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import labelaudit

from .conftest import Shapes

PACKAGE = Path(labelaudit.__file__).parent

LARGE = 2**28
"""Bytes that take a disk long enough for a signal to arrive in between."""

DRAWING, APPENDING = "demo.py", "outputs.py"
"""The demo writes into a folder that is new, and GitHub's page of a step is appended to."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_a_process_that_is_killed_while_it_writes_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_bytes(b"old")
    code = (
        "import sys; from pathlib import Path; from labelaudit.cli.files import write\n"
        f"content = b'x' * {LARGE}; print('writing', flush=True); write(Path(sys.argv[1]), content)"
    )
    with subprocess.Popen([sys.executable, "-c", code, target], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None and not any(part_of(path) for path in tmp_path.iterdir()):
            time.sleep(0.0005)
        process.kill()

    assert process.returncode < 0, "it had written everything before it was killed"
    assert target.read_bytes() == b"old"


def part_of(path: Path) -> bool:
    """Tell whether a file is being written."""
    try:
        return path.stat().st_size > len(b"old") or (path.name == "report.json" and path.stat().st_size == 0)
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize(
    "words",
    [
        ("scan", "DATA", "--scores", "old"),
        ("scan", "DATA", "--format", "json", "--out", "old"),
        ("scan", "DATA", "--report", "html=old"),
        ("smooth", "DATA", "--out", "old.csv"),
        ("baseline", "DATA", "--reason", "seen", "--baseline", "old"),
    ],
)
def test_a_disk_that_is_full_in_the_middle_leaves_the_old_file(
    tmp_path: Path, draw_shapes: Callable[..., Shapes], words: tuple[str, ...]
) -> None:
    data = draw_shapes(tmp_path / "data", each=40, wrong=3).root
    for number in range(12):
        (data / "cross" / f"broken{number}.png").write_bytes(b"")
    target = tmp_path / words[-1].removeprefix("html=")
    old = b'{"schema_version": "1.0", "entries": []}'
    target.write_bytes(old)
    limited = ["sh", "-c", 'ulimit -f 1; exec "$0" "$@"', sys.executable, "-m", "labelaudit"]
    done = subprocess.run(
        [*limited, *(str(data) if word == "DATA" else word for word in words), "--no-cache", "--no-progress"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 2, done.stderr
    assert f"error: cannot write {target.name}: File too large.\n" in done.stderr
    assert target.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", target.name]


def test_commands_write_through_the_one_function_that_writes_aside() -> None:
    for path in (PACKAGE / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                writes = node.func.attr in ("write_text", "write_bytes", "savez", "save", "dump_to")
                opens = node.func.attr == "open" and path.name != APPENDING and "os.devnull" not in ast.unparse(node)
                assert not (writes or opens) or path.name in ("files.py", DRAWING), f"{path}: {ast.unparse(node)}"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of another kind")
def test_a_file_keeps_its_mode_and_a_new_one_has_the_usual(run: Callable[..., Result], own_shapes: Shapes) -> None:
    folder = own_shapes.root.parent
    before = os.umask(0o027)
    try:
        (folder / "old").write_text("")
        (folder / "old").chmod(0o600)
        for name in ("old", "new"):
            assert run("scan", own_shapes.root, "--exit-zero", "--scores", folder / name).exit_code == 0
    finally:
        os.umask(before)

    assert [(folder / name).stat().st_mode & 0o777 for name in ("old", "new")] == [0o600, 0o640]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_is_read_only_is_not_replaced(run: Callable[..., Result], own_shapes: Shapes) -> None:
    there = own_shapes.root.parent / "audit.json"
    there.write_text("mine", encoding="utf-8")
    there.chmod(0o444)
    done = run("scan", own_shapes.root, "--out", there, "--exit-zero")

    assert done.exit_code == 2
    assert "audit.json: it is read-only" in done.stderr
    assert there.read_text(encoding="utf-8") == "mine"
