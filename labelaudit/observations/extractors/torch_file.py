"""Read the tensors of a PyTorch weights file (the format before 1.6) without PyTorch, and without trusting it.

A weights file of that format is a pickle, and a pickle can run any code. This reader accepts only an ordered dict,
tensors and their storages, and checks that no tensor extends beyond its storage.
"""

import math
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import WeightsError

MAGIC = 0x1950A86A20F9469CFC6C
STORAGES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

Tensor = NDArray[Any]


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a state dict by their names.

    Raises
    ------
    WeightsError
        The file is truncated, of another format, or contains anything but tensors.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path.stat().st_size)
    except (EOFError, OSError, pickle.UnpicklingError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise WeightsError(
            f"{path.name} is not a weights file that can be read: {error}. Reinstall its package."
        ) from error


def _read(file: BinaryIO, size: int) -> dict[str, Tensor]:
    storages: dict[str, Tensor] = {}
    if _Admitting(file, storages, size).load() != MAGIC:
        raise WeightsError("not a PyTorch weights file of the legacy format")
    _protocol, _system = _Admitting(file, storages, size).load(), _Admitting(file, storages, size).load()
    tensors = _Admitting(file, storages, size).load()
    for key in _Admitting(file, storages, size).load():
        count = int.from_bytes(file.read(8), "little")
        storage = storages[key]
        content = file.read(storage.nbytes)
        if count != storage.size or len(content) != storage.nbytes:
            raise WeightsError("the file is truncated")
        storage[:] = np.frombuffer(content, storage.dtype)
    return dict(tensors)


class _Admitting(pickle.Unpickler):
    """An unpickler that accepts only tensors."""

    def __init__(self, file: BinaryIO, storages: dict[str, Tensor], size: int) -> None:
        super().__init__(file)
        self._storages = storages
        self._size = size

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        raise WeightsError(f"it requires {module}.{name}, which weights do not need")

    def persistent_load(self, reference: Any) -> Tensor:
        kind, dtype, key, _device, count, _view = reference
        if kind != "storage" or not isinstance(dtype, np.dtype) or not 0 <= count * dtype.itemsize <= self._size:
            raise WeightsError("a tensor's storage is larger than the file")
        return self._storages.setdefault(key, np.zeros(count, dtype))


def _tensor(storage: Tensor, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> Tensor:
    """Return a view of a storage, after checking that it does not extend beyond it."""
    numbers = (offset, *shape, *strides)
    inside = not math.prod(shape) or offset + sum(
        (length - 1) * stride for length, stride in zip(shape, strides, strict=True)
    ) < len(storage)
    if not inside or any(not isinstance(number, int) or number < 0 for number in numbers):
        raise WeightsError("a tensor reaches beyond its storage")
    view: Callable[..., Tensor] = np.lib.stride_tricks.as_strided
    return view(storage[offset:], shape, [stride * storage.itemsize for stride in strides], writeable=False)
