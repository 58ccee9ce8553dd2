"""Convolutions in 8-bit integers, without any data to calibrate them on.

Where the range of every value is known beforehand, no data set is needed to choose the steps: ReLU6 leaves 0 to 6, and
batch normalisation says how far a linear output spreads. Integer sums are exact, so the same image gives the same
features whatever stands beside it in a batch, and very nearly so on any processor.

Method: the affine quantisation of Jacob et al. (2018), "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", section 2, symmetric and per output channel for the weights.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

RELU6 = (0.0, 6.0)

DEVIATIONS = 5.0
"""How many standard deviations of a linear output keep their value; beyond is cut off."""

Kernel = NDArray[np.floating[Any]]
Range = tuple[float, float]


class Spread(NamedTuple):
    """How a linear output is distributed: mean and variance of each channel, from its batch normalisation."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]

    def plus(self, other: "Spread") -> "Spread":
        """Return the distribution of the sum, as a residual connection makes it."""
        return Spread(self.mean + other.mean, self.variance + other.variance)

    @property
    def range(self) -> Range:
        """What the integers -128 to 127 stand for."""
        top = float((np.abs(self.mean) + DEVIATIONS * np.sqrt(self.variance)).max())
        return (-top * 128 / 127, top)


def quantised(ops: Any, x: Any, low: float, high: float) -> Any:
    """Return the values of *x* in 256 steps from *low* to *high*."""
    ends = np.float32(low), np.float32(high)
    return ops.fake_quantize(x, *ends, *ends, 256)


def kernel_of(ops: Any, kernel: Kernel) -> Any:
    """Return a kernel (out, in, height, width) as the operation takes it: a depthwise one as (groups, out, in, ...)."""
    return ops.constant(np.ascontiguousarray(kernel[:, None]) if kernel.shape[1] == 1 else kernel)


def quantised_kernel(ops: Any, kernel: Kernel) -> Any:
    """Return a kernel (out, in, height, width) in 255 steps for each output channel, as the operation takes it."""
    limit = np.maximum(largest_weight(kernel), 1e-8).astype(np.float32).reshape(-1, 1, 1, 1)
    limit = limit[:, None] if kernel.shape[1] == 1 else limit
    return ops.fake_quantize(kernel_of(ops, kernel), -limit, limit, -limit, limit, 255)


def largest_weight(kernel: Kernel) -> Kernel:
    """Return for each output channel the weight that becomes 127, (out,).

    Processors without integer dot products add the products of two neighbouring input channels in 16 bits, which
    overflows for large weights of one sign. The steps are chosen so that no such pair can: then every processor
    gets the same sums. Depthwise kernels are added up in 32 bits and need no such care.
    """
    if kernel.shape[1] == 1:
        depthwise: Kernel = np.abs(kernel).max(axis=(1, 2, 3))
        return depthwise
    if kernel.shape[1] % 2:
        kernel = np.concatenate([kernel, np.zeros_like(kernel[:, :1])], axis=1)
    pairs = [
        (np.maximum(signed[:, ::2], 0) + np.maximum(signed[:, 1::2], 0)).max(axis=(1, 2, 3))
        for signed in (kernel, -kernel)
    ]
    largest: Kernel = np.maximum(*pairs)
    return largest
