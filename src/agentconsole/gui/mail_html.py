"""HTML mail made safe and readable: what a stranger wrote, reduced to what a text document may show.

Nothing that runs, asks, phones home or reaches into the machine survives: no script, style sheet, form, frame or
object; no colours or sizes of the sender's own (they are unreadable on a dark ground); links only to the web, mail
and phone numbers; pictures only when they travel inside the message and are small. Numbers that would make the layout
explode (a cell that spans a million columns, tables within tables within tables) are cut down.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

import nh3

from agentconsole.domain.quoting import is_attribution
from agentconsole.gui.link_target import SCHEMES, scheme_of

MAX_HTML = 400_000
"""Longest HTML (characters) that is rendered; what is longer is shown as plain text."""

MAX_INLINE_IMAGE = 700_000
"""Longest ``data:`` address (characters) of a picture inside a message, about half a megabyte of picture."""

MAX_DEPTH = 24
"""How deep block elements may nest before further nesting is flattened."""

MAX_OPEN = 300
"""How many elements of a long message may be open at once; the parser walks through all of them for each tag."""

FEW_TAGS = 1_500
"""Messages with fewer tags are parsed quickly however they nest."""

MAX_TAGS = 30_000
MAX_ENTITIES = 80_000
MAX_ATTRIBUTES = 400
"""Of one tag; the parser compares each with all before."""

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
# none that every element may have: a title would be the tooltip of a link, and say where it leads what the sender likes
_ATTRIBUTES["*"] = set()
_ATTRIBUTES["ol"] |= {"dir"}
_ATTRIBUTES["table"] |= {"dir"}
_QUOTE_CLASSES = {"gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "zmail_extra"}
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")

# The markup as a browser splits it, each place looked at once: comments and the like, or a tag with its attributes.
_MARKUP = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/[^a-z>])[^>]*+|"""
    r"""<(?P<end>/?)(?P<tag>[a-z][^ \t\n\f\r/>]*+)"""
    r"""(?P<attributes>(?:[ \t\n\f\r/]++|[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"""
    r"""(?:[ \t\n\f\r]*+=[ \t\n\f\r]*+(?:"[^"]*+"?|'[^']*+'?|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)?+)?+)*+)"""
    r"""(?:>|\Z)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""[^\s/=]+(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s"']\S*))?""")
_OTHER_RULES = re.compile(
    r"<(?:svg|math|script|noscript|template|plaintext|xmp|noembed|noframes|iframe|select|textarea|frameset)\b",
    re.IGNORECASE,
)
"""Elements within which tags mean something else."""

_TEXT_ONLY = {tag: re.compile(rf"</{tag}[ \t\n\f\r/>]", re.IGNORECASE) for tag in ("style", "title")}
_NEVER_DEEP = {
    *("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta"),
    *("param", "source", "track", "wbr", "html", "head", "body"),
    # these end one another, or need one of the counted to nest
    *("p", "li", "dd", "dt", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "caption"),
}

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z:-]+="[^"]*")*)\s*/?>')
_VOID = {"br", "hr", "img"}
_QUOTE_CLASS = re.compile(r'\bclass="[^"]*(?:' + "|".join(_QUOTE_CLASSES) + ")")
_LINE_START = re.compile(r"<(?:p|div|br|td|li)\b[^>]*>")
_MAY_GO_EMPTY = {"p", "div", "span", "li", "ul", "ol"}


@dataclass(frozen=True)
class SafeMail:
    """A message ready for a text document.

    ``body`` is what the author wrote, ``quoted`` the tail that only repeats earlier mail ("" when there is none).
    ``remote`` are the addresses of pictures that would have had to be fetched and were left out, each once.
    """

    body: str
    quoted: str = ""
    remote: tuple[str, ...] = ()


