"""Placeholders of ready texts and links."""

from __future__ import annotations

import pytest
from msgspec import structs

from agentconsole.packs.loading import pack_from
from agentconsole.packs.model import Link
from agentconsole.packs.patterns import Pattern
from agentconsole.packs.templates import fill, fill_url, unfilled
from tests.packs.good_pack import GOOD

PACK = pack_from(GOOD.encode(), "acme.toml")


def test_known_things_are_filled_and_unknown_ones_stay_for_the_agent_to_see() -> None:
    body = "{{ticket.requester.first_name}}: {{ticket.id}}, {{ pack.case }} of {{pack.organization}}, {{contact.boss}}"
    assert fill(body, PACK, {"ticket.id": "7"}) == ("{{ticket.requester.first_name}}: 7, ticket of Acme, +49 30 1234")


def test_what_goes_into_a_url_can_not_break_it() -> None:
    url = "https://acme.example/?s={{ticket.subject}}&n={{ticket.id}}"
    assert fill_url(url, PACK, {"ticket.subject": "a&b=c#d/é"}) == "https://acme.example/?s=a%26b%3Dc%23d%2F%C3%A9&n="


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert fill("{{ticket.subject}}", PACK, {"ticket.subject": "{{ticket.id}}", "ticket.id": "7"}) == "{{ticket.id}}"


def test_a_link_in_a_text_has_its_own_placeholders_filled() -> None:
    links = (
        Link(id="case", title="Case", kind="portal", url="https://acme.example/?case={{ticket.id}}"),
        Link(id="self", title="Loop", kind="portal", url="https://acme.example/{{link.self}}"),
    )
    pack = structs.replace(PACK, links=links)
    assert fill("See {{link.case}}.", pack, {"ticket.id": "7 8"}) == "See https://acme.example/?case=7%208."
    assert fill("{{link.self}}", pack, {}) == "https://acme.example/"


def test_what_is_left_to_fill_in_is_named_and_other_braces_are_not() -> None:
    assert unfilled("Hi {{ ticket.id }}, {{contact.boss}}: {{ product.title | upcase }}") == (
        "{{ ticket.id }}",
        "{{contact.boss}}",
    )


def test_patterns_ignore_case_count_characters_and_never_run_away() -> None:
    assert Pattern(r"\bsn-\d{4}\b").span("é: SN-1234") == (3, 10)
    assert Pattern("(a+)+$").span("a" * 50_000 + "b") is None
    with pytest.raises(ValueError, match="more than 500"):
        Pattern("a" * 501)
