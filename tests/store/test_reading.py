"""Directory, countdown, drafts, files, banners and facts."""

from __future__ import annotations

import threading

from agentconsole.domain.changes import Change
from agentconsole.domain.countdown import Light, Thresholds
from agentconsole.domain.instant import DAY, HOUR, MINUTE, to_iso
from agentconsole.domain.records import (
    AnnouncementRecord,
    ContactRecord,
    FieldRecord,
    GroupRecord,
    PersonRecord,
)
from agentconsole.domain.values import Metric, PersonRole, Stage, Status
from agentconsole.store.store import Store
from tests.store.making import NOON, agent, comment, local, organization, person, pull, target, ticket


def test_the_directory_finds_organizations_and_people(store: Store) -> None:
    pull(
        store,
        organization("o1", "Ärzte & Co", domains=("aerzte.example",), fields={"tier": "gold"}),
        organization("o2", "The Arzt", tags=("plan_basic",)),
        person("p1", "Zoë Arzt", organization="o1", phone="+49 30 1"),
        person("p2", "Arzt, Ana"),
        agent("a1", "Mira Arzt"),
        PersonRecord(ref="p3", name="Gone Arzt", active=False),
        contacts=(
            ContactRecord(ref="k2", section="Support", purpose="Payments", details="arzt@pay.example", position=2),
            ContactRecord(ref="k1", section="Emergency", purpose="Outage", availability="24/7", position=1),
        ),
    )
    found = [*store.directory.organizations("arzt"), *store.directory.people("arzt")]
    assert [(row.section, row.title) for row in found] == [
        ("Organizations", "Ärzte & Co"),
        ("Organizations", "The Arzt"),
        ("People", "Arzt, Ana"),
        ("Agents", "Mira Arzt"),
        ("People", "Zoë Arzt"),
    ]
    assert [(row.title, row.company, row.level) for row in store.directory.people("zoe arzt")] == [
        ("Zoë Arzt", "Ärzte & Co", "gold")
    ]
    assert [row.subtitle for row in store.directory.people("zoe")] == ["p1@shop.example · Ärzte & Co · +49 30 1"]
    assert [row.level for row in store.directory.organizations("")] == ["gold", "basic"]
    assert len(store.directory.people("", limit=2)) == 2
    assert [contact.ref for contact in store.directory.contacts()] == ["k1", "k2"]
    assert store.directory.people("nobody here") == []


def test_records_about_a_company_are_read_from_its_tickets(store: Store) -> None:
    pull(
        store,
        person("p1", "Ana"),
        organization("o1", "Acme"),
        organization("o2", "Bolt"),
        ticket("1", organization="o1", tags=("reviewed_profile_2026-05-01",)),
        ticket(
            "2", organization="o1", requester="p1", tags=("reviewed_profile_2026-08-01", "reviewed_survey_2026-09-01")
        ),
        ticket("3", organization="o2", tags=("reviewed_profile_2026-11-01",)),
    )
    assert store.directory.last_tag_of("o1", "reviewed_profile_") == "reviewed_profile_2026-08-01"
    assert store.directory.last_tag_of("o3", "reviewed_profile_") is None
    assert store.directory.somebody_of("o1") == "p1"
    assert store.directory.somebody_of("o2") is None


def test_a_company_without_tickets_has_people_all_the_same(store: Store) -> None:
    pull(
        store,
        organization("o1", "Acme"),
        person("p1", "Zoë", organization="o1"),
        person("p2", "Ana", organization="o1"),
        person("p3", "Abe", organization="o2"),
        person("a1", "Aaron", organization="o1", role=PersonRole.AGENT),
    )
    assert store.directory.somebody_of("o1") == "p2"
    assert store.directory.somebody_of("o9") is None


def test_the_tickets_of_who_was_found(store: Store) -> None:
    pull(
        store,
        person("p1", "Ana"),
        organization("o1", "Acme"),
        ticket("1", requester="p1", organization="o1"),
        ticket("2", status=Status.CLOSED, requester="p1", updated_at=NOON),
        ticket("3", organization="o1"),
    )
    (ana,) = store.directory.people("ana")
    (acme,) = store.directory.organizations("acme")
    assert [row.ref for row in store.directory.tickets_of(ana)] == ["2", "1"]
    assert [row.ref for row in store.directory.tickets_of(acme, limit=1)] == ["3"]


def test_people_to_choose_from(store: Store) -> None:
    pull(
        store,
        agent("a2", "zed"),
        agent("a1", "Änne"),
        person("p1", "Ana"),
        groups=(
            GroupRecord(ref="g2", name="beta"),
            GroupRecord(ref="g1", name="Alpha"),
            GroupRecord(ref="g3", name="x", active=False),
        ),
        ticket_fields=(
            FieldRecord(ref="9", title="Order", type="text"),
            FieldRecord(ref="8", title="Off", type="text", active=False),
        ),
    )
    assert [choice.title for choice in store.people.agents()] == ["Änne", "zed"]
    assert [choice.title for choice in store.people.groups()] == ["Alpha", "beta"]
    assert [field.title for field in store.people.fields()] == ["Order"]
    found = store.people.person_by_email("P1@SHOP.example")
    assert found is not None
    assert found == store.people.person("p1")
    assert store.people.organization("o9") is None


