"""Observations of a data set that provides features and no images."""

import hashlib

import numpy as np

from labelaudit.records import STATISTICS, Dataset, Observations, Statistics


def without_images(dataset: Dataset) -> Observations:
    """Return the observations of N images of which only the features are known.

    An image is identified by its features: the digest is that of the vector, and equal vectors count as the same
    picture, so that they are held out together.
    """
    features = np.empty((len(dataset), 0), np.float32) if dataset.features is None else dataset.features
    digests = tuple(hashlib.sha256(vector.tobytes()).hexdigest() for vector in features)
    nothing = (len(dataset), 0)
    return Observations(
        rows=np.arange(len(dataset)),
        digests=digests,
        pictures=digests,
        features=features,
        blocks=features.shape[1:],
        thumbnails=np.empty(nothing, np.uint8),
        greys=np.empty((*nothing, 0), np.uint8),
        sizes=np.zeros((len(dataset), 2), np.int32),
        formats=("",) * len(dataset),
        statistics=Statistics.of(np.zeros((len(dataset), STATISTICS), np.float32)),
        skipped=(),
        others=(),
    )
