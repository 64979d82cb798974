"""Plain text of a message as HTML, its links made clickable."""

from __future__ import annotations

import html
import itertools
import re

from agentconsole.gui.reading_direction import directions, is_latin, kept_together

_BLANK = '<p style="-qt-paragraph-type:empty"><br></p>'
_GAP = re.compile(r"\t| {3,}")
# an address begins where its run of characters begins: tried from each dot of "a.a.a.a…" it would take for ever
_LINK = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}»”’]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")


def plain_html(text: str) -> str:
    """Return *text* as HTML with a paragraph for each line, its spaces kept and its addresses clickable.

    A message that is read from right to left stands at the right edge, down to its signature; a block in a language
    that runs the other way stands at its own edge. Neighbouring lines with the same number of columns, parted by tabs
    or wide gaps, become a table again.
    """
    out: list[str] = []
    every = text.split("\n")
    ways = iter(directions(every))
    for columns, group in itertools.groupby(every, key=lambda line: len(_columns(line))):
        lines = list(group)
        leftward = [next(ways) for _line in lines]
        if columns > 1 and len(lines) > 1:
            out.append(_table([_columns(line) for line in lines]))
        else:
            out += (_paragraph(line.expandtabs(4), leftward=way) for line, way in zip(lines, leftward, strict=True))
    return "".join(out)


def _columns(line: str) -> list[str]:
    """Return the cells of *line*; a single gap of spaces, or an indented line, makes no table."""
    cells = _GAP.split(line.strip())
    return cells if "\t" in line.strip() or (len(cells) > 2 and not line.startswith(" ")) else [line]


def _paragraph(line: str, *, leftward: bool) -> str:
    """Return *line* at the right edge (*leftward*) or the left one, read in the direction of what is in it."""
    if not line.strip():
        return _BLANK
    if not leftward:
        # Qt would go by the line's first letter: said only where that may be wrong
        way = "" if line.isascii() else ' dir="ltr"'
    elif is_latin(line):
        # a telephone number or an address of a signature: right, but not from right to left
        way = ' dir="ltr" align="right"'
    else:
        way = ' dir="rtl"'
        line = kept_together(line)
    return f"<p{way}>{_linked(line)}</p>"


def _table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<td>{_linked(cell.strip())}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _linked(line: str) -> str:
    out: list[str] = []
    at = 0
    for match in _LINK.finditer(line):
        address = match[0] if "://" in match[0] else f"mailto:{match[0]}"
        out += (_escaped(line[at : match.start()]), f'<a href="{html.escape(address)}">{html.escape(match[0])}</a>')
        at = match.end()
    return "".join(out) + _escaped(line[at:])


def _escaped(text: str) -> str:
    lead = len(text) - len(text.lstrip(" "))
    return "&nbsp;" * lead + html.escape(text[lead:]).replace("   ", " &nbsp;&nbsp;").replace("  ", " &nbsp;")
