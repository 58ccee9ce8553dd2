"""COCO: a JSON file of images, categories and boxes; also folders of splits with such files, as of Roboflow."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Dataset, Place
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.boxes import Box, dataset_of_boxes
from labelaudit.sources.roots import LocalRoot
from labelaudit.sources.splits import usual
from labelaudit.sources.tables.paths import plain

EXPORTED = "_annotations.coco.json"

EXPECTED = (
    'Expected {"images": [{"id", "file_name", "width", "height"}], "annotations": [{"image_id", "category_id", '
    '"bbox"}], "categories": [{"id", "name"}]}.'
)


def files_of(data: str) -> list[Path]:
    """Return the annotation files of a data set."""
    path = Path(data)
    return [path] if path.is_file() else sorted([*path.glob(EXPORTED), *path.glob(f"*/{EXPORTED}")])


def is_coco(data: str) -> bool:
    """Recognise a JSON file, or a folder with the files that Roboflow writes."""
    path = Path(data)
    return (path.suffix.lower() == ".json" and path.is_file()) or (path.is_dir() and bool(files_of(data)))


@source("coco", recognises=is_coco, local=True)
def read_coco(data: str, settings: Settings) -> Dataset:
    """Read the boxes of annotation files; boxes around crowds are left out.

    Images are relative to ``root``, by default to the folder of the data set.

    Raises
    ------
    DatasetError
        A file is of another form, no image is there, or there are fewer than two classes.
    """
    files = files_of(data)
    if not files:
        raise DatasetError(f"{printable(data)} holds no {EXPORTED}. Name the file of annotations.")
    folder = files[0].parent if Path(data).is_file() else Path(data)
    root = Path(settings.root) if settings.root else folder
    if not root.is_dir():
        raise DatasetError(f"--root {printable(str(root))}: there is no such folder. Name the one of the images.")
    boxes = [box for file in files for box in _boxes(file, root, file.parent.relative_to(folder).as_posix())]
    return dataset_of_boxes(data, root, boxes, settings)


def _boxes(file: Path, root: Path, below: str) -> Iterator[Box]:
    """Yield the boxes of a file, whose images are below a folder of the root."""
    shown = printable(str(file))
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        names = {each["id"]: str(each["name"]) for each in content["categories"]}
        images = {each["id"]: each for each in content["images"]}
        for number, each in enumerate(content["annotations"], start=1):
            if not each.get("iscrowd"):
                yield _box(each, images[each["image_id"]], names, (file, number), (root, below))
    except OSError as error:
        raise DatasetError(f"{shown} cannot be read: {error.strerror}.") from error
    except DatasetError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, ZeroDivisionError) as error:
        raise DatasetError(f"{shown} is not as COCO has it ({type(error).__name__}: {error}). {EXPECTED}") from error


def _box(
    each: dict[str, Any], image: dict[str, Any], names: dict[Any, str], at: tuple[Path, int], where: tuple[Path, str]
) -> Box:
    (file, number), (root, below) = at, where
    left, top, width, height = map(float, each["bbox"])
    if not all(map(math.isfinite, (left, top, width, height))):
        raise ValueError(f"box {number:,} is not finite")
    across, down = float(image["width"]), float(image["height"])
    start, folder, split = ("", "", "") if below == "." else (f"{below}/", below, usual(below))
    return Box(
        start + plain(str(image["file_name"]), file, number, LocalRoot(root), folder),
        names[each["category_id"]],
        split,
        left / across,
        top / down,
        (left + width) / across,
        (top + height) / down,
        Place(file),
    )
