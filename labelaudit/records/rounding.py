"""Round probabilities to fractions that sum to exactly one."""

import numpy as np
from numpy.typing import NDArray


def to_parts(soft: NDArray[np.float64], parts: int) -> NDArray[np.int32]:
    """Round rows of probabilities to integer multiples of 1 / *parts* that sum to exactly 1.

    Largest remainder method (Hamilton's method): round down, then distribute the rest to the entries with the largest
    remainders; among equals, to the larger entry, then to the first. The largest entry stays the largest.

    Parameters
    ----------
    soft
        float64 (N, K), not negative, rows summing to 1.
    parts
        Number of parts of 1.

    Returns
    -------
    int32 (N, K)
    """
    scaled = soft * parts
    whole = np.floor(scaled).astype(np.int32)
    remainder = scaled - whole
    places = np.broadcast_to(np.arange(soft.shape[1]), soft.shape)
    order = np.lexsort((places, -soft, -remainder.round(6)), axis=1)
    missing = parts - whole.sum(axis=1, keepdims=True)  # (N, 1), from 0 to K - 1
    extra = (places < missing).astype(np.int32)
    np.put_along_axis(whole, order, np.take_along_axis(whole, order, axis=1) + extra, axis=1)
    return whole
