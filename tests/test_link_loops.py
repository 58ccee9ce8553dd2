"""Links to themselves and broken links in place of the data."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import labelaudit
from labelaudit.errors import DatasetError

Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    Path("one").symlink_to("other")
    Path("other").symlink_to("one")
    Path("dead").symlink_to("gone")
    return tmp_path


@pytest.mark.parametrize("data", ["loop", "loop/inner", "one", "./other"])
@pytest.mark.parametrize(
    "words",
    [("scan",), ("smooth",), ("bench",), ("baseline", "--reason", "x"), ("init",), ("scan", "--changed-since", "HEAD")],
)
def test_a_link_to_itself_is_one_line(data: str, words: tuple[str, ...], here: Path, run: Run) -> None:
    done = run(*words, data)

    assert done.exit_code == 2
    assert "a symbolic link to itself" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_link_to_itself_may_come_from_the_configuration(here: Path, run: Run) -> None:
    (here / "labelaudit.toml").write_text('data = "loop"\n')
    done = run("scan")

    assert (done.exit_code, "a symbolic link to itself" in done.stderr) == (2, True)


def test_a_link_that_leads_nowhere_is_named(here: Path, run: Run) -> None:
    assert "dead is a symbolic link that leads to no folder" in run("scan", "dead").stderr
    for name in ("dead", "loop"):
        with pytest.raises(DatasetError, match="leads to no folder"):
            labelaudit.audit(name)
