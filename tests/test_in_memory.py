"""Arrays, tables and data sets that a program holds: how they are read and judged."""

import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas
import polars
import pytest
from PIL import Image

import labelaudit
from labelaudit import LabelauditError, Settings
from labelaudit.cache import NO_CACHE
from labelaudit.errors import UnreadableImage
from labelaudit.images import decode, encoded
from labelaudit.records import Dataset, InMemory
from labelaudit.sources import read

from .conftest import Shapes
from .every_object import classes_of, image_folder, labels_of, numbers_of, paths_of

IMAGES = np.zeros((4, 8, 8, 3), np.uint8)
LABELS = ["a", "b", "a", "b"]
FEATURES = np.eye(4)


def listed(data: Any = None, settings: Settings | None = None, **arrays: Any) -> Dataset:
    return read(InMemory(data, **arrays), settings or Settings())


def test_images_are_called_by_their_numbers() -> None:
    dataset = listed(images=IMAGES, labels=np.array([1, 0, 10, 1]))

    assert dataset.paths == ("000000", "000001", "000002", "000003")
    assert [dataset.classes[label] for label in dataset.labels] == ["1", "0", "10", "1"]
    assert dataset.source.written_at("000000") is None
    with pytest.raises(LabelauditError, match="labels cannot be changed in the images: it is only read"):
        dataset.source.relabel("000000", "b")


def test_names_of_many_images_are_in_the_order_of_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelaudit.sources.objects.listing.DIGITS", 1)
    dataset = listed(images=np.zeros((11, 1, 1), np.uint8), labels=np.arange(11))

    assert dataset.paths == ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10")
    assert [dataset.classes[label] for label in dataset.labels] == list(map(str, range(11)))


def test_images_without_a_label_are_left_out() -> None:
    dataset = listed(images=IMAGES, labels=["a", None, float("nan"), "b"], features=FEATURES)

    assert dataset.paths == ("000000", "000003")
    assert dataset.passed_over[0].files == 2
    assert dataset.features is not None
    assert dataset.features.tolist() == FEATURES[[0, 3]].tolist()


def test_columns_of_probabilities_are_those_of_the_classes() -> None:
    probs = np.array([[0.1, 0.2, 0.7]] * 4)
    by_number = listed(images=IMAGES, labels=[2, 0, 2, 0], probs=probs)
    by_name = listed(images=IMAGES, labels=["x", "a", "x", "a"], probs=probs, classes=["x", "m", "a"])

    assert by_number.probabilities is not None and by_name.probabilities is not None
    assert by_number.classes == ("0", "2")
    assert by_number.probabilities[0].tolist() == [0.1, 0.7]
    assert by_name.classes == ("a", "x")
    assert by_name.probabilities[0].tolist() == [0.7, 0.1]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F", "HSV"])
def test_an_image_of_pillow_is_kept_as_it_is(mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    image = (
        Image.fromarray(pixels).convert("L").convert(mode) if mode == "I;16" else Image.fromarray(pixels).convert(mode)
    )
    again = Image.open(io.BytesIO(encoded(image)))

    assert again.size == image.size
    if mode != "HSV":
        assert again.mode == image.mode
        assert np.array_equal(np.asarray(again), np.asarray(image))
    else:
        assert np.array_equal(np.asarray(again), np.asarray(image.convert("RGB")))


def test_an_image_of_pillow_is_turned_upright() -> None:
    image = Image.fromarray(np.arange(96, dtype=np.uint8).reshape(8, 12))
    exif = image.getexif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)

    found = decode(encoded(Image.open(file)), 192)
    assert (found.width, found.height) == (8, 12)


