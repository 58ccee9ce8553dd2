"""``labelaudit fix`` as a user meets it."""

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.audit import audit
from labelaudit.decisions import decide, dump, parse
from labelaudit.engine import Threads
from labelaudit.fixes.moving import digest_of
from labelaudit.names import printable
from labelaudit.records import Decision, Decisions, Ruling

from .conftest import Shapes
from .test_fixes import contents, tree

Run = Callable[..., Result]
DECISIONS = ".labelaudit-decisions.json"


def decided(root: Path, path: str, ruling: Ruling, label: str = "") -> Decision:
    """Decide about an image as it is."""
    given = path.split("/")[-2]
    return Decision(digest_of(root / path), given, ruling, label, printable(path))


@pytest.fixture
def data(own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small data set in the working folder, and decisions beside it."""
    monkeypatch.chdir(tmp_path)
    made = [
        decided(own_shapes.root, "circle/circle000.png", Ruling.RELABEL, "square"),
        decided(own_shapes.root, "circle/circle001.png", Ruling.KEEP),
        decided(own_shapes.root, "cross/cross000.png", Ruling.BAD_IMAGE),
    ]
    Path(DECISIONS).write_text(dump(decide(Decisions(), *made)))
    return Path(own_shapes.root.name)


def test_the_plan_is_shown_and_nothing_is_changed(run: Run, data: Path) -> None:
    before = contents(Path.cwd())
    done = run("fix", data)

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "circle/circle000.png: relabel 'circle' to 'square' (decided)",
        "cross/cross000.png: left alone: to move it out, name a folder for it: --quarantine DIR",
    ]
    assert done.stderr.splitlines() == [
        "plan: 1 label to change, 0 images to move out, 1 left alone",
        "  apply: labelaudit fix data --apply",
    ]
    assert contents(Path.cwd()) == before


def test_the_plan_as_json_has_everything_but_absolute_paths(run: Run, data: Path) -> None:
    plan = json.loads(run("fix", data, "--quarantine", "bad", "-f", "json", "-q").stdout)

    assert plan["schema_version"] == "1.0"
    assert plan["fixes"] == [
        {
            "path": "circle/circle000.png",
            "action": "relabel",
            "label": "circle",
            "decided": "square",
            "digest": digest_of(data / "circle/circle000.png"),
            "reason": "decided",
            "target": "square/circle000.png",
        },
        {
            "path": "cross/cross000.png",
            "action": "quarantine",
            "label": "cross",
            "digest": digest_of(data / "cross/cross000.png"),
            "reason": "bad image",
            "target": "cross/cross000.png",
        },
    ]
    assert plan["left_alone"] == []


def test_what_is_shown_can_be_pasted_and_taken_back(run: Run, data: Path) -> None:
    before = contents(data)
    first = run("fix", data, "--quarantine", "bad images")
    apply = first.stderr.splitlines()[-1].partition("apply: labelaudit ")[2]
    done = run(*shlex.split(apply))

    assert apply == "fix data --quarantine 'bad images' --apply"
    assert done.exit_code == 0
    assert (data / "square/circle000.png").exists()
    assert Path("bad images/cross/cross000.png").exists()
    assert run("fix", data, "-q").stdout == "", "what was decided is done"
    back = next(line for line in done.stderr.splitlines() if "take it back" in line).partition("labelaudit ")[2]
    undone = run(*shlex.split(back))
    assert (undone.exit_code, undone.stderr) == (0, "data: 2 files restored\n")
    assert contents(data) == before
    assert not Path("bad images").exists()


def test_every_run_has_a_journal_of_its_own(run: Run, data: Path) -> None:
    run("fix", data, "--apply", "-q")
    run("fix", data, "--apply", "-q", "--quarantine", "bad")

    assert sorted(path.name for path in Path().glob("*.jsonl")) == ["labelaudit-fix-2.jsonl", "labelaudit-fix.jsonl"]
    assert run("fix", "--undo", "labelaudit-fix-2.jsonl").exit_code == 0
    assert (data / "cross/cross000.png").exists()
    assert (data / "square/circle000.png").exists()


def test_where_nothing_is_to_do_no_journal_is_written(run: Run, data: Path) -> None:
    Path(DECISIONS).write_text(dump(Decisions()))
    done = run("fix", data, "--apply")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "plan: 0 labels to change, 0 images to move out, 0 left alone\n"
    assert not list(Path().glob("*.jsonl"))


def test_what_cannot_be_restored_is_named_and_is_no_success(run: Run, data: Path) -> None:
    run("fix", data, "--apply")
    (data / "square/circle000.png").write_bytes(b"painted over")
    done = run("fix", "--undo", "labelaudit-fix.jsonl")

    assert done.exit_code == 2
    assert done.stdout.startswith("circle/circle000.png: not restored: it was changed since it was moved")
    assert "1 file could not be restored" in done.stderr


def test_a_scan_after_the_fix_knows_what_was_corrected(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    """The decisions are about the labels as they were, and hold for what was corrected."""
    root = tmp_path / "data"
    shutil.copytree(shapes.root, root)
    made = [decided(root, path, Ruling.RELABEL, label) for path, label in shapes.wrong.items()]
    decisions = decide(Decisions(), *made)
    (tmp_path / "decisions.json").write_text(dump(decisions))
    words = ("--decisions", tmp_path / "decisions.json", "-q")
    assert run("fix", root, *words, "--apply", "--journal", tmp_path / "journal").exit_code == 0

    result = audit(root, decisions=decisions, engine=Threads(2))
    rows = [result.dataset.paths.index(f"{label}/{Path(path).name}") for path, label in shapes.wrong.items()]

    assert result.decided is not None
    assert result.decided.fixed[rows].all()
    assert result.decided.fixed.sum() == len(rows)
    assert [result.dataset.classes[row] for row in result.decided.truth[rows]] == list(shapes.wrong.values())
    assert not result.beliefs.p_error[rows].any()
    assert run("fix", root, *words).stdout == ""


def test_the_model_is_followed_only_if_that_is_said(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(shapes.root, root)
    before = contents(root)
    unsaid = run("fix", root, "--auto")
    assert unsaid.exit_code == 2
    assert "Say how sure the model has to be, such as --auto --min-p-error 0.99" in unsaid.stderr
    places = ("--journal", tmp_path / "journal", "--decisions", tmp_path / "decisions.json")
    (tmp_path / "decisions.json").write_text(dump(Decisions()))
    done = run("fix", root, "--auto", "--min-p-error", "0.6", "--apply", *places)

    assert "automatic: nobody has looked at 3 of these changes; about 0." in done.stderr
    assert {path: (root / label / Path(path).name).exists() for path, label in shapes.wrong.items()} == dict.fromkeys(
        shapes.wrong, True
    )
    kept = parse((tmp_path / "decisions.json").read_text()).made
    assert {(each.path, each.ruling, each.decided) for each in kept} == {
        (path, Ruling.FOLLOWED, label) for path, label in shapes.wrong.items()
    }
    run("fix", "--undo", tmp_path / "journal")
    assert contents(root) == before


@pytest.mark.parametrize("name", ["LABELAUDIT_APPLY", "LABELAUDIT_AUTO", "LABELAUDIT_UNDO"])
def test_nothing_but_the_command_line_changes_files(
    run: Run, data: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(data)
    monkeypatch.setenv(name, "1")

    assert run("fix", data).exit_code == 2
    monkeypatch.delenv(name)
    Path("labelaudit.toml").write_text(f"{name.partition('_')[2].lower()} = true\n")
    assert run("fix", data).exit_code == 2
    assert contents(data) == before


def test_copies_are_moved_out_but_for_one(run: Run, data: Path) -> None:
    shutil.copy(data / "square/square001.png", data / "square/again.png")
    done = run("fix", data, "--duplicates", "exact", "--quarantine", "out", "-f", "json", "-q")
    copies = [fix for fix in json.loads(done.stdout)["fixes"] if "copy" in fix["reason"]]

    assert [(fix["path"], fix["reason"]) for fix in copies] == [("square/square001.png", "a copy of square/again.png")]
    assert run("fix", data, "--duplicates", "some").exit_code == 2


@pytest.fixture
def splits(tmp_path: Path, draw_shapes: Callable[..., Shapes], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number, split in enumerate(("train", "test_images")):
        draw_shapes(tmp_path / "data" / split, each=4, wrong=0, seed=number)
    names = [f"{split}/circle/circle000.png" for split in ("train", "test_images")]
    made = [decided(tmp_path / "data", name, Ruling.RELABEL, "cross") for name in names]
    Path(DECISIONS).write_text(dump(decide(Decisions(), *made)))
    return Path("data")


def test_a_test_split_is_left_alone_unless_it_is_named(run: Run, splits: Path) -> None:
    plan = json.loads(run("fix", splits, "-f", "json").stdout)
    named = json.loads(run("fix", splits, "-f", "json", "--split", "test", "--split", "train").stdout)

    assert [fix["path"] for fix in plan["fixes"]] == ["train/circle/circle000.png"]
    assert plan["left_alone"][0]["path"] == "test_images/circle/circle000.png"
    assert plan["left_alone"][0]["reason"].endswith("to change it: --split test")
    assert [fix["target"] for fix in named["fixes"]] == [
        "test_images/cross/circle000.png",
        "train/cross/circle000.png",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--undo", "x", "--apply"), "--undo takes none of these options"),
        (("--to", "csv=a.csv", "--apply"), "--to leaves the data as it is"),
        (("--to", "csv"), "expected FORMAT=PATH, such as csv=corrected.csv"),
        (("--to", "cvs=a.csv"), "did you mean 'csv'"),
        (("--to", "csv=data/cross/a.csv"), "part of the data set data"),
        (("--to", "csv=.labelaudit-decisions.json"), "name the same file"),
        (("--to", "links=data/links"), "this folder is in the data set"),
        (("--quarantine", "data/bad"), "this folder is in the data set"),
        (("--quarantine", "."), ""),
        (("--quarantine", "a/b"), "there is no folder a. Make it first"),
        (("--quarantine", DECISIONS), "this is no folder"),
        (("--apply", "--journal", DECISIONS), "name the same file"),
        (("--apply", "--journal", "other"), "there is such a file. Name a new one"),
        (("--apply", "--journal", "data/cross/j"), "part of the data set data"),
        (("-f", "yaml"), "no format is called 'yaml'"),
        (("--decisions", "missing.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_changed(
    run: Run, data: Path, words: tuple[str, ...], message: str
) -> None:
    Path("other").write_text("mine")
    before = contents(Path.cwd())
    done = run("fix", data, *words)

    assert done.exit_code == (2 if message else 0), done.stderr
    assert message in done.stderr
    assert contents(Path.cwd()) == before


def test_without_decisions_it_says_what_can_be_done(run: Run, data: Path) -> None:
    Path(DECISIONS).unlink()
    done = run("fix", data)

    assert done.exit_code == 2
    assert "labelaudit fix data --auto --min-p-error 0.99" in done.stderr
    assert "which data set? Type: labelaudit fix DATA" in run("fix").stderr
    assert "there is no folder dat. Did you mean data?" in run("fix", "dat").stderr


def test_data_that_was_moved_since_is_restored_where_it_is(run: Run, data: Path) -> None:
    before = contents(data)
    run("fix", data, "--apply")
    data.rename("new")
    Path("labelaudit.toml").write_text('data = "elsewhere"\n')

    gone = run("fix", "--undo", "labelaudit-fix.jsonl")
    assert gone.exit_code == 2
    assert "type: labelaudit fix NEW_PLACE --undo labelaudit-fix.jsonl" in gone.stderr
    assert run("fix", "new", "--undo", "labelaudit-fix.jsonl").stderr == "new: 1 file restored\n"
    assert contents(Path("new")) == before


def test_corrected_labels_are_written_elsewhere(run: Run, data: Path) -> None:
    before = contents(data)
    done = run("fix", data, "--to", "csv=corrected.csv", "--to", "cleanlab=issues.csv", "-q")

    assert done.exit_code == 0, done.stderr
    rows = Path("corrected.csv").read_text().splitlines()
    assert rows[0] == "path,label,given"
    assert "circle/circle000.png,square,circle" in rows
    assert len(rows) == 18, "the bad image is left out"
    assert "circle/circle000.png,True,0.000000,circle,square" in Path("issues.csv").read_text().splitlines()
    assert contents(data) == before


def test_undo_of_what_is_no_journal_is_an_error(run: Run, data: Path) -> None:
    tree(Path(), "no journal")
    done = run("fix", "--undo", "no journal")

    assert done.exit_code == 2
    assert "no journal: it is no journal of labelaudit fix" in done.stderr
