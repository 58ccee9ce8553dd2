"""Feature extractors, one per file."""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import Cache
from labelaudit.errors import SettingsError
from labelaudit.features import KINDS, kind_and_name
from labelaudit.names import printable
from labelaudit.observations.extractors.devices import Device, device_of
from labelaudit.registry import Registry
from labelaudit.settings import Settings

Extract = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""uint8 (B, size, size, 3) to float32 (B, D), B at most the extractor's batch; safe to call from any thread."""


class Extractor(Protocol):
    """A feature extractor for small images.

    Attributes
    ----------
    size
        Edge of its input images in pixels, a multiple of 16.
    blocks
        Widths of the blocks of its features, such as layers of a network; they sum to D.
    batch
        Maximum batch size.
    identity
        Everything that its features depend on besides the image and the name of the extractor, such as the versions of
        weights and runtime; cached results with another identity are not used.
    """

    size: int
    blocks: tuple[int, ...]
    batch: int

    @property
    def identity(self) -> str:
        """See above."""

    def start(self, jobs: int, cache: Cache) -> Extract:
        """Load the network, or read it from the cache, and return the function that *jobs* threads will call."""


@runtime_checkable
class RunsOnDevices(Protocol):
    """An extractor that runs on a graphics card, too."""

    def on(self, device: Device) -> Extractor:
        """Return the same extractor for a device."""


EXTRACTORS: Registry[Extractor] = Registry("extractor", "labelaudit.extractors")

from labelaudit.observations.extractors import efficientnet_lite, nothing  # noqa: E402, F401  imported to register them


def extractor_of(settings: Settings) -> Extractor:
    """Return the extractor that the settings name: built in, from a plugin, or a file or model of the user.

    Raises
    ------
    LabelauditError
        There is no such extractor or device, or the file or model cannot be used.
    """
    kind, name = kind_and_name(settings.features)
    if not kind:
        return _on_its_device(EXTRACTORS[name], settings)
    if kind not in KINDS:
        close = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean '{close[0]}:'?" if close else f"expected one of {', '.join(KINDS)} before the colon."
        raise SettingsError(f"features '{printable(settings.features)}': {hint}")
    if not name:
        raise SettingsError(f"features '{printable(settings.features)}': name a file or model after the colon.")
    if kind == "npz":
        from labelaudit.observations.extractors.given import Given

        return Given.read(Path(name))
    if kind == "onnx":
        from labelaudit.observations.extractors.onnx_file import OnnxFile

        return OnnxFile(Path(name), settings.onnx, device_of(settings))
    return _model(kind, name, device_of(settings))


def _model(kind: str, name: str, device: Device) -> Extractor:
    """Return a model of a PyTorch library."""
    if kind == "timm":
        from labelaudit.observations.extractors.timm_model import timm_model

        return timm_model(name, device)
    if kind == "open-clip":
        from labelaudit.observations.extractors.open_clip_model import open_clip_model

        return open_clip_model(name, device)
    from labelaudit.observations.extractors.transformers_model import transformers_model

    return transformers_model(name, device)


def _on_its_device(extractor: Extractor, settings: Settings) -> Extractor:
    if isinstance(extractor, RunsOnDevices):
        return extractor.on(device_of(settings))
    if extractor.blocks and settings.device == "gpu":
        raise SettingsError(f"device is 'gpu', and {settings.features} runs on the processor only. Type: --device cpu")
    return extractor
