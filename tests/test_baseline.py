from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.audit import conclude
from labelaudit.decisions.baseline import accept, dump, parse, prune
from labelaudit.errors import BaselineError
from labelaudit.findings import Finding, Severity
from labelaudit.gate import Gate
from labelaudit.records import Acceptance, Audit, Baseline

from .conftest import Shapes

Run = Callable[..., Result]

ERROR = Finding("LA101", "mislabeled", Severity.ERROR, "cat/1.jpg", "x", "cat", "dog", 0.9, "d1")
OTHER = Finding("LA101", "mislabeled", Severity.ERROR, "cat/\udcff\n.jpg", "x", "cat", "dog", 0.8, "d2")
CLASS = Finding("LA401", "too-few", Severity.WARNING, "owl/", "x", "owl")


def test_a_baseline_comes_back_as_it_was_written() -> None:
    written = dump(accept(Baseline(), (OTHER, CLASS, ERROR), "old data", Acceptance.DEFERRED))

    assert dump(parse(written)) == written
    assert dump(parse(dump(Baseline()))) == dump(Baseline())
    assert written.isascii()
    assert len(written.splitlines()) == 3 + 2
    assert "0.9" not in written


def test_an_entry_knows_its_finding_by_rule_content_and_label() -> None:
    entries = accept(Baseline(), (ERROR, CLASS), "").by_key()

    assert replace(ERROR, path="train/renamed.jpg", p_error=0.6, suggested="owl", message="y").key in entries
    assert replace(ERROR, digest="other pixels").key not in entries
    assert replace(ERROR, label="dog").key not in entries
    assert replace(ERROR, code="LA102").key not in entries
    assert replace(CLASS, message="now it has two").key in entries
    assert replace(CLASS, path="elk/", label="elk").key not in entries


def test_what_somebody_decided_is_never_overwritten() -> None:
    looked = accept(Baseline(), (ERROR,), "a tabby", Acceptance.CORRECT)
    again = accept(looked, (replace(ERROR, path="moved.jpg"), OTHER), "day one", Acceptance.DEFERRED)

    assert [(entry.path, entry.decision, entry.reason) for entry in again.entries] == [
        ("cat/\\xff\\x0a.jpg", Acceptance.DEFERRED, "day one"),
        ("moved.jpg", Acceptance.CORRECT, "a tabby"),
    ]
    assert accept(again, (OTHER,), "looked", Acceptance.CORRECT).entries[0].reason == "looked"


def test_prune_removes_only_what_is_stale() -> None:
    both = accept(Baseline(), (ERROR, OTHER), "")

    assert [entry.subject for entry in prune(both, both.entries[:1]).entries] == [both.entries[1].subject]


def test_a_merge_that_kept_both_sides_keeps_who_looked() -> None:
    looked, deferred = (accept(Baseline(), (ERROR,), "", decision) for decision in reversed(Acceptance))
    lines = dump(looked).splitlines()
    merged = "\n".join([lines[0], dump(deferred).splitlines()[1] + ",", *lines[1:]])

    assert len(parse(merged).entries) == 1
    assert parse(merged).entries[0].decision is Acceptance.CORRECT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "[" * 9999,
        '{"schema_version": "1.0"}',
        '{"schema_version": "1.0", "entries": [{}]}',
        '{"schema_version": "1.0", "entries": {}}',
        '{"schema_version": "1.0", "entries": ""}',
        '{"schema_version": "1.0", "entries": null}',
        '{"schema_version": "2.0", "entries": []}',
        '{"schema_version": 1, "entries": []}',
        '{"results": {}, "version": "1.5.0"}',
        dump(accept(Baseline(), (ERROR,), "")).replace('"deferred"', '"fine"'),
        dump(accept(Baseline(), (ERROR,), "")).replace('"d1"', "1"),
        "<<<<<<< ours\n" + dump(Baseline()),
    ],
)
def test_what_is_no_baseline_is_never_an_empty_one(text: str) -> None:
    with pytest.raises(
        BaselineError, match=r"it is no baseline of labelaudit: |it has the schema version 2"
    ) as refused:
        parse(text)
    assert "Error" not in str(refused.value)


def test_accepted_findings_are_counted_and_do_not_count(shapes_audit: Audit) -> None:
    errors = [finding for finding in shapes_audit.findings if finding.severity is Severity.ERROR]
    verdict = conclude(shapes_audit, Gate(), accept(Baseline(), errors[1:], "")).verdict

    assert verdict.counted == (errors[0],)
    assert [finding for finding, _ in verdict.accepted] == errors[1:]
    assert set(verdict.open) == set(shapes_audit.findings) - set(errors[1:])


def test_an_entry_is_stale_when_its_image_is_gone_and_not_when_it_is_merely_not_flagged(shapes_audit: Audit) -> None:
    dataset, digests = shapes_audit.dataset, shapes_audit.observed.digests
    quiet = replace(ERROR, digest=digests[0], label=dataset.classes[dataset.labels[0]])
    relabelled = replace(quiet, label="elsewhere")
    baseline = accept(Baseline(), (quiet, relabelled, ERROR), "")

    assert {entry.key for entry in conclude(shapes_audit, Gate(), baseline).verdict.stale} == {
        relabelled.key,
        ERROR.key,
    }
    unseen = replace(shapes_audit, settings=replace(shapes_audit.settings, ignore=("LA1",)))
    assert conclude(unseen, Gate(), baseline).verdict.stale == ()


