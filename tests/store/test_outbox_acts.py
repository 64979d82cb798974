"""What an agent does about changes that wait: decide, edit, put back, send elsewhere; and chains of their own edits."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.domain.commands import AddComment, Command, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.merging import FieldConflict
from agentconsole.domain.projection import value_of
from agentconsole.domain.records import Page
from agentconsole.domain.unsent import Gone, Instead, Side
from agentconsole.domain.values import OutboxState, Status
from agentconsole.store.outbox_acts import Undecided
from agentconsole.store.store import Store
from tests.store.making import NOON, agent, comment, person, pull, ticket


@pytest.fixture
def desk(store: Store) -> Store:
    pull(
        store,
        ticket("1", requester="p1"),
        ticket("2"),
        agent("a1", "Mira Lund"),
        person("p1", "Rosa Park"),
        comment("c1", "1", "It is broken.", author="p1"),
    )
    return store


def queue(store: Store, *commands: Command, ticket: int = 1, batch: str = "b", **more: Any) -> list[str]:
    return store.outbox.queue([(ticket, command) for command in commands], batch=batch, **more).result()


def setting(store: Store, **values: Any) -> SetFields:
    """New values for the first ticket, made against what is shown, as a service makes them."""
    record = store.tickets.projected(1)
    assert record is not None
    return SetFields(values=values, base={name: value_of(record, name) for name in values})


def command(store: Store, key: str) -> Any:
    entry = store.outbox.get(key)
    assert entry is not None
    return entry.command


def state(store: Store, key: str) -> OutboxState:
    entry = store.outbox.get(key)
    assert entry is not None
    return entry.state


def shown(store: Store, ticket: int = 1) -> Any:
    record = store.tickets.projected(ticket)
    assert record is not None
    return record


def due(store: Store) -> list[str]:
    return [item.key for item in store.outbox.due(NOON, 50)]


def contest(store: Store, key: str, **theirs: Any) -> None:
    """The help desk turns out to have *theirs* in the fields that *key* sets."""
    made = command(store, key)
    conflicts = [
        FieldConflict(name=name, base=made.base[name], mine=made.values[name], theirs=value, who="Ada", at=NOON)
        for name, value in theirs.items()
    ]
    store.outbox.mark(key, OutboxState.CONFLICT, conflicts=conflicts, reason="They differ.").result()


# chains


@pytest.mark.parametrize("fate", [OutboxState.REFUSED, OutboxState.HELD])
def test_an_edit_on_top_of_one_that_failed_stands_on_what_that_one_stood_on(desk: Store, fate: OutboxState) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    (second,) = queue(desk, setting(desk, status="solved"))
    assert command(desk, second).base == {"status": "pending"}
    desk.outbox.mark(first, fate, reason="no").result()
    assert command(desk, second).base == {"status": "open"}
    assert due(desk) == [second]


def test_a_failed_edit_that_is_tried_again_takes_its_place_below_the_later_one(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    (second,) = queue(desk, setting(desk, status="solved"))
    desk.outbox.mark(first, OutboxState.REFUSED, reason="no").result()
    assert desk.outbox.retry([first]).result() == 1
    assert command(desk, second).base == {"status": "pending"}
    assert due(desk) == [first]


def test_a_failed_edit_does_not_go_over_a_later_one_that_was_sent(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending", priority="high"))
    (second,) = queue(desk, setting(desk, status="solved"))
    desk.outbox.mark(first, OutboxState.REFUSED, reason="no").result()
    desk.outbox.accept(second, "1", Page(tickets=(ticket("1", status=Status.SOLVED, updated_at=NOON),))).result()
    desk.outbox.retry([first]).result()
    assert command(desk, first).values == {"priority": "high"}

    (third,) = queue(desk, setting(desk, priority="low"))
    desk.outbox.mark(first, OutboxState.REFUSED, reason="no").result()
    desk.outbox.accept(third, "1", Page(tickets=(ticket("1", status=Status.SOLVED, updated_at=NOON + 1),))).result()
    desk.outbox.retry([first]).result()
    assert state(desk, first) is OutboxState.WITHDRAWN
    (row,) = [row for row in desk.outbox.rows(waiting_only=False) if row.key == first]
    assert row.reason == "You have set this again since."


def test_a_withdrawn_edit_leaves_the_later_one_on_firm_ground(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"), batch="first")
    (second,) = queue(desk, setting(desk, status="solved"))
    desk.outbox.withdraw(batch="first").result()
    assert command(desk, second).base == {"status": "open"}
    desk.outbox.acts.put_back([first]).result()
    assert command(desk, second).base == {"status": "pending"}


def test_a_batch_that_is_taken_back_whole_leaves_the_next_edit_on_what_was_before_all_of_it(desk: Store) -> None:
    queue(desk, setting(desk, status="pending"), batch="gone")
    queue(desk, setting(desk, status="hold"), batch="gone")
    (last,) = queue(desk, setting(desk, status="solved"))
    desk.outbox.withdraw(batch="gone").result()
    assert command(desk, last).base == {"status": "open"}
    gone = [row.key for row in desk.outbox.rows(waiting_only=False) if row.batch == "gone"]
    desk.outbox.acts.put_back(gone).result()
    assert command(desk, last).base == {"status": "hold"}


def test_failed_edits_that_are_tried_again_together_stand_on_each_other(desk: Store) -> None:
    first, second = (queue(desk, setting(desk, status=value))[0] for value in ("pending", "hold"))
    for key in (first, second):
        desk.outbox.mark(key, OutboxState.REFUSED, reason="no").result()
    desk.outbox.retry([first, second]).result()
    assert [command(desk, key).base["status"] for key in (first, second)] == ["open", "pending"]


def test_what_the_desk_makes_of_a_value_is_no_conflict_for_the_next_edit(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, subject="  Trimmed  ", assignee="a1"))
    (second,) = queue(desk, setting(desk, subject="Next", group="g9"))
    told = ticket("1", subject="Trimmed", assignee="a1", group="g1", updated_at=NOON)
    desk.outbox.accept(first, "1", Page(tickets=(told,)), after=told, touched=("subject", "assignee", "group")).result()
    assert command(desk, second).base == {"subject": "Trimmed", "group": "g1"}


def test_what_somebody_else_changed_before_an_answer_came_stays_a_conflict(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, subject="Mine"))
    (second,) = queue(desk, setting(desk, group="g9"))
    told = ticket("1", subject="Mine", group="g1", updated_at=NOON)
    desk.outbox.accept(first, "1", Page(tickets=(told,)), after=told, touched=("subject",)).result()
    assert command(desk, second).base == {"group": None}


def test_of_a_set_each_edit_keeps_what_it_added(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, **{"field:7": ["a"]}))
    (second,) = queue(desk, setting(desk, **{"field:7": ["a", "b"]}))
    desk.outbox.mark(first, OutboxState.REFUSED, reason="no").result()
    assert (command(desk, second).base, command(desk, second).values) == ({"field:7": None}, {"field:7": ["b"]})


# decisions


def test_a_conflict_shows_both_sides_and_the_last_word_of_a_chain(desk: Store) -> None:
    reply = AddComment(
        body="Done.",
        public=True,
        values={"status": "pending", "priority": "high"},
        base={"status": "open", "priority": None},
    )
    (first,) = queue(desk, reply)
    queue(desk, setting(desk, status="solved"))
    contest(desk, first, status="hold")
    found = desk.outbox.looks.conflict(first)
    assert found is not None
    (field,) = found.fields
    assert (field.label, field.base_text, field.mine_text, field.theirs_text) == ("status", "open", "solved", "hold")
    assert (field.who, field.at, found.body, found.agreed) == ("Ada", NOON, "Done.", "priority: none → high")


def test_mine_is_sent_against_theirs_and_the_later_edit_follows(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    (second,) = queue(desk, setting(desk, status="solved"))
    contest(desk, first, status="hold")
    assert due(desk) == []
    assert desk.outbox.acts.decide(first, {"status": Side.MINE}).result() is OutboxState.QUEUED
    assert (command(desk, first).base, command(desk, first).values) == ({"status": "hold"}, {"status": "pending"})
    assert command(desk, second).base == {"status": "pending"}


def test_theirs_ends_the_whole_chain_on_record(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    second, third = queue(desk, setting(desk, status="solved"), setting(desk, priority="high"))
    contest(desk, first, status="hold")
    assert desk.outbox.acts.decide(first, {"status": Side.THEIRS}).result() is OutboxState.WITHDRAWN
    assert [state(desk, key) for key in (first, second, third)] == ["withdrawn", "withdrawn", "queued"]
    reasons = {row.key: row.reason for row in desk.outbox.rows(waiting_only=False)}
    assert reasons[first] == "You decided for what the help desk has."
    assert reasons[second].startswith("You decided otherwise")


def test_theirs_leaves_the_words_of_a_reply_to_be_sent(desk: Store) -> None:
    (key,) = queue(desk, AddComment(body="Done.", public=True, values={"status": "solved"}, base={"status": "open"}))
    contest(desk, key, status="hold")
    assert desk.outbox.acts.decide(key, {"status": Side.THEIRS}).result() is OutboxState.QUEUED
    assert (command(desk, key).body, command(desk, key).values) == ("Done.", {})


def test_a_third_value_is_the_last_word(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    (second,) = queue(desk, setting(desk, status="solved", priority="high"))
    contest(desk, first, status="hold")
    desk.outbox.acts.decide(first, {"status": Instead("open")}).result()
    assert command(desk, first) == SetFields(values={"status": "open"}, base={"status": "hold"})
    assert command(desk, second).values == {"priority": "high"}


def test_every_field_must_be_decided(desk: Store) -> None:
    (key,) = queue(desk, setting(desk, status="pending", priority="high"))
    contest(desk, key, status="hold", priority="low")
    with pytest.raises(Undecided, match="priority"):
        desk.outbox.acts.decide(key, {"status": Side.MINE}).result()
    assert state(desk, key) is OutboxState.CONFLICT
    assert desk.outbox.acts.decide("nothing", {}).result() is None


# editing


def test_a_refused_change_is_edited_and_goes_again_under_its_key(desk: Store) -> None:
    (key,) = queue(desk, setting(desk, status="pending"))
    desk.outbox.mark(key, OutboxState.REFUSED, reason="Not this.", attempted=True).result()
    assert desk.outbox.acts.amend(key, SetFields(values={"status": "hold"}, base={})).result()
    assert command(desk, key) == SetFields(values={"status": "hold"}, base={"status": "open"})
    assert shown(desk).status is Status.HOLD
    assert due(desk) == [key]
    standing = desk.outbox.looks.standing(key)
    assert standing is not None
    assert [(event.what, event.reason) for event in standing.events] == [("refused", "Not this."), ("edited", "")]


def test_an_edited_change_moves_the_one_on_top_of_it(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    (second,) = queue(desk, setting(desk, status="solved"))
    desk.outbox.acts.amend(first, SetFields(values={"status": "hold"}, base={})).result()
    assert command(desk, second).base == {"status": "hold"}


def test_what_is_under_way_or_of_another_kind_is_not_edited(desk: Store) -> None:
    (key,) = queue(desk, setting(desk, status="pending"))
    assert not desk.outbox.acts.amend(key, AddComment(body="x", public=False)).result()
    desk.outbox.mark(key, OutboxState.SENDING).result()
    assert not desk.outbox.acts.amend(key, SetFields(values={"status": "hold"}, base={})).result()
    assert not desk.outbox.acts.amend("nothing", SetFields(values={"status": "hold"}, base={})).result()


def test_a_creation_is_edited_before_it_is_sent(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="Tpyo", body="b"), batch="c").result()
    (creation,) = due(desk)
    (later,) = queue(desk, AddComment(body="More", public=True), ticket=made)
    desk.outbox.mark(creation, OutboxState.REFUSED, reason="no").result()
    assert due(desk) == []
    new = CreateTicket(subject="Typo", body="b", values={"priority": "high"}, tags=("x",))
    assert desk.outbox.acts.amend(creation, new).result()
    assert (shown(desk, made).subject, shown(desk, made).priority, shown(desk, made).tags) == ("Typo", "high", ("x",))
    assert due(desk) == [creation]
    assert state(desk, later) is OutboxState.QUEUED


def test_a_merge_gets_another_target(desk: Store) -> None:
    pull(desk, ticket("3"))
    (key,) = queue(desk, MergeTickets(into=2))
    assert desk.outbox.acts.amend(key, MergeTickets(into=3)).result()
    assert command(desk, key) == MergeTickets(into=3)


def test_a_reply_goes_back_to_its_draft_with_all_that_belongs_to_it(desk: Store, tmp_path: Any) -> None:
    path = tmp_path / "log.txt"
    path.write_text("error")
    kept = desk.files.keep(path)
    reply = AddComment(
        body="See the log.",
        public=True,
        attachments=(kept,),
        values={"status": "pending"},
        base={"status": "open"},
        add_tags=("log",),
    )
    (key,) = queue(desk, reply)
    reopened = desk.outbox.acts.reopen(key).result()
    assert reopened is not None
    assert (reopened.body, reopened.along.values, reopened.along.add_tags) == (
        "See the log.",
        {"status": "pending"},
        ("log",),
    )
    assert [(file.name, file.key) for file in reopened.along.files] == [("log.txt", kept)]
    draft = desk.drafts.draft(1)
    assert draft is not None
    assert (draft.body, draft.along) == ("See the log.", reopened.along)
    assert state(desk, key) is OutboxState.WITHDRAWN
    assert desk.outbox.acts.reopen(key).result() is None


# putting back


def test_a_discarded_change_comes_back_as_it_was(desk: Store) -> None:
    held, queued = queue(desk, AddComment(body="Held", public=True), setting(desk, status="pending"))
    desk.outbox.mark(held, OutboxState.HELD, reason="Rosa wrote.").result()
    desk.outbox.withdraw(keys=[held, queued]).result()
    assert desk.drafts.draft(1) is not None
    assert desk.outbox.acts.put_back([held, queued]).result() == 2
    assert [state(desk, held), state(desk, queued)] == [OutboxState.HELD, OutboxState.QUEUED]
    assert desk.drafts.draft(1) is None
    (row, _) = desk.outbox.rows()
    assert row.reason == "Rosa wrote."
    assert desk.outbox.summary().waiting == 2


def test_a_creation_comes_back_with_what_went_with_it(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    (creation,) = due(desk)
    (reply,) = queue(desk, AddComment(body="More", public=True), ticket=made)
    (merge,) = queue(desk, MergeTickets(into=made))
    desk.outbox.withdraw(keys=[creation]).result()
    assert desk.outbox.summary().waiting == 0
    assert desk.outbox.acts.put_back([creation]).result() == 3
    assert [state(desk, key) for key in (creation, reply, merge)] == [OutboxState.QUEUED] * 3
    assert [row.id for row in desk.queue.rows([made])] == [made]
    assert due(desk) == [creation]


# sent elsewhere


def test_words_for_a_merged_ticket_are_readdressed(desk: Store) -> None:
    (key,) = queue(
        desk,
        AddComment(
            body="Try again.", public=True, values={"status": "solved"}, base={"status": "open"}, add_tags=("again",)
        ),
    )
    assert desk.outbox.looks.rescue(key) is None
    pull(desk, ticket("1", status=Status.CLOSED, merged_into="2", updated_at=NOON))
    found = desk.outbox.looks.rescue(key)
    assert found is not None
    assert (found.gone, found.into, found.into_ref, found.can_readdress) == (Gone.MERGED, 2, "2", True)
    assert found.lost == "status: open → solved"
    new = desk.outbox.acts.readdress(key, 2).result()
    assert new is not None
    assert (command(desk, new).body, command(desk, new).values) == ("Try again.", {})
    assert command(desk, new).add_tags == ("again",)
    assert [row.reason for row in desk.outbox.rows(waiting_only=False) if row.key == key] == ["Sent to #2 instead."]
    assert desk.drafts.draft(1) is None
    assert desk.outbox.acts.readdress(key, 2).result() is None


def test_words_for_a_deleted_ticket_become_a_new_one_for_its_requester(desk: Store) -> None:
    (key,) = queue(desk, AddComment(body="Try again.", public=True))
    desk.pages.apply(Page(deleted=("1",))).result()
    found = desk.outbox.looks.rescue(key)
    assert found is not None
    assert (found.gone, found.can_readdress, found.can_create) == (Gone.DELETED, False, True)
    assert found.requester is not None
    assert found.requester.title == "Rosa Park"
    made = desk.outbox.acts.create_instead(key).result()
    assert made is not None
    (creation,) = due(desk)
    assert (command(desk, creation).body, command(desk, creation).requester) == ("Try again.", "p1")
    assert command(desk, creation).follows is None
    assert state(desk, key) is OutboxState.WITHDRAWN


def test_a_held_reply_stands_beside_what_was_written_since(desk: Store) -> None:
    (key,) = queue(desk, AddComment(body="On it.", public=True, last_seen="c1"))
    pull(
        desk,
        comment("c2", "1", "Never mind.", author="p1", created_at=NOON + 5),
        comment("c3", "1", "My own.", author="a1", created_at=NOON + 6),
    )
    assert desk.outbox.looks.held(key, "a1") is None
    desk.outbox.mark(key, OutboxState.HELD, reason="Rosa Park wrote.").result()
    found = desk.outbox.looks.held(key, "a1")
    assert found is not None
    assert (found.body, found.seen and found.seen.ref, [each.body for each in found.since]) == (
        "On it.",
        "c1",
        ["Never mind."],
    )


# what it waits for


def test_what_waits_for_a_decision_is_not_overtaken_by_later_words_and_values(desk: Store) -> None:
    (first,) = queue(desk, setting(desk, status="pending"))
    words = AddComment(body="First", public=False, values={"status": "solved", "priority": "high"}, base={})
    waiting, later, same, other = queue(
        desk,
        words,
        AddComment(body="Second", public=False),
        setting(desk, priority="low"),
        setting(desk, subject="Another"),
    )
    contest(desk, first, status="hold")
    assert due(desk) == [other], "a field that nobody disagrees on goes its way"
    looks = desk.outbox.looks
    waits = {key: found.waits_for for key in (waiting, later, same) if (found := looks.standing(key)) is not None}
    assert waits == {
        waiting: "your decision about the same field",
        later: "your decision about a field that earlier words wait for",
        same: "your decision about the same field",
    }


def test_each_change_says_what_it_waits_for(desk: Store) -> None:
    made = desk.outbox.create(CreateTicket(subject="s", body="b"), batch="c").result()
    (creation,) = due(desk)
    (first,) = queue(desk, setting(desk, status="pending"))
    same, merge = queue(desk, setting(desk, status="solved"), MergeTickets(into=made))
    looks = desk.outbox.looks

    def waits(key: str) -> tuple[str, str, int | None]:
        found = looks.standing(key)
        assert found is not None
        return found.waits_for, found.waits_for_key, found.next_at

    assert waits(first) == ("", "", 0)
    assert waits(merge) == ("an earlier change of this ticket: status: open → pending", first, None)
    contest(desk, first, status="hold")
    assert waits(merge) == ("the ticket to merge into to be created", creation, None)
    assert waits(same)[:2] == ("your decision about the same field", first)
    assert waits(creation) == ("", "", 0)
