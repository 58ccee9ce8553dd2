"""The names of features: an extractor, or a kind and what it is read from, such as ``timm:resnet50``."""

from pathlib import Path

FILES = ("onnx", "npz")
"""Kinds of features that are read from a file of the user."""

MODELS = ("timm", "open-clip", "transformers")
"""Kinds of features that a model of a PyTorch library computes: a name that it knows, a repository, or a folder."""

KINDS = (*FILES, *MODELS)


def kind_and_name(features: str) -> tuple[str, str]:
    """Return the kind of features and what they are read from; no kind for an extractor that is built in."""
    kind, colon, name = features.partition(":")
    return (kind, name) if colon else ("", features)


def model_and_weights(name: str) -> tuple[str, str]:
    """Return a model and what follows its ``@``: a file of weights, a tag, or a revision; empty if there is none."""
    model, at, weights = name.rpartition("@")
    return (model, weights) if at and not is_path(model) else (name, "")


def is_path(name: str) -> bool:
    """Return whether the name of a model can only be a path: names on the hub have at most one slash."""
    return Path(name).is_absolute() or name.startswith(".") or "\\" in name or name.count("/") > 1


def shown(features: str) -> str:
    """Return a name without the folder of its file, so that a report is the same on each machine."""
    kind, name = kind_and_name(features)
    if kind not in MODELS:
        return f"{kind}:{Path(name).name}" if kind else features
    model, weights = (Path(part).name if is_path(part) else part for part in model_and_weights(name))
    return f"{kind}:{model}@{weights}" if weights else f"{kind}:{model}"


def beside(features: str, folder: Path) -> str:
    """Return the name with its path, if it has one, made relative to the folder of a configuration.

    What a model is read from is a path if it can be nothing else, or if there is such a file or folder.
    """
    kind, name = kind_and_name(features)
    if not kind or not name:
        return features
    if kind not in MODELS:
        return f"{kind}:{folder / name}"
    model, weights = (
        str(folder / part) if part and (is_path(part) or (folder / part).exists()) else part
        for part in model_and_weights(name)
    )
    return f"{kind}:{model}@{weights}" if weights else f"{kind}:{model}"
