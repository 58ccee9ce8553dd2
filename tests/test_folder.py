import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labelaudit.errors import DatasetError
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import read


def tree(root: Path, *files: str) -> Path:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    root.mkdir(exist_ok=True)
    return root


def listed(root: Path, **settings: object) -> Dataset:
    return read(root, Settings(**settings))  # type: ignore[arg-type]


def test_classes_and_paths_come_sorted(tmp_path: Path) -> None:
    dataset = listed(tree(tmp_path, "dog/2.jpg", "cat/deep/er/1.jpg", "10/a.png", "cat/0.jpg"))

    assert dataset.classes == ("10", "cat", "dog")
    assert dataset.paths == ("10/a.png", "cat/0.jpg", "cat/deep/er/1.jpg", "dog/2.jpg")
    assert dataset.labels.tolist() == [0, 1, 1, 2]
    assert dataset.splits == ("", "", "", "")
    assert dataset.class_counts.tolist() == [1, 2, 1]


def test_clutter_is_passed_over(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        "a/1.jpg",
        "b/2.jpg",
        ".git/x",
        "__MACOSX/1.jpg",
        "a/.ipynb_checkpoints/1.jpg",
        "a/.hid",
        "b/Thumbs.db",
    )
    dataset = listed(root)

    assert dataset.paths == ("a/1.jpg", "b/2.jpg")
    assert dataset.classes == ("a", "b")


def test_files_beside_the_classes_are_named(tmp_path: Path) -> None:
    assert listed(tree(tmp_path, "a/1.jpg", "b/2.jpg", "README.md", "meta.csv")).others == ("README.md", "meta.csv")


def test_an_empty_class_is_still_a_class(tmp_path: Path) -> None:
    root = tree(tmp_path, "a/1.jpg", "b/2.jpg")
    (root / "c").mkdir()

    assert listed(root).class_counts.tolist() == [1, 1, 0]


def test_splits_that_share_classes_are_one_data_set(tmp_path: Path) -> None:
    root = tree(tmp_path, "train/a/1.jpg", "train/b/1.jpg", "Valid/a/2.jpg", "test/c/3.jpg", "train/notes.txt")
    dataset = listed(root)

    assert dataset.classes == ("a", "b", "c")
    assert dataset.paths == ("Valid/a/2.jpg", "test/c/3.jpg", "train/a/1.jpg", "train/b/1.jpg")
    assert dataset.splits == ("validation", "test", "train", "train")
    assert dataset.others == ("train/notes.txt",)


def test_a_split_alone_is_a_split(tmp_path: Path) -> None:
    dataset = listed(tree(tmp_path, "train/a/1.jpg", "train/b/1.jpg", "README.md"))

    assert dataset.classes == ("a", "b")
    assert dataset.splits == ("train", "train")


def test_one_split_can_be_chosen(tmp_path: Path) -> None:
    root = tree(tmp_path, "train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg")

    assert listed(root, splits=("val",)).paths == ("val/a/2.jpg", "val/b/2.jpg")
    with pytest.raises(DatasetError, match="has no split 'test'; it has train, validation"):
        listed(root, splits=("test",))


def test_classes_that_are_named_like_splits_are_classes(tmp_path: Path) -> None:
    """Vehicles and exams: no class is shared below them."""
    dataset = listed(tree(tmp_path, "train/1.jpg", "test/2.jpg", "plane/3.jpg"))

    assert dataset.classes == ("plane", "test", "train")


def test_a_folder_beside_the_splits_is_no_class(tmp_path: Path) -> None:
    dataset = listed(tree(tmp_path, "train/a/1.jpg", "test/a/1.jpg", "test/b/1.jpg", "docs/x.md"))

    assert dataset.classes == ("a", "b")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("follow_links", [False, True])
def test_a_link_to_itself_is_a_file_that_will_be_reported(tmp_path: Path, follow_links: bool) -> None:
    root = tree(tmp_path / "data", "a/1.jpg", "b/2.jpg")
    for place in (root, root / "a"):
        (place / "loop.jpg").symlink_to("loop.jpg")
    dataset = listed(root, follow_links=follow_links)

    assert dataset.paths == ("a/1.jpg", "a/loop.jpg", "b/2.jpg")
    assert dataset.others == ("loop.jpg",)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_to_files_are_followed_and_to_folders_on_request(tmp_path: Path) -> None:
    elsewhere = tree(tmp_path / "elsewhere", "1.jpg")
    root = tree(tmp_path / "data", "a/1.jpg", "b/2.jpg")
    (root / "a" / "linked.jpg").symlink_to(elsewhere / "1.jpg")
    (root / "a" / "gone.jpg").symlink_to(elsewhere / "gone.jpg")
    (root / "b" / "more").symlink_to(elsewhere)
    (root / "b" / "loop").symlink_to(root / "b")

    assert listed(root).paths == ("a/1.jpg", "a/gone.jpg", "a/linked.jpg", "b/2.jpg")
    assert listed(root, follow_links=True).paths == (
        "a/1.jpg", "a/gone.jpg", "a/linked.jpg", "b/2.jpg", "b/more/1.jpg",
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no such files on Windows")
def test_pipes_and_sockets_are_never_opened(tmp_path: Path) -> None:
    root = tree(tmp_path, "a/1.jpg", "b/2.jpg")
    os.mkfifo(root / "a" / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "b" / "s.jpg"))

    assert listed(root).paths == ("a/1.jpg", "b/2.jpg")
    assert listed(root).others == ("a/pipe.jpg", "b/s.jpg")


MISTAKES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no such folder": (
        lambda root: tree(root, "data/a/1.jpg") / "dta",
        "there is no folder .*dta. Did you mean .*data",
    ),
    "no such table": (lambda root: tree(root, "labels.csv") / "labelz.csv", "labelz.csv. Did you mean .*labels.csv"),
    "nothing near": (
        lambda root: root / "x" / "y",
        "there is no folder .*y. Check the path, or see it work: labelaudit demo",
    ),
    "a file": (lambda root: tree(root, "a.bin") / "a.bin", "is a file; expected one folder for each class"),
    "empty": (lambda root: root, "is empty: no class folders and no images; expected"),
    "flat": (lambda root: tree(root, "1.jpg", "2.PNG"), "holds 2 images but no class folders; expected"),
    "one class": (lambda root: tree(root, "cat/1.jpg"), "holds one class, 'cat'; a label can only be judged"),
    "a folder above": (
        lambda root: tree(root, "pets/cat/1.jpg", "pets/dog/1.jpg"),
        "holds one class, 'pets'; .* Are the classes in it. Type: labelaudit scan .*pets$",
    ),
    "no files": (lambda root: tree(root, "cat/.x", "dog/.x"), "holds 2 class folders and no file in any of them"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_an_answer(name: str, tmp_path: Path) -> None:
    make, message = MISTAKES[name]

    with pytest.raises(DatasetError, match=message):
        listed(make(tmp_path))


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A data set with a class folder that the user, who is nobody special, may not read."""
    with tempfile.TemporaryDirectory() as name:
        root = tree(Path(name), "a/1.jpg", "b/2.jpg")
        for folder in (root, root / "a"):
            folder.chmod(0o755)
        (root / "b").chmod(0)
        privileged = os.geteuid() == 0
        if privileged:
            os.seteuid(65534)
        try:
            yield root
        finally:
            if privileged:
                os.seteuid(0)
            (root / "b").chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_a_folder_without_permission_is_named(closed_folder: Path) -> None:
    with pytest.raises(DatasetError, match=r"can't read the folder .*b: Permission denied. Make it readable"):
        listed(closed_folder)
