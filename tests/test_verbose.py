"""``--verbose``: what is read and cached, and how long each stage takes, on stderr and never in a result."""

import re
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

from .conftest import Shapes

Run = Callable[..., Result]
STAGES = [
    "listing files",
    "reading images",
    "finding copies",
    "finding families",
    "judging labels",
    "running the rules",
]


def test_verbose_says_what_is_read_and_how_long_it_takes(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    words = ("scan", shapes.root, "--cache-dir", tmp_path / "cache", "--format", "json")
    cold, warm, plain = run(*words, "-v"), run(*words, "--verbose"), run(*words)

    for done in (cold, warm):
        assert re.findall(r"^([a-z ]+): \d+\.\d\d s$", done.stderr, re.MULTILINE) == [*STAGES, "rendering json"]
        assert f"cache: {tmp_path / 'cache'}\n" in done.stderr
        assert "120 files in 3 classes\n" in done.stderr
        assert done.stdout == plain.stdout
    assert "images: 120 readable, 120 files decoded" in cold.stderr
    assert "images: 120 readable, 0 files decoded" in warm.stderr
    assert "cache: Beliefs recalled\n" in warm.stderr
    assert " s\n" not in plain.stderr


def test_verbose_names_the_configuration_and_the_baseline(run: Run, project: Path) -> None:
    (project / "labelaudit.toml").write_text("verbose = true\n")
    (project / "accepted.json").write_text('{"schema_version": "1.0", "entries": []}')
    done = run("scan", "data", "--baseline", "accepted.json")

    assert f"configuration: {project / 'labelaudit.toml'}\n" in done.stderr
    assert "baseline: accepted.json\n" in done.stderr
    assert "configuration:" not in run("scan", "data", "--no-verbose").stderr
