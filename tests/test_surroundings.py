"""Exit code 1 always means findings; errors before a command starts give 2, for any user and working folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Shapes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="users, modes and limits of another kind")

SCAN = ("scan", "--no-progress", "--select", "LA4")
"""With nothing to be found in drawn shapes, so that only 0 and 2 can be right."""


class Ended:
    """The result of a command, which never ends as if there were findings."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.said = done.returncode, done.stdout, done.stderr
        assert "Traceback" not in self.said, self.said
        assert self.code in (0, 2), self.said
        errors = [line for line in self.said.splitlines() if line.lower().startswith("error: ")]
        assert len(errors) == (self.code == 2), self.said


def labelaudit(*words: object, under: tuple[str, ...] = (), folder: Path | None = None, **own: str | None) -> Ended:
    """Run the program as a process of its own, with a changed environment; a variable that is none is removed."""
    environment = {key: value for key, value in {**os.environ, **own}.items() if value is not None}
    command = [*under, sys.executable, "-m", "labelaudit", *map(str, words)]
    return Ended(subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True))


@pytest.fixture
def data(own_shapes: Shapes) -> Path:
    return own_shapes.root


@pytest.fixture
def bound() -> tuple[str, ...]:
    """A prefix that makes file permissions apply to root as well."""
    if os.geteuid() != 0:
        return ()
    words = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    if not shutil.which("setpriv") or subprocess.run([*words, "true"], capture_output=True).returncode:
        pytest.skip("root can't give up its rights here: setpriv is missing or may not")
    return words


@pytest.fixture
def nobody_known() -> tuple[str, ...]:
    """A prefix that runs a command as a user without an entry in the system."""
    words = ("unshare", "--user", "--map-user=54321", "--map-group=54321")
    if not shutil.which("unshare") or subprocess.run([*words, "true"], capture_output=True).returncode:
        pytest.skip("there are no user namespaces here: unshare is missing or may not")
    return words


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A folder that is not accessible."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0)
    return folder


def from_within(folder: Path, change: str) -> tuple[str, ...]:
    """Return what enters a folder, changes it, and runs a command there."""
    return ("sh", "-c", f'cd "$0" && {change} && exec "$@"', str(folder))


NO_HOME = {"HOME": None, "XDG_CACHE_HOME": None}


def test_a_user_without_home_or_name_can_scan(nobody_known: tuple[str, ...], data: Path, tmp_path: Path) -> None:
    for words in (["--no-cache"], ["--cache-dir", tmp_path / "kept"]):
        ended = labelaudit(*SCAN, data, *words, under=nobody_known, **NO_HOME)
        assert ended.code == 0, ended.said
        assert "cache:" not in ended.said
    assert list((tmp_path / "kept").iterdir())


def test_a_user_without_home_is_told_that_nothing_is_kept(nobody_known: tuple[str, ...], data: Path) -> None:
    ended = labelaudit(*SCAN, data, under=nobody_known, **NO_HOME)
    assert (ended.code, "cache: this user has no home folder" in ended.said) == (0, True)

    assert labelaudit("cache", "info", under=nobody_known, **NO_HOME).out.startswith("folder: none\n")
    last = labelaudit("smooth", under=nobody_known, **NO_HOME)
    assert (last.code, "no data set was named" in last.said) == (2, True)


@pytest.mark.parametrize("words", [(*SCAN, "DATA", "--no-cache"), ("smooth", "DATA"), ("cache", "info"), ("init",)])
def test_a_working_folder_that_is_gone(data: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "gone").mkdir()
    under = from_within(tmp_path / "gone", f'rmdir "{tmp_path / "gone"}"')
    ended = labelaudit(*(data if word == "DATA" else word for word in words), under=under)

    assert ended.code == 2
    assert "the working folder cannot be read" in ended.said


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("rules",), ("explain", "LA101"), ("scan", "--help")])
def test_what_needs_no_working_folder_does_without(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "gone").mkdir()

    assert labelaudit(*words, under=from_within(tmp_path / "gone", f'rmdir "{tmp_path / "gone"}"')).code == 0


