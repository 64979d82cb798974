"""Hostile mail: nothing of it may run, phone home, open something unseen or choke the layout."""

from __future__ import annotations

import re
import time

import pytest

from agentconsole.gui.mail_html import MAX_DEPTH, MAX_HTML, MAX_SPAN, safe_mail

HOSTILE = [
    "<script>alert(1)</script>ok",
    "<scr<script>ipt>alert(1)</scr</script>ipt>ok",
    "<img src=x onerror=alert(1)>ok",
    "<p>ok</p><svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>ok",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'></math>ok",
    "<iframe src='https://evil.example/'></iframe>ok",
    "<object data='file:///etc/passwd'></object>ok",
    "<embed src='file:///etc/passwd'>ok",
    "<link rel=stylesheet href='https://evil.example/x.css'>ok",
    "<style>@import 'https://evil.example/x.css'; body{display:none}</style>ok",
    "<div style='background:url(https://evil.example/p.png)'>ok</div>",
    "<p style='position:fixed;top:0'>ok</p>",
    "<body background='https://evil.example/p.png' onload=alert(1)>ok",
    "<table background='https://evil.example/p.png'><tr><td background='file:///etc/passwd'>ok</table>",
    "<form action='https://evil.example/'><input name=password><button>ok</button></form>",
    "<a href='javascript:alert(1)'>ok</a>",
    "<a href='java\nscript:alert(1)'>ok</a>",
    "<a href='&#106;avascript:alert(1)'>ok</a>",
    "<a href=' JaVaScRiPt:alert(1)'>ok</a>",
    "<a href='vbscript:x'>ok</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>ok</a>",
    "<a href='file:///etc/passwd'>ok</a>",
    "<a href='smb://evil.example/share'>ok</a>",
    "<a href='\\\\evil.example\\share'>ok</a>",
    "<a href='/relative'>ok</a>",
    "<img src='file:///etc/passwd'>ok",
    "<img src='qrc:/icons/x.svg'>ok",
    "<img src='//evil.example/p.png'>ok",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>ok",
    "<img src='data:text/html;base64,PHN2Zz4='>ok",
    "<img srcset='https://evil.example/p.png 2x'>ok",
    "<picture><source srcset='https://evil.example/p.png'></picture>ok",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>ok",
    "<base href='https://evil.example/'>ok",
    "<!--[if mso]><script>alert(1)</script><![endif]-->ok",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>ok",
    "<template><script>alert(1)</script></template>ok",
    "<a href='https://ok.example/' onclick=alert(1) target=_self ping='https://evil.example/'>ok</a>",
    "<video src='https://evil.example/v.mp4' autoplay></video>ok",
    "<input type=image src='https://evil.example/p.png'>ok",
    "<\x00script>alert(1)</script>ok",
    "<p>ok<img alt='\"><script>alert(1)</script>'></p>",
]
_ALIVE = re.compile(
    r"<(?!/?(?:a|b|blockquote|br|caption|center|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|img|ins|kbd|li|ol|p|pre|q|s|samp"
    r"|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var)\b)"
    r"|<[^>]*\s(?:on\w+|style|background|srcset|ping|action|bgcolor)=",
    re.IGNORECASE,
)


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_markup_is_dead_and_the_text_remains(source: str) -> None:
    mail = safe_mail(source)
    assert mail is not None
    whole = mail.body + mail.quoted
    assert not _ALIVE.search(whole), whole
    assert "evil.example" not in re.sub(r">[^<]*<", "><", f">{whole}<"), whole
    for address in re.findall(r'(?:href|src)="([^"]*)"', whole):
        assert address.startswith(("https://", "http://", "mailto:", "tel:", "cid:", "data:image/")), whole
    assert "ok" in whole


def test_remote_pictures_are_counted_and_replaced_by_their_words() -> None:
    mail = safe_mail(
        '<p>Hi<img src="https://t.example/1.gif" alt="Our <logo>"><img src="http://t.example/2.gif"></p>'
        '<img src="cid:part1@x">'
    )
    assert mail is not None
    assert mail.remote == ("https://t.example/1.gif", "http://t.example/2.gif")
    assert "t.example" not in mail.body
    assert "[Our &lt;logo&gt;]" in mail.body
    assert 'src="cid:part1@x"' in mail.body


def test_a_small_picture_inside_the_message_stays_and_a_huge_one_goes() -> None:
    small, huge = "data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64," + "A" * 800_000
    kept = safe_mail(f'<img src="{small}">')
    assert kept is not None
    assert small in kept.body
    assert safe_mail(f'<img src="{huge}">') is None  # longer than any mail that is rendered at all


def test_a_message_beyond_the_limit_is_not_rendered() -> None:
    assert safe_mail("x" * (MAX_HTML + 1)) is None


def test_numbers_that_explode_a_layout_are_cut() -> None:
    mail = safe_mail(
        '<table width="99999" border="999999"><tr><td colspan="100000000" rowspan="-5">a</td>'
        '<td colspan="90000">b</td></tr></table>'
    )
    assert mail is not None
    assert "width" not in mail.body
    assert "border" not in mail.body
    assert all(int(number) <= MAX_SPAN for number in re.findall(r'span="(\d+)"', mail.body))


