"""Features of models of timm, OpenCLIP and Transformers, against those that the libraries themselves compute."""

import json
import logging
import os
import shutil
import socket
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import measure
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import ModelError, SettingsError
from labelaudit.observations.extractors import Extractor, extractor_of
from labelaudit.observations.extractors.torch_network import TorchNetwork

from .conftest import Shapes
from .torch_models import WRITERS, Written, library, write_timm, write_vit

Run = Callable[..., Result]
Write = Callable[..., Written]

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the libraries, where a test calls them


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a request was made")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def loaded(features: str) -> Extractor:
    return extractor_of(Settings(features=features))


def smooth(size: int, seed: int) -> np.ndarray[Any, Any]:
    noise = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return np.asarray(Image.fromarray(noise).resize((size, size), Image.Resampling.BICUBIC))


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_features_are_those_of_the_library(write: Write, tmp_path: Path) -> None:
    model = write(tmp_path / "model")
    extractor = loaded(model.features)
    pictures = np.stack([smooth(extractor.size, seed) for seed in range(extractor.batch + 2)])
    run = extractor.start(2, Cache())
    found = np.concatenate([run(pictures[:-2]), run(pictures[-2:])])
    own = np.stack([model.own(Image.fromarray(picture)) for picture in pictures])

    assert sum(extractor.blocks) == own.shape[1]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, own, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("crop", [0.875, 1.0])
def test_images_are_resized_as_the_configuration_says(crop: float, tmp_path: Path) -> None:
    model = write_timm(tmp_path / "model", crop=crop)
    extractor = loaded(model.features)
    picture = smooth(extractor.size, 0)
    found = extractor.start(1, Cache())(picture[None])[0]
    own = model.own(Image.fromarray(picture))

    assert extractor.size == 192
    assert np.abs(found - own).max() < 0.02 * np.abs(own).max()  # Pillow rounds to whole numbers


def test_a_network_of_timm_takes_a_file_of_weights(tmp_path: Path) -> None:
    name = "test_resnet"
    write_timm(tmp_path / "model", name=name)
    weights = tmp_path / "mine.safetensors"
    shutil.copy(tmp_path / "model" / "model.safetensors", weights)
    of_folder, of_file = loaded(f"timm:{tmp_path / 'model'}"), loaded(f"timm:{name}@{weights}")
    pictures = smooth(of_file.size, 1)[None]

    assert of_file.blocks == of_folder.blocks
    assert np.isfinite(of_file.start(1, Cache())(pictures)).all()
    with pytest.raises(ModelError, match=r"no file of weights none\.pt"):
        loaded(f"timm:{name}@none.pt")


def test_threads_and_batches_do_not_matter(shapes: Shapes, tmp_path: Path) -> None:
    torch = library("torch")
    model = write_vit(tmp_path / "model")
    before = torch.get_num_threads()
    one, three = (measure(shapes.root, Settings(features=model.features), engine=Threads(jobs))[1] for jobs in (1, 3))

    assert one.features.tobytes() == three.features.tobytes()
    assert one.blocks == (16, 16)
    assert torch.get_num_threads() == before


def test_each_thread_computes_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = library("torch")
    extractor = loaded(write_vit(tmp_path / "model").features)
    assert isinstance(extractor, TorchNetwork)
    vectors, seen = extractor._vectors, set()

    def noted(pixels: Any) -> Any:
        seen.add((torch.get_num_threads(), torch.is_grad_enabled(), torch.backends.cudnn.allow_tf32))
        return vectors(pixels)

    monkeypatch.setattr(extractor, "_vectors", noted)
    run, pictures = extractor.start(3, Cache()), smooth(192, 0)[None]
    with ThreadPoolExecutor(3) as pool:
        assert len({found.tobytes() for found in pool.map(run, [pictures] * 9)}) == 1
    assert seen == {(1, False, False)}


def test_a_graphics_card_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    if library("torch").cuda.is_available():
        pytest.skip("there is a graphics card here")
    features = write_vit(tmp_path / "model").features

    with pytest.raises(SettingsError, match=r"no graphics card with CUDA here\. There is: cpu"):
        extractor_of(Settings(features=features, device="gpu"))
    assert extractor_of(Settings(features=features, device="auto")).identity == loaded(features).identity


def test_the_cache_knows_the_weights_and_not_the_name(shapes: Shapes, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    def features() -> np.ndarray[Any, Any]:
        settings = Settings(features=f"transformers:{tmp_path / 'model'}")
        return measure(shapes.root, settings, cache=cache, engine=Threads(2))[1].features

    write_vit(tmp_path / "model")
    before, again = features(), features()
    first = loaded(f"transformers:{tmp_path / 'model'}").identity
    moved = shutil.copytree(tmp_path / "model", tmp_path / "moved")
    write_vit(tmp_path / "model", seed=1)
    after = features()

    assert np.array_equal(before, again)
    assert not np.allclose(before, after)
    assert loaded(f"transformers:{moved}").identity == first
    assert loaded(f"transformers:{tmp_path / 'model'}").identity != first


class Harmful:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("touch harmed",))


