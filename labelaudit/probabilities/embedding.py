"""The embedding of the images, independent of labels: principal axes, and the nearest neighbors of each image."""

from dataclasses import dataclass

from labelaudit.cache import IN_MEMORY, Store
from labelaudit.engine import one_thread_each
from labelaudit.probabilities.axes import Axes, Floats, principal_axes
from labelaudit.probabilities.neighbours import Neighbours, likeness, nearest
from labelaudit.records import Observations


@dataclass(frozen=True, eq=False, slots=True)
class Embedding:
    """N images on their principal axes, and their nearest neighbors.

    Attributes
    ----------
    axes
        The principal axes.
    neighbours
        The k nearest neighbors of each image.
    likeness
        float32 (N, k): cosine similarity of an image and each of its neighbors on more axes, -1 to 1.
    """

    axes: Axes
    neighbours: Neighbours
    likeness: Floats


def embed(observed: Observations, store: Store = IN_MEMORY, *, jobs: int = 1) -> Embedding:
    """Project the features of N images onto their principal axes and find the nearest neighbors of each.

    Parameters
    ----------
    observed
        Features (N, D).
    store
        Where large arrays are kept.
    jobs
        Number of threads; the result does not depend on it.
    """
    with one_thread_each():
        axes = principal_axes(observed.features, observed.blocks, store, jobs=jobs)
        neighbours = nearest(axes, jobs=jobs)
        return Embedding(axes, neighbours, likeness(axes, neighbours, jobs=jobs))
