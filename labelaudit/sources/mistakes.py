"""Error messages for folders that hold no data set that can be audited, or that can be read in several ways."""

import difflib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from labelaudit.errors import DatasetError
from labelaudit.images import ENDINGS
from labelaudit.names import printable
from labelaudit.records import PassedOver
from labelaudit.sources.folder_names import is_annotation, is_generic, says_annotations, split_name
from labelaudit.sources.tree import Folder, may_be_image

LAYOUT = "expected one folder for each class with its images inside: DATA/cat/1.jpg, DATA/dog/2.jpg"

SHOWN = 4

OTHER_DATA = {
    ".dcm": "DICOM; convert them to PNG first",
    ".dicom": "DICOM; convert them to PNG first",
    ".nii": "NIfTI; export their slices as PNG first",
    ".npy": "NumPy arrays; save each image as PNG first",
    ".npz": "NumPy arrays; save each image as PNG first",
    ".h5": "HDF5; save each image as PNG first",
    ".hdf5": "HDF5; save each image as PNG first",
    ".tfrecord": "TFRecord; save each image as a file first",
    ".tfrecords": "TFRecord; save each image as a file first",
    ".parquet": "Parquet; save each image as a file first",
    ".zip": "archives; unpack them first",
    ".tar": "archives; unpack them first",
    ".gz": "compressed; unpack them first",
    ".avi": "videos; export frames first",
    ".mkv": "videos; export frames first",
    ".mov": "videos; export frames first",
    ".mp4": "videos; export frames first",
}
"""Endings of files that hold images in a form that is not read, and what to do."""

READABLE = ENDINGS - OTHER_DATA.keys()

DICOM_MARK, DICOM_MARK_AT = b"DICM", 128


def check_root(root: Path) -> None:
    """Make sure that there is such a folder.

    Raises
    ------
    DatasetError
        There is none.
    """
    shown = printable(str(root))
    if root.is_dir():
        return
    if root.exists():
        raise DatasetError(
            f"{shown} is a file; {LAYOUT}. Type: labelaudit scan {printable(str(root.parent))}. Tables (.csv, .tsv, "
            ".jsonl, .parquet), archives (.zip, .tar) and COCO files (.json) are read as well."
        )
    if root.is_symlink():
        raise DatasetError(f"{shown} is a symbolic link that leads to no folder. Name a folder of images.")
    near = root.parent
    while not near.is_dir():
        near = near.parent
    close = difflib.get_close_matches(root.name, [f.name for f in near.iterdir() if f.is_dir() or root.suffix], n=1)
    hint = f" Did you mean {printable(str(near / close[0]))}?" if close and near == root.parent else ""
    kind = "file" if root.suffix else "folder"
    raise DatasetError(f"there is no {kind} {shown}.{hint or ' Check the path, or see it work: labelaudit demo'}")


def check_classes(
    root: Folder, classes: set[str], files: Sequence[str], others: Sequence[str], passed_over: Sequence[PassedOver]
) -> None:
    """Make sure that there are classes with files.

    Raises
    ------
    DatasetError
        There are none, or only one.
    """
    shown = root.shown
    if len(classes) < 2:
        _check_links(shown, passed_over)
    if not classes:
        loose = sum(Path(name).suffix.lower() in ENDINGS for name in others)
        if loose:
            raise DatasetError(f"{shown} holds {_many(loose, 'image')} but no class folders; {LAYOUT}.")
        _check_readable(root, others)
        raise DatasetError(f"{shown} is empty: no class folders and no images; {LAYOUT}.")
    if len(classes) == 1:
        _raise_one_class(root, next(iter(classes)))
    if not files:
        raise DatasetError(f"{shown} holds {len(classes)} class folders and no file in any of them; {LAYOUT}.")
    full = root.full
    if len(full) == 1 and full[0].name in classes and len(full[0].full) > 1 and not full[0].has_own_images:
        _raise_one_class(root, full[0].name)
    _check_readable(root, files)


def _raise_one_class(root: Folder, only: str) -> None:
    shown = root.shown
    holds = f"{shown} holds one class, '{printable(only)}'; a label can only be judged against another one"
    if only in root.listing.folders and len(root.child(only).children) > 1:
        inner = root.child(only).shown
        raise DatasetError(f"{holds}. Are the classes in it? Type: labelaudit scan {inner}")
    raise DatasetError(f"{holds}; {LAYOUT}.")


def _check_links(shown: str, passed_over: Sequence[PassedOver]) -> None:
    links = [each.path for each in passed_over if "--follow-links" in each.reason]
    if links:
        raise DatasetError(
            f"{shown} holds {_many(len(links), 'link')} to folders that are not followed: {_listed(links)}. "
            "Type --follow-links to read them as well."
        )


def _check_readable(root: Folder, files: Sequence[str]) -> None:
    """Make sure that not all files hold images in a form that is not read."""
    endings = Counter(os.path.splitext(name)[1].lower() for name in files)  # noqa: PTH122  ten times as fast
    known = Counter({ending: count for ending, count in endings.items() if ending in OTHER_DATA})
    shown = root.shown
    if known and not any(ending in READABLE or not ending for ending in endings):
        ending, count = known.most_common(1)[0]
        found = _many(count, f"{ending} file")
        raise DatasetError(f"{shown} holds {found} ({OTHER_DATA[ending]}) and no image that is read.")
    if files and not READABLE.intersection(endings) and all(map(_is_dicom, [root.place / each for each in files[:20]])):
        raise DatasetError(
            f"{shown} holds {len(files):,} files of DICOM and no image that is read; {OTHER_DATA['.dcm']}."
        )


