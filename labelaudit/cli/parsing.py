"""Convert the values of options to the settings of an audit."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from labelaudit.cli.config import PER_CLASS, Config
from labelaudit.cli.feature_options import FeatureOptions
from labelaudit.cli.kinds import found
from labelaudit.cli.options import JudgingOptions, ReadingOptions, RuleOptions
from labelaudit.errors import SettingsError
from labelaudit.features import FILES, kind_and_name, model_and_weights
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.settings import ClassSettings, OnnxInput, Settings


def words(listed: str | None) -> tuple[str, ...]:
    """Return the words of a list that is separated by commas."""
    return tuple(word.strip() for word in (listed or "").split(",") if word.strip())


def counting(listed: str | None) -> tuple[str, ...]:
    """Return the severities, and the codes of the rules, in a list that is separated by commas.

    Raises
    ------
    SettingsError
        A word is neither a severity nor a rule.
    """
    from labelaudit.checks import counted_codes

    return counted_codes(words(listed))


def codes(listed: str | None) -> tuple[str, ...]:
    """Return the codes of the rules in a list that is separated by commas.

    Raises
    ------
    SettingsError
        There is no such rule.
    """
    from labelaudit.checks import codes_of

    return codes_of(words(listed))


def selected(listed: str | None) -> tuple[str, ...]:
    """Return the codes of the rules to run; none means all.

    Raises
    ------
    SettingsError
        There is no such rule, or the list is empty, for example from a variable that is not set.
    """
    if listed is not None and not words(listed):
        raise SettingsError("--select names no rule. To run all rules, leave it out; to list them: labelaudit rules")
    return codes(listed)


def share(option: str, text: str) -> float:
    """Return the share that ``5%`` or ``0.05`` means.

    Raises
    ------
    SettingsError
        It is not a number.
    """
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise SettingsError(f"{option} {printable(text)}: expected a share such as 5% or 0.05.") from None


def threshold(text: str) -> "float | Literal['balanced']":
    """Return the threshold on ``p_error`` that a number or ``balanced`` means.

    Raises
    ------
    SettingsError
        It is neither.
    """
    if text == "balanced":
        return "balanced"
    try:
        return float(text)
    except ValueError:
        raise SettingsError(
            f"--min-p-error {printable(text)}: expected a probability such as 0.8, or balanced."
        ) from None


def settings(
    config: Config,
    reading: ReadingOptions,
    judging: JudgingOptions | None = None,
    rules: RuleOptions | None = None,
    *,
    second_opinion: bool = False,
) -> "Settings":
    """Return the settings of an audit from the options of a command.

    Raises
    ------
    SettingsError
        A value is out of its range.
    """
    from labelaudit.settings import Settings, features_of

    judging, rules = judging or JudgingOptions(), rules or RuleOptions()
    return Settings(
        features=judging.features or features_of(judging.quality),
        onnx=onnx(judging),
        device=judging.device,
        probs=str(judging.probs or ""),
        source=reading.source,
        root=str(reading.root or ""),
        columns=words(reading.columns),
        layout=reading.layout,
        splits=tuple(reading.split or ()),
        follow_links=reading.follow_links,
        seed=judging.seed,
        min_p_error=threshold(judging.min_p_error),
        select=selected(rules.select),
        ignore=codes(rules.ignore),
        per_class=per_class(config),
        group_by=judging.group_by,
        second_opinion=second_opinion,
    )


def onnx(given: FeatureOptions) -> "OnnxInput":
    """Return how images are passed to the user's own network.

    Raises
    ------
    SettingsError
        A value is out of its range.
    """
    from labelaudit.settings import NORMALISATIONS, OnnxInput

    mean, std = (
        NORMALISATIONS[text][place] if text in NORMALISATIONS else numbers(f"--onnx-{name}", text)
        for place, (name, text) in enumerate([("mean", given.onnx_mean), ("std", given.onnx_std)])
    )
    return OnnxInput(size=given.onnx_size or 0, mean=mean, std=std, output=given.onnx_output or "")


def numbers(option: str, text: str) -> tuple[float, ...]:
    """Return the numbers of a list that is separated by commas.

    Raises
    ------
    SettingsError
        One is not a number.
    """
    try:
        return tuple(map(float, words(text)))
    except ValueError:
        raise SettingsError(
            f"{option} {printable(text)}: expected 1 or 3 numbers such as 0.485,0.456,0.406, imagenet or clip."
        ) from None


def shard(text: str) -> tuple[int, int] | None:
    """Return the number of a part and of all parts, from text such as ``2/8``; None if there is no text.

    Raises
    ------
    SettingsError
        The text is not of this form, or there is no such part.
    """
    number, _, parts = text.partition("/")
    if not text:
        return None
    if number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts):
        return int(number), int(parts)
    raise SettingsError(f"--shard {printable(text)}: expected the number of a part, from 1, and of all, such as 2/8.")


def file_of(features: str | None) -> Path | None:
    """Return the file or folder that the features come from; none if they are built in, or from a library."""
    kind, name = kind_and_name(features or "")
    place = name if kind in FILES else model_and_weights(name)[1] or name
    return Path(place) if kind and (kind in FILES or Path(place).exists()) else None


def per_class(config: Config) -> "tuple[ClassSettings, ...]":
    """Return the settings of single classes that a configuration has.

    Raises
    ------
    SettingsError
        One has an unknown key, or a value of the wrong type.
    """
    from labelaudit.settings import ClassSettings

    classes = []
    for name, table in sorted(config.per_class.items()):
        where = printable(f"{config.path}: {PER_CLASS}.{name}")
        for key in table:
            if key not in ("min-p-error", "ignore"):
                raise SettingsError(
                    f"{where}: there is no setting '{printable(key)}'; a class has min-p-error and ignore."
                )
        ignore, least = table.get("ignore", []), table.get("min-p-error")
        ignore = [ignore] if isinstance(ignore, str) else ignore
        if not isinstance(ignore, list) or not all(isinstance(code, str) for code in ignore):
            raise SettingsError(f"{where}: ignore is {found(ignore)}; expected a list of rules, by code or name.")
        if least is not None and (isinstance(least, bool) or not isinstance(least, int | float)):
            raise SettingsError(f"{where}: min-p-error is {found(least)}; expected a number.")
        try:
            classes.append(ClassSettings(name=name, min_p_error=least, ignore=codes(",".join(ignore))))
        except SettingsError as error:
            raise SettingsError(f"{where}: {error}") from error
    return tuple(classes)
