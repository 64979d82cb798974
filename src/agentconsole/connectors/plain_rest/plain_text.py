"""What HTML says, as plain text: for help desks that keep a comment in HTML only."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BREAKS = frozenset(("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"))
_UNSAID = frozenset(("style", "script", "head", "title"))
_MARKUP_THAT_SAYS_SOMETHING = re.compile(r"<(?!/?(?:div|p|br|html|body)\b)", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - overridden
        if tag in _UNSAID:
            self._unsaid += 1
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSAID:
            self._unsaid = max(0, self._unsaid - 1)
        elif tag in _BREAKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))


def text_of(markup: str) -> str:
    """Return the words of *markup*, lines kept apart where a browser would."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def markup_of(text: str) -> str:
    """Return plain *text* as HTML that looks the same and can do nothing."""
    return "<div>" + html.escape(text, quote=False).replace("\n", "<br>") + "</div>"


def is_plain(markup: str) -> bool:
    """Say whether *markup* is paragraphs and line breaks only: then its text says the same in a third of the room."""
    return _MARKUP_THAT_SAYS_SOMETHING.search(markup) is None


def same_words(one: str, other: str) -> bool:
    """Say whether two texts differ by spaces and line ends only, which a help desk may change as it likes."""
    return one.split() == other.split()
