"""The layouts of published data sets, and the folders in them that are not read."""

import sys
from pathlib import Path

import pytest

from labelaudit.errors import DatasetError
from labelaudit.sources.folder_names import is_annotation, is_fold, named_splits

from .test_folder import listed, tree

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")

CAT_DOG = ("cat/1.jpg", "dog/2.jpg")


def below(*folders: str, files: tuple[str, ...] = CAT_DOG) -> tuple[str, ...]:
    return tuple(f"{folder}/{file}" for folder in folders for file in files)


Layout = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

READ: dict[str, Layout] = {  # files; splits in the order of the paths; folders passed over
    "train beside a flat val": ((*below("train"), "val/3.jpg"), ("train", "train"), ("val",)),
    "flat folders of other names": (
        (*below("Train"), "Test/3.jpg", "Meta/4.jpg"),
        ("train", "train"),
        ("Meta", "Test"),
    ),
    "a test without labels in one folder": (
        (*below("train", "validation"), "test/unknown/3.jpg"),
        ("train", "train", "validation", "validation"),
        ("test",),
    ),
    "an archive in an archive": (
        (*below("seg_train/seg_train", "seg_test/seg_test"), "seg_pred/seg_pred/3.jpg"),
        ("test", "test", "train", "train"),
        ("seg_pred",),
    ),
    "decorated names": (
        below("training_set", "testImages", "val2017"),
        ("test", "test", "train", "train", "validation", "validation"),
        (),
    ),
    "the words the other way round": (below("images_train", "images-val"), ("validation",) * 2 + ("train",) * 2, ()),
    "glued names": (below("TRAINSET", "testset"), ("train", "train", "test", "test"), ()),
    "a common word": (below("fruit_train", "fruit_test"), ("test", "test", "train", "train"), ()),
    "numbered parts": (below("train_1", "train_2", "test"), ("test",) * 2 + ("train",) * 4, ()),
    "two of one kind": (below("train", "val", "dev"), ("dev", "dev", "train", "train", "val", "val"), ()),
    "folds": (below("fold_1", "fold_2"), ("fold_1", "fold_1", "fold_2", "fold_2"), ()),
    "a fold without one class": (
        (*below("part1", "part2"), "part3/cat/9.jpg"),
        ("part1",) * 2 + ("part2",) * 2 + ("part3",),
        (),
    ),
    "a wrapper of the same name": (below("data/data/train", "data/data/test"), ("test", "test", "train", "train"), ()),
    "a wrapper of another name": (below("pets_v2/train", "pets_v2/test"), ("test", "test", "train", "train"), ()),
    "a folder for the images": ((*below("images"), "meta/classes.txt", "README.md"), ("", ""), ("meta",)),
    "images in each class": (
        ("train/cat/images/1.jpg", "train/dog/images/1.jpg", "val/images/1.jpg", "test/images/1.jpg"),
        ("train", "train"),
        ("test", "val"),
    ),
    "images in each split": (below("train/images", "test/images"), ("test", "test", "train", "train"), ()),
    "another folder of the same classes": (
        below("train", "test", "extra"),
        ("extra", "extra", "test", "test", "train", "train"),
        (),
    ),
    "folders beside the splits": (
        (*below("train", "test"), "unlabeled/3.jpg", "train_extra/cat/4.jpg", "docs/x.md"),
        ("test", "test", "train", "train"),
        ("docs", "train_extra", "unlabeled"),
    ),
    "images without labels beside the classes": ((*CAT_DOG, "unlabeled/3.jpg"), ("", ""), ("unlabeled",)),
    "letters of full width": (below("ｔｒａｉｎ", "ｔｅｓｔ"), ("test", "test", "train", "train"), ()),
    "numbers and parentheses": (below("1_train", "test (2)"), ("train", "train", "test", "test"), ()),
    "spaces and dashes": (below("train — set ", "Test Data"), ("test", "test", "train", "train"), ()),
    "splits of one name in two spellings": (
        below("train", "Train", "test"),
        ("train",) * 2 + ("test",) * 2 + ("train",) * 2,
        (),
    ),
    "a split within a split": (
        (*below("train", "test"), "train/val/cat/3.jpg", "train/val/dog/4.jpg"),
        ("test", "test", "train", "train"),
        ("train/val",),
    ),
    "a class that is missing in a split": ((*below("train"), "test/cat/9.jpg"), ("test", "train", "train"), ()),
    "files beside the splits": (
        (*below("train", "test"), "loose.jpg", "train/loose.jpg", "about.txt"),
        ("test", "test", "train", "train"),
        (),
    ),
    "a folder of other images": (
        (*below("train", "test"), "extra_docs/1.jpg"),
        ("test", "test", "train", "train"),
        ("extra_docs",),
    ),
    "splits below the classes": (
        ("cat/train/1.jpg", "cat/test/2.jpg", "dog/train/1.jpg", "dog/test/2.jpg"),
        ("", "", "", ""),
        (),
    ),
    "images and masks of each class": (("cat/images/1.jpg", "dog/images/2.jpg"), ("", ""), ()),
}


