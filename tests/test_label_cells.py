"""Tables that list several labels of an image: how they are written, and what is said about bad ones."""

import json
from pathlib import Path

import pytest

from labelaudit.errors import DatasetError
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import read

from .test_folder import tree

EXPECTED = {"1.jpg": {"cat", "dog"}, "2.jpg": set(), "3.jpg": {"dog"}}


def listed(folder: Path, text: str, name: str = "labels.csv", *columns: str) -> Dataset:
    tree(folder, "1.jpg", "2.jpg", "3.jpg")
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name, Settings(columns=columns))


def sets(dataset: Dataset) -> dict[str, set[str]]:
    return {
        path: {name for name, has in zip(dataset.names, row, strict=True) if has}
        for path, row in zip(dataset.paths, dataset.given.tolist(), strict=True)
    }


@pytest.mark.parametrize(
    ("name", "text", "columns"),
    [
        ("labels.csv", "path,labels\n1.jpg,cat;dog\n2.jpg,\n3.jpg,dog\n", ()),
        ("labels.csv", "path,labels\n3.jpg,dog\n1.jpg, dog | cat|\n2.jpg,\n", ()),
        ("labels.csv", "path;labels\n1.jpg;dog|cat\n2.jpg;\n3.jpg;dog\n", ()),
        ("labels.csv", 'path,tags\n1.jpg,"cat,dog"\n2.jpg,\n3.jpg,dog\n', ("labels=tags", "separator=comma")),
        ("labels.csv", "path,label\n1.jpg,cat dog\n2.jpg,\n3.jpg,dog\n", ("separator=space",)),
        ("labels.tsv", "path\tlabels\n1.jpg\tcat;dog;cat\n2.jpg\t\n3.jpg\tdog\n", ()),
        ("labels.csv", "path,cat,dog,note\n1.jpg,1,1,a\n2.jpg,0,0,b\n3.jpg,0,1.0,c\n", ("labels=cat:dog",)),
        ("labels.csv", "dog,path,cat\nTrue,1.jpg,1\nfalse,2.jpg,0\nTrue,3.jpg,0\n", ("labels=cat+dog",)),
        (
            "l.jsonl",
            '{"path":"1.jpg","label":["dog","cat"]}\n{"path":"2.jpg","label":[]}\n{"path":"3.jpg","label":["dog"]}',
            (),
        ),
        (
            "l.jsonl",
            '{"path":"1.jpg","tags":["dog","cat"]}\n{"path":"2.jpg"}\n{"path":"3.jpg","tags":["dog"]}',
            ("labels=tags",),
        ),
        (
            "l.jsonl",
            '{"path":"1.jpg","cat":true,"dog":1}\n{"path":"2.jpg","cat":0,"dog":0}\n{"path":"3.jpg","cat":0,"dog":true}',
            ("labels=cat:dog",),
        ),
    ],
)
def test_several_labels_are_read_however_they_are_written(
    tmp_path: Path, name: str, text: str, columns: tuple[str, ...]
) -> None:
    dataset = listed(tmp_path, text, name, *columns)
    assert sets(dataset) == EXPECTED
    assert dataset.names == ("cat", "dog")
    assert dataset.classes == ("", "cat;dog", "dog")


