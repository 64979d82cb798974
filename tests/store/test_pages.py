"""What a help desk says goes in: newest wins, nothing twice, and what hangs on it follows."""

from __future__ import annotations

import pytest

from agentconsole.domain.changes import Change
from agentconsole.domain.commands import AddComment, SetFields
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import AttachmentRecord, GroupRecord, MacroRecord, Page
from agentconsole.domain.values import Status
from agentconsole.store.pages import ROWS_A_TRANSACTION
from agentconsole.store.store import Store
from tests.store.making import NOON, agent, comment, local, organization, person, pull, target, ticket


def bodies(store: Store, ref: str) -> list[str]:
    detail = store.tickets.detail(local(store, ref))
    assert detail is not None
    return [entry.body for entry in detail.comments]


def found(store: Store, text: str) -> list[str]:
    ids = store.queue.all_ids(QueueQuery(view="everything", text=text))
    return [row.ref for row in store.queue.rows(ids)]


def test_a_page_moves_its_cursor_and_says_what_it_changed(store: Store) -> None:
    page = Page(tickets=(ticket("1"),), comments=(comment("c1", "1"),), cursor="next")
    applied = store.pages.apply(page, stream="tickets").result()
    assert applied == (frozenset({local(store, "1")}), 2)
    assert store.cursors.get("tickets") == "next"
    again = store.pages.apply(page, stream="tickets").result()
    assert again == (frozenset(), 0)
    store.cursors.clear().result()
    assert store.cursors.get("tickets") is None


def test_an_older_ticket_does_not_undo_a_newer_one(store: Store) -> None:
    pull(store, ticket("1", "New", updated_at=NOON))
    pull(store, ticket("1", "Old", updated_at=NOON - MINUTE))
    assert store.queue.rows([1])[0].subject == "New"


def test_the_newest_of_one_page_counts(store: Store) -> None:
    pull(store, ticket("1", "New", updated_at=NOON), ticket("1", "Old", updated_at=NOON - MINUTE))
    assert [row.subject for row in store.queue.rows([1, 2])] == ["New"]


def test_what_the_help_desk_does_not_say_stays(store: Store) -> None:
    pull(store, ticket("1", targets=(target(NOON + HOUR),), comment_count=4))
    pull(store, ticket("1", "Changed", updated_at=NOON))
    record = store.tickets.confirmed(1)
    assert record is not None
    assert (record.subject, record.comment_count, record.targets) == ("Changed", 4, (target(NOON + HOUR),))
    pull(store, ticket("1", "Changed", updated_at=NOON, targets=()))
    assert store.queue.rows([1])[0].stage is None


def test_names_are_filled_in_when_they_come_and_follow_when_they_change(store: Store) -> None:
    pull(store, ticket("1", requester="p1", assignee="a1", group="g1", organization="o1"))
    row = store.queue.rows([1])[0]
    assert (row.requester, row.assignee, row.group, row.organization) == ("", "", "", "")
    for suffix in ("", " II"):
        pull(
            store,
            person("p1", f"Ana{suffix}"),
            agent("a1", f"Mira{suffix}"),
            organization("o1", f"Acme{suffix}", fields={"tier": f"Gold{suffix}"}),
            groups=(GroupRecord(ref="g1", name=f"Tier 1{suffix}"),),
        )
        row = store.queue.rows([1])[0]
        assert (row.requester, row.assignee, row.group) == (f"Ana{suffix}", f"Mira{suffix}", f"Tier 1{suffix}")
        assert (row.organization, row.tier) == (f"Acme{suffix}", f"Gold{suffix}")


def test_a_group_that_is_gone_is_not_named_any_more(store: Store) -> None:
    pull(store, ticket("1", group="g1"), ticket("2"), groups=(GroupRecord(ref="g1", name="Billing"),))
    assert store.queue.rows([1])[0].group == "Billing"
    pull(store, groups=())
    assert store.queue.rows([1])[0].group == ""
    pull(store, groups=(GroupRecord(ref="g1", name="Billing"),))
    assert store.queue.rows([1])[0].group == "Billing"


def test_comments_that_come_before_their_ticket_wait_for_it_unseen(store: Store) -> None:
    pull(store, comment("c1", "1", "early bird"))
    assert found(store, "early") == []
    assert store.queue.counts()["all-open"] == 0
    assert store.tickets.detail(local(store, "1")) is None
    pull(store, ticket("1"))
    assert found(store, "early") == ["1"]
    assert bodies(store, "1") == ["early bird"]


def test_a_conversation_is_in_the_order_of_time(store: Store) -> None:
    pull(
        store,
        ticket("1"),
        comment("c2", "1", "second", created_at=NOON + 2),
        comment("c1", "1", "first", created_at=NOON + 1),
    )
    assert bodies(store, "1") == ["first", "second"]
    last = store.tickets.last_comment(1)
    assert last is not None
    assert last.ref == "c2"


def test_a_changed_comment_is_replaced_and_found_by_its_new_words_only(store: Store) -> None:
    pull(store, ticket("1"), comment("c1", "1", "my card number is 4111", key="k"))
    pull(store, comment("c1", "1", "my card number is redacted"))
    assert bodies(store, "1") == ["my card number is redacted"]
    assert found(store, "4111") == []
    assert found(store, "redacted") == ["1"]


