"""What a pull brings from any help desk."""

from __future__ import annotations

import pytest

from agentconsole.connectors.api import Missing, Unreachable
from agentconsole.domain.values import Status
from agentconsole.sync.pull import Puller
from tests.connectors.contract.console import Console
from tests.connectors.contract.harness import ContractDesk


async def test_the_agent_is_known_after_signing_in(desk: ContractDesk, console: Console) -> None:
    identity = await console.connector.identify()
    assert identity.ref == desk.cast.me
    assert identity.name
    assert console.connector.kind == desk.kind


async def test_a_first_pull_brings_tickets_with_all_that_was_said(desk: ContractDesk, console: Console) -> None:
    first = await desk.open_ticket("Printer on fire", "It burns since nine. Überall Rauch.")
    await desk.colleague_writes(first, "Have you tried water?", public=True)
    await desk.colleague_writes(first, "They tried water.", public=False)
    await desk.customer_writes(first, "We did.")
    second = await desk.open_ticket("Invoice 77", "Ten percent too much.")

    pulled = await console.pull()

    assert pulled["tickets"] >= 2
    assert console.shown(first) == [
        (True, "It burns since nine. Überall Rauch."),
        (True, "Have you tried water?"),
        (False, "They tried water."),
        (True, "We did."),
    ]
    assert console.shown(second) == [(True, "Ten percent too much.")]
    detail = console.detail(first)
    assert detail.subject == "Printer on fire"
    assert detail.requester is not None
    assert detail.requester.ref == desk.cast.customer
    record = console.record(first)
    assert record.status in (Status.NEW, Status.OPEN)
    assert record.group == desk.cast.group
    assert record.assignee is None


