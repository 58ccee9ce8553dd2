from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import Result

from labelaudit.cli import app

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, draw_shapes: Callable[..., Shapes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with data that has wrong labels, and the working folder in it."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    draw_shapes(folder / "data")
    monkeypatch.chdir(folder)
    return folder


def test_flag_before_environment_before_file_before_default(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("scan", "data").exit_code == 1
    (project / "labelaudit.toml").write_text("max-issues = 40\n")
    assert run("scan", "data").exit_code == 0
    monkeypatch.setenv("LABELAUDIT_MAX_ISSUES", "0")
    assert run("scan", "data").exit_code == 1
    assert run("scan", "data", "--max-issues", 40).exit_code == 0


def test_what_a_file_switches_on_or_off_the_command_line_switches_back(project: Path, run: Run) -> None:
    (project / "labelaudit.toml").write_text("exit-zero = true\nquiet = true\n")
    assert run("scan", "data").exit_code == 0
    done = run("scan", "data", "--no-exit-zero", "--no-quiet")
    assert (done.exit_code, done.stderr == "") == (1, False)

    (project / "labelaudit.toml").write_text("exit-zero = false\nstrict = true\n")
    assert run("scan", "data", "--exit-zero", "--no-strict").exit_code == 0


def test_every_switch_has_both_forms() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    one_way = {
        option.name
        for command in commands.values()
        if any(option.name == "config" for option in command.params)
        for option in command.params
        if getattr(option, "is_flag", False) and not option.secondary_opts
    }

    assert one_way == set()


def test_each_command_takes_its_own_from_the_file(project: Path, run: Run) -> None:
    (project / "labelaudit.toml").write_text(
        'data = "data"\neps = 0.3\nmax-rate = 0.5\nout = "audit.json"\nformat = "json"\nreport = "sarif=a.sarif"\n'
    )
    scanned = run("scan")
    assert scanned.exit_code == 0, scanned.stderr
    written = {name: (project / name).read_bytes() for name in ("audit.json", "a.sarif")}

    smoothed = run("smooth")
    assert smoothed.stdout.splitlines()[1].endswith(",circle,0.800000,0.100000,0.100000"), smoothed.stderr
    converted = run("report", "audit.json")
    assert (converted.exit_code, "LA101 given" in converted.stdout) == (0, True)
    assert run("diff", "audit.json", "audit.json").stdout.startswith("0 new")
    assert {name: (project / name).read_bytes() for name in written} == written

    page = run("report", "audit.json", "-f", "html").stdout
    assert "data:image/webp" in page
    (project / "data").rename(project / "moved")
    assert "data:image/webp" not in run("report", "audit.json", "-f", "html").stdout
    assert run("report", "audit.json", "-f", "html", "--data", "data").exit_code == 2


def test_a_mistyped_variable_is_an_error(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELAUDIT_MAX_ISUES", "40")
    done = run("scan", "data")

    assert done.exit_code == 2
    assert "did you mean LABELAUDIT_MAX_ISSUES?" in " ".join(done.stderr.replace("│", " ").split())
    assert run("scan", "--help").exit_code == 0


def test_the_other_variables_of_ours_are_known(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "own.toml").write_text("max-issues = 40\n")
    for name, value in (("CONFIG", "own.toml"), ("TRACEBACK", "1"), ("DATA", "data"), ("EPS", "0.2")):
        monkeypatch.setenv(f"LABELAUDIT_{name}", value)
    monkeypatch.setenv("_LABELAUDIT_COMPLETE", "")

    assert run("scan").exit_code == 0


def test_pyproject_and_lists_and_the_data_itself(project: Path, run: Run) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.labelaudit]\ndata = "data"\nfail-on = ["LA301", "LA4"]\nformat = "csv"\nquiet = true\n'
    )
    done = run("scan")

    assert done.exit_code == 0
    assert done.stdout.startswith("code,name")
    assert done.stderr == ""


def test_the_nearest_file_up_to_the_root_of_the_repository(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.parent / "labelaudit.toml").write_text("exit-zero = true\n")
    inner = project / "src" / "deep"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert run("scan", "../../data").exit_code == 1

    (project / "labelaudit.toml").write_text('exit-zero = true\nbaseline = "accepted.json"\n')
    missing = run("scan", "../../data")
    assert missing.exit_code == 2
    assert str(project / "accepted.json") in missing.stderr


def test_a_file_inside_the_data_is_not_read(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "data" / "labelaudit.toml").write_text("exit-zero = true\n")
    monkeypatch.chdir(project / "data")

    assert run("scan", ".").exit_code == 1
    assert run("scan", "../data").exit_code == 1
    assert run("scan", ".", "--config", "labelaudit.toml").exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max-isues = 1", "did you mean 'max-issues'"),
        ("max_issues = 1", "did you mean 'max-issues'"),
        ("config = 'x'", "there is no setting 'config'"),
        ("max-issues = {a = 1}", "'max-issues' is a table; expected a whole number"),
        ("max-issues = 'many'", "'max-issues' is 'many', a string; expected a whole number."),
        ("max-issues = true", "'max-issues' is true; expected a whole number"),
        ("max-issues = 1.5", "'max-issues' is 1.5, a number; expected a whole number"),
        ("max-rate = true", "'max-rate' is true; expected a share such as 0.05 or '5%'"),
        ("max-rate = nan", "a share from 0 to 1"),
        ("min-p-error = false", "'min-p-error' is false; expected a number"),
        ("jobs = true", "'jobs' is true; expected a whole number"),
        ("fail-on = [true]", "'fail-on' contains true; expected a string, or a list of strings"),
        ("fail-on = []", "--fail-on names nothing"),
        ("max-issues", "is not valid TOML"),
        ("per-class = 3", "'per-class' is 3, a number; expected tables"),
        ("[per-class.cross]\nmax-rate = 1", "a class has min-p-error and ignore"),
        ("[per-class.cross]\nmin-p-error = 'a'", "min-p-error is 'a', a string; expected a number"),
        (
            "[per-class.cross]\nmin-p-error = 3",
            "labelaudit.toml: per-class.cross: min-p-error is 3; it must be above 0",
        ),
        ("[tool.labelaudit]\nmax-issues = 3", "Remove [tool.labelaudit]."),
        ("[per-class.cros]\nmin-p-error = 0.5", "did you mean 'cross'"),
        ("[per-class.cross]\nignore = ['mislabelled']", "did you mean 'mislabeled'?"),
        ("[per-class.cross]\nignore = ['LX']", "no rule has the code or name 'LX'"),
        ("format = 'jsn'", "did you mean 'json'"),
    ],
)
def test_a_mistake_in_the_file_gets_2_and_an_answer(project: Path, run: Run, text: str, message: str) -> None:
    (project / "labelaudit.toml").write_text(text)
    done = run("scan", "data")

    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