@pytest.mark.parametrize("name", READ)
def test_layouts_are_read_as_a_trainer_reads_them(name: str, tmp_path: Path) -> None:
    files, splits, passed_over = READ[name]
    dataset = listed(tree(tmp_path / "data", *files))

    assert dataset.classes == ("cat", "dog")
    assert dataset.splits == splits
    assert tuple(each.path for each in dataset.passed_over) == passed_over
    assert len(dataset) + sum(each.files for each in dataset.passed_over) + len(dataset.others) == len(files)


CLASSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trains are a class": (("train/1.jpg", "plane/2.jpg", "ship/3.jpg"), ("plane", "ship", "train")),
    "what is valid": (("valid/1.jpg", "invalid/2.jpg", "unsure/3.jpg"), ("invalid", "unsure", "valid")),
    "names of splits below splits": (
        ("train/train/1.jpg", "train/bus/2.jpg", "test/train/3.jpg", "test/bus/4.jpg"),
        ("bus", "train"),
    ),
    "masks": (("mask/1.jpg", "without_mask/2.jpg"), ("mask", "without_mask")),
    "a word in a longer name": (("train_station/1.jpg", "test_tube/2.jpg"), ("test_tube", "train_station")),
    "parts that are classes": (("part_1/1.jpg", "part_2/2.jpg"), ("part_1", "part_2")),
    "folders of other names in each class": (
        ("cat/tabby/1.jpg", "cat/grey/2.jpg", "dog/small/3.jpg", "dog/large/4.jpg"),
        ("cat", "dog"),
    ),
}


@pytest.mark.parametrize("name", CLASSES)
def test_names_like_those_of_splits_may_be_classes(name: str, tmp_path: Path) -> None:
    files, classes = CLASSES[name]
    dataset = listed(tree(tmp_path / "data", *files))

    assert dataset.classes == classes
    assert dataset.passed_over == ()


TWO_READINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # files; the classes as classes; the classes as splits
    "a test beside the classes": ((*CAT_DOG, "test/3.jpg"), ("cat", "dog", "test"), ("cat", "dog")),
    "a split beside flat folders": (
        (*below("train"), "ship/3.jpg", "plane/4.jpg"),
        ("plane", "ship", "train"),
        ("cat", "dog"),
    ),
    "the same folders everywhere": (below("kitchen", "garden"), ("garden", "kitchen"), ("cat", "dog")),
}


@pytest.mark.parametrize("name", TWO_READINGS)
def test_of_two_readings_the_user_chooses(name: str, tmp_path: Path) -> None:
    files, as_classes, as_splits = TWO_READINGS[name]
    root = tree(tmp_path / "data", *files)

    with pytest.raises(DatasetError, match=r"in two ways. With --layout classes, .*With --layout splits, "):
        listed(root)
    assert listed(root, layout="classes").classes == as_classes
    assert listed(root, layout="splits").classes == as_splits


