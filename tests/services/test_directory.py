"""The directory over a real store and a real pack: one search, one customer, and records that colleagues see."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, CreateTicket
from agentconsole.domain.directory import Kind
from agentconsole.domain.instant import DAY, from_iso
from agentconsole.domain.records import ContactRecord, GroupRecord
from agentconsole.domain.rows import DirectoryRow, Me
from agentconsole.domain.values import Status
from agentconsole.services.directory import DirectoryService
from agentconsole.services.directory_records import DirectoryRecords
from agentconsole.services.guidance import GuidanceService, NotGuided
from agentconsole.services.pack_folders import PackFolders
from agentconsole.services.packs import PackService
from agentconsole.services.pins import PinDesk
from agentconsole.services.tickets import NotAllowed, TicketService
from agentconsole.store.store import Store
from agentconsole.triage.notes import read_note
from tests.store.making import agent, comment, local, organization, person, pull, ticket
from tests.support.staged_directory import STAGED_PACK

MONDAY = from_iso("2026-11-23T12:00:00Z")
NOOR = Me(ref="a1", name="Noor", email="noor@desk.example", role="agent", profile="desk")


class Desk:
    """The services of a profile without a network; ``me`` and ``now`` can be changed."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.now, self.me = store, MONDAY, NOOR
        folders = PackFolders(folder / "shipped", folder / "own", folder / "profile" / "packs")
        folders.own.mkdir(parents=True)
        folders.shipped.mkdir()
        self.file = shutil.copy(STAGED_PACK, folders.own / "desk.toml")
        self.packs = PackService(folders, folder / "profile" / "packs.json", store, store.publish)
        self.tickets = TicketService(store, None, lambda: self.me, lambda: self.now)
        pins = PinDesk(store, None, self.tickets, lambda: self.me, lambda: self.now)
        self.guidance = GuidanceService(
            store, self.tickets, lambda: self.packs, pins, lambda: self.me, lambda: self.now
        )
        records = DirectoryRecords(store, self.tickets, lambda: self.guidance, lambda: self.me, lambda: self.now)
        self.directory = DirectoryService(store, lambda: self.now, lambda: self.packs, records)

    def one(self, text: str, **more: Any) -> DirectoryRow:
        (row,) = self.directory.search(text, **more)
        return row

    def commands(self) -> list[Any]:
        return [row.command for row in self.store.outbox.rows()]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    pull(
        store,
        organization("o1", "Acme", fields={"tier": "silver", "region": "eu"}),
        organization("o2", "Bolt", fields={"tier": "platinum", "region": "us"}),
        person("p1", "Ana", organization="o1"),
        agent("a1", "Noor"),
        ticket("1", "Refund of an invoice", organization="o1", requester="p1"),
        comment("c1", "1", "The webhook told us it failed.", author="p1"),
        ticket("2", organization="o2"),
        contacts=(
            ContactRecord(ref="k1", section="Desk", purpose="General questions", details="help@desk.example"),
            ContactRecord(ref="k2", section="Facilities", purpose="Badges", method="phone", details="+1 555 0177"),
        ),
        groups=(GroupRecord(ref="g7", name="Europe · Billing"), GroupRecord(ref="g8", name="Technical")),
    )
    return Desk(store, tmp_path / "packs")


def titles(rows: tuple[DirectoryRow, ...]) -> list[str]:
    return [row.title for row in rows]


# -- one search


def test_contacts_chapters_companies_and_people_are_one_search(desk: Desk) -> None:
    everything = desk.directory.search("", limit=1000)
    sections = list(dict.fromkeys(row.section for row in everything))
    assert sections == [
        *("Support", "Billing", "Integrations", "Legal", "Leadership", "Facilities"),
        *("Guides", "Organizations", "People", "Agents"),
    ]
    # the help desk's own line of a contact that the pack has is left out
    assert titles(everything).count("General questions") == 1
    assert desk.one("badges").contact is not None
    assert [row.level for row in desk.directory.search("acme", kinds={Kind.ORGANIZATION})] == ["silver"]
    assert [(row.company, row.level) for row in desk.directory.search("ana", kinds={Kind.PERSON})] == [
        ("Acme", "silver")
    ]


def test_only_what_is_wanted_is_looked_for_and_no_more_than_the_limit(desk: Desk) -> None:
    assert {row.section for row in desk.directory.search("", kinds={Kind.PERSON})} == {"People", "Agents"}
    assert titles(desk.directory.search("", kinds={Kind.GUIDE})) == ["Update communication preferences"]
    assert len(desk.directory.search("", limit=3)) == 3
    # where there is not room for all, there is some for companies and for people
    assert [row.section for row in desk.directory.search("", limit=12)][-2:] == ["Organizations", "People"]


@pytest.mark.parametrize(
    "text",
    ["billing@desk", "REFUNDS invoices", "+351 21", "chargebacks", "lisbon", "+1 555 0199", "privacy requests", "emea"],
)
def test_a_contact_is_found_by_whatever_stands_in_it(desk: Desk, text: str) -> None:
    assert len(desk.directory.search(text, kinds={Kind.CONTACT})) == 1


