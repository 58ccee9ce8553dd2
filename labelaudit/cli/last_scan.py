"""The data set of the last scan in a working folder, which ``smooth`` uses by default.

It is stored in the user's cache folder, never in the working folder or in the data.
"""

import os
from pathlib import Path
from typing import NamedTuple

from labelaudit.cli.files import write
from labelaudit.errors import LabelauditError, OutputError
from labelaudit.names import address_of, without_secrets


class LastScan(NamedTuple):
    """Which data set was scanned, and the settings that its labels were judged with."""

    data: Path
    splits: tuple[str, ...]
    follow_links: bool
    layout: str = "auto"
    quality: str = "standard"
    seed: int = 0
    group_by: str = ""
    features: str | None = None
    device: str = "cpu"
    source: str = ""
    root: str = ""
    columns: str = ""


def remember(scan: LastScan) -> None:
    """Store what was scanned in this working folder; an unwritable cache folder is not an error.

    An address with a password or a signature is not stored, and the scan before it is forgotten.
    """
    import json

    try:
        place = _place()
        if Path(os.path.realpath(place)).is_relative_to(os.path.realpath(scan.data)):
            return  # nothing is written inside the data
        data = address_of(str(scan.data)) or str(scan.data.resolve())
        root = address_of(scan.root) or (str(Path(scan.root).resolve()) if scan.root else "")
        if any(without_secrets(each) != each for each in (data, root)):
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        write(place, json.dumps({**scan._asdict(), "data": data, "root": root}))
    except (OSError, OutputError):
        return


def recall() -> LastScan:
    """Return the last scan made in this working folder.

    Raises
    ------
    LabelauditError
        There is none.
    """
    import json

    try:
        kept = json.loads(_place().read_text(encoding="utf-8"))
        names = ("layout", "quality", "group_by", "device", "source", "root", "columns")
        others = {name: str(kept[name]) for name in names if name in kept}
        others |= {"features": str(kept["features"])} if kept.get("features") else {}
        seed = int(kept.get("seed", 0))
        return LastScan(Path(kept["data"]), tuple(kept["splits"]), bool(kept["follow_links"]), seed=seed, **others)
    except (OSError, ValueError, KeyError, TypeError):
        raise LabelauditError(
            "no data set was named, and no scan was made in this folder yet. "
            "Type: labelaudit smooth DATA --eps 0.1 --out labels.csv"
        ) from None


def _place() -> Path:
    """Return the file for this working folder.

    Raises
    ------
    OSError
        The user has no home folder, or the working folder was removed.
    """
    import hashlib

    from labelaudit.cache import user_folder

    folder = user_folder()
    if folder is None:
        raise FileNotFoundError("no home folder")
    here = hashlib.sha256(str(Path.cwd()).encode("utf-8", "surrogateescape")).hexdigest()
    return folder / "last-scan" / f"{here[:32]}.json"
