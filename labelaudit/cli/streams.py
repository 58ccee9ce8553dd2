"""Streams that are closed or full, and yet no reason to fail."""

import io
import os
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast


class Forgiving(io.FileIO):
    """A file that loses what can't be written to it."""

    def write(self, content: Any) -> int:
        """Write what can be written, and say that all of it was."""
        try:
            return super().write(content)
        except OSError:
            return len(content)


def forgiving(stream: TextIO) -> TextIO:
    """Return a stream to where *stream* goes that never fails: progress and notes must not end a scan."""
    try:
        raw = Forgiving(stream.fileno(), "w", closefd=False)
    except (OSError, ValueError):
        return stream
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=True)


def nowhere() -> TextIO:
    """Return what takes the place of a stream that was closed (``2>&-``), so that the other is written all the same."""
    return Path(os.devnull).open("w", encoding="utf-8")


class _Encoded(io.RawIOBase):
    """Takes the bytes of a text and writes the text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._stream.write(bytes(content).decode("utf-8", "surrogateescape"))
        return len(content)


def as_binary(stream: TextIO) -> BinaryIO:
    """Return a binary file that writes UTF-8 to a stream of text, which encodes it as the terminal needs it."""
    return cast("BinaryIO", _Encoded(stream))
