import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.audit import conclude
from labelaudit.checks import run_checks
from labelaudit.decisions.baseline import accept
from labelaudit.findings import Finding
from labelaudit.gate import Gate
from labelaudit.records import Audit, Baseline, Beliefs, Changes, Count, Evidence, Report
from labelaudit.records import count as count_record
from labelaudit.reports import render
from labelaudit.reports.headlines import headlines
from labelaudit.reports.parse import parse

from .conftest import Shapes

Run = Callable[..., Result]
WIDE = Count(10.0, 1.0, 30.0)
"""Of 48 labels."""


def believing(audit: Audit, **changed: object) -> Audit:
    """Return an audit with other beliefs, and the findings of the checks about them."""
    beliefs: Beliefs = replace(audit.beliefs, **changed)  # type: ignore[arg-type]
    evidence = Evidence(audit.dataset, audit.observed, audit.copies, beliefs, audit.settings)
    return replace(audit, beliefs=beliefs, findings=run_checks(evidence))


def not_judged(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(each.path, each.message) for each in findings if each.code == "LA405"]


@pytest.mark.parametrize(
    ("count", "judged", "undecided"),
    [
        (Count(100, 88, 115), 1_000, False),  # many, and well known
        (Count(3.85, 2.35, 7.19), 3_781, False),  # clean photos
        (Count(11.8, 6.3, 20.7), 120, False),  # a small sample: chance alone moves it so far
        (Count(80, 12, 250), 1_000, True),
        (Count(20, 0, 45), 1_000, False),  # at most 4.5 %: no data set to worry about
        (Count(20, 0, 90), 1_000, True),
        (Count(0, 0, 0), 320, False),
        (Count(60, 0, 150), 320, True),  # two classes that may be swapped, or not
        (Count(300, 100, 380), 1_000, False),  # bad in any case
    ],
)
def test_a_count_is_undecided_where_its_interval_tells_nothing(count: Count, judged: int, undecided: bool) -> None:
    assert count.undecided(judged) is undecided


