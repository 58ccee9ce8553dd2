"""Settings that affect the results of an audit. Settings of the output belong to the command line."""

import difflib
import math
import re
from dataclasses import dataclass
from typing import Literal

from labelaudit.errors import SettingsError
from labelaudit.kinds import check_kind, tuple_of
from labelaudit.names import printable

JUDGED_FROM = 3
"""Images that a class needs for its labels to be judged; one or two are too few to learn from."""


QUALITIES = {
    "fast": "efficientnet-lite0-small",
    "standard": "efficientnet-lite0",
    "best": "efficientnet-lite0-lite2",
}
"""Extractors by quality, from fast to accurate."""


DEVICES = ("cpu", "gpu", "auto")
"""Where networks run; ``auto`` is a graphics card if there is one."""


LAYOUTS = ("auto", "classes", "splits")
"""What the folders in a data set are: classes, or splits that contain classes; ``auto`` detects it."""


NORMALISATIONS = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
}
"""Mean and standard deviation of red, green and blue, from 0 to 1, that networks are trained with.

``imagenet`` is that of torchvision's networks and of DINOv2, ``clip`` that of OpenAI's and OpenCLIP's.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxInput:
    """The input of the user's own network, and the output that contains the features.

    Parameters
    ----------
    size
        Edge of its input in pixels, if the file allows any size; 0 means the size in the file.
    mean, std
        Mean and standard deviation of the channels, in units of 0 to 1: 1 or 3 numbers. Networks with uint8 input get
        the bytes unchanged.
    output
        Name of the output; it is needed only if there are several.

    Raises
    ------
    SettingsError
        A value is out of range.
    """

    size: int = 0
    mean: tuple[float, ...] = NORMALISATIONS["imagenet"][0]
    std: tuple[float, ...] = NORMALISATIONS["imagenet"][1]
    output: str = ""

    def __post_init__(self) -> None:
        check_kind("onnx-size", self.size, (int,), "a whole number, such as 224")
        check_kind("onnx-output", self.output, (str,), "the name of an output")
        for field in ("mean", "std"):
            numbers = tuple_of(f"onnx-{field}", getattr(self, field), (int, float), "(0.485, 0.456, 0.406)")
            object.__setattr__(self, field, tuple(map(float, numbers)))
        if self.size < 0:
            raise SettingsError(f"onnx-size is {self.size}; expected the edge of the input in pixels, such as 224.")
        for name, values in (("onnx-mean", self.mean), ("onnx-std", self.std)):
            finite = all(math.isfinite(value) for value in values)
            if len(values) not in (1, 3) or not finite or (name == "onnx-std" and not all(v > 0 for v in values)):
                raise SettingsError(
                    f"{name} is {', '.join(f'{value:g}' for value in values)}; expected 1 or 3 numbers for channels "
                    "from 0 to 1, the standard deviation above 0."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSettings:
    """Settings of one class.

    Parameters
    ----------
    name
        Name of the class.
    min_p_error
        As in :class:`Settings`, which also provides the default.
    ignore
        Rules that are not run on this class, as in :class:`Settings`.

    Raises
    ------
    SettingsError
        A value is out of range.
    """

    name: str
    min_p_error: float | None = None
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_kind("the name of a class", self.name, (str,), "a string")
        object.__setattr__(self, "ignore", tuple_of("ignore", self.ignore, (str,), "('LA1', 'outlier')"))
        if self.min_p_error is not None:
            _check_min_p_error(self.min_p_error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one audit, stored with its results.

    Parameters
    ----------
    features
        Name of the extractor; or ``onnx:FILE`` for your own network; ``timm:NAME``, ``open-clip:NAME`` or
        ``transformers:NAME`` for a model of these libraries; ``npz:FILE`` for features that you computed.
    onnx
        The input of the network in an ONNX file.
    device
        Where the network runs: ``cpu``, ``gpu``, or ``auto`` for a graphics card if there is one. The results of a
        graphics card differ slightly.
    probs
        An npz or CSV file of out-of-sample predicted probabilities of your own model, which becomes an additional
        classifier.
    source
        Name of the kind of data set, such as ``folder``; empty to detect it.
    root
        Folder that the paths of a table are relative to; empty for the folder of the table.
    columns
        Which columns of a table hold what: ``("path=file", "label=class")``, also ``split`` and ``group``.
    layout
        What the folders in the data set are: ``classes``, ``splits`` that contain classes, or ``auto`` to detect it.
    splits
        Splits to scan; empty means all.
    follow_links
        Whether symbolic links to folders are followed. Links to files always are.
    seed
        Random seed, 0 or more.
    min_p_error
        A label is flagged from this probability of being wrong, in (0, 1]; or ``"balanced"``: from the threshold with
        the highest expected F1.
    select, ignore
        Rules by code, prefix of a code (``LA2``) or name (``mislabeled``). Only those in ``select`` are run (all, if it
        is empty), except those in ``ignore``.
    per_class
        Settings of single classes.
    group_by
        Which images are related by their names, in addition to those that look related: ``stem``, ``parent``, a regular
        expression that is searched for in the path, or empty. With ``none``, only duplicates are related.
    second_opinion
        Whether cleanlab's noise matrix is computed as well.

    Raises
    ------
    SettingsError
        A value is out of range.
    """

    features: str = "efficientnet-lite0"
    onnx: OnnxInput = OnnxInput()
    device: str = "cpu"
    probs: str = ""
    source: str = ""
    root: str = ""
    columns: tuple[str, ...] = ()
    layout: str = "auto"
    splits: tuple[str, ...] = ()
    follow_links: bool = False
    seed: int = 0
    min_p_error: float | Literal["balanced"] = 0.5
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_class: tuple[ClassSettings, ...] = ()
    group_by: str = ""
    second_opinion: bool = False

    def __post_init__(self) -> None:
        self._check_kinds()
        if self.seed < 0:
            raise SettingsError(f"the seed is {self.seed}; it must be 0 or more.")
        if self.min_p_error != "balanced":
            _check_min_p_error(self.min_p_error)
        for name, value, known in (("layout", self.layout, LAYOUTS), ("device", self.device, DEVICES)):
            if value not in known:
                raise SettingsError(f"no {name} is called '{printable(value)}'. There are: {', '.join(known)}.")
        _check_group_by(self.group_by)

    def _check_kinds(self) -> None:
        for name in ("features", "device", "source", "root", "layout", "group_by", "probs"):
            check_kind(name, getattr(self, name), (str,), "a string")
        for name in ("follow_links", "second_opinion"):
            check_kind(name, getattr(self, name), (bool,), "True or False")
        check_kind("seed", self.seed, (int,), "a whole number")
        check_kind("onnx", self.onnx, (OnnxInput,), "an OnnxInput")
        for name, kind, example in (
            ("splits", str, "('train',)"),
            ("columns", str, "('path=file', 'label=class')"),
            ("select", str, "('LA1', 'outlier')"),
            ("ignore", str, "('LA1', 'outlier')"),
            ("per_class", ClassSettings, "(ClassSettings(name='cat'),)"),
        ):
            object.__setattr__(self, name, tuple_of(name, getattr(self, name), (kind,), example))

    def thresholds(self, classes: tuple[str, ...], balanced: float) -> list[float]:
        """Return the threshold on the probability of being wrong for each of the K classes.

        *balanced* is the threshold with the highest expected F1.
        """
        own = {each.name: each.min_p_error for each in self.per_class if each.min_p_error is not None}
        general = balanced if self.min_p_error == "balanced" else self.min_p_error
        return [own.get(name, general) for name in classes]

    def ignored_by_class(self) -> dict[str, tuple[str, ...]]:
        """Return the rules that are not run on single classes, by class."""
        return {each.name: each.ignore for each in self.per_class}

    def check_features(self) -> None:
        """Check that there are features to judge labels by.

        Raises
        ------
        SettingsError
            There are none.
        """
        if self.features == "none":
            raise SettingsError(
                "features is 'none', and labels cannot be judged without features. "
                f"Expected {QUALITIES['standard']}, or a kind such as onnx:FILE, timm:NAME or npz:FILE."
            )

    def check_classes(self, classes: tuple[str, ...]) -> None:
        """Check that each class with its own settings exists.

        Raises
        ------
        SettingsError
            One does not.
        """
        for each in self.per_class:
            if each.name not in classes:
                close = difflib.get_close_matches(each.name, classes, n=1)
                hint = f"; did you mean '{printable(close[0])}'?" if close else "."
                raise SettingsError(
                    f"there are settings for the class '{printable(each.name)}', which does not exist{hint}"
                )


def _check_group_by(group_by: str) -> None:
    try:
        re.compile(group_by)
    except re.error as error:
        raise SettingsError(
            f"group-by is '{printable(group_by)}', which is not a valid regular expression ({printable(str(error))}); "
            "expected stem, parent, none or an expression such as 'patient[0-9]+'."
        ) from error


def _check_min_p_error(min_p_error: float) -> None:
    check_kind("min-p-error", min_p_error, (int, float), "a number above 0 and at most 1, or balanced")
    if not 0 < min_p_error <= 1:
        raise SettingsError(f"min-p-error is {min_p_error:g}; it must be above 0 and at most 1.")


def features_of(quality: str) -> str:
    """Return the name of the extractor for a quality.

    Raises
    ------
    SettingsError
        There is no such quality.
    """
    if quality not in QUALITIES:
        close = difflib.get_close_matches(quality.lower(), QUALITIES, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else "."
        raise SettingsError(f"no quality is called '{printable(quality)}'{hint} There are: {', '.join(QUALITIES)}.")
    return QUALITIES[quality]
