"""The report on a terminal: paths are complete at any width."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from labelaudit.audit import conclude
from labelaudit.findings import Finding, Severity
from labelaudit.records import Audit, Explanation, Report
from labelaudit.reports.terminal import terminal

LONG = f"train/a class with blanks/{'x' * 120} 1.jpg"


def finding(path: str, message: str, code: str = "LA101") -> Finding:
    return Finding(code, "mislabeled", Severity.ERROR, path, message)


@pytest.fixture
def report(shapes_audit: Audit) -> Report:
    findings = (
        finding("cat/1.jpg", "given 'cat', looks like 'dog' (p_error 0.97)"),
        finding("dog/22.jpg", "given 'dog', looks like 'an animal that has a long name' (p_error 0.90)"),
        replace(finding("dog/empty.jpg", "empty file", "LA301"), p_error=0.5),
    )
    return replace(conclude(replace(shapes_audit, findings=findings)), worth_a_look=())


def shown(report: Report, width: int, folder: str = "", limit: int = 50) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(terminal(report, limit, width=width, folder=folder), crop=False)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [line.rstrip() for line in text.splitlines()]


def test_a_wide_terminal_has_a_table(report: Report) -> None:
    assert shown(report, 120)[-3:] == [
        "cat/1.jpg      LA101  given 'cat', looks like 'dog' (p_error 0.97)",
        "dog/22.jpg     LA101  given 'dog', looks like 'an animal that has a long name' (p_error 0.90)",
        "dog/empty.jpg  LA301  empty file",
    ]


def test_on_a_narrow_terminal_a_message_goes_below_its_path(report: Report) -> None:
    assert shown(report, 80)[-4:] == [
        "cat/1.jpg: LA101 given 'cat', looks like 'dog' (p_error 0.97)",
        "dog/22.jpg: LA101",
        "    given 'dog', looks like 'an animal that has a long name' (p_error 0.90)",
        "dog/empty.jpg: LA301 empty file",
    ]


@pytest.mark.parametrize("width", [20, 80, 120, 400])
def test_a_path_is_never_folded(report: Report, width: int) -> None:
    one = replace(report, findings=(finding(LONG, "given 'cat'"),))

    assert any(line.startswith(f"data/{LONG}") for line in shown(one, width, folder="data/"))


def test_a_finding_about_the_whole_data_set_names_its_folder(report: Report) -> None:
    one = replace(report, findings=(finding(".", "could not be judged"),))

    assert shown(one, 80, folder="my data/")[-1] == "my data  LA101  could not be judged"
    assert shown(one, 80)[-1] == ".  LA101  could not be judged"


def test_the_limit_says_how_to_see_the_rest(report: Report) -> None:
    assert shown(report, 80, limit=1)[-1] == "... and 2 more; to see all, type: --limit 3"
    assert "more" not in shown(report, 80, limit=3)[-1]


def test_images_worth_a_look_come_last(shapes_audit: Audit) -> None:
    found = conclude(shapes_audit)
    first = found.worth_a_look[0]
    lines = shown(found, 120, folder="data/")
    place = next(number for number, line in enumerate(lines) if line.startswith("worth a look: "))

    assert lines[place + 1].split() == f"data/{first.path} look given {_said(first)}".split()


def _said(look: Explanation) -> str:
    return f"'{look.label}', looks like '{look.suggested}' (p_error {look.p_error:.2f})"