async def test_who_wrote_is_known_by_name_and_side(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Who", "I ask.")
    await desk.colleague_writes(ticket, "I answer.", public=True)
    await console.pull()
    asked, answered = console.detail(ticket).comments
    assert asked.author
    assert answered.author
    assert (asked.author_ref, answered.author_ref) == (desk.cast.customer, desk.cast.colleague)
    assert (asked.by_requester, asked.by_agent, answered.by_agent) == (True, False, True)


async def test_teams_and_agents_can_be_chosen(desk: ContractDesk, console: Console) -> None:
    await desk.open_ticket("Any", "Any")
    await console.pull()
    groups = {choice.ref for choice in console.store.people.groups()}
    assert {desk.cast.group, desk.cast.other_group} <= groups
    assert desk.cast.me in {choice.ref for choice in console.store.people.agents()}


async def test_changes_of_others_follow(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Slow", "Everything is slow.")
    await console.pull()
    await desk.pass_time(60)
    await desk.colleague_sets(
        ticket, {"subject": "Slow network", "status": "pending", "priority": "high", "assignee": desk.cast.colleague}
    )
    await desk.customer_writes(ticket, "Still slow.")

    await console.pull()

    record = console.record(ticket)
    assert (record.subject, record.priority, record.assignee) == ("Slow network", "high", desk.cast.colleague)
    # some help desks open a ticket again when its customer writes
    assert record.status in (Status.PENDING, Status.OPEN)
    assert console.shown(ticket)[-1] == (True, "Still slow.")


async def test_a_pull_without_news_changes_nothing(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Quiet", "Nothing happens.")
    await console.pull()
    await console.pull()
    before = console.record(ticket), console.shown(ticket)
    told: list[object] = []
    unsubscribe = console.store.subscribe(lambda change: told.append(change) if change.tickets else None)
    await console.pull()
    console.store.facts.put("barrier", "1").result()
    unsubscribe()
    assert (console.record(ticket), console.shown(ticket)) == before
    assert told == []


async def test_a_pull_that_dies_goes_on_where_it_stood(desk: ContractDesk, console: Console) -> None:
    tickets = [await desk.open_ticket(f"Number {number}", f"Text {number}") for number in range(4)]
    for number in range(60):
        # each time more requests get through, and the program is started anew after each
        desk.wire.cut_after(1 + number)
        console.connect()
        try:
            await console.pull()
        except Unreachable:
            await console.connector.close()
        else:
            break
    else:
        pytest.fail("a pull of four tickets takes more than sixty requests")
    desk.wire.heal()
    assert [console.shown(ticket) for ticket in tickets] == [[(True, f"Text {number}")] for number in range(4)]
    await console.pull()
    assert [console.shown(ticket) for ticket in tickets] == [[(True, f"Text {number}")] for number in range(4)]


async def test_another_start_of_the_program_goes_on_too(desk: ContractDesk, console: Console) -> None:
    await desk.open_ticket("Before", "Before")
    await console.pull()
    later = await desk.open_ticket("After", "After")
    console.connect()
    await console.pull()
    assert console.shown(later) == [(True, "After")]


async def test_a_ticket_is_fetched_alone_with_all_its_comments(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Alone", "First")
    await desk.colleague_writes(ticket, "Second", public=False)
    await console.connector.identify()
    page = await console.connector.ticket(ticket)
    assert [row.ref for row in page.tickets] == [ticket]
    assert [(row.public, row.body.strip()) for row in page.comments] == [(True, "First"), (False, "Second")]
    assert page.whole_comments_of == (ticket,)


async def test_a_ticket_that_never_was_is_missing(desk: ContractDesk, console: Console) -> None:
    await console.connector.identify()
    with pytest.raises(Missing):
        await console.connector.ticket("987654321")


async def test_a_deleted_ticket_is_gone(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Spam", "Buy now")
    await console.pull()
    await desk.pass_time(60)
    await desk.delete(ticket)

    await console.pull()
    if not console.connector.capabilities.tombstones:
        # nothing was told, and the reason is there to be read; whoever asks for the ticket hears it
        assert console.connector.capabilities.lack("tombstones")
        with pytest.raises(Missing):
            await console.connector.ticket(ticket)
        return
    assert not _is_shown(console, ticket)
    with pytest.raises(Missing):
        await console.connector.ticket(ticket)


async def test_a_merge_by_a_colleague_follows(desk: ContractDesk, console: Console) -> None:
    source = await desk.open_ticket("Twice", "Once")
    target = await desk.open_ticket("The one", "Here")
    await console.pull()
    await desk.pass_time(60)
    await desk.merge(source, target)

    await console.pull()

    if _is_shown(console, source):
        record = console.record(source)
        assert record.status in (Status.CLOSED, Status.SOLVED)
        assert record.merged_into in (target, None)
    assert _is_shown(console, target)


async def test_history_tells_who_changed_what(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Changing", "Text")
    await desk.colleague_sets(ticket, {"priority": "high"})
    await console.connector.identify()
    await console.connector.reference()
    if not console.connector.capabilities.history:
        await _is_refused_in_words(console, "history", ticket)
        return
    rows = await console.connector.history(ticket)
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert any("priority" in row.changed for row in rows)


async def test_articles_are_searched_where_there_are_any(desk: ContractDesk, console: Console) -> None:
    await console.connector.identify()
    if not console.connector.capabilities.articles:
        await _is_refused_in_words(console, "articles", "printer")
        return
    assert isinstance(await console.connector.articles("printer"), tuple)


async def test_what_is_not_offered_otherwise_is_refused_in_words(desk: ContractDesk, console: Console) -> None:
    offers = console.connector.capabilities
    if not offers.pin:
        await _is_refused_in_words(console, "pin", desk.cast.customer, "1234")
    if not offers.presence:
        await _is_refused_in_words(console, "presence", "1", "viewing")
    if not offers.push:
        assert offers.lack("push")
    assert offers.lack("presence") == "" or not offers.presence


async def test_the_puller_of_a_desk_without_urgent_tickets_is_the_same(desk: ContractDesk, console: Console) -> None:
    """What needs action comes first where it can; where it can't the rest comes all the same."""
    ticket = await desk.open_ticket("Urgent", "Now!")
    await desk.pass_time(120)
    await console.connector.identify()
    first: list[bool] = []

    def progressed(_progress: object) -> None:
        first.append(_is_shown(console, ticket))

    await Puller(console.store, console.connector, clock=desk.now, progressed=progressed).pull()
    assert _is_shown(console, ticket)


def _is_shown(console: Console, ref: str) -> bool:
    ticket = console.store.tickets.find(ref)
    detail = None if ticket is None else console.store.tickets.detail(ticket)
    return detail is not None and not detail.deleted


async def _is_refused_in_words(console: Console, name: str, *arguments: str) -> None:
    from agentconsole.connectors.api import Unsupported

    asking = {
        "history": console.connector.history,
        "articles": console.connector.articles,
        "pin": console.connector.check_pin,
        "presence": console.connector.announce_presence,
    }
    assert console.connector.capabilities.lack(name).endswith(".")
    with pytest.raises(Unsupported):
        await asking[name](*arguments)  # type: ignore[operator]
