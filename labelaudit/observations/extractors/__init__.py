"""Feature extractors, one per file."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import Cache
from labelaudit.errors import SettingsError
from labelaudit.names import printable
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


EXTRACTORS: Registry[Extractor] = Registry("extractor", "labelaudit.extractors")

from labelaudit.observations.extractors import efficientnet_lite, nothing  # noqa: E402, F401  imported to register them


def extractor_of(settings: Settings) -> Extractor:
    """Return the extractor that the settings name: built in, from a plugin, or from a file of the user.

    Raises
    ------
    LabelauditError
        There is no such extractor, or its file cannot be used.
    """
    kind, colon, path = settings.features.partition(":")
    if not colon:
        return EXTRACTORS[settings.features]
    if not path:
        raise SettingsError(f"features '{printable(settings.features)}': name a file after the colon.")
    if kind == "onnx":
        from labelaudit.observations.extractors.onnx_file import OnnxFile

        return OnnxFile(Path(path), settings.onnx)
    if kind == "npz":
        from labelaudit.observations.extractors.given import Given

        return Given.read(Path(path))
    raise SettingsError(f"features '{printable(settings.features)}': expected onnx:FILE, npz:FILE or a name.")
