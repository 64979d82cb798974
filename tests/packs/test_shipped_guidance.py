"""What the shipped packs say of whole tickets: of the demo's arrivals, and of requests that once got the wrong hint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from agentconsole.demo.arrivals import ARRIVALS, PLACES
from agentconsole.demo.world import World
from agentconsole.domain.instant import HOUR
from agentconsole.domain.records import OrganizationRecord, PersonRecord
from agentconsole.domain.rows import Neighbour, TicketDetail
from agentconsole.domain.values import Priority, Ref, Status
from agentconsole.packs.standing import Customer, standings
from agentconsole.triage.case import Case
from agentconsole.triage.guide import Book, Known, guide
from agentconsole.triage.notes import Note, write_note
from agentconsole.triage.values import Proposal, TicketGuidance
from tests.packs.shipped import NAMES, shipped
from tests.triage.making import GROUPS, ME, NOW, replied, said, ticket

BOOKS = [Book(shipped(name)) for name in NAMES]
TICKETS, SEEDS = 600, (1, 4)
PARTNER: dict[str, Any] = {"fields": {"tier": "gold"}, "organization_tags": ("tier_gold",)}
PIN_DESK: dict[str, Any] = {"organization_tags": ("support_desk",)}
POLICY_DESK: dict[str, Any] = {"organization_tags": ("americommerce",)}


def told(of: TicketDetail, customer: dict[str, Any], groups: dict[str, Ref] = GROUPS, **known: Any) -> TicketGuidance:
    """All that the shipped packs say about a ticket."""
    packs = {book.pack.pack.id: book for book in BOOKS}
    found = standings([book.pack for book in BOOKS], Customer(ticket_tags=of.tags, **customer))
    return guide(Case(of, ME, NOW, groups), [(one, packs[one.pack.pack.id]) for one in found], Known(**known))


def hints(of: TicketGuidance, kind: str) -> list[Proposal]:
    return [one for one in of.proposals if one.kind == kind]


def missing(of: TicketGuidance) -> set[str]:
    return {item.id for intake in of.intake for item in intake.items if not item.given and not item.optional}


# the demo's arrivals


class Arrived(NamedTuple):
    detail: TicketDetail
    told: TicketGuidance


@pytest.fixture(scope="module", params=SEEDS)
def arrived(request: pytest.FixtureRequest) -> dict[str, Arrived]:
    """What is said of each arrival of a world, by its key."""
    world = World(TICKETS, request.param, datetime(2026, 11, 18, 14, 30, tzinfo=UTC))
    reference = dict(world.reference())
    organizations = {row["id"]: row for row in reference["organizations"]}
    users = {row["id"]: row for row in reference["users"]}
    groups = {str(row["name"]): str(row["id"]) for row in reference["groups"]}
    names = {ref: name for name, ref in groups.items()}
    stories = [story for batch in world.stories() for story in batch]
    made: dict[str, Arrived] = {}
    neighbours: dict[int, list[Neighbour]] = {}
    for distance in sorted(PLACES, reverse=True):
        row, comments, events = stories[TICKETS - distance - 1]
        assert (row["status"], row["assignee_id"], len(comments), events) == ("new", None, 1, [])
        organization, user = organizations[row["organization_id"]], users[row["requester_id"]]
        person = PersonRecord(ref=str(user["id"]), name=user["name"], email=user["email"])
        detail = ticket(
            said(comments[0]["body"], created_at=NOW - HOUR, author=person.name, author_ref=person.ref),
            subject=row["subject"],
            id=row["id"],
            ref=str(row["id"]),
            status=Status.NEW,
            priority=Priority(row["priority"]) if row["priority"] else None,
            requester=person,
            organization=OrganizationRecord(ref=str(organization["id"]), name=organization["name"]),
            group=names[str(row["group_id"])],
            group_ref=str(row["group_id"]),
            tags=tuple(row["tags"]),
            created_at=NOW - HOUR,
        )
        customer = {
            "organization_tags": tuple(organization["tags"]),
            "fields": organization["organization_fields"],
            "group": detail.group,
        }
        earlier = neighbours.setdefault(user["id"], [])
        said_of_it = told(detail, customer, groups, neighbours=tuple(earlier))
        earlier.append(neighbour(detail))
        made[ARRIVALS[PLACES[distance]].key] = Arrived(detail, said_of_it)
    return made


def neighbour(of: TicketDetail) -> Neighbour:
    assert of.requester is not None
    assert of.organization is not None
    return Neighbour(
        ticket=of.id,
        ref=of.ref or "",
        subject=of.subject,
        body=of.comments[0].body,
        status=of.status,
        created_at=of.created_at - HOUR,
        requester_ref=of.requester.ref,
        requester=of.requester.name,
        organization_ref=of.organization.ref,
        assignee="",
    )


PRIORITIES = {
    "checkout_emergency": "urgent",
    "card_testing": "urgent",
    "plan_outage": "urgent",
    "missing_facts": "high",
    "wish": "low",
}


def test_each_arrival_gets_the_priority_of_its_document(arrived: dict[str, Arrived]) -> None:
    for key, one in arrived.items():
        set_to = [hint.effect.values.get("priority") for hint in hints(one.told, "priority")]
        assert set_to == ([PRIORITIES[key]] if key in PRIORITIES else []), key


KINDS = {
    "account_change": {"pin"},
    "own_design": {"scope"},
    "accounting": {"scope"},
    "abuse": {"conduct"},
    "second_agent": {"conduct", "scope", "duplicate"},
    "wish": {"priority"},
    "plan_outage": {"priority"},
    "missing_facts": {"priority", "scope", "intake", "lifecycle"},
    "executive": {"escalation", "route", "lifecycle"},
    "spanish_portal": {"lifecycle"},
    "card_testing": {"priority", "scope", "lifecycle"},
    "checkout_emergency": {"priority", "route", "lifecycle"},
}


def test_each_arrival_shows_its_hints_and_no_others(arrived: dict[str, Arrived]) -> None:
    assert {key: {hint.kind for hint in one.told.proposals} for key, one in arrived.items()} == KINDS


CONTACTS = {
    "checkout_emergency": "emergency_checkout",
    "card_testing": "emergency_security",
    "spanish_portal": "portal_access",
    "missing_facts": "third_party_apps",
    "accounting": "accounting",
}


def test_arrivals_name_who_handles_them_and_abuse_names_nobody(arrived: dict[str, Arrived]) -> None:
    first = {key: one.told.contacts[0].contact.id for key, one in arrived.items() if one.told.contacts}
    assert {key: first.get(key) for key in CONTACTS} == CONTACTS
    assert "abuse" not in first


# wrong and missing hints of before


@pytest.mark.parametrize("customer", [PARTNER, PIN_DESK])
@pytest.mark.parametrize(
    "body",
    [
        "40 declined payments in an hour: somebody tries out card numbers. Orders fail.",
        "Fraud at our shop: stolen cards are used, 60 payments were declined.",
        "Our theme was hacked, a script was injected and the pages are broken.",
    ],
)
def test_who_reports_an_attack_is_not_asked_for_an_error_message(customer: dict[str, Any], body: str) -> None:
    assert not missing(told(ticket(said(body)), customer)) & {"error_messages", "steps", "expected_actual"}


@pytest.mark.parametrize("customer", [PARTNER, PIN_DESK])
def test_who_complains_is_not_asked_for_steps(customer: dict[str, Any]) -> None:
    body = "I want to complain about your colleague. He was rude, and it is still broken."
    assert not missing(told(ticket(said(body)), customer)) & {"steps", "error_messages", "expected_actual"}


@pytest.mark.parametrize("body", ["I tried it, but the page is broken.", "It is broken though it was fine yesterday."])
def test_a_mere_but_is_no_expected_behaviour(body: str) -> None:
    assert "expected_actual" in missing(told(ticket(said(body)), PIN_DESK))


def test_what_was_expected_is_still_found() -> None:
    body = "The price is wrong: it should be 10, it shows 12."
    assert "expected_actual" not in missing(told(ticket(said(body)), PIN_DESK))


def test_a_change_of_the_account_proposes_the_pin_check_though_nobody_wrote_a_pin() -> None:
    (hint,) = hints(told(ticket(said("Please change the owner of our account to Ms Silva.")), PIN_DESK), "pin")
    assert hint.effect.dialog == "pin"
    assert hint.why == "The requester wrote “change the owner”, and nobody has verified whose account it is."


def test_the_pin_check_is_not_proposed_for_a_question_nor_once_it_was_right() -> None:
    assert not hints(told(ticket(said("How do I set up two-step sign-in?")), PIN_DESK), "pin")
    asked = said("Please change the owner of our account.", created_at=NOW - 2 * HOUR)
    verified = Note(what="pin", entry="e", pack="support-desk", result="verified", until=NOW + HOUR)
    checked = ticket(asked, replied(write_note(verified, "Verified"), public=False))
    assert not hints(told(checked, PIN_DESK), "pin")


def test_who_asks_for_an_executive_is_led_by_the_matrix_until_it_was_escalated() -> None:
    asked = said("I want to speak to your VP of Support.")
    (hint,) = hints(told(ticket(asked), PARTNER), "escalation")
    assert hint.title == "Escalation matrix first, then VP of Support"
    assert hint.quote.startswith("Please follow the standard Escalation Matrix before contacting executives")
    assert hint.why.endswith("0 of 5 steps before executives confirmed on this ticket so far.")
    assert hint.effect.contact == "vp_support"
    steps = Note(what="steps", entry="s", pack="store-icu", ids=("primary_channels", "specialists"))
    confirmed = ticket(asked, replied(write_note(steps, "Steps"), public=False))
    (hint,) = hints(told(confirmed, PARTNER), "escalation")
    assert "2 of 5 steps" in hint.why
    assert not hints(told(ticket(asked, tags=("escalated",)), PARTNER), "escalation")
    assert not hints(told(ticket(said("Our account executive left the company.")), PARTNER), "escalation")


@pytest.mark.parametrize(
    "body",
    [
        "No puedo entrar en el portal desde ayer.",
        "Não consigo entrar no portal.",
        "Non riesco ad accedere al portale.",
        "Je ne peux pas accéder au portail.",
        "Ich kann mich nicht im Portal anmelden.",
        "We are not able to log in to the portal.",
    ],
)
def test_who_cannot_get_into_the_portal_finds_its_desk_in_their_language(body: str) -> None:
    detail = ticket(said(body), group="Billing", group_ref="g2")
    guidance = told(detail, PARTNER)
    assert [hit.contact.id for hit in guidance.contacts][:1] == ["portal_access"]
    assert [hint.effect.values for hint in hints(guidance, "route")] == [{"group": "g1"}]


def test_a_checkout_outage_goes_to_its_desk_also_when_the_error_speaks_of_tax() -> None:
    body = "Nobody can check out. The console says TAX-5003, the tax lookup times out."
    guidance = told(ticket(said(body)), PARTNER, {**GROUPS, "Technical": "g9"})
    assert [hint.effect.values for hint in hints(guidance, "route")] == [{"group": "g9"}]


def test_an_attack_belongs_to_the_emergency_line_and_a_question_to_the_team() -> None:
    attack = told(ticket(said("Card testing at our shop, 300 payments in an hour.")), PARTNER)
    question = told(ticket(said("I found an XSS vulnerability in the search.")), PARTNER)
    assert [verdict.contact for verdict in attack.scope] == ["emergency_security"]
    assert [verdict.contact for verdict in question.scope] == ["security_questions"]


def test_two_infractions_of_one_ticket_have_titles_of_their_own() -> None:
    found = hints(
        told(ticket(said("THIS IS BLOODY CRAP. NOTHING WORKS IN OUR SHOP TODAY, FIX IT NOW")), POLICY_DESK), "conduct"
    )
    assert [hint.title for hint in found] == ["Record an infraction: cursing", "Record an infraction: shouting"]
