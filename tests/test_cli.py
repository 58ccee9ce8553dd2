import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import Result

import labelaudit

from .conftest import Shapes

Run = Callable[..., Result]


def test_scan_names_the_wrong_labels_and_exits_with_1(run: Run, shapes: Shapes) -> None:
    done = run("scan", shapes.root)

    assert done.exit_code == 1
    for path, true in shapes.wrong.items():
        given = path.partition("/")[0]
        assert any(
            line.startswith(f"{path}: LA101 given '{given}', looks like '{true}' (p_error ")
            for line in done.stdout.splitlines()
        )
    assert re.search(r"images: 120\b.* in 3 classes", done.stderr)
    assert "failed: " in done.stderr


def test_options_may_stand_before_the_folder(run: Run, shapes: Shapes) -> None:
    assert run("scan", "--quiet", "--exit-zero", shapes.root).exit_code == 0


def test_quiet_leaves_only_the_report(run: Run, shapes: Shapes) -> None:
    assert run("scan", shapes.root, "--quiet").stderr == ""


def test_limit_cuts_the_list_and_says_so(run: Run, shapes: Shapes) -> None:
    done = run("scan", shapes.root, "--limit", 1)

    assert len(done.stdout.splitlines()) == 1
    assert "more" in done.stderr


def test_the_gate_can_be_opened(run: Run, shapes: Shapes) -> None:
    assert run("scan", shapes.root, "--max-rate", 0.5).exit_code == 0
    assert run("scan", shapes.root, "--fail-on", "LA301").exit_code == 0
    assert run("scan", shapes.root, "--fail-on", "la301").exit_code == 0
    assert run("scan", shapes.root, "--fail-on", "la1,warning").exit_code == 1
    assert run("scan", shapes.root, "--max-issues", 40).exit_code == 0


