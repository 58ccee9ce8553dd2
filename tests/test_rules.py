import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.checks import CHECKS, run_checks, selected
from labelaudit.records import Audit, Evidence
from labelaudit.settings import Settings

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
    ],
)
def test_rules_are_chosen_by_code_or_beginning(
    select: tuple[str, ...], ignore: tuple[str, ...], runs: Callable[[str], bool]
) -> None:
    assert selected(Settings(select=select, ignore=ignore)) == [code for code in CHECKS if runs(code)]


def test_what_is_not_selected_is_not_reported(shapes_audit: Audit) -> None:
    settings = replace(shapes_audit.settings, ignore=("LA1",))
    found = shapes_audit
    evidence = Evidence(found.dataset, found.observed, found.copies, found.beliefs, settings)

    assert any(finding.code == "LA101" for finding in shapes_audit.findings)
    assert not any(finding.code.startswith("LA1") for finding in run_checks(evidence))


def test_scan_takes_rules_in_any_case(run: Run, shapes: Shapes) -> None:
    assert "LA101" in run("scan", shapes.root, "--select", "la101,LA3").stdout
    assert "LA101" not in run("scan", shapes.root, "--ignore", "LA1").stdout
