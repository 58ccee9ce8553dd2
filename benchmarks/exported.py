"""Compare the built-in network with the same network in an ONNX file: python benchmarks/exported.py FOLDER ...

``pip install onnx`` first. Each folder holds ``images`` and ``truth.csv`` (``path,given,true``). EfficientNet-Lite0 is
written to an ONNX file, in floats and with the features of all its blocks as one output, and a scan with
``--features onnx:`` is compared with a scan with the built-in features: average precision of the ranking, and F1, of
what LA101 flags.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.metrics import average_precision_score, f1_score

from labelaudit import Settings, audit
from labelaudit.observations.extractors.efficientnet_lite import EPSILON, LITE0, STRIDES
from labelaudit.settings import OnnxInput

SIZE = 192
PIXELS = OnnxInput(mean=(127 / 255,), std=(128 / 255,))


class Graph:
    """An ONNX graph of EfficientNet-Lite0 from its weights."""

    def __init__(self) -> None:
        self.weights = LITE0.weights()
        self.nodes: list[onnx.NodeProto] = []
        self.constants = [numpy_helper.from_array(np.float32(value), name) for name, value in (("low", 0), ("high", 6))]

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def convolution(self, x: str, name: str, norm: str, stride: int = 1, linear: bool = False) -> str:
        weights = self.weights
        scale = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + EPSILON)
        kernel = weights[f"{name}.weight"] * scale[:, None, None, None]
        shift = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
        self.constants += [numpy_helper.from_array(kernel, name), numpy_helper.from_array(shift, f"{name}.shift")]
        groups = len(kernel) if kernel.shape[1] == 1 else 1
        y = self.add("Conv", x, name, f"{name}.shift", strides=[stride] * 2, group=groups, auto_pad="SAME_UPPER")
        return y if linear else self.add("Clip", y, "low", "high")

    def block(self, x: str, block: str, stride: int) -> str:
        if f"{block}_expand_conv.weight" in self.weights:
            x = self.convolution(x, f"{block}_expand_conv", f"{block}_bn0")
        x = self.convolution(x, f"{block}_depthwise_conv", f"{block}_bn1", stride)
        return self.convolution(x, f"{block}_project_conv", f"{block}_bn2", linear=True)

    def write(self, path: Path) -> None:
        x, taps, channels, stage = self.convolution("images", "_conv_stem", "_bn0", 2), [], 32, -1
        for number in range(sum(name.endswith("_project_conv.weight") for name in self.weights)):
            block = f"_blocks.{number}."
            width = len(self.weights[f"{block}_bn2.bias"])
            stage += width != channels
            y = self.block(x, block, STRIDES[stage] if width != channels else 1)
            if width == channels:
                y = self.add("Add", y, x)
                taps.append(y)
            x, channels = y, width
        layers = [*taps, x, self.convolution(x, "_conv_head", "_bn1")]
        pooled = [self.add("Flatten", self.add("GlobalAveragePool", layer)) for layer in layers]
        output = self.add("Concat", *pooled, axis=1)
        graph = helper.make_graph(
            self.nodes,
            "lite0",
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("n", 3, SIZE, SIZE))],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ("n", sum(LITE0.blocks)))],
            self.constants,
        )
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def main(folder: Path, network: Path) -> None:
    """Print the figures of one data set."""
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["path"]: row["true"] for row in csv.DictReader(file)}
    for name, settings in (
        ("built-in", Settings()),
        ("onnx", Settings(features=f"onnx:{network}", onnx=PIXELS)),
    ):
        result = audit(folder / "images", settings)
        given = [result.dataset.classes[label] for label in result.dataset.labels]
        wrong = np.array([truth[path] != label for path, label in zip(result.dataset.paths, given, strict=True)])
        flagged = {finding.path for finding in result.findings if finding.code == "LA101"}
        found = np.array([path in flagged for path in result.dataset.paths])
        precision = average_precision_score(wrong, result.beliefs.p_error)
        print(f"{folder.name}  {name:8}  AP {precision:.4f}  F1 {f1_score(wrong, found):.4f}  flagged {found.sum()}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "lite0.onnx"
        Graph().write(file)
        for each in sys.argv[1:]:
            main(Path(each), file)
