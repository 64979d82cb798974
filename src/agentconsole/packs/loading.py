"""Read a pack from its file, or say everything that is wrong with it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole import __version__
from agentconsole.packs.mistakes import Fault, Mistake, PackProblem
from agentconsole.packs.model import Pack
from agentconsole.packs.rules import faults_between, faults_in_lists
from agentconsole.packs.shape import faults_of
from agentconsole.packs.values import TextCheck

if TYPE_CHECKING:
    from agentconsole.packs.positions import Positions

LARGEST = 4 * 1024 * 1024
"""Bytes that a pack's file may have."""

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_REMEDIES = (
    ("Illegal character '\\n'", "Close the quotes on the line they were opened; longer texts stand between three."),
    ("Unterminated string", "Close the quotes; a text over several lines stands between three."),
    ("Unescaped '\\\\' in a string", "Write \\\\ for one \\, or put the text in single quotes."),
    ("Cannot declare", "A table stands once; one of a list begins with [[…]]."),
    ("Cannot overwrite", "Give each key once."),
    ("Duplicate inline table key", "Give each key once."),
    ("Invalid value", 'Texts stand in quotes ("…"), lists in brackets, numbers and true or false alone.'),
    ("Unclosed array", "Close the list with ]."),
    ("Expected '='", 'A line is key = "value", and a comment begins with #.'),
    ("Invalid statement", 'A line is key = "value", a header [table] or [[list]], or a comment after #.'),
    ("Expected newline", 'One key a line; quotes inside of a text are written \\".'),
)


def read_pack(path: Path) -> Pack:
    """Read the pack in the file *path*. Raises PackProblem with every mistake, and OSError."""
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    return pack_from(data, str(path))


def pack_from(data: bytes, name: str) -> Pack:
    """Read a pack from the *data* of a file called *name* in messages. Raises PackProblem with every mistake."""
    text = _decoded(data, name)
    table = _parsed(text, name)
    faults = list(dict.fromkeys([*faults_of(table, TextCheck(table)), *faults_in_lists(table)]))
    if not faults:
        pack = msgspec.convert(table, Pack)
        faults = list(faults_between(pack))
        if not faults:
            return pack
    # the parser that knows places is for those who made a mistake
    from agentconsole.packs.positions import Positions

    positions = Positions(text)
    raise PackProblem(_mistake(fault, positions, name) for fault in faults)


def _decoded(data: bytes, name: str) -> str:
    if len(data) > LARGEST:
        raise _single(name, 0, 0, "this file is larger than a pack may be", "A pack has at most 4 MiB.")
    try:
        # some editors put a byte order mark first
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise _single(name, line, column, "this is not UTF-8 text", "Save the file in the encoding UTF-8.") from error


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = _PLACE.search(said)
        message = _PLACE.sub("", said)
        remedy = next((remedy for start, remedy in _REMEDIES if message.startswith(start)), "The format is TOML 1.0.")
        at_end = text.rstrip("\n").count("\n") + 1
        line, column = (int(found[1]), int(found[2])) if found and found[1] else (at_end, 1)
        message = message[:1].lower() + message[1:]
        raise _single(name, line, column, f"this is no TOML: {message.rstrip('.')}", remedy) from error
    except (RecursionError, ValueError) as error:
        # lists in lists in lists, or a number of thousands of digits: valid to the letter, but no pack
        message = "this is no pack: it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise _single(name, 0, 0, message, "The handbook's page on policy packs shows what one looks like.") from error


def _mistake(fault: Fault, positions: Positions, name: str) -> Mistake:
    line, column = positions.of(fault)
    return Mistake(file=name, line=line, column=column, message=fault.message, remedy=fault.remedy)


def _single(name: str, line: int, column: int, message: str, remedy: str) -> PackProblem:
    return PackProblem([Mistake(file=name, line=line, column=column, message=message, remedy=remedy)])


def edition() -> str:
    """Return what changes whenever packs may be read otherwise than before: these modules, or the console's version."""
    found = hashlib.sha256(__version__.encode())
    for module in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(module.read_bytes())
    return found.hexdigest()
