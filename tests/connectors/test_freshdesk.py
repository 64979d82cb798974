"""What is peculiar about Freshdesk, against a fake of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from agentconsole.connectors.api import (
    Missing,
    NeedsLogin,
    RateLimited,
    Receipt,
    Refused,
    Send,
    Unanswered,
    Unsupported,
)
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.values import Metric, PersonRole, Priority, Role, Stage, Status
from tests.connectors.contract.desks.freshdesk import FreshdeskDesk
from tests.support.desks.freshdesk import world as freshdesk


@pytest.fixture
async def desk() -> AsyncIterator[FreshdeskDesk]:
    async with FreshdeskDesk() as desk:
        yield desk


async def everything(
    desk: FreshdeskDesk, cursor: str | None = None, stream: str = "changed_tickets"
) -> tuple[Page, Any]:
    """All that *stream* has after *cursor*, as one page."""
    connector = desk.connectors[-1] if desk.connectors else desk.connector()
    tickets: list[TicketRecord] = []
    comments: list[CommentRecord] = []
    deleted: list[str] = []
    more = True
    while more:
        page = await connector.changes(stream, cursor)
        tickets += page.tickets
        comments += page.comments
        deleted += page.deleted
        cursor, more = page.cursor, page.more
    return Page(tickets=tuple(tickets), comments=tuple(comments), deleted=tuple(deleted)), cursor


async def sent(desk: FreshdeskDesk, ref: str | None, command: Command, key: str = "k1", **more: Any) -> Receipt:
    connector = desk.connector()
    await connector.identify()
    current = (await connector.ticket(ref)).tickets[0] if ref is not None else None
    return await connector.send(Send(key=key, command=command, ticket=ref, current=current, **more))


async def test_who_signs_in(desk: FreshdeskDesk) -> None:
    identity = await desk.connector().identify()
    assert (identity.name, identity.role, identity.time_zone) == ("Ben Bell", Role.AGENT, "Europe/Berlin")
    assert (await desk.connector(secret="cleo-key").identify()).role is Role.REVIEWER
    with pytest.raises(NeedsLogin):
        await desk.connector(secret="nonsense").identify()


async def test_a_ticket_in_our_words(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Checkout is down", "Since nine:\nerror 503.", tags=("vip", "checkout"))
    desk.world.tickets[int(ref)]["custom_fields"]["cf_seats"] = 12
    page = await desk.connector().ticket(ref)
    (ticket,) = page.tickets
    assert (ticket.subject, ticket.status, ticket.native_status) == ("Checkout is down", Status.OPEN, "")
    assert (ticket.assignee, ticket.requester, ticket.group) == (None, str(freshdesk.DAN), str(freshdesk.FRONT))
    assert (ticket.tags, ticket.priority, ticket.channel) == (("checkout", "vip"), Priority.NORMAL, "email")
    assert (ticket.fields, ticket.organization) == ({"cf_seats": 12}, str(freshdesk.ACME))
    assert [(each.metric, each.stage) for each in ticket.targets or ()] == [
        (Metric.FIRST_REPLY, Stage.ACTIVE),
        (Metric.RESOLUTION, Stage.ACTIVE),
    ]
    (first,) = page.comments
    assert (first.ref, first.body, first.html) == (f"description-{ref}", "Since nine:\nerror 503.", None)
    assert [(each.name, each.email) for each in page.people] == [("Dan Dahl", "dan@acme.example")]


async def test_a_status_of_the_desks_own_is_kept_by_every_other_change(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any")
    row = desk.world.tickets[int(ref)]
    row["status"] = freshdesk.WAITING
    (ticket,) = (await desk.connector().ticket(ref)).tickets
    assert (ticket.status, ticket.native_status) == (Status.PENDING, "Waiting on Customer")
    await sent(desk, ref, SetFields(values={"priority": "urgent"}, base={}))
    assert (row["status"], row["priority"]) == (freshdesk.WAITING, 4)
    await sent(desk, ref, SetFields(values={"status": "pending"}, base={}))
    assert row["status"] == freshdesk.WAITING
    await sent(desk, ref, SetFields(values={"status": "solved"}, base={}))
    assert row["status"] == freshdesk.RESOLVED
    await sent(desk, ref, SetFields(values={"status": "hold"}, base={}))
    assert row["status"] == freshdesk.THIRD_PARTY


async def test_closed_is_not_final(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any")
    desk.world.tickets[int(ref)]["status"] = freshdesk.CLOSED
    (ticket,) = (await desk.connector().ticket(ref)).tickets
    assert (ticket.status, ticket.native_status) == (Status.SOLVED, "Closed")


async def test_the_small_sets(desk: FreshdeskDesk) -> None:
    page = await desk.connector().reference()
    assert [(each.ref, each.type, len(each.options)) for each in page.ticket_fields or ()] == [
        ("cf_area", "tagger", 2),
        ("cf_seats", "integer", 0),
    ]
    assert {each.name: each.members for each in page.groups or ()} == {
        "Front desk": (str(freshdesk.ADA), str(freshdesk.BEN)),
        "Back office": (str(freshdesk.BEN),),
    }
    assert {each.role for each in page.people} == {PersonRole.AGENT}
    # canned responses are for administrators
    assert page.macros is None
    (macro,) = (await desk.connector(secret="ada-key").reference()).macros or ()
    assert macro.actions == (("comment_value", "Hello {{ticket.requester.first_name}},\n{{current_user.name}}"),)


async def test_people_and_companies(desk: FreshdeskDesk) -> None:
    connector = desk.connector()
    await desk.pass_time(300)
    page = await connector.changes("companies", None)
    assert page.organizations[0].fields == {"account_tier": "Premium", "tier": "premium", "region": "EMEA"}
    page = await connector.changes("contacts", None)
    assert [each.name for each in page.people] == ["Dan Dahl", "Ève Ünal", "Fay Fox"]
    assert page.people[0].time_zone == "America/New_York"
    await desk.pass_time(120)
    assert (await connector.changes("contacts", page.cursor)).people == ()  # not so soon
    await desk.pass_time(3_600)
    desk.world.contacts[freshdesk.EVE]["updated_at"] = desk.world.stamp()
    page = await connector.changes("contacts", page.cursor)
    assert [each.name for each in page.people] == ["Ève Ünal"]


async def test_somebody_who_was_copied_in_is_known_by_name(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any")
    desk.world.say(int(ref), freshdesk.FAY, "<div>Me too</div>", incoming=True)
    people = {each.name for each in (await desk.connector().ticket(ref)).people}
    assert people == {"Dan Dahl", "Fay Fox"}


async def test_old_tickets_come_as_well(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Old", "Help")
    desk.at += timedelta(days=400)
    page, _ = await everything(desk)
    assert [row.ref for row in page.tickets] == [ref]


async def test_long_conversations_come_whole(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Long", "0")
    for number in range(1, 66):
        await desk.customer_writes(ref, str(number))
    page = await desk.connector().ticket(ref)
    assert [each.body for each in page.comments] == [str(number) for number in range(66)]


async def test_tickets_come_in_the_order_of_their_changes_and_once(desk: FreshdeskDesk) -> None:
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


async def test_a_bulk_edit_of_more_tickets_than_a_page_holds_comes_whole(desk: FreshdeskDesk) -> None:
    for number in range(230):
        said = {"subject": f"T{number}", "description": "Help", "status": 2, "priority": 1, "source": 2}
        desk.world.create({**said, "requester_id": freshdesk.DAN})
    await desk.pass_time(120)
    page, _ = await everything(desk)
    assert len(page.tickets) == 230
    assert len({row.ref for row in page.tickets}) == 230


async def test_what_is_thrown_away_or_spam_is_gone_and_comes_back(desk: FreshdeskDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(3)]
    await desk.pass_time(120)
    page, cursor = await everything(desk)
    assert len(page.tickets) == 3
    await desk.delete(refs[0])
    desk.world.call_spam(int(refs[1]))
    await desk.pass_time(120)
    trash, trashed_to = await everything(desk, stream="deleted_tickets")
    spam, _ = await everything(desk, stream="spam_tickets")
    assert (trash.deleted, spam.deleted) == ((refs[0],), (refs[1],))
    with pytest.raises(Missing):
        await desk.connectors[-1].ticket(refs[0])
    await desk.pass_time(120)
    desk.world.tickets[int(refs[0])] |= {"deleted": False, "updated_at": desk.world.stamp()}
    page, _ = await everything(desk, cursor)
    assert [row.ref for row in page.tickets] == [refs[0]]
    trash, _ = await everything(desk, trashed_to, stream="deleted_tickets")
    assert trash.deleted == ()


async def test_a_plan_of_few_calls_brings_everything_in_the_end(desk: FreshdeskDesk) -> None:
    refs = [await desk.open_ticket(f"T{number}", "Help") for number in range(30)]
    await desk.pass_time(120)
    connector = desk.connector()
    await connector.reference()
    cursor: str | None = None
    seen: list[str] = []
    for _ in range(60):
        desk.api.left = 40
        try:
            while True:
                page = await connector.changes("changed_tickets", cursor)
                seen += [row.ref for row in page.tickets]
                cursor = page.cursor
                if not page.more:
                    break
        except RateLimited as error:
            await desk.pass_time(error.retry_after + 60)
        else:
            break
    assert seen == refs


async def test_reply_and_solve_are_two_requests_and_both_arrive_once(desk: FreshdeskDesk) -> None:
    for faults in (["lost answer"], ["lost request"], ["ok", "lost answer"], ["ok", "lost request"], ["ok", "refused"]):
        ref = await desk.open_ticket("Checkout is down", "Since nine.")
        connector = desk.connector()
        await connector.identify()
        command = AddComment(
            body="Fixed.", public=True, values={"status": "solved"}, add_tags=("done",), last_seen=f"description-{ref}"
        )
        healthy = desk.wire.handle_async_request
        left = list(faults)

        async def faulty(request: httpx.Request, left: list[Any] = left, healthy: Any = healthy) -> httpx.Response:
            if request.method != "GET" and left and (fault := left.pop(0)) != "ok":
                desk.wire.next("write", fault)
            answer: httpx.Response = await healthy(request)
            return answer

        desk.wire.handle_async_request = faulty  # type: ignore[method-assign]
        for _ in range(4):
            current = (await connector.ticket(ref)).tickets[0]
            send = Send(key="k", command=command, ticket=ref, current=current)
            receipt = await connector.settle(send)
            if receipt is None:
                try:
                    receipt = await connector.send(send)
                except Unanswered:
                    continue
            break
        desk.wire.handle_async_request = healthy  # type: ignore[method-assign]
        standing = await desk.standing(ref)
        assert standing.status is Status.SOLVED
        assert standing.tags == {"done"}
        assert [each.body for each in standing.comments] == ["Since nine.", "Fixed."]
        assert receipt is not None
        assert receipt.comment is not None


async def test_the_same_words_twice_are_two_replies(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any")
    connector = desk.connector()
    await connector.identify()
    current = (await connector.ticket(ref)).tickets[0]
    command = AddComment(body="Any news?", public=True, last_seen=f"description-{ref}")
    one = Send(key="one", command=command, ticket=ref, current=current)
    first = await connector.send(one)
    assert first.comment is not None
    two = Send(key="two", command=command, ticket=ref, current=current, claimed=frozenset([first.comment]))
    assert await connector.settle(two) is None
    assert (await connector.settle(one)) is not None


async def test_a_note_is_private_and_a_reply_is_not(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any")
    await sent(desk, ref, AddComment(body="He is <angry> & loud", public=False))
    await sent(desk, ref, AddComment(body="Which page?\nWhen?", public=True))
    note, reply = desk.world.conversations_of(int(ref))
    assert (note["private"], note["source"], note["body"]) == (True, 2, "<div>He is &lt;angry&gt; &amp; loud</div>")
    assert (reply["private"], reply["source"], reply["body"]) == (False, 0, "<div>Which page?<br>When?</div>")


async def test_tags_of_a_colleague_survive_ours(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any", tags=("old",))
    connector = desk.connector()
    current = (await connector.ticket(ref)).tickets[0]
    await desk.colleague_tags(ref, add=("theirs",))
    await connector.send(Send(key="k", command=ChangeTags(add=("mine",), remove=("old",)), ticket=ref, current=current))
    assert desk.world.tickets[int(ref)]["tags"] == ["theirs", "mine"]


async def test_files_go_with_the_reply_and_are_fetched_elsewhere_without_our_key(
    desk: FreshdeskDesk, tmp_path: Any
) -> None:
    ref = await desk.open_ticket("Any", "Any")
    path = tmp_path / 'odd "name" ü.txt'
    path.write_bytes(b"\x00\r\n--line")
    file = LocalFile(key="f", file_name=path.name, content_type="text/plain", size=9, open=lambda: path.open("rb"))
    connector = desk.connector()
    await connector.identify()

    async def progressed(_upload: Upload) -> None: ...

    upload = await connector.upload(file, "token-1", Upload(file="f"), progressed)
    command = AddComment(body="See the file", public=True, attachments=("f",))
    receipt = await connector.send(Send(key="k", command=command, ticket=ref, uploads=(upload.token,)))
    (attachment,) = receipt.page.comments[-1].attachments
    assert (attachment.file_name.endswith("ü.txt"), attachment.size) == (True, 9)
    # the signed address of then is of no use any more
    await desk.pass_time(3_600)
    found: list[bytes] = []
    await connector.download(attachment.url, found.append)
    assert b"".join(found) == b"\x00\r\n--line"
    elsewhere = [request for request in desk.wire.heard if request.url.host == "cdn.test"]
    assert elsewhere
    assert all("authorization" not in request.headers for request in elsewhere)


async def test_a_new_ticket_whose_answer_was_lost_is_found_by_who_and_what(desk: FreshdeskDesk) -> None:
    connector = desk.connector()
    await connector.identify()
    for public in (True, False):
        command = CreateTicket(
            subject=f"New {public}", body="Hello\nthere", public=public, requester=str(freshdesk.DAN)
        )
        send = Send(key=f"k{public}", command=command, ticket=None)
        assert await connector.settle(send) is None
        desk.wire.next("write", "lost answer")
        with pytest.raises(Unanswered):
            await connector.send(send)
        settled = await connector.settle(send)
        assert settled is not None
        said = (await desk.standing(settled.ticket)).comments
        assert [each.body for each in said if each.public is public] == ["Hello\nthere"]
    assert len(desk.world.tickets) == 2
    # an older one of the same words is another ticket
    await desk.pass_time(86_400)
    again = CreateTicket(subject="New True", body="Hello\nthere", requester=str(freshdesk.DAN))
    after_restart = desk.connector()
    assert await after_restart.settle(Send(key="again", command=again, ticket=None, queued_at=desk.now())) is None


async def test_a_new_ticket_is_found_days_after_its_answer_was_lost(desk: FreshdeskDesk) -> None:
    connector = desk.connector()
    await connector.identify()
    command = CreateTicket(subject="New", body="Hello", requester_email="nina@else.example", requester_name="Nina New")
    send = Send(key="k", command=command, ticket=None, queued_at=desk.now())
    # nobody has this address yet, which the desk calls an error
    assert await connector.settle(send) is None
    desk.wire.next("write", "lost answer")
    with pytest.raises(Unanswered):
        await connector.send(send)
    await desk.pass_time(3 * 86_400)
    settled = await desk.connector().settle(send)
    assert settled is not None
    assert [settled.ticket] == [str(ref) for ref in desk.world.tickets]


async def test_files_of_an_internal_first_note_are_there_or_a_person_decides(
    desk: FreshdeskDesk, tmp_path: Path
) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(b"the plan")
    file = LocalFile(key="f", file_name="plan.txt", content_type="text/plain", size=8, open=lambda: path.open("rb"))

    async def progressed(_upload: Upload) -> None: ...

    for is_restarted in (False, True):
        connector = desk.connector()
        await connector.identify()
        upload = await connector.upload(file, "token-1", Upload(file="f"), progressed)
        command = CreateTicket(
            subject=f"New {is_restarted}",
            body="See the plan",
            public=False,
            requester=str(freshdesk.DAN),
            attachments=("f",),
        )
        send = Send(key=f"k{is_restarted}", command=command, ticket=None, queued_at=desk.now())
        desk.wire.pass_then_fail("write", 1, "lost request")
        with pytest.raises(Unanswered):
            await connector.send(msgspec.structs.replace(send, uploads=(upload.token,)))
        opened = await desk.newest()
        if is_restarted:
            with pytest.raises(Unsupported, match="note with its files"):
                await desk.connector().settle(send)
            assert len((await desk.standing(opened)).comments) == 1
        else:
            settled = await connector.settle(send)
            assert settled is not None
            note = (await desk.standing(opened)).comments[1]
            assert (note.public, note.body, note.files) == (False, "See the plan", {"plan.txt": b"the plan"})


async def test_merging_leaves_its_notes_and_is_known_by_them(desk: FreshdeskDesk) -> None:
    one, two = await desk.open_ticket("One", "a"), await desk.open_ticket("Two", "b")
    connector = desk.connector()
    await connector.identify()
    send = Send(key="m", command=MergeTickets(into=2, target_comment="From one"), ticket=one, into=two)
    assert await connector.settle(send) is None
    desk.wire.next("write", "lost answer")
    with pytest.raises(Unanswered):
        await connector.send(send)
    settled = await connector.settle(send)
    assert settled is not None
    assert settled.page.tickets[0].merged_into == two
    assert [(each.public, each.body) for each in (await desk.standing(two)).comments] == [
        (True, "b"),
        (False, "From one"),
    ]


async def test_errors_are_told_by_field(desk: FreshdeskDesk) -> None:
    ref = await desk.open_ticket("Any", "Any")
    with pytest.raises(Refused, match="cf_area: It should be one of these values") as caught:
        await sent(desk, ref, SetFields(values={"field:cf_area": "Nonsense"}, base={}))
    assert "cf_area" in caught.value.details
    desk.world.tickets[int(ref)]["deleted"] = True
    with pytest.raises(Refused, match="405"):
        await desk.connector().send(Send(key="k", command=SetFields(values={"subject": "x"}, base={}), ticket=ref))


async def test_what_is_not_offered_says_why(desk: FreshdeskDesk) -> None:
    with pytest.raises(Unsupported, match="who changed what"):
        await desk.connector().history("1")
    (hit,) = await desk.connector().articles("dns")
    assert (hit.title, hit.url) == ("How DNS records travel", "http://freshdesk.test/support/solutions/articles/2")
