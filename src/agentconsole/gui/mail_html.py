"""HTML mail made safe and readable: what a stranger wrote, reduced to what a text document may show.

Nothing that runs, asks, phones home or reaches into the machine survives: no script, style sheet, form, frame or
object; no colours or sizes of the sender's own (they are unreadable on a dark ground); links only to the web, mail
and phone numbers; pictures only when they travel inside the message and are small. Numbers that would make the layout
explode (a cell that spans a million columns, tables within tables within tables) are cut down.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3

from agentconsole.gui.link_target import SCHEMES, scheme_of
from agentconsole.gui.quoting import ATTRIBUTION

MAX_HTML = 400_000
"""Longest HTML (characters) that is rendered; what is longer is shown as plain text."""

MAX_INLINE_IMAGE = 700_000
"""Longest ``data:`` address (characters) of a picture inside a message, about half a megabyte of picture."""

MAX_DEPTH = 24
"""How deep block elements may nest before further nesting is flattened."""

MAX_TABLE_DEPTH = 4
MAX_SPAN = 40

_INLINE = {
    *("a", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "q", "s", "samp", "small", "span", "strike"),
    *("strong", "sub", "sup", "tt", "u", "var"),
}
_TABLE_PARTS = {"caption", "tbody", "td", "tfoot", "th", "thead", "tr"}
_BLOCKS = {
    *("blockquote", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre"),
    *("td", "th", "ul"),
}
_TAGS = _INLINE | _TABLE_PARTS | _BLOCKS | {"hr", "table"}
_DROPPED_WITH_CONTENT = {
    *("script", "style", "title", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math"),
    *("select", "textarea", "datalist", "audio", "video", "canvas", "map", "frameset"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start", "type"},
    "table": {"width", "border", "cellpadding"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    **{tag: {"dir", "align"} for tag in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "center")},
    **{tag: {"dir"} for tag in ("blockquote", "ul", "li", "dl", "pre", "span")},
}
_ATTRIBUTES["ol"] |= {"dir"}
_ATTRIBUTES["table"] |= {"dir"}
_QUOTE_CLASSES = {"gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "zmail_extra"}
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z:-]+="[^"]*")*)\s*/?>')
_VOID = {"br", "hr", "img"}
_QUOTE_START = re.compile(r'<blockquote\b|<div[^>]*\bclass="[^"]*(?:' + "|".join(_QUOTE_CLASSES) + ")")
_LINE_START = re.compile(r"<(?:p|div|br|td|li)\b[^>]*>")
_EMPTY_TAIL = re.compile(r"(?:<br>|&nbsp;|\s|<(p|div|span|li|ul|ol)\b[^>]*>\s*</\1>)+((?:</[a-z0-9]+>)*)\Z")
_VISIBLE = re.compile(r"<img\b|[^\s\xa0]")


@dataclass(frozen=True)
class SafeMail:
    """A message ready for a text document.

    ``body`` is what the author wrote, ``quoted`` the tail that only repeats earlier mail ("" when there is none).
    ``remote_images`` counts pictures that would have had to be fetched and were left out.
    """

    body: str
    quoted: str = ""
    remote_images: int = 0


def safe_mail(source: str) -> SafeMail | None:
    """Return *source* made safe, or None when it is too long to be rendered (show the plain text then)."""
    if len(source) > MAX_HTML:
        return None
    blocked = 0

    def judge(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        if tag == "img" and name == "src":
            if _carried(value):
                return value
            blocked += 1
            return None
        return _judged(name, value)

    clean = _clean(source, judge)
    body, quoted = _without_quote(_flattened(clean))
    return SafeMail(_images_as_words(body), _images_as_words(quoted), blocked)


def _clean(source: str, judge: Callable[[str, str, str], str | None]) -> str:
    return nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=judge,
        url_schemes=SCHEMES | {"data", "cid"},
        url_relative="deny",
        link_rel=None,
        allowed_classes={"div": _QUOTE_CLASSES, "blockquote": _QUOTE_CLASSES},
    )


def _carried(address: str) -> bool:
    """Return whether the picture at *address* came with the message itself."""
    if address.startswith("cid:"):
        return len(address) < 500
    return len(address) <= MAX_INLINE_IMAGE and _INLINE_IMAGE.match(address) is not None


def _judged(name: str, value: str) -> str | None:
    """Return the *value* that the attribute may keep, or None when it must go."""
    if name == "href":
        return value if scheme_of(value) in SCHEMES else None
    if name in ("colspan", "rowspan"):
        return str(min(int(value), MAX_SPAN)) if value.isascii() and value.isdigit() and len(value) < 9 else None
    if name == "width":
        # widths in pixels would push the text out of the card
        return value if re.fullmatch(r"(?:100|[1-9]?[0-9])%", value) else None
    if name in ("border", "cellpadding", "start"):
        return value if re.fullmatch(r"[0-9]{1,2}", value) else None
    if name == "dir":
        return value.lower() if value.lower() in ("rtl", "ltr") else None
    if name == "align":
        return value.lower() if value.lower() in ("left", "right", "center", "justify") else None
    if name == "type":
        return value if value in ("1", "a", "A", "i", "I") else None
    return value


def _flattened(clean: str) -> str:
    """Return *clean* with elements dropped (not their text) where they nest too deep for the layout."""
    if clean.count("<table") <= MAX_TABLE_DEPTH and sum(clean.count(f"<{tag}") for tag in _BLOCKS) <= MAX_DEPTH:
        return clean
    tables = blocks = 0
    dropped: dict[str, int] = {}
    out: list[str] = []
    at = 0
    table_kept: list[bool] = []
    for token in _TOKEN.finditer(clean):
        closing, tag = token[1] == "/", token[2]
        out.append(clean[at : token.start()])
        at = token.end()
        keep = True
        if tag == "table":
            if closing:
                keep = table_kept.pop() if table_kept else False
                tables -= keep
            else:
                keep = tables < MAX_TABLE_DEPTH
                table_kept.append(keep)
                tables += keep
        elif tag in _TABLE_PARTS:
            keep = bool(table_kept) and table_kept[-1]
        if tag in _BLOCKS and keep:
            if closing:
                if dropped.get(tag, 0):
                    dropped[tag] -= 1
                    keep = False
                else:
                    blocks -= 1
            elif blocks >= MAX_DEPTH and tag not in _TABLE_PARTS:
                dropped[tag] = dropped.get(tag, 0) + 1
                keep = False
            else:
                blocks += 1
        out.append(token[0] if keep else " ")
    out.append(clean[at:])
    return "".join(out)


def _without_quote(clean: str) -> tuple[str, str]:
    """Split *clean* into what was written and the quotation at its end; a quotation that is answered inline stays."""
    for start in _QUOTE_START.finditer(clean):
        end = _end_of_element(clean, start.start())
        if _VISIBLE.search(_TOKEN.sub("", _without_quotes(clean[end:]))):
            continue
        at = _attribution_before(clean, start.start())
        head = clean[:at]
        if not _VISIBLE.search(_TOKEN.sub("", head)):
            # a message that is nothing but a quotation is a forwarded one: that is its content
            return clean, ""
        opened = _open_at(head)
        return (
            _trimmed(head + "".join(f"</{tag}>" for tag, _ in reversed(opened))),
            "".join(text for _, text in opened) + clean[at:],
        )
    return clean, ""


def _trimmed(body: str) -> str:
    """Return *body* without the empty lines at its end that stood before a quotation."""
    for _ in range(MAX_DEPTH):
        shorter = _EMPTY_TAIL.sub(r"\2", body)
        if shorter == body:
            break
        body = shorter
    return body


def _attribution_before(clean: str, at: int) -> int:
    """Return where the line "On … wrote:" before the quotation at *at* begins, or *at* when there is none."""
    head = clean[:at].rstrip()
    # it is a paragraph of its own, or follows a line break
    for token in reversed(list(_LINE_START.finditer(head, max(0, len(head) - 600)))):
        words = html.unescape(_TOKEN.sub("", head[token.start() :])).strip()
        if not words:
            continue
        return token.start() if ATTRIBUTION.match(words) else at
    return at


def _without_quotes(tail: str) -> str:
    while start := _QUOTE_START.search(tail):
        tail = tail[: start.start()] + tail[_end_of_element(tail, start.start()) :]
    return tail


def _end_of_element(clean: str, start: int) -> int:
    """Return the offset after the element that opens at *start*."""
    depth = 0
    opened = None
    for token in _TOKEN.finditer(clean, start):
        opened = opened or token[2]
        if token[2] == opened:
            depth += -1 if token[1] else 1
            if depth == 0:
                return token.end()
    return len(clean)


def _open_at(head: str) -> list[tuple[str, str]]:
    """Return the elements (name, start tag) that are still open at the end of *head*."""
    opened: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(head):
        if token[2] in _VOID:
            continue
        if not token[1]:
            opened.append((token[2], token[0]))
        elif any(tag == token[2] for tag, _ in opened):
            while opened.pop()[0] != token[2]:
                pass
    return opened


_IMAGE = re.compile(r'<img((?:\s+[a-z]+="[^"]*")*)\s*/?>')


def _images_as_words(clean: str) -> str:
    """Return *clean* with every picture that lost its source replaced by its description."""

    def worded(match: re.Match[str]) -> str:
        attributes = match[1]
        if 'src="' in attributes:
            return match[0]
        alt = re.search(r'\balt="([^"]*)"', attributes)
        text = html.unescape(alt[1]).strip() if alt else ""
        return f"[{html.escape(text)}]" if text else ""

    return _IMAGE.sub(worded, clean)
