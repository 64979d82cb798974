"""Addresses as people type them, and who signs in how."""

from __future__ import annotations

import pytest

from agentconsole.domain.desk_kinds import DESK_KINDS, complete_address, person_problem


@pytest.mark.parametrize(
    ("kind", "typed", "means"),
    [
        ("zendesk", "acme", "https://acme.zendesk.com"),
        ("zendesk", "https://acme.zendesk.com/agent/tickets/7", "https://acme.zendesk.com"),
        ("freshdesk", "Acme", "https://acme.freshdesk.com"),
        ("freshdesk", "help.acme.example/a/tickets", "https://help.acme.example"),
        ("zammad", "acme", "https://acme.zammad.com"),
        ("zammad", "localhost", "http://localhost"),
        ("zammad", "https://acme.example/desk/", "https://acme.example/desk"),
        ("rt", "rt.acme.example/rt/", "https://rt.acme.example/rt"),
        ("rt", "rt", "https://rt"),
        ("agentconsole", "127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("rt", "  ", ""),
    ],
)
def test_an_address_is_completed_as_its_vendor_has_them(kind: str, typed: str, means: str) -> None:
    assert complete_address(kind, typed) == means


@pytest.mark.parametrize(
    ("kind", "way", "person", "is_fine"),
    [
        ("zendesk", "token", "ana@acme.example", True),
        ("zendesk", "token", "ana", False),
        ("zendesk", "browser", "", True),
        ("rt", "", "ana", True),
        ("rt", "token", " ", False),
        ("zammad", "", "", True),
        ("freshdesk", "key", "", True),
    ],
)
def test_who_signs_in_is_asked_where_it_matters(kind: str, way: str, person: str, is_fine: bool) -> None:
    assert (person_problem(kind, way, person) == "") is is_fine


def test_kinds_are_what_they_are_listed_as() -> None:
    assert [each.kind for each in DESK_KINDS.values()] == list(DESK_KINDS)
    for each in DESK_KINDS.values():
        names = [way.name for way in each.ways]
        assert names
        assert len(set(names)) == len(names)
        assert each.way("no such way") is each.ways[0]
