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
from labelaudit.names import printable
from labelaudit.observations.extractors.feature_files import FeatureFile, check_together, matching
from labelaudit.observations.extractors.nothing import Nothing
from labelaudit.records import Observations
from labelaudit.user_arrays import AT_ONCE, rows_of


class Given(Nothing):
    """Extracts nothing from the images: the features of each image are looked up by its path.

    Parameters
    ----------
    paths
        n paths.
    parts
        Their features in one or several arrays, each (·, D), with n rows in all.
    widths
        Widths of the parts of a vector, which sum to D.
    where
        Where they are from, for messages.
    """

    def __init__(
        self,
        paths: Sequence[str],
        parts: Sequence[NDArray[np.float32]],
        widths: Sequence[int],
        where: str = "the features",
    ) -> None:
        self._paths, self._parts, self._widths, self._where = paths, parts, tuple(widths), where

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read an npz file, or several whose names match a pattern such as ``part-*.npz``.

        Parameters
        ----------
        path
            The file has ``paths``, n strings, and ``features``, (n, D), which may have any name if it is the only array
            of this shape. ``blocks``, optional, contains the widths of the parts of a vector; ``shard``, optional, the
            number of this file and of all files.

        Raises
        ------
        ModelError
            A file cannot be used, or the files do not belong together.
        """
        files = matching(path)
        read = [FeatureFile.read(each) for each in files]
        if len(read) > 1:
            check_together(read, printable(str(path)))
        paths = [each for file in read for each in file.paths]
        return cls(paths, [file.features for file in read], read[0].widths, printable(str(path)))

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
        features = self._parts[0]
        if not np.array_equal(rows, np.arange(len(features))):
            features = store.empty((len(rows), features.shape[1]), np.float32)
            first = 0
            for part in self._parts:
                here = np.flatnonzero((first <= rows) & (rows < first + len(part)))
                for start in range(0, len(here), AT_ONCE):
                    taken = here[start : start + AT_ONCE]
                    features[taken] = part[rows[taken] - first]
                    release(features, part)
                first += len(part)
        return replace(observed, identity="", features=features, blocks=self._widths)