def _is_dicom(place: Path) -> bool:
    try:
        if not place.is_file():
            return False
        with place.open("rb") as file:
            file.seek(DICOM_MARK_AT)
            return file.read(len(DICOM_MARK)) == DICOM_MARK
    except OSError:
        return False


def check_no_annotations(above: Sequence[Folder]) -> None:
    """Make sure that a data set is not made for detection or segmentation: images without classes and annotations.

    Parameters
    ----------
    above
        The folders from the data set to the one whose folders may be the classes.

    Raises
    ------
    DatasetError
        It is.
    """
    plain = [child for child in above[-1].full if not is_annotation(child.name)]
    if not all(is_generic(child.name) or split_name(child.name) for child in plain):
        return
    drawn = [child for outer in (*above, *plain) for child in outer.children if is_annotation(child.name)]
    written = [name for folder in drawn for name in folder.below.files] or _written_beside(plain)
    if not written or not (plain or above[-1].has_own_images):
        return
    ending, count = Counter(PurePosixPath(name).suffix for name in written).most_common(1)[0]
    where = f"in {_listed([f'{each.path}/' for each in drawn])}" if drawn else "beside the images"
    raise DatasetError(
        f"{above[0].shown} looks made for detection or segmentation: no class folders, and "
        f"{_many(count, f'{printable(ending)} file')} {where}. labelaudit audits data sets for classification; "
        f"{LAYOUT}. Boxes are read with --source yolo or --source coco. If the folders are the classes after all, type "
        "--layout classes"
    )


def _written_beside(folders: Sequence[Folder]) -> list[str]:
    """Return the annotations next to the images: a file for each image, or one file that is named as annotations."""
    files = [name for folder in folders for name in folder.below.files]
    stems = {PurePosixPath(name).with_suffix("") for name in files if may_be_image(name)}
    others = [name for name in files if not may_be_image(name)]
    return [name for name in others if PurePosixPath(name).with_suffix("") in stems or says_annotations(name)]


def no_labels(folder: Folder, splits: Sequence[Folder]) -> DatasetError:
    """Return the message for a data set in which all splits are unlabelled."""
    files = sum(len(each.below.files) for each in splits)
    hold = "is named like a split and holds" if len(splits) == 1 else "are named like splits and hold"
    return DatasetError(
        f"{folder.shown} has no labels: {_listed([each.name for each in splits])} {hold} "
        f"{_many(files, 'file')} without class folders; expected train/cat/1.jpg, train/dog/2.jpg. "
        "If these folders are the classes, type --layout classes"
    )


def unlabelled_or_class(folder: Folder, flat: Sequence[Folder], classes: Sequence[Folder]) -> DatasetError:
    """Return the message for a folder next to the classes that is named like a split."""
    files = _many(sum(len(each.below.files) for each in flat), "file")
    return _two_readings(
        folder,
        f"{_names([*classes, *flat])} are the classes",
        f"{_names(classes)} are the classes, and {_names(flat)} ({files}) is an unlabelled split and passed over",
    )


def split_or_class(folder: Folder, split: Folder, classes: Sequence[Folder], beside: Sequence[Folder]) -> DatasetError:
    """Return the message for a folder that may be a split, or a class among others."""
    return _two_readings(
        folder,
        f"{_names([split, *beside])} are the classes",
        f"{printable(split.name)} is a split with the classes {_names(classes)}, and what holds no class folders is "
        "passed over",
    )


def folds_or_classes(folder: Folder, parts: Sequence[Folder], classes: Iterable[str]) -> DatasetError:
    """Return the message for folders that all hold folders of the same names."""
    return _two_readings(
        folder,
        f"{_names(parts)} are the classes",
        f"{_names(parts)} are parts of the data set, each with the classes {_listed(sorted(classes))}",
    )


def nothing_shared(folder: Folder, splits: dict[str, list[Folder]]) -> DatasetError:
    """Return the message for splits of which no two have a class in common."""
    held = "; ".join(f"{printable(name)} holds {_names(classes)}" for name, classes in splits.items())
    return DatasetError(
        f"{folder.shown} has splits without a class in common: {held}. Give a class the same name in "
        f"each split, or choose: --split {printable(next(iter(splits)))} reads one split, --layout splits reads all of "
        "them, --layout classes takes these folders for the classes."
    )


def several_data_sets(folder: Folder, inner: Sequence[Folder]) -> DatasetError:
    """Return the message for folders that each hold their own splits."""
    return DatasetError(
        f"{folder.shown} holds {len(inner)} folders with splits of their own: "
        f"{_names(inner)}. Scan one at a time: labelaudit scan {inner[0].shown}. If "
        "these folders are the classes, type --layout classes"
    )


def _two_readings(folder: Folder, classes: str, splits: str) -> DatasetError:
    return DatasetError(
        f"{folder.shown} can be read in two ways. With --layout classes, {classes}. With --layout "
        f"splits, {splits}. Type one of the two."
    )


def _names(folders: Sequence[Folder]) -> str:
    return _listed([folder.name for folder in folders])


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _listed(names: Sequence[str]) -> str:
    more = f", ... ({len(names):,} in all)" if len(names) > SHOWN else ""
    return ", ".join(printable(name) for name in names[:SHOWN]) + more
