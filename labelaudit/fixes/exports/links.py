"""A tree of symbolic links: the data set with its corrected labels, without a copy of any image."""

import os
from pathlib import Path, PurePosixPath

from labelaudit.errors import OutputError
from labelaudit.fixes.free_names import FreeNames
from labelaudit.names import printable
from labelaudit.records import CorrectedLabels, Track, silently


def check_new_folder(folder: Path) -> None:
    """Make sure that a folder does not exist yet, or is empty, and can be made.

    Raises
    ------
    OutputError
        It is not so.
    """
    shown = printable(str(folder))
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if os.path.lexists(folder):
        raise OutputError(f"{shown} exists and is no empty folder. Name a new one.")
    if not folder.parent.is_dir():
        raise OutputError(f"can't make {shown}: there is no folder {printable(str(folder.parent))}. Make it first.")


def link_tree(corrected: CorrectedLabels, folder: Path, track: Track = silently) -> int:
    """Write ``<split>/<label>/<name>`` for each image that stays: a link to it. Return how many there are.

    Links are relative, so that both folders can be moved together. Names that are taken get a number.

    Raises
    ------
    OutputError
        The images are no local files, or links can't be made here.
    """
    check_new_folder(folder)
    if corrected.folder is None:
        raise OutputError("the images are no files in a local folder, so no link can lead to them.")
    names = FreeNames(folder)
    staying = corrected.staying
    base, here = os.path.realpath(corrected.folder), os.path.realpath(folder)
    try:
        for number, image in enumerate(staying, start=1):
            wanted = PurePosixPath(image.split, image.label, PurePosixPath(image.path).name)
            link = Path(here, names.take(wanted.as_posix()))
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(os.path.join(base, image.path), link.parent))  # noqa: PTH118  any bytes
            track(number, len(staying))
    except OSError as error:
        raise OutputError(
            f"can't write links to {printable(str(folder))}: {error.strerror}. Where the system allows no links, write "
            "--to csv=corrected.csv"
        ) from error
    return len(staying)
