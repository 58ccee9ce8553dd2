"""A sample without a browser: a table that is written, filled in and read back."""

import builtins
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from labelaudit.decisions import NAME, load
from labelaudit.decisions.sheet import Line, answer_of, dump_sheet, names_in_sheet, parse_sheet
from labelaudit.errors import DecisionsError
from labelaudit.records import Ruling

Run = Callable[..., Result]
SIZE = 12


@pytest.fixture
def sheet(run: Run, project: Path) -> Path:
    done = run("review", "data", "--sample", SIZE, "--out", "sample.csv", "--no-progress")
    assert done.exit_code == 0, done.stderr
    assert "labelaudit review data --answers sample.csv" in done.stderr
    return project / "sample.csv"


def rows(sheet: Path) -> list[dict[str, str]]:
    with sheet.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(sheet: Path, answers: dict[str, str] | None = None, separator: str = ",", start: str = "") -> None:
    """Write the true class of each image, which its name says, or what *answers* has for it."""
    lines = rows(sheet)
    with sheet.open("w", encoding="utf-8", newline="") as file:
        file.write(start)
        writer = csv.DictWriter(file, lines[0], delimiter=separator)
        writer.writeheader()
        for line in lines:
            true = Path(line["path"]).stem.rstrip("0123456789")
            writer.writerow(line | {"true": (answers or {}).get(line["path"], true)})


def test_a_sample_is_written_filled_in_and_measured(run: Run, project: Path, sheet: Path) -> None:
    before = rows(sheet)
    fill(sheet)
    done = run("review", "data", "--answers", sheet, "--no-progress")
    decisions = load(project / NAME)
    wrong = [line for line in before if not Path(line["path"]).stem.startswith(line["label"])]

    assert [line["true"] for line in before] == [""] * SIZE
    assert done.exit_code == 0, done.stderr
    assert "wrong labels, measured:" in done.stdout
    assert f"by a sample of {SIZE}" in done.stdout
    assert len(decisions.made) == SIZE
    assert all(each.shown_by and 0 < each.probability <= 1 for each in decisions.made)
    assert {each.path for each in decisions.made if each.ruling is Ruling.RELABEL} == {each["path"] for each in wrong}
    report = json.loads(run("scan", "data", "--format", "json", "--exit-zero", "--no-progress").stdout)
    assert report["summary"]["decisions"]["measured"]["answered"] == SIZE


def test_nothing_is_told_of_what_the_model_thinks(sheet: Path) -> None:
    assert list(rows(sheet)[0]) == ["path", "label", "true", "digest"]
    assert [line["path"] for line in rows(sheet)] != sorted(line["path"] for line in rows(sheet))


def test_it_can_be_answered_in_parts_and_by_a_spreadsheet(run: Run, project: Path, sheet: Path) -> None:
    labels = {line["path"]: line["label"] for line in rows(sheet)}
    first, second, third, *rest = labels
    fill(sheet, {first: "unsure", second: "bad-image", third: "keep"} | dict.fromkeys(rest, ""), ";", "\ufeff")
    done = run("review", "data", "--answers", sheet, "--no-progress")

    assert done.exit_code == 0, done.stderr
    assert f"by a sample of 1 of {SIZE}" in done.stdout
    assert sorted(each.ruling for each in load(project / NAME).made) == ["bad-image", "keep", "unsure"]
    run("review", "data", "--sample", SIZE, "--out", "again.csv", "--no-progress")
    again = {line["path"]: line["true"] for line in rows(project / "again.csv")}
    assert (again[first], again[second]) == ("unsure", "bad-image")
    assert again[third] == labels[third]
    assert {again[path] for path in rest} == {""}


def test_what_is_wrong_in_the_answers_is_named_and_changes_nothing(run: Run, project: Path, sheet: Path) -> None:
    first = rows(sheet)[0]["path"]
    written = sheet.read_text(encoding="utf-8")
    line = rows(sheet)[0]
    cases = {
        written.replace(f"{first},{line['label']},", f"{first},{line['label']},cirkle"): "did you mean 'circle'",
        written.replace(f"{first},{line['label']},", f"{first},owl,circle"): "there is no class 'owl'",
        written.replace(f",,{line['digest']}", f",circle,{'0' * 64}"): "is not in this sample",
        "path,label\na,b\n": "it has no columns",
        "": "it has no columns",
    }
    for text, message in cases.items():
        sheet.write_text(text, encoding="utf-8")
        done = run("review", "data", "--answers", sheet, "--no-progress")

        assert done.exit_code == 2, message
        assert message in done.stderr
        assert "sample.csv" in done.stderr
    sheet.write_text("\n".join(written.splitlines()[:-1]).replace(",,", ",keep,"), encoding="utf-8")
    assert "name the size with --sample N" in run("review", "data", "--answers", sheet, "--no-progress").stderr
    assert not (project / NAME).exists()
    done = run("review", "data", "--sample", SIZE, "--answers", sheet, "--no-progress")
    assert done.exit_code == 0, done.stderr
    assert len(load(project / NAME).made) == SIZE - 1


def test_options_that_do_not_fit_are_an_error(run: Run, project: Path) -> None:
    cases = {
        ("--out", "a.csv"): "--sample 50",
        ("--sample", 5, "--out", "a.csv", "--answers", "b.csv"): "name one of them",
        ("--answers", "none.csv"): "none.csv",
        ("--sample", 5, "--out", "data/circle/a.png"): "part of the data set",
        ("--sample", 5, "--out", NAME): "the same file",
    }
    for words, message in cases.items():
        done = run("review", "data", *words)
        assert (done.exit_code, message in done.stderr) == (2, True), done.stderr


def test_it_needs_no_web_server(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] in ("starlette", "uvicorn"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    done = run("review", "data", "--sample", 5, "--out", "sample.csv", "--no-progress")

    assert done.exit_code == 0, done.stderr


def test_names_of_classes_are_safe_in_a_spreadsheet_and_come_first() -> None:
    classes = ("=cat", "unsure", "a\n")
    lines = [Line("=1.png", name, name, "d") for name in classes]
    read = parse_sheet(dump_sheet(lines))
    answers = [answer_of(line, names_in_sheet(classes)) for line in read]

    assert "\n=" not in dump_sheet(lines)
    assert [each and (each.label, each.ruling) for each in answers] == [
        ("=cat", Ruling.KEEP),
        ("unsure", Ruling.KEEP),
        ("a\\x0a", Ruling.KEEP),
    ]
    with pytest.raises(DecisionsError, match="did you mean 'bad-image'"):
        answer_of(Line("1.png", "unsure", "bad image", "d"), names_in_sheet(classes))
