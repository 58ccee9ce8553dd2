"""Features of the user's own network, and features that the user computed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto
from typer.testing import Result

from labelaudit import Settings, audit
from labelaudit.audit import measure
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import ModelError, SettingsError
from labelaudit.observations.extractors import extractor_of
from labelaudit.records import Audit
from labelaudit.settings import OnnxInput

from .conftest import Shapes
from .networks import WIDTH, write_network

Run = Callable[..., Result]


@pytest.fixture
def arrays(shapes_audit: Audit) -> dict[str, Any]:
    """What ``embed`` writes of the shapes, for a test to change."""
    return {
        "paths": np.array(shapes_audit.dataset.paths),
        "features": shapes_audit.observed.features.copy(),
        "blocks": np.array(shapes_audit.observed.blocks),
    }


def saved(path: Path, arrays: dict[str, Any]) -> str:
    np.savez(path, **arrays)
    return f"npz:{path}"


def extracted(path: Path, pictures: np.ndarray[Any, Any] | None = None, **given: Any) -> np.ndarray[Any, Any]:
    """Return the features of some pictures, by default of noise."""
    extractor = extractor_of(Settings(features=f"onnx:{path}", onnx=OnnxInput(**given)))
    shape = (min(extractor.batch, 3), extractor.size, extractor.size, 3)
    noise = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    return extractor.start(1, Cache())(noise if pictures is None else pictures)


def test_embed_and_scan_with_what_it_wrote_finds_the_same(shapes: Shapes, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "embeddings.npz"
    embedded = run("embed", shapes.root, "--out", out)
    built_in = json.loads(run("scan", shapes.root, "-f", "json").stdout)
    given = json.loads(run("scan", shapes.root, "-f", "json", "--features", f"npz:{out}").stdout)

    assert embedded.exit_code == 0, embedded.stderr
    assert f"2,624 features of {len(built_in['images'])} images" in embedded.stderr
    assert given["findings"] == built_in["findings"]
    assert given["settings"]["features"] == "npz:embeddings.npz"
    with np.load(out, allow_pickle=False) as archive:
        assert set(archive.files) == {"paths", "features", "blocks", "labels", "classes"}
        assert archive["paths"].tolist() == list(archive["paths"].astype(str))


def test_embed_writes_the_same_bytes_again_and_no_other_kind_of_file(shapes: Shapes, tmp_path: Path, run: Run) -> None:
    contents = []
    for name in ("a.npz", "b.npz"):
        assert run("embed", shapes.root, "--out", tmp_path / name).exit_code == 0
        contents.append((tmp_path / name).read_bytes())
    wrong = run("embed", shapes.root, "--out", tmp_path / "a.csv")

    assert contents[0] == contents[1]
    assert wrong.exit_code == 2
    assert "ends in .npz" in wrong.stderr


def test_rows_are_matched_by_path_whatever_their_order_and_separator(
    shapes: Shapes, arrays: dict[str, Any], tmp_path: Path, shapes_audit: Audit
) -> None:
    order = np.random.default_rng(0).permutation(len(arrays["paths"]))
    changed = {
        "paths": np.array(["./" + path.replace("/", "\\") for path in arrays["paths"][order]] + ["gone.jpg"]),
        "vectors": np.concatenate([arrays["features"][order], arrays["features"][:1]]).astype(np.float64),
    }
    _, observed = measure(shapes.root, Settings(features=saved(tmp_path / "a.npz", changed)), engine=Threads(2))

    assert np.array_equal(observed.features, shapes_audit.observed.features)
    assert observed.blocks == (observed.features.shape[1],)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a["features"].__setitem__((3, 7), np.nan), "1 vectors contain NaN or infinite values: {3}"),
        (lambda a: a.update(features=a["features"].astype(np.float64) * 1e300), "NaN or infinite"),
        (lambda a: a.update(features=a["features"][:-1]), "has {less} rows and 'paths' {n}"),
        (lambda a: a.update(features=a["features"][:, 0]), "with shape ({n},)"),
        (lambda a: a.update(features=a["features"][:, :0]), "with shape ({n}, 0)"),
        (lambda a: a.update(features=a["features"].astype(str)), "expected a vector of numbers"),
        (lambda a: a["paths"].__setitem__(1, a["paths"][0]), "'{0}' occurs twice in 'paths'"),
        (lambda a: a["paths"].__setitem__(1, a["paths"][0].replace("/", "\\")), "'{0}' occurs twice in 'paths'"),
        (lambda a: a["paths"].__setitem__(1, "x"), "1 of {n} images are missing: {1};"),
        (lambda a: a.update(paths=np.array([f"data/{path}" for path in a["paths"]])), "look like 'data/{0}'"),
        (lambda a: a.update(paths=np.arange(len(a["paths"]))), "expected one string per entry"),
        (lambda a: a.update(paths=a["paths"].astype(object)), "contains Python objects"),
        (lambda a: a.update(blocks=np.array([3])), "'blocks' must be positive and sum to the length of a vector"),
        (lambda a: a.pop("paths"), "expected the arrays 'paths' and 'features', found blocks, features"),
        (lambda a: a.update(a=a.pop("features"), b=a["paths"]), "found a, b, blocks, paths"),
    ],
)
def test_features_that_cannot_be_used_are_named(
    change: Callable[[dict[str, Any]], Any], said: str, shapes: Shapes, arrays: dict[str, Any], tmp_path: Path
) -> None:
    paths = arrays["paths"].tolist()
    change(arrays)
    with pytest.raises(ModelError) as raised:
        audit(shapes.root, Settings(features=saved(tmp_path / "a.npz", arrays)))

    assert said.format(*paths, n=len(paths), less=len(paths) - 1) in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"words", b"PK\x03\x04", None])
def test_a_file_that_is_no_npz_file_is_an_error(content: bytes | None, shapes: Shapes, tmp_path: Path) -> None:
    file = tmp_path / "a.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=r"a\.npz"):
        audit(shapes.root, Settings(features=f"npz:{file}"))


def test_a_damaged_npz_file_is_an_error(shapes: Shapes, arrays: dict[str, Any], tmp_path: Path) -> None:
    saved(tmp_path / "a.npz", arrays)
    content = bytearray((tmp_path / "a.npz").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    (tmp_path / "b.npz").write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        audit(shapes.root, Settings(features=f"npz:{tmp_path / 'b.npz'}"))


def test_outputs_are_pooled_whatever_the_layout(tmp_path: Path) -> None:
    vector = extracted(write_network(tmp_path / "a.onnx", outputs=("vector",)))

    assert vector.shape == (3, WIDTH)
    for number, changed in enumerate(
        (
            {"outputs": ("map",)},
            {"outputs": ("tokens",)},
            {"shape": ("batch", 64, 64, 3)},
            {"shape": (3, 3, 64, 64)},
            {"external": True},
        )
    ):
        other = extracted(write_network(tmp_path / f"{number}.onnx", **changed))  # type: ignore[arg-type]
        np.testing.assert_allclose(other, vector, rtol=1e-4, atol=1e-5)


def test_images_enter_as_the_network_was_trained(tmp_path: Path) -> None:
    """A convolution over 8 x 8 pixels of one colour, in numpy."""
    network = write_network(tmp_path / "a.onnx", outputs=("vector",))
    weights = np.random.default_rng(0).normal(size=(WIDTH, 3, 8, 8)).astype(np.float32) * np.float32(0.1)
    colour = np.array([200, 100, 50], np.uint8)
    pictures = np.broadcast_to(colour, (1, 192, 192, 3)).copy()
    for given, mean, std in (
        ({}, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ({"mean": (0.5,), "std": (0.25,)}, 0.5, 0.25),
        ({"mean": (0.0,), "std": (1 / 255,)}, 0, 1 / 255),
    ):
        entering = (colour / 255 - np.array(mean)) / np.array(std)
        expected = np.maximum((weights.sum(axis=(2, 3)) * entering).sum(axis=1), 0)
        np.testing.assert_allclose(extracted(network, pictures, **given)[0], expected, rtol=1e-3, atol=1e-3)


def test_a_network_that_takes_bytes_gets_them_as_they_are(tmp_path: Path) -> None:
    of_bytes = extracted(write_network(tmp_path / "a.onnx", kind=TensorProto.UINT8))
    of_floats = extracted(write_network(tmp_path / "b.onnx"), mean=(0.0,), std=(1 / 255,))

    np.testing.assert_allclose(of_bytes, of_floats, rtol=1e-2, atol=1.0)  # resized in steps of a byte


def test_the_size_is_that_of_the_file_or_of_the_option(tmp_path: Path) -> None:
    free = write_network(tmp_path / "free.onnx", shape=("n", 3, "h", "w"), outputs=("vector",))
    fixed = write_network(tmp_path / "fixed.onnx", outputs=("vector",))

    np.testing.assert_allclose(extracted(free, size=64), extracted(fixed), rtol=1e-4, atol=1e-5)
    assert extractor_of(Settings(features=f"onnx:{free}", onnx=OnnxInput(size=250))).size == 256
    with pytest.raises(ModelError, match="--onnx-size 224"):
        extracted(free)
    with pytest.raises(ModelError, match="64 x 64 pixels, not of 65"):
        extracted(fixed, size=65)


def test_of_several_outputs_one_is_named(tmp_path: Path) -> None:
    two = write_network(tmp_path / "a.onnx", outputs=("map", "vector"))

    with pytest.raises(ModelError, match=r"2 outputs: map, vector.*--onnx-output vector"):
        extracted(two)
    with pytest.raises(ModelError, match="no output 'vectr'; it has map, vector"):
        extracted(two, output="vectr")
    np.testing.assert_allclose(extracted(two, output="vector"), extracted(two, output="map"), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shape": ("n", 1, 64, 64)}, "expected one input, a batch of RGB images"),
        ({"kind": TensorProto.INT64}, "expected one input, a batch of RGB images"),
        ({"inputs": ("images", "text")}, "2 inputs"),
        ({"shape": ("n", 3, 2048, 2048)}, "at most 1024"),
        ({"scale": 5e37}, "NaN or infinite"),
        ({"scale": 0.0}, "the same features for different images"),
    ],
)
def test_a_network_that_cannot_be_used_is_an_error(given: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=said):
        extracted(write_network(tmp_path / "a.onnx", **given))


def test_a_file_that_is_no_network_is_an_error_without_other_noise(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = write_network(tmp_path / "a.onnx").read_bytes()
    for content in (b"", b"words", whole[: len(whole) // 2]):
        (tmp_path / "b.onnx").write_bytes(content)
        with pytest.raises(ModelError, match=r"b\.onnx"):
            extracted(tmp_path / "b.onnx")
    with pytest.raises(ModelError, match="No such file"):
        extracted(tmp_path / "none.onnx")
    with pytest.raises(SettingsError, match="name a file"):
        extractor_of(Settings(features="onnx:"))
    with pytest.raises(SettingsError, match="did you mean 'onnx:'"):
        extractor_of(Settings(features="onxx:a.onnx"))

    assert "".join(capfd.readouterr()) == ""


def test_the_cache_knows_the_weights_wherever_they_lie(shapes: Shapes, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    def features(file: Path, **given: Any) -> np.ndarray[Any, Any]:
        settings = Settings(features=f"onnx:{file}", onnx=OnnxInput(**given))
        return measure(shapes.root, settings, cache=cache, engine=Threads(2))[1].features

    for external in (False, True):
        file = tmp_path / f"{external}.onnx"
        before = features(write_network(file, external=external))
        again = features(file)
        after = features(write_network(file, external=external, scale=0.2))
        otherwise = features(file, mean=(0.5,))

        assert np.array_equal(before, again)
        assert not np.allclose(before, after)
        assert not np.allclose(after, otherwise)


def test_the_command_takes_a_network_and_the_configuration_names_it_beside_itself(
    shapes: Shapes, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_network(tmp_path / "a.onnx", shape=("n", 3, "h", "w"))
    words = ("--onnx-size", 64, "--onnx-mean", "clip", "--onnx-std", "0.25")
    typed = run("scan", shapes.root, "-f", "json", "--features", f"onnx:{tmp_path / 'a.onnx'}", *words)
    (tmp_path / "labelaudit.toml").write_text(
        'features = "onnx:a.onnx"\nonnx-size = 64\nonnx-mean = "clip"\nonnx-std = "0.25"\n'
    )
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    configured = run("scan", shapes.root, "-f", "json")

    assert typed.exit_code in (0, 1), typed.stderr
    assert json.loads(typed.stdout)["settings"]["onnx"]["size"] == 64
    assert configured.stdout == typed.stdout


@pytest.mark.parametrize("words", [("--onnx-mean", "red"), ("--onnx-mean", "1,2"), ("--onnx-std", "0")])
def test_a_normalisation_that_is_none_is_an_error(words: tuple[str, str], shapes: Shapes, run: Run) -> None:
    done = run("scan", shapes.root, "--features", "onnx:a.onnx", *words)

    assert done.exit_code == 2
    assert "onnx-" in done.stderr
    assert "expected" in done.stderr


def test_labels_are_not_judged_without_features(shapes: Shapes, run: Run) -> None:
    done = run("scan", shapes.root, "--features", "none")

    assert done.exit_code == 2
    assert "labels cannot be judged without features" in done.stderr


def test_the_features_are_no_place_for_a_report(
    shapes: Shapes, arrays: dict[str, Any], tmp_path: Path, run: Run
) -> None:
    name = saved(tmp_path / "a.npz", arrays)
    done = run("scan", shapes.root, "--features", name, "--out", tmp_path / "a.npz")

    assert done.exit_code == 2
    assert "name the same file" in done.stderr
