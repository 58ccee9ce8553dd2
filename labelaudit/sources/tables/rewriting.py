"""Changes labels in a table; every byte that is not part of a changed label is kept."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.tables import open_table
from labelaudit.sources.tables.delimited import Delimited
from labelaudit.sources.tables.jsonl import JsonLines
from labelaudit.sources.tables.values import as_text

CODECS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""Encodings by the byte order mark of a file; without one it is UTF-8."""


class Span(NamedTuple):
    """The position of a value in a text: from *start* up to *end*, exclusive."""

    start: int
    end: int


def rewritten(path: Path, column: str, labels: Mapping[int, tuple[str, str]]) -> tuple[bytes, bytes]:
    """Return the bytes of a table before and after a change of labels. Nothing is written.

    Parameters
    ----------
    path
        The table.
    column
        The column that holds labels.
    labels
        Row numbers, from 0 on, with the current label and the new one.

    Raises
    ------
    DatasetError
        The table is not as it was when it was listed, or has a format that cannot be changed.
    """
    table, before = open_table(path), path.read_bytes()
    mark = next((each for each in CODECS if before.startswith(each)), b"")
    codec = CODECS.get(mark, "utf-8")
    text = before[len(mark) :].decode(codec)
    if isinstance(table, Delimited):
        parts = _delimited(table, text, column, labels)
    elif isinstance(table, JsonLines):
        parts = _json_lines(text, column, labels)
    else:
        raise DatasetError(f"labels cannot be changed in {printable(str(path))}; write a CSV or JSON Lines file.")
    after = "".join(parts)
    if labels.keys() != set(_as_listed(table, labels, column)):
        raise DatasetError(f"{printable(str(path))} was changed after it was read. Type the command again.")
    return before, mark + after.encode(codec)


def _as_listed(table: Delimited | JsonLines, labels: Mapping[int, tuple[str, str]], column: str) -> Iterator[int]:
    """Yield the rows that still have the label that they were listed with."""
    for row, (_, (label,)) in enumerate(table.rows([column])):
        if row in labels and label.strip() == labels[row][0]:
            yield row


def _delimited(table: Delimited, text: str, column: str, labels: Mapping[int, tuple[str, str]]) -> Iterator[str]:
    """Yield the text of each row, which can be on several lines."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(iter(lines), delimiter=table.separator, strict=True)
    place, end, number = table.columns.index(column), 0, -1
    for values in reader:
        row, end = "".join(lines[end : reader.line_num]), reader.line_num
        if number in labels and values:
            span = _cell(row, table.separator, place)
            value = _quoted(labels[number][1], row[span.start : span.end], table.separator)
            row = row[: span.start] + value + row[span.end :]
        number += bool(values)
        yield row
    yield "".join(lines[end:])


def _cell(row: str, separator: str, place: int) -> Span:
    """Return the position of a value in a row of a CSV file."""
    start = index = 0
    while True:
        if row[index : index + 1] == '"':
            index += 1
            while row[index : index + 1] != '"' or row[index + 1 : index + 2] == '"':
                index += 2 if row[index] == '"' else 1
            index += 1
        while index < len(row) and row[index] not in (separator, "\r", "\n"):
            index += 1
        if place == 0:
            return Span(start, index)
        place, start, index = place - 1, index + 1, index + 1


def _quoted(label: str, before: str, separator: str) -> str:
    """Return a value in quotes if the previous value was quoted, or if it needs quotes."""
    if before.startswith('"') or any(each in label for each in (separator, '"', "\r", "\n")):
        return '"' + label.replace('"', '""') + '"'
    return label


def _json_lines(text: str, column: str, labels: Mapping[int, tuple[str, str]]) -> Iterator[str]:
    """Yield each line with its end."""
    number = 0
    for line in _lines(text):
        if number in labels and line.strip():
            span = _value(line, column)
            value = _as_before(labels[number][1], line[span.start : span.end])
            yield line[: span.start] + value + line[span.end :]
        else:
            yield line
        number += bool(line.strip())


def _lines(text: str) -> list[str]:
    """Return lines with their ends; JSON Lines end with a line feed, and strings may contain other line ends."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + text.split("\n")[-1:]


def _as_before(label: str, before: str) -> str:
    """Return a label as JSON: a number if the previous value was one and the label can be written as a number."""
    if not before.startswith('"') and label.lstrip("-").isdecimal() and as_text(int(label), "") == label:
        return label
    return json.dumps(label)


def _value(line: str, name: str) -> Span:
    """Return the position of the value of a key in a JSON object; the last one if the key is repeated."""
    decoder, found = json.JSONDecoder(), Span(0, 0)
    index = line.index("{") + 1
    while (index := _blank(line, index)) < len(line) and line[index] != "}":
        key, index = decoder.raw_decode(line, index)
        start = _blank(line, _blank(line, index) + 1)
        _, index = decoder.raw_decode(line, start)
        if key == name:
            found = Span(start, index)
        index = _blank(line, index)
        index += line[index] == ","
    return found


def _blank(line: str, index: int) -> int:
    """Return the index of the first character from *index* on that is no white space of JSON."""
    while index < len(line) and line[index] in " \t\r\n":
        index += 1
    return index
