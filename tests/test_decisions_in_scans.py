"""Decisions on the command line: what was confirmed is not flagged again, and nothing in the file is lost."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import labelaudit
from labelaudit.decisions import NAME, decide, dump, merge, parse, with_sample
from labelaudit.decisions.baseline import NAME as BASELINE
from labelaudit.errors import DecisionsError, SettingsError
from labelaudit.records import Decision, Decisions, Ruling, Sampled, Stratum

Run = Callable[..., Result]


@pytest.fixture
def scan(run: Run, project: Path) -> Callable[..., dict]:
    def work(*words: object) -> dict:
        done = run("scan", "data", "--format", "json", "--exit-zero", "--no-progress", *words)
        assert done.exit_code == 0, done.stderr
        return dict(json.loads(done.stdout))

    return work


def flagged(report: dict) -> list[dict]:
    return [each for each in report["findings"] if each["code"] == "LA101"]


def decision(finding: dict, ruling: Ruling, decided: str = "") -> Decision:
    return Decision(finding["digest"], finding["label"], ruling, decided, finding["path"])


def test_a_confirmed_label_is_not_flagged_again(scan: Callable[..., dict], project: Path) -> None:
    before = scan()
    first, second, *_ = flagged(before)
    decisions = (decision(first, Ruling.KEEP), decision(second, Ruling.RELABEL, second["suggested"]))
    (project / NAME).write_text(dump(Decisions(decisions)), encoding="utf-8")
    after = scan()

    assert before["summary"]["decisions"] is None
    paths = {each["path"]: each["p_error"] for each in flagged(after)}
    assert first["path"] not in paths
    assert paths[second["path"]] == 1
    assert after["summary"]["decisions"]["looked_at"] == 2
    assert after["summary"]["decisions"]["wrong"] == 1
    assert len(flagged(scan("--no-decisions"))) == len(flagged(before))


def test_python_takes_decisions_as_the_command_does(scan: Callable[..., dict], project: Path) -> None:
    first, *_ = flagged(scan())
    (project / "named.json").write_text(dump(Decisions((decision(first, Ruling.KEEP),))), encoding="utf-8")
    found = labelaudit.audit("data", decisions="named.json")

    assert first["path"] not in [each.path for each in found.findings if each.code == "LA101"]
    assert found.to_pandas().set_index("path").p_error[first["path"]] == 0
    with pytest.raises(SettingsError, match=r"decisions.*expected the path of a file"):
        labelaudit.audit("data", decisions=1)  # type: ignore[arg-type]
    with pytest.raises(DecisionsError, match="cannot be read"):
        labelaudit.audit("data", decisions="nowhere.json")


def test_a_label_that_was_corrected_is_counted_as_such(scan: Callable[..., dict], project: Path) -> None:
    first, *_ = flagged(scan())
    made = decision(first, Ruling.RELABEL, first["suggested"])
    (project / NAME).write_text(dump(Decisions((made,))), encoding="utf-8")
    here = project / "data" / first["path"]
    here.rename(project / "data" / first["suggested"] / f"moved{here.suffix}")
    after = scan()

    assert after["summary"]["decisions"]["fixed"] == 1
    assert first["digest"] not in [each["digest"] for each in flagged(after)]


def test_what_is_found_last_is_the_nearest_file_and_never_one_in_the_data(
    scan: Callable[..., dict], project: Path
) -> None:
    first, *_ = flagged(scan())
    text = dump(Decisions((decision(first, Ruling.KEEP),)))
    (project / "data" / NAME).write_text(text, encoding="utf-8")
    assert scan()["summary"]["decisions"] is None
    (project / "named.json").write_text(text, encoding="utf-8")
    assert scan("--decisions", "named.json")["summary"]["decisions"]["looked_at"] == 1


def test_contradictions_are_shown_and_do_not_apply(run: Run, scan: Callable[..., dict], project: Path) -> None:
    first, *_ = flagged(scan())
    one, other = (Decisions((decision(first, each),)) for each in (Ruling.KEEP, Ruling.UNSURE))
    (project / NAME).write_text(dump(merge(one, other)), encoding="utf-8")
    done = run("scan", "data", "--exit-zero", "--no-progress")

    assert f"{first['path']}: people decided keep and unsure, so neither applies; decide again" in done.stderr
    assert scan()["summary"]["decisions"]["conflicts"] == 1
    assert first["path"] in [each["path"] for each in flagged(scan())]


@pytest.mark.parametrize("text", ["", "{}", '{"schema_version": "2.0", "entries": []}'])
def test_a_file_that_cannot_be_read_is_an_error_before_the_work(run: Run, project: Path, text: str) -> None:
    (project / NAME).write_text(text, encoding="utf-8")
    done = run("scan", "data")

    assert done.exit_code == 2
    assert f"error: the decisions {project / NAME} cannot be used: it" in done.stderr
    assert run("scan", "data", "--no-decisions", "--exit-zero").exit_code == 0


def test_findings_may_be_accepted_in_the_file_of_decisions(run: Run, scan: Callable[..., dict], project: Path) -> None:
    first, *_ = flagged(scan())
    sampled = Sampled("sample-1", "x", (Stratum(9, 1, False),))
    held = with_sample(decide(Decisions(), decision(first, Ruling.KEEP)), sampled)
    (project / NAME).write_text(dump(held), encoding="utf-8")
    assert run("baseline", "data", "--reason", "old data").exit_code == 0

    after = parse((project / NAME).read_text(encoding="utf-8"))
    assert (after.made, after.samples) == (held.made, held.samples)
    assert after.accepted.entries
    assert not (project / BASELINE).exists()
    assert run("scan", "data").exit_code == 0


def test_a_baseline_beside_the_decisions_goes_on_working(run: Run, scan: Callable[..., dict], project: Path) -> None:
    assert run("baseline", "data", "--reason", "old data").exit_code == 0
    text = (project / BASELINE).read_text(encoding="utf-8")
    first, *_ = scan("--no-baseline")["findings"]
    (project / NAME).write_text(dump(Decisions((decision(first, Ruling.KEEP),))), encoding="utf-8")

    assert run("scan", "data").exit_code == 0
    assert (project / BASELINE).read_text(encoding="utf-8") == text
    moved = merge(parse(text), parse((project / NAME).read_text(encoding="utf-8")))
    (project / NAME).write_text(dump(moved), encoding="utf-8")
    (project / BASELINE).unlink()
    assert run("scan", "data").exit_code == 0
