"""A tree of symbolic links: the data set with its corrected labels, without a copy of any image."""

import os
from pathlib import Path, PurePosixPath

from labelaudit.errors import OutputError
from labelaudit.fixes.free_names import FreeNames
from labelaudit.names import printable
from labelaudit.records import CorrectedLabel, CorrectedLabels, Track, silently


def check_new_folder(folder: Path) -> None:
    """Check that a folder is empty, or does not exist and can be created.

    Raises
    ------
    OutputError
        The folder is not empty, or cannot be created.
    """
    shown = printable(str(folder))
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if os.path.lexists(folder):
        raise OutputError(f"{shown} exists and is no empty folder. Name a new one.")
    if not folder.parent.is_dir():
        raise OutputError(f"can't make {shown}: there is no folder {printable(str(folder.parent))}. Make it first.")


def link_tree(corrected: CorrectedLabels, folder: Path, track: Track = silently) -> int:
    """Write a link ``<split>/<label>/<name>`` for each remaining image. Return the number of links.

    Links are relative, so that both folders can be moved together. Names that are taken get a number.

    Raises
    ------
    OutputError
        An image is not a local file, or the file system does not support links.
    """
    check_new_folder(folder)
    names = FreeNames(folder)
    staying = [(image, _file_of(image)) for image in corrected.staying]
    here = Path(os.path.realpath(folder))
    try:
        for number, (image, file) in enumerate(staying, start=1):
            wanted = PurePosixPath(image.split, image.label, PurePosixPath(image.path).name)
            link = here / names.take(wanted.as_posix())
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(file, link.parent))
            track(number, len(staying))
    except OSError as error:
        raise OutputError(
            f"can't write links to {printable(str(folder))}: {error.strerror}. Where the system allows no links, write "
            "--to csv=corrected.csv"
        ) from error
    return len(staying)


def _file_of(image: CorrectedLabel) -> Path:
    """Return the file of an image, in a folder without links."""
    if image.file is None:
        raise OutputError(f"{printable(image.path)} is no local file, so no link can lead to it.")
    return Path(os.path.realpath(image.file.parent)) / image.file.name
