"""Names of models and devices, without the libraries of the models."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit import Settings
from labelaudit.cache import Cache
from labelaudit.errors import MissingExtraError, SettingsError
from labelaudit.features import beside, shown
from labelaudit.observations.extractors import EXTRACTORS, RunsOnDevices, extractor_of, silence
from labelaudit.observations.extractors.devices import Device, device_of, on_device
from labelaudit.observations.extractors.openvino_import import import_openvino

from .conftest import Shapes
from .networks import write_network
from .recipes import ROOT

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("features", "name"),
    [
        ("efficientnet-lite0", "efficientnet-lite0"),
        ("onnx:models/a.onnx", "onnx:a.onnx"),
        ("timm:resnet50.a1_in1k", "timm:resnet50.a1_in1k"),
        ("timm:/home/somebody/model", "timm:model"),
        ("timm:resnet50@/home/somebody/mine.safetensors", "timm:resnet50@mine.safetensors"),
        ("open-clip:ViT-B-32@openai", "open-clip:ViT-B-32@openai"),
        ("transformers:facebook/dinov2-base", "transformers:facebook/dinov2-base"),
        ("transformers:facebook/dinov2-base@f9e44c8", "transformers:facebook/dinov2-base@f9e44c8"),
        ("transformers:./a@b/model", "transformers:model"),
    ],
)
def test_a_report_names_a_model_without_the_folder_on_this_machine(features: str, name: str) -> None:
    assert shown(features) == name


def test_a_configuration_names_models_and_files_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own.pt").touch()

    assert beside("timm:own", tmp_path) == f"timm:{tmp_path / 'own'}"
    assert beside("timm:resnet50", tmp_path) == "timm:resnet50"
    assert beside("timm:resnet50@own.pt", tmp_path) == f"timm:resnet50@{tmp_path / 'own.pt'}"
    assert beside("open-clip:ViT-B-32@openai", tmp_path) == "open-clip:ViT-B-32@openai"
    assert beside("transformers:./none", tmp_path) == f"transformers:{tmp_path / 'none'}"
    assert beside("transformers:facebook/dinov2-base", tmp_path) == "transformers:facebook/dinov2-base"
    assert beside("npz:own", tmp_path) == f"npz:{tmp_path / 'own'}"
    assert beside("efficientnet-lite0", tmp_path) == "efficientnet-lite0"


@pytest.mark.parametrize("features", ["timm:resnet50", "open-clip:ViT-B-32@openai", "transformers:own/model"])
def test_without_the_extra_the_error_names_it(features: str, shapes: Shapes) -> None:
    """In a process of its own, where none of the libraries can be imported."""
    code = (
        "import sys\nfor name in ('torch', 'timm', 'open_clip', 'transformers', 'huggingface_hub'):\n"
        "    sys.modules[name] = None\nfrom labelaudit.__main__ import main\nsys.exit(main())"
    )
    words = ["scan", str(shapes.root), "--features", features]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, env=os.environ)

    assert done.returncode == 2
    assert f"pip install 'labelaudit[{features.partition(':')[0]}]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_library_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "versions_of", lambda *_: ("1.0.25",))

    with pytest.raises(MissingExtraError, match=r"timm 1\.0\.25 is installed; expected 1\.0\.26 or later.*\[timm\]"):
        silence.framework("timm", "timm")


def test_the_extras_name_the_lowest_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = dict(
        re.split(">=", each)
        for kind in ("timm", "open-clip", "transformers")
        for each in project["optional-dependencies"][kind]
    )
    for module, least in silence.LEAST.items():
        name = silence.DISTRIBUTIONS.get(module, module).replace("_", "-")
        assert needed[name] == ".".join(map(str, least))


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ("tim:resnet50", "did you mean 'timm:'"),
        ("open_clip:ViT-B-32", "did you mean 'open-clip:'"),
        ("keras:vgg", "expected one of onnx, npz, timm, open-clip, transformers before the colon"),
        ("timm:", "name a file or model after the colon"),
    ],
)
def test_a_kind_that_there_is_not(features: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        extractor_of(Settings(features=features))


def has_gpu() -> bool:
    return any(name.startswith("GPU") for name in import_openvino().Core().available_devices)


@pytest.mark.skipif(has_gpu(), reason="there is a graphics card here")
def test_a_graphics_card_that_is_not_there_is_an_error(shapes: Shapes, run: Run) -> None:
    done = run("scan", shapes.root, "--device", "gpu")
    auto = run("scan", shapes.root, "--device", "auto", "-f", "json")

    assert done.exit_code == 2
    assert "OpenVINO finds no graphics card of Intel here. There is: cpu. Type: --device cpu" in done.stderr
    assert auto.stdout == run("scan", shapes.root, "-f", "json").stdout
    assert on_device(Settings(device="auto")).device == "cpu"


def test_a_device_that_there_is_not(shapes: Shapes, run: Run) -> None:
    done = run("scan", shapes.root, "--device", "cuda")

    assert done.exit_code == 2
    assert "no device is called 'cuda'. There are: cpu, gpu, auto." in done.stderr


def test_another_device_runs_the_same_networks_under_a_key_of_its_own(tmp_path: Path) -> None:
    """OpenVINO's HETERO device takes the way of a graphics card here: without the options of the processor."""
    other = Device("HETERO:CPU", "a card")
    built_in = EXTRACTORS["efficientnet-lite0-small"]
    assert isinstance(built_in, RunsOnDevices)
    file = write_network(tmp_path / "a.onnx")
    onnx = extractor_of(Settings(features=f"onnx:{file}"))
    from labelaudit.observations.extractors.onnx_file import OnnxFile

    for reference, there in (
        (built_in, built_in.on(other)),
        (onnx, OnnxFile(file, Settings().onnx, other)),
    ):
        noise = np.random.default_rng(0).integers(0, 256, (2, reference.size, reference.size, 3), np.uint8)
        expected, found = (each.start(2, Cache())(noise) for each in (reference, there))
        assert there.identity != reference.identity
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_the_processor_is_the_default() -> None:
    assert device_of(Settings()) == Device("CPU")
    assert device_of(replace(Settings(), features="timm:resnet50")) == Device("cpu")
