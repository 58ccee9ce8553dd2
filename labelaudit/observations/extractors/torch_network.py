"""A network of a PyTorch library: what all such libraries have in common."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import NO_CACHE, Cache, digest_of, versions_of
from labelaudit.errors import ModelError
from labelaudit.observations.extractors import Extract
from labelaudit.observations.extractors.checked import checked
from labelaudit.observations.extractors.devices import Device
from labelaudit.observations.extractors.onnx_file import LARGEST, SMALLEST

BATCH = 4
"""Images per batch on the processor; larger batches need more memory, and 16 are not faster for a ResNet-50 (148 ms per
image against 131 ms)."""

BATCH_OF_CARD = 32
"""Images per batch on a graphics card, which needs many at once; as many as a thread reads at once."""

FILTERS = {"nearest": "nearest-exact", "bilinear": "bilinear", "bicubic": "bicubic"}
"""Interpolations of PyTorch by their usual names; all others become bicubic, which is the closest to them."""


class Preparation(NamedTuple):
    """How a network's own configuration prepares an image, which is squeezed to a square before.

    Attributes
    ----------
    size
        Height and width of its input in pixels.
    resized
        Height and width that images are resized to; the centre of *size* pixels is cut out of it.
    mean, std
        Mean and standard deviation of red, green and blue, in units of 0 to 1.
    interpolation
        A key of ``FILTERS``.
    """

    size: tuple[int, int]
    resized: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str


class TorchNetwork:
    """A network as an extractor.

    Parameters
    ----------
    where
        Its name, for messages.
    network
        The module, in evaluation mode, with float32 weights.
    vectors
        From float32 (B, 3, height, width) to one or more blocks of features, each (B, D) or, as a map, (B, D, h, w),
        which is averaged over its positions.
    preparation
        How images are prepared.
    depends
        What the features depend on besides the weights: the configuration of the network, and packages by name.
    device
        Where it runs.
    without
        Weights that are not in the file, and do not affect the features.

    Raises
    ------
    ModelError
        It is not a network from an image to a vector.
    """

    def __init__(
        self,
        where: str,
        network: Any,
        vectors: Callable[[Any], tuple[Any, ...]],
        preparation: Preparation,
        depends: tuple[str, ...],
        device: Device,
        without: Collection[str] = (),
    ) -> None:
        self._torch = import_module("torch")
        self._where, self._vectors, self._preparation, self._device = where, vectors, preparation, device
        edge = max(preparation.resized)
        if edge > LARGEST:
            raise ModelError(f"{where} takes images of {edge} pixels; expected at most {LARGEST}.")
        self.size = max(SMALLEST, -(-edge // 16) * 16)
        self.batch = BATCH_OF_CARD if device.hardware else BATCH
        weights = _digest_of(network.state_dict(), without)
        self.identity = digest_of(weights, repr(network), preparation, *depends, versions_of("torch"), device.hardware)
        self._network = network.to(device.name)
        black = np.zeros((1, self.size, self.size, 3), np.uint8)
        self.blocks: tuple[int, ...] = tuple(block.shape[1] for block in self._blocks(black))

    def start(self, jobs: int, cache: Cache = NO_CACHE) -> Extract:
        """Check the network on two images; each of *jobs* threads runs it with one thread of its own.

        Raises
        ------
        ModelError
            Its features are the same for different images, or are not finite.
        """
        return checked(self._run, self.size, self._where, "Compare its weights with those that it was published with.")

    def _run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        images = np.zeros((self.batch, *pictures.shape[1:]), np.uint8)
        images[: len(pictures)] = pictures
        features: NDArray[np.float32] = self._torch.cat(self._blocks(images), 1).cpu().numpy()
        return features[: len(pictures)]

    def _blocks(self, pictures: NDArray[np.uint8]) -> list[Any]:
        """Return the blocks of features, each float32 (B, D)."""
        with _reproducible(self._torch), self._torch.inference_mode():
            found = self._vectors(self._prepared(pictures))
            pooled = [block.mean((2, 3)) if block.ndim == 4 else block for block in found]
        for block in pooled:
            if block.ndim != 2 or len(block) != len(pictures):
                raise ModelError(
                    f"{self._where}: its output has the shape {tuple(block.shape)}; expected a vector or map per image."
                )
        return pooled

    def _prepared(self, pictures: NDArray[np.uint8]) -> Any:
        """Return images as the network expects them, float32 (B, 3, height, width)."""
        torch, (size, resized, mean, std, interpolation) = self._torch, self._preparation
        x = torch.from_numpy(pictures).to(self._device.name).permute(0, 3, 1, 2).float().contiguous()
        if resized != tuple(x.shape[2:]):
            smooth = interpolation != "nearest"
            mode = FILTERS.get(interpolation, "bicubic")
            x = torch.nn.functional.interpolate(x, resized, mode=mode, antialias=smooth).clamp(0, 255)
        top, left = ((resized[axis] - size[axis]) // 2 for axis in (0, 1))
        x = x[:, :, top : top + size[0], left : left + size[1]] / 255
        shape = (1, 3, 1, 1)
        return (x - x.new_tensor(mean).reshape(shape)) / x.new_tensor(std).reshape(shape)


def _digest_of(weights: dict[str, Any], without: Collection[str]) -> str:
    """Return a digest of named tensors."""
    digest = hashlib.sha256()
    for name in sorted(set(weights) - set(without)):
        values = weights[name].detach().contiguous().numpy()
        digest.update(f"{name} {values.dtype} {values.shape}\0".encode())
        digest.update(values.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


_counting = Lock()
_users: list[object] = []
_settings = ExitStack()


@contextmanager
def _reproducible(torch: Any) -> Iterator[None]:
    """Compute in the calling thread alone, and on graphics cards in float32 and the same way each time.

    The order of sums then does not depend on the number of threads. The settings are those of the process; the last
    thread that leaves restores them, for programs that use PyTorch themselves.
    """
    user = object()
    with _counting:
        if not _users:
            _settings.callback(torch.set_num_threads, torch.get_num_threads())
            exact = {"benchmark": False, "deterministic": True, "allow_tf32": False}
            _settings.enter_context(torch.backends.cudnn.flags(enabled=True, **exact))
        _users.append(user)
        torch.set_num_threads(1)  # in each thread: the library keeps a copy for those that have asked for it before
    try:
        yield
    finally:
        with _counting:
            _users.remove(user)
            if not _users:
                _settings.close()
