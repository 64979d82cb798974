"""What a loaded account looks like in the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from agentconsole.server import schema
from agentconsole.server.database import Database
from agentconsole.server.instants import epoch
from agentconsole.server.loading import NotEmpty, load
from agentconsole.server.ticket_writing import TicketWriter
from tests.support import account


def ticket(database: Database, number: int) -> Any:
    with database.read() as db:
        return db.execute(select(schema.tickets).where(schema.tickets.c.id == number)).one()


def test_progress_is_told_after_each_batch(database: Database) -> None:
    told: list[int] = []
    assert load(database, account.reference(), account.stories(), told.append) == 4
    assert told == [2, 4]


def test_service_levels_are_those_of_a_live_ticket(loaded: Database) -> None:
    waiting, answered, solved, deleted = (ticket(loaded, number) for number in (1, 2, 3, 4))
    assert waiting.sla_policy_id == 81
    assert waiting.sla_next_breach_at == "2026-11-17T10:30:00Z"
    assert [metric[:2] for metric in json.loads(waiting.slas)] == [
        ["first_reply_time", "active"],
        ["total_resolution_time", "active"],
    ]
    assert json.loads(answered.slas)[0][:2] == ["first_reply_time", "achieved"]
    assert (answered.sla_policy_id, answered.sla_next_breach_at) == (82, None)
    assert json.loads(solved.slas) == []
    assert deleted.sla_policy_id is None


def test_a_ticket_counts_by_the_schedule_of_its_organizations_region(database: Database) -> None:
    mondays = {
        "id": 79,
        "name": "Down under (ANZ)",
        "time_zone": "Sydney",
        "intervals": [{"start_time": 1440, "end_time": 2880}],
    }

    def reference() -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for name, rows in account.reference():
            if name == "organizations":
                for row in rows:
                    row["organization_fields"] = {**row.get("organization_fields", {}), "region": "anz"}
            yield name, [*rows, mondays] if name == "schedules" else rows

    load(database, reference(), account.stories())
    loaded = json.loads(ticket(database, 1).slas)
    eight_hours_into_monday = epoch("2026-11-22T21:00:00Z")
    assert loaded[1] == ["total_resolution_time", "active", eight_hours_into_monday]
    with database.write() as tx:
        TicketWriter(tx, account.ADA).settle(1)
    assert json.loads(ticket(database, 1).slas) == loaded, "a live write counts the same"


def test_a_deleted_ticket_keeps_the_status_it_had(loaded: Database) -> None:
    deleted = ticket(loaded, 4)
    assert (deleted.status, deleted.deleted_at) == ("open", "2026-11-10T09:00:00Z")


def test_history_solving_and_rating_are_kept(loaded: Database) -> None:
    solved = ticket(loaded, 3)
    assert [status for _, status in json.loads(solved.status_history)] == ["open", "solved"]
    assert (solved.solved_at, solved.satisfaction_score) == ("2026-11-13T08:00:00Z", "good")
    with loaded.read() as db:
        rating = db.execute(select(schema.satisfaction_ratings)).one()
    assert (rating.id, rating.ticket_id, rating.comment) == (solved.satisfaction_id, 3, "Quick!")


def test_what_one_person_did_in_one_second_is_one_audit(loaded: Database) -> None:
    with loaded.read() as db:
        audits = db.execute(
            select(schema.audits).where(schema.audits.c.ticket_id == 2).order_by(schema.audits.c.created_at)
        ).all()
        comments = db.execute(select(schema.comments).where(schema.comments.c.ticket_id == 2)).all()
    kinds = [[event["type"] for event in json.loads(audit.events)] for audit in audits]
    assert kinds == [["Comment", "Create", "Create", "Create", "Create"], ["Change"], ["Comment", "Change"]]
    assert {comment.audit_id for comment in comments} == {audits[0].id, audits[2].id}


def test_attachments_are_stored_once_by_content(loaded: Database) -> None:
    with loaded.read() as db:
        row = db.execute(select(schema.attachments)).one()
        content = db.scalar(select(schema.blobs.c.content).where(schema.blobs.c.digest == row.digest))
    assert (row.comment_id, row.size, content) == (1_003, 12, b"openssl x509")


def test_live_writes_go_on_with_ids_and_numbers_that_are_free(loaded: Database) -> None:
    with loaded.write() as tx:
        assert tx.new_ticket_id() == 5
        fresh, seq = tx.new_id(), tx.next_seq()
    with loaded.read() as db:
        for table in (schema.audits, schema.comments, schema.users, schema.satisfaction_ratings):
            assert db.scalar(select(table.c.id).where(table.c.id >= fresh)) is None
        assert max(*db.scalars(select(schema.tickets.c.seq)), *db.scalars(select(schema.comments.c.seq))) == seq - 1


def test_two_accounts_are_not_mixed(loaded: Database) -> None:
    with pytest.raises(NotEmpty):
        load(loaded, account.reference(), account.stories())