def test_strict_fails_on_stale_entries_and_warnings(shapes_audit: Audit) -> None:
    warned = replace(shapes_audit, findings=(CLASS,))

    assert conclude(warned, Gate()).verdict.passed
    assert not conclude(warned, Gate(strict=True)).verdict.passed
    stale = conclude(replace(warned, findings=()), Gate(strict=True), accept(Baseline(), (ERROR,), "")).verdict
    assert stale.reason == "the baseline has 1 stale entry (--strict)"


def test_day_one(run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = run("scan", shapes.root)
    assert first.exit_code == 1
    assert "labelaudit baseline" in first.stderr

    done = run("baseline", shapes.root, "--reason", "found on day one")
    assert (done.exit_code, done.stdout) == (0, "")
    written = (tmp_path / ".labelaudit-baseline.json").read_text()
    assert str(tmp_path) not in written

    second = run("scan", shapes.root)
    assert second.exit_code == 0
    assert second.stdout == ""
    assert "accepted before: " in second.stderr
    assert run("scan", shapes.root, "--no-baseline").exit_code == 1

    run("baseline", shapes.root, "--reason", "again")
    assert (tmp_path / ".labelaudit-baseline.json").read_text() == written


def test_pruning_accepts_nothing(run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data, broken = own_shapes.root, own_shapes.root / "cross" / "empty.png"
    broken.write_bytes(b"")
    assert run("baseline", "data", "--reason", "a download that broke").exit_code == 0
    broken.unlink()
    (data / "square" / "empty.png").write_bytes(b"")
    told = run("scan", "data").stderr
    assert "labelaudit baseline data --prune removes them" in told

    done = run("baseline", "data", "--prune")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines()[0].endswith(": 1 entry, 0 of them new")  # LA405: 18 images can't be judged
    assert "1 entry whose image was removed, changed or relabeled: removed" in done.stderr
    assert "stale" not in run("scan", "data").stderr
    assert run("scan", "data").exit_code == 1
    left = (tmp_path / ".labelaudit-baseline.json").read_text()
    assert ("LA301" in left, "LA405" in left) == (False, True)


def test_there_is_no_baseline_to_prune(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run("baseline", shapes.root, "--prune").exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [(), ("--path", "cross/circle000.png"), ("--prune", "--correct"), ("--reason", ""), ("--prune", "--reason", " ")],
)
def test_nothing_is_accepted_without_a_reason(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("baseline", shapes.root, *words)

    assert done.exit_code == 2
    assert "give a reason" in done.stderr.lower()
    assert list(tmp_path.iterdir()) == []


def test_an_image_may_be_named_as_a_file_is(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shapes.root.parent)
    path, accepted = sorted(shapes.wrong)[0], tmp_path / "accepted.json"
    for named in (path, f"./{path}", f"{shapes.root.name}/{path}", shapes.root / path):
        words = ("--path", named, "--baseline", accepted, "--reason", "it is a cross")
        assert run("baseline", shapes.root.name, *words).exit_code == 0, named
        assert {entry.path for entry in parse(accepted.read_text()).entries} == {path}
        accepted.unlink()


def test_one_image_is_said_to_be_correct(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = sorted(shapes.wrong)[0]
    assert run("baseline", shapes.root, "--path", path, "--correct", "--reason", "it is a cross").exit_code == 0

    entries = parse((tmp_path / ".labelaudit-baseline.json").read_text()).entries
    assert {(entry.path, entry.decision) for entry in entries} == {(path, Acceptance.CORRECT)}
    assert path not in run("scan", shapes.root).stdout
    assert run("baseline", shapes.root, "--path", "no.jpg", "--reason", "x").exit_code == 2


@pytest.mark.parametrize("content", ["", "{}", "\x00", "\udcff", '{"schema_version": "1.0", "entries": {}}'])
def test_a_broken_baseline_stops_the_scan(run: Run, shapes: Shapes, tmp_path: Path, content: str) -> None:
    broken = tmp_path / "b.json"
    broken.write_bytes(content.encode("utf-8", "surrogateescape"))
    done = run("scan", shapes.root, "--baseline", broken)

    assert done.exit_code == 2
    assert "b.json" in done.stderr
    assert run("scan", shapes.root, "--baseline", tmp_path / "none.json").exit_code == 2
    assert run("baseline", shapes.root, "--baseline", broken, "--reason", "x").exit_code == 2
    assert broken.read_bytes() == content.encode("utf-8", "surrogateescape")


def test_a_baseline_inside_the_data_is_not_read(
    run: Run, draw_shapes: Callable[..., Shapes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = draw_shapes(tmp_path / "data").root
    assert run("baseline", data, "--baseline", data / ".labelaudit-baseline.json", "--reason", "hostile").exit_code == 0
    monkeypatch.chdir(data)

    assert run("scan", ".").exit_code == 1
    assert run("scan", ".", "--baseline", ".labelaudit-baseline.json").exit_code == 0


def test_nothing_is_written_into_the_data_unless_it_is_named(
    run: Run, own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(own_shapes.root.rglob("*"))
    (own_shapes.root / "cross" / "empty.png").write_bytes(b"")
    monkeypatch.chdir(own_shapes.root)
    done = run("baseline", ".", "--reason", "day one")

    assert done.exit_code == 2
    assert "Change to the folder above it and type: labelaudit baseline data --reason" in done.stderr
    (own_shapes.root / "cross" / "empty.png").unlink()
    assert sorted(own_shapes.root.rglob("*")) == before
    monkeypatch.chdir(own_shapes.root.parent)
    assert run("baseline", "data", "--reason", "day one").exit_code == 0
    monkeypatch.chdir(own_shapes.root)
    assert run("scan", ".").exit_code == 0
