"""FiftyOne's image classification data sets: ``data/`` with the images, and ``labels.json``."""

import json
from pathlib import Path
from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.images import ENDINGS
from labelaudit.names import printable
from labelaudit.records import Dataset, Place, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.files import Files
from labelaudit.sources.listing import dataset_of

LABELS, IMAGES = "labels.json", "data"


class Exported(Files):
    """Images that are files in ``data/`` and whose labels are in ``labels.json``."""

    def written_at(self, path: str) -> Place:
        """Return the file of labels."""
        return Place(Path(self.shown, LABELS))

    def relabel(self, path: str, label: str) -> Any:
        """Refuse: moving a file changes no label here."""
        return Source.relabel(self, path, label)


def is_fiftyone(data: str) -> bool:
    """Recognise a folder by its two parts."""
    return Path(data, LABELS).is_file() and Path(data, IMAGES).is_dir()


@source("fiftyone", recognises=is_fiftyone, local=True)
def read_fiftyone(data: str, settings: Settings) -> Dataset:
    """Read a data set that FiftyOne exported as ``FiftyOneImageClassificationDataset``.

    Raises
    ------
    DatasetError
        The file of labels is of another form, an image has several labels, or there are fewer than two classes.
    """
    named = _labels(Path(data, LABELS))
    images = sorted(path.name for path in Path(data, IMAGES).iterdir() if path.suffix.lower() in ENDINGS)
    labelled = [(name, named[Path(name).stem]) for name in images if Path(name).stem in named]
    if not labelled:
        raise DatasetError(
            f"{printable(data)}: none of the {len(named):,} images in {LABELS} is in {IMAGES}/. Export it again."
        )
    others = [f"{IMAGES}/{name}" for name in images if Path(name).stem not in named]
    paths = [f"{IMAGES}/{name}" for name, _ in labelled]
    return dataset_of(Exported(Path(data)), paths, [label for _, label in labelled], others=others)


def _labels(path: Path) -> dict[str, str]:
    """Return the label of each image by its name without the ending; images without a label are left out."""
    shown = printable(str(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        classes, labels = content.get("classes"), content["labels"]
        found = {str(name): _label(value, classes) for name, value in labels.items() if value is not None}
    except OSError as error:
        raise DatasetError(f"{shown} cannot be read: {error.strerror}.") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DatasetError(
            f'{shown} is not as FiftyOne writes it. Expected {{"classes": ["cat", ...], "labels": {{"1": 0, ...}}}}, '
            "with one label for each image."
        ) from error
    return found


def _label(value: Any, classes: Any) -> str:
    if isinstance(value, dict):
        value = value["label"]
    if isinstance(value, int) and not isinstance(value, bool) and classes and 0 <= value < len(classes):
        return str(classes[value])
    if isinstance(value, str) and value:
        return value
    raise ValueError("no label")
