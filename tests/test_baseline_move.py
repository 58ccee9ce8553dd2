"""A baseline that is moved into the file of decisions."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.decisions import NAME, dump, load
from labelaudit.decisions.baseline import NAME as BASELINE
from labelaudit.decisions.baseline import parse
from labelaudit.records import Decision, Decisions, Ruling

Run = Callable[..., Result]


@pytest.fixture
def accepted(run: Run, project: Path) -> str:
    done = run("baseline", "data", "--reason", "twins look alike", "--no-progress")
    assert done.exit_code == 0, done.stderr
    return (project / BASELINE).read_text(encoding="utf-8")


def gate(run: Run) -> dict[str, object]:
    done = run("scan", "data", "--format", "json", "--exit-zero", "--no-progress")
    report = json.loads(done.stdout)
    return {name: report[name] for name in ("gate", "accepted", "stale", "findings")}


def test_a_baseline_is_moved_without_loss(run: Run, project: Path, accepted: str) -> None:
    before = gate(run)
    done = run("baseline", "data", "--to-decisions")
    count = len(parse(accepted).entries)

    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"moved {count} entries from {BASELINE} to {NAME}",
        f"removed {BASELINE}; commit both changes together",
    ]
    assert not (project / BASELINE).exists()
    assert load(project / NAME).accepted == parse(accepted)
    assert parse((project / NAME).read_text(encoding="utf-8")) == parse(accepted)  # a baseline is read from it as well
    assert gate(run) == before


def test_decisions_that_were_there_are_kept(run: Run, project: Path, accepted: str) -> None:
    made = Decision("0" * 64, "circle", Ruling.KEEP)
    one = parse(accepted)
    there = Decisions((made,), type(one)(one.entries[:1]))
    (project / "named.json").write_text(dump(there), encoding="utf-8")
    done = run("baseline", "data", "--to-decisions", "--decisions", "named.json")

    assert done.exit_code == 0, done.stderr
    assert "to named.json, 1 of them already there" in done.stderr
    assert load(project / "named.json") == Decisions((made,), parse(accepted))


def test_new_entries_go_to_the_decisions_afterwards(run: Run, project: Path, accepted: str) -> None:
    first, *others = parse(accepted).entries
    (project / BASELINE).write_text(accepted.replace(json.dumps(first._asdict()) + ",\n", ""), encoding="utf-8")
    run("baseline", "data", "--to-decisions")
    run("baseline", "data", "--reason", "twins look alike", "--no-progress")

    assert not (project / BASELINE).exists()
    assert load(project / NAME).accepted.entries == (first, *others)


def test_what_cannot_be_moved_is_left(run: Run, project: Path, accepted: str) -> None:
    decisions = dump(Decisions((Decision("0" * 64, "circle", Ruling.KEEP),)))
    (project / "decided.json").write_text(decisions, encoding="utf-8")
    (project / "broken.json").write_text("{}", encoding="utf-8")
    cases = {
        ("--baseline", "decided.json"): "is a file of decisions already",
        ("--baseline", "none.json"): "there is no baseline none.json to move",
        ("--baseline", "broken.json"): "broken.json",
        ("--decisions", BASELINE): "is a file of decisions already",
        ("--decisions", "broken.json"): "broken.json",
        ("--prune",): "--to-decisions takes none of",
    }
    for words, message in cases.items():
        done = run("baseline", "data", "--to-decisions", *words)

        assert done.exit_code == 2, words
        assert message in done.stderr
        assert (project / BASELINE).read_text(encoding="utf-8") == accepted
        assert (project / "decided.json").read_text(encoding="utf-8") == decisions
    assert not (project / NAME).exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_keeps_both(run: Run, project: Path, accepted: str) -> None:
    project.chmod(0o555)
    try:
        done = run("baseline", "data", "--to-decisions")
    finally:
        project.chmod(0o755)

    assert done.exit_code == 2
    assert (project / BASELINE).read_text(encoding="utf-8") == accepted


def test_a_baseline_that_the_configuration_names_is_mentioned(run: Run, project: Path, accepted: str) -> None:
    (project / BASELINE).rename(project / "agreed.json")
    (project / "labelaudit.toml").write_text('baseline = "agreed.json"\n', encoding="utf-8")
    done = run("baseline", "data", "--to-decisions")

    assert done.exit_code == 0, done.stderr
    assert "remove the setting 'baseline'" in done.stderr
