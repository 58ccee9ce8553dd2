"""Escape names from the file system for output.

File names are not trusted: they may contain terminal control characters, a newline followed by a CI command, markup, or
bytes that are not text.
"""

import re
import unicodedata

CI_COMMAND = "::"
"""GitHub executes a line that starts with this."""

ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):[/\\]{1,2}(?=[^/\\])")
"""What an address begins with. A path of :mod:`pathlib` has lost one of its slashes; a drive is a single letter."""

SECRET_USER = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]+:/{1,2})(?:(?<!ssh:/)(?<!ssh://)[^/\s?#]*|[^/\s?#:@]*:[^/\s?#]*)@")
"""The user and password in an address; also after :mod:`pathlib` has dropped one of its slashes. The user alone may be
a token, but not with SSH, as in ``git+ssh://git@example.org``."""

SECRET_QUERY = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]+:/{1,2}[^\s?'\"]*\?)[^\s'\"]+")
"""What follows a question mark in an address, such as a signature."""

UNUSUAL = re.compile(r"[^ -~]")

INNER_COMMAND = re.compile(r"##(?=\w*\[)")
"""Azure (``##vso[``), TeamCity and, in its old syntax, GitHub execute what follows this anywhere in a line."""

SPREADSHEET_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def printable(name: str) -> str:
    r"""Return *name* on one line, without anything that a terminal or a CI log would interpret.

    Control, format, surrogate and line-separator characters become ``\xNN`` or ``\uNNNN``; bytes that are not UTF-8
    (which Python represents as lone surrogates) become ``\xNN``. The second ``#`` of ``##[``, ``##vso[`` and similar CI
    commands is escaped as well. Passwords and signatures in addresses become ``***``.

    >>> print(printable("a\x1b[31m\n.jpg"))
    a\x1b[31m\x0a.jpg
    """
    name = without_secrets(name)
    shown = name if name.isprintable() else UNUSUAL.sub(_escaped, name)
    return INNER_COMMAND.sub(r"#\\x23", shown)


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char.isprintable():
        return char
    code = ord(char)
    if unicodedata.category(char) == "Zs":
        return " " if code == 0x20 else f"\\u{code:04x}"
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def address_of(data: str) -> str:
    """Return the address that a text is, such as ``s3://bucket/data``, also from a path; empty if it is none."""
    match = ADDRESS.match(data)
    return f"{match[1]}://{data[match.end() :].replace(chr(92), '/')}" if match else ""


def without_secrets(text: str) -> str:
    """Return a text with ``***`` in place of the passwords and signatures in addresses.

    >>> without_secrets("https://me:secret@example.org/a.zip?sig=x")
    'https://***@example.org/a.zip?***'
    """
    if ":/" not in text:
        return text
    return SECRET_QUERY.sub(r"\1***", SECRET_USER.sub(r"\1***@", text))


def line_safe(path: str) -> str:
    """Return *path* for the start of a printed line, where it must not start a CI command."""
    shown = printable(path)
    return f"./{shown}" if shown.lstrip().startswith(CI_COMMAND) else shown


def label_safe(label: str) -> str:
    """Return *label* so that a spreadsheet reads it as text, or as a number if it is one."""
    if label.startswith(SPREADSHEET_TRIGGERS) and not re.fullmatch(r"[+-]\d+([.,]\d+)?", label):
        return f"'{label}"
    return label


def table_safe(path: str) -> str:
    """Return *path* so that a spreadsheet reads it as text: ``=1.jpg`` becomes ``./=1.jpg``, which is the same file."""
    return f"./{path}" if path.startswith(SPREADSHEET_TRIGGERS) else path


MARKS = re.compile(
    r"""
    [<\\`*\[|~$]              # a tag, an escape, code, emphasis, a link, a cell, a strike, a formula
    | &(?=\#|\w)              # a character reference
    | (?<![^\W_])_ | _(?![^\W_])  # emphasis, unless it joins two words
    | [#@!%](?=[\w"'])        # a heading, a mention of somebody or of an issue
    | :(?=//|[\w+-]+:)        # an address, an emoji
    | (?<=www)\.              # an address
    | \{(?=[+-])              # a difference, on GitLab
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What Markdown or HTML acts on, or GitHub and GitLab in their Markdown."""

AT_START = re.compile(r"^(\s*\d*)(>|[#=+-](?=[#=+-]*(?:\s|$))|(?<=\d)[.)](?=\s|$))")
"""What begins a heading, a quotation or a list."""

UNSAFE_IN_CODE = re.compile(r"[`|\\]|^\s|\s$|\s\s|^$")
"""What ends a code span or a cell of a table, or is not shown in a code span as it is."""

AT = "&#64;"


def markdown_safe(name: str, *, code: bool = True) -> str:
    """Return *name* in Markdown, as code or as plain words: nothing in it is acted on, and nobody is notified.

    Only what Markdown would act on is escaped, so that the source can be read as well.
    """
    shown = printable(name)
    if code and not UNSAFE_IN_CODE.search(shown):
        return f"`{shown}`"
    escaped = MARKS.sub(lambda mark: f"&#{ord(mark[0])};", shown)
    escaped = AT_START.sub(lambda mark: f"{mark[1]}&#{ord(mark[2])};", escaped)
    return f"<code>{escaped}</code>" if code else escaped.replace(AT, f"{AT}&#8203;")
