"""Quoted tails of plain mail, link targets, and times in words."""

from __future__ import annotations

import time
from datetime import UTC

import pytest

from agentconsole.domain.instant import DAY, HOUR, MINUTE, SECOND, from_iso
from agentconsole.domain.quoting import split_quote
from agentconsole.gui.link_target import link_target
from agentconsole.gui.quoting import plain_html
from agentconsole.gui.spoken_time import ago, clock_in, exact, span

NOW = from_iso("2026-11-22T19:09:00Z")


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 2 Nov 2026 at 10:00, Ana <ana@x.example> wrote:\n> first\n> second",
        "Am 2. November 2026 um 10:00 schrieb Ana:\n> first",
        "Le lun. 2 nov. 2026 à 10:00, Ana a écrit :\n> first",
        "On Monday the second of November in the year 2026,\nAna Maria <ana@x.example>\nwrote:\n> first\n\n> second",
        "-----Original Message-----\nFrom: Ana\nno angle brackets here",
        "________________________________\nFrom: Ana\nSent: Monday",
        "> bare quotation",
    ],
)
def test_the_quoted_tail_of_plain_mail_is_found(quote: str) -> None:
    assert split_quote(f"Thanks, that helped.\n\n{quote}") == ("Thanks, that helped.", quote)


@pytest.mark.parametrize(
    "text",
    [
        "no quotation at all",
        "> Is it on?\nYes.\n> And warm?\nAlso yes.",
        "> only a quotation",
        "a line\n____________________________\nnot a mail header",
        "",
    ],
)
def test_text_that_must_not_be_folded_stays_whole(text: str) -> None:
    assert split_quote(text) == (text, "")


def test_plain_text_keeps_its_spaces_and_cannot_smuggle_markup() -> None:
    shown = plain_html("  two <b>bold</b>\n\nsee https://x.example/a?b=1&c=2. or mail a.b@x.example")
    assert shown.startswith("<p>&nbsp;&nbsp;two &lt;b&gt;bold")
    assert '<a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>.' in shown
    assert '<a href="mailto:a.b@x.example">' in shown
    assert shown.count("<p") == 3


@pytest.mark.parametrize(
    ("address", "text", "place", "warned"),
    [
        ("https://pay.example/x", "Pay here", "pay.example", False),
        ("https://evil.example/", "www.bank.example", "evil.example", True),
        ("https://www.bank.example/login", "bank.example", "www.bank.example", False),
        ("https://bank.example@evil.example/", "here", "evil.example", True),
        ("https://bаnk.example/", "here", "xn--bnk-6cd.example", True),
        ("mailto:a@x.example?subject=hi", "write", "a@x.example", False),
        ("tel:+4912345", "call", "+4912345", False),
    ],
)
def test_the_true_target_of_a_link_is_told(address: str, text: str, place: str, *, warned: bool) -> None:
    target = link_target(address, text)
    assert target is not None
    assert (target.place, bool(target.warning)) == (place, warned)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "https://", "", "about:blank"])
def test_what_must_not_be_opened_has_no_target(address: str) -> None:
    assert link_target(address) is None


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (10 * SECOND, "just now"),
        (-MINUTE, "just now"),
        (42 * MINUTE, "42 min ago"),
        (3 * HOUR, "3 h ago"),
        (12 * HOUR, "today 07:09"),
        (DAY, "yesterday 19:09"),
        (3 * DAY, "Thu 19:09"),
        (20 * DAY, "2 Nov 19:09"),
        (400 * DAY, "18 Oct 2025"),
    ],
)
def test_how_long_ago(past: int, words: str) -> None:
    assert ago(NOW - past, NOW, UTC) == words


def test_exact_times_name_their_zone() -> None:
    assert exact(NOW, UTC) == "Sunday 22 November 2026, 19:09 (UTC)"
    assert clock_in("Asia/Tokyo", NOW) == "04:09 Mon"
    assert clock_in("Not/AZone", NOW) == ""
    assert (span(45 * SECOND), span(130 * MINUTE), span(76 * HOUR)) == ("45 s", "2 h 10 min", "3 d 4 h")


def test_columns_of_plain_text_stay_columns() -> None:
    spaced = plain_html("Order      Item       Price\n#1         shoe       9.99")
    assert spaced == (
        "<table><tr><td>Order</td><td>Item</td><td>Price</td></tr><tr><td>#1</td><td>shoe</td><td>9.99</td></tr></table>"
    )
    assert "<table>" not in plain_html("    def f():\n        return 1\n    x   =   1\n    y   =   2")
    shown = plain_html("Orders:\nOrder\tItem\n#1\t<b>\n\none\ttab alone")
    assert "<table><tr><td>Order</td><td>Item</td></tr><tr><td>#1</td><td>&lt;b&gt;</td></tr></table>" in shown
    assert shown.count("<table>") == 1
    assert "\t" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "a." * 200_000,
        "a-" * 200_000,
        "a@" * 200_000,
        "a@b" + ".--" * 130_000,
        "http://" + "!" * 400_000,
        "hello\nAm 1.2.2020 schrieb" + " " * 400_000 + "x:y\n> q",
        "hello\n" + "Am abcd schrieb " * 25_000 + ":x\n> q",
        "x\n---Original Message" + " " * 400_000 + "x",
    ],
    ids=lambda text: text[:12],
)
def test_no_text_can_keep_the_window_busy(text: str) -> None:
    began = time.process_time()
    for part in split_quote(text):
        plain_html(part)
    assert time.process_time() - began < 0.5
