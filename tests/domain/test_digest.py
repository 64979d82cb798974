"""What is told of an absence, ticket by ticket: once each, the most pressing first, and nothing the agent did."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.domain.digest import Absence, ChangedTicket, DigestKind, digest_of
from agentconsole.domain.values import Status

SINCE, NOW = 1000, 9000
MINE = Absence(since=SINCE, mine={1: Status.OPEN, 2: Status.PENDING})


def changed(ticket: int, **more: Any) -> ChangedTicket:
    values: dict[str, Any] = {"status": Status.OPEN, "assignee": None, "created_at": 1, "updated_at": 2000 + ticket}
    return ChangedTicket(ticket=ticket, **{**values, **more})


def kinds(*rows: ChangedTicket, **more: Any) -> dict[DigestKind, tuple[int, ...]]:
    told = digest_of(MINE, rows, me="ben", until=NOW, **more)
    return {group.kind: group.tickets for group in told.groups}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (changed(1, assignee="ben", by_requester=True), DigestKind.ANSWERED),
        (changed(1, assignee="ben", by_requester=True, by_colleague=True), DigestKind.ANSWERED),
        (changed(1, assignee="ben", by_colleague=True), DigestKind.COLLEAGUE),
        (changed(1, assignee="ada"), DigestKind.TAKEN),
        (changed(1, assignee=None), DigestKind.TAKEN),
        (changed(1, assignee="ben", status=Status.SOLVED), DigestKind.ENDED),
        (changed(1, assignee="ada", status=Status.CLOSED), DigestKind.ENDED),
        (changed(2, assignee="ben", gone=True), DigestKind.ENDED),
        (changed(5, assignee="ben"), DigestKind.ASSIGNED),
        (changed(5, assignee="ben", by_requester=True), DigestKind.ANSWERED),
        (changed(5, assignee="ben", status=Status.SOLVED, by_requester=True), DigestKind.ANSWERED),
        (changed(5, created_at=SINCE + 1), DigestKind.NEW),
        (changed(5, created_at=SINCE - 1), DigestKind.OTHER),
        (changed(5, assignee="ada", created_at=SINCE + 1), DigestKind.OTHER),
        (changed(1, assignee="ben"), DigestKind.OTHER),  # a field that somebody changed
    ],
)
def test_each_change_is_told_as_what_it_means_to_the_agent(row: ChangedTicket, kind: DigestKind) -> None:
    assert kinds(row) == {kind: (row.ticket,)}


@pytest.mark.parametrize(
    "row",
    [
        changed(5, status=Status.SOLVED),
        changed(5, gone=True),
        changed(5, read=True),
    ],
)
def test_what_is_no_news_is_not_told(row: ChangedTicket) -> None:
    assert kinds(row) == {}


def test_a_missed_target_is_told_first_and_the_ticket_only_once() -> None:
    rows = (changed(1, assignee="ben", by_requester=True), changed(6), changed(7, assignee="ada"))
    assert kinds(*rows, breached=[1, 6, 7]) == {DigestKind.BREACHED: (6, 1), DigestKind.OTHER: (7,)}


def test_what_the_agent_did_themselves_elsewhere_is_no_news() -> None:
    rows = (changed(1, assignee="ada"), changed(2, assignee="ben", status=Status.SOLVED), changed(8, assignee="ben"))
    assert kinds(*rows, own=[1, 2, 8]) == {}


def test_but_a_customer_who_answered_there_is() -> None:
    assert kinds(changed(8, assignee="ben", by_requester=True), own=[8]) == {DigestKind.ANSWERED: (8,)}


def test_the_latest_change_of_a_kind_comes_first() -> None:
    rows = (changed(5, updated_at=2000), changed(6, updated_at=4000), changed(7, updated_at=3000))
    assert kinds(*rows) == {DigestKind.OTHER: (6, 7, 5)}


def test_nobody_signed_in_yet_has_no_tickets_of_their_own() -> None:
    told = digest_of(Absence(since=SINCE, mine={}), [changed(5)], me=None, until=NOW, sent=2)
    assert [group.kind for group in told.groups] == [DigestKind.OTHER]
    assert (told.since, told.until, told.sent) == (SINCE, NOW, 2)
