"""A saved report with what people decided since."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from labelaudit.decisions import accepting, dump
from labelaudit.records import Acceptance, Baseline, Decision, Decisions, Entry, Ruling

Run = Callable[..., Result]


@pytest.fixture
def saved(run: Run, project: Path) -> dict[str, Any]:
    assert run("scan", "data", "--out", "audit.json", "--no-progress").exit_code == 1
    return dict(json.loads((project / "audit.json").read_text(encoding="utf-8")))


@pytest.fixture
def converted(run: Run, project: Path) -> Callable[..., dict[str, Any]]:
    def work(decisions: Decisions) -> dict[str, Any]:
        (project / "decisions.json").write_text(dump(decisions), encoding="utf-8")
        done = run("report", "audit.json", "--decisions", "decisions.json", "--format", "json")
        assert done.exit_code == 0, done.stderr
        return dict(json.loads(done.stdout))

    return work


def flagged(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in report["findings"] if each["code"] == "LA101"]


def decision(finding: dict[str, Any], ruling: Ruling, decided: str = "") -> Decision:
    return Decision(finding["digest"], finding["label"], ruling, decided, finding["path"])


def test_answered_findings_are_accepted_and_confirmed_ones_name_the_class(
    saved: dict[str, Any], converted: Callable[..., dict[str, Any]]
) -> None:
    kept, confirmed, unsure, *others = flagged(saved)
    classes = {each["name"] for each in saved["dataset"]["classes"]}
    (third,) = classes - {confirmed["label"], confirmed["suggested"]}
    after = converted(
        Decisions(
            (
                decision(kept, Ruling.KEEP),
                decision(confirmed, Ruling.RELABEL, third),
                decision(unsure, Ruling.UNSURE),
                *(decision(each, Ruling.BAD_IMAGE) for each in others),
            )
        )
    )
    by_path = {each["path"]: each for each in flagged(after)}

    assert by_path.keys() == {confirmed["path"], unsure["path"]}
    assert by_path[confirmed["path"]]["suggested"] == third
    assert by_path[confirmed["path"]]["p_error"] == 1
    assert f"a person decided '{third}'" in by_path[confirmed["path"]]["message"]
    assert by_path[unsure["path"]] == unsure
    reasons = {each["path"]: each["reason"] for each in after["accepted"]}
    assert reasons == {kept["path"]: "decided: keep"} | {each["path"]: "decided: bad image" for each in others}
    said = after["summary"]["decisions"]
    assert (said["looked_at"], said["wrong"], said["unsure"]) == (3 + len(others), 1, 1)
    assert after["summary"]["wrong_labels"] == saved["summary"]["wrong_labels"]


def test_the_gate_is_applied_again(saved: dict[str, Any], converted: Callable[..., dict[str, Any]]) -> None:
    counted = [each for each in saved["findings"] if each["counted"]]
    one_left = converted(Decisions(tuple(decision(each, Ruling.KEEP) for each in counted[1:])))
    none_left = converted(Decisions(tuple(decision(each, Ruling.KEEP) for each in counted)))

    assert not saved["gate"]["passed"]
    assert one_left["gate"]["reason"] == "1 finding counts, 0 allowed (--max-issues 0)"
    assert (one_left["gate"]["counted"], one_left["gate"]["rate"]) == (1, round(1 / len(saved["images"]), 6))
    assert none_left["gate"]["passed"]
    assert none_left["gate"]["counted"] == 0


def test_the_limits_of_the_scan_hold_for_its_report(
    run: Run, project: Path, converted: Callable[..., dict[str, Any]]
) -> None:
    run("scan", "data", "--out", "audit.json", "--no-progress", "--max-issues", 1)
    before = json.loads((project / "audit.json").read_text(encoding="utf-8"))
    first, *rest = (each for each in before["findings"] if each["counted"])
    after = converted(Decisions(tuple(decision(each, Ruling.KEEP) for each in rest)))

    assert before["gate"]["limits"] == {"max_issues": 1, "max_rate": None, "strict": False}
    assert not before["gate"]["passed"]
    assert after["gate"]["passed"]
    assert after["gate"]["counted"] == 1
    assert [each["path"] for each in after["findings"] if each["counted"]] == [first["path"]]


def test_accepted_findings_are_taken_from_the_same_file(
    saved: dict[str, Any], converted: Callable[..., dict[str, Any]]
) -> None:
    first = flagged(saved)[0]
    entry = Entry("LA101", first["digest"], first["label"], first["path"], Acceptance.DEFERRED, "later")
    after = converted(accepting(Decisions(), Baseline((entry,))))

    assert [each["reason"] for each in after["accepted"]] == ["later"]
    assert len(flagged(after)) == len(flagged(saved)) - 1


def test_decisions_about_other_images_change_nothing(
    saved: dict[str, Any], converted: Callable[..., dict[str, Any]]
) -> None:
    first = flagged(saved)[0]
    elsewhere = Decision("0" * 64, first["label"], Ruling.KEEP)
    relabelled = Decision(first["digest"], "another", Ruling.KEEP)

    assert converted(Decisions((elsewhere, relabelled))) == saved


def test_a_page_of_it_shows_what_is_left(run: Run, project: Path, saved: dict[str, Any]) -> None:
    kept, other, *_ = flagged(saved)
    (project / "decisions.json").write_text(dump(Decisions((decision(kept, Ruling.KEEP),))), encoding="utf-8")
    done = run("report", "audit.json", "--decisions", "decisions.json", "--data", "data", "--report", "html=page.html")
    page = (project / "page.html").read_text(encoding="utf-8")

    assert done.exit_code == 0, done.stderr
    assert f'data-digest="{kept["digest"]}"' not in page
    assert f'data-digest="{other["digest"]}"' in page


@pytest.mark.parametrize("name", ["none.json", "audit.json", "data"])
def test_a_file_that_holds_no_decisions_is_an_error(run: Run, saved: dict[str, Any], name: str) -> None:
    done = run("report", "audit.json", "--decisions", name)

    assert done.exit_code == 2
    assert name in done.stderr