# -- the ticket at hand


def test_regional_hours_and_levels_are_those_of_the_tickets_customer(desk: Desk, store: Store) -> None:
    acme, bolt = local(store, "1"), local(store, "2")
    anybody = desk.one("general questions")
    assert anybody.open_now is None
    assert [(place.title, place.opening.open_now) for place in anybody.places] == [
        ("Europe", True),
        ("Americas", False),
    ]
    assert desk.one("general questions", ticket=acme).open_now is True
    assert desk.one("general questions", ticket=bolt).open_now is False
    hooks = {name: desk.one("webhooks", ticket=name).allowed for name in (acme, bolt, None)}
    assert hooks == {acme: False, bolt: True, None: None}


def test_the_moment_can_be_another(desk: Desk) -> None:
    sunday = from_iso("2026-11-22T12:00:00Z")
    assert desk.one("refunds").open_now is True
    later = desk.one("refunds", at=sunday)
    assert (later.open_now, later.changes_at) == (False, from_iso("2026-11-23T09:00:00Z"))
    # 8 December is a holiday in Portugal
    assert desk.one("refunds", at=from_iso("2026-12-08T12:00:00Z")).changes_at == from_iso("2026-12-09T09:00:00Z")


def test_who_handles_it_by_a_sentence_or_by_the_tickets_words(desk: Desk, store: Store) -> None:
    assert titles(desk.directory.who_handles("our invoices"))[0] == "Refunds and disputed invoices"
    found = desk.directory.who_handles(ticket=local(store, "1"))
    assert titles(found) == ["Refunds and disputed invoices", "Webhooks, API limits, single sign-on"]
    assert [row.matched for row in found] == [("Refund", "invoice"), ("webhook",)]
    assert desk.directory.who_handles("") == ()


def test_what_a_company_is_entitled_to_at_this_minute(desk: Desk) -> None:
    silver, platinum = (
        desk.directory.about(desk.one("acme", kinds={Kind.ORGANIZATION})),
        desk.directory.about(desk.one("bolt")),
    )
    assert silver.standings == (("Desk handbook", "tier", "Silver", "Europe"),)
    assert [(each.title, each.words, each.entitled, each.open_now) for each in silver.entitlements] == [
        ("Mail", "Business hours", True, True),
        ("Phone", "Not included", False, None),
    ]
    assert next((each.words, each.open_now, each.changes_at) for each in platinum.entitlements) == ("24/7", True, None)
    (ana,) = desk.directory.search("ana", kinds={Kind.PERSON})
    assert desk.directory.about(ana).entitlements == silver.entitlements
    assert silver.privacy is not None
    assert silver.privacy.email == "privacy@desk.example"


# -- packs come and go


def test_an_edited_pack_is_in_the_next_search(desk: Desk, store: Store) -> None:
    assert desk.one("refunds").contact is not None
    path = Path(desk.file)
    path.write_text(path.read_text().replace("Refunds and disputed invoices", "Money back"), encoding="utf-8")
    desk.packs.look()
    assert titles(desk.directory.search("refunds", kinds={Kind.CONTACT})) == []
    assert desk.one("money back").contact is not None
    pull(store, contacts=(ContactRecord(ref="k3", section="Desk", purpose="Parking", details="park@desk.example"),))
    assert titles(desk.directory.search("parking")) == ["Parking"]
    assert desk.directory.search("badges") == ()


