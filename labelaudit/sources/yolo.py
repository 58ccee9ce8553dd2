"""YOLO's detection data sets: ``labels/`` next to ``images/``, with a text file of boxes for each image."""

import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from labelaudit.errors import DatasetError, MissingExtraError
from labelaudit.images import ENDINGS
from labelaudit.names import printable
from labelaudit.records import Dataset, Place
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.boxes import Box, dataset_of_boxes
from labelaudit.sources.folder_names import split_name

LABELS, IMAGES = "labels", "images"

DESCRIPTIONS = ("data.yaml", "data.yml", "dataset.yaml")
"""Files with the names of the classes, in the order in which they are looked for."""


def label_files(data: str) -> Iterator[Path]:
    """Yield the files of boxes: ``labels/1.txt``, ``labels/train/1.txt`` or ``train/labels/1.txt``."""
    root = Path(data)
    for folder in (root / LABELS, *sorted(root.glob(f"*/{LABELS}"))):
        if folder.is_dir() and (folder.parent / IMAGES).is_dir():
            yield from sorted(folder.rglob("*.txt"))


def is_yolo(data: str) -> bool:
    """Recognise a folder by its two parts and the file of class names next to them."""
    described = any(Path(data, name).is_file() for name in (*DESCRIPTIONS, "classes.txt"))
    return described and next(label_files(data), None) is not None


@source("yolo", recognises=is_yolo, local=True)
def read_yolo(data: str, settings: Settings) -> Dataset:
    """Read the boxes of all label files; the outline of a segment counts as the box around it.

    Raises
    ------
    DatasetError
        A file of boxes is of another form, no image is there, or there are fewer than two classes.
    MissingExtraError
        The names of the classes are in YAML, and PyYAML is not installed.
    """
    root = Path(data)
    names = _names(root)
    return dataset_of_boxes(
        data, root, (box for file in label_files(data) for box in _boxes(root, file, names)), settings
    )


def _names(root: Path) -> dict[int, str]:
    """Return the names of the classes by number."""
    listed = root / "classes.txt"
    try:
        if listed.is_file():
            return dict(enumerate(filter(None, map(str.strip, listed.read_text(encoding="utf-8-sig").splitlines()))))
        path = next((root / name for name in DESCRIPTIONS if (root / name).is_file()), None)
        if path is None:
            raise DatasetError(f"{printable(str(root))} has no {DESCRIPTIONS[0]} and no classes.txt with class names.")
        return _described(path)
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"the names of the classes in {printable(str(root))} cannot be read: {error}.") from error


def _described(path: Path) -> dict[int, str]:
    try:
        import yaml
    except ModuleNotFoundError:
        raise MissingExtraError(
            f"{printable(str(path))}: PyYAML is not installed. Type: pip install 'labelaudit[yolo]'"
        ) from None
    try:
        names = yaml.safe_load(path.read_text(encoding="utf-8"))["names"]
        pairs = names.items() if isinstance(names, dict) else enumerate(names)
        return {int(number): str(name) for number, name in pairs}
    except (yaml.YAMLError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise DatasetError(
            f"{printable(str(path))} names no classes. Expected a list or a mapping: names: [cat, dog]"
        ) from error


def _boxes(root: Path, file: Path, names: dict[int, str]) -> Iterator[Box]:
    """Yield the boxes of a file."""
    parts = file.relative_to(root).parts
    place = parts.index(LABELS)
    folder = PurePosixPath(*parts[:place], IMAGES, *parts[place + 1 : -1])
    endings = (ending for ending in sorted(ENDINGS) if (root / folder / f"{file.stem}{ending}").is_file())
    image = (folder / f"{file.stem}{next(endings, '.jpg')}").as_posix()
    split = next((found.split for part in parts[:-1] if (found := split_name(part)) and not found.rest), "")
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{printable(str(file))} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _box(line, names, image, split, Place(file, number))


def _box(line: str, names: dict[int, str], image: str, split: str, place: Place) -> Box:
    try:
        number, *values = line.split()
        numbers = [float(value) for value in values]
        label = names[int(number)]
        if len(numbers) < 4 or not all(map(math.isfinite, numbers)):
            raise ValueError("no box")
    except (ValueError, LookupError) as error:
        raise DatasetError(
            f"{printable(str(place.file))}, line {place.line:,}: '{printable(line[:60])}' is no box of a known class. "
            f"Expected the number of a class from 0 to {len(names) - 1} and the middle and size of a box, from 0 to 1: "
            "0 0.5 0.5 0.2 0.3"
        ) from error
    if len(numbers) in (4, 5):  # predictions have the confidence as the last value
        middle, height_at, width, height = numbers[:4]
        edges = (middle - width / 2, height_at - height / 2, middle + width / 2, height_at + height / 2)
    else:
        across, down = numbers[::2], numbers[1::2]
        edges = (min(across), min(down), max(across), max(down))
    return Box(image, label, split, *edges, place)
