import io
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from typer.testing import Result

from labelaudit.audit import conclude
from labelaudit.decisions.baseline import accept
from labelaudit.gate import Gate
from labelaudit.records import Audit, Baseline
from labelaudit.reports import FORMATS, pictured, render
from labelaudit.reports.parse import parse
from labelaudit.reports.terminal import terminal

from .conftest import Shapes

Run = Callable[..., Result]
FINDINGS_ALONE = sorted(set(FORMATS) - {"json", "html"})


def suspecting(audit: Audit, **p_error: float) -> Audit:
    """Return an audit in which some images, by their names, have a ``p_error`` of their own, and all others none."""
    names = [path.rpartition("/")[2].removesuffix(".png") for path in audit.dataset.paths]
    beliefs = replace(audit.beliefs, p_error=np.array([p_error.get(name, 0.0) for name in names]))
    return replace(audit, beliefs=beliefs)


def test_the_most_suspicious_that_are_not_flagged_come_first(shapes_audit: Audit) -> None:
    flagged = {finding.path for finding in shapes_audit.findings if finding.code == "LA101"}
    looks = conclude(shapes_audit).worth_a_look

    assert flagged
    assert len(looks) == 50
    assert not flagged & {each.path for each in looks}
    assert [each.p_error for each in looks] == sorted((each.p_error for each in looks), reverse=True)
    assert looks[0].p_error == max(p_error for p_error in shapes_audit.beliefs.p_error if p_error < 0.5)
    assert all(each.voters and each.label != each.suggested for each in looks)


def test_what_was_accepted_was_looked_at(small_audit: Audit) -> None:
    accepted = accept(Baseline(), small_audit.findings, "they are fine")

    assert conclude(small_audit, baseline=accepted).worth_a_look == conclude(small_audit).worth_a_look


def test_without_the_rule_all_are_worth_a_look(small_audit: Audit) -> None:
    looks = conclude(replace(small_audit, findings=())).worth_a_look

    assert looks[0].path == small_audit.dataset.paths[small_audit.beliefs.p_error.argmax()]


def test_only_the_judged_and_one_of_several_copies_are_named(small_audit: Audit) -> None:
    audit = suspecting(small_audit, circle010=0.3, circle011=0.2, cross010=0.4, cross011=0.1)
    groups = np.arange(48)
    row = {path: number for number, path in enumerate(audit.dataset.paths)}
    groups[row["circle/circle011.png"]] = groups[row["circle/circle010.png"]]
    copies = replace(audit.copies, groups=groups)
    judged = np.arange(48) != row["cross/cross010.png"]
    beliefs = replace(audit.beliefs, judged=judged)
    looks = conclude(replace(audit, copies=copies, beliefs=beliefs, findings=())).worth_a_look

    assert [each.path for each in looks[:2]] == ["circle/circle010.png", "cross/cross011.png"]
    assert not {"circle/circle011.png", "cross/cross010.png"} & {each.path for each in looks}


def test_there_are_at_most_fifty(small_audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    from labelaudit.summary import worth_a_look

    assert worth_a_look.MOST == 50
    monkeypatch.setattr(worth_a_look, "MOST", 7)
    assert len(conclude(small_audit).worth_a_look) == 7


def test_they_never_count(small_audit: Audit) -> None:
    clean = replace(suspecting(small_audit, circle010=0.49), findings=())
    report = conclude(clean, Gate(fail_on=("info",), max_issues=0, strict=True))

    assert report.worth_a_look[0].p_error == 0.49
    assert report.verdict.outcome == "passed"


@pytest.mark.parametrize("name", FINDINGS_ALONE)
def test_formats_of_findings_do_not_name_them(name: str, small_audit: Audit) -> None:
    report = conclude(small_audit)

    assert render(report, name) == render(replace(report, worth_a_look=()), name)


def test_json_gives_them_back(small_audit: Audit) -> None:
    report = conclude(small_audit)
    written = render(report, "json")
    data = json.loads(written)

    assert [each["path"] for each in data["worth_a_look"]] == [each.path for each in report.worth_a_look]
    assert data["worth_a_look"][0]["digest"] in {image.digest for image in report.images}
    assert render(parse(written), "json") == written
    del data["worth_a_look"]
    assert parse(json.dumps(data)).worth_a_look == ()


def test_a_terminal_shows_five(small_audit: Audit) -> None:
    report = conclude(small_audit)
    out = io.StringIO()
    Console(file=out, width=120).print(terminal(report, 1))
    _, _, named = out.getvalue().partition("worth a look: ")

    assert [each.path in named for each in report.worth_a_look] == [True] * 5 + [False] * (len(report.worth_a_look) - 5)
    Console(file=out, width=120).print(terminal(replace(report, worth_a_look=()), 1))
    assert out.getvalue().count("worth a look") == 1


def test_the_page_shows_them_with_their_pictures(small_audit: Audit) -> None:
    report = conclude(small_audit)
    section = render(report, "html").partition('aria-labelledby="look"')[2].partition("</section>")[0]

    assert section.count("<article") == len(report.worth_a_look) > 40
    assert all(each.path in section for each in report.worth_a_look)
    assert {each.path for each in report.worth_a_look} <= pictured(report).keys()
    assert 'aria-labelledby="look"' not in render(replace(report, worth_a_look=()), "html")


def test_a_pipe_gets_a_line_a_finding(run: Run, shapes: Shapes) -> None:
    done = run("scan", shapes.root, "--exit-zero")

    assert all(" LA" in line for line in done.stdout.splitlines())
    assert "worth a look" not in done.stdout
