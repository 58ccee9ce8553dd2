"""Boxes of COCO and YOLO as images: what is cut out, what is found, and what is said about bad ones."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labelaudit.audit import audit
from labelaudit.engine import Threads
from labelaudit.errors import DatasetError
from labelaudit.records import Dataset, PassedOver, Place
from labelaudit.settings import Settings
from labelaudit.sources import kind_of, read

from .conftest import SHAPES, draw
from .test_folder import tree

Scene = list[tuple[str, int, int]]
EDGE, SPACE = 48, 100


def draw_scenes(root: Path, images: int = 30, wrong: int = 3) -> tuple[dict[str, Scene], set[str]]:
    """Draw four shapes in each image; give their labels and corners, and the boxes whose label is wrong."""
    random = np.random.default_rng(0)
    scenes, planted = dict[str, Scene](), set[str]()
    root.mkdir(parents=True)
    for number in range(images):
        canvas, scene = Image.new("RGB", (2 * SPACE, 2 * SPACE), "white"), Scene()
        for place in range(4):
            shape = SHAPES[(number + place) % 3]
            left, top = place % 2 * SPACE + 20, place // 2 * SPACE + 10
            canvas.paste(draw(shape, random, EDGE), (left, top))
            label = shape
            if place == 0 and number < wrong:
                label = SHAPES[(number + 1) % 3]
                planted.add(f"{number:02d}.png#000")
            scene.append((label, left, top))
        canvas.save(root / f"{number:02d}.png")
        scenes[f"{number:02d}.png"] = scene
    return scenes, planted


def as_coco(root: Path, scenes: dict[str, Scene]) -> Path:
    size = {"width": 2 * SPACE, "height": 2 * SPACE}
    images = [{"id": number, "file_name": name, **size} for number, name in enumerate(scenes)]
    boxes = [
        {"image_id": number, "category_id": SHAPES.index(label), "bbox": [left, top, EDGE, EDGE]}
        for number, scene in enumerate(scenes.values())
        for label, left, top in scene
    ]
    categories = [{"id": number, "name": name} for number, name in enumerate(SHAPES)]
    content = {"images": images, "annotations": boxes, "categories": categories}
    (root / "instances.json").write_text(json.dumps(content), encoding="utf-8")
    return root / "instances.json"


def as_yolo(root: Path, scenes: dict[str, Scene], into: Path) -> Path:
    (into / "images").parent.mkdir(exist_ok=True)
    (into / "images").symlink_to(root, target_is_directory=True)
    (into / "labels").mkdir()
    (into / "data.yaml").write_text(
        f"path: .\nnames:\n{''.join(f'  {n}: {name}{chr(10)}' for n, name in enumerate(SHAPES))}"
    )
    whole, half, edge = 2 * SPACE, EDGE / 2, EDGE / (2 * SPACE)
    for name, scene in scenes.items():
        lines = [
            " ".join(map(str, (SHAPES.index(label), (left + half) / whole, (top + half) / whole, edge, edge)))
            for label, left, top in scene
        ]
        (into / "labels" / name).with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
    return into


def listed(path: Path, **settings: object) -> Dataset:
    return read(path, Settings(**settings))  # type: ignore[arg-type]


def pixels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    from io import BytesIO

    with Image.open(BytesIO(data)) as image:
        assert image.format == "PPM"
        return np.asarray(image)


def test_wrong_labels_of_boxes_are_found_in_both_formats(tmp_path: Path) -> None:
    scenes, planted = draw_scenes(tmp_path / "scenes")
    yolo = as_yolo(tmp_path / "scenes", scenes, tmp_path / "yolo")
    results = [
        audit(data, Settings(select=("LA101",), follow_links=True), engine=Threads(2))
        for data in (as_coco(tmp_path / "scenes", scenes), yolo)
    ]
    coco, other = ([each.path.removeprefix("images/") for each in result.findings] for result in results)

    assert set(coco) >= planted
    assert coco == other
    families = results[0].copies.families
    assert len(set(families[:4].tolist())) == 1  # boxes of one image are not independent


def test_a_box_is_cut_out_without_loss(tmp_path: Path) -> None:
    scenes, _ = draw_scenes(tmp_path / "scenes", images=3)
    with Image.open(tmp_path / "scenes" / "01.png") as image:
        expected = np.asarray(image)[10 : 10 + EDGE, 20 : 20 + EDGE]
    path = as_coco(tmp_path / "scenes", scenes)
    dataset = listed(path)

    assert len(dataset) == 12
    assert dataset.groups[4:8] == ("01.png",) * 4
    assert np.array_equal(pixels(dataset.source.open("01.png#000")), expected)
    assert dataset.source.written_at("01.png#000") == Place(path)
    assert dataset.source.file_of("01.png#000") == tmp_path / "scenes" / "01.png"
    yolo = listed(as_yolo(tmp_path / "scenes", scenes, tmp_path / "yolo"), follow_links=True)
    assert kind_of(str(tmp_path / "yolo")) == "yolo"
    assert np.array_equal(pixels(yolo.source.open("images/01.png#000")), expected)
    assert yolo.source.written_at("images/01.png#002") == Place(tmp_path / "yolo" / "labels" / "01.txt", 3)
    for wrong in ("01.png#009", "../secret.png#000", ""):
        with pytest.raises(ValueError, match="not listed"):
            dataset.source.open(wrong)


def test_boxes_reach_out_of_the_image_or_have_no_area(tmp_path: Path) -> None:
    tree(tmp_path, "labels/train/1.txt", "classes.txt")
    (tmp_path / "images" / "train").mkdir(parents=True)
    Image.new("RGB", (40, 20), "red").save(tmp_path / "images" / "train" / "1.jpg")
    (tmp_path / "classes.txt").write_text("cat\ndog\n")
    lines = ["0 1 1 1 1", "1 .5 .5 .001 .001 .9", "0 .5 .5 0 .5", "1 .1 .1 .9 .1 .5 .9"]
    (tmp_path / "labels" / "train" / "1.txt").write_text("\n".join(lines))
    dataset = listed(tmp_path)
    shapes = [pixels(dataset.source.open(path)).shape for path in dataset.paths]

    assert dataset.paths == tuple(f"images/train/1.jpg#{number:03d}" for number in (0, 1, 3))
    assert dataset.splits == ("train",) * 3
    assert dataset.passed_over == (PassedOver(".", 1, "boxes without an area"),)
    assert shapes == [(10, 20, 3), (1, 1, 3), (16, 32, 3)]


def test_an_export_of_roboflow_has_a_file_for_each_split(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        scenes, _ = draw_scenes(tmp_path / split, images=2)
        as_coco(tmp_path / split, scenes).rename(tmp_path / split / "_annotations.coco.json")
    dataset = listed(tmp_path)

    assert kind_of(str(tmp_path)) == "coco"
    assert dataset.splits == ("train",) * 8 + ("validation",) * 8
    assert dataset.paths[0] == "train/00.png#000"
    assert len(listed(tmp_path, splits=("val",))) == 8


def coco(**parts: object) -> Callable[[Path], Path]:
    def make(root: Path) -> Path:
        tree(root, "1.png")
        usual = {
            "images": [{"id": 1, "file_name": "1.png", "width": 9, "height": 9}],
            "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}],
            "categories": [{"id": 1, "name": "cat"}],
        }
        (root / "a.json").write_text(json.dumps(usual | parts))
        return root / "a.json"

    return make


def yolo(line: str, names: str = "names: [cat, dog]") -> Callable[[Path], Path]:
    def make(root: Path) -> Path:
        tree(root, "images/1.png", "labels/1.txt")
        (root / "labels" / "1.txt").write_text(line)
        (root / "data.yaml").write_text(names)
        return root

    return make


def image(**parts: object) -> list[dict[str, object]]:
    return [{"id": 1, "file_name": "1.png", "width": 9, "height": 9} | parts]


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no JSON": (lambda root: tree(root, "a.json") / "a.json", "is not as COCO has it .*Expected"),
    "a list": (coco(annotations=[1]), "is not as COCO has it"),
    "unknown image": (coco(images=[]), "is not as COCO has it .KeyError: 1"),
    "no size": (coco(images=image(width=0)), "is not as COCO has it .ZeroDivisionError"),
    "not finite": (coco(annotations=[{"image_id": 1, "category_id": 1, "bbox": [0, 0, "nan", 1]}]), "is not finite"),
    "no boxes": (coco(annotations=[]), "holds no boxes"),
    "one class": (coco(), "has one class, 'cat'"),
    "upwards": (coco(images=image(file_name="../1.png")), "the path '../1.png' leads upwards"),
    "gone": (coco(images=image(file_name="2.png")), "none of its 1 images is in"),
    "unknown class": (yolo("7 .5 .5 1 1"), r"1.txt, line 1: '7 .5 .5 1 1' is no box of a known class.*from 0 to 1"),
    "words": (yolo("0 a b c d"), "is no box of a known class"),
    "short": (yolo("0 .5 .5"), "is no box of a known class"),
    "no names": (yolo("0 .5 .5 1 1", "nc: 2"), "data.yaml names no classes"),
    "no YAML": (yolo("0 .5 .5 1 1", "names: ["), "data.yaml names no classes"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_boxes(name: str, tmp_path: Path) -> None:
    make, said = BAD[name]

    with pytest.raises(DatasetError, match=said):
        listed(make(tmp_path))
