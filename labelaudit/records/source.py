"""Where the images of a data set come from."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from labelaudit.errors import DatasetError
from labelaudit.names import printable


class Place(NamedTuple):
    """Where a label is written: a file, and a line or row in it from 1 on; 0 where the file has none."""

    file: Path
    line: int = 0


class Move(NamedTuple):
    """A label that is changed by moving a file: both paths are relative to the data set, POSIX."""

    path: str
    target: str


class Rewrite(NamedTuple):
    """A label that is changed in a table.

    Attributes
    ----------
    file
        The table.
    row
        Which row of data it is, from 0 on, in the order of the file.
    column
        The name of the column that holds labels.
    label
        The new label.
    """

    file: Path
    row: int
    column: str
    label: str


class Source(ABC):
    """Opens the images of a data set by the paths under which it lists them.

    A source of another package has to say how an image is opened; everything else has a default.

    Parameters
    ----------
    shown
        Where the data set is, for messages.
    folder
        The local folder that is the data set, if there is one: paths are relative to it, and nothing is written there.

    Attributes
    ----------
    only_images
        Whether everything that is listed claims to be an image, as in a table; a folder may hold other files as well.
    has_images
        Whether there are images to open; without them, the data set provides features.
    """

    only_images = False
    has_images = True

    def __init__(self, shown: str, folder: Path | None = None) -> None:
        self.shown = shown
        self.folder = folder

    @abstractmethod
    def open(self, path: str) -> bytes:
        """Return the bytes of an image; called from several threads at once.

        Raises
        ------
        OSError
            It cannot be read; its ``strerror`` is shown as the reason.
        UnreadableImage
            It cannot be read, with the reason.
        """

    def expect(self, paths: Sequence[str]) -> None:  # noqa: B027  most sources have nothing to prepare
        """Prepare for these images, which the calling thread opens next."""

    def order(self, paths: Sequence[str]) -> Sequence[int]:
        """Return the rows of these images in the order in which they are best opened."""
        return range(len(paths))

    def size(self, path: str) -> int:
        """Return the number of bytes of an image if that is known before it is opened, else 0."""
        return 0

    def file_of(self, path: str) -> Path | None:
        """Return the local file that holds an image; None if it is elsewhere."""
        return None

    def written_at(self, path: str) -> Place | None:
        """Return where the label of an image is written; None if it is the file of the image itself."""
        return None

    def validator(self, path: str) -> str:
        """Return a text that changes with every change of an image, as a store of objects gives it, such as an ETag.

        An image that was read under the same text before is not read again. Empty text, the default, is for sources of
        which only the bytes tell whether an image has changed.
        """
        return ""

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest that changes if one of these images may have changed; empty if that cannot be told."""
        return ""

    def relabel(self, path: str, label: str) -> Move | Rewrite:
        """Return what has to be done to give an image another label; nothing is changed.

        Raises
        ------
        DatasetError
            Labels cannot be changed in this source.
        """
        raise DatasetError(
            f"labels cannot be changed in {printable(self.shown)}: it is only read. Change the label of "
            f"{printable(path)} to '{printable(label)}' where the data set is made."
        )
