"""Completion in the shell."""

import os
import subprocess
import sys

import pytest


def offered(typed: str) -> list[str]:
    """Return what bash is told to offer after *typed*."""
    script = {"_LABELAUDIT_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    code = "import sys\nfrom labelaudit.cli import app\napp(prog_name='labelaudit')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **script}, capture_output=True, text=True)
    return done.stdout.split()


@pytest.mark.parametrize("option", ["--select", "--ignore", "--fail-on"])
def test_a_list_of_rules_completes_after_a_comma(option: str) -> None:
    assert offered(f"labelaudit scan data {option} mis") == ["mislabeled", "missing-label"]
    assert offered(f"labelaudit scan data {option} misl") == ["mislabeled"]
    assert offered(f"labelaudit scan data {option} LA1,misl") == ["LA1,mislabeled"]
    assert offered(f"labelaudit scan data {option} mislabeled,outlier,LA10") == [
        *(f"mislabeled,outlier,LA10{digit}" for digit in "12345"),
    ]


def test_what_is_in_the_list_is_not_offered_again() -> None:
    assert offered("labelaudit scan data --select mislabeled,misl") == []
    assert "LA1,error" in offered("labelaudit scan data --fail-on LA1,")


def test_a_single_rule_completes_without_a_comma() -> None:
    assert offered("labelaudit explain misl") == ["mislabeled"]
    assert offered("labelaudit explain LA1,misl") == []
