"""Features as an npz file, which ``--features npz:FILE`` reads."""

import numpy as np

from labelaudit.records import Dataset, Observations
from labelaudit.reports.npz import npz


def embeddings_npz(dataset: Dataset, observed: Observations, shard: tuple[int, int] | None = None) -> bytes:
    """Return the arrays ``paths`` (N,), ``features`` (N, D), ``blocks``, ``labels`` (N,) and ``classes`` (K,).

    Parameters
    ----------
    dataset
        The N readable images.
    observed
        What was measured of them.
    shard
        The number of the file and of all files, for the array ``shard``, if the images are a part of a data set.
    """
    classes = np.array(dataset.classes, dtype=np.str_)
    divided = {} if shard is None else {"shard": np.array(shard, dtype=np.int64)}
    return npz(
        {
            "paths": np.array(dataset.paths, dtype=np.str_),
            "features": np.asarray(observed.features),
            "blocks": np.array(observed.blocks, dtype=np.int64),
            "labels": classes[dataset.labels],
            "classes": classes,
            **divided,
        }
    )
