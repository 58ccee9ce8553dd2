"""Where the images lie to each other, which no label has a say in: their principal axes, and the nearest of each."""

from dataclasses import dataclass

from labelaudit.parallel import one_thread_each
from labelaudit.probabilities.axes import Axes, principal_axes
from labelaudit.probabilities.neighbours import Neighbours, nearest
from labelaudit.records import Observations


@dataclass(frozen=True, eq=False, slots=True)
class Embedding:
    """N images on their principal axes, and the nearest others of each."""

    axes: Axes
    neighbours: Neighbours


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
        return Embedding(axes, nearest(axes, jobs=jobs))
