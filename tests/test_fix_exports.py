"""Corrected labels for other programs."""

import csv
import io
import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from labelaudit.errors import OutputError
from labelaudit.fixes.exports import EXPORTS, link_tree
from labelaudit.records import CorrectedLabel, CorrectedLabels, Judgement

from .test_fixes import contents, tree

JUDGED = Judgement(0.987654321, "dog", True)
IMAGES = (
    CorrectedLabel("train/cat/1.jpg", "dog", "cat", "train", "decided", judgement=JUDGED),
    CorrectedLabel("train/cat/2.jpg", "cat", "cat", "train", judgement=Judgement(0.25, "cat", False)),
    CorrectedLabel("train/dog/1.jpg", "dog", "dog", "train"),
    CorrectedLabel("train/dog/3.jpg", "", "dog", "train", "bad image"),
)
LABELS = CorrectedLabels(IMAGES, ("cat", "dog"))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_table_has_the_labels_of_the_images_that_stay() -> None:
    assert rows(EXPORTS["csv"](LABELS)) == [
        {"path": "train/cat/1.jpg", "label": "dog", "given": "cat"},
        {"path": "train/cat/2.jpg", "label": "cat", "given": "cat"},
        {"path": "train/dog/1.jpg", "label": "dog", "given": "dog"},
    ]


def test_tables_are_safe_from_formulas() -> None:
    hostile = CorrectedLabels((CorrectedLabel("=1.jpg", "@b", "+a", "", judgement=JUDGED),), ("+a", "@b"))

    assert rows(EXPORTS["csv"](hostile)) == [{"path": "./=1.jpg", "label": "'@b", "given": "'+a"}]
    assert rows(EXPORTS["cleanlab"](hostile))[0]["path"] == "./=1.jpg"


def test_the_table_for_cleanlab_has_its_columns_and_its_direction() -> None:
    """The columns of ``CleanLearning.get_label_issues``: a low quality is a label that is probably wrong."""
    from cleanlab.classification import CleanLearning

    found = rows(EXPORTS["cleanlab"](LABELS))

    assert CleanLearning.get_label_issues
    assert list(found[0]) == ["path", "is_label_issue", "label_quality", "given_label", "predicted_label"]
    assert [list(row.values())[1:] for row in found] == [
        ["True", "0.012346", "cat", "dog"],
        ["False", "0.750000", "cat", "cat"],
    ]


def test_label_studio_gets_the_images_to_confirm() -> None:
    odd = IMAGES[0]._replace(path="train/cat/a b?&#é%.jpg")
    changed, removed = json.loads(EXPORTS["label-studio"](CorrectedLabels((odd, *IMAGES[1:]), ("cat", "dog"))))
    address = changed["data"]["image"]

    assert address.startswith("/data/local-files/?d=train/cat/a%20b")
    assert unquote(address.partition("?d=")[2]) == odd.path
    assert changed["data"] == {"image": address, "path": odd.path, "given": "cat", "reason": "decided"}
    assert changed["predictions"] == [
        {
            "model_version": "labelaudit",
            "score": 0.987654,
            "result": [{"from_name": "label", "to_name": "image", "type": "choices", "value": {"choices": ["dog"]}}],
        }
    ]
    assert removed["data"]["path"] == "train/dog/3.jpg"
    assert "predictions" not in removed


def test_fiftyone_gets_an_index_by_the_path_without_its_ending() -> None:
    written = json.loads(EXPORTS["fiftyone"](LABELS))

    assert written["classes"] == ["cat", "dog"]
    assert {name: each["label"] for name, each in written["labels"].items()} == {
        "train/cat/1": 1,
        "train/cat/2": 0,
        "train/dog/1": 1,
    }
    assert written["labels"]["train/cat/1"]["attributes"] == {"given": "cat", "reason": "decided", "p_error": 0.987654}


def test_what_fiftyone_cannot_tell_apart_is_an_error() -> None:
    twins = (IMAGES[1], IMAGES[1]._replace(path="train/cat/2.png"))

    with pytest.raises(OutputError, match=r"two images are called train/cat/2 but for the ending"):
        EXPORTS["fiftyone"](CorrectedLabels(twins, ("cat", "dog")))


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any bytes")
def test_names_that_are_no_text_are_refused_by_label_studio() -> None:
    image = IMAGES[0]._replace(path=os.fsdecode(b"cat/\xff.jpg"))

    with pytest.raises(OutputError, match=r"the name cat/\\xff.jpg is not UTF-8"):
        EXPORTS["label-studio"](CorrectedLabels((image,), ("cat", "dog")))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_tree_of_links_is_the_corrected_data_set(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", *(image.path for image in IMAGES))
    labels = CorrectedLabels(tuple(image._replace(file=root / image.path) for image in IMAGES), ("cat", "dog"))
    (tmp_path / "elsewhere").mkdir()

    assert link_tree(labels, tmp_path / "elsewhere" / "links") == 3
    links = tmp_path / "elsewhere" / "links"
    there = {path.relative_to(links).as_posix(): path for path in links.rglob("*") if path.is_symlink()}
    assert {name: path.read_bytes() for name, path in there.items()} == {
        "train/dog/1.jpg": b"was train/cat/1.jpg",
        "train/dog/1-2.jpg": b"was train/dog/1.jpg",
        "train/cat/2.jpg": b"was train/cat/2.jpg",
    }
    assert not any(path.readlink().is_absolute() for path in there.values())


@pytest.mark.parametrize("there", ["file", "full", "no parent"])
def test_links_go_to_a_new_folder_only(tmp_path: Path, there: str) -> None:
    tree(tmp_path, "file", "full/1.jpg")
    before = contents(tmp_path)
    place = tmp_path / "missing" / "links" if there == "no parent" else tmp_path / there

    with pytest.raises(OutputError, match=r"exists and is no empty folder|there is no folder"):
        link_tree(LABELS, place)
    assert contents(tmp_path) == before


def test_links_need_local_files(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"train/cat/1.jpg is no local file"):
        link_tree(LABELS, tmp_path / "links")
