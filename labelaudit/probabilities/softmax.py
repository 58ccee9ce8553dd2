"""The softmax function."""

import numpy as np

from labelaudit.probabilities.axes import Doubles


def softmax(logarithms: Doubles) -> Doubles:
    """Return probabilities, (M, N), whose columns sum to 1; overwrites the logarithms.

    Classes are rows, because sums over few long rows are much faster than sums along many short ones.
    """
    logarithms -= logarithms.max(axis=0)
    np.exp(logarithms, out=logarithms)
    logarithms /= logarithms.sum(axis=0)
    return logarithms
