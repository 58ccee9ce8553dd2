"""Labels in tables are changed byte for byte where they stand, and nowhere else."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from labelaudit.decisions import decide, dump
from labelaudit.errors import DatasetError
from labelaudit.fixes import digest_of
from labelaudit.records import Decision, Decisions, Ruling
from labelaudit.sources import rewritten

from .conftest import Shapes

Run = Callable[..., Result]


def changed(path: Path, text: str | bytes, labels: dict[int, tuple[str, str]], column: str = "label") -> bytes:
    """Return a table with other labels."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    before, after = rewritten(path, column, labels)
    assert before == path.read_bytes()
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("path,label\n1.jpg,cat\n2.jpg,dog\n", "path,label\n1.jpg,dog\n2.jpg,dog\n"),
        ("path,label\r\n1.jpg,cat\r\n\r\n2.jpg,dog", "path,label\r\n1.jpg,dog\r\n\r\n2.jpg,dog"),
        ('label;path\n"cat";"a;b""c.jpg"\ndog;2\n', 'label;path\n"dog";"a;b""c.jpg"\ndog;2\n'),
        ('path,note,label\n1,"two\nlines, ""x""",cat\n', 'path,note,label\n1,"two\nlines, ""x""",dog\n'),
        ("path\tlabel\n1\t cat \n", "path\tlabel\n1\tdog\n"),
        ('path,label,x\n a"b ,cat,\n', 'path,label,x\n a"b ,dog,\n'),
        ("\ufeffpath,label\n1,cat\n", "\ufeffpath,label\n1,dog\n"),
        ("path,label\r1,cat\r", "path,label\r1,dog\r"),
        ("path,label\né\u2028.jpg,cat\n", "path,label\né\u2028.jpg,dog\n"),
    ],
)
def test_one_cell_of_a_table_is_changed(tmp_path: Path, before: str, after: str) -> None:
    assert changed(tmp_path / "a.csv", before, {0: ("cat", "dog")}).decode() == after


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_the_encoding_stays(tmp_path: Path, codec: str) -> None:
    table = tmp_path / "a.tsv"

    after = changed(table, "\ufeffpath\tlabel\né\tcat\n".encode(codec), {0: ("cat", "dög")})

    assert after == "\ufeffpath\tlabel\né\tdög\n".encode(codec)


def test_a_label_is_quoted_where_it_has_to_be(tmp_path: Path) -> None:
    after = changed(tmp_path / "a.csv", "path,label\n1,cat\n", {0: ("cat", 'a,"b"')})

    assert after == b'path,label\n1,"a,""b"""\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"label": "cat", "x": 1}\n{"label": "x"}', '{"label": "dog", "x": 1}\n{"label": "x"}'),
        ('\n{"label" : "cat","path":"}{"}\r\n', '\n{"label" : "dog","path":"}{"}\r\n'),
        ('{"label": "fox", "label": "cat"}\n', '{"label": "fox", "label": "dog"}\n'),
        ('{"a": {"label": "cat"}, "l\\u0061bel": "cat"}', '{"a": {"label": "cat"}, "l\\u0061bel": "dog"}'),
        ('{"path": "\u2028", "label": "cat"}\n', '{"path": "\u2028", "label": "dog"}\n'),
    ],
)
def test_one_value_of_json_lines_is_changed(tmp_path: Path, before: str, after: str) -> None:
    assert changed(tmp_path / "a.jsonl", before, {0: ("cat", "dog")}).decode() == after


def test_a_number_stays_a_number(tmp_path: Path) -> None:
    lines = '{"label": 3}\n{"label": "3"}\n{"label": 3}\n'

    after = changed(tmp_path / "a.jsonl", lines, {0: ("3", "7"), 1: ("3", "7"), 2: ("3", "07")})

    assert after.decode() == '{"label": 7}\n{"label": "7"}\n{"label": "07"}\n'


def test_a_table_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    for labels in ({0: ("fox", "dog")}, {7: ("cat", "dog")}):
        with pytest.raises(DatasetError, match=r"was changed after it was read. Type the command again"):
            changed(tmp_path / "a.csv", "path,label\n1,cat\n", labels)


