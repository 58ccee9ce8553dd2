"""Data sets of files, as torchvision's ``ImageFolder``: their files are read, and their transforms not applied."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from labelaudit.records import InMemory
from labelaudit.settings import Settings
from labelaudit.sources.files import Files
from labelaudit.sources.objects.files import read_files
from labelaudit.sources.objects.labels import labels_of
from labelaudit.sources.objects.listing import Listing


def is_image_folder(data: Any) -> bool:
    """Recognise a data set with ``samples``, ``classes`` and ``class_to_idx``, or a subset of one."""
    folder = _folder_of(data)
    return all(hasattr(folder, name) for name in ("samples", "classes", "class_to_idx"))


def read_image_folder(given: InMemory, settings: Settings) -> Listing:
    """Read the files of a data set; its transforms are not applied.

    An image has the path that it has below the root of the data set, so that a scan of that folder has the same result.

    Raises
    ------
    DatasetError
        No file is there, or there are fewer than two classes.
    """
    data, folder = given.data, _folder_of(given.data)
    samples = folder.samples if folder is data else [folder.samples[row] for row in data.indices]
    paths, numbers = [path for path, _ in samples], [number for _, number in samples]
    labels = labels_of(numbers, given.classes if given.classes is not None else folder.classes, "samples")
    root = settings.root or str(getattr(folder, "root", ""))
    listing = read_files(paths, labels, replace(settings, root=root), f"the data set {type(data).__name__}")
    return listing._replace(dataset=replace(listing.dataset, source=Files(Path(root)))) if root else listing


def _folder_of(data: Any) -> Any:
    """Return the data set that a subset, as ``torch.utils.data.Subset``, is taken from; or else the data set itself."""
    return data.dataset if hasattr(data, "dataset") and hasattr(data, "indices") else data