def test_the_countdown_has_the_next_breach_first_and_knows_how_many_are_late(store: Store) -> None:
    due = [-HOUR, -1, 0, 15 * MINUTE, 15 * MINUTE + 1, 2 * HOUR, 2 * HOUR + 1]
    pull(store, *(ticket(f"{number}", targets=(target(NOON + left),)) for number, left in enumerate(due)))
    pull(
        store,
        ticket("paused", targets=(target(None, Stage.PAUSED), target(NOON + DAY, Stage.ACHIEVED, Metric.RESOLUTION))),
        ticket("endless", targets=(target(None),)),
        ticket("none"),
        ticket("solved", status=Status.SOLVED, targets=(target(NOON - DAY),)),
    )
    running = store.countdown.running()
    assert [row.ref for row in running] == ["0", "1", "2", "3", "4", "5", "6", "endless", "paused"]
    assert [row.ref for row in store.countdown.running(2)] == ["0", "1"]
    assert [row.ref for row in store.countdown.breaching(NOON, 2)] == ["2", "3"]
    assert store.countdown.watched(NOON, 10) == running
    assert [row.ref for row in store.countdown.watched(NOON, 1)] == ["1", "2", "endless", "paused"]
    assert store.countdown.tally(NOON, Thresholds()) == {
        Light.BREACHED: 2,
        Light.DUE_NOW: 2,
        Light.DUE_SOON: 2,
        Light.ON_TRACK: 1,
        Light.PAUSED: 1,
        Light.MET: 1,
        Light.NO_TARGET: 2,
    }
    assert store.countdown.strip(NOON, hours=4, buckets=4) == [3, 0, 2, 0]


def test_drafts_come_and_go(store: Store) -> None:
    pull(store, ticket("1"), ticket("2"))
    heard: list[Change] = []
    store.subscribe(heard.append)
    store.drafts.save(1, "Dear \ud83d", public=True, cursor=4, initiator="pane").result()
    store.drafts.save(1, "Dear Ana", public=False, cursor=8).result()
    store.drafts.save(2, "Hi", public=True, cursor=2).result()
    assert {(draft.ticket, draft.public): draft.body for draft in store.drafts.all_drafts()} == {
        (1, True): "Dear ?",
        (1, False): "Dear Ana",
        (2, True): "Hi",
    }
    draft = store.drafts.draft(1)
    assert draft is not None
    assert (draft.body, draft.public, draft.cursor, draft.saved_at) == ("Dear Ana", False, 8, NOON)
    assert (heard[0].initiator, heard[0].topics, heard[0].tickets) == (
        "pane",
        frozenset({"drafts", "tickets"}),
        frozenset({1}),
    )
    assert heard[1].tickets == frozenset()
    store.drafts.save(1, "  \n", public=True, cursor=0).result()
    assert store.drafts.draft(1, True) is None
    assert store.queue.rows([1])[0].has_draft
    store.drafts.save(1, "", public=False, cursor=0).result()
    assert store.drafts.draft(1) is None
    assert not store.queue.rows([1])[0].has_draft


def test_banners(store: Store) -> None:
    pull(
        store,
        announcements=(
            AnnouncementRecord(ref="1", title="Welcome"),
            AnnouncementRecord(ref="2", title="Over", ends_at=NOON),
            AnnouncementRecord(ref="3", title="To come", starts_at=NOON + 1),
        ),
        status_summary={
            "incidents": [
                {
                    "id": "i",
                    "name": "Checkout",
                    "impact": "major",
                    "status": "investigating",
                    "incident_updates": [{"body": "We look."}],
                },
                {"id": "j", "name": "Old", "status": "resolved"},
            ],
            "components": [{"id": "c", "name": "API", "status": "major_outage"}],
            "scheduled_maintenances": [
                {"id": "m", "name": "Soon", "status": "scheduled", "scheduled_for": to_iso(NOON + HOUR)},
                {"id": "n", "name": "Later", "status": "scheduled", "scheduled_for": to_iso(NOON + 2 * DAY)},
            ],
        },
    )
    assert [(notice.level, notice.title, notice.text) for notice in store.notices()] == [
        ("critical", "Checkout", "We look."),
        ("info", "Soon", ""),
        ("info", "Welcome", ""),
    ]
    pull(store, status_summary={"components": [{"id": "c", "name": "API", "status": "major_outage"}]})
    assert store.notices(NOON + 1)[0].title == "API: major outage"


def test_facts_are_remembered(store: Store) -> None:
    store.facts.put("identity", "{}").result()
    assert store.facts.get("identity") == "{}"
    store.facts.put("identity", None).result()
    assert store.facts.get("identity") is None


def test_threads_read_side_by_side(store: Store) -> None:
    pull(store, *(ticket(str(number)) for number in range(50)), *(comment(f"c{n}", str(n)) for n in range(50)))
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for number in range(50):
                assert store.tickets.detail(local(store, str(number))) is not None
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    pull(store, *(ticket(str(number), "Changed", updated_at=NOON) for number in range(50)))
    for thread in threads:
        thread.join()
    assert failures == []
