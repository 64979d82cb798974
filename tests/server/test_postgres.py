"""The same questions on both databases have the same answers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from agentconsole.server.database import Database
from agentconsole.server.query import parse
from agentconsole.server.schema import attachments, blobs, tickets
from agentconsole.server.search_sql import Asker, kinds, selection
from tests.server.conftest import NOW, client_of
from tests.support.account import BEN
from tests.support.postgres import NotInstalled, programs


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("type:ticket status<solved order_by:status sort:desc", [2, 1]),
        ("type:ticket -assignee:me", [1]),
        ("type:ticket ÜBERMORGEN", [2]),
        ("type:ticket 10 % order_by:id", [3]),
        ("type:ticket custom_field_41:dns", [2]),
        ("type:ticket updated>4hours", [1]),
        ("type:organization tier:platinum", [21]),
        ("cc:me", []),
    ],
)
def test_searches(either: Database, query: str, ids: list[int]) -> None:
    search = parse(query)
    with either.read() as db:
        found = [row.id for kind in kinds(search) for row in db.execute(selection(search, kind, Asker(BEN, NOW)))]
    assert found == ids


def test_a_loaded_account_is_the_same(either: Database) -> None:
    with either.read() as db:
        rows = db.execute(select(tickets).order_by(tickets.c.id)).all()
        content = db.scalar(select(blobs.c.content).join(attachments, attachments.c.digest == blobs.c.digest))
    assert [(row.id, row.status, row.sla_next_breach_at) for row in rows] == [
        (1, "open", "2026-11-17T10:30:00Z"),
        (2, "pending", None),
        (3, "solved", None),
        (4, "open", None),
    ]
    assert content is not None
    assert bytes(content) == b"openssl x509"


def test_views_and_their_counts(either: Database) -> None:
    ben = client_of(either, "ben-token")
    assert [each["id"] for each in ben.get("/api/v2/views/61/tickets").json()["tickets"]] == [1, 2]
    counts: list[dict[str, Any]] = ben.get("/api/v2/views/count_many", params={"ids": "61,62"}).json()["view_counts"]
    assert [count["value"] for count in counts] == [2, 2]


def test_without_postgresql_the_tests_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pathlib.Path.glob", lambda path, pattern: iter(()))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(NotInstalled, match="apt-get install -y --no-install-recommends postgresql"):
        programs()
