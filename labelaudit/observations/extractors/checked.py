"""Check the features of the user's own network before and while it is used."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import ModelError
from labelaudit.observations.extractors import Extract


def checked(run: Extract, size: int, where: str, advice: str) -> Extract:
    """Return a function that extracts features and raises an error if they cannot be used.

    Parameters
    ----------
    run
        The network.
    size
        Edge of its images in pixels.
    where
        Its name, for messages.
    advice
        What to do if its features are of no use.

    Raises
    ------
    ModelError
        Its features are the same for two different images, or are not finite.
    """

    def extract(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        found = run(pictures)
        if not np.isfinite(found).all():
            raise ModelError(f"{where} gives features that are NaN or infinite. {advice}")
        return found

    ramp = np.linspace(0, 255, size).astype(np.uint8)
    pictures = np.stack([np.tile(ramp[:, None, None], (1, size, 3)), np.full((size, size, 3), 128, np.uint8)])
    first, second = (extract(picture[None])[0] for picture in pictures)
    if np.array_equal(first, second):
        raise ModelError(f"{where} gives the same features for different images. {advice}")
    return extract
