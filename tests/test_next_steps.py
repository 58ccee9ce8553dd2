"""The commands that a failed scan suggests, and that they work."""

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import Shapes

Run = Callable[..., Result]
COMMAND = [sys.executable, "-m", "labelaudit"]


def test_a_failing_scan_ends_with_the_next_steps(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    page = f"html={tmp_path / 'report.html'}"

    ways = ["look", "fix", "accept"]
    assert [line.split(":")[0].strip() for line in run("scan", shapes.root).stderr.splitlines()[-3:]] == ways
    seen = run("scan", shapes.root, "--report", page).stderr
    assert "  look: " not in seen
    assert f"  accept: labelaudit baseline {shlex.quote(str(shapes.root))} " in seen


def test_what_is_accepted_is_what_failed(
    run: Run, draw_shapes: Callable[..., Shapes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = draw_shapes(tmp_path / "data", each=80)  # of fewer, no wrong label is that sure
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my accepted.json").write_text('{"schema_version": "1.0", "entries": []}')
    words = shlex.split("--baseline 'my accepted.json' --min-p-error 0.9 --select LA1 --quality fast --seed 1")
    first = run("scan", shapes.root, *words, "--jobs", 1)
    way = next(line for line in first.stderr.splitlines() if line.startswith("  accept: labelaudit "))
    typed = shlex.split(way.removeprefix("  accept: labelaudit "))

    named = [typed[place + 1] for place, word in enumerate(typed) if word == "--path"]

    assert sorted(named) == sorted(shapes.wrong)
    paths = [word for path in named for word in ("--path", path)]
    assert sorted(typed) == sorted([*words, *paths, "baseline", "data", "--reason", "..."])
    assert run(*typed).exit_code == 0
    assert run("scan", shapes.root, *words).exit_code == 0


def test_in_the_data_the_way_on_leads_out_of_it(run: Run, shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shapes.root / "cross")
    name = shapes.root.name

    assert f"  accept: cd {shapes.root.parent}; labelaudit baseline {name} --path " in run("scan", "..").stderr


def test_what_fails_for_stale_entries_alone_is_pruned(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    accepted, broken = tmp_path / "accepted.json", own_shapes.root / "cross" / "empty.png"
    broken.write_bytes(b"")
    run("baseline", own_shapes.root, "--select", "LA301", "--baseline", accepted, "--reason", "x")
    broken.unlink()
    words = ("--select", "LA301", "--baseline", accepted)
    told = run("scan", own_shapes.root, *words, "--strict").stderr.splitlines()

    assert told[-2] == "failed: the baseline has 1 stale entry (--strict)"
    assert told[-1].startswith("  prune: labelaudit baseline ")
    assert run(*shlex.split(told[-1].removeprefix("  prune: labelaudit "))).exit_code == 0
    assert run("scan", own_shapes.root, *words, "--strict").exit_code == 0


def test_a_converted_report_has_its_headlines_unless_it_is_to_be_quiet(
    run: Run, shapes: Shapes, tmp_path: Path
) -> None:
    saved = tmp_path / "audit.json"
    scanned = run("scan", shapes.root, "-f", "json", "-o", saved)
    done = run("report", saved)

    assert done.stderr.splitlines() == [
        line for line in scanned.stderr.splitlines() if line in done.stderr.splitlines()
    ]
    assert re.search(r"images: 120\b.* in 3 classes", done.stderr)
    assert run("report", saved, "-q").stderr == ""
    assert run("report", saved, "-q").stdout == done.stdout != ""
    assert run("report", saved, "--report", f"csv={tmp_path / 'a.csv'}").stdout == ""


def test_the_next_steps_name_the_data_as_briefly_as_can_be(
    run: Run, shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shapes.root.parent)

    assert f"  accept: labelaudit baseline {shapes.root.name} --path " in run("scan", shapes.root).stderr


def test_where_many_findings_count_one_can_be_accepted_or_all(
    run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(6):
        (own_shapes.root / "cross" / f"empty {number}.png").write_bytes(b"")
    told = run("scan", own_shapes.root, "--select", "LA301").stderr.splitlines()
    one, every = (shlex.split(line.partition(": labelaudit ")[2]) for line in told[-2:])

    assert told[-2].startswith("  accept one: labelaudit baseline ")
    assert told[-1].startswith("  accept all: labelaudit baseline ")
    assert [word for word in one if word not in every] == ["--path", "cross/empty 0.png"]
    assert run(*one).exit_code == 0
    assert "1 entry, 1 of them new" in run(*one, "--baseline", tmp_path / "other.json").stderr
