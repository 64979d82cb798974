"""Plain text of a message as HTML, its links made clickable."""

from __future__ import annotations

import html
import itertools
import re

_BLANK = '<p style="-qt-paragraph-type:empty"><br></p>'
_GAP = re.compile(r"\t| {3,}")
# an address begins where its run of characters begins: tried from each dot of "a.a.a.a…" it would take for ever
_LINK = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}»”’]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")


def plain_html(text: str) -> str:
    """Return *text* as HTML with a paragraph for each line, its spaces kept and its addresses clickable.

    Each line is a paragraph of its own, so that each finds its own direction (a Hebrew line right, an English left).
    Neighbouring lines with the same number of columns, parted by tabs or wide gaps, become a table again.
    """
    out: list[str] = []
    for columns, group in itertools.groupby(text.split("\n"), key=lambda line: len(_columns(line))):
        lines = list(group)
        if columns > 1 and len(lines) > 1:
            out.append(_table([_columns(line) for line in lines]))
        else:
            out += (_paragraph(line.expandtabs(4)) for line in lines)
    return "".join(out)


def _columns(line: str) -> list[str]:
    """Return the cells of *line*; a single gap of spaces, or an indented line, makes no table."""
    cells = _GAP.split(line.strip())
    return cells if "\t" in line.strip() or (len(cells) > 2 and not line.startswith(" ")) else [line]


def _paragraph(line: str) -> str:
    return f"<p>{_linked(line)}</p>" if line.strip() else _BLANK


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
