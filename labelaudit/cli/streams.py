"""Streams that never fail, in place of stdout or stderr that is closed or full."""

import io
import os
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast


class Forgiving(io.FileIO):
    """A file that discards what cannot be written."""

    def write(self, content: Any) -> int:
        """Write as much as possible, and report that everything was written."""
        try:
            return super().write(content)
        except OSError:
            return len(content)


def forgiving(stream: TextIO) -> TextIO:
    """Return a stream to the same target that never fails, so that progress and messages cannot end a scan."""
    try:
        raw = Forgiving(stream.fileno(), "w", closefd=False)
    except (OSError, ValueError):
        return stream
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=True)


def nowhere() -> TextIO:
    """Return a replacement for a stream that was closed (``2>&-``), so that the other stream is still written."""
    return Path(os.devnull).open("w", encoding="utf-8")


class _Encoded(io.RawIOBase):
    """Decodes bytes and writes the text to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._stream.write(bytes(content).decode("utf-8", "surrogateescape"))
        return len(content)


def as_binary(stream: TextIO) -> BinaryIO:
    """Return a binary file that passes UTF-8 on to a text stream, which encodes it for the terminal."""
    return cast("BinaryIO", _Encoded(stream))
