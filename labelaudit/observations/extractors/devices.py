"""The devices that networks run on: the processor, whose results are the reference, or a graphics card.

The results of a graphics card differ slightly, since it adds up in another order.
"""

from dataclasses import replace
from typing import NamedTuple

from labelaudit.errors import SettingsError
from labelaudit.features import MODELS, kind_and_name
from labelaudit.observations.extractors.openvino_import import import_openvino
from labelaudit.observations.extractors.silence import framework
from labelaudit.settings import Settings


class Device(NamedTuple):
    """A device.

    Attributes
    ----------
    name
        Its name for the library that runs the network: ``CPU`` and ``GPU`` for OpenVINO, ``cpu`` and ``cuda`` for
        PyTorch.
    hardware
        The model of a graphics card, since features of different ones are cached apart; empty for the processor.
    """

    name: str
    hardware: str = ""


PROCESSOR = Device("CPU")


def device_of(settings: Settings) -> Device:
    """Return the device that the settings name, after looking which there are.

    Raises
    ------
    SettingsError
        A graphics card is asked for and there is none.
    """
    torch = kind_and_name(settings.features)[0] in MODELS
    processor = Device("cpu") if torch else PROCESSOR
    if settings.device == "cpu":
        return processor
    cards = _cards_of_torch(settings) if torch else _cards_of_openvino()
    if cards:
        return cards[0]
    if settings.device == "auto":
        return processor
    needed = "PyTorch finds no graphics card with CUDA" if torch else "OpenVINO finds no graphics card of Intel"
    raise SettingsError(f"device is 'gpu', and {needed} here. There is: cpu. Type: --device cpu")


def on_device(settings: Settings) -> Settings:
    """Return settings in which ``auto`` is replaced by the device that is there.

    Raises
    ------
    SettingsError
        A graphics card is asked for and there is none.
    """
    if settings.device == "cpu":
        return settings
    return replace(settings, device="gpu" if device_of(settings).hardware else "cpu")


def _cards_of_openvino() -> list[Device]:
    core = import_openvino().Core()
    names = [name for name in core.available_devices if name.startswith("GPU")]
    return [Device(name, core.get_property(name, "FULL_DEVICE_NAME")) for name in names]


def _cards_of_torch(settings: Settings) -> list[Device]:
    cuda = framework("torch", kind_and_name(settings.features)[0]).cuda
    return [Device(f"cuda:{number}", cuda.get_device_name(number)) for number in range(cuda.device_count())]
