"""How SQLite reads what the queue asks: in the order of an index, and without a look at the rows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from agentconsole.domain.query import QueueQuery
from agentconsole.store import driver
from agentconsole.store.filtering import Asking
from agentconsole.store.listing import ids_statement, listing
from agentconsole.store.views import BUILT_IN, SORTS
from tests.support.keys import KEY

SMALL = {"my-open", "changed-offline"}
"""Views of one person's own tickets: sorting those in another order than the usual is allowed."""

SOLVED = {"recently-solved", "everything"}
"""Views with solved tickets: other orders than by change are sorted, but from one index and not from rows."""


def plan(db: driver.Connection, query: QueueQuery) -> list[str]:
    asked = listing(db, query, None, Asking(me="5", now=1_790_000_000_000_000))
    statement = ids_statement(asked, 200)
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", [None, *SORTS])
@pytest.mark.parametrize("view", BUILT_IN)
def test_every_view_in_every_order_is_read_from_an_index(
    empty_file: Path, view: str, sort: str | None, descending: bool
) -> None:
    with closing(driver.connect(empty_file, key=KEY)) as db:
        steps = plan(db, QueueQuery(view=view, sort=sort, descending=descending))
    usual = sort is None or sort == BUILT_IN[view].sort
    reads = [step for step in steps if step.startswith(("SCAN t", "SEARCH t"))]
    assert reads
    if view not in SMALL:
        assert all("COVERING INDEX" in step for step in reads), steps
    assert all(" INDEX ticket_" in step for step in reads), steps
    if usual or view not in SMALL | SOLVED:
        assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize(
    "text",
    [
        "requester:me",
        "#1234",
        "id:1234",
        "is:unread",
        "is:unsent",
        "has:attachment",
        "has:draft",
        "rare ",
        "#1 OR rare ",
    ],
)
def test_a_search_that_few_tickets_meet_begins_with_those(empty_file: Path, text: str) -> None:
    with closing(driver.connect(empty_file, key=KEY)) as db:
        for view in ("all-open", "everything"):
            steps = plan(db, QueueQuery(view=view, text=text))
            first = next(step for step in steps if step.startswith(("SCAN t", "SEARCH t")))
            few = ("ticket_of_requester", "sqlite_autoindex_ticket_1", "PRIMARY KEY", "ticket_unread", "ticket_files")
            assert any(name in first for name in (*few, "ticket_waiting")), steps


@pytest.mark.parametrize("text", ["status:open OR tag:vip", "priority:high OR assignee:me", "#1 OR status:open"])
def test_a_choice_that_many_tickets_meet_is_read_from_the_index_of_the_view(empty_file: Path, text: str) -> None:
    with closing(driver.connect(empty_file, key=KEY)) as db:
        steps = plan(db, QueueQuery(view="all-open", text=text))
    assert any(" INDEX ticket_by_sla" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps
