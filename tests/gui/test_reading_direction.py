"""Which way a text runs, by its words instead of its first letter."""

from __future__ import annotations

import pytest

from agentconsole.gui.reading_direction import directions, is_latin, isolated, kept_together, runs_right_to_left


@pytest.mark.parametrize(
    ("text", "leftward"),
    [
        ("", False),
        ("Refund for order 48213", False),
        ("Zahlung schlägt fehl in Zürich", False),
        ("האתר shop.apple.example לא עולה", True),
        ("Kettle Audio מושבתת לגמרי מאז אתמול", True),
        ("Onboarding call on Monday for תבור מסחר", False),
        ("زر الدفع لا يعمل في shop.lumen.example (TAX-5003)", True),
        ("תמר Tamar", True),
        ("Tamar תמר", False),
    ],
)
def test_most_words_decide_and_the_first_one_settles_a_tie(text: str, leftward: bool) -> None:
    assert runs_right_to_left(text) is leftward
    assert (isolated(text) != text) is leftward


def test_what_is_left_of_a_shortened_line_keeps_the_direction_of_the_whole() -> None:
    assert isolated("Kettle Audio…", "Kettle Audio מושבתת לגמרי מאז אתמול") == "\u2067Kettle Audio…\u2069"


def test_a_message_keeps_one_edge_down_to_its_signature() -> None:
    assert directions(["שלום לכולם שם", "", "תודה", "Noa", "+972 3 555 0100"]) == [True] * 5
    assert directions(["Hello to everybody over there", "", "Best", "נועה"]) == [False] * 4
    assert directions(["تعذّر إتمام الطلبات منذ الصباح في المتجر", "", "We are looking into it right now"])[2] is False


def test_numbers_and_paths_keep_their_order_inside_of_a_line_that_runs_to_the_left() -> None:
    assert kept_together("טלפון +972 3 555 0100 בערב") == "טלפון \u2066+972 3 555 0100\u2069 בערב"
    assert kept_together("صفحة /checkout/shipping في") == "صفحة \u2066/checkout/shipping\u2069 في"
    assert kept_together("האתר https://x.example/a לא עולה 500") == "האתר https://x.example/a לא עולה 500"
    assert kept_together("הפנייה PS-0001718 נפתחה") == "הפנייה PS-0001718 נפתחה"
    assert is_latin("+972 3 555 0100 | https://x.example")
    assert not is_latin("Kettle Audio מושבתת")