def test_help_is_given_whatever_the_configuration_holds(project: Path, run: Run) -> None:
    (project / "labelaudit.toml").write_text("max-isues = [")

    assert run("scan", "data").exit_code == 2
    for option in ("-h", "--help"):
        done = run("scan", "data", option)
        assert (done.exit_code, done.stderr) == (0, "")
        assert "--max-issues" in done.stdout


def test_a_named_file_has_to_be_there(project: Path, run: Run) -> None:
    assert run("scan", "data", "--config", "none.toml").exit_code == 2
    (project / "bytes.toml").write_bytes(b"\xff\xfe")
    assert run("scan", "data", "--config", "bytes.toml").exit_code == 2


def test_a_class_has_settings_of_its_own(project: Path, run: Run) -> None:
    def labels() -> set[str]:
        lines = run("scan", "data").stdout.splitlines()
        return {line.split("/")[0] for line in lines if ": LA101 " in line}

    assert labels() == {"cross", "square"}
    (project / "labelaudit.toml").write_text('[per-class.cross]\nignore = ["LA1"]\n')
    assert labels() == {"square"}
    (project / "labelaudit.toml").write_text('[per-class.cross]\nignore = "mislabeled"\n')
    assert labels() == {"square"}
    (project / "labelaudit.toml").write_text("[per-class.square]\nmin-p-error = 1.0\n")
    assert labels() == {"cross"}