def test_a_damaged_image_is_a_finding(shapes: Shapes) -> None:
    images: list[Any] = [path.read_bytes() for path in paths_of(shapes.root)]
    images[5] = images[5][:100]
    result = labelaudit.audit(images=images, labels=labels_of(shapes.root), cache=NO_CACHE)

    assert [(each.path, each.code) for each in result.findings if each.code == "LA301"] == [("000005", "LA301")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    source = listed(images=[b"", tmp_path / "a.png", *IMAGES[:2]], labels=LABELS).source

    with pytest.raises((OSError, UnreadableImage)):
        source.open("000001")


def test_features_alone_are_judged(shapes: Shapes, shapes_audit: labelaudit.Audit, tmp_path: Path) -> None:
    features, labels = shapes_audit.observed.features, labels_of(shapes.root)
    result = labelaudit.audit(features=features, labels=labels, cache=NO_CACHE)

    wrong = {f"{row:06d}" for row, path in enumerate(shapes_audit.dataset.paths) if path in shapes.wrong}
    assert {each.path for each in result.findings if each.code == "LA101"} == wrong
    assert "not run: LA102, LA201, LA202, LA203, LA301, LA302, LA404: they need images" in result.summary()
    for name in ("report.html", "report.json", "report.sarif", "report.md"):
        result.save(tmp_path / name)
    assert '"rules_not_run": [' in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert '"features": "given"' in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert "there is no image, only its features" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_equal_features_are_held_out_together() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(60, 8))
    features[:, 0] += np.arange(60) % 2 * 6
    labels = np.arange(60) % 2
    result = labelaudit.audit(
        features=np.concatenate([features, features[:5]]), labels=[*labels, *labels[:5]], cache=NO_CACHE
    )

    assert result.copies.families[60:].tolist() == [0, 1, 2, 3, 4]
    assert not [each for each in result.findings if each.code.startswith("LA2")]


def test_features_with_images_take_the_place_of_the_network(shapes: Shapes, shapes_audit: labelaudit.Audit) -> None:
    features, labels = shapes_audit.observed.features[:, -64:], labels_of(shapes.root)
    result = labelaudit.audit(images=paths_of(shapes.root), features=features, labels=labels, cache=NO_CACHE)

    assert result.observed.features.tolist() == features.tolist()
    assert result.observed.sizes.tolist() == shapes_audit.observed.sizes.tolist()
    assert "not run" not in result.summary()


def test_probabilities_are_a_voter(shapes: Shapes) -> None:
    labels = numbers_of(shapes.root)
    truth = np.array([classes_of(shapes.root).index(path.stem[:-3]) for path in paths_of(shapes.root)])
    probs = np.full((len(labels), 3), 0.05)
    probs[np.arange(len(labels)), truth] = 0.9
    frame = pandas.DataFrame({"path": paths_of(shapes.root), "label": labels})
    order = np.random.default_rng(0).permutation(len(labels))
    result = labelaudit.audit(frame.iloc[order], probs=probs[order], classes=classes_of(shapes.root), cache=NO_CACHE)

    assert "given" in result.beliefs.voters
    assert {each.path for each in result.findings if each.code == "LA101"} == shapes.wrong.keys()


def test_columns_of_a_table_are_named_as_on_the_command_line(shapes: Shapes, tmp_path: Path) -> None:
    paths = [path.relative_to(shapes.root).as_posix() for path in paths_of(shapes.root)]
    parts = ["train" if row % 2 else "val" for row in range(len(paths))]
    frame = polars.DataFrame({"file": paths, "kind": labels_of(shapes.root), "part": parts, "patient": paths})
    columns = ("path=file", "label=kind", "split=part", "group=patient")
    dataset = listed(frame, Settings(root=str(shapes.root), columns=columns, splits=("val",)))

    assert set(dataset.splits) == {"validation"}
    assert dataset.groups == dataset.paths
    assert len(dataset) == len(paths) // 2


