"""Small ONNX files with random weights, written by the onnx package."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH = 16


def write_network(
    path: Path,
    *,
    shape: tuple[int | str, ...] = ("batch", 3, 64, 64),
    kind: int = TensorProto.FLOAT,
    outputs: tuple[str, ...] = ("map",),
    inputs: tuple[str, ...] = ("images",),
    scale: float = 0.1,
    external: bool = False,
) -> Path:
    """Write one convolution; outputs: ``map``, its mean over the positions (``vector``), the positions (``tokens``)."""
    channels = 3 if 3 in shape else shape[1]
    weights = np.random.default_rng(0).normal(size=(WIDTH, channels, 8, 8)).astype(np.float32) * np.float32(scale)
    nodes: list[Any] = []
    source = inputs[0]
    for further in inputs[1:]:  # an input that is not used is not there for every version of OpenVINO
        nodes.append(helper.make_node("Add", [source, further], [f"with_{further}"]))
        source = f"with_{further}"
    if kind != TensorProto.FLOAT:
        nodes.append(helper.make_node("Cast", [source], ["floats"], to=TensorProto.FLOAT))
        source = "floats"
    if len(shape) == 4 and shape[-1] == 3:
        nodes.append(helper.make_node("Transpose", [source], ["channels_first"], perm=[0, 3, 1, 2]))
        source = "channels_first"
    nodes.append(helper.make_node("Conv", [source, "weights"], ["linear"], strides=[8, 8]))
    nodes.append(helper.make_node("Relu", ["linear"], ["map"]))
    nodes.append(helper.make_node("GlobalAveragePool", ["map"], ["pooled"]))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["vector"]))
    nodes.append(helper.make_node("Reshape", ["map", "positions"], ["tokens_last"]))
    nodes.append(helper.make_node("Transpose", ["tokens_last"], ["tokens"], perm=[0, 2, 1]))
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(name, kind, shape) for name in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([0, WIDTH, -1], np.int64), "positions"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    if external:
        onnx.save(model, path, save_as_external_data=True, location=f"{path.name}.data", size_threshold=0)
    else:
        onnx.save(model, path)
    return path