def test_one_label_in_a_column_called_label_stays_one_label(tmp_path: Path) -> None:
    dataset = listed(tmp_path, "path,label\n1.jpg,cat;dog\n2.jpg,dog\n3.jpg,dog\n")
    assert dataset.multi is None
    assert dataset.classes == ("cat;dog", "dog")


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("path,labels\n1.jpg,cat;dog\n2.jpg,a|b\n", (), "line 3 has both ';' and '|'"),
        ('path,labels\n1.jpg,"cat,dog"\n', (), "--columns separator=comma"),
        (
            "path,labels\n1.jpg,cat\n2.jpg,dog\n",
            ("separator=/",),
            "separator=/: expected semicolon, pipe, comma, space",
        ),
        ("path,labels\n1.jpg,a;b|c\n", ("separator=pipe",), "'a;b', which contains ';'"),
        ("path,cat,dog\n1.jpg,1,yes\n", ("labels=cat:dog",), "line 2, column 'dog' holds 'yes'; expected 0 or 1"),
        ("path,cat,dog\n1.jpg,1,\n", ("labels=cat+dog",), "column 'dog' holds ''"),
        ("path,cat,dog\n1.jpg,1,-1\n", ("labels=cat+dog",), "column 'dog' holds '-1'"),
        ("path,cat,dog\n1.jpg,1,0\n", ("labels=cat+cow",), "has no column 'cow'"),
        ("path,cat,dog\n1.jpg,1,0\n", ("labels=dog:cat",), "each column once, in the order of the table"),
        ("path,cat,dog\n1.jpg,1,0\n", ("labels=path:dog",), "'path' for labels and for something else"),
        ("path,label,dog\n1.jpg,1,0\n", ("label=label", "labels=dog"), "names label and labels"),
        ("path,cat,dog\n1.jpg,1,0\n2.jpg,1,0\n", ("labels=cat:dog",), "one label set, 'cat'"),
        ("path,cat,dog\n1.jpg,1,0\n2.jpg,1,0\n", (), "has no column 'label'"),
    ],
)
def test_bad_cells_are_explained(tmp_path: Path, text: str, columns: tuple[str, ...], message: str) -> None:
    with pytest.raises(DatasetError) as raised:
        listed(tmp_path, text, "labels.csv", *columns)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ('"dog"', "line 2, 'label', holds ''dog'', where the first row holds a list"),
        ('[["dog"]]', "several values"),
        ("[1.5]", "type float"),
        ('["a;b"]', "contains ';'"),
    ],
)
def test_bad_lists_are_explained(tmp_path: Path, second: str, message: str) -> None:
    lines = '{"path": "1.jpg", "label": ["cat"]}\n{"path": "2.jpg", "label": ' + second + "}\n"
    with pytest.raises(DatasetError) as raised:
        listed(tmp_path, lines, "labels.jsonl")
    assert message in str(raised.value)


def test_a_list_after_single_labels_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="line 2, 'label', has several values"):
        listed(tmp_path, '{"path": "1.jpg", "label": "cat"}\n{"path": "2.jpg", "label": ["dog"]}\n', "labels.jsonl")


def test_contradicting_rows_are_kept_apart(tmp_path: Path) -> None:
    dataset = listed(tmp_path, "path,labels\n1.jpg,cat;dog\n1.jpg,dog;cat\n1.jpg,dog\n2.jpg,cat\n")
    assert [(each.path, each.label, each.line) for each in dataset.repeated] == [("1.jpg", "dog", 4)]


def test_a_parquet_table_of_lists_is_read_with_the_names_of_its_classes(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        path=datasets.Value("string"), labels=datasets.Sequence(datasets.ClassLabel(names=["cat", "dog"]))
    )
    rows = {"path": ["1.jpg", "2.jpg", "3.jpg"], "labels": [[1, 0], [], [1]]}
    tree(tmp_path, *rows["path"])  # type: ignore[arg-type]
    datasets.Dataset.from_dict(rows, features=features).to_parquet(tmp_path / "labels.parquet")

    assert sets(read(tmp_path / "labels.parquet", Settings())) == EXPECTED


def test_parquet_columns_of_0_and_1_are_read(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    tree(tmp_path, "1.jpg", "2.jpg", "3.jpg")
    frame = pandas.DataFrame({"path": ["1.jpg", "2.jpg", "3.jpg"], "cat": [True, False, False], "dog": [1, 0, 1]})
    frame.to_parquet(tmp_path / "labels.parquet")

    assert sets(read(tmp_path / "labels.parquet", Settings(columns=("labels=cat:dog",)))) == EXPECTED


def test_metadata_of_hugging_face_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "train/1.jpg", "train/2.jpg", "train/3.jpg")
    rows = [{"file_name": f"{number}.jpg", "labels": sorted(EXPECTED[f"{number}.jpg"])} for number in (1, 2, 3)]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    (tmp_path / "train" / "metadata.jsonl").write_text(text, encoding="utf-8")

    dataset = read(tmp_path, Settings())
    assert sets(dataset) == {f"train/{name}": labels for name, labels in EXPECTED.items()}


def test_parquet_files_of_images_are_read(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    images = [{"bytes": name.encode(), "path": name} for name in EXPECTED]
    frame = pandas.DataFrame({"image": images, "labels": [sorted(labels) for labels in EXPECTED.values()]})
    frame.to_parquet(tmp_path / "data.parquet")

    assert sets(read(tmp_path / "data.parquet", Settings())) == EXPECTED
