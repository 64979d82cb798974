"""What is peculiar about Zammad, against a fake of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agentconsole.connectors.api import Forbidden, NeedsLogin, Refused, Send, Unanswered, UploadLost
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import DAY
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.values import Metric, PersonRole, Priority, Role, Status
from tests.connectors.contract.desks.zammad import ZammadDesk
from tests.support.desks.zammad import world as zammad


@pytest.fixture
async def desk() -> AsyncIterator[ZammadDesk]:
    async with ZammadDesk() as desk:
        yield desk


async def everything(desk: ZammadDesk, cursor: str | None = None) -> tuple[Page, str | None]:
    """All that the stream of changes has after *cursor*, as one page."""
    connector = desk.connectors[-1] if desk.connectors else desk.connector()
    tickets: list[TicketRecord] = []
    comments: list[CommentRecord] = []
    more = True
    while more:
        page = await connector.changes("changed_tickets", cursor)
        tickets += page.tickets
        comments += page.comments
        cursor, more = page.cursor, page.more
    return Page(tickets=tuple(tickets), comments=tuple(comments)), cursor


async def test_who_signs_in(desk: ZammadDesk) -> None:
    assert (await desk.connector().identify()).role is Role.AGENT
    assert (await desk.connector(secret="ada-token").identify()).role is Role.ADMIN
    assert (await desk.connector(secret="cleo-token").identify()).role is Role.REVIEWER
    with pytest.raises(Forbidden):
        await desk.connector(secret="dan-token").identify()
    with pytest.raises(NeedsLogin):
        await desk.connector(secret="nonsense").identify()


async def test_a_ticket_in_our_words(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.", tags=("vip", "checkout"))
    row = desk.world.tickets[int(ref)]
    row |= {"first_response_escalation_at": "2026-11-17T11:00:00.000Z", "affected_users": 12}
    page = await desk.connector().ticket(ref)
    (ticket,) = page.tickets
    assert (ticket.subject, ticket.status, ticket.native_status) == ("Checkout is down", Status.NEW, "")
    assert (ticket.assignee, ticket.requester, ticket.group) == (None, str(zammad.DAN), str(zammad.FRONT))
    assert (ticket.tags, ticket.priority, ticket.channel) == (("checkout", "vip"), Priority.NORMAL, "email")
    assert ticket.fields == {"number": row["number"], "affected_users": 12}
    assert [(each.metric, each.breach_at) for each in ticket.targets or ()] == [
        (Metric.FIRST_REPLY, 1_794_913_200_000_000)
    ]
    assert ticket.updated_at % 1_000_000 == 0
    (comment,) = page.comments
    assert (comment.public, comment.body, comment.author) == (True, "Since nine.", str(zammad.DAN))
    assert {each.ref: each.role for each in page.people} == {str(zammad.DAN): PersonRole.END_USER}
    assert page.organizations[0].fields == {"tier": "platinum"}
    assert page.organizations[0].domains == ("acme.example",)


async def test_the_small_sets(desk: ZammadDesk) -> None:
    await desk.open_ticket("Any", "Any")
    page = await desk.connector().reference()
    assert page.groups is not None
    assert page.ticket_fields is not None
    assert page.views is not None
    assert page.macros is not None
    assert {each.name: each.members for each in page.groups}["Back office"] == (
        str(zammad.ADA),
        str(zammad.BEN),
        str(zammad.CLEO),
    )
    assert {each.name for each in page.people} == {"Ada Admin", "Ben Bell", "Cleo Cole"}
    # what attributes and overviews are is told to administrators only; that there are any is seen in tickets
    assert [(each.ref, each.title) for each in page.ticket_fields] == [
        ("number", "Number"),
        ("area", "Area"),
        ("affected_users", "Affected users"),
    ]
    assert [(each.title, each.query) for each in page.views] == [("My tickets", None), ("Escalated", None)]
    assert [each.title for each in page.macros] == ["Ask for logs", "Greeting"]
    assert dict(page.macros[0].actions) == {
        "status": "pending",
        "current_tags": "logs-asked",
        "assignee_id": "current_user",
        "comment_value": "Asked {{ticket.requester.first_name}}",
        "comment_mode_is_public": "false",
    }
    assert page.macros[1].actions == (("comment_value", "Hello {{ticket.requester.first_name}},\nthanks!"),)


async def test_an_administrator_is_told_more(desk: ZammadDesk) -> None:
    page = await desk.connector(secret="ada-token").reference()
    assert page.ticket_fields is not None
    assert page.views is not None
    assert [(each.ref, each.type) for each in page.ticket_fields] == [
        ("number", "text"),
        ("area", "tagger"),
        ("affected_users", "integer"),
    ]
    assert [each.query for each in page.views] == ["status:new,open assignee:me", None]


async def test_tickets_come_in_the_order_of_their_changes_and_once(desk: ZammadDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(60)]
    await desk.pass_time(120)
    page, cursor = await everything(desk)
    assert [row.ref for row in page.tickets] == refs
    await desk.pass_time(120)
    page, cursor = await everything(desk, cursor)
    assert page.tickets == ()
    await desk.customer_writes(refs[3], "Still broken")
    page, cursor = await everything(desk, cursor)
    assert [row.ref for row in page.tickets] == [refs[3]]
    assert [each.body for each in page.comments] == ["Help", "Still broken"]


async def test_nothing_is_skipped_when_tickets_change_while_the_list_is_walked(desk: ZammadDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(60)]
    await desk.pass_time(120)
    connector = desk.connector()
    page = await connector.changes("changed_tickets", None)
    seen = {row.ref for row in page.tickets}
    assert page.more
    for ref in sorted(seen)[:10]:
        await desk.customer_writes(ref, "More")
    walked, cursor = await everything(desk, page.cursor)
    seen |= {row.ref for row in walked.tickets}
    again, _ = await everything(desk, cursor)
    bodies: dict[str, list[str]] = {}
    for comment in again.comments:
        bodies.setdefault(comment.ticket, []).append(comment.body)
    assert seen == set(refs)
    assert all(bodies[ref] == ["Help", "More"] for ref in sorted(refs)[:10])


async def test_a_bulk_edit_of_more_tickets_than_a_page_holds_comes_whole(desk: ZammadDesk) -> None:
    for number in range(450):
        desk.world.create(
            zammad.DAN,
            {"title": f"T{number}", "group_id": zammad.FRONT, "customer_id": zammad.DAN, "article": {"body": "Help"}},
        )
    await desk.pass_time(120)
    page, _ = await everything(desk)
    assert len(page.tickets) == 450
    assert {row.ref for row in page.tickets} == {str(number) for number in desk.world.tickets}


async def test_what_follows_a_bulk_edit_comes_as_well_and_the_walk_ends(desk: ZammadDesk) -> None:
    for number in range(300):
        if number >= 250:
            await desk.pass_time(5)
        said = {"title": f"T{number}", "group_id": zammad.FRONT, "customer_id": zammad.DAN}
        desk.world.create(zammad.DAN, {**said, "article": {"body": "Help"}})
    await desk.pass_time(120)
    cursor, seen = None, []
    for _ in range(40):
        page = await (desk.connectors or [desk.connector()])[0].changes("changed_tickets", cursor)
        seen += [row.ref for row in page.tickets]
        cursor = page.cursor
        if not page.more:
            break
    assert not page.more
    assert sorted(seen, key=int) == [str(number) for number in desk.world.tickets]


async def test_what_was_read_before_a_limit_is_kept(desk: ZammadDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(8)]
    await desk.pass_time(120)
    connector = desk.connector()
    await connector.reference()
    desk.wire.heard.clear()
    healthy = desk.wire.handle_async_request

    async def limited(request: httpx.Request) -> httpx.Response:
        # the list and four tickets, and then no more
        if len(desk.wire.heard) >= 5:
            desk.wire.next("read", "busy")
        return await healthy(request)

    desk.wire.handle_async_request = limited  # type: ignore[method-assign]
    page = await connector.changes("changed_tickets", None)
    assert [row.ref for row in page.tickets] == refs[: len(page.tickets)]
    assert len(page.tickets) == 4
    assert page.more


@pytest.mark.parametrize("count", [1, 8, 60])
async def test_a_ticket_that_went_out_of_reach_does_not_stop_the_others(
    desk: ZammadDesk, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(count)]
    await desk.pass_time(120)
    connector = desk.connector()
    await connector.reference()
    listed = desk.world.visible(zammad.BEN)
    secret = refs[count // 2]
    original = desk.world.visible
    # the list still names it: it is moved while the tickets of the list are read
    desk.world.visible = lambda user: listed  # type: ignore[method-assign]
    desk.world.tickets[int(secret)]["group_id"] = zammad.SECRET
    page, cursor = await everything(desk)
    desk.world.visible = original  # type: ignore[method-assign]
    await desk.customer_writes(refs[0], "More")
    later, _ = await everything(desk, cursor)
    seen = {row.ref for row in (*page.tickets, *later.tickets)}
    assert seen == set(refs) - {secret}
    assert "may not be read" in caplog.text
    caplog.clear()


async def test_when_nothing_may_be_read_that_is_told_and_the_list_asked_for_anew(desk: ZammadDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(60)]
    await desk.pass_time(120)
    connector = desk.connector()
    page = await connector.changes("changed_tickets", None)
    assert page.more
    for ref in refs[len(page.tickets) :]:
        desk.world.tickets[int(ref)]["group_id"] = zammad.SECRET
    with pytest.raises(Forbidden):
        await connector.changes("changed_tickets", page.cursor)
    # the list does not name them any more
    assert (await connector.changes("changed_tickets", page.cursor)).tickets == ()


async def test_deleted_tickets_are_found_by_their_ids(desk: ZammadDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(5)]
    connector = desk.connector()
    await everything(desk)
    page = await connector.changes("gone_tickets", None)
    assert page.deleted == ()
    await desk.delete(refs[1])
    desk.world.tickets[int(refs[3])]["group_id"] = zammad.SECRET
    assert (await connector.changes("gone_tickets", page.cursor)).deleted == ()  # not asked again so soon
    await desk.pass_time(600)
    page = await connector.changes("gone_tickets", page.cursor)
    assert page.deleted == (refs[1], refs[3])
    await desk.pass_time(600)
    assert (await connector.changes("gone_tickets", page.cursor)).deleted == ()


async def test_a_ticket_that_a_shrinking_list_skipped_is_not_called_deleted(desk: ZammadDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(150)]
    connector = desk.connector()
    page = await connector.changes("gone_tickets", None)
    await desk.pass_time(600)
    original = desk.world.visible
    calls = 0

    def shrinking(user: int) -> list[zammad.Wire]:
        nonlocal calls
        calls += 1
        if calls == 2:
            desk.world.delete(int(refs[0]))
        return original(user)

    desk.world.visible = shrinking  # type: ignore[method-assign]
    page = await connector.changes("gone_tickets", page.cursor)
    assert page.deleted == ()
    await desk.pass_time(600)
    page = await connector.changes("gone_tickets", page.cursor)
    assert page.deleted == (refs[0],)


async def sent(desk: ZammadDesk, ref: str, command: object, key: str = "k1", **more: object) -> object:
    connector = desk.connector()
    await connector.identify()
    current = (await connector.ticket(ref)).tickets[0]
    return await connector.send(Send(key=key, command=command, ticket=ref, current=current, **more))  # type: ignore[arg-type]


async def test_a_reply_goes_the_way_the_customer_came(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.")
    await sent(desk, ref, AddComment(body="Which page?", public=True))
    article = desk.world.articles_of(int(ref))[-1]
    assert (article["type"], article["to"], article["sender"]) == ("email", "Dan Dahl <dan@acme.example>", "Agent")
    assert article["in_reply_to"] == desk.world.articles_of(int(ref))[0]["message_id"]
    assert article["internal"] is False


async def test_a_note_reaches_nobody(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.")
    await sent(desk, ref, AddComment(body="He is angry.", public=False))
    article = desk.world.articles_of(int(ref))[-1]
    assert (article["type"], article["to"], article["internal"]) == ("note", None, True)


async def test_a_customer_without_an_address_is_answered_on_the_web(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.")
    desk.world.users[zammad.DAN]["email"] = ""
    desk.world.articles_of(int(ref))[0] |= {"type": "web", "from": "Dan"}
    await sent(desk, ref, AddComment(body="Which page?", public=True))
    article = desk.world.articles_of(int(ref))[-1]
    assert (article["type"], article["internal"]) == ("note", False)


async def test_pending_is_sent_with_a_time_and_nothing_else_sends_a_status(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.")
    await sent(desk, ref, SetFields(values={"status": "pending"}, base={}))
    row = desk.world.tickets[int(ref)]
    assert row["state_id"] == zammad.REMINDER
    page = await desk.connector().ticket(ref)
    assert page.tickets[0].due_at is not None
    assert abs(page.tickets[0].due_at - desk.now() - DAY) < 1_000_000
    row["state_id"] = zammad.WAITING
    await sent(desk, ref, SetFields(values={"priority": "high"}, base={}))
    assert row["state_id"] == zammad.WAITING
    await sent(desk, ref, SetFields(values={"status": "pending"}, base={}))
    assert row["state_id"] == zammad.WAITING
    assert (await desk.connector().ticket(ref)).tickets[0].native_status == "waiting for customer"


async def test_what_the_desk_has_no_word_for_is_refused_before_anything_is_sent(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.")
    del desk.world.priorities[4]
    with pytest.raises(Refused, match="urgent"):
        await sent(desk, ref, AddComment(body="x", public=False, values={"priority": "urgent"}, add_tags=("t",)))
    assert desk.wire.writes() == []


async def test_taking_a_ticket_from_everybody_gives_it_to_user_one(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine.")
    await sent(desk, ref, SetFields(values={"assignee": str(zammad.BEN)}, base={}))
    assert desk.world.tickets[int(ref)]["owner_id"] == zammad.BEN
    await sent(desk, ref, SetFields(values={"assignee": None}, base={}))
    assert desk.world.tickets[int(ref)]["owner_id"] == zammad.NOBODY


async def test_a_lost_reply_is_known_by_its_mark_or_by_author_and_words(desk: ZammadDesk) -> None:
    for bare in (False, True):
        desk.world.without_preferences = bare
        ref = await desk.open_ticket("Checkout is down", "Since nine.")
        connector = desk.connector()
        current = (await connector.ticket(ref)).tickets[0]
        await desk.pass_time(1)
        command = AddComment(body="Which page?", public=True)
        one = Send(key="one", command=command, ticket=ref, current=current)
        assert await connector.settle(one) is None
        desk.wire.next("write", "lost answer")
        with pytest.raises(Unanswered):
            await connector.send(one)
        settled = await connector.settle(one)
        assert settled is not None
        assert settled.comment is not None
        # the same words once more are another reply
        claimed = frozenset([settled.comment])
        assert (
            await connector.settle(Send(key="two", command=command, ticket=ref, current=current, claimed=claimed))
            is None
        )


async def test_a_new_ticket_is_found_by_its_mark(desk: ZammadDesk) -> None:
    connector = desk.connector()
    await connector.identify()
    command = CreateTicket(subject="New", body="Hello", requester_email="new@else.example", requester_name="Nina New")
    send = Send(key="k9", command=command, ticket=None)
    assert await connector.settle(send) is None
    desk.wire.next("write", "lost answer")
    with pytest.raises(Unanswered):
        await connector.send(send)
    settled = await connector.settle(send)
    assert settled is not None
    row = desk.world.tickets[int(settled.ticket)]
    assert desk.world.users[row["customer_id"]]["firstname"] == "Nina"
    assert desk.world.articles_of(row["id"])[0]["to"] == "new@else.example"


async def test_a_failed_merge_says_200_and_is_refused(desk: ZammadDesk) -> None:
    one = await desk.open_ticket("One", "a")
    two = await desk.open_ticket("Two", "b")
    desk.world.tickets[int(two)]["number"] = "no-such"
    connector = desk.connector()
    original = desk.world.merge
    desk.world.merge = lambda user, source, target_number: original(user, source, "0")  # type: ignore[method-assign]
    with pytest.raises(Refused, match="target ticket number"):
        await connector.send(Send(key="m", command=MergeTickets(into=2), ticket=one, into=two))


async def test_the_notes_of_a_merge_are_left_once_whatever_breaks_in_between(desk: ZammadDesk) -> None:
    one = await desk.open_ticket("One", "a")
    two = await desk.open_ticket("Two", "b")
    connector = desk.connector()
    await connector.identify()
    command = MergeTickets(into=2, target_comment="From one", source_comment="To two")
    send = Send(key="m", command=command, ticket=one, into=two)
    for faults in (["lost answer"], ["lost answer"], ["refused"], []):
        desk.wire.next("write", *faults)  # type: ignore[arg-type]
        try:
            receipt = await connector.settle(send) or await connector.send(send)
        except Unanswered:
            continue
        assert receipt.page.tickets[0].merged_into == two
    into, source = ([each["body"] for each in desk.world.articles_of(int(ref))] for ref in (two, one))
    assert into == ["a", "b", "From one"]
    assert source == ["merged", "To two"]
    assert desk.world.tickets[int(one)]["state_id"] == zammad.MERGED


async def test_a_source_that_a_colleague_merged_elsewhere_is_not_called_ours(desk: ZammadDesk) -> None:
    one, two, three = [await desk.open_ticket(subject, "a") for subject in ("One", "Two", "Three")]
    connector = desk.connector()
    await connector.identify()
    await desk.merge(one, three)
    send = Send(key="m", command=MergeTickets(into=2, target_comment="From one"), ticket=one, into=two)
    with pytest.raises(Refused, match="merged into another one"):
        await connector.send(send)
    assert [each["body"] for each in desk.world.articles_of(int(two))] == ["a"]


async def test_a_file_that_is_not_at_hand_any_more_is_read_again(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("One", "a")
    with pytest.raises(UploadLost):
        await sent(desk, ref, AddComment(body="x", public=False, attachments=("f",)), uploads=("token",))
    assert desk.wire.writes() == []


async def test_files_are_fetched_with_credentials_and_by_relative_addresses(desk: ZammadDesk, tmp_path: Path) -> None:
    ref = await desk.open_ticket("One", "a")
    await desk.customer_writes(ref, "Here", {"log.txt": b"line"})
    page = await desk.connector().ticket(ref)
    (file,) = page.comments[-1].attachments
    assert (file.file_name, file.size, file.content_type) == ("log.txt", 4, "text/plain")
    found: list[bytes] = []
    await desk.connector().download(file.url, found.append)
    assert b"".join(found) == b"line"


async def test_history_in_words(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("One", "a")
    await desk.colleague_sets(ref, {"status": "pending"})
    await desk.colleague_tags(ref, add=("vip",))
    rows = await desk.connector().history(ref)
    assert [row.text for row in rows] == [
        "opened the ticket",
        "wrote an article",
        "status: new → pending reminder",
        f"reminder: none → {desk.world.tickets[int(ref)]['pending_time']}",
        "tags: +vip",
    ]
    assert (rows[2].who, rows[2].status, rows[2].changed) == ("Ada Admin", Status.PENDING, ("status",))


async def test_tags_that_are_there_are_not_asked_for(desk: ZammadDesk) -> None:
    ref = await desk.open_ticket("One", "a", tags=("vip",))
    await sent(desk, ref, ChangeTags(add=("vip",)))
    assert desk.wire.writes() == []
    await sent(desk, ref, ChangeTags(add=("new",), remove=("vip",)))
    assert desk.world.tags[int(ref)] == ["new"]


async def test_the_knowledge_base_is_searched(desk: ZammadDesk) -> None:
    (hit,) = await desk.connector().articles("dns")
    assert (hit.title, hit.url) == ("How DNS records travel", "http://zammad.test/help/en/dns/5-records")
    assert await desk.connector().articles("nothing") == ()
