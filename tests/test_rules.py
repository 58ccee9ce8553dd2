import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.audit import audit
from labelaudit.checks import CHECKS, codes_of, find_rule, run_checks, selected
from labelaudit.errors import SettingsError
from labelaudit.records import Audit, Evidence
from labelaudit.settings import ClassSettings, Settings

from .conftest import Shapes

Run = Callable[..., Result]
DOCS = Path(__file__).parent.parent / "docs"


def test_the_generated_pages_are_not_stale() -> None:
    done = subprocess.run([sys.executable, DOCS / "generate.py", "--check"], capture_output=True, text=True)

    stale = [line for line in done.stdout.splitlines() if "cli.md" not in line]  # its look is the library's
    assert not done.stderr
    assert not stale


def test_rules_lists_every_rule(run: Run) -> None:
    lines = run("rules").stdout.splitlines()

    assert [line.split()[0] for line in lines] == list(CHECKS)
    assert all(CHECKS[line.split()[0]].summary in line for line in lines)


@pytest.mark.parametrize(
    ("select", "ignore", "runs"),
    [
        ((), (), lambda code: True),
        (("LA1",), (), lambda code: code.startswith("LA1")),
        (("LA101", "LA3"), (), lambda code: code == "LA101" or code.startswith("LA3")),
        ((), ("LA1",), lambda code: not code.startswith("LA1")),
        (("LA",), ("LA301", "LA4"), lambda code: code != "LA301" and not code.startswith("LA4")),
        (("mislabeled", "Poor_Image"), (), lambda code: code in ("LA101", "LA302")),
        ((), ("outlier",), lambda code: code != "LA303"),
        (("off-topic",), (), lambda code: code == "LA303"),
    ],
)
def test_rules_are_chosen_by_code_or_beginning_or_name(
    select: tuple[str, ...], ignore: tuple[str, ...], runs: Callable[[str], bool]
) -> None:
    assert selected(Settings(select=select, ignore=ignore)) == [code for code in CHECKS if runs(code)]


def test_what_is_not_selected_is_not_reported(shapes_audit: Audit) -> None:
    settings = replace(shapes_audit.settings, ignore=("LA1",))
    found = shapes_audit
    evidence = Evidence(found.dataset, found.observed, found.copies, found.beliefs, settings)

    assert any(finding.code == "LA101" for finding in shapes_audit.findings)
    assert not any(finding.code.startswith("LA1") for finding in run_checks(evidence))


def test_a_rule_that_a_class_ignores_may_be_given_by_name(shapes_audit: Audit) -> None:
    per_class = (ClassSettings(name="cross", ignore=("mislabeled",)),)
    evidence = Evidence(
        shapes_audit.dataset,
        shapes_audit.observed,
        shapes_audit.copies,
        shapes_audit.beliefs,
        replace(shapes_audit.settings, per_class=per_class),
    )

    assert {finding.label for finding in run_checks(evidence) if finding.code == "LA101"} == {"square"}


def test_every_name_belongs_to_one_rule() -> None:
    names = [name for code in CHECKS for name in (CHECKS[code].name, *CHECKS[code].former_names)]

    assert len(set(names)) == len(names)
    assert all(codes_of([CHECKS[code].name]) == (code,) for code in CHECKS)


@pytest.mark.parametrize(
    ("word", "suggested"),
    [("mislabelled", "mislabeled"), ("outliers", "outlier"), ("la1O1", "LA101"), ("poor image", "poor-image")],
)
def test_a_typo_is_answered_with_the_closest_rule(word: str, suggested: str) -> None:
    for look_up in (find_rule, lambda each: codes_of([each])):
        with pytest.raises(SettingsError, match=f"no rule has the code or name '{word}'; did you mean '{suggested}'?"):
            look_up(word)


def test_a_word_like_no_rule_gets_no_suggestion() -> None:
    with pytest.raises(SettingsError, match=r"'xyz'\. To list all rules, type: labelaudit rules"):
        codes_of(["xyz"])
    with pytest.raises(SettingsError):
        selected(Settings(select=("",)))


def test_explain_takes_a_code_a_name_or_a_former_name(run: Run) -> None:
    pages = {run("explain", word).stdout for word in ("LA303", "la303", "outlier", "OUTLIER", "off-topic")}

    assert len(pages) == 1
    assert pages.pop().startswith("LA303 outlier (")


def test_the_settings_of_an_audit_hold_codes(shapes: Shapes) -> None:
    result = audit(shapes.root, Settings(select=("mislabeled",), ignore=("off-topic",)))

    assert (result.settings.select, result.settings.ignore) == (("LA101",), ("LA303",))
    assert {finding.code for finding in result.findings} == {"LA101"}


def test_the_gate_takes_rules_by_name(run: Run, shapes: Shapes) -> None:
    assert run("scan", shapes.root, "--fail-on", "mislabeled").exit_code == 1
    assert run("scan", shapes.root, "--fail-on", "unreadable").exit_code == 0
    done = run("scan", shapes.root, "--fail-on", "mislabled")
    assert done.exit_code == 2
    assert "did you mean 'mislabeled'?" in done.stderr


def test_scan_takes_rules_in_any_case(run: Run, shapes: Shapes) -> None:
    assert "LA101" in run("scan", shapes.root, "--select", "la101,LA3").stdout
    assert "LA101" not in run("scan", shapes.root, "--ignore", "LA1").stdout