def test_a_contact_that_comes_while_the_book_is_read_is_in_the_next_search(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = store.directory.contacts
    late = ContactRecord(ref="k3", section="Facilities", purpose="Parking", method="phone", details="+1 555 0178")

    def read_and_be_overtaken() -> Any:
        found = read()
        monkeypatch.undo()
        pull(store, contacts=(late,))
        return found

    monkeypatch.setattr(store.directory, "contacts", read_and_be_overtaken)
    assert desk.directory.search("parking") == ()
    assert titles(desk.directory.search("parking")) == ["Parking"]


def test_nothing_is_read_before_somebody_searches(store: Store) -> None:
    def never() -> Any:
        raise AssertionError("asked for packs before anybody searched")

    tickets = TicketService(store, None, lambda: None, lambda: MONDAY)
    records = DirectoryRecords(store, tickets, never, lambda: None, lambda: MONDAY)
    DirectoryService(store, lambda: MONDAY, never, records)
    store.publish(Change(topics=frozenset({"contacts", "packs"})))


# -- records


def test_an_executive_is_behind_the_steps_that_notes_confirm(desk: Desk, store: Store) -> None:
    one, other = local(store, "1"), local(store, "2")
    head = desk.one("head of support")
    assert head.contact is not None
    path = desk.directory.escalation(head, one)
    assert path is not None
    assert [(step.title, step.contacts) for step in path.steps] == [
        ("The desk was asked", (("General questions", "help@desk.example"),)),
        ("Its team lead was told", ()),
    ]
    assert not path.taken
    with pytest.raises(NotGuided):
        asyncio.run(desk.directory.escalate(head.contact, one, path.steps[:1], ""))
    assert desk.commands() == []
    asyncio.run(desk.directory.escalate(head.contact, one, path.steps, "They lose orders."))
    (note,) = desk.commands()
    assert isinstance(note, AddComment)
    assert not note.public
    assert "They lose orders." in note.body
    assert "escalated" in note.add_tags
    recorded = read_note(note.body)
    assert recorded is not None
    assert (recorded.what, recorded.id, recorded.ids) == ("escalation", "head", ("desk", "lead"))
    taken = desk.directory.escalation(head, one)
    assert taken is not None
    assert taken.taken
    assert [step.confirmed for step in taken.steps] == [True, True]
    elsewhere = desk.directory.escalation(head, other)
    assert elsewhere is not None
    assert not elsewhere.taken


def test_escalating_to_a_desk_does_not_open_the_way_to_executives(desk: Desk, store: Store) -> None:
    one, refunds, head = local(store, "1"), desk.one("refunds"), desk.one("head of support")
    assert refunds.contact is not None
    assert desk.directory.escalation(refunds, one) is None
    asyncio.run(desk.directory.escalate(refunds.contact, one, (), "Please look."))
    (note,) = desk.commands()
    # the pack says "Billing"; the help desk calls it by the place
    assert note.values == {"group": "g7"}
    path = desk.directory.escalation(head, one)
    assert path is not None
    assert not path.taken


def test_a_contact_of_the_help_desk_can_be_escalated_to(desk: Desk, store: Store) -> None:
    badges = desk.one("badges")
    assert badges.contact is not None
    asyncio.run(desk.directory.escalate(badges.contact, local(store, "1"), (), ""))
    (note,) = desk.commands()
    assert note.body.startswith("Escalated to Badges, +1 555 0177")
    assert note.add_tags == ("escalated",)


def test_a_review_is_due_until_it_is_recorded_and_again_after_a_quarter(desk: Desk) -> None:
    acme = desk.one("acme", kinds={Kind.ORGANIZATION})
    (review,) = desk.directory.about(acme).reviews
    assert (review.title, review.last, review.due) == ("Review the profile", None, None)
    asyncio.run(desk.directory.record_review(acme, review, ("Addresses",), "Moved to Porto"))
    (created,) = desk.commands()
    assert isinstance(created, CreateTicket)
    assert (created.requester, created.public) == ("p1", False)
    assert created.body.endswith("✓ Addresses\n– Phone numbers\n\nMoved to Porto")
    assert created.values == {"status": Status.SOLVED, "assignee": "a1"}
    assert created.tags[0] == "profile_review"


def test_the_last_review_is_read_from_any_colleagues_record(desk: Desk, store: Store) -> None:
    pull(store, ticket("9", organization="o1", tags=("profile_review", "reviewed_profile_2026-10-01")))
    acme = desk.one("acme", kinds={Kind.ORGANIZATION})
    (review,) = desk.directory.about(acme).reviews
    assert (review.last, review.due) == (from_iso("2026-10-01T00:00:00Z"), from_iso("2026-12-31T00:00:00Z"))
    (over,) = desk.directory.about(acme, MONDAY + 60 * DAY).reviews
    assert (over.last, over.due) == (review.last, None)


def test_a_privacy_request_names_who_sees_to_it(desk: Desk, store: Store) -> None:
    (ana,) = desk.directory.search("ana", kinds={Kind.PERSON})
    to = desk.directory.about(ana).privacy
    asyncio.run(desk.directory.request_privacy(ana, "delete", "All of it", to))
    asyncio.run(desk.directory.request_privacy(ana, "change", "New name", to, local(store, "1")))
    created, noted = desk.commands()
    assert isinstance(created, CreateTicket)
    assert (created.requester, created.public) == ("p1", False)
    assert created.tags == ("privacy_request", "privacy_request_delete")
    for command in (created, noted):
        assert "privacy@desk.example" in command.body
        note = read_note(command.body)
        assert note is not None
        assert note.what == "privacy"
    assert isinstance(noted, AddComment)
    assert noted.add_tags == ("privacy_request", "privacy_request_change")


def test_a_correction_is_an_internal_ticket(desk: Desk) -> None:
    asyncio.run(desk.directory.suggest_correction(desk.one("refunds"), "The number has changed."))
    (created,) = desk.commands()
    assert (created.requester, created.tags, created.public) == ("a1", ("directory_correction",), False)
    assert "billing@desk.example" in created.body
    assert created.body.endswith("The number has changed.")


@pytest.mark.parametrize(
    "record",
    [
        lambda directory, row: directory.suggest_correction(row, "Wrong"),
        lambda directory, row: directory.request_privacy(row, "delete", "", None),
        lambda directory, row: directory.escalate(row.contact, 1, (), ""),
    ],
)
def test_a_reviewer_records_nothing(desk: Desk, record: Callable[[DirectoryService, DirectoryRow], Any]) -> None:
    desk.me = Me(ref="a1", name="Noor", email="", role="reviewer", profile="desk")
    with pytest.raises(NotAllowed):
        asyncio.run(record(desk.directory, desk.one("refunds")))
    assert desk.commands() == []