@pytest.mark.parametrize("kind", ["timm", "open-clip", "transformers with tokens"])
def test_a_pickle_is_never_run(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch, safetensors = library("torch"), library("safetensors.torch")
    model = WRITERS[kind](tmp_path / "model")
    safe = next((tmp_path / "model").glob("*.safetensors"))
    picture = smooth(192, 0)[None]
    expected = loaded(model.features).start(1, Cache())(picture)
    pickled = safe.with_name("open_clip_pytorch_model.bin" if kind == "open-clip" else "pytorch_model.bin")
    torch.save(safetensors.load_file(safe), pickled)
    safe.unlink()
    monkeypatch.chdir(tmp_path)

    assert np.array_equal(loaded(model.features).start(1, Cache())(picture), expected)
    torch.save({"weight": Harmful()}, pickled)
    with pytest.raises(ModelError):
        loaded(model.features)
    assert not (tmp_path / "harmed").exists()


def test_code_of_a_repository_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = write_vit(tmp_path / "model")
    config = tmp_path / "model" / "config.json"
    given = {**json.loads(config.read_text()), "model_type": "own", "auto_map": {"AutoConfig": "own.Config"}}
    config.write_text(json.dumps(given))
    (tmp_path / "model" / "own.py").write_text("open('harmed', 'w')")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError, match="cannot be used"):
        loaded(model.features)
    assert not (tmp_path / "harmed").exists()


def test_weights_that_are_missing_are_not_random(tmp_path: Path) -> None:
    safetensors = library("safetensors.torch")
    model = write_vit(tmp_path / "model")
    file = tmp_path / "model" / "model.safetensors"
    kept = {name: each for name, each in safetensors.load_file(file).items() if "layer.1" not in name}
    safetensors.save_file(kept, file, metadata={"format": "pt"})

    with pytest.raises(ModelError, match=r"has no weights for .*are missing"):
        loaded(model.features)


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ("timm:test_vut", "no network with weights called 'test_vut'; did you mean"),
        ("timm:test_vit.nothing", "did you mean test_vit.r160_in1k"),
        ("timm:test_vit", r"timm/test_vit.r160_in1k \(config.json, model.safetensors\) is not in .*hf download"),
        ("timm:legacy_senet154", "Download https://.* and name the file: timm:legacy_senet154@FILE"),
        ("timm:./none", "no file or folder ./none"),
        ("timm:own/none@main", "own/none .* is not in"),
        ("timm:a/b/c", "no file or folder a/b/c"),
        ("open-clip:ViT-B-33@openai", "did you mean ViT-B-32"),
        ("open-clip:ViT-B-32", "no weights are named. OpenCLIP has: openai, "),
        ("open-clip:ViT-B-32@opanai", "'opanai' is neither weights of ViT-B-32 nor a file. OpenCLIP has: openai"),
        (
            "open-clip:ViT-B-32@openai",
            r"timm/vit_base_patch32_clip_224.openai \(open_clip_model.safetensors\) is not in",
        ),
        ("transformers:facebook/none", r"facebook/none \(config.json, preprocessor_config.json, .*HF_HUB_OFFLINE"),
        ("transformers:no thing", "'no thing' is no repository"),
    ],
)
def test_a_model_that_is_not_there_is_named(features: str, said: str) -> None:
    library({"timm": "timm", "open-clip": "open_clip", "transformers": "transformers"}[features.partition(":")[0]])
    with pytest.raises(ModelError, match=said):
        loaded(features)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_loading_is_silent_and_leaves_the_process_as_it_was(
    write: Write, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = write(tmp_path / "model")
    hub = library("huggingface_hub")
    capfd.readouterr()
    root = logging.getLogger()
    before = (
        root.handlers[:],
        root.manager.disable,
        warnings.filters[:],
        dict(os.environ),
        hub.constants.HF_HUB_OFFLINE,
    )
    loaded(model.features).start(2, Cache())
    after = (
        root.handlers[:],
        root.manager.disable,
        warnings.filters[:],
        dict(os.environ),
        hub.constants.HF_HUB_OFFLINE,
    )

    assert after == before
    assert not hub.utils.are_progress_bars_disabled()
    assert capfd.readouterr() == ("", "")


def test_a_scan_judges_labels_with_them(shapes: Shapes, tmp_path: Path, run: Run) -> None:
    model = write_timm(tmp_path / "model", name="test_resnet")
    done = run("scan", shapes.root, "-f", "json", "--features", model.features)
    report = json.loads(done.stdout)

    assert done.exit_code in (0, 1), done.stderr
    assert report["settings"]["features"] == "timm:model"
    assert report["settings"]["device"] == "cpu"
    built_in = run("scan", shapes.root, "-f", "json").stderr
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        line.partition(":")[0] for line in built_in.splitlines()
    ]
