"""Whatever somebody writes, the rules answer: without an error, and in a time that grows with its length only."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.packs.loading import read_pack
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case
from agentconsole.triage.guide import Book, Known, guide
from tests.triage.making import GROUPS, ME, NOW, guided, said, ticket

SHIPPED = [read_pack(path) for path in sorted(Path("resources/packs").glob("*.toml"))]
BOOKS = [(Standing(pack=pack, level=pack.levels[-1] if pack.levels else None), Book(pack)) for pack in SHIPPED]

LONG = 60_000


@pytest.mark.parametrize(
    "body",
    [
        "a=" + "/" * LONG + " b",
        "x" * LONG,
        "A" * LONG,
        "A_" * (LONG // 2),
        "pin " * (LONG // 4),
        "pin is is is " * (LONG // 13),
        "not " * (LONG // 4) + "down",
        "> " * (LONG // 2),
        "```" * (LONG // 3),
        "; " * (LONG // 2),
        "SELECT " * (LONG // 7),
        "a.a.a." * (LONG // 6),
        "\n" * LONG,
        "From: x\n" * (LONG // 8),
        "don't " * (LONG // 6) + "支払い" * 2000,
        "AAAA BBBB, " * (LONG // 11),
    ],
    ids=lambda body: body[:12].strip() or "blank",
)
def test_endless_texts_take_no_endless_time(body: str) -> None:
    told = guided(ticket(said(body), subject=body[:500]))
    assert told.packs
    assert guide(Case(ticket(said(body)), ME, NOW, GROUPS), BOOKS, Known()).packs


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=600), st.text(max_size=600))
def test_any_text_is_answered_by_every_shipped_pack(subject: str, body: str, answer: str) -> None:
    of = ticket(said(body), said(answer, "c2"), subject=subject)
    told = guide(Case(of, ME, NOW, GROUPS), BOOKS, Known())
    bodies = {"c1": body, "c2": answer, "subject": subject}
    for proposal in told.proposals:
        assert proposal.title
        assert proposal.ground
        for words in proposal.evidence:
            if proposal.kind != "pin":
                assert bodies[words.comment][words.start : words.end].startswith(words.text)
    assert msgspec.json.encode(told)
