"""The options that choose the features of images."""

from dataclasses import dataclass
from typing import Annotated

from labelaudit.cli import completion
from labelaudit.cli.panels import modelled, timed
from labelaudit.cli.signatures import OptionGroup


@dataclass(frozen=True, kw_only=True)
class FeatureOptions(OptionGroup):
    """Which features are used."""

    quality: Annotated[
        str,
        timed(
            metavar="fast|standard|best",
            autocompletion=completion.qualities,
            help="Trade-off of speed and accuracy: fast, standard or best. best needs labelaudit[best].",
        ),
    ] = "standard"
    features: Annotated[
        str | None,
        modelled(
            metavar="KIND:NAME",
            autocompletion=completion.kinds_of_features,
            help="Use the features of your own model instead of the built-in ones: onnx:FILE, timm:NAME, "
            "open-clip:NAME, transformers:NAME, or npz:FILE for features that you computed.",
        ),
    ] = None
    device: Annotated[
        str,
        timed(
            metavar="cpu|gpu|auto",
            autocompletion=completion.devices,
            help="Where the network runs; auto is a graphics card if there is one. Its results differ slightly.",
        ),
    ] = "cpu"
    onnx_size: Annotated[
        int | None,
        modelled(metavar="PIXELS", min=1, help="Edge length of the ONNX network's input, if the file allows any size."),
    ] = None
    onnx_mean: Annotated[
        str,
        modelled(metavar="R,G,B", help="Mean of each channel in its training, from 0 to 1; or imagenet, or clip."),
    ] = "imagenet"
    onnx_std: Annotated[str, modelled(metavar="R,G,B", help="Standard deviation of each channel, in the same way.")] = (
        "imagenet"
    )
    onnx_output: Annotated[
        str | None,
        modelled(metavar="NAME", help="Name of the output that contains the features, if there are several."),
    ] = None
