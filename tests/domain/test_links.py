"""Addresses of the scheme support: and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.links import NotALink, TicketLink, is_link, read_link


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("support:ticket/1042", TicketLink("1042")),
        ("SUPPORT:ticket/1042", TicketLink("1042")),
        ("support://ticket/1042", TicketLink("1042")),
        ("support:///ticket/1042/", TicketLink("1042")),
        ("support:ticket/1042?profile=work", TicketLink("1042", "work")),
        ("support:ticket/1042?from=mail&profile=work#top", TicketLink("1042", "work")),
        ("support:ticket/ab%2Dc", TicketLink("ab-c")),
    ],
)
def test_a_ticket_is_named(address: str, link: TicketLink) -> None:
    assert is_link(address)
    assert read_link(address) == link


@pytest.mark.parametrize(
    "address",
    [
        "support:",
        "support:ticket",
        "support:ticket/",
        "support:ticket/10/delete",
        "support:ticket/../../etc",
        "support:ticket/10%2F11",
        "support:ticket/1 2",
        "support:ticket/1\n2",
        "support:ticket/%ff",
        "support:ticket/1042?profile=../other",
        "support:wipe",
        "https://desk.example/ticket/1042",
        "support:ticket/" + "1" * 65,
        "support:ticket/1?" + "a" * 600,
        "support://[bad/ticket/1",
    ],
)
def test_what_names_no_ticket_is_refused(address: str) -> None:
    with pytest.raises(NotALink):
        read_link(address)


@given(
    st.from_regex(r"[A-Za-z0-9._~-]{1,64}", fullmatch=True), st.from_regex(r"([A-Za-z0-9_.-]{1,64})?", fullmatch=True)
)
def test_what_was_written_is_read(ticket: str, profile: str) -> None:
    asked = f"?profile={profile}" if profile else ""
    assert read_link(f"support:ticket/{ticket}{asked}") == TicketLink(ticket, profile)
