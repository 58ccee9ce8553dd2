"""A model of Transformers: a repository on the Hugging Face hub, or a folder.

A model with an image and a text tower, such as CLIP, gives its image embeddings. The features of others come from the
last hidden state: maps are averaged over their positions; tokens give their mean, and where there is a class token, it
is a block of its own before the mean of the others, as in the linear evaluation of DINOv2. The pooler of a model is not
used: published weights often lack it, and it is then random.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from labelaudit.cache import versions_of
from labelaudit.errors import ModelError
from labelaudit.names import printable
from labelaudit.observations.extractors.devices import Device
from labelaudit.observations.extractors.hub import folder_of, local
from labelaudit.observations.extractors.silence import framework, quietly
from labelaudit.observations.extractors.torch_network import Preparation, TorchNetwork

FILES = ("config.json", "preprocessor_config.json")

WEIGHTS = ("model*.safetensors*", "pytorch_model*.bin*")
"""Weights in a repository or folder, in one or several files; the second kind is read as tensors only."""

CLASS_TOKENS = ("cls_token", "class_embedding")
"""Last part of the name of the parameter that models with a class token have."""

WARPED = 384
"""From this size on, ConvNeXt's images are not cropped in Transformers, whatever ``crop_pct`` says."""

FILTERS = {0: "nearest", 2: "bilinear", 3: "bicubic"}
"""Interpolations by Pillow's numbers."""


def transformers_model(name: str, device: Device) -> TorchNetwork:
    """Load a model.

    Parameters
    ----------
    name
        A repository (``facebook/dinov2-base``), or a folder with ``config.json``, ``preprocessor_config.json`` and
        weights.
    device
        Where it runs.

    Raises
    ------
    MissingExtraError
        Transformers is not installed.
    ModelError
        There is no such model, its weights are not there, or it cannot be used.
    """
    where = f"transformers:{printable(name)}"
    with quietly(where, "transformers"):
        transformers, torch = framework("transformers", "transformers"), framework("torch", "transformers")
    folder = local(name) or folder_of(name, FILES, WEIGHTS, "transformers")
    with quietly(where, "transformers"), _no_bars(transformers):
        given = {"local_files_only": True, "trust_remote_code": False}
        model, loaded = transformers.AutoModel.from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True, **given
        )
        missing = set(loaded["missing_keys"])
        if lacking := sorted(key for key in missing if "pooler" not in key):
            raise ModelError(f"{where} has no weights for {', '.join(lacking[:3])}; {len(lacking)} are missing.")
        model = model.float().eval()
        prepared = _preparation(transformers.AutoImageProcessor.from_pretrained(folder, **given), where)
        depends = (*_configuration(model), *versions_of("transformers"))
        return TorchNetwork(where, model, _vectors(model), prepared, depends, device, without=missing)


def _configuration(model: Any) -> list[str]:
    """Return the lines of the configuration of a model, without the folder that it was read from."""
    lines = model.config.to_json_string(use_diff=False).splitlines()
    return [line for line in lines if "_name_or_path" not in line]


def _vectors(model: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function from images to blocks of features; see the top of this file."""
    if hasattr(model, "get_image_features"):

        def embedding(pixels: Any) -> tuple[Any, ...]:
            found = model.get_image_features(pixel_values=pixels)
            return (getattr(found, "pooler_output", found),)

        return embedding
    has_class_token = any(name.endswith(CLASS_TOKENS) for name, _ in model.named_parameters())

    def last_state(pixels: Any) -> tuple[Any, ...]:
        state = model(pixel_values=pixels).last_hidden_state
        if state.ndim != 3:
            return (state,)
        return (state[:, 0], state[:, 1:].mean(1)) if has_class_token else (state.mean(1),)

    return last_state


def _preparation(processor: Any, where: str) -> Preparation:
    """Return how the configuration of the model prepares images.

    Raises
    ------
    ModelError
        It asks for something that is not done here.
    """
    config = processor.to_dict()
    if config.get("do_flip_channel_order") or config.get("rescale_offset"):
        raise ModelError(
            f"{where} takes blue before red, or pixels from -1, which is not supported. "
            "Compute its features yourself and pass them with --features npz:FILE."
        )
    resized = _edges(config.get("size"))
    size = _edges(config.get("crop_size")) if config.get("do_center_crop") else resized
    if not resized or not size:
        raise ModelError(
            f"{where}: its preprocessor_config.json has no size of images; expected 'size' or 'crop_size'."
        )
    if "crop_pct" in config and resized[0] < WARPED:
        resized = (int(resized[0] / config["crop_pct"]), int(resized[1] / config["crop_pct"]))
    if not config.get("do_resize", True):
        resized = size
    normalised = config.get("do_normalize", True)
    mean, std = (config["image_mean"], config["image_std"]) if normalised else ((0.0,) * 3, (1.0,) * 3)
    unit = 255 * (config.get("rescale_factor", 1 / 255) if config.get("do_rescale", True) else 1.0)
    return Preparation(
        size,
        resized,
        tuple(value / unit for value in mean),
        tuple(value / unit for value in std),
        FILTERS.get(int(config.get("resample") or 0), "bicubic"),
    )


def _edges(size: Any) -> tuple[int, int] | None:
    """Return the height and width that a size of Transformers means for a square image; none if it has none."""
    if isinstance(size, int):
        return size, size
    edge = (size or {}).get("shortest_edge") or (size or {}).get("longest_edge")
    height, width = (size or {}).get("height", edge), (size or {}).get("width", edge)
    return (int(height), int(width)) if height and width else None


@contextmanager
def _no_bars(transformers: Any) -> Iterator[None]:
    """Draw no progress bars while weights are loaded."""
    bars, hub = transformers.utils.logging, import_module("huggingface_hub").utils
    drawn, off = bars.is_progress_bar_enabled(), hub.are_progress_bars_disabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if drawn:
            bars.enable_progress_bar()
        if off:
            hub.disable_progress_bars()
