"""The outbox: queued once, sent in order, and never lost on the way."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.instant import DAY, HOUR, MINUTE
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import GroupRecord, Page
from agentconsole.domain.rows import QueueRow, TicketDetail
from agentconsole.domain.values import OutboxState, Priority, Status
from agentconsole.store.errors import StoreError
from agentconsole.store.store import Store
from tests.store.making import NOON, Clock, agent, comment, local, opened, person, pull, ticket

SOLVE = SetFields(values={"status": "solved"}, base={"status": "open"})


def queue(store: Store, *commands: Command, ticket: int = 1, batch: str = "b", **more: Any) -> list[str]:
    return store.outbox.queue([(ticket, command) for command in commands], batch=batch, **more).result()


def due(store: Store, now: int = NOON) -> list[str]:
    return [item.key for item in store.outbox.due(now, 50)]


def row(store: Store, ticket: int = 1) -> QueueRow:
    return store.queue.rows([ticket])[0]


def detail(store: Store, ticket: int = 1) -> TicketDetail:
    found = store.tickets.detail(ticket)
    assert found is not None
    return found


@pytest.fixture
def desk(store: Store) -> Store:
    pull(store, ticket("1"), ticket("2"), agent("a1", "Mira Lund"), groups=(GroupRecord(ref="g1", name="Billing"),))
    return store


def test_a_queued_change_is_seen_at_once_and_said_in_words(desk: Store) -> None:
    queue(
        desk,
        SetFields(
            values={"status": "solved", "assignee": "a1", "group": "g1", "due_at": None},
            base={"status": "open", "assignee": None, "group": None, "due_at": NOON},
        ),
        ChangeTags(add=("vip",), remove=("new",)),
        AddComment(body="Done.", public=False, values={"priority": "high"}, base={"priority": None}),
    )
    assert (row(desk).status, row(desk).assignee, row(desk).group, row(desk).waiting) == (
        Status.SOLVED,
        "Mira Lund",
        "Billing",
        3,
    )
    assert row(desk).priority is Priority.HIGH
    assert [change.text for change in detail(desk).waiting] == [
        "status: open → solved, assignee: none → Mira Lund, group: none → Billing, due: 2026-09-21 14:13 UTC → none",
        "tags: +vip −new",
        "internal note, priority: none → high",
    ]
    (note,) = detail(desk).comments
    assert (note.body, note.public, note.state, note.by_agent) == ("Done.", False, OutboxState.QUEUED, True)
    confirmed = desk.tickets.confirmed(1)
    assert confirmed is not None
    assert confirmed.status is Status.OPEN


def test_all_of_a_batch_or_nothing(desk: Store) -> None:
    with pytest.raises(StoreError):
        desk.outbox.queue([(1, SOLVE), (99, SOLVE)], batch="b").result()
    assert desk.outbox.rows() == ()
    assert row(desk).status is Status.OPEN


def test_a_ticket_goes_in_order_and_tickets_go_side_by_side(desk: Store) -> None:
    first, second = queue(desk, SOLVE, ChangeTags(add=("x",)))
    (other,) = queue(desk, SOLVE, ticket=2)
    assert due(desk) == [first, other]
    for state in (OutboxState.SENDING, OutboxState.UNKNOWN):
        desk.outbox.mark(first, state).result()
        assert due(desk) == [other]
    assert [item.key for item in desk.outbox.unsettled()] == [first]
    for state in (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED):
        desk.outbox.mark(first, state, reason="no").result()
        assert due(desk) == [second, other], state


def test_nothing_is_sent_before_its_time(desk: Store) -> None:
    key, later = queue(desk, SOLVE, ChangeTags(add=("x",)), not_before=NOON + MINUTE)
    assert due(desk) == []
    assert desk.outbox.next_due_at() == NOON + MINUTE
    assert due(desk, NOON + MINUTE) == [key]
    desk.outbox.mark(key, OutboxState.QUEUED, not_before=NOON + HOUR, attempted=True).result()
    assert desk.outbox.next_due_at() == NOON + HOUR
    found = desk.outbox.get(key)
    assert found is not None
    assert (found.attempts, found.not_before) == (1, NOON + HOUR)
    assert later not in due(desk, NOON + 30 * MINUTE)


def test_a_contested_field_waits_for_the_agent_and_others_do_not(desk: Store) -> None:
    contested, tags, same = queue(desk, SOLVE, ChangeTags(add=("x",)), SOLVE)
    desk.outbox.mark(contested, OutboxState.CONFLICT).result()
    assert due(desk) == [tags]
    desk.outbox.accept(tags, "1", Page()).result()
    assert due(desk) == []
    assert desk.outbox.next_due_at() is None
    desk.outbox.withdraw(keys=[contested]).result()
    assert due(desk) == [same]


def test_a_merge_waits_until_its_target_has_a_number(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    (creation,) = due(desk)
    queue(desk, MergeTickets(into=made))
    assert due(desk) == [creation]
    assert detail(desk).waiting[0].text == "merge into “s”"
    desk.outbox.accept(creation, "9", Page(tickets=(ticket("9"),))).result()
    assert len(due(desk)) == 1
    assert detail(desk).waiting[0].text == "merge into #9"


def test_a_merge_goes_with_the_creation_that_it_needs(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    queue(desk, MergeTickets(into=made), batch="m")
    assert desk.outbox.withdraw(batch="c").result() == 2
    (later,) = queue(desk, SOLVE)
    assert due(desk) == [later]
    assert row(desk).waiting == 1


def test_a_merge_into_a_withdrawn_ticket_is_refused_and_holds_nothing_up(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    desk.outbox.withdraw(batch="c").result()
    (merge,) = queue(desk, MergeTickets(into=made))
    (later,) = queue(desk, SOLVE)
    assert due(desk) == [later]
    (refused, _) = desk.outbox.rows()
    assert (refused.state, bool(refused.reason)) == (OutboxState.REFUSED, True)
    assert desk.outbox.retry([merge]).result() == 0
    assert due(desk) == [later]


def test_the_window_of_a_ticket_that_turns_out_to_be_another_goes_on(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    (creation,) = due(desk)
    pull(desk, ticket("77"))
    twin = local(desk, "77")
    desk.drafts.save(twin, "in the one", public=False, cursor=1).result()
    desk.drafts.save(made, "in the other", public=True, cursor=1).result()
    desk.outbox.accept(creation, "77", Page(tickets=(ticket("77"),), comments=(comment("c1", "77"),))).result()
    reply, note = desk.drafts.draft(twin, True), desk.drafts.draft(twin, False)
    assert reply is not None
    assert note is not None
    assert (reply.ticket, reply.body, note.ticket, note.body) == (made, "in the other", made, "in the one")
    assert [entry.ticket for entry in desk.drafts.all_drafts()] == [made, made]
    assert (detail(desk, twin).id, detail(desk, twin).ref, desk.tickets.ref_of(twin)) == (made, "77", "77")
    assert desk.tickets.projected(twin) == desk.tickets.confirmed(twin) == desk.tickets.confirmed(made)
    assert desk.tickets.last_comment(twin) == desk.tickets.last_comment(made)

    desk.drafts.save(twin, "a reply", public=True, cursor=1).result()
    queue(desk, AddComment(body="a reply", public=True), ticket=twin, drop_draft_of=twin)
    assert desk.drafts.draft(made, True) is None
    queue(desk, MergeTickets(into=twin))
    assert [(item.ticket, item.command) for item in desk.outbox.due(NOON, 10)] == [
        (made, AddComment(body="a reply", public=True)),
        (1, MergeTickets(into=made)),
    ]


def test_a_merge_follows_a_ticket_that_turns_out_to_be_another(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    (creation,) = due(desk)
    pull(desk, ticket("77"))
    (merge,) = queue(desk, MergeTickets(into=local(desk, "77")))
    desk.outbox.accept(creation, "77", Page()).result()
    (item,) = desk.outbox.due(NOON, 10)
    assert (item.key, item.command) == (merge, MergeTickets(into=made))


def test_what_failed_is_not_shown_as_done_but_still_waits(desk: Store) -> None:
    (key,) = queue(desk, SOLVE)
    for state in (OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED):
        desk.outbox.mark(key, state, reason="because").result()
        assert (row(desk).status, row(desk).waiting) == (Status.OPEN, 1)
        assert detail(desk).waiting[0].reason == "because"
    assert desk.outbox.summary() == (1, 0, 1, 0)
    for state in (OutboxState.SENDING,):
        assert desk.outbox.mark(key, state).result() is False


def test_only_what_is_queued_or_unknown_can_be_under_way(desk: Store) -> None:
    (key,) = queue(desk, SOLVE)
    assert desk.outbox.mark(key, OutboxState.SENDING, attempted=True).result() is True
    assert desk.outbox.mark(key, OutboxState.SENDING).result() is False
    desk.outbox.mark(key, OutboxState.UNKNOWN).result()
    assert desk.outbox.mark(key, OutboxState.SENDING).result() is True
    desk.outbox.accept(key, "1", Page()).result()
    assert desk.outbox.mark(key, OutboxState.REFUSED).result() is False
    assert desk.outbox.mark("nobody's", OutboxState.SENT).result() is False
    found = desk.outbox.get(key)
    assert found is not None
    assert found.state is OutboxState.SENT


def test_what_was_under_way_at_the_end_is_unknown_after_a_start(path: Any) -> None:
    store = opened(path)
    pull(store, ticket("1"))
    (key,) = queue(store, SOLVE)
    store.outbox.mark(key, OutboxState.SENDING).result()
    store.close()
    store = opened(path)
    try:
        assert store.outbox.recover().result() == 1
        assert [item.key for item in store.outbox.unsettled()] == [key]
        assert row(store).status is Status.SOLVED
    finally:
        store.close()


def test_an_accepted_comment_is_shown_once(desk: Store) -> None:
    (key,) = queue(desk, AddComment(body="Hello", public=True))
    page = Page(tickets=(ticket("1", updated_at=NOON),), comments=(comment("c1", "1", "Hello", key=key),))
    desk.outbox.mark(key, OutboxState.SENDING).result()
    pull(desk, *page.tickets, *page.comments)
    assert [(entry.ref, entry.state) for entry in detail(desk).comments] == [("c1", None)]
    desk.outbox.accept(key, "1", page).result()
    assert [(entry.ref, entry.state) for entry in detail(desk).comments] == [("c1", None)]
    assert (detail(desk).waiting, row(desk).waiting, row(desk).unread) == ((), 0, False)


def test_a_comment_without_a_key_replaces_the_pending_one_by_its_receipt(desk: Store) -> None:
    (key,) = queue(desk, AddComment(body="Hello", public=True))
    desk.outbox.accept(key, "1", Page(comments=(comment("c1", "1", "Hello"),))).result()
    assert [entry.body for entry in detail(desk).comments] == ["Hello"]


def test_withdrawing_gives_the_words_back(desk: Store) -> None:
    queue(desk, AddComment(body="Hello", public=False, values={"status": "solved"}, base={"status": "open"}))
    assert desk.outbox.withdraw(batch="b").result() == 1
    assert (row(desk).status, row(desk).waiting, row(desk).has_draft) == (Status.OPEN, 0, True)
    draft = desk.drafts.draft(1)
    assert draft is not None
    assert (draft.body, draft.public, draft.cursor) == ("Hello", False, 5)
    assert desk.outbox.rows() == ()


def test_withdrawn_words_join_the_draft_of_their_kind_only(desk: Store) -> None:
    desk.drafts.save(1, "Begun meanwhile\n", public=True, cursor=3).result()
    queue(desk, AddComment(body="First", public=True), AddComment(body="Second", public=False))
    desk.outbox.withdraw(batch="b").result()
    reply, note = desk.drafts.draft(1, True), desk.drafts.draft(1, False)
    assert reply is not None
    assert note is not None
    assert (reply.body, note.body) == ("Begun meanwhile\n\nFirst", "Second")
    assert reply.cursor == len(reply.body)


def test_a_composer_that_has_not_heard_of_withdrawn_words_does_not_write_over_them(desk: Store) -> None:
    desk.drafts.save(1, "Begun", public=True, cursor=5, over="").result()
    queue(desk, AddComment(body="First", public=True))
    desk.outbox.withdraw(batch="b").result()
    desk.drafts.save(1, "Begun, and gone on", public=True, cursor=18, over="Begun").result()
    draft = desk.drafts.draft(1, True)
    assert draft is not None
    assert draft.body == "Begun, and gone on\n\nFirst"
    desk.drafts.save(1, "", public=True, cursor=0, over="Begun, and gone on").result()
    draft = desk.drafts.draft(1, True)
    assert draft is not None
    assert draft.body == "First"


def test_words_that_the_draft_has_already_are_not_doubled(desk: Store) -> None:
    queue(desk, AddComment(body="Hello", public=False))
    desk.drafts.save(1, "Hello\n", public=False, cursor=0).result()
    desk.outbox.withdraw(batch="b").result()
    draft = desk.drafts.draft(1)
    assert draft is not None
    assert (draft.body, draft.public) == ("Hello", False)


def test_what_was_withdrawn_stays_listed_as_it_was_said(desk: Store) -> None:
    reply = AddComment(body="Hello", public=True, values={"status": "solved"}, attachments=("file",))
    queue(desk, reply)
    desk.outbox.withdraw(batch="b").result()
    (entry,) = desk.outbox.rows(waiting_only=False)
    assert (entry.state, entry.command) == (OutboxState.WITHDRAWN, reply)


def test_the_words_of_a_withdrawn_creation_are_kept(store: Store) -> None:
    made = store.outbox.create(CreateTicket(subject="Fire", body="It burns."), batch="c").result()
    queue(store, AddComment(body="One more thing", public=True), ticket=made)
    store.drafts.save(made, "And another", public=True, cursor=0).result()
    assert store.outbox.withdraw(batch="c").result() == 2
    _, creation = store.outbox.rows(waiting_only=False)
    assert isinstance(creation.command, CreateTicket)
    assert (creation.subject, creation.command.subject, creation.command.body) == ("Fire", "Fire", "It burns.")
    assert [draft.body for draft in store.drafts.all_drafts()] == ["And another\n\nOne more thing"]


def test_what_is_under_way_is_not_withdrawn(desk: Store) -> None:
    first, second = queue(desk, SOLVE, ChangeTags(add=("x",)))
    desk.outbox.mark(first, OutboxState.SENDING).result()
    assert desk.outbox.withdraw(batch="b").result() == 1
    assert desk.outbox.withdraw(keys=[second]).result() == 0
    assert desk.outbox.withdraw().result() == 0


def test_sending_takes_the_draft_along(desk: Store) -> None:
    desk.drafts.save(1, "Hello\n", public=True, cursor=3).result()
    assert row(desk).has_draft
    queue(desk, AddComment(body="Something from elsewhere", public=True), drop_draft_of=1)
    assert row(desk).has_draft
    queue(desk, AddComment(body="Hello", public=True), drop_draft_of=1)
    assert not row(desk).has_draft
    assert desk.drafts.all_drafts() == ()


def test_retrying_a_held_reply_sends_it_anyway(desk: Store) -> None:
    (key,) = queue(desk, AddComment(body="Hello", public=True))
    desk.outbox.mark(key, OutboxState.HELD, reason="newer comment").result()
    assert desk.outbox.retry([key]).result() == 1
    (item,) = desk.outbox.due(NOON, 10)
    assert isinstance(item.command, AddComment)
    assert (item.command.send_anyway, item.reason) == (True, "")


def test_retrying_a_conflict_is_made_against_what_the_help_desk_has(desk: Store) -> None:
    (key,) = queue(desk, SOLVE)
    pull(desk, ticket("1", status=Status.HOLD, updated_at=NOON))
    desk.outbox.mark(key, OutboxState.CONFLICT).result()
    desk.outbox.retry([key]).result()
    (item,) = desk.outbox.due(NOON, 10)
    assert item.command == SetFields(values={"status": "solved"}, base={"status": "hold"})
    assert desk.outbox.retry([key]).result() == 0


def test_a_created_ticket_is_there_before_the_help_desk_knows(store: Store, clock: Clock) -> None:
    pull(store, person("p1", "Ana"))
    command = CreateTicket(
        subject="Printer on fire", body="Help!", requester="p1", values={"priority": "urgent"}, tags=("fire",)
    )
    made = store.outbox.create(command, batch="c").result()
    found = row(store, made)
    assert (found.ref, found.subject, found.requester, found.waiting) == ("", "Printer on fire", "Ana", 1)
    assert (found.priority, found.created_at, found.unread) == (Priority.URGENT, NOON, False)
    assert store.tickets.confirmed(made) is None
    assert [entry.body for entry in detail(store, made).comments] == ["Help!"]
    assert list(store.queue.first_ids(QueueQuery(view="all-open", text="printer"))) == [made]
    assert [item.text for item in store.outbox.rows()] == ["new ticket"]

    queue(store, SOLVE, ticket=made)
    (creation,) = due(store)
    store.outbox.mark(creation, OutboxState.REFUSED).result()
    assert due(store) == []
    store.outbox.retry([creation]).result()
    page = Page(
        tickets=(ticket("77", "Printer on fire", requester="p1", updated_at=NOON),),
        comments=(comment("c1", "77", "Help!"),),
    )
    store.outbox.accept(creation, "77", page).result()
    assert (row(store, made).ref, row(store, made).status, row(store, made).waiting) == ("77", Status.SOLVED, 1)
    assert local(store, "77") == made
    assert [entry.ref for entry in detail(store, made).comments] == ["c1"]
    assert len(due(store)) == 1


def test_a_requester_who_is_only_a_name_is_shown(store: Store) -> None:
    command = CreateTicket(subject="s", body="b", requester_name="Zoë Nowak", requester_email="zoe@x.example")
    made = store.outbox.create(command, batch="c").result()
    assert row(store, made).requester == "Zoë Nowak"
    requester = detail(store, made).requester
    assert requester is not None
    assert requester.name == "Zoë Nowak"


@pytest.mark.parametrize("announced", [True, False])
def test_a_pull_that_is_quicker_than_the_answer_makes_no_second_ticket(store: Store, announced: bool) -> None:
    made = store.outbox.create(CreateTicket(subject="Fire", body="Help!"), batch="c").result()
    (creation,) = due(store)
    store.outbox.mark(creation, OutboxState.SENDING).result()
    told = ticket("77", "Fire", tags=("hot",), updated_at=NOON)
    words = comment("c1", "77", "Help!", key=creation if announced else None)
    pull(store, told, words)
    if not announced:
        twin = local(store, "77")
        queue(store, SOLVE, ticket=twin)
        store.drafts.save(twin, "my draft", public=True, cursor=0).result()
    store.outbox.accept(creation, "77", Page(tickets=(told,), comments=(words,))).result()
    assert local(store, "77") == made
    assert list(store.queue.all_ids(QueueQuery(view="everything"))) == [made]
    assert list(store.queue.all_ids(QueueQuery(view="everything", text="help! fire tag:hot"))) == [made]
    assert [entry.ref for entry in detail(store, made).comments] == ["c1"]
    if not announced:
        assert (row(store, made).status, row(store, made).has_draft) == (Status.SOLVED, True)
        assert store.drafts.draft(made) is not None
    assert store.integrity() == ""


def test_withdrawing_a_creation_takes_the_ticket_out(store: Store) -> None:
    made = store.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    queue(store, SOLVE, ticket=made)
    assert store.outbox.withdraw(batch="c").result() == 2
    assert list(store.queue.all_ids(QueueQuery(view="everything"))) == []
    assert list(store.queue.all_ids(QueueQuery(view="changed-offline"))) == []
    assert store.outbox.due(NOON, 10) == []


def test_rows_say_what_waits_and_what_has_been(desk: Store) -> None:
    first, second = queue(desk, SOLVE, ChangeTags(add=("x",)))
    desk.outbox.accept(first, "1", Page()).result()
    assert [item.key for item in desk.outbox.rows()] == [second]
    history = desk.outbox.rows(waiting_only=False)
    assert [(item.key, item.state) for item in history] == [
        (second, OutboxState.QUEUED),
        (first, OutboxState.SENT),
    ]
    assert (history[0].ref, history[0].subject, history[0].batch) == ("1", "Checkout is down", "b")
    assert len(desk.outbox.rows(waiting_only=False, limit=1)) == 1


def test_what_is_long_done_is_forgotten_and_what_waits_is_not(desk: Store, clock: Clock) -> None:
    def remembered() -> list[str]:
        desk.outbox.recover().result()
        return [item.key for item in desk.outbox.rows(waiting_only=False)]

    sent, withdrawn, waits = queue(desk, SOLVE, AddComment(body="No", public=True), ChangeTags(add=("x",)))
    clock.now += 100 * DAY  # offline all the while
    desk.outbox.accept(sent, "1", Page()).result()
    desk.outbox.withdraw(keys=[withdrawn]).result()
    assert remembered() == [waits, withdrawn, sent]
    began = clock.now
    clock.now += 400 * DAY  # only a clock that leapt: no help desk has agreed
    assert remembered() == [waits, withdrawn, sent]
    desk.facts.put("last_sync_at", str(began)).result()
    assert remembered() == [waits, withdrawn, sent]
    desk.facts.put("last_sync_at", str(began + 31 * DAY)).result()
    assert remembered() == [waits, withdrawn]
    desk.facts.put("last_sync_at", str(began + 91 * DAY)).result()
    assert remembered() == [waits]


def test_what_was_withdrawn_by_a_clock_that_was_set_back_is_kept_as_long(desk: Store, clock: Clock) -> None:
    right = clock.now
    desk.facts.put("last_sync_at", str(right)).result()
    (key,) = queue(desk, AddComment(body="No", public=True))
    clock.now = right - 176 * DAY
    desk.outbox.withdraw(keys=[key]).result()
    clock.now = right + DAY
    desk.facts.put("last_sync_at", str(clock.now)).result()
    desk.outbox.recover().result()
    assert [item.key for item in desk.outbox.rows(waiting_only=False)] == [key]


def test_a_bulk_edit_of_many_tickets_is_one_change(store: Store) -> None:
    pull(store, *(ticket(str(number)) for number in range(400)))
    heard: list[Change] = []
    store.subscribe(heard.append)
    items = [(number, SOLVE) for number in range(1, 401)]
    assert len(store.outbox.queue(items, batch="bulk").result()) == 400
    assert len(heard) == 1
    assert len(heard[0].tickets) == 400
    assert store.queue.counts()["all-open"] == 0
    assert store.outbox.withdraw(batch="bulk").result() == 400
    assert store.queue.counts()["all-open"] == 400
