"""Arrays of NumPy."""

import zipfile
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import BINARY, SoftLabels, Track, silently


def write_npz(soft: SoftLabels, file: BinaryIO, track: Track = silently) -> None:
    """Write the arrays ``paths``, ``labels``, ``classes`` and ``probabilities`` (float32, (N, K)), and ``weights``.

    Each row of the probabilities sums to exactly 1, in whatever order it is added up. The archive carries no time, so
    the same labels give the same bytes; it needs no ``allow_pickle``.
    """
    dataset = soft.dataset
    classes = np.array(dataset.classes, dtype=np.str_)
    arrays: dict[str, NDArray[Any]] = {
        "paths": np.array(dataset.paths, dtype=np.str_),
        "labels": classes[soft.labels],
        "classes": classes,
    }
    if len(soft.weights):
        arrays["weights"] = soft.weights.astype(np.float32)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with _member(archive, name) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        with _member(archive, "probabilities") as member:
            shape = (len(dataset), len(dataset.classes))
            header = {"descr": np.dtype("<f4").str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(member, header)
            for rows, block in soft.blocks(BINARY):
                member.write((block / np.float32(BINARY)).astype("<f4").tobytes())
                track(min(rows.stop, len(dataset)), len(dataset))


def _member(archive: zipfile.ZipFile, name: str) -> Any:
    entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return archive.open(entry, "w", force_zip64=True)
