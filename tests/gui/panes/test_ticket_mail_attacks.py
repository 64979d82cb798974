"""An attack corpus for mail: every known way to smuggle something alive past a sanitiser, in every wrapping.

What comes out is read again by a parser of another make, and by Qt as the window does.
"""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtWidgets import QWidget

from agentconsole.gui.mail_html import safe_mail
from agentconsole.gui.panes.ticket.mail_text import MailText
from tests.support.stage import Theatre

ALLOWED = {
    *("a", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl", "dt", "em", "h1"),
    *("h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre"),
    *("q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "tt", "u", "ul", "var"),
}
ATTRIBUTES = {
    *("href", "src", "alt", "start", "type", "width", "border"),
    *("cellpadding", "colspan", "rowspan", "align", "dir", "class"),
}
SCRIPT = "alert(document.cookie)"
HOST = "attacker.example"

HANDLERS = (
    *("onerror", "onload", "onclick", "onmouseover", "onfocus", "onanimationstart", "ontoggle", "onpointerenter"),
    *("onbegin", "onpageshow", "onbeforeunload", "onwheel", "ONERROR", "onError", "on\terror"),
)
CARRIERS = (
    *("img src=x", "svg", "body", "input autofocus", "select autofocus", "video src=x", "audio src=x", "details open"),
    *("marquee", "iframe", "object data=x", "embed src=x", "math", "style", "link rel=stylesheet href=x", "form", "p"),
    *("a href=x", "table background=x", "td", "div", "xmp", "plaintext", "keygen autofocus", "isindex", "image src=x"),
)
SEPARATORS = (" ", "/", "\n", "\t", "\f", "\r", " / ", "\x0b", "\x00", '""', "''")
SCHEMES = (
    *(
        "javascript:",
        "JaVaScRiPt:",
        "java\tscript:",
        "java\nscript:",
        "java\rscript:",
        "\x01javascript:",
        " javascript:",
    ),
    *("javascript&colon;", "&#106;avascript:", "&#x6A;avascript:", "&#0000106avascript:", "java&Tab;script:"),
    *("java&NewLine;script:", "vbscript:", "livescript:", "data:text/html,", "data:text/html;base64,", "data:,"),
    *(
        "data:image/svg+xml,",
        "data:image/svg+xml;base64,",
        "file:///etc/passwd#",
        "\\\\host\\share",
        "//",
        "/",
        "?",
        "#",
    ),
    *("smb://host/", "ms-word:", "search-ms:", "res://", "qrc:/", "view-source:", "jar:", "blob:", "about:", "mhtml:"),
    *(
        "feed:javascript:",
        "steam:",
        "vscode:",
        "intent:",
        "x-apple:",
        "ldap:",
        "ftp:",
        "chrome:",
        "ws:",
        "javascript\x00:",
    ),
)
ADDRESS_HOLDERS = (
    *(
        "a href",
        "area href",
        "img src",
        "img srcset",
        "img lowsrc",
        "img dynsrc",
        "iframe src",
        "frame src",
        "embed src",
    ),
    *("object data", "object codebase", "form action", "button formaction", "input src", "body background"),
    *("table background", "td background", "base href", "link href", "blockquote cite", "q cite", "del cite", "a ping"),
    *(
        "video poster",
        "source src",
        "track src",
        "svg xlink:href",
        "use xlink:href",
        "image xlink:href",
        "a xlink:href",
    ),
    *("script src", "style src", "applet code", "bgsound src", "meta content", "html manifest", "img longdesc"),
)
STYLES = (
    *(f"background:url(https://{HOST}/p)", f"background-image:\\75rl(https://{HOST}/p)", "width:expression(alert(1))"),
    *(f"@import 'https://{HOST}/x'", "position:fixed;inset:0", "-moz-binding:url(x)", "behavior:url(x.htc)"),
    *(f"list-style:url(https://{HOST}/p)", f"cursor:url(https://{HOST}/p),auto", "display:none", "font-size:0"),
)
MUTATIONS = (
    # an element that is read by one set of rules and written for another
    '<noscript><p title="</noscript><img src=x onerror={s}>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={s}&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror={s}>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={s}>",
    "<svg><desc><![CDATA[</desc><script>{s}</script>]]></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>{s}</script>'></iframe></foreignObject></svg>",
    "<title><a title='</title><img src=x onerror={s}>'>",
    "<textarea><a title='</textarea><img src=x onerror={s}>'>",
    '<select><template><style><!--</style><a rel="--></style></template></select><img src onerror={s}>">',
    "<table><td><form></td><svg><script>{s}</script></table>",
    '<xmp><p title="</xmp><img src=x onerror={s}>">',
    '<noembed><img title="</noembed><img src onerror={s}>"></noembed>',
    "<!--><img src=x onerror={s}>-->",
    "<!--!><img src=x onerror={s}>-->",
    "<!-- --!><img src=x onerror={s}> -->",
    "<![CDATA[<img src=x onerror={s}>]]>",
    '<?xml-stylesheet href="javascript:{s}"?><p>x',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;',
    "<scr<script>ipt>{s}</scr</script>ipt>",
    "<<script>{s}//<</script>",
    "<script/x>{s}</script>",
    "<script\n>{s}</script\n>",
    "<SCRIPT>{s}</SCRIPT>",
    "</script><script>{s}</script>",
    '<img src="x` `<script>{s}</script>"` `>',
    '<img src=\'x\' alt=""><script>{s}</script>">',
    '<a href="https://ok.example/" title=\'"><script>{s}</script>\'>x</a>',
    "<a href='https://ok.example/\"onmouseover=\"{s}'>x</a>",
    '<img alt="`><script>{s}</script>" src=cid:a>',
    "<p class='gmail_quote\" onclick=\"{s}'>x</p>",
    '<div class="gmail_quote evil" id=x name=y>x</div>',
    "&lt;script&gt;{s}&lt;/script&gt;",
    "%3Cscript%3E{s}%3C/script%3E",
    "\ufeff<script>{s}</script>",
    "<\u017fcript>{s}</\u017fcript>",
    "<ſvg onload={s}>",
    "+ADw-script+AD4-{s}+ADw-/script+AD4-",
    '<a href="https://ok.example\u202egpj.exe">photo</a>',
)


def corpus() -> list[str]:
    """Return the attacks, some thousand of them."""
    found = [
        f"<{carrier}{separator}{handler}{equals}{quote}{SCRIPT}{quote}>x"
        for (carrier, handler), separator, (equals, quote) in zip(
            itertools.product(CARRIERS, HANDLERS),
            itertools.cycle(SEPARATORS),
            itertools.cycle((("=", ""), ("=", '"'), (" = ", "'"), ("=\n", "`"))),
            strict=False,
        )
    ]
    found += [
        f"<{holder}={quote}{scheme}{SCRIPT}//{HOST}{quote}>x</{holder.split()[0]}>"
        for holder, scheme, quote in itertools.product(ADDRESS_HOLDERS, SCHEMES, ('"', "'", ""))
        if quote or not set(scheme) & set(" \t\n\r\f")
    ]
    found += [
        f"<{tag} style={quote}{style}{quote}>x</{tag}>"
        for tag, style, quote in itertools.product(("div", "p", "td", "img", "a", "span"), STYLES, ('"', "'"))
        if quote not in style
    ]
    found += [f"<style>{style}</style>x" for style in STYLES]
    found += [mutation.replace("{s}", SCRIPT) for mutation in MUTATIONS]
    return found


WRAPPINGS = ("{}", "<div><blockquote>{}</blockquote>", "<table><tr><td>{}", "<p>Hi</p>{}<p>bye</p>", "<svg>{}", "<b>{}")


class Reader(HTMLParser):
    """Notes what is not allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src"):
                self._judge(tag, name, value or "")

    def _judge(self, tag: str, name: str, value: str) -> None:
        scheme = urlsplit(value).scheme
        allowed = {"href": {"http", "https", "mailto", "tel"}, "src": {"cid", "data"}}[name]
        if scheme not in allowed or re.search(r"[\x00-\x20]", value[:12]):
            self.wrong.append(f"<{tag} {name}={value!r}>")
        if scheme == "data" and not re.match(r"data:image/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z", value):
            self.wrong.append(f"<{tag} {name}={value!r}>")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append("a declaration")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append("a section")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("an instruction")


def alive(safe: str) -> list[str]:
    """Return what in *safe* should not be there."""
    reader = Reader()
    reader.feed(safe)
    reader.close()
    return reader.wrong


def test_the_reader_knows_what_is_alive() -> None:
    for attack in (
        "<script>x</script>",
        '<a href="javascript:x">',
        "<p onclick=x>",
        '<img src="https://x/">',
        "<!--x-->",
    ):
        assert alive(attack), attack
    assert not alive('<p dir="rtl"><a href="https://ok.example/">ok</a><img src="cid:1"></p>')


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_no_attack_of_the_corpus_stays_alive(wrapping: str) -> None:
    survivors = []
    for attack in corpus():
        mail = safe_mail(wrapping.format(attack))
        if mail is not None and (wrong := alive(mail.body) + alive(mail.quoted)):
            survivors.append((attack, wrong))
    assert survivors == []


def test_what_was_made_safe_is_safe_when_it_is_made_safe_again() -> None:
    """Mutations of the markup by parsing and writing it again are what most ways past a sanitiser rest on."""
    for attack in corpus():
        once = safe_mail(attack)
        if once is None:
            continue
        twice = safe_mail(once.body)
        assert twice is not None
        assert not alive(twice.body + twice.quoted), attack


_PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<svg>", "</svg>", "<math>", "</math>", "<style>", "</style>", "<noscript>", "<p>"),
        *("</p>", "<table>", "</table>", "<td>", "<img src=x onerror=1>", "<a href='javascript:1'>", "</a>", "<!--"),
        *("-->", "<![CDATA[", "]]>", '"', "'", "`", ">", "<", "&lt;", "&#0;", "\x00", "=", "/", " ", "x", "<form>"),
        *("<mglyph>", "<malignmark>", "<annotation-xml encoding=text/html>", "<foreignObject>", "<title>", "</title>"),
        *("<textarea>", "</textarea>", "<template>", "</template>", "<select>", "<option>", "<frameset>", "<body>"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=24).map("".join))
def test_no_shuffle_of_dangerous_pieces_comes_alive(source: str) -> None:
    mail = safe_mail(source)
    assert mail is None or not alive(mail.body) + alive(mail.quoted)


def test_a_link_says_itself_where_it_leads() -> None:
    """A title would be shown as the link's tooltip in place of its address."""
    mail = safe_mail('<a href="https://attacker.example/" title="https://bank.example/">my bank</a>')
    assert mail is not None
    assert mail.body == '<a href="https://attacker.example/">my bank</a>'


def test_the_window_asks_for_nothing_while_it_shows_the_corpus(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    load = MailText.loadResource

    def watched(self: MailText, kind: int, name: QUrl | str) -> object:
        got = load(self, kind, name)
        if got != QByteArray():
            asked.append(name.toString() if isinstance(name, QUrl) else name)
        return got

    monkeypatch.setattr(MailText, "loadResource", watched)
    parent = QWidget()
    text = MailText(parent)
    for attack in corpus()[::7]:
        mail = safe_mail(attack)
        if mail is not None:
            text.show_html(mail.body, theatre.context.theming.theme, plain=False)
            text.height_for(500)
    assert asked == []
    parent.deleteLater()