@pytest.mark.parametrize(
    ("limit", "half", "twice"),
    [
        ("UNDECIDED_FROM", Count(20, 0, 45), Count(20, 0, 90)),  # of 1,000: 4.5 % and 9 %
        ("BY_CHANCE", Count(12, 5, 25), Count(12, 0, 30)),  # 12 and by chance 11.4: less than 20, and more than 30
    ],
)
def test_half_and_twice_the_limits_decide_otherwise(
    limit: str, half: Count, twice: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = {"UNDECIDED_FROM": 1_000, "BY_CHANCE": 120}[limit]
    value = getattr(count_record, limit)

    assert [each.undecided(judged) for each in (half, twice)] == [False, True]
    monkeypatch.setattr(count_record, limit, value / 2)
    assert half.undecided(judged)
    monkeypatch.setattr(count_record, limit, value * 2)
    assert not twice.undecided(judged)


def test_a_data_set_that_is_judged_has_no_such_finding(small_audit: Audit) -> None:
    assert small_audit.beliefs.doubt is None
    assert not_judged(small_audit.findings) == []


@pytest.mark.parametrize(
    ("changed", "kind", "why"),
    [
        ({"judged": np.zeros(48, dtype=np.bool_)}, "nothing-judged", "every class has fewer than 3 independent images"),
        ({"judged": np.arange(48) < 29}, "few-judged", "only 29 labels could be compared"),
        ({"accuracy": 0.39}, "near-chance", "the model predicts the labels hardly better"),
        ({"overlapping": np.array([[0, 1], [0, 2], [1, 2]])}, "overlapping", "the classes cannot be distinguished"),
        ({"wrong": WIDE}, "undecided", "between 1 and 30 of 48 may be wrong"),
    ],
)
def test_a_data_set_that_is_not_is_one_finding(
    changed: dict[str, object], kind: str, why: str, small_audit: Audit
) -> None:
    audit = believing(small_audit, **changed)
    [finding] = [each for each in audit.findings if each.code == "LA405" and each.path == "."]

    assert audit.beliefs.doubt
    assert audit.beliefs.doubt.kind == kind
    assert finding.severity == "warning"
    assert finding.key == ("LA405", ".", "")
    assert finding.message.startswith(f"the labels could not be judged: {why}")


def test_a_report_of_an_earlier_version_says_so_too(small_audit: Audit) -> None:
    report = conclude(believing(small_audit, accuracy=0.39))
    data = json.loads(render(report, "json"))
    del data["summary"]["doubt"]

    assert parse(json.dumps(data)).doubt == parse(render(report, "json")).doubt == report.doubt


def test_a_split_and_a_class_that_are_not_judged_are_named(small_audit: Audit) -> None:
    dataset = small_audit.dataset
    in_test = dataset.labels == 0
    splits = tuple("test" if each else "train" for each in in_test)
    audit = replace(small_audit, dataset=replace(dataset, splits=splits))
    found = not_judged(believing(audit, judged=~in_test).findings)

    assert [path for path, _ in found] == ["circle/", "test/"]
    assert found[0][1].startswith("the labels of class 'circle' could not be judged: of its ")
    assert found[1][1].startswith("the labels of split 'test' could not be judged: every class in it ")


def test_a_small_class_is_named_by_one_rule_alone(run: Run, tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    root = draw_shapes(tmp_path / "data", wrong=0).root
    for path in sorted((root / "circle").iterdir())[2:]:
        path.unlink()
    done = run("scan", root)

    assert "circle/: LA401 class 'circle' has 2 images, too few to be judged" in done.stdout
    assert "LA405" not in done.stdout
    assert done.stderr.splitlines()[-1] == "passed; class 'circle' has 2 images, too few to be judged"


@pytest.fixture
def doubtful(small_audit: Audit) -> Audit:
    """Return an audit whose only finding is that nothing could be judged."""
    audit = believing(small_audit, wrong=WIDE)
    return replace(audit, findings=tuple(each for each in audit.findings if each.code == "LA405"))


def test_a_run_that_passes_says_that_the_labels_were_not_judged(doubtful: Audit) -> None:
    verdict = conclude(doubtful).verdict

    assert verdict.passed
    assert verdict.outcome == (
        "passed; the labels could not be judged: between 1 and 30 of 48 may be wrong, because the images are too hard "
        "for this model to tell"
    )


@pytest.mark.parametrize("gate", [Gate(strict=True), Gate(fail_on=("LA405",)), Gate(fail_on=("warning",))])
def test_it_may_fail_a_run(gate: Gate, doubtful: Audit) -> None:
    verdict = conclude(doubtful, gate).verdict

    assert not verdict.passed
    assert verdict.outcome == "failed: 1 finding counts, 0 allowed (--max-issues 0)"
    assert conclude(doubtful, gate, accept(Baseline(), doubtful.findings, "as it is")).verdict.outcome == "passed"


def test_what_was_accepted_is_not_stale_where_it_can_be_judged_today(doubtful: Audit, small_audit: Audit) -> None:
    accepted = accept(Baseline(), doubtful.findings, "as it is")

    assert conclude(small_audit, Gate(strict=True), accepted).verdict.stale == ()


@pytest.mark.parametrize(("paths", "counts"), [({"circle/circle001.png"}, 1), (set(), 0)])
def test_any_change_makes_the_data_set_count(paths: set[str], counts: int, doubtful: Audit) -> None:
    verdict = conclude(doubtful, Gate(strict=True), changes=Changes("main", frozenset(paths))).verdict

    assert len(verdict.counted) == counts
    assert verdict.not_judged


def headline(report: Report, name: str) -> str:
    return dict(headlines(report))[name]


def test_a_wide_interval_is_told_in_words_and_a_narrow_one_in_numbers(doubtful: Audit, small_audit: Audit) -> None:
    assert headline(conclude(doubtful), "wrong labels, estimated").startswith("between 1 and 30 of 48 may be wrong, ")
    assert "90% interval: " in headline(conclude(small_audit), "wrong labels, estimated")


def test_classes_that_overlap_are_left_out_of_the_count_in_words(small_audit: Audit) -> None:
    audit = believing(small_audit, overlapping=np.array([[0, 1]]), p_error=np.zeros(48))
    report = conclude(replace(audit, findings=tuple(each for each in audit.findings if each.code == "LA403")))

    assert headline(report, "wrong labels, estimated").endswith(") beside those between overlapping classes (LA403)")
    assert report.doubt is None
    assert report.verdict.outcome.startswith("passed; 'circle' and 'cross' cannot be distinguished: ")


def test_where_no_wrong_label_is_expected_none_is_said_to_be_missed(small_audit: Audit) -> None:
    report = conclude(believing(small_audit, wrong=Count(0.4, 0.0, 2.0)))

    assert headline(report, "wrong labels, estimated") == "0 of 48 (0.8%; 90% interval: 0 to 2)"
    assert "caught by the flags" not in dict(headlines(report))


def test_nobody_is_told_that_no_label_is_wrong_where_nothing_is_known(small_audit: Audit) -> None:
    report = conclude(believing(small_audit, accuracy=0.39, wrong=Count(0.0, 0.0, 0.0)))

    assert headline(report, "wrong labels, estimated") == "unknown, of 48"
    assert report.wrong == Count(0.0, 0.0, 48.0)
    assert not {"by class", "caught by the flags"} & dict(headlines(report)).keys()


@pytest.mark.parametrize("as_saved", [False, True])
def test_junit_skips_the_classes(as_saved: bool, doubtful: Audit, small_audit: Audit) -> None:
    accepted = accept(Baseline(), doubtful.findings, "as it is")

    for report in (conclude(doubtful), conclude(doubtful, baseline=accepted)):
        suite = ElementTree.fromstring(render(parse(render(report, "json")) if as_saved else report, "junit"))[0]
        cases = [case for case in suite if case.get("classname") == "labelaudit.classes"]
        assert [case.find("skipped") is not None for case in cases] == [True] * 3
        assert suite.get("skipped") == str(3 + len(report.findings))
    judged = ElementTree.fromstring(render(conclude(small_audit), "junit"))[0]
    assert not [
        case for case in judged if case.get("classname") == "labelaudit.classes" and case.find("skipped") is not None
    ]


def test_junit_skips_a_class_that_is_too_small(small_audit: Audit) -> None:
    in_class = small_audit.dataset.labels == 0
    report = conclude(believing(small_audit, judged=~in_class))
    cases = ElementTree.fromstring(render(report, "junit")).iterfind(".//testcase[@classname='labelaudit.classes']")

    assert [case.get("name") for case in cases if case.find("skipped") is not None] == ["circle"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text", ".: LA405 the labels could not be judged: between 1 and 30 "),
        ("github", "::warning file=.,title=LA405 not-judged::.: the labels could not be judged: "),
        ("azure", "##vso[task.logissue type=warning;sourcepath=.;code=LA405;]"),
        ("gitlab", '"severity": "minor"'),
        ("sarif", '"level": "warning"'),
        ("markdown", "the labels could not be judged: between 1 and 30 "),
        ("html", "<strong>Passed</strong>; the labels could not be judged: between 1 and 30 "),
        ("json", '"not_judged": "the labels could not be judged: between 1 and 30 '),
    ],
)
def test_every_format_says_so(name: str, said: str, doubtful: Audit) -> None:
    report = conclude(doubtful)

    assert said in render(report, name)
    if name != "json":
        assert said in render(parse(render(report, "json")), name)


def test_the_data_set_is_at_its_place_in_the_repository(doubtful: Audit) -> None:
    assert '"uri": "data/pets"' in render(conclude(doubtful, location="data/pets"), "sarif")
