"""The user's own network: an ONNX file, run by OpenVINO.

Layout and size of the input are read from the file, unless its height and width are dynamic. Outputs that are feature
maps or tokens are averaged over their positions.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from labelaudit.cache import NO_CACHE, Cache, digest_of, versions_of
from labelaudit.errors import LabelauditError, ModelError
from labelaudit.names import printable
from labelaudit.observations.extractors import Extract
from labelaudit.observations.extractors.checked import checked
from labelaudit.observations.extractors.devices import PROCESSOR, Device
from labelaudit.observations.extractors.openvino_import import import_openvino
from labelaudit.observations.extractors.running import compile_network, runner
from labelaudit.settings import OnnxInput
from labelaudit.user_arrays import check_readable

SMALLEST = 192
"""Minimum edge of the decoded images in pixels: duplicates are found in the same images, and need the detail."""

LARGEST = 1024
"""Maximum edge of a network's input in pixels: a batch of four decoded images of this size takes 12 MB per thread."""

BATCH = 4
"""Batch size if the file allows any; larger batches need more memory and are not faster on a CPU."""

NORMALISATION = "Compare --onnx-mean and --onnx-std with the normalisation that the network was trained with."

NEEDS_SIZE = "Give the size that it was trained with: --onnx-size 224"


class OnnxFile:
    """A network in an ONNX file.

    Parameters
    ----------
    path
        The file.
    given
        The user's settings for its input and output.
    device
        Where it runs.

    Raises
    ------
    ModelError
        The file is damaged, or is not a network from an image to a vector.
    """

    def __init__(self, path: Path, given: OnnxInput, device: Device = PROCESSOR) -> None:
        self._path, self._given, self._device = path, given, device
        self._where = printable(str(path))
        network = self._read()
        height, width = self._input(network)
        self.size = max(SMALLEST, -(-max(height, width) // 16) * 16)
        self._digest = _digest_of(path, network)
        output = self._converted(lambda: self._prepared(self.batch)).output(0).partial_shape
        if output.is_dynamic or len(output) != 2 or output[0].get_length() != self.batch:
            raise ModelError(f"{self._where}: its output has the shape {output}; expected one vector per image.")
        self.blocks: tuple[int, ...] = (output[1].get_length(),)

    @property
    def identity(self) -> str:
        """Digest of the network, the settings of its input, the version of OpenVINO, and the graphics card if any."""
        return digest_of(self._digest, self._given, versions_of("openvino"), self._device.hardware)

    def start(self, jobs: int, cache: Cache = NO_CACHE) -> Extract:
        """Compile the network and check it on two images.

        Raises
        ------
        ModelError
            Its features are the same for different images, or are not finite.
        """
        shape = (self.batch, self.size, self.size, 3)
        network = self._converted(lambda: compile_network(self._prepared(self.batch), jobs, self._device))
        run = self._converted(lambda: runner(network, shape))
        return checked(run, self.size, self._where, NORMALISATION)

    def _read(self) -> Any:
        check_readable(self._path)
        reader = import_openvino().frontend.FrontEndManager().load_by_framework("onnx")  # other ways write to stderr
        return self._converted(lambda: reader.convert(reader.load(str(self._path))))

    def _converted(self, work: Any) -> Any:
        """Call OpenVINO, and convert its errors to ours."""
        try:
            return work()
        except LabelauditError:
            raise
        except Exception as error:  # OpenVINO's errors have no common base class
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            said = printable(lines[-1] if lines else "no reason given")[:300]
            raise ModelError(f"{self._where} is not an ONNX network that OpenVINO can run: {said}") from error

    def _input(self, network: Any) -> tuple[int, int]:
        """Return the height and width of the input, and store its layout.

        Raises
        ------
        ModelError
            There is not one input that is a batch of RGB images of a known size.
        """
        inputs = [f"{_name(each)} {each.partial_shape}" for each in network.inputs]
        expected = "expected one input, a batch of RGB images: (N, 3, height, width) or (N, height, width, 3)."
        if len(inputs) != 1:
            raise ModelError(f"{self._where} has {len(inputs)} inputs ({', '.join(inputs)}); {expected}")
        shape, kind = network.input(0).partial_shape, network.input(0).element_type.get_type_name()
        if shape.rank.is_dynamic or len(shape) != 4 or kind not in ("f32", "f16", "u8"):
            raise ModelError(f"{self._where} takes {inputs[0]} of {kind}; {expected}")
        edges = [0 if each.is_dynamic else each.get_length() for each in shape]
        self._layout = "NHWC" if edges[3] == 3 and edges[1] != 3 else "NCHW"
        channels, *size = (edges[3], *edges[1:3]) if self._layout == "NHWC" else edges[1:]
        if channels not in (0, 3):
            raise ModelError(f"{self._where} takes {inputs[0]}; {expected}")
        wanted = self._given.size
        if not wanted and not all(size):
            raise ModelError(f"{self._where} takes images of any size, {inputs[0]}. {NEEDS_SIZE}")
        if wanted and any(edge not in (0, wanted) for edge in size):
            raise ModelError(f"{self._where} takes images of {size[1]} x {size[0]} pixels, not of {wanted}.")
        self.batch = edges[0] or BATCH  # a network for single images may mix up the images of a larger batch
        self._bytes = kind == "u8"
        self._size = (wanted, wanted) if wanted else (size[0], size[1])
        if max(self._size) > LARGEST:
            raise ModelError(f"{self._where} takes images of {self._size} pixels; expected at most {LARGEST}.")
        return self._size

    def _prepared(self, batch: int) -> Any:
        """Return the network with pre- and postprocessing, from uint8 (B, size, size, 3) to float32 (B, D)."""
        runtime = import_openvino()
        network, (height, width) = self._read(), self._size
        network.reshape([batch, height, width, 3] if self._layout == "NHWC" else [batch, 3, height, width])
        network = runtime.Model([self._vectors(self._output(network))], network.get_parameters(), "network")
        steps = runtime.preprocess.PrePostProcessor(network)
        entering = steps.input()
        entering.tensor().set_element_type(runtime.Type.u8).set_layout(runtime.Layout("NHWC"))
        entering.tensor().set_shape([batch, self.size, self.size, 3])
        entering.model().set_layout(runtime.Layout(self._layout))
        floats = entering.preprocess().convert_element_type(runtime.Type.f32)
        if self._size != (self.size, self.size):
            floats = floats.resize(runtime.preprocess.ResizeAlgorithm.RESIZE_BILINEAR_PILLOW, height, width)
        if not self._bytes:
            mean, std = (np.resize(each, 3).astype(float) for each in (self._given.mean, self._given.std))
            floats.mean((255 * mean).tolist()).scale((255 * std).tolist())
        return steps.build()

    def _output(self, network: Any) -> Any:
        """Return the output that contains the features.

        Raises
        ------
        ModelError
            There are several and none is named, or none of that name.
        """
        names = [_name(each) for each in network.outputs]
        if self._given.output:
            if self._given.output not in names:
                raise ModelError(
                    f"{self._where} has no output '{printable(self._given.output)}'; it has {', '.join(names)}."
                )
            return network.outputs[names.index(self._given.output)]
        if len(names) != 1:
            raise ModelError(
                f"{self._where} has {len(names)} outputs: {', '.join(names)}. "
                f"Name the one that contains the features: --onnx-output {names[-1]}"
            )
        return network.output(0)

    def _vectors(self, output: Any) -> Any:
        """Return an output as one vector per image: maps and tokens are averaged over their positions."""
        ops = import_openvino().opset13
        source, shape = output.node.input_value(0), output.partial_shape
        if shape.rank.is_dynamic or not 2 <= len(shape) <= 4:
            raise ModelError(f"{self._where}: its output has the shape {shape}; expected a vector or a map per image.")
        floats = ops.convert(source, "f32")
        if len(shape) == 2:
            return ops.result(floats)
        return ops.result(ops.reduce_mean(floats, self._positions(shape), keep_dims=False))

    def _positions(self, shape: Any) -> list[int]:
        """Return the axes of positions: for maps the two axes of equal length, if any, else those of the input."""
        if len(shape) == 3:
            return [1]
        first_last = (shape[1] == shape[2], shape[2] == shape[3])
        if first_last == (True, False) or (first_last[0] == first_last[1] and self._layout == "NHWC"):
            return [1, 2]
        return [2, 3]


def _name(port: Any) -> str:
    return printable(min(port.names, default="unnamed"))


def _digest_of(path: Path, network: Any) -> str:
    """Return the digest of a network: of its file, and of the weights, which may be in a second file."""
    digest = hashlib.sha256(path.read_bytes())
    for node in network.get_ordered_ops():
        if node.get_type_name() == "Constant":
            digest.update(np.ascontiguousarray(node.data).data.cast("B") if node.data.size else b"")
    return digest.hexdigest()
