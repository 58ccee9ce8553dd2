"""What every source does: it is found by its name, opens what it lists, and says how a label is changed."""

from pathlib import Path

import pytest

from labelaudit.errors import DatasetError, UnknownNameError, UnreadableImage
from labelaudit.records import Move, Source
from labelaudit.settings import Settings
from labelaudit.sources import SOURCES, Files, Reader, dataset_of, kind_of, read

from .test_folder import tree


class Nothing(Source):
    """The least that a source of another package has to say."""

    def __init__(self) -> None:
        super().__init__("nowhere")

    def open(self, path: str) -> bytes:
        return path.encode()


def test_an_unknown_source_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no source is called 'foldr'; did you mean 'folder'"):
        read(tmp_path, Settings(source="foldr"))


def test_what_two_sources_recognise_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: Reader(SOURCES["folder"].read, lambda data: True) for name in ("one", "other")}
    monkeypatch.setattr(SOURCES, "_things", known)

    with pytest.raises(DatasetError, match=r"in several ways: one, other\. Choose one: --source one"):
        kind_of(str(tmp_path))


def test_a_data_set_that_was_listed_is_not_listed_again(tmp_path: Path) -> None:
    dataset = read(tree(tmp_path, "a/1.jpg", "b/2.jpg"), Settings())

    assert read(dataset, Settings()) is dataset


def test_rows_come_sorted_by_path() -> None:
    dataset = dataset_of(Nothing(), ["b", "a", "c"], ["dog", "cat", "dog"], ["x", "y", "z"], ["1", "2", "3"])

    assert dataset.paths == ("a", "b", "c")
    assert [dataset.classes[label] for label in dataset.labels] == ["cat", "dog", "dog"]
    assert dataset.splits == ("y", "x", "z")
    assert dataset.groups == ("2", "1", "3")
    assert dataset.take(dataset.labels.argsort()[1:]).groups == ("1", "3")


def test_a_source_need_not_know_more_than_how_an_image_is_opened() -> None:
    source = Nothing()

    assert (source.size("a"), source.file_of("a"), source.written_at("a"), source.state(["a"])) == (0, None, None, "")
    with pytest.raises(DatasetError, match="labels cannot be changed in nowhere"):
        source.relabel("a", "cat")


@pytest.mark.parametrize(
    ("files", "path", "target"),
    [
        (["a/1.jpg", "b/2.jpg"], "a/1.jpg", "b/1.jpg"),
        (["a/deep/er/1.jpg", "b/2.jpg"], "a/deep/er/1.jpg", "b/deep/er/1.jpg"),
        (["train/a/1.jpg", "train/b/2.jpg", "test/a/3.jpg", "test/b/4.jpg"], "test/a/3.jpg", "test/b/3.jpg"),
        (["data/train/a/1.jpg", "data/train/b/2.jpg"], "data/train/a/1.jpg", "data/train/b/1.jpg"),
    ],
)
def test_a_label_in_a_folder_is_changed_by_a_move(tmp_path: Path, files: list[str], path: str, target: str) -> None:
    dataset = read(tree(tmp_path, *files), Settings())

    assert path in dataset.paths
    assert dataset.source.relabel(path, "b") == Move(path, target)


@pytest.mark.parametrize("label", ["", ".", "..", "../b", "a/b"])
def test_a_label_that_is_no_folder_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(DatasetError, match="cannot be a folder"):
        Files(tmp_path).relabel("a/1.jpg", label)


def test_a_path_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "a/1.jpg")
    (tmp_path / "secret.jpg").write_bytes(b"secret")

    assert Files(root).open("a/1.jpg") == b"x"
    for path in ("../secret.jpg", "a/../../secret.jpg", str(tmp_path / "secret.jpg")):
        with pytest.raises(UnreadableImage, match="leads out of the folder"):
            Files(root).open(path)