def test_a_working_folder_that_cannot_be_entered(bound: tuple[str, ...], data: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    under = (*from_within(tmp_path / "private", "chmod 0 ."), *bound)
    ended = labelaudit(*SCAN, data, "--no-cache", under=under)

    assert ended.code == 2
    assert "Change to a folder that you have access to." in ended.said
    (tmp_path / "private").chmod(0o700)


def test_a_configuration_that_may_concern_us_and_cannot_be_read(bound: tuple[str, ...], data: Path) -> None:
    project = data.parent / "pyproject.toml"
    project.write_text("[tool.labelaudit]\nstrict = true\n")
    project.chmod(0)
    (data.parent / "below").mkdir()
    ended = labelaudit(*SCAN, data, "--no-cache", under=bound, folder=data.parent / "below")

    assert ended.code == 2
    assert "pyproject.toml, which may configure labelaudit, cannot be read: Permission denied" in ended.said
    other = data.parent / "other.toml"
    other.write_text("")
    words = ("--no-cache", "--no-baseline", "--config", other)
    assert labelaudit(*SCAN, data, *words, under=bound, folder=data.parent / "below").code == 0
    assert labelaudit("scan", "--help", under=bound, folder=data.parent / "below").code == 0


def test_a_cache_that_cannot_be_used_is_no_reason_to_fail(bound: tuple[str, ...], data: Path, locked: Path) -> None:
    (data.parent / "file").write_text("")
    readable = data.parent / "readable"
    readable.mkdir()
    readable.chmod(0o500)
    for folder in (locked / "below", data.parent / "file", readable):
        ended = labelaudit(*SCAN, data, "--cache-dir", folder, under=bound)
        assert (ended.code, "cache: can't " in ended.said) == (0, True), ended.said
    home = {"HOME": str(locked), "XDG_CACHE_HOME": None}
    assert labelaudit(*SCAN, data, under=bound, **home).code == 0


def test_data_that_cannot_be_read(bound: tuple[str, ...], locked: Path) -> None:
    assert labelaudit(*SCAN, locked, "--no-cache", under=bound).code == 2
    assert labelaudit(*SCAN, locked / "below", "--no-cache", under=bound).code == 2
    assert labelaudit(*SCAN, "--out", locked / "out", locked.parent, "--no-cache", under=bound).code == 2


def test_a_name_that_is_too_long_is_no_fault_of_the_program(tmp_path: Path) -> None:
    ended = labelaudit(*SCAN, tmp_path / ("x" * 5000), "--no-cache")

    assert ended.code == 2
    assert ended.said.endswith(": File name too long.\n")
    assert len(ended.said) < 400


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_streams_that_are_closed_or_full(data: Path, closed: str) -> None:
    if "full" in closed and not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    under = ("sh", "-c", f'exec "$0" "$@" {closed}')

    assert labelaudit(*SCAN, data, "--no-cache", under=under).code == 0
    assert labelaudit("--help", under=under).code == 0


@pytest.mark.parametrize("words", [(), ("--json",), ("scan", "--jobs", "x", "d"), ("scn",), ("scan", "nowhere")])
def test_an_error_that_cannot_be_told_is_still_an_error(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" >/dev/full 2>&1', sys.executable, "-m", "labelaudit", *words],
    )
    assert done.returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_names_are_printed_in_any_locale(data: Path, encoding: str) -> None:
    (data / "cross" / "é🎉.png").write_bytes(b"")
    words = ("scan", data, "--no-cache", "--exit-zero", "--select", "LA301")
    ended = labelaudit(*words, LANG="C", LC_ALL="C", PYTHONIOENCODING=encoding, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert ended.code == 0
    assert "LA301 empty file" in ended.out


def test_a_full_disk_keeps_what_was_there(data: Path, tmp_path: Path) -> None:
    """A limit on the size of files ends a write in the middle, as a full disk does."""
    (tmp_path / "old.csv").write_text("old")
    small = ("sh", "-c", 'ulimit -f 1; exec "$0" "$@"')
    for number in range(60):
        (data / "cross" / f"{'long' * 20}{number}.png").write_bytes(b"")
    ended = labelaudit("scan", data, "--exit-zero", "--format", "csv", "--out", tmp_path / "old.csv", under=small)

    assert ended.code == 2
    assert "old.csv: File too large." in ended.said
    assert (tmp_path / "old.csv").read_text() == "old"
    assert not list(tmp_path.glob(".old.csv*"))


@pytest.mark.parametrize("error", ["OSError('broken')", "SyntaxError('broken')", "ImportError('broken')"])
def test_a_broken_installation_is_no_finding(tmp_path: Path, error: str) -> None:
    (tmp_path / "typer").mkdir()
    (tmp_path / "typer" / "__init__.py").write_text(f"raise {error}\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    ended = labelaudit("rules", PYTHONPATH=path)

    assert ended.code == 2
    assert ended.said.startswith(f"error: labelaudit cannot start ({error.partition('(')[0]}: broken")


def test_a_pipe_that_closes_before_help_is_no_finding(run: Callable[..., object]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "labelaudit", "scan", "--help"], stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, "")