CELLS = st.text(st.sampled_from('ab ,;"\n\r\té\u2028'), max_size=5)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), st.data())
def test_nothing_but_the_labels_changes(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    """Whatever the cells hold: read again, the table differs in the labels that were changed alone."""
    import tempfile

    out = io.StringIO()
    csv.writer(out).writerows([("path", "label", "note"), *rows])
    row = data.draw(st.integers(0, len(rows) - 1))
    new = data.draw(CELLS)
    with tempfile.TemporaryDirectory() as folder:
        after = changed(Path(folder) / "a.csv", out.getvalue(), {row: (rows[row][1].strip(), new)})
    read = list(csv.reader(io.StringIO(after.decode(), newline=""), strict=True))[1:]

    expected = [list(each) for each in rows]
    expected[row][1] = new
    assert read == expected


@pytest.fixture
def table(own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of the images of a data set, with two decisions about them."""
    monkeypatch.chdir(tmp_path)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in own_shapes.root.rglob("*.png"))
    rows = [f'"{name}",{name.split("/")[1]}' for name in names]
    Path("labels.csv").write_text("\r\n".join(["path,label", *rows]) + "\r\n", newline="")
    first, second = (tmp_path / names[number] for number in (0, 10))
    made = [
        Decision(digest_of(first), "circle", Ruling.RELABEL, "square"),
        Decision(digest_of(second), "cross", Ruling.BAD_IMAGE),
    ]
    Path(".labelaudit-decisions.json").write_text(dump(decide(Decisions(), *made)))
    return Path("labels.csv")


def test_a_table_is_corrected_and_restored(run: Run, table: Path) -> None:
    before = table.read_bytes()
    done = run("fix", table, "--apply", "--quarantine", "bad")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == "data/circle/circle000.png: relabel 'circle' to 'square' (decided)"
    assert "it is part of labels.csv, and is not moved out of it" in done.stdout
    assert "changed: 1 file; journal: labelaudit-fix.jsonl" in done.stderr
    assert table.read_bytes() == before.replace(b'circle000.png",circle', b'circle000.png",square')
    assert run("fix", table, "-q").stdout.count("relabel") == 0, "what was decided is done"
    assert run("fix", "--undo", "labelaudit-fix.jsonl").exit_code == 0
    assert table.read_bytes() == before


def test_a_table_that_was_edited_since_is_not_restored(run: Run, table: Path) -> None:
    run("fix", table, "--apply")
    mine = table.read_bytes() + b"x,y\r\n"
    table.write_bytes(mine)
    done = run("fix", "--undo", "labelaudit-fix.jsonl")

    assert done.exit_code == 2
    assert "labels.csv: not restored: it was changed since, or removed" in done.stdout
    assert table.read_bytes() == mine


def test_a_journal_that_names_another_table_is_refused(run: Run, table: Path) -> None:
    run("fix", table, "--apply")
    journal = Path("labelaudit-fix.jsonl")
    head, edit = (json.loads(line) for line in journal.read_text().splitlines())
    journal.write_text(f"{json.dumps(head)}\n{json.dumps(edit | {'path': '../labels.csv'})}\n")
    done = run("fix", "--undo", journal)

    assert done.exit_code == 2
    assert "names a file outside of the data set: ../labels.csv" in done.stderr


def test_corrected_labels_of_a_table_can_be_written_elsewhere(run: Run, table: Path) -> None:
    before = table.read_bytes()

    assert run("fix", table, "--to", "csv=new.csv").exit_code == 0
    assert "data/circle/circle000.png,square,circle" in Path("new.csv").read_text().splitlines()
    assert table.read_bytes() == before


def test_an_archive_is_not_changed_and_its_corrected_labels_are_written(run: Run, table: Path) -> None:
    shutil.make_archive("packed", "zip", "data")
    before = Path("packed.zip").read_bytes()
    plan = run("fix", "packed.zip", "--apply")

    assert plan.exit_code == 0
    assert "circle/circle000.png: left alone: labels can't be changed in packed.zip, which is only read" in plan.stdout
    assert "--to csv=corrected.csv" in plan.stdout
    done = run("fix", "packed.zip", "--to", "csv=new.csv")
    assert done.stderr == "new.csv: 17 images, 1 with another label; 1 left out\n"
    assert "circle/circle000.png,square,circle" in Path("new.csv").read_text().splitlines()
    assert run("fix", "packed.zip", "--to", "links=links").exit_code == 2
    assert Path("packed.zip").read_bytes() == before
