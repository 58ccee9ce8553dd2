"""Tables of images and their labels: what is read, where findings point, and what is said about bad ones."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from labelaudit.audit import audit, conclude
from labelaudit.engine import Threads
from labelaudit.errors import DatasetError
from labelaudit.records import Dataset, PassedOver, Place, Repeated, Rewrite
from labelaudit.reports import render
from labelaudit.reports.parse import parse
from labelaudit.settings import Settings
from labelaudit.sources import read

from .conftest import Shapes
from .test_folder import tree

Run = Callable[..., Result]
ROWS = "a/1.jpg,cat\nb/2.jpg,dog\n"


def listed(folder: Path, text: str | bytes, name: str = "labels.csv", **settings: object) -> Dataset:
    content = text.encode() if isinstance(text, str) else text
    tree(folder, "a/1.jpg", "b/2.jpg", "b/3.jpg")
    (folder / name).write_bytes(content)
    return read(folder / name, Settings(**settings))  # type: ignore[arg-type]


def named(dataset: Dataset) -> dict[str, str]:
    return {path: dataset.classes[label] for path, label in zip(dataset.paths, dataset.labels, strict=True)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.csv", f"path,label\n{ROWS}"),
        ("labels.csv", "path;label\na/1.jpg;cat\n\nb/2.jpg;dog\n"),
        ("labels.CSV", 'label,note,path\n"cat",",","a/1.jpg"\r\ndog,"two\nlines",.\\b\\2.jpg\r\n'),
        ("labels.tsv", "file_name\tlabel\na/1.jpg\tcat\n./b//2.jpg\t dog \n"),
        ("labels.csv", b"\xef\xbb\xbfpath,label\n" + ROWS.encode()),
        ("labels.csv", f"path,label\n{ROWS}".encode("utf-16")),
        ("labels.jsonl", '{"path": "a/1.jpg", "label": "cat"}\n\n{"path": "b/2.jpg", "label": "dog", "x": [1]}\n'),
    ],
)
def test_a_table_is_read_whatever_its_format(tmp_path: Path, name: str, text: str | bytes) -> None:
    assert named(listed(tmp_path, text, name)) == {"a/1.jpg": "cat", "b/2.jpg": "dog"}


def test_a_parquet_table_is_read_with_the_names_of_its_classes(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(path=datasets.Value("string"), label=datasets.ClassLabel(names=["cat", "dog"]))
    table = datasets.Dataset.from_dict({"path": ["b/2.jpg", "a/1.jpg"], "label": [1, 0]}, features=features)
    table.to_parquet(tmp_path / "labels.parquet")
    tree(tmp_path, "a/1.jpg", "b/2.jpg")

    dataset = read(tmp_path / "labels.parquet", Settings())
    assert named(dataset) == {"a/1.jpg": "cat", "b/2.jpg": "dog"}
    assert dataset.source.written_at("b/2.jpg") == Place(tmp_path / "labels.parquet", 1)


def test_the_first_line_of_json_lines_is_line_1(tmp_path: Path) -> None:
    lines = '{"path": "a/1.jpg", "label": "cat"}\n\n{"path": "b/2.jpg", "label": "dog"}\n'
    source = listed(tmp_path, lines, "labels.jsonl").source
    assert source.written_at("a/1.jpg") == Place(tmp_path / "labels.jsonl", 1)
    assert source.written_at("b/2.jpg") == Place(tmp_path / "labels.jsonl", 3)


def test_columns_are_named_and_the_images_may_be_elsewhere(tmp_path: Path) -> None:
    root = tree(tmp_path / "images", "1.jpg", "2.jpg", "3.jpg")
    (tmp_path / "labels.csv").write_text(f"file,kind,part,who\n1.jpg,7,val,x\n2.jpg,8,train,y\n{root}/3.jpg,8,val,x\n")
    columns = ("path=file", "label=kind", "split=part", "group=who")
    dataset = read(tmp_path / "labels.csv", Settings(root=str(root), columns=columns))

    assert named(dataset) == {"1.jpg": "7", "2.jpg": "8", "3.jpg": "8"}
    assert dataset.splits == ("validation", "train", "validation")
    assert dataset.groups == ("x", "y", "x")
    chosen = read(tmp_path / "labels.csv", Settings(root=str(root), columns=columns, splits=("val",)))
    assert chosen.paths == ("1.jpg", "3.jpg")


def test_a_source_knows_the_line_and_the_row_of_each_image(tmp_path: Path) -> None:
    dataset = listed(tmp_path, 'path,label,note\nb/2.jpg,dog,"two\nlines"\na/1.jpg,cat,\n')
    table = tmp_path / "labels.csv"

    assert dataset.source.written_at("a/1.jpg") == Place(table, 4)
    assert dataset.source.written_at("b/2.jpg") == Place(table, 3)
    assert dataset.source.written_at("b/3.jpg") is None
    assert dataset.source.relabel("a/1.jpg", "dog") == Rewrite(table, 1, "label", "dog")
    with pytest.raises(DatasetError, match="not listed"):
        dataset.source.relabel("b/3.jpg", "cat")
    with pytest.raises(ValueError, match="not listed"):
        dataset.source.open("b/3.jpg")


def test_rows_without_a_label_and_repeated_rows_are_counted(tmp_path: Path) -> None:
    dataset = listed(tmp_path, f"path,label\n{ROWS}b/3.jpg,\nb/2.jpg,dog\na/1.jpg,dog\n")

    assert dataset.passed_over == (
        PassedOver("labels.csv", 1, "rows that repeat an earlier row"),
        PassedOver("labels.csv", 1, "rows without a label"),
    )
    assert dataset.repeated == (Repeated("a/1.jpg", "dog", "", 6),)
    assert named(dataset)["a/1.jpg"] == "cat"


@pytest.mark.parametrize(
    ("text", "name", "settings", "said"),
    [
        ("", "labels.csv", {}, "is empty. Expected a line with the names"),
        (
            "file,label\n" + ROWS,
            "labels.csv",
            {},
            "no column 'path'; its columns are: file, label.*--columns path=NAME",
        ),
        (ROWS, "labels.csv", {}, "no column 'path'; its columns are: a/1.jpg, cat"),
        ("path,label\n" + ROWS, "labels.csv", {"columns": ("label=kind",)}, "no such column; its columns are: path,"),
        ("path,label\n" + ROWS, "labels.csv", {"columns": ("kind=label",)}, "expected path, label, split or group"),
        ("path,label\n" + ROWS, "labels.csv", {"root": "nowhere"}, "--root nowhere: there is no such folder"),
        ("path,label\n" + ROWS, "labels.csv", {"splits": ("val",)}, "has no split 'validation'; it has no splits"),
        (
            "path,label\nx.jpg,cat\ny.jpg,dog\n",
            "labels.csv",
            {},
            "none of its 2 images is in .*x.jpg, y.jpg.*--root",
        ),
        ("path,label\n/a/1.jpg,cat\n", "labels.csv", {}, "line 2: the path '/a/1.jpg' is absolute.*--root"),
        ("path,label\nC:\\a\\1.jpg,cat\n", "labels.csv", {}, "is absolute"),
        ("path,label\nhttps://x.org/1.jpg,cat\n", "labels.csv", {}, "is absolute"),
        ("path,label\na/1.jpg,cat\na/../../1.jpg,dog\n", "labels.csv", {}, "line 3: .*leads upwards"),
        ("path,label\n.,cat\n", "labels.csv", {}, "names no file"),
        ("path,label\na/\0.jpg,cat\n", "labels.csv", {}, "names no file"),
        ("path,label\na/1.jpg,cat\n", "labels.csv", {}, "one class, 'cat'; a label can only be judged"),
        ("path,label\na/1.jpg,\n", "labels.csv", {}, "no image with a label"),
        ("path,label\na/1.jpg,cat,x\n", "labels.csv", {}, "line 2 has 3 values; expected 2"),
        ('path,label\na/1.jpg,"cat\n', "labels.csv", {}, "line 2 is no row of a CSV file"),
        ("path,label\na/1.jpg,cat\nb/2.jpg,b\xe4r\n".encode("latin-1"), "labels.csv", {}, "line 3 is not in UTF-8"),
        (b"path,l\xe4bel\n", "labels.csv", {}, "line 1 is not in UTF-8"),
        ("", "labels.jsonl", {}, "is empty. Expected lines such as"),
        ('{"path": "a/1.jpg", "label": "cat"}\n{"pa', "labels.jsonl", {}, "line 2 is no JSON"),
        ("[1]\n", "labels.jsonl", {}, "line 1 holds a list; expected an object"),
        (
            '{"path": "a/1.jpg", "label": "cat"}\n{"path": "b/2.jpg", "label": ["dog"]}\n',
            "labels.jsonl",
            {},
            "line 2, 'label', has several values",
        ),
        (b"PAR1 and no more", "labels.parquet", {}, "it is damaged or no Parquet file"),
    ],
)
def test_bad_tables(tmp_path: Path, text: str | bytes, name: str, settings: dict[str, object], said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        listed(tmp_path, text, name, **settings)


def test_no_link_leads_out_of_the_folder_unless_asked(tmp_path: Path) -> None:
    tree(tmp_path / "data", "a/1.jpg", "b/2.jpg")
    outside = tree(tmp_path / "outside", "3.jpg")
    try:
        (tmp_path / "data" / "a" / "3.jpg").symlink_to(outside / "3.jpg")
        (tmp_path / "data" / "c").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    for path in ("a/3.jpg", "c/3.jpg"):
        (tmp_path / "data" / "labels.csv").write_text(f"path,label\n{ROWS}{path},dog\n")

        with pytest.raises(DatasetError, match=rf"line 4: {path} leads through a link out of .*--follow-links"):
            read(tmp_path / "data" / "labels.csv", Settings())
        assert len(read(tmp_path / "data" / "labels.csv", Settings(follow_links=True))) == 3


def manifest_of(shapes: Shapes, path: Path, *more: str) -> Path:
    images = sorted(path.relative_to(shapes.root).as_posix() for path in shapes.root.rglob("*.png"))
    rows = [f"{shapes.root.name}/{image},{image.partition('/')[0]}" for image in images]
    path.write_text("\n".join(["path,label", *rows, *more, ""]), encoding="utf-8")
    return path


def test_findings_point_at_the_line_of_the_table(own_shapes: Shapes, tmp_path: Path) -> None:
    path = manifest_of(own_shapes, tmp_path / "labels.csv", "data/circle/circle003.png,cross", "data/gone.png,cross")
    result = audit(path, Settings(features="efficientnet-lite0-small", select=("LA102", "LA301")), engine=Threads(2))
    report = conclude(result, location="sets/labels.csv")

    twice, gone = report.findings
    assert (twice.path, gone.path) == ("data/circle/circle003.png", "data/gone.png")
    assert twice.message == "given 'circle', and 'cross' in line 20 of the same table"
    assert gone.message == "cannot be opened: No such file or directory"
    assert report.written_at(twice.path) == ("sets/labels.csv", 5)
    assert report.written_at(gone.path) == ("sets/labels.csv", 21)
    assert render(report, "text").splitlines()[1] == f"{gone.path}: LA301 {gone.message} (labels.csv:21)"
    assert "::data/gone.png: cannot be opened" in render(report, "github")
    located = json.loads(render(report, "sarif"))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert located["artifactLocation"]["uri"] == "sets/labels.csv"
    assert located["region"]["startLine"] == 5
    assert "file=sets/labels.csv,line=5," in render(report, "github")
    assert "sourcepath=sets/labels.csv;linenumber=5;" in render(report, "azure")
    assert json.loads(render(report, "gitlab"))[0]["location"] == {"path": "sets/labels.csv", "lines": {"begin": 5}}
    assert parse(render(report, "json")).written == report.written


def test_an_image_in_two_splits_leaks(own_shapes: Shapes, tmp_path: Path) -> None:
    images = sorted(path.relative_to(tmp_path).as_posix() for path in own_shapes.root.rglob("*.png"))
    rows = [f"{image},{image.split('/')[1]},train" for image in images]
    (tmp_path / "labels.csv").write_text("\n".join(["path,label,split", *rows, f"{images[2]},circle,test", ""]))
    settings = Settings(features="efficientnet-lite0-small", select=("LA102", "LA202"))
    (finding,) = audit(tmp_path / "labels.csv", settings, engine=Threads(2)).findings

    assert (finding.code, finding.path) == ("LA202", images[2])
    assert finding.message == "of split 'train', and of 'test' in line 20 of the same table"


def test_the_group_column_is_a_family(own_shapes: Shapes, tmp_path: Path) -> None:
    images = sorted(path.relative_to(tmp_path).as_posix() for path in own_shapes.root.rglob("*.png"))
    rows = [f"{image},{image.split('/')[1]},{'' if place > 3 else 'one'}" for place, image in enumerate(images)]
    (tmp_path / "labels.csv").write_text("\n".join(["path,label,group", *rows, ""]))
    settings = Settings(features="efficientnet-lite0-small")
    families = audit(tmp_path / "labels.csv", settings, engine=Threads(2)).copies.families

    assert len(set(families[:4].tolist())) == 1


def test_a_table_from_the_command_line(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    path = manifest_of(own_shapes, tmp_path / "labels.csv")
    words = ("--quality", "fast", "--exit-zero")
    done = run(
        "scan", path, *words, "--report", f"json={tmp_path / 'a.json'}", "--report", f"html={tmp_path / 'a.html'}"
    )

    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "a.json").read_text())
    assert report["dataset"]["images"] == 18
    assert str(tmp_path) not in json.dumps(report)
    assert run("scan", path, *words, "--root", tmp_path / "data").exit_code == 2
    overwritten = run("scan", path, *words, "--scores", path)
    assert overwritten.exit_code == 2
    assert "part of the data set" in overwritten.stderr
    image = next(own_shapes.root.rglob("*.png"))
    assert "part of the data set" in run("scan", path, *words, "--scores", image).stderr
    again = run("report", tmp_path / "a.json", "-f", "html", "--data", path)
    assert again.exit_code == 0, again.output
    assert again.stdout.count("<img") == (tmp_path / "a.html").read_text().count("<img")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_a_table_is_not_waited_for(tmp_path: Path) -> None:
    dataset = listed(tmp_path, f"path,label\n{ROWS}b/pipe.jpg,dog\n")
    os.mkfifo(tmp_path / "b" / "pipe.jpg")

    with pytest.raises(FileNotFoundError):
        dataset.source.open("b/pipe.jpg")


def test_a_table_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for row, said in (
        ("../1.jpg", "Expected a path below the working folder; name"),
        ("1.jpg", "is in the working folder, such as"),
    ):
        Path("labels.csv").write_text(f"path,label\n{row},cat\n2.jpg,dog\n", encoding="utf-8")
        with pytest.raises(DatasetError, match=said):
            read("labels.csv", Settings())


def test_a_table_that_is_not_there_is_a_file() -> None:
    with pytest.raises(DatasetError, match=r"there is no file none\.csv"):
        read("none.csv", Settings())
