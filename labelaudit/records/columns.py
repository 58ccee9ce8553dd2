"""Arrays as columns of a record."""

import numpy as np
from numpy.typing import NDArray


def frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return *array* after taking away its write permission."""
    array.setflags(write=False)
    return array