@pytest.mark.parametrize("tag", ["table><tr><td", "div", "blockquote", "ul><li"])
def test_bottomless_nesting_is_flattened_in_reasonable_time(tag: str) -> None:
    began = time.process_time()
    mail = safe_mail("<" + f"{tag}><".replace("><", "><") * 400 + "p>deep</p>")
    assert mail is not None
    whole = mail.body + mail.quoted
    depth = deepest = 0
    for closing, _name in re.findall(r"<(/?)(table|div|blockquote|ul|li|td|p)\b", whole):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    assert deepest <= MAX_DEPTH + 10, deepest
    assert "deep" in whole
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "source",
    [
        "<p>Thanks!</p><blockquote><p>earlier words</p></blockquote>",
        '<div dir="ltr">Thanks!</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon Ana wrote:</div>'
        "<blockquote>earlier words</blockquote></div>",
        "<div><div><p>Thanks!</p><blockquote>earlier words</blockquote></div></div>",
        "<p>Thanks!</p><p>On 2 Nov 2026 at 10:00, Ana wrote:</p><blockquote>earlier words</blockquote>",
        "<div>Thanks!<br>On 2 Nov, Ana &lt;ana@x.example&gt; wrote:<br><blockquote>earlier words</blockquote></div>",
    ],
)
def test_the_quoted_tail_is_set_apart(source: str) -> None:
    mail = safe_mail(source)
    assert mail is not None
    assert "Thanks!" in mail.body
    assert "earlier" not in mail.body
    assert "wrote" not in mail.body
    assert "earlier words" in mail.quoted
    assert not mail.body.removesuffix("</div>").removesuffix("</div>").endswith(("<br>", "<p></p>", "<div></div>"))
    for part in (mail.body, mail.quoted):
        assert part.count("<div") == part.count("</div>")


def test_a_quotation_answered_inline_stays_in_view() -> None:
    mail = safe_mail("<p>See below</p><blockquote>Is it on?</blockquote><p>Yes it is.</p>")
    assert mail is not None
    assert "Is it on?" in mail.body
    assert mail.quoted == ""


def test_a_message_that_only_quotes_is_shown_whole() -> None:
    mail = safe_mail("<blockquote>forwarded words</blockquote>")
    assert mail is not None
    assert "forwarded words" in mail.body


def test_the_senders_own_colours_and_sizes_are_dropped_but_direction_is_kept() -> None:
    mail = safe_mail('<p dir="rtl" style="color:#fff;font-size:72px"><font color="white" size="7">שלום</font></p>')
    assert mail is not None
    assert mail.body == '<p dir="rtl">שלום</p>'


def _filled(unit: str, before: str = "", after: str = "", size: int = MAX_HTML) -> str:
    return before + unit * ((size - len(before) - len(after)) // len(unit)) + after


QUOTED = "y<blockquote>q</blockquote>"
EXHAUSTING = {
    "line breaks": _filled("<br>", "x", QUOTED),
    "line breaks in the tail": _filled("<br>", "x", "<blockquote>q</blockquote>"),
    "hard blanks": _filled("&nbsp;", "x", QUOTED),
    "hard blanks in the tail": _filled("&nbsp;", "x", "<blockquote>q</blockquote>"),
    "blanks": _filled(" ", "x", QUOTED),
    "empty paragraphs": _filled("<p></p>", "x", QUOTED),
    "long empty paragraphs": _filled('<p dir="rtl"></p>', "x", "<blockquote>q</blockquote>"),
    "answered quotes": _filled("<blockquote>q</blockquote>x"),
    "many quotes": _filled("<blockquote>q</blockquote>", "x", "y"),
    "quotes by class": _filled('<div class="gmail_quote">q</div>x'),
    "quotes in quotes": _filled("<blockquote>", "x", "y"),
    "open blocks": _filled("<div>", "x"),
    "open spans, closed words": _filled("<i></i>", "x" + "<span>" * 15_000, QUOTED),
    "blocks under spans": _filled("<div>", "<span>" * 30_000),
    "fonts": "".join(f"<font size={number}><p>" for number in range(18_000)),
    "closing tags that hide in an attribute": _filled('<div title="</div>">', "x"),
    "closing tags that hide in a comment": _filled("<div><!-- </div> -->", "x"),
    "closing tags that hide in a style": _filled("<div><style></div></style>", "x"),
    "closing tags that close nothing": _filled("<b><div></b>", "x"),
    "attributes": "<a " + " ".join(f"x{number}" for number in range(50_000)) + ">x</a>",
    "bare ampersands": _filled("&"),
    "start tags in an address": _filled("<div", '<a href="https://x.example/', '">x</a><blockquote>q</blockquote>'),
}


@pytest.mark.parametrize("name", EXHAUSTING)
def test_no_mail_can_keep_the_window_busy(name: str) -> None:
    began = time.process_time()
    safe_mail(EXHAUSTING[name])
    assert time.process_time() - began < 0.3


def test_a_long_ordinary_mail_is_rendered() -> None:
    rows = _filled(
        '<tr><td><p>Order <b>4711</b><br>sent<td><a href="https://x.example/?a=1&amp;b=2">look</a></tr>', size=80_000
    )
    mail = safe_mail(
        f"<html><head><title>x</title><style>td {{}}</style></head><body><table>{rows}</table></body></html>"
    )
    assert mail is not None
    assert "4711" in mail.body


def test_blanks_and_empty_elements_before_a_quotation_go() -> None:
    mail = safe_mail("<div>Thanks!<p> </p><div><br>&nbsp;</div><br><blockquote>earlier</blockquote>&nbsp;</div>")
    assert mail is not None
    assert mail.body == "<div>Thanks!</div>"
    assert "earlier" in mail.quoted