def test_two_rows_for_one_image_are_a_finding(shapes: Shapes) -> None:
    paths, labels = paths_of(shapes.root), labels_of(shapes.root)
    frame = pandas.DataFrame({"path": [*paths, paths[0]], "label": [*labels, "square"]})
    result = labelaudit.audit(frame, Settings(select=("LA102",)), cache=NO_CACHE)

    assert [each.path for each in result.findings] == ["circle/circle003.png"]
    assert f"line {len(paths) + 1}" in result.findings[0].message


def test_a_subset_of_an_image_folder_is_read_from_its_files(shapes: Shapes) -> None:
    folder = image_folder(shapes.root).data
    dataset = listed(SimpleNamespace(dataset=folder, indices=range(0, len(folder.samples), 2)))

    assert len(dataset) == len(folder.samples) // 2
    assert dataset.source.folder == shapes.root
    assert dataset.source.relabel("circle/circle004.png", "square").target == "square/circle004.png"


class Arrays:
    """A data set as torchvision's CIFAR10: labels beside the images."""

    def __init__(self, transform: Any = None) -> None:
        self.targets, self.classes, self.transform = [0, 1, 0, 1], ["a", "b"], transform

    def __len__(self) -> int:
        return 4

    def __getitem__(self, row: int) -> tuple[Any, int]:
        if row and not self.transform:
            raise RuntimeError("an image is opened to list the data set")
        return (IMAGES[row] if not self.transform else self.transform(IMAGES[row])), self.targets[row]


def test_labels_beside_the_images_are_taken_without_opening_these() -> None:
    dataset = listed(Arrays())
    half = listed(Subset(Arrays(), [0, 3]))

    assert dataset.classes == half.classes == ("a", "b")
    assert dataset.labels.tolist() == [0, 1, 0, 1]
    assert half.labels.tolist() == [0, 1]


class Subset:
    """As PyTorch's."""

    def __init__(self, dataset: Any, indices: list[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, row: int) -> Any:
        return self.dataset[self.indices[row]]


def test_a_transform_to_numbers_is_told() -> None:
    with pytest.raises(LabelauditError, match="without its transform"):
        listed(Arrays(transform=lambda image: image / 255))


def test_a_dataset_dict_has_splits(shapes: Shapes) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        photo=datasets.Image(), kind=datasets.ClassLabel(names=["x", "y"]), n=datasets.Value("int64")
    )
    png = paths_of(shapes.root)[0].read_bytes()
    rows = [{"photo": {"bytes": png, "path": None}, "kind": row % 2, "n": 1} for row in range(4)]
    train = datasets.Dataset.from_list(rows, features=features)
    hidden = datasets.Dataset.from_list([row | {"kind": -1} for row in rows], features=features)
    data = datasets.DatasetDict(train=train.select([3, 0, 1]).with_format("numpy"), validation=train, test=hidden)
    dataset = listed(data)

    assert dataset.paths[:3] == ("train/000000", "train/000001", "train/000002")
    assert [dataset.classes[label] for label in dataset.labels[:3]] == ["y", "x", "y"]
    assert set(dataset.splits) == {"train", "validation"}
    assert dataset.passed_over[0].files == 4
    assert dataset.source.open("validation/000003") == png
    with pytest.raises(LabelauditError, match="no column of type Image; its columns are: kind, n"):
        listed(train.remove_columns("photo"))
    with pytest.raises(LabelauditError, match="has no column 'image'; its columns are: photo, kind, n"):
        listed(train, Settings(columns=("path=image",)))
    with pytest.raises(LabelauditError, match="the IterableDataset is streamed; expected a Dataset"):
        listed(train.to_iterable_dataset())


def test_soft_labels_of_arrays(shapes: Shapes) -> None:
    images, labels = paths_of(shapes.root), labels_of(shapes.root)
    soft = labelaudit.soften(eps=0.1, images=images, labels=labels, cache=NO_CACHE)
    posterior = labelaudit.soften(features=np.eye(len(labels)), labels=labels, cache=NO_CACHE)

    assert soft.probabilities.shape == posterior.probabilities.shape == (len(labels), 3)
