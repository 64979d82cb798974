"""What the store says of the time while nobody was here."""

from __future__ import annotations

from agentconsole.domain.commands import SetFields
from agentconsole.domain.digest import Absence, DigestKind, digest_of
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref, Status, TicketId
from agentconsole.store.store import Store
from tests.store.making import NOON, Clock, agent, comment, local, pull, target, ticket

SINCE = NOON + HOUR
LATER = NOON + 2 * HOUR
BACK = NOON + 3 * HOUR
ME = "a1"


def told(store: Store, mine: dict[TicketId, Status]) -> dict[DigestKind, list[Ref]]:
    reads = store.absence
    absence = Absence(since=SINCE, mine=mine)
    digest = digest_of(
        absence,
        reads.changed(absence, ME),
        me=ME,
        until=BACK,
        breached=reads.breached(SINCE, BACK),
        own=reads.own(SINCE),
        sent=reads.sent(SINCE),
    )
    return {group.kind: [str(store.tickets.ref_of(ticket)) for ticket in group.tickets] for group in digest.groups}


def test_a_morning_is_told_as_it_went(store: Store) -> None:
    people = (agent(ME, "Ben"), agent("a2", "Ada"))
    before = [ticket(ref, assignee=ME, requester=f"r{ref}") for ref in "12345"]
    pull(store, *people, *before, ticket("6"), ticket("7"))
    mine = store.absence.mine(ME)
    assert sorted(str(store.tickets.ref_of(each)) for each in mine) == list("12345")
    assert store.absence.mine(None) == {}

    pull(
        store,
        ticket("1", assignee=ME, requester="r1", updated_at=LATER),
        comment("c1", "1", author="r1", created_at=LATER),
        ticket("2", assignee=ME, requester="r2", updated_at=LATER),
        comment("c2", "2", author="a2", created_at=LATER, public=False),
        ticket("3", assignee="a2", updated_at=LATER),
        ticket("4", status=Status.SOLVED, assignee="a2", updated_at=LATER),
        ticket("6", assignee=ME, updated_at=LATER),
        ticket("8", created_at=LATER, updated_at=LATER, targets=(target(LATER + MINUTE),)),
        ticket("9", created_at=LATER, updated_at=LATER),
    )
    store.pages.apply(Page(deleted=("5",))).result()
    assert told(store, mine) == {
        DigestKind.BREACHED: ["8"],
        DigestKind.ANSWERED: ["1"],
        DigestKind.ASSIGNED: ["6"],
        DigestKind.COLLEAGUE: ["2"],
        DigestKind.TAKEN: ["3"],
        DigestKind.ENDED: ["4", "5"],
        DigestKind.NEW: ["9"],
    }


def test_ones_own_offline_work_is_no_news(store: Store, clock: Clock) -> None:
    pull(store, agent(ME, "Ben"), ticket("1"))
    mine = store.absence.mine(ME)
    clock.now = LATER
    store.outbox.queue(
        [(local(store, "1"), SetFields(values={"assignee": ME}, base={"assignee": None}))], batch="b"
    ).result()
    clock.now = BACK
    pull(store, ticket("1", assignee=ME, updated_at=LATER + MINUTE))
    assert told(store, mine) == {}
