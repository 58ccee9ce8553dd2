"""What the modes of soft labels give to train on; for benchmarks/downstream.py and benchmarks/network.py."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Targets(NamedTuple):
    """Rows of probabilities, (N, K), and how much each image counts, (N,)."""

    soft: Matrix
    weights: Matrix
