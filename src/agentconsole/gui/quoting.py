"""Plain text of a message: its quoted tail found, its links made clickable."""

from __future__ import annotations

import html
import itertools
import re

_ATTRIBUTION = re.compile(
    r"(?:On\b.{4,200}\bwrote|Am\b.{4,200}\bschrieb\b.{0,120}|Le\b.{4,200}\ba écrit|El\b.{4,200}\bescribió|"
    r"Il\b.{4,200}\bha scritto|Op\b.{4,200}\bschreef\b.{0,120}|Em\b.{4,200}\bescreveu)\s*:\s*\Z",
    re.DOTALL,
)
_LONGEST_ATTRIBUTION = 600
"""Characters. The patterns here try anew at many places, so they are kept from what a stranger made endless."""

_DIVIDER = re.compile(
    r"\s*(?:-{3,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine)\s*-{3,}"
    r"|_{20,})\s*\Z",
    re.IGNORECASE,
)
_MAIL_HEADER = re.compile(r"\s*(?:From|Von|De|Da|Van)\s*:\s.*", re.IGNORECASE)
_BLANK = '<p style="-qt-paragraph-type:empty"><br></p>'
_GAP = re.compile(r"\t| {3,}")
# an address begins where its run of characters begins: tried from each dot of "a.a.a.a…" it would take for ever
_LINK = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}»”’]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")


def is_attribution(words: str) -> bool:
    """Return whether *words* are the line that introduces a quotation ("On … Ana wrote:")."""
    return len(words) <= _LONGEST_ATTRIBUTION and _ATTRIBUTION.match(words) is not None


def split_quote(text: str) -> tuple[str, str]:
    """Split *text* into what its author wrote and the earlier mail repeated below ("" when there is none).

    A quotation with answers in between stays whole: folding it would hide the answers. So does a message that is
    nothing but quotation.
    """
    lines = text.rstrip().split("\n")
    start = _start_of_quote(lines)
    if start is None:
        return text, ""
    written = "\n".join(lines[:start]).rstrip()
    return (written, "\n".join(lines[start:]).lstrip("\n")) if written else (text, "")


def _start_of_quote(lines: list[str]) -> int | None:
    for index, line in enumerate(lines):
        if _DIVIDER.match(line) and _is_header(lines, index):
            return index
    last = len(lines)
    while last and (lines[last - 1].startswith(">") or not lines[last - 1].strip()):
        last -= 1
    if last == len(lines) or not any(line.startswith(">") for line in lines[last:]):
        return None
    # the attribution may be wrapped over up to three lines
    for above in (1, 2, 3):
        if last >= above and is_attribution("\n".join(lines[last - above : last]).strip()):
            return last - above
    return last


def _is_header(lines: list[str], index: int) -> bool:
    """Return whether the divider at *index* really introduces earlier mail: words of its own, or a From: below."""
    if "_" not in lines[index]:
        return True
    return any(_MAIL_HEADER.match(line) for line in lines[index + 1 : index + 3])


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
