"""The journal of a run: read, moved, and edited by somebody."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from labelaudit.errors import JournalError, OutputError
from labelaudit.fixes import carry_out, undo
from labelaudit.fixes import journal as journals
from labelaudit.records import Action, Fix, FixPlan

from .test_fixes import contents, remove, tree


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The journal of a plan that moved an image."""
    root = tree(tmp_path / "data", "cat/1.jpg", "dog/2.jpg")
    fix = remove(root, "cat/1.jpg", "cat")._replace(target="cat/1.jpg")
    carry_out(FixPlan(root, tmp_path / "bad", (fix,)), tmp_path / "journal")
    return tmp_path / "journal"


def edited(journal: Path, line: int, **changes: object) -> None:
    lines = [json.loads(each) for each in journal.read_text().splitlines()]
    lines[line] |= changes
    journal.write_text("".join(f"{json.dumps(each)}\n" for each in lines))


@pytest.mark.parametrize(
    ("line", "changes", "message"),
    [
        (1, {"path": "../stolen.jpg"}, "names a file outside of the data set"),
        (1, {"path": "/tmp/stolen.jpg"}, "names a file outside of the data set"),
        (1, {"target": "../../etc/passwd"}, "names a file outside of the data set"),
        (1, {"target": ""}, "names a file outside of the data set"),
        (1, {"path": "cat/\0"}, "names a file outside of the data set"),
        (0, {"folders": ["../somewhere"]}, "names a folder outside of the data set"),
        (0, {"quarantine": None}, "names a file outside of the data set"),
        (0, {"steps": 2}, "has 1 steps of 2: a part of it is missing"),
        (0, {"labelaudit_journal": "9.0"}, "has the version 9.0, and this labelaudit reads 1.0"),
        (0, {"labelaudit_journal": 1}, "no journal of labelaudit fix"),
        (0, {"root": 3}, "no journal of labelaudit fix"),
        (1, {"digest": None}, "no journal of labelaudit fix"),
        (1, {"more": "keys"}, "no journal of labelaudit fix"),
    ],
)
def test_an_edited_journal_is_refused_as_a_whole(
    journal: Path, line: int, changes: dict[str, Any], message: str
) -> None:
    before = contents(journal.parent / "data"), contents(journal.parent / "bad")
    edited(journal, line, **changes)
    if changes == {"labelaudit_journal": 1}:
        edited(journal, line, steps="x")

    with pytest.raises(JournalError, match=message):
        undo(journal)

    assert (contents(journal.parent / "data"), contents(journal.parent / "bad")) == before


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", "1\n2", '{"labelaudit_journal": "1.0"}', "[" * 100_000])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "journal").write_text(text)

    with pytest.raises(JournalError, match="no journal of labelaudit fix"):
        undo(tmp_path / "journal")


def test_a_missing_journal_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="can't be read: No such file"):
        undo(tmp_path / "journal")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_that_was_put_in_the_way_leads_nothing_out(journal: Path) -> None:
    """A folder of the data set was replaced by a link to elsewhere."""
    outside = journal.parent / "outside"
    outside.mkdir()
    (journal.parent / "data" / "cat").rmdir()
    (journal.parent / "data" / "cat").symlink_to(outside)

    with pytest.raises(JournalError, match="names a file outside of the data set"):
        undo(journal)
    assert not list(outside.iterdir())


def test_a_journal_is_never_overwritten(journal: Path) -> None:
    before = journal.read_bytes()

    with pytest.raises(OutputError, match="a journal is never overwritten"):
        carry_out(FixPlan(journal.parent / "data"), journal)
    assert journal.read_bytes() == before


def test_data_and_journal_can_be_moved_together(journal: Path, tmp_path: Path) -> None:
    place = tmp_path / "new place"
    place.mkdir()
    for name in ("data", "bad", "journal"):
        (tmp_path / name).rename(place / name)
    assert "/" not in json.loads((place / "journal").read_text().splitlines()[0])["root"]

    assert undo(place / "journal").restored == 1
    assert (place / "data/cat/1.jpg").read_bytes() == b"was cat/1.jpg"


def test_data_that_was_moved_alone_is_named(journal: Path, tmp_path: Path) -> None:
    (tmp_path / "data").rename(tmp_path / "renamed")

    assert undo(journal, tmp_path / "renamed").restored == 1
    assert (tmp_path / "renamed/cat/1.jpg").read_bytes() == b"was cat/1.jpg"


def test_a_journal_holds_what_was_planned(journal: Path) -> None:
    kept = journals.read(journal)

    assert [step.path for step in kept.steps] == ["cat/1.jpg"]
    assert [folder.name for folder in kept.folders] == ["bad", "cat"]
    assert kept.steps[0].outside


def test_a_plan_is_plain_data(tmp_path: Path) -> None:
    fix = Fix("a/1.jpg", Action.RELABEL, "a", "b", "0" * 64, "decided", "b/1.jpg")
    out = Fix("a/2.jpg", Action.QUARANTINE, "a", "", "0" * 64, "bad", "a/2.jpg", 0.75)
    plan = FixPlan(tmp_path, tmp_path / "bad", (fix, out))

    assert (plan.count(Action.RELABEL), plan.count(Action.QUARANTINE), plan.mistakes) == (1, 1, 0.25)
    assert plan.place(fix) == tmp_path / "b/1.jpg"
    assert plan.place(out) == tmp_path / "bad/a/2.jpg"
    assert plan.place(fix._replace(target="")) == tmp_path / "a/1.jpg"
