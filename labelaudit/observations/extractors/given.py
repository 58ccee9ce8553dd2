"""Features that the user computed, matched to the images by path.

The images are still decoded, because duplicates and poor images are found by their pixels.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import IN_MEMORY, Store, release
from labelaudit.errors import ModelError
from labelaudit.names import printable
from labelaudit.observations.extractors.nothing import Nothing
from labelaudit.records import Observations
from labelaudit.user_arrays import AT_ONCE, check_features, names_in, read_npz, rows_of


class Given(Nothing):
    """Extracts nothing from the images: the features of each image are looked up by its path.

    Parameters
    ----------
    paths
        n paths.
    features
        Their features, (n, D).
    widths
        Widths of the parts of the features, which sum to D.
    where
        Where they are from, for messages.
    """

    def __init__(
        self, paths: Sequence[str], features: NDArray[np.float32], widths: Sequence[int], where: str = "the features"
    ) -> None:
        self._paths, self._features, self._widths, self._where = paths, features, tuple(widths), where

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read an npz file.

        Parameters
        ----------
        path
            It has ``paths``, n strings, and ``features``, (n, D), which may have any name if it is the only array of
            this shape. ``blocks``, optional, contains the widths of the parts of the features.

        Raises
        ------
        ModelError
            The file cannot be used.
        """
        where = printable(str(path))
        arrays = read_npz(path)
        others = sorted(set(arrays) - {"paths", "blocks"})
        name = "features" if "features" in arrays else others[0] if len(others) == 1 else ""
        if "paths" not in arrays or not name:
            found = ", ".join(map(printable, sorted(arrays))) or "nothing"
            raise ModelError(f"{where}: expected the arrays 'paths' and 'features', found {found}.")
        paths = names_in(arrays["paths"], "paths", where)
        features = check_features(arrays[name], paths, where, printable(name))
        width = features.shape[1]
        widths = list(map(int, arrays["blocks"].ravel())) if "blocks" in arrays else [width]
        if sum(widths) != width or min(widths) < 1:
            raise ModelError(f"{where}: 'blocks' must be positive and sum to the length of a vector, {width}.")
        return cls(paths, features, widths, where)

    def check(self, paths: Sequence[str]) -> None:
        """Check, before the images are read, that the file belongs to this data set.

        Raises
        ------
        ModelError
            No path matches.
        """
        if not set(paths) & {path.replace("\\", "/").removeprefix("./") for path in self._paths}:
            rows_of(paths, self._paths, self._where)

    def added_to(self, observed: Observations, paths: Sequence[str], store: Store = IN_MEMORY) -> Observations:
        """Return observations with the features of the N images at *paths*, which are kept in *store*.

        Raises
        ------
        ModelError
            An image is missing.
        """
        rows = rows_of(paths, self._paths, self._where)
        features = self._features
        if not np.array_equal(rows, np.arange(len(features))):
            features = store.empty((len(rows), features.shape[1]), np.float32)
            for start in range(0, len(rows), AT_ONCE):
                features[start : start + AT_ONCE] = self._features[rows[start : start + AT_ONCE]]
                release(features, self._features)
        return replace(observed, identity="", features=features, blocks=self._widths)
