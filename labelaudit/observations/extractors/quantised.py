"""Convolutions in 8-bit integers, without calibration data.

The range of every value is known in advance, so that no data set is needed to choose the quantization steps: that of
ReLU6 is 0 to 6, and that of a linear output follows from its batch normalization. Integer sums are exact, so that the
features of an image do not depend on the other images in its batch, and hardly on the processor.

Method: the affine quantisation of Jacob et al. (2018), "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", section 2, symmetric and per output channel for the weights.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

RELU6 = (0.0, 6.0)

DEVIATIONS = 5.0
"""Range of a linear output in standard deviations; values beyond it are clipped."""

Kernel = NDArray[np.floating[Any]]
Range = tuple[float, float]


class Spread(NamedTuple):
    """Distribution of a linear output: mean and variance of each channel, from its batch normalization."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]

    def plus(self, other: "Spread") -> "Spread":
        """Return the distribution of the sum of two outputs, as in a residual connection."""
        return Spread(self.mean + other.mean, self.variance + other.variance)

    @property
    def range(self) -> Range:
        """The values that the integers -128 and 127 represent."""
        top = float((np.abs(self.mean) + DEVIATIONS * np.sqrt(self.variance)).max())
        return (-top * 128 / 127, top)


def quantised(ops: Any, x: Any, low: float, high: float) -> Any:
    """Quantize *x* in 256 steps from *low* to *high*."""
    ends = np.float32(low), np.float32(high)
    return ops.fake_quantize(x, *ends, *ends, 256)


def kernel_of(ops: Any, kernel: Kernel) -> Any:
    """Return a kernel (out, in, height, width) for the operation: a depthwise one as (groups, out, in, ...)."""
    return ops.constant(np.ascontiguousarray(kernel[:, None]) if kernel.shape[1] == 1 else kernel)


def quantised_kernel(ops: Any, kernel: Kernel) -> Any:
    """Quantize a kernel (out, in, height, width) in 255 steps for each output channel."""
    limit = np.maximum(largest_weight(kernel), 1e-8).astype(np.float32).reshape(-1, 1, 1, 1)
    limit = limit[:, None] if kernel.shape[1] == 1 else limit
    return ops.fake_quantize(kernel_of(ops, kernel), -limit, limit, -limit, limit, 255)


def largest_weight(kernel: Kernel) -> Kernel:
    """Return the weight that becomes 127 for each output channel, (out,).

    Processors without integer dot products add the products of two adjacent input channels in 16 bits, which overflows
    for large weights of the same sign. The steps are chosen so that this cannot happen, so that every processor
    computes the same sums. Depthwise kernels are summed in 32 bits and do not need this.
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
