from dataclasses import replace

import pytest

from labelaudit.audit import conclude, judge
from labelaudit.errors import ExitCode, SettingsError
from labelaudit.findings import Finding, Severity
from labelaudit.gate import Gate
from labelaudit.records import Audit


@pytest.fixture
def three(small_audit: Audit) -> Audit:
    """48 images, two errors and a warning."""
    findings = (
        Finding("LA101", "mislabeled", Severity.ERROR, "a/1.png", "x", p_error=0.9),
        Finding("LA301", "unreadable", Severity.ERROR, "a/2.png", "x"),
        Finding("LA401", "too-few", Severity.WARNING, "b/", "x"),
    )
    return replace(small_audit, findings=findings)


@pytest.mark.parametrize(
    ("limits", "passed", "counted"),
    [
        ({}, False, 2),
        ({"max_issues": 1}, False, 2),
        ({"max_issues": 2}, True, 2),
        ({"max_rate": 2 / 48}, True, 2),
        ({"max_rate": 0.04}, False, 2),
        ({"max_rate": 0.5, "max_issues": 1}, False, 2),
        ({"fail_on": ("warning",)}, False, 3),
        ({"fail_on": ("LA401",), "max_issues": 0}, False, 1),
        ({"fail_on": ("LA1", "LA4")}, False, 2),
        ({"fail_on": ("LA402",)}, True, 0),
        ({"fail_on": ("error", "LA401"), "max_issues": 3}, True, 3),
        ({"fail_on": ("mislabeled", "Too_Few")}, False, 2),
        ({"fail_on": ("imbalance",)}, True, 0),
    ],
)
def test_limits(three: Audit, limits: dict[str, object], passed: bool, counted: int) -> None:
    verdict = judge(three, Gate(**limits))  # type: ignore[arg-type]

    assert (verdict.passed, len(verdict.counted)) == (passed, counted)
    assert verdict.exit_code == (ExitCode.PASSED if passed else ExitCode.FINDINGS)


def test_the_reason_names_the_option(three: Audit) -> None:
    assert judge(three, Gate(fail_on=("LA401",))).reason == "1 finding counts, 0 allowed (--max-issues 0)"
    assert judge(three, Gate()).reason == "2 findings count, 0 allowed (--max-issues 0)"
    assert (
        judge(three, Gate(max_rate=0.01)).reason
        == "4.17% of the images have a finding that counts, 1.00% allowed (--max-rate 0.01)"
    )


def test_shares_that_look_alike_get_more_digits(three: Audit) -> None:
    reason = judge(three, Gate(max_rate=0.04166)).reason

    assert reason == "4.167% of the images have a finding that counts, 4.166% allowed (--max-rate 0.04166)"


@pytest.mark.parametrize(
    "limits",
    [
        {"max_issues": -1},
        {"max_rate": 2},
        {"max_rate": -0.1},
        {"fail_on": ("LA 1",)},
        {"fail_on": ("",)},
        {"fail_on": ()},
    ],
)
def test_limits_out_of_range_are_refused(limits: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"must be|is a share|[Ee]xpected error"):
        Gate(**limits)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["eror", "LA9", "mislabelled"])
def test_a_rule_that_does_not_exist_is_refused(three: Audit, word: str) -> None:
    for conclusion in (judge, conclude):
        with pytest.raises(SettingsError, match=f"no rule has the code or name '{word}'"):
            conclusion(three, Gate(fail_on=(word,)))
