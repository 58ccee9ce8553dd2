"""How much memory there is, and how much a data set needs."""

import os
import re
import sys
from pathlib import Path

from labelaudit.errors import SettingsError
from labelaudit.names import printable
from labelaudit.timing import LOG

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}

CONTROL_GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux tells a container how much memory it may use, in both versions of control groups."""


FIXED = 700 * 10**6
"""Bytes of memory of a scan of few images: libraries, the network and the images that are being read."""

PER_IMAGE = 12_000
"""Bytes of memory for each image, most of them while copies are searched for; ``benchmarks/scale.py`` measures them."""


def check_memory(limit: int, images: int) -> None:
    """Check that the memory is enough to scan so many images; a limit of 0 is none.

    Raises
    ------
    SettingsError
        It is not.
    """
    needed = FIXED + PER_IMAGE * images
    if limit:
        LOG.info("memory: about %s of at most %s", shown_size(needed), shown_size(limit))
    if 0 < limit < needed:
        raise SettingsError(
            f"{images:,} images need about {shown_size(needed)} of memory, and a scan may use {shown_size(limit)}. "
            f"To allow that, type --max-memory {shown_size(needed)}, or scan a part of the images."
        )


def parsed_size(option: str, text: str) -> int:
    """Return the bytes of a size such as ``4GB``, ``500 MB`` or ``1.5GiB``.

    Raises
    ------
    SettingsError
        It is none, or 0.
    """
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]I?)?B?\s*", text.upper())
    size = int(float(found[1]) * UNITS[found[2] or ""]) if found else 0
    if size < 1:
        raise SettingsError(f"{option} is '{printable(text)}'; expected a size such as 4GB or 500MB.")
    return size


def shown_size(size: float) -> str:
    """Return a size as it is typed, rounded up: ``4.1GB`` or ``350MB``."""
    tenths = -int(-size // 10**8)
    return f"{tenths / 10:g}GB" if tenths >= 10 else f"{-int(-size // 10**7) * 10}MB"


def available_memory() -> int:
    """Return the bytes of memory of this machine, or of the container if it has less; 0 if that is not known."""
    sizes = [_of_machine()]
    for place in CONTROL_GROUPS:
        try:
            sizes.append(int(Path(place).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # no such control group, or "max"
    return min(filter(None, sizes), default=0)


def _of_machine() -> int:
    if sys.platform == "win32":
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = (("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("sizes", ctypes.c_ulonglong * 7))

        status = Status(length=ctypes.sizeof(Status))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.sizes[0])
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return 0
