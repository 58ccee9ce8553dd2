"""Where the images lie to each other, which no label has a say in: their principal axes, and the nearest of each."""

from dataclasses import dataclass

from labelaudit.parallel import one_thread_each
from labelaudit.probabilities.axes import Axes, Floats, principal_axes
from labelaudit.probabilities.neighbours import Neighbours, likeness, nearest
from labelaudit.records import Observations


@dataclass(frozen=True, eq=False, slots=True)
class Embedding:
    """N images on their principal axes, and the nearest others of each.

    Attributes
    ----------
    axes
        The principal axes.
    neighbours
        The k nearest others of each image.
    likeness
        float32 (N, k): how alike an image and each of these are on more axes, cosine, -1 to 1.
    """

    axes: Axes
    neighbours: Neighbours
    likeness: Floats


def embed(observed: Observations, *, jobs: int = 1) -> Embedding:
    """Turn the features of N images to their principal axes and look up the nearest of each.

    Parameters
    ----------
    observed
        Features (N, D).
    jobs
        Threads; they change nothing of the result.
    """
    with one_thread_each():
        axes = principal_axes(observed.features, observed.blocks, jobs=jobs)
        neighbours = nearest(axes, jobs=jobs)
        return Embedding(axes, neighbours, likeness(axes, neighbours, jobs=jobs))
