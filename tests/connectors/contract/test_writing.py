"""What an agent does arrives at any help desk as they meant it, once, and comes back the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agentconsole.connectors.api import Unsupported
from agentconsole.domain.capabilities import CHOSEN_STATUSES
from agentconsole.domain.commands import SETTABLE, AddComment, ChangeTags, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.values import OutboxState, Status
from tests.connectors.contract.console import Console
from tests.connectors.contract.harness import ContractDesk
from tests.connectors.contract.lacking import is_lacking
from tests.connectors.contract.wire import ELSEWHERE

FILE = bytes(range(256)) * 300


@pytest.mark.parametrize("public", [True, False], ids=["reply", "note"])
async def test_a_comment_arrives_once_and_is_shown_once(desk: ContractDesk, console: Console, public: bool) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    body = "So: <b>not bold</b> & “quoted”\n\n  - überall\n  - 日本 🚒"

    (key,) = await console.do(ticket, console.reply(ticket, body, public=public))

    assert console.state(key) is OutboxState.SENT
    said = (await desk.standing(ticket)).comments
    assert [(each.public, _words(each.body)) for each in said] == [(True, ["How?"]), (public, _words(body))]
    for _ in range(2):
        await console.pull()
        assert [(was, _words(text)) for was, text in console.shown(ticket)] == [
            (True, ["How?"]),
            (public, _words(body)),
        ]


async def test_an_internal_note_is_never_public(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    await console.do(
        ticket,
        AddComment(body="For us", public=False),
        console.reply(ticket, "For them", public=True),
        AddComment(body="For us again", public=False),
    )
    said = (await desk.standing(ticket)).comments[1:]
    assert [(each.public, each.body.strip()) for each in said] == [
        (False, "For us"),
        (True, "For them"),
        (False, "For us again"),
    ]


@pytest.mark.parametrize("status", CHOSEN_STATUSES)
async def test_a_status_is_given(desk: ContractDesk, console: Console, status: Status) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    if await is_lacking(desk, console, ticket, console.setting(ticket, status=status.value)):
        return
    (key,) = await console.do(ticket, console.setting(ticket, status=status.value))
    assert console.reason(key) == ""
    assert (await desk.standing(ticket)).status is status
    assert console.record(ticket).status is status
    await console.pull()
    assert console.record(ticket).status is status


async def test_a_reply_solves(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.do(ticket, console.reply(ticket, "So.", status="solved"))
    assert console.state(key) is OutboxState.SENT
    standing = await desk.standing(ticket)
    assert (standing.status, standing.comments[-1].body.strip()) == (Status.SOLVED, "So.")
    await console.pull()
    assert console.record(ticket).status is Status.SOLVED


@pytest.mark.parametrize("name", SETTABLE)
async def test_a_field_is_set_and_nothing_else(desk: ContractDesk, console: Console, name: str) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    cast = desk.cast
    values: dict[str, Any] = {
        "subject": "Better question",
        "status": "pending",
        "priority": "urgent",
        "type": "problem",
        "requester": cast.colleague,
        "assignee": cast.me,
        "group": cast.other_group,
        "organization": None,
        "due_at": desk.now() // 1_000_000 * 1_000_000 + 86_400_000_000,
    }
    command = console.setting(ticket, **{name: values[name]})
    if await is_lacking(desk, console, ticket, command):
        return
    if name == "organization":
        return  # who belongs where is the vendor's to decide; that it is not refused is all
    before = console.record(ticket)
    (key,) = await console.do(ticket, command)
    assert (console.state(key), console.reason(key)) == (OutboxState.SENT, "")
    await console.pull()
    after = console.record(ticket)
    assert getattr(after, name) == values[name]
    kept = {each for each in ("subject", "priority", "requester", "tags", "fields") if each != name}
    assert {each: getattr(after, each) for each in kept} == {each: getattr(before, each) for each in kept}
    if name != "status":
        assert after.native_status == before.native_status


async def test_an_assignment_is_taken_back(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await desk.colleague_sets(ticket, {"assignee": desk.cast.colleague})
    await console.pull()
    assert console.record(ticket).assignee == desk.cast.colleague
    await console.do(ticket, console.setting(ticket, assignee=desk.cast.me))
    assert (await desk.standing(ticket)).assignee == desk.cast.me
    await console.do(ticket, console.setting(ticket, assignee=None))
    assert (await desk.standing(ticket)).assignee is None
    await console.pull()
    assert console.record(ticket).assignee is None


async def test_tags_are_added_and_removed_as_a_set(desk: ContractDesk, console: Console) -> None:
    if not console.connector.capabilities.tags:
        plain = await desk.open_ticket("Question", "How?")
        await console.pull()
        assert await is_lacking(desk, console, plain, ChangeTags(add=("urgent",)))
        return
    ticket = await desk.open_ticket("Question", "How?", tags=("one", "two"))
    await console.pull()
    assert set(console.record(ticket).tags) == {"one", "two"}
    await desk.colleague_tags(ticket, add=("three",))
    (key,) = await console.do(ticket, ChangeTags(add=("four",), remove=("one",)))
    assert console.state(key) is OutboxState.SENT
    assert (await desk.standing(ticket)).tags == {"two", "three", "four"}
    await console.pull()
    assert set(console.record(ticket).tags) == {"two", "three", "four"}


async def test_a_custom_field_is_set(desk: ContractDesk, console: Console) -> None:
    cast = desk.cast
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    command = SetFields(values={f"field:{cast.field}": cast.values[0]}, base={f"field:{cast.field}": None})
    if not console.connector.capabilities.custom_fields:
        assert await is_lacking(desk, console, ticket, command)
        return
    assert cast.field in {field.ref for field in console.store.people.fields()}
    (key,) = await console.do(ticket, command)
    assert (console.state(key), console.reason(key)) == (OutboxState.SENT, "")
    assert (await desk.standing(ticket)).custom == cast.values[0]
    await console.pull()
    assert console.record(ticket).fields[cast.field] == cast.values[0]
    await desk.colleague_sets(ticket, {"field": cast.values[1]})
    await console.pull()
    assert console.record(ticket).fields.get(cast.field) == cast.values[1]


async def test_a_ticket_is_opened_once(desk: ContractDesk, console: Console) -> None:
    await desk.open_ticket("Before", "Before")
    await console.pull()
    command = CreateTicket(
        subject="Called us",
        body="They called: nothing works.",
        requester=desk.cast.customer,
        values={"group": desk.cast.group, "priority": "high"},
    )
    if not console.connector.capabilities.create:
        reason = console.connector.capabilities.lack("create")
        console.store.outbox.create(command, batch="b").result()
        (row,) = console.store.outbox.rows()
        await console.push()
        assert (console.state(row.key), console.reason(row.key)) == (OutboxState.REFUSED, reason)
        return
    local = console.store.outbox.create(command, batch="b").result()
    (row,) = console.store.outbox.rows()
    assert await console.push() == 1
    assert console.state(row.key) is OutboxState.SENT
    created = await desk.newest()
    standing = await desk.standing(created)
    assert (standing.subject, standing.priority, standing.group) == ("Called us", "high", desk.cast.group)
    assert [each.body.strip() for each in standing.comments] == ["They called: nothing works."]
    await console.pull()
    assert console.id(created) == local, "the ticket that was opened here is the one that came back"
    assert console.record(created).requester == desk.cast.customer
    assert len(console.shown(created)) == 1


async def test_a_ticket_is_opened_for_somebody_new(desk: ContractDesk, console: Console) -> None:
    await console.pull()
    if not console.connector.capabilities.create:
        return
    command = CreateTicket(
        subject="Stranger",
        body="Hello?",
        requester_name="Jo Newman",
        requester_email="jo.newman@stranger.example",
        values={"group": desk.cast.group},
    )
    console.store.outbox.create(command, batch="b").result()
    assert await console.push() == 1
    assert (await desk.standing(await desk.newest())).requester_email == "jo.newman@stranger.example"


async def test_tickets_are_merged(desk: ContractDesk, console: Console) -> None:
    source = await desk.open_ticket("Twice", "Once more")
    target = await desk.open_ticket("The one", "First")
    await console.pull()
    command = MergeTickets(into=console.id(target), source_comment="See the other.", target_comment="Merged.")
    if await is_lacking(desk, console, source, command):
        return
    (key,) = await console.do(source, command)
    assert (console.state(key), console.reason(key)) == (OutboxState.SENT, "")
    record = console.store.tickets.confirmed(console.id(source))
    assert record is None or record.merged_into == target
    await console.pull()
    assert console.shown(target)


async def test_files_go_with_a_comment_and_come_back(desk: ContractDesk, console: Console, tmp_path: Path) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    files = tuple(
        console.keep_file(tmp_path / name, content)
        for name, content in (("plan überall.bin", FILE), ("日本.txt", b"two"), ("plan überall (2).bin", b"three"))
    )
    command = console.reply(ticket, "See the plan.", files=files)
    if await is_lacking(desk, console, ticket, command):
        return
    (key,) = await console.do(ticket, command)
    assert (console.state(key), console.reason(key)) == (OutboxState.SENT, "")
    said = (await desk.standing(ticket)).comments[-1]
    assert said.body.strip() == "See the plan."
    assert dict(said.files) == {"plan überall.bin": FILE, "日本.txt": b"two", "plan überall (2).bin": b"three"}
    await console.pull()
    comment = console.detail(ticket).comments[-1]
    assert {file.file_name for file in comment.attachments} == set(said.files)


async def test_a_file_of_the_customer_is_fetched(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await desk.customer_writes(ticket, "See picture", {"größe.bin": FILE})
    await console.pull()
    (file,) = console.detail(ticket).comments[-1].attachments
    assert (file.file_name, file.size) == ("größe.bin", len(FILE))
    parts: list[bytes] = []
    told: list[int] = []
    await console.connector.download(file.url, parts.append, told.append)
    assert b"".join(parts) == FILE
    assert told[-1] == len(FILE)


async def test_a_file_never_takes_the_credentials_elsewhere(desk: ContractDesk, console: Console) -> None:
    await console.connector.identify()
    await console.connector.download(f"https://{ELSEWHERE}/file", lambda _part: None)
    (request,) = (each for each in desk.wire.heard if each.url.host == ELSEWHERE)
    told = {"authorization", "cookie", "x-api-key"} & set(request.headers)
    assert not told


async def test_a_conflict_is_told_field_by_field(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    await desk.colleague_sets(ticket, {"priority": "low", "subject": "Theirs"})
    (key,) = await console.do(ticket, console.setting(ticket, priority="urgent", status="pending"))
    assert console.state(key) is OutboxState.CONFLICT
    entry = console.store.outbox.get(key)
    assert entry is not None
    assert [(each.name, each.theirs) for each in entry.conflicts] == [("priority", "low")]
    standing = await desk.standing(ticket)
    assert (standing.priority, standing.subject) == ("low", "Theirs")


async def test_changes_of_different_fields_go_together(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    await desk.colleague_sets(ticket, {"subject": "Theirs"})
    (key,) = await console.do(ticket, console.setting(ticket, priority="urgent"))
    assert console.state(key) is OutboxState.SENT
    standing = await desk.standing(ticket)
    assert (standing.priority, standing.subject) == ("urgent", "Theirs")
    await console.pull()
    assert console.record(ticket).subject == "Theirs"


async def test_a_reply_waits_when_the_customer_wrote_before_it(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    reply = console.reply(ticket, "Like so.")
    await desk.customer_writes(ticket, "Never mind, solved it.")
    (key,) = await console.do(ticket, reply)
    assert console.state(key) is OutboxState.HELD
    assert len((await desk.standing(ticket)).comments) == 2


async def test_somebody_who_writes_at_the_same_moment_is_not_overwritten(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()

    async def colleague() -> None:
        await desk.colleague_sets(ticket, {"priority": "low"})

    desk.wire.before_next_write(colleague)
    (key,) = await console.do(ticket, console.setting(ticket, priority="urgent"))
    standing = await desk.standing(ticket)
    if console.connector.capabilities.safe_update:
        assert console.state(key) is OutboxState.CONFLICT
        assert standing.priority == "low"
    else:
        # nothing can be done about it there; that it is so is told
        assert console.connector.capabilities.lack("safe_update")
        assert standing.priority == "urgent"


async def test_a_value_that_means_nothing_is_refused_with_a_reason(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    (key,) = await console.do(ticket, console.setting(ticket, assignee="987654321"))
    assert console.state(key) is OutboxState.REFUSED
    assert console.reason(key)
    assert (await desk.standing(ticket)).assignee is None


async def test_a_change_of_a_ticket_that_is_gone_is_refused(desk: ContractDesk, console: Console) -> None:
    ticket = await desk.open_ticket("Spam", "Buy")
    await console.pull()
    await desk.delete(ticket)
    (key,) = await console.do(ticket, AddComment(body="No, thanks", public=False))
    assert console.state(key) is OutboxState.REFUSED
    assert console.reason(key)


async def test_a_private_note_of_an_unsupported_kind_is_never_made_public(desk: ContractDesk, console: Console) -> None:
    """Whatever a desk can't do it says; it never does something else instead."""
    ticket = await desk.open_ticket("Question", "How?")
    await console.pull()
    offers = console.connector.capabilities
    for name in (each for each in SETTABLE if each not in offers.settable):
        assert await is_lacking(desk, console, ticket, console.setting(ticket, **{name: "1"}))
    assert all(each.public for each in (await desk.standing(ticket)).comments)
    if not offers.pin:
        with pytest.raises(Unsupported):
            await console.connector.check_pin(desk.cast.customer, "1")


def _words(text: str) -> list[str]:
    return text.split()