def safe_mail(source: str, fetched: Collection[str] = ()) -> SafeMail | None:
    """Return *source* made safe, or None when it is too long or too tangled to be rendered (show the plain text).

    Pictures whose address is among *fetched* keep it, for the agent asked for them.
    """
    if len(source) > MAX_HTML or _is_tangled(source):
        return None
    blocked: dict[str, None] = {}

    def judge(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            if _carried(value) or value in fetched:
                return value
            blocked[value] = None
            return None
        return _judged(name, value)

    clean = _clean(source, judge)
    body, quoted = _without_quote(_flattened(clean))
    return SafeMail(_images_as_words(body), _images_as_words(quoted), tuple(blocked))


def _is_tangled(source: str) -> bool:
    """Return whether parsing *source* might take seconds: tags without end, or very many of them open at once.

    Counts on the safe side. An end tag ends its own element only, though a browser may end those within as well.
    """
    tags = source.count("<")
    if tags > MAX_TAGS or source.count("&") > MAX_ENTITIES:
        return True
    deepest = MAX_OPEN if tags > FEW_TAGS else FEW_TAGS
    if tags > FEW_TAGS and _OTHER_RULES.search(source):
        return True
    opened: list[str] = []
    at = 0
    while found := _MARKUP.search(source, at):
        at = found.end()
        attributes = found["attributes"] or ""
        if len(attributes) > MAX_ATTRIBUTES and len(_ATTRIBUTE.findall(attributes)) > MAX_ATTRIBUTES:
            return True
        if (tag := (found["tag"] or "").lower()) in _TEXT_ONLY and not found["end"]:
            end = _TEXT_ONLY[tag].search(source, at)
            at = end.start() if end else len(source)
        elif not tag or tag in _NEVER_DEEP:
            continue
        elif not found["end"]:
            opened.append(tag)
            if len(opened) > deepest:
                return True
        else:
            _end(opened, tag)
    return False


def _end(opened: list[str], tag: str) -> None:
    """Take the last *tag* out of *opened*; nothing outside of a table is ended by what stands inside."""
    for index in range(len(opened) - 1, -1, -1):
        if opened[index] == tag:
            del opened[index : None if tag == "table" else index + 1]
            return
        if opened[index] in ("table", "object", "marquee", "applet"):
            return


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
    start = _start_of_final_quote(clean)
    if start is None:
        return clean, ""
    at = _attribution_before(clean, start)
    head = clean[:at]
    if not _is_visible(_TOKEN.sub("", head)):
        # a message that is nothing but a quotation is a forwarded one: that is its content
        return clean, ""
    opened = _open_at(head)
    return (
        _trimmed(head + "".join(f"</{tag}>" for tag, _ in reversed(opened))),
        "".join(text for _, text in opened) + clean[at:],
    )


def _start_of_final_quote(clean: str) -> int | None:
    """Return where the first quotation begins after which nothing but quotations follows.

    One pass, whatever the mail: a quotation is remembered until words outside of quotations follow it.
    """
    found: int | None = None
    quoting = ""  # the tag of the outermost quotation that is open
    depth = at = 0
    for token in _TOKEN.finditer(clean):
        if not quoting and found is not None and _is_visible(clean[at : token.start()]):
            found = None
        at = token.end()
        tag = token[2]
        if quoting:
            if tag == quoting:
                depth += -1 if token[1] else 1
                if depth == 0:
                    quoting = ""
        elif not token[1] and (tag == "blockquote" or (tag == "div" and _QUOTE_CLASS.search(token[3]))):
            quoting, depth = tag, 1
            if found is None:
                found = token.start()
    if not quoting and _is_visible(clean[at:]):
        return None
    return found


def _is_visible(text: str) -> bool:
    """Return whether *text*, free of tags, is more than blanks."""
    return bool(text and text.replace("&nbsp;", "").strip())


def _trimmed(body: str) -> str:
    """Return *body* without the empty lines at its end that stood before a quotation.

    Goes backwards over the tags and stops at the first thing to see; elements that lose all they held go, too.
    """
    at = len(body)  # all from here on is closing tags (kept below) and blanks
    closing: list[str] = []
    for token in reversed(list(_TOKEN.finditer(body))):
        if _is_visible(body[token.end() : at]):
            break
        tag = token[2]
        if token[1]:
            closing.append(tag)
        elif tag in _MAY_GO_EMPTY and closing and closing[-1] == tag:
            closing.pop()
        elif tag != "br":
            at = token.end()
            break
        at = token.start()
    while (is_space := body[at - 1 : at].isspace()) or body.endswith("&nbsp;", 0, at):
        at -= 1 if is_space else len("&nbsp;")
    return body[:at] + "".join(f"</{tag}>" for tag in reversed(closing))


def _attribution_before(clean: str, at: int) -> int:
    """Return where the line "On … wrote:" before the quotation at *at* begins, or *at* when there is none."""
    head = clean[:at].rstrip()
    # it is a paragraph of its own, or follows a line break
    for token in reversed(list(_LINE_START.finditer(head, max(0, len(head) - 600)))):
        words = html.unescape(_TOKEN.sub("", head[token.start() :])).strip()
        if not words:
            continue
        return token.start() if is_attribution(words) else at
    return at


def _open_at(head: str) -> list[tuple[str, str]]:
    """Return the elements (name, start tag) that are still open at the end of *head*."""
    opened: list[tuple[str, str]] = []
    count: Counter[str] = Counter()
    for token in _TOKEN.finditer(head):
        tag = token[2]
        if tag in _VOID:
            continue
        if not token[1]:
            opened.append((tag, token[0]))
            count[tag] += 1
        elif count[tag]:
            last = ""
            while last != tag:
                last, _ = opened.pop()
                count[last] -= 1
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
