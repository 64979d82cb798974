"""One book of contacts: the packs' in their order, the help desk's own after them, nobody twice."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.domain.directory import Opening, Origin
from agentconsole.domain.instant import from_iso
from agentconsole.domain.records import ContactRecord
from agentconsole.packs.contact_book import ContactBook, hours_words, link_address
from agentconsole.packs.model import (
    Chapter,
    Contact,
    Escalation,
    EscalationStep,
    Header,
    Level,
    Link,
    Pack,
    Privacy,
    Region,
    ScheduleRule,
)
from agentconsole.packs.standing import Standing

NOON = from_iso("2026-11-23T12:00:00Z")  # a Monday
OFFICE = {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


def pack(*contacts: Contact, **more: Any) -> Pack:
    return Pack(
        pack=Header(id="desk", title="Desk", version="1"),
        levels=(Level(id="gold", title="Gold"),),
        regions=(
            Region(id="eu", title="Europe", zone="Europe/Berlin"),
            Region(id="apac", title="Asia-Pacific", zone="Asia/Singapore", names=("Asia",)),
        ),
        schedules=(ScheduleRule(id="office", title="Office", weekly=OFFICE),),
        contacts=contacts,
        **more,
    )


def mail(purpose: str, address: str, **more: Any) -> Contact:
    return Contact(
        id=purpose.lower().replace(" ", "_"), section="S", purpose=purpose, method="email", email=address, **more
    )


def sent(purpose: str, details: str, **more: Any) -> ContactRecord:
    return ContactRecord(**{"ref": purpose, "section": "S", "purpose": purpose, "details": details, **more})


def test_everything_stands_as_it_is_printed() -> None:
    line = Contact(
        id="line",
        section="Support",
        department="General",
        purpose="Support line",
        method="phone",
        phone="+1-800-PARTNER",
        details="+1-800-PARTNER (Option 1)",
        link="tel:+18007278637",
        option="1",
        levels=("gold",),
        region="eu",
        schedule="office",
    )
    (entry,) = ContactBook((pack(line),), ()).entries
    contact = entry.contact
    assert (contact.key, contact.origin) == ("desk/line", Origin("desk", "Desk"))
    assert contact.printed == "+1-800-PARTNER (Option 1)"
    assert (contact.phone, contact.link, contact.option) == ("+1-800-PARTNER", "tel:+18007278637", "1")
    assert (contact.levels, contact.region, contact.zone) == (("Gold",), "Europe", "Europe/Berlin")
    assert contact.hours == "Mon–Fri 09:00–18:00"


@pytest.mark.parametrize(
    "same",
    [
        sent("Questions", "help@desk.example"),
        sent("questions", "HELP@desk.example"),
        sent("Questions, general", "help@desk.example", department="General"),
    ],
)
def test_who_is_in_a_pack_and_at_the_help_desk_shows_once(same: ContactRecord) -> None:
    listed = pack(mail("Questions", "help@desk.example", department="General"))
    assert [entry.contact.key for entry in ContactBook((listed,), (same,)).entries] == ["desk/questions"]


def test_one_address_for_two_purposes_is_two_contacts() -> None:
    listed = pack(mail("Certification questions", "c@desk.example"), mail("Certification process", "c@desk.example"))
    own = sent("Exam dates", "c@desk.example")
    book = ContactBook((listed,), (own,))
    assert [entry.contact.purpose for entry in book.entries] == [
        "Certification questions",
        "Certification process",
        "Exam dates",
    ]


def test_what_a_help_desk_sends_is_read_for_what_it_is() -> None:
    book = ContactBook(
        (pack(),),
        (
            sent("Mail", "a@desk.example", method="email", region="asia"),
            sent("Page", "desk.example/help", method="web", address="https://desk.example/help"),
            sent("Chat", "Available in the portal", method="chat", availability="24/7"),
            sent("Office", "1 Main Street", method="address", time_zone="Asia/Tokyo", hours=OFFICE),
            sent("Odd", "odd@desk.example", time_zone="Middle/Earth", hours={"mon": [("9", "nine")]}),
        ),
    )
    a, page, chat, office, odd = (entry.contact for entry in book.entries)
    assert (a.email, a.region) == ("a@desk.example", "Asia-Pacific")
    assert (page.url, page.link) == ("desk.example/help", "https://desk.example/help")
    assert chat.printed == "Available in the portal"
    assert office.address == "1 Main Street"
    told = [book.reach(entry, NOON).opening for entry in book.entries]
    # noon in London is nine in the evening in Tokyo; hours that can't be read are not told
    assert told[2:] == [Opening(True, None), Opening(False, from_iso("2026-11-24T00:00:00Z")), Opening(None, None)]
    assert odd.email == "odd@desk.example"


def test_hours_in_your_region_are_told_for_every_region_or_for_the_customers() -> None:
    listed = pack(mail("Questions", "help@desk.example", schedule="office"))
    book = ContactBook((listed,), ())
    (entry,) = book.entries
    everywhere = book.reach(entry, NOON)
    assert everywhere.opening == Opening(None, None)
    assert [(place.title, place.opening.open_now) for place in everywhere.places] == [
        ("Europe", True),
        ("Asia-Pacific", False),
    ]
    europe = Standing(pack=listed, region=listed.regions[0])
    assert book.reach(entry, NOON, europe) == (Opening(True, from_iso("2026-11-23T17:00:00Z")), ())
    night = from_iso("2026-11-23T03:30:00Z")
    assert book.reach(entry, night).opening.open_now is None  # Singapore has been open since 01:00 UTC
    assert book.reach(entry, from_iso("2026-11-22T12:00:00Z")).opening == Opening(False, None)  # Sunday everywhere


def test_a_contact_of_a_region_keeps_its_hours_whoever_asks() -> None:
    listed = pack(mail("Asia desk", "asia@desk.example", schedule="office", region="apac"))
    book = ContactBook((listed,), ())
    europe = Standing(pack=listed, region=listed.regions[0])
    assert book.reach(book.entries[0], NOON, europe).opening == Opening(False, from_iso("2026-11-24T01:00:00Z"))


def test_before_an_executive_come_the_steps_with_who_serves_them() -> None:
    listed = pack(
        mail("Questions", "help@desk.example"),
        mail("Chief", "chief@desk.example", executive=True),
        escalation=Escalation(
            text="Executives come last.",
            steps=(
                EscalationStep(id="ask", title="Ask the desk", contacts=("questions", "chief")),
                EscalationStep(id="wait", title="Wait a day"),
            ),
            tag="escalated_up",
            link="matrix",
        ),
        links=(Link(id="matrix", title="Matrix", kind="policy", url="https://desk.example/matrix"),),
    )
    book = ContactBook((listed,), (sent("Owner", "owner@desk.example", executive=True),))
    asked, chief, owner = book.entries
    assert book.path(asked) is None
    path = book.path(chief)
    assert path is not None
    assert [(step.id, step.contacts) for step in path.steps] == [
        ("ask", (("Questions", "help@desk.example"),)),  # an executive is nobody's step before an executive
        ("wait", ()),
    ]
    assert path.link == "https://desk.example/matrix"
    assert not path.confirmed_by({"ask"}, asked=True).taken
    assert path.confirmed_by({"ask", "wait", "more"}, asked=False).taken
    unknown = book.path(owner)
    assert unknown is not None
    assert unknown.steps == ()
    # whoever has no steps before them is behind the record of having been asked
    assert not unknown.confirmed_by((), asked=False).taken
    assert unknown.confirmed_by((), asked=True).taken


def test_chapters_for_the_directory_come_with_their_links() -> None:
    listed = pack(
        links=(Link(id="portal", title="Portal", kind="portal", url="https://desk.example"),),
        handbook=(
            Chapter(id="prefs", title="Preferences", steps=("Log in",), links=("portal",), show="directory"),
            Chapter(id="other", title="Other"),
        ),
    )
    (guide,) = ContactBook((listed,), ()).guides
    assert (guide.title, guide.links) == ("Preferences", (("Portal", "https://desk.example"),))


def test_what_contact_data_is_used_for_is_a_chapter_too() -> None:
    listed = pack(
        mail("GDPR requests", "privacy@desk.example"),
        privacy=Privacy(
            text="Used only for:", uses=("Support",), policy="https://desk.example/privacy", contact="gdpr_requests"
        ),
    )
    (guide,) = ContactBook((listed,), ()).guides
    assert guide.points == ("Support", "Requests to change or delete it: GDPR requests, privacy@desk.example.")
    assert guide.links == (
        ("Privacy policy", "https://desk.example/privacy"),
        ("Write to privacy@desk.example", "mailto:privacy@desk.example"),
    )


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://desk.example/support?case={{ticket.id}}", "https://desk.example/support"),
        ("https://desk.example/tools?tool=log&case={{ticket.id}}", "https://desk.example/tools?tool=log"),
        ("https://desk.example/help#top", "https://desk.example/help#top"),
        ("", "desk.example"),
    ],
)
def test_a_link_without_a_ticket_leaves_out_what_the_ticket_would_tell(url: str, address: str) -> None:
    assert link_address(pack(), Link(id="x", title="X", kind="portal", url=url, printed="desk.example")) == address


def test_weekly_hours_in_one_line() -> None:
    week = {day: [("09:00", "17:30")] for day in ("mon", "tue", "wed", "thu", "fri")}
    assert hours_words({**week, "sun": [("10:00", "12:00")]}) == "Mon–Fri 09:00–17:30, Sun 10:00–12:00"
