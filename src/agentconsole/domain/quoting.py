"""Which part of a mail its author wrote, and which repeats earlier mail."""

from __future__ import annotations

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
