"""A source of our own: a folder of numbered images, and a text file that gives each a label."""

from pathlib import Path

from labelaudit.records import Dataset, Source
from labelaudit.settings import Settings
from labelaudit.sources import dataset_of, source

TABLE = "filed.txt"


class Filed(Source):
    """Images by their numbers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), folder)

    def open(self, path: str) -> bytes:
        return Path(self.shown, f"{path}.png").read_bytes()


def is_filed(data: str) -> bool:
    return Path(data, TABLE).is_file()


@source("filed", recognises=is_filed)
def read_filed(data: str, settings: Settings) -> Dataset:
    """Read lines such as ``17 circle``."""
    rows = [line.split() for line in Path(data, TABLE).read_text(encoding="utf-8").splitlines()]
    return dataset_of(Filed(Path(data)), [number for number, _ in rows], [label for _, label in rows])