def test_splits_without_a_common_class_are_not_taken_for_classes(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", *below("train"), "val/n01/1.jpg", "val/n02/2.jpg")

    with pytest.raises(DatasetError, match="without a class in common: train holds cat, dog; val holds n01, n02"):
        listed(root)
    assert listed(root, layout="splits").classes == ("cat", "dog", "n01", "n02")
    assert listed(root, splits=("train",)).classes == ("cat", "dog")


MISTAKES = {
    "splits without labels beside another flat folder": (
        ("bounding_box_train/1.jpg", "bounding_box_test/2.jpg", "query/3.jpg"),
        "has no labels: bounding_box_test, bounding_box_train are named like splits",
    ),
    "folds with splits of their own": (
        below("fold1/train", "fold1/test", "fold2/train", "fold2/test"),
        "2 folders with splits of their own: fold1, fold2",
    ),
    "only a part has labels": (
        (*below("labeled"), "unlabeled/3.jpg"),
        "Are the classes in it. Type: labelaudit scan .*labeled",
    ),
    "splits without labels": (("train/1.jpg", "test/2.jpg"), "has no labels: test, train are named like splits"),
    "one split without labels": (("train/1.jpg",), "has no labels: train is named like a split"),
    "data sets beside each other": (
        below("photo/train", "photo/test", "sketch/train", "sketch/test"),
        "2 folders with splits of their own: photo, sketch. Scan one at a time: labelaudit scan .*photo. ",
    ),
    "YOLO": (
        ("images/train/1.jpg", "images/val/2.jpg", "labels/train/1.txt", "labels/val/2.txt"),
        "made for detection or segmentation: no class folders, and 2 .txt files in labels/",
    ),
    "YOLO, the split outside": (("train/images/1.jpg", "train/labels/1.txt"), "1 .txt file in train/labels/"),
    "Pascal VOC": (("JPEGImages/1.jpg", "Annotations/1.xml", "ImageSets/Main/a.txt"), "detection or segmentation"),
    "COCO": (("train2017/1.jpg", "val2017/2.jpg", "annotations/i.json"), "1 .json file in annotations/"),
    "CreateML, as exported by web tools": (("train/1.jpg", "train/_annotations.createml.json"), "1 .json file beside"),
    "text beside the images": (("train/1.jpg", "train/1.txt", "test/2.jpg", "test/2.txt"), "2 .txt files beside"),
    "masks": (
        ("images/1.png", "masks/1.png"),
        "detection or segmentation: no class folders, and 1 .png file in masks/",
    ),
    "DICOM": (("a/1.dcm", "b/2.dcm"), "holds 2 .dcm files .DICOM; convert them to PNG first"),
    "arrays": (("a/1.npy", "b/2.npy"), "holds 2 .npy files .NumPy"),
    "archives": (("train.zip", "test.zip"), "holds 2 .zip files .archives; unpack them first"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_no_such_data_set_is_told_as_what_it_is(name: str, tmp_path: Path) -> None:
    files, message = MISTAKES[name]

    with pytest.raises(DatasetError, match=message):
        listed(tree(tmp_path / "data", *files))


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        ((*below("images"), "annotations/1.xml"), ("cat", "dog")),
        ((*below("images"), "masks/1.png"), ("cat", "dog")),
        (("cat/1.jpg", "dog/2.jpg", "dog/scan.dcm"), ("cat", "dog")),
    ],
)
def test_annotations_beside_class_folders_are_no_hindrance(
    files: tuple[str, ...], classes: tuple[str, ...], tmp_path: Path
) -> None:
    assert listed(tree(tmp_path / "data", *files)).classes == classes


def test_dicom_files_without_an_ending_are_known_by_their_content(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "a/IM1", "b/IM2")
    for name in ("a/IM1", "b/IM2"):
        (root / name).write_bytes(bytes(128) + b"DICM")

    with pytest.raises(DatasetError, match="2 files of DICOM"):
        listed(root)
    (root / "a" / "IM1").write_bytes(b"something else")
    assert listed(root).paths == ("a/IM1", "b/IM2")


@links
def test_folders_that_vanish_are_named(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", *CAT_DOG, ".bird/1.jpg", ".bird/2.jpg", ".git/x.jpg", "cat/.1.jpg", "cat/._1.jpg")
    elsewhere = tree(tmp_path / "elsewhere", "1.jpg", "in/2.jpg")
    (root / "fish").symlink_to(elsewhere)
    (root / "cat" / "more").symlink_to(elsewhere)
    dataset = listed(root)

    assert {each.path: each.files for each in dataset.passed_over} == {".bird": 2, "cat/more": 2, "fish": 2}
    assert dataset.others == ("cat/.1.jpg",)
    assert listed(root, follow_links=True).classes == ("cat", "dog", "fish")


@links
def test_a_data_set_of_links_names_them(tmp_path: Path) -> None:
    elsewhere, root = tree(tmp_path / "elsewhere", *CAT_DOG), tree(tmp_path / "data")
    for name in ("cat", "dog"):
        (root / name).symlink_to(elsewhere / name)

    with pytest.raises(DatasetError, match=r"2 links to folders that are not followed: cat, dog. Type --follow-links"):
        listed(root)
    assert listed(root, follow_links=True).classes == ("cat", "dog")


def test_names_of_splits() -> None:
    names = ("seg_train", "seg_test", "train_extra", "Training-Set", "train_val", "train_test", "contest")

    assert named_splits(names, "x") == {
        "seg_train": "train",
        "seg_test": "test",
        "Training-Set": "train",
        "train_val": "train",
    }
    assert named_splits(("pets_train",), "pets") == {"pets_train": "train"}
    assert [is_fold(name) for name in ("fold1", "Fold_b", "part-12", "fold", "folder 1", "class_1")] == [True] * 3 + [
        False
    ] * 3
    assert is_annotation("ground_truth") and is_annotation("SegmentationClass") and not is_annotation("with_mask")