def test_reports_and_scores_are_written(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    report, scores = tmp_path / "audit.json", tmp_path / "scores.csv"
    done = run("scan", shapes.root, "--format", "json", "--out", report, "--scores", scores)

    assert done.stdout == ""
    assert {finding["path"] for finding in json.loads(report.read_text())["findings"]} >= set(shapes.wrong)
    assert scores.read_text().count("\n") == 121
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.json", "scores.csv"]


def test_threads_change_no_byte(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    def report(jobs: int) -> tuple[str, str]:
        scores = tmp_path / f"{jobs}.csv"
        return run("scan", shapes.root, "-f", "json", "--scores", scores, "-j", jobs).stdout, scores.read_text()

    assert report(1) == report(2) == report(5)


def test_broken_files_never_stop_a_scan(run: Run, own_shapes: Shapes) -> None:
    (own_shapes.root / "cross" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    (own_shapes.root / "cross" / "empty.png").write_bytes(b"")
    done = run("scan", own_shapes.root, "--fail-on", "LA301")

    assert done.exit_code == 1
    assert "cross/empty.png: LA301 empty file\n" in done.stdout
    assert "cross/broken.jpg: LA301 " in done.stdout


def test_a_class_of_two_is_never_judged(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    few = own_shapes.root / "few"
    few.mkdir()
    for number in range(2):
        shutil.copy(own_shapes.root / "circle" / f"circle00{number}.png", few)
    scores = tmp_path / "scores.csv"
    done = run("scan", own_shapes.root, "--scores", scores)

    assert "few/: LA401 class 'few' has 2 images, too few to be judged" in done.stdout
    assert not any(line.startswith("few/circle") and "LA101" in line for line in done.stdout.splitlines())
    assert "few/" not in scores.read_text()


def test_smooth_takes_the_data_of_the_last_scan(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("scan", shapes.root)
    done = run("smooth", "--eps", 0.2, "--out", "labels.csv")

    assert done.exit_code == 0, done.stderr
    assert "train with a loss that takes probabilities, and with its own label smoothing at 0" in done.stderr
    lines = (tmp_path / "labels.csv").read_text().splitlines()
    assert lines[0] == "path,label,p_circle,p_cross,p_square"
    assert lines[1].endswith(",circle,0.866667,0.066667,0.066666")
    assert run("smooth", shapes.root, "--eps", 0.2).stdout.splitlines() == lines
    assert run("smooth", "--out", "labels.npz").exit_code == 0


@pytest.mark.parametrize(
    ("eps", "ending", "warned"),
    [(3.1e-6, "csv", False), (2.9e-6, "csv", True), (2.9e-6, "npz", False), (1e-8, "npz", True), (0, "csv", False)],
)
def test_smoothing_by_less_than_a_file_can_hold_is_not_silent(
    eps: float, ending: str, warned: bool, run: Run, shapes: Shapes, tmp_path: Path
) -> None:
    done = run("smooth", shapes.root, "--eps", eps, "--out", tmp_path / f"labels.{ending}")

    assert done.exit_code == 0, done.stderr
    assert ("warning: each class should get eps / K = " in done.stderr) == warned


def test_explain_prints_the_page(run: Run) -> None:
    assert "What it finds" in run("explain", "la301").stdout


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"labelaudit {labelaudit.__version__}\n"


def test_nothing_is_asked_of_the_network(shapes: Shapes) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise OSError('the network was asked for something')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from labelaudit.cli import main\n"
        f"sys.argv = ['labelaudit', 'scan', {str(shapes.root)!r}, '--exit-zero']\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_demo_finds_nine_of_ten(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--keep", tmp_path / "digits")

    assert done.exit_code == 0, done.stderr
    found = done.stdout.partition("Planted 54 wrong labels: ")[2]
    assert int(found.partition(" ")[0]) >= 0.9 * 54
    assert len(list((tmp_path / "digits").rglob("*.png"))) == 1797
    assert run("demo", "--keep", tmp_path / "digits").exit_code == 2


def test_bench_prints_a_table(run: Run, shapes: Shapes) -> None:
    done = run("bench", shapes.root, "--flip", "10%", "--draws", 1)

    assert done.exit_code == 0, done.stderr
    heading, *rows = (line.split() for line in done.stdout.partition("\n\n")[0].splitlines())
    assert heading[:5] == ["planted", "wrong", "found", "flagged", "precision"]
    assert [row[0] for row in rows] == ["anywhere", "to", "as"]
    assert int(rows[0][1]) >= int(rows[0][2]) > 0
    assert run("bench", shapes.root, "--flip", "0").exit_code == 2


def test_explain_and_noise_are_printed(run: Run, shapes: Shapes) -> None:
    path = next(iter(shapes.wrong))
    done = run("scan", shapes.root, "--noise", "--explain", path)

    assert "  most alike in 'circle': circle/" in done.stdout
    table = done.stdout.partition("noise: ")[2].splitlines()
    assert table[1].split() == ["given", "truly", "wrong", "labels", "by", "cleanlab"]
    given, true, *figures = table[2].split()
    assert (given, true) == ("'cross'", "'circle'")
    assert all(re.fullmatch(r"\d\.\d", figure) and 1 <= float(figure) <= 4 for figure in figures)
    assert "noise" not in done.stderr


@pytest.mark.parametrize("to_file", [False, True])
def test_an_explanation_stays_out_of_what_a_program_reads(
    to_file: bool, run: Run, shapes: Shapes, tmp_path: Path
) -> None:
    out = ["--out", tmp_path / "audit.json"] if to_file else []
    done = run("scan", shapes.root, "--format", "json", "--explain", next(iter(shapes.wrong)), *out)

    assert json.loads((tmp_path / "audit.json").read_text() if to_file else done.stdout)["findings"]
    assert "  most alike in 'circle': circle/" in done.stderr
    assert "most alike" not in done.stdout


def test_what_cannot_be_believed_does_not_gate(run: Run, tmp_path: Path) -> None:
    """Random images with random labels: nothing is known, so nothing fails unless requested."""
    random = np.random.default_rng(0)
    for number in range(40):
        path = tmp_path / "data" / "ab"[random.integers(2)] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (16, 16, 3)).astype(np.uint8)).save(path)
    done = run("scan", tmp_path / "data", "--min-p-error", "0.01")

    assert done.exit_code == 0
    assert done.stderr.startswith("LOW CONFIDENCE: the model predicts the labels hardly better than ")
    assert done.stderr.splitlines()[-1].startswith("passed; the labels could not be judged: the model predicts ")
    assert run("scan", tmp_path / "data", "--min-p-error", "0.01", "--fail-on", "LA101").exit_code == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any bytes")
def test_hostile_names_go_through_every_output(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    """Names with commands, colors, formulas or bytes that are not text."""
    for folder, name in (("circle", "=cmd()"), ("cross", "[red]x"), ("square", "::error::z")):
        (own_shapes.root / folder).rename(own_shapes.root / name)
    names = [b"a b.png", b"new\nline.png", b"[red].png", b"::error::.png", b"=1+1.png", b"bad\xff.png", b"\x1b[31m.png"]
    for number, name in enumerate(names):
        broken = (own_shapes.root / "=cmd()" / "circle000.png").read_bytes()[: 60 + number]
        Path(os.fsdecode(os.fsencode(own_shapes.root / "=cmd()") + b"/" + name)).write_bytes(broken)
    text = run("scan", own_shapes.root)
    table = run("scan", own_shapes.root, "-q", "-f", "csv", "-o", tmp_path / "r.csv", "--scores", tmp_path / "s.csv")
    report = json.loads(run("scan", own_shapes.root, "-q", "-f", "json").stdout)

    assert (text.exit_code, table.exit_code) == (1, 1)
    assert sum(": LA301 " in line for line in text.stdout.splitlines()) == len(names)
    assert not any(line.lstrip().startswith("::") for line in (text.stdout + text.stderr).splitlines())
    assert "\x1b" not in text.stdout + text.stderr
    assert [finding["uri"] for finding in report["findings"] if finding["uri"].endswith("%FF.png")]
    assert b"\n=" not in (tmp_path / "s.csv").read_bytes()
    assert run("smooth", own_shapes.root, "--out", tmp_path / "labels.npz").exit_code == 0
