"""A network of timm: a name that it knows, a repository on the Hugging Face hub, or a folder.

Its features are what its own classifier reads: the output of its own pooling.
"""

import difflib
from pathlib import Path
from typing import Any

from labelaudit.cache import versions_of
from labelaudit.errors import ModelError
from labelaudit.features import model_and_weights
from labelaudit.names import printable
from labelaudit.observations.extractors.devices import Device
from labelaudit.observations.extractors.hub import folder_of, local
from labelaudit.observations.extractors.silence import framework, quietly
from labelaudit.observations.extractors.torch_network import Preparation, TorchNetwork

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
"""Weights in a repository or folder; the second is read as tensors only."""


def timm_model(name: str, device: Device) -> TorchNetwork:
    """Load a network.

    Parameters
    ----------
    name
        A name that timm knows (``resnet50.a1_in1k``), such a name with a file of weights
        (``resnet50@mine.safetensors``), a repository (``timm/resnet50.a1_in1k``), or a folder with ``config.json`` and
        weights.
    device
        Where it runs.

    Raises
    ------
    MissingExtraError
        timm is not installed.
    ModelError
        There is no such network, its weights are not there, or it cannot be used.
    """
    where = f"timm:{printable(name)}"
    with quietly(where, "timm"):
        _, timm = framework("torch", "timm"), framework("timm", "timm")
    folder = local(name) if not model_and_weights(name)[1] else None
    given = _known(timm, name) if not folder and "/" not in model_and_weights(name)[0] else None
    if not given:
        folder = folder or folder_of(name, ["config.json"], WEIGHTS, "timm")
        given = {"model_name": f"local-dir:{folder}"}
    with quietly(where, "timm"):
        network = timm.create_model(**given, pretrained=True, num_classes=0).float().eval()
        depends = (repr(network.pretrained_cfg.get("architecture")), *versions_of("timm"))
        return TorchNetwork(where, network, lambda x: (network(x),), _preparation(timm, network), depends, device)


def _known(timm: Any, name: str) -> dict[str, Any]:
    """Return how timm creates a network that it knows by name, from files only."""
    model, weights = model_and_weights(name)
    try:
        config = timm.models.get_pretrained_cfg(model)
    except RuntimeError:  # how timm says that there are no such weights for the network
        config = None
    if not timm.is_model(model) or (config is None and not weights):
        close = difflib.get_close_matches(model, timm.list_models(pretrained="." in model), n=3)
        hint = f"; did you mean {' or '.join(close)}?" if close else "."
        raise ModelError(f"timm has no network with weights called '{printable(model)}'{hint}")
    if weights:
        file = local(weights) or Path(weights)
        if not file.is_file():
            raise ModelError(f"there is no file of weights {printable(weights)}.")
        return {"model_name": model, "pretrained_cfg_overlay": {"file": str(file), "custom_load": False}}
    if not config.hf_hub_id:
        raise ModelError(
            f"the weights of {model} are not on the Hugging Face hub. Download {config.url} and name the file: "
            f"timm:{model}@FILE"
        )
    folder = folder_of(_repository(config), ["config.json"], WEIGHTS, "timm")
    return {"model_name": f"local-dir:{folder}"}


def _repository(config: Any) -> str:
    """Return the repository of weights; an identifier that ends in a slash lacks the name of the network."""
    name = f"{config.architecture}.{config.tag}" if config.tag else config.architecture
    return config.hf_hub_id + name if config.hf_hub_id.endswith("/") else str(config.hf_hub_id)


def _preparation(timm: Any, network: Any) -> Preparation:
    """Return how timm's own configuration of the network prepares images."""
    data = timm.data.resolve_model_data_config(network)
    _, height, width = data["input_size"]
    share = 1.0 if data["crop_mode"] == "border" else data["crop_pct"]
    resized = (int(height / share), int(width / share))
    return Preparation((height, width), resized, tuple(data["mean"]), tuple(data["std"]), data["interpolation"])
