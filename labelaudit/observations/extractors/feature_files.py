"""npz files of features, and whether several of them belong together."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import ModelError
from labelaudit.names import printable
from labelaudit.user_arrays import check_features, names_in, read_npz

OPTIONAL = frozenset({"blocks", "shard"})


class FeatureFile(NamedTuple):
    """What an npz file of features holds.

    Attributes
    ----------
    where
        The file, for messages.
    paths
        n paths.
    features
        Their features, float32 (n, D).
    widths
        Widths of the parts of a vector, which sum to D.
    shard
        The number of this file, from 1, and how many there are; (1, 1) if the file does not say.
    """

    where: str
    paths: list[str]
    features: NDArray[np.float32]
    widths: tuple[int, ...]
    shard: tuple[int, int]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises
        ------
        ModelError
            It cannot be used.
        """
        where = printable(str(path))
        arrays = read_npz(path)
        others = sorted(set(arrays) - {"paths"} - OPTIONAL)
        name = "features" if "features" in arrays else others[0] if len(others) == 1 else ""
        if "paths" not in arrays or not name:
            found = ", ".join(map(printable, sorted(arrays))) or "nothing"
            raise ModelError(f"{where}: expected the arrays 'paths' and 'features', found {found}.")
        paths = names_in(arrays["paths"], "paths", where)
        features = check_features(arrays[name], paths, where, printable(name))
        width = features.shape[1]
        widths = tuple(map(int, arrays["blocks"].ravel())) if "blocks" in arrays else (width,)
        if sum(widths) != width or min(widths) < 1:
            raise ModelError(f"{where}: 'blocks' must be positive and sum to the length of a vector, {width}.")
        return cls(where, paths, features, widths, _shard(arrays.get("shard"), where))


def matching(path: Path) -> list[Path]:
    """Return the files whose names match the last part of a path, sorted by name; the path itself if it is a file.

    Raises
    ------
    ModelError
        No file matches the pattern.
    """
    if path.exists() or not set("*?[") & set(path.name):
        return [path]
    found = sorted(each for each in path.parent.glob(path.name) if each.is_file())
    if not found:
        folder = printable(str(path.parent))
        raise ModelError(f"no file in {folder} matches '{printable(path.name)}'; expected files written by embed.")
    return found


def check_together(files: Sequence[FeatureFile], pattern: str) -> None:
    """Check that several files hold features of the same kind, each image once, and that no part is missing.

    Raises
    ------
    ModelError
        They do not.
    """
    first, seen = files[0], dict[str, str]()
    for file in files:
        if file.widths != first.widths:
            raise ModelError(
                f"{file.where} holds vectors of {sum(file.widths)} features in {len(file.widths)} blocks, and "
                f"{first.where} of {sum(first.widths)} in {len(first.widths)}; expected files by the same model."
            )
        if file.shard[1] != first.shard[1]:
            raise ModelError(
                f"{file.where} is one of {file.shard[1]} parts, and {first.where} one of {first.shard[1]}; "
                "expected the parts of one division."
            )
        for path in file.paths:
            if path in seen:
                raise ModelError(
                    f"'{printable(path)}' is in {seen[path]} and in {file.where}; expected each image in one file."
                )
            seen[path] = file.where
    missing = sorted(set(range(1, first.shard[1] + 1)) - {file.shard[0] for file in files})
    if missing:
        numbers = ", ".join(f"{number}/{first.shard[1]}" for number in missing)
        raise ModelError(f"{pattern}: parts are missing; write them with embed --shard {numbers}.")


def _shard(array: NDArray[np.generic] | None, where: str) -> tuple[int, int]:
    if array is None:
        return 1, 1
    if array.shape != (2,) or array.dtype.kind not in "iu" or not 1 <= int(array[0]) <= int(array[1]):
        raise ModelError(f"{where}: 'shard' must be the number of this file, from 1, and the number of all files.")
    return int(array[0]), int(array[1])