def test_a_whole_conversation_takes_away_what_is_not_in_it(store: Store) -> None:
    attached = AttachmentRecord(ref="f", file_name="a.txt", content_type="text/plain", size=1, url="u")
    pull(store, ticket("1", comment_count=3), comment("c1", "1", "keeps"), comment("c2", "1", "goes"))
    pull(store, comment("c3", "1", "goes too", attachments=(attached,)))
    assert found(store, "has:attachment") == ["1"]
    pull(store, ticket("1", updated_at=NOON), comment("c1", "1", "keeps"), whole_comments_of=("1", "unknown"))
    assert bodies(store, "1") == ["keeps"]
    assert found(store, "goes") == found(store, "has:attachment") == []


def test_an_answer_that_comes_late_takes_nothing_newer_away(store: Store) -> None:
    late = [ticket("1", updated_at=NOON), comment("c1", "1", "first", created_at=NOON)]
    pull(store, *late)
    pull(store, ticket("1", updated_at=NOON + HOUR), comment("c2", "1", "second", created_at=NOON + HOUR))
    pull(store, *late, whole_comments_of=("1",))
    assert bodies(store, "1") == ["first", "second"]
    pull(store, late[1], whole_comments_of=("1",))
    assert bodies(store, "1") == ["first", "second"]


def test_whether_a_conversation_is_complete(store: Store) -> None:
    def complete() -> bool:
        detail = store.tickets.detail(1)
        assert detail is not None
        return detail.comments_complete

    pull(store, ticket("1", comment_count=2), comment("c1", "1"))
    assert not complete()
    pull(store, comment("c2", "1"))
    assert complete()
    pull(store, ticket("1", comment_count=3, updated_at=NOON))
    assert not complete()


def test_a_deleted_ticket_leaves_with_what_it_said_and_comes_back_with_it(store: Store) -> None:
    pull(store, ticket("1", "secret subject"), comment("c1", "1", "secret words"))
    pull(store, deleted=("1", "never seen"))
    assert found(store, "secret") == []
    detail = store.tickets.detail(1)
    assert detail is not None
    assert detail.deleted
    assert detail.comments == ()
    assert store.totals() == {"tickets": 0, "comments": 0}
    pull(store, ticket("1", "late echo"))
    assert store.queue.counts()["all-open"] == 0
    pull(store, ticket("1", "restored", updated_at=NOON))
    assert found(store, "restored") == found(store, "secret") == ["1"]
    assert bodies(store, "1") == ["secret words"]
    assert store.totals() == {"tickets": 1, "comments": 1}


def test_a_deleted_ticket_with_unsent_work_stays_readable(store: Store) -> None:
    pull(store, ticket("1"), comment("c1", "1", "what they wrote"))
    store.outbox.queue([(1, AddComment(body="my answer", public=True))], batch="b").result()
    pull(store, deleted=("1",))
    assert bodies(store, "1") == ["what they wrote", "my answer"]
    assert list(store.queue.all_ids(QueueQuery(view="changed-offline"))) == [1]
    assert store.queue.counts()["all-open"] == 0


def test_a_merge_is_told(store: Store) -> None:
    pull(store, ticket("1", status=Status.CLOSED, merged_into="2"))
    detail = store.tickets.detail(1)
    assert detail is not None
    assert detail.merged_into == "2"


def test_small_sets_are_replaced_as_a_whole_and_only_when_named(store: Store) -> None:
    macros = (MacroRecord(ref="1", title="Close", position=2), MacroRecord(ref="2", title="Greet", position=1))
    pull(store, macros=(*macros, MacroRecord(ref="3", title="Off", active=False)))
    assert [macro.title for macro in store.people.macros()] == ["Greet", "Close"]
    pull(store, groups=())
    assert len(store.people.macros()) == 2
    pull(store, macros=macros[:1])
    assert [macro.title for macro in store.people.macros()] == ["Close"]
    assert store.people.macro("2") is None


def test_an_agents_change_goes_before_the_rest_of_a_large_page(store: Store) -> None:
    pull(store, ticket("first"))
    done: list[str] = []
    changes: list[Change] = []
    queued = []

    def listen(change: Change) -> None:
        changes.append(change)
        if len(changes) == 1:
            work = [(1, SetFields(values={"status": "solved"}, base={"status": "open"}))]
            future = store.outbox.queue(work, batch="b")
            future.add_done_callback(lambda _: done.append("agent"))
            queued.append(future)

    store.subscribe(listen)
    page = Page(tickets=tuple(ticket(str(number)) for number in range(4 * ROWS_A_TRANSACTION)), cursor="end")
    applied = store.pages.apply(page, stream="tickets")
    applied.add_done_callback(lambda _: done.append("sync"))
    assert len(applied.result(timeout=60).tickets) == 4 * ROWS_A_TRANSACTION
    assert done == ["agent", "sync"]
    assert changes[1].initiator == "agent"
    assert store.cursors.get("tickets") == "end"


def test_a_page_that_fails_half_way_keeps_its_cursor_back(store: Store) -> None:
    good = [ticket(str(number)) for number in range(ROWS_A_TRANSACTION)]
    bad = ticket("bad", "half of a letter: \ud800")
    page = Page(tickets=(*good, bad), cursor="end")
    with pytest.raises(UnicodeEncodeError):
        store.pages.apply(page, stream="tickets").result(timeout=30)
    assert store.cursors.get("tickets") is None
    assert store.queue.counts()["all-open"] == ROWS_A_TRANSACTION
    pull(store, ticket("good"))
    assert found(store, "#good") == ["good"]


def test_who_hears_what(store: Store) -> None:
    heard: list[Change] = []
    stop = store.subscribe(heard.append)
    pull(store, ticket("1"), person("p1", "Ana"))
    assert heard == [Change(tickets=frozenset({1}), topics=frozenset({"tickets", "people"}), initiator="sync")]
    pull(store, person("p1", "Ana"))
    stop()
    pull(store, ticket("2"))
    assert len(heard) == 1
