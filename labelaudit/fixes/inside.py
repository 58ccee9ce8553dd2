"""Checks that paths stay inside a folder."""

import os
from pathlib import Path, PurePosixPath, PureWindowsPath


def is_relative_path(path: str) -> bool:
    """Tell a path that leads down from a folder, on every system: relative, without ``..`` and not empty."""
    parts = PurePosixPath(path).parts
    drive = PureWindowsPath(path).drive if os.name == "nt" else ""
    backslash = os.name == "nt" and "\\" in path
    return bool(parts) and not (drive or backslash or "\0" in path or parts[0] == "/" or ".." in parts)


def leads_outside(root: Path, path: str) -> bool:
    """Tell that a path below *root* does not stay in it, by its parts or through a link to a folder.

    The last part may be a link: it is the link that is moved, not what it leads to.
    """
    if not is_relative_path(path):
        return True
    parent = os.path.realpath((root / path).parent)
    return not Path(parent).is_relative_to(os.path.realpath(root))
