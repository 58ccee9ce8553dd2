"""The image tower of a model of OpenCLIP: a name and its weights, a repository on the Hugging Face hub, or a folder.

Its features are its embeddings, before they are scaled to length 1.
"""

import difflib
from typing import Any

from labelaudit.cache import versions_of
from labelaudit.errors import ModelError
from labelaudit.features import model_and_weights
from labelaudit.names import printable
from labelaudit.observations.extractors.devices import Device
from labelaudit.observations.extractors.hub import folder_of, local
from labelaudit.observations.extractors.silence import framework, quietly
from labelaudit.observations.extractors.torch_network import Preparation, TorchNetwork

CONFIG = "open_clip_config.json"

WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""Weights in a repository or folder; the second is read as tensors only."""


def open_clip_model(name: str, device: Device) -> TorchNetwork:
    """Load a model.

    Parameters
    ----------
    name
        A name that OpenCLIP knows with the name of its weights or with a file (``ViT-B-32@laion2b_s34b_b79k``), a
        repository (``timm/vit_base_patch32_clip_224.openai``), or a folder with ``open_clip_config.json`` and weights.
    device
        Where it runs.

    Raises
    ------
    MissingExtraError
        OpenCLIP is not installed.
    ModelError
        There is no such model, its weights are not there, or it cannot be used.
    """
    where = f"open-clip:{printable(name)}"
    with quietly(where, "open-clip"):
        _, open_clip = framework("torch", "open-clip"), framework("open_clip", "open-clip")
    model, weights = model_and_weights(name)
    folder = local(name) if not weights else None
    if folder or "/" in model:
        folder = folder or folder_of(name, [CONFIG, "config.json"], WEIGHTS, "open-clip")
        given = {"model_name": f"local-dir:{folder}"}
    else:
        given = _known(open_clip, model, weights)
    with quietly(where, "open-clip"):
        tower = open_clip.create_model(**given, require_pretrained=True, weights_only=True).visual.float().eval()
        depends = versions_of("open_clip_torch", "timm")
        return TorchNetwork(where, tower, lambda x: (tower(x),), _preparation(tower), depends, device)


def _known(open_clip: Any, model: str, weights: str) -> dict[str, Any]:
    """Return how OpenCLIP creates a model that it knows by name, from files only."""
    names = open_clip.list_models()
    if model not in names:
        close = difflib.get_close_matches(model, names, n=3)
        hint = f"; did you mean {' or '.join(close)}?" if close else "."
        raise ModelError(f"OpenCLIP has no model called '{printable(model)}'{hint}")
    config = open_clip.get_pretrained_cfg(model, weights)
    if not config and weights and (file := local(weights)):
        return {"model_name": model, "pretrained": str(file)}
    if not config:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(model)) or "none"
        given = (
            f"'{printable(weights)}' is neither weights of {model} nor a file" if weights else "no weights are named"
        )
        raise ModelError(f"{given}. OpenCLIP has: {tags}. Type: --features open-clip:{model}@WEIGHTS")
    repository, _, file_name = str(config.get("hf_hub", "")).rpartition("/")
    if not repository:
        raise ModelError(
            f"the weights {weights} of {model} are not on the Hugging Face hub. Download {config.get('url')} "
            f"and name the file: open-clip:{model}@FILE"
        )
    patterns = [file_name] if file_name else WEIGHTS
    folder = folder_of(repository, (), patterns, "open-clip")
    path = next(folder / pattern for pattern in patterns if (folder / pattern).exists())
    kept = {key: config[key] for key in ("mean", "std", "interpolation", "resize_mode") if config.get(key)}
    gelu = bool(config.get("quick_gelu"))
    return {"model_name": model, "pretrained": str(path), "force_preprocess_cfg": kept, "force_quick_gelu": gelu}


def _preparation(tower: Any) -> Preparation:
    """Return how OpenCLIP's own configuration of the model prepares images."""
    config = tower.preprocess_cfg
    size = config["size"]
    height, width = (size, size) if isinstance(size, int) else tuple(size)
    return Preparation(
        (height, width), (height, width), tuple(config["mean"]), tuple(config["std"]), config["interpolation"]
    )
