"""Small models of timm, OpenCLIP and Transformers with random weights, in folders as these libraries publish them."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"})

EDGE = 64

TOWER = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}


class Written(NamedTuple):
    """A model in a folder.

    Attributes
    ----------
    features
        How ``--features`` names it.
    own
        What its library itself makes of an image: float (D).
    """

    features: str
    own: Callable[[Any], Any]


def library(name: str) -> Any:
    """Return a library, or skip the test."""
    return pytest.importorskip(name, reason="pip install torch torchvision timm open-clip-torch transformers")


def write_timm(folder: Path, seed: int = 0, *, crop: float = EDGE / 192, name: str = "test_vit") -> Written:
    """Write a network; by default it takes the middle of an image of 192 pixels."""
    timm, torch = library("timm"), library("torch")
    torch.manual_seed(seed)
    config = {"input_size": (3, EDGE, EDGE), "crop_pct": crop, "interpolation": "bicubic"}
    arguments = {"img_size": EDGE} if "vit" in name else {}
    network = timm.create_model(name, pretrained_cfg_overlay=config, num_classes=5, **arguments).eval()
    timm.models.save_for_hf(network, folder, safe_serialization=True, model_args=arguments)
    network.reset_classifier(0)
    prepare = timm.data.create_transform(**timm.data.resolve_model_data_config(network))

    def own(image: Any) -> Any:
        with torch.no_grad():
            return network(prepare(image)[None])[0].numpy()

    return Written(f"timm:{folder}", own)


def write_open_clip(folder: Path, seed: int = 0) -> Written:
    """Write a model with an image tower and a text tower."""
    open_clip, torch, safetensors = library("open_clip"), library("torch"), library("safetensors.torch")
    folder.mkdir(parents=True, exist_ok=True)
    tower = {"layers": 2, "width": 32, "head_width": 16}
    shape = {
        "embed_dim": 8,
        "vision_cfg": {"image_size": 192, "patch_size": 64, **tower},
        "text_cfg": {"context_length": 8, "vocab_size": 100, "heads": 2, "layers": 1, "width": 32},
    }
    config = {"model_cfg": shape, "preprocess_cfg": {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4]}}
    (folder / "open_clip_config.json").write_text(json.dumps(config), encoding="utf-8")
    torch.manual_seed(seed)
    weights = open_clip.CLIP(**shape).state_dict()
    safetensors.save_file(
        {name: each.contiguous() for name, each in weights.items()}, folder / "open_clip_model.safetensors"
    )
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    model.eval()

    def own(image: Any) -> Any:
        with torch.no_grad():
            return model.encode_image(prepare(image)[None])[0].numpy()

    return Written(f"open-clip:{folder}", own)


def write_clip(folder: Path, seed: int = 0) -> Written:
    """Write a CLIP model of Transformers."""
    transformers, torch = library("transformers"), library("torch")
    torch.manual_seed(seed)
    text = {**TOWER, "vocab_size": 100, "bos_token_id": 1, "eos_token_id": 2}
    vision = {**TOWER, "image_size": 192, "patch_size": 64}
    config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=8)
    model = transformers.CLIPModel(config).eval()
    edges = {"size": {"shortest_edge": 192}, "crop_size": {"height": 192, "width": 192}}
    processor = transformers.CLIPImageProcessor(**edges)

    def own(pixels: Any) -> Any:
        return model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)[0]

    return _written(folder, model, processor, own)


def write_vit(folder: Path, seed: int = 0) -> Written:
    """Write a model with a class token, as classifiers are published: without the pooler."""
    transformers, torch = library("transformers"), library("torch")
    torch.manual_seed(seed)
    model = transformers.ViTForImageClassification(
        transformers.ViTConfig(**TOWER, image_size=192, patch_size=64)
    ).eval()
    processor = transformers.ViTImageProcessor(size={"height": 192, "width": 192})

    def own(pixels: Any) -> Any:
        tokens = model.vit(pixel_values=pixels).last_hidden_state[0]
        return torch.cat([tokens[0], tokens[1:].mean(0)])

    return _written(folder, model, processor, own)


def write_resnet(folder: Path, seed: int = 0) -> Written:
    """Write a model whose last hidden state is a map; its images are enlarged to 256 and cropped to 192 pixels."""
    transformers, torch = library("transformers"), library("torch")
    torch.manual_seed(seed)
    shape = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"}
    model = transformers.ResNetForImageClassification(transformers.ResNetConfig(**shape)).eval()
    edges = {"size": {"shortest_edge": 256}, "crop_size": {"height": 192, "width": 192}}
    processor = transformers.CLIPImageProcessor(**edges, image_mean=[0.1, 0.2, 0.3])

    def own(pixels: Any) -> Any:
        return model.resnet(pixel_values=pixels).last_hidden_state[0].mean((1, 2))

    return _written(folder, model, processor, own)


def _written(folder: Path, model: Any, processor: Any, own: Callable[[Any], Any]) -> Written:
    bars = library("transformers").utils.logging
    bars.disable_progress_bar()
    model.save_pretrained(folder)
    bars.enable_progress_bar()
    processor.save_pretrained(folder)

    def of_image(image: Any) -> Any:
        with library("torch").no_grad():
            return own(processor(images=image, return_tensors="pt")["pixel_values"]).numpy()

    return Written(f"transformers:{folder}", of_image)


WRITERS = {
    "timm": write_timm,
    "open-clip": write_open_clip,
    "transformers with two towers": write_clip,
    "transformers with tokens": write_vit,
    "transformers with a map": write_resnet,
}
