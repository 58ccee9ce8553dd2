"""Features that the user computed, read from an npz file and matched to the images by path.

The images are still decoded, because duplicates and poor images are found by their pixels.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import ModelError
from labelaudit.names import printable
from labelaudit.observations.extractors.nothing import Nothing
from labelaudit.records import Observations
from labelaudit.user_arrays import SHOWN, names_in, read_npz, rows_of


class Given(Nothing):
    """Extracts nothing from the images: the features of each image are looked up by its path.

    Parameters
    ----------
    path
        An npz file with ``paths``, n strings, and ``features``, (n, D), which may have any name if it is the only array
        of this shape. ``blocks``, optional, contains the widths of the parts of the features, which sum to D.

    Raises
    ------
    ModelError
        The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._where = printable(str(path))
        arrays = read_npz(path)
        others = sorted(set(arrays) - {"paths", "blocks"})
        name = "features" if "features" in arrays else others[0] if len(others) == 1 else ""
        if "paths" not in arrays or not name:
            found = ", ".join(map(printable, sorted(arrays))) or "nothing"
            raise ModelError(f"{self._where}: expected the arrays 'paths' and 'features', found {found}.")
        self._paths = names_in(arrays["paths"], "paths", self._where)
        self._features = self._checked(arrays[name], printable(name))
        width = self._features.shape[1]
        self._widths = tuple(map(int, arrays["blocks"].ravel())) if "blocks" in arrays else (width,)
        if sum(self._widths) != width or min(self._widths) < 1:
            raise ModelError(f"{self._where}: 'blocks' must be positive and sum to the length of a vector, {width}.")

    def check(self, paths: Sequence[str]) -> None:
        """Check, before the images are read, that the file belongs to this data set.

        Raises
        ------
        ModelError
            No path matches.
        """
        if not set(paths) & {path.replace("\\", "/").removeprefix("./") for path in self._paths}:
            rows_of(paths, self._paths, self._where)

    def added_to(self, observed: Observations, paths: Sequence[str]) -> Observations:
        """Return observations with the features of the N images at *paths*.

        Raises
        ------
        ModelError
            An image is missing.
        """
        features = self._features[rows_of(paths, self._paths, self._where)]
        return replace(observed, features=features, blocks=self._widths)

    def _checked(self, values: NDArray[np.generic], name: str) -> NDArray[np.float32]:
        if values.ndim != 2 or not values.shape[1] or values.dtype.kind not in "fiu":
            raise ModelError(
                f"{self._where}: '{name}' is an array of {values.dtype} with shape {values.shape}; "
                "expected a vector of numbers per image, (N, D)."
            )
        if len(values) != len(self._paths):
            raise ModelError(
                f"{self._where}: '{name}' has {len(values):,} rows and 'paths' {len(self._paths):,}; expected as many."
            )
        with np.errstate(over="ignore"):
            features = values.astype(np.float32)
        bad = np.flatnonzero(~np.isfinite(features).all(axis=1))
        if len(bad):
            examples = ", ".join(printable(self._paths[row]) for row in bad[:SHOWN])
            raise ModelError(f"{self._where}: {len(bad):,} vectors contain NaN or infinite values: {examples}.")
        return features
