"""What the chosen scope of the cache leaves at the help desk, and that no unsent work ever goes with it."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.cache_scope import CacheScope, cut_of
from agentconsole.domain.commands import AddComment, CreateTicket, MergeTickets, SetFields, decode_command
from agentconsole.domain.instant import DAY, MINUTE
from agentconsole.domain.projection import project
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.trips import TripChoice
from agentconsole.domain.values import UNSOLVED, OutboxState, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.evicting import DIES_WITH_TICKET, KEEPS_TICKET
from agentconsole.store.projecting import PROJECTED, decode_record
from agentconsole.store.store import Store
from tests.store.making import NOON, Clock, comment, local, opened, pull, ticket
from tests.support.keys import KEY

MONTH = CacheScope(days=30)
OLD = NOON - 90 * DAY
ME = '{"ref": "7", "name": "Ben", "email": "ben@desk.example", "role": "agent"}'


def old(ref: str, **more: Any) -> TicketRecord:
    return ticket(ref, created_at=OLD, updated_at=OLD, **{"status": Status.SOLVED, **more})


def choose(store: Store, scope: CacheScope) -> None:
    store.cache.choose(scope).result()
    store.cache.want_again()


def kept(store: Store) -> set[str]:
    ids = store.queue.all_ids(QueueQuery(view="everything"))
    return {row.ref for row in store.queue.rows(ids)}


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(driver.connect(path, key=KEY)) as db:
        return db.execute(sql).fetchall()


def test_solved_tickets_go_after_the_chosen_days_with_all_that_is_about_them(store: Store, path: Path) -> None:
    pull(store, old("1", tags=("refund",)), old("2", status=Status.OPEN), ticket("3", status=Status.SOLVED))
    pull(store, comment("c1", "1", "the voucher word"), comment("c2", "2", "the voucher word"))
    choose(store, MONTH)
    report = store.cache.evicting.sweep()
    assert (report.tickets, report.comments) == (1, 1)
    assert kept(store) == {"2", "3"}
    found = store.queue.all_ids(QueueQuery(view="everything", text="voucher"))
    assert [row.ref for row in store.queue.rows(found)] == ["2"]
    assert rows(path, "SELECT count(*) FROM comment") == [(1,)]
    assert rows(path, "SELECT rowid >> 13 FROM words WHERE words MATCH 'voucher'") == [(2,)]
    assert rows(path, "SELECT count(*) FROM ticket_tag") == [(0,)]
    assert store.integrity() == ""


def test_nothing_is_left_out_while_nobody_chose(store: Store) -> None:
    pull(store, old("1"), ticket("2"))
    assert store.cache.evicting.sweep().tickets == 0
    assert kept(store) == {"1", "2"}


def test_other_groups_go_but_not_mine_and_not_nobodys(store: Store) -> None:
    store.facts.put("identity", ME).result()
    pull(store, ticket("1", group="a"), ticket("2", group="b"), ticket("3"), ticket("4", group="b", assignee="7"))
    pull(store, ticket("5", group="a"))
    choose(store, CacheScope(groups=("a",)))
    store.cache.evicting.sweep()
    assert kept(store) == {"1", "3", "4", "5"}


def test_a_pull_does_not_bring_back_what_went(store: Store) -> None:
    pull(store, old("1"), ticket("2"))
    choose(store, MONTH)
    store.cache.evicting.sweep()
    pull(store, old("1"), comment("c1", "1"), ticket("2"))
    assert kept(store) == {"2"}
    covers = store.cache.covers()
    assert (covers.tickets, covers.left_out, covers.done_since) == (1, 1, NOON - 30 * DAY)


def test_an_initial_pull_takes_in_only_what_is_kept(store: Store, path: Path) -> None:
    choose(store, MONTH)
    pull(store, old("1"), comment("c1", "1", "old words"), ticket("2"), comment("c2", "2", "new words"))
    pull(store, comment("c3", "1", "older words"))
    assert kept(store) == {"2"}
    assert rows(path, "SELECT ref FROM comment") == [("c2",)]
    assert rows(path, "SELECT ref FROM ticket") == [("2",)]


def test_a_ticket_that_comes_back_into_the_scope_is_wanted_whole(store: Store) -> None:
    choose(store, MONTH)
    pull(store, old("1"), comment("c1", "1", "what it was about"))
    reopened = ticket("1", updated_at=NOON, comment_count=2)
    pull(store, reopened, comment("c2", "1", "it is back"))
    assert kept(store) == {"1"}
    assert store.cache.wanted(most_tries=3) == ["1"]
    pull(store, reopened, comment("c1", "1"), comment("c2", "1"), whole_comments_of=("1",))
    assert store.cache.wanted(most_tries=3) == []
    detail = store.tickets.detail(local(store, "1"))
    assert detail is not None
    assert len(detail.comments) == 2
    assert detail.comments_complete


def test_a_wider_scope_wants_what_is_missing(store: Store) -> None:
    pull(store, *(old(str(number)) for number in range(1, 6)), ticket("9"))
    choose(store, MONTH)
    store.cache.evicting.sweep()
    assert store.cache.would_want(CacheScope(days=60)) == 0
    assert store.cache.would_want(CacheScope(days=100)) == 5
    choose(store, CacheScope(days=100))
    assert sorted(store.cache.wanted(most_tries=3)) == ["1", "2", "3", "4", "5"]
    pull(store, old("1"), comment("c1", "1"), whole_comments_of=("1",))
    assert kept(store) == {"1", "9"}
    choose(store, MONTH)
    assert store.cache.wanted_count() == 0


def test_what_was_read_is_read_when_it_comes_back(store: Store, clock: Clock) -> None:
    pull(store, old("1"), ticket("9"))
    pull(store, old("1", subject="changed", priority=None), ticket("8", updated_at=NOON + MINUTE, status=Status.SOLVED))
    clock.now = NOON + DAY
    (row,) = store.queue.rows([local(store, "8")])
    assert row.unread
    store.tickets.mark_seen(local(store, "8"), clock.now).result()
    pull(store, ticket("10"))
    clock.now = NOON + 90 * DAY
    choose(store, MONTH)
    store.cache.evicting.sweep()
    assert "8" not in kept(store)
    choose(store, CacheScope(days=365))
    pull(store, ticket("8", updated_at=NOON + MINUTE, status=Status.SOLVED), whole_comments_of=("8",))
    (row,) = store.queue.rows([local(store, "8")])
    assert not row.unread


@pytest.mark.parametrize("work", ["queued", "refused", "withdrawn", "draft", "file", "merge", "open", "trip"])
def test_what_is_worked_on_stays(store: Store, tmp_path: Path, work: str) -> None:
    pull(store, old("1"), old("2"), ticket("9"))
    one = local(store, "1")
    if work in ("queued", "refused", "withdrawn", "file"):
        files: tuple[str, ...] = ()
        if work == "file":
            (tmp_path / "log.txt").write_text("a log")
            files = (store.files.keep(tmp_path / "log.txt"),)
        command = AddComment(body="hello", public=True, attachments=files)
        (key,) = store.outbox.queue([(one, command)], batch="b").result()
        if work == "refused":
            store.outbox.mark(key, OutboxState.REFUSED).result()
        if work == "withdrawn":
            store.outbox.withdraw(keys=[key]).result()
    elif work == "draft":
        store.drafts.save(one, "Dear", public=True, cursor=4).result()
    elif work == "merge":
        store.outbox.queue([(local(store, "9"), MergeTickets(into=one))], batch="b").result()
    elif work == "open":
        store.cache.note_opened(one).result()
    else:
        store.trips.begin(TripChoice(), [one], None).result()
    choose(store, MONTH)
    _, spared = store.cache.evicting.outside(MONTH)
    assert spared == 1
    assert store.cache.evicting.sweep().tickets == 1
    assert kept(store) == {"1", "9"}


def test_a_ticket_that_a_window_shows_stays(store: Store) -> None:
    pull(store, old("1"), old("2"), ticket("9"))
    choose(store, MONTH)
    store.cache.evicting.sweep([local(store, "1")])
    assert kept(store) == {"1", "9"}


def test_what_was_open_goes_the_day_after(store: Store, clock: Clock) -> None:
    pull(store, old("1"), ticket("9"))
    choose(store, MONTH)
    store.cache.note_opened(local(store, "1")).result()
    clock.now += DAY + MINUTE
    assert store.cache.evicting.sweep().tickets == 1


def test_nothing_grows_old_by_a_clock_that_was_set_forward(store: Store, clock: Clock) -> None:
    pull(store, ticket("1", status=Status.SOLVED), ticket("9"))
    store.facts.put("data_as_of", str(NOON)).result()
    choose(store, MONTH)
    clock.now += 400 * DAY
    assert store.cache.evicting.sweep().tickets == 0
    store.facts.put("data_as_of", str(clock.now)).result()
    assert store.cache.evicting.sweep().tickets == 1


def test_what_agents_put_on_record_about_a_customer_stays(store: Store) -> None:
    pull(store, old("1", tags=("conduct_record",)), ticket("9"))
    choose(store, MONTH)
    assert store.cache.evicting.sweep().tickets == 0


def test_the_limit_of_the_size_takes_the_oldest_solved_ones_and_remembers_how_far(store: Store) -> None:
    body = "a long story " * 200
    for number in range(1, 121):
        at = NOON - (200 - number) * DAY
        pull(
            store,
            ticket(str(number), status=Status.SOLVED, created_at=at, updated_at=at),
            comment(f"c{number}", str(number), f"{body} {number}"),
        )
    pull(store, ticket("999"))
    used = store.cache.evicting.space().used
    choose(store, CacheScope(most_bytes=used * 2 // 3))
    report = store.cache.evicting.sweep()
    assert 0 < report.tickets < 120
    assert report.over == 0
    left = kept(store)
    assert "120" in left
    assert "1" not in left
    # what had to go for the size is not taken in again by the next pull
    pull(store, ticket("1", status=Status.SOLVED, created_at=NOON - 199 * DAY, updated_at=NOON - 199 * DAY))
    assert kept(store) == left
    assert store.cache.covers().done_since is not None


def test_unsolved_tickets_stay_even_above_the_limit_and_that_is_told(store: Store) -> None:
    pull(store, ticket("1"), ticket("2"))
    choose(store, CacheScope(most_bytes=1024))
    report = store.cache.evicting.sweep()
    assert report.tickets == 0
    assert report.over > 0


def test_the_file_shrinks(store: Store, path: Path) -> None:
    body = "words that take room " * 300
    for start in range(1, 400, 50):
        numbers = range(start, start + 50)
        pull(
            store,
            *(old(str(number)) for number in numbers),
            *(comment(f"c{number}", str(number), f"{body}{number}") for number in numbers),
        )
    pull(store, ticket("9999"))
    before = store.cache.evicting.space()
    choose(store, MONTH)
    report = store.cache.evicting.sweep()
    after = store.cache.evicting.space()
    assert report.tickets == 400
    assert after.used + after.idle < (before.used + before.idle) // 2
    assert report.freed == before.used + before.idle - after.used - after.idle


def test_a_sweep_can_be_stopped_and_goes_on_later(store: Store) -> None:
    pull(store, *(old(str(number)) for number in range(1, 60)), ticket("99"))
    choose(store, MONTH)
    told: list[int] = []
    report = store.cache.evicting.sweep(stopped=lambda: bool(told), got_on=told.append)
    assert report.stopped
    assert 0 < report.tickets < 59
    assert store.cache.evicting.sweep().tickets == 59 - report.tickets


@pytest.mark.parametrize("seed", range(4))
def test_what_goes_is_what_the_scope_does_not_keep(store: Store, clock: Clock, seed: int) -> None:
    """The rule that lets in and the one that removes are written down twice; here they agree."""
    dice = random.Random(seed)
    store.facts.put("identity", ME).result()
    records = [
        ticket(
            str(number),
            status=dice.choice(list(Status)),
            created_at=0,
            updated_at=NOON - dice.randrange(60) * DAY,
            group=dice.choice(["a", "b", "c", None]),
            assignee=dice.choice(["7", "8", None]),
        )
        for number in range(1, 200)
    ]
    pull(store, *records, ticket("999"))
    scope = CacheScope(days=dice.choice([10, 30, None]), groups=dice.choice([None, ("a", "c"), ()]))
    choose(store, scope)
    store.cache.evicting.sweep()
    cut = cut_of(scope, NOON, "7")
    expected = {
        record.ref
        for record in records
        if cut.keeps(
            done=record.status not in UNSOLVED,
            updated_at=record.updated_at,
            group=record.group,
            assignee=record.assignee,
        )
    }
    assert kept(store) == expected | {"999"}
    # and a console that begins with that scope takes in the same
    assert store.cache.covers().left_out == len(records) - len(expected)


def test_every_table_of_tickets_is_thought_of() -> None:
    from agentconsole.store.schema import metadata

    of_tickets = {
        table.name
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "ticket" for key in column.foreign_keys)
    }
    assert of_tickets == {*DIES_WITH_TICKET, *KEEPS_TICKET}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_unsent_work_stays_and_rows_are_the_fold(path: Path, seed: int) -> None:
    """Random histories of pulls, work, sweeps and new choices."""
    dice = random.Random(seed)
    clock = Clock()
    store = opened(path, clock)
    words: dict[str, str] = {}  # what was written, by the key of its change
    drafts: dict[TicketId, str] = {}
    number = 0
    try:
        for step in range(90):
            clock.now += dice.randrange(1, 2 * DAY)
            number += 1
            ref = str(dice.randrange(1, 14))
            ids = [row.id for row in store.queue.rows(store.queue.all_ids(QueueQuery(view="everything")))]
            event = dice.randrange(9)
            if event <= 2 or not ids:
                status = dice.choice(list(Status))
                at = clock.now - dice.randrange(60 * DAY)
                pull(
                    store,
                    ticket(ref, status=status, created_at=0, updated_at=at, group=dice.choice(["a", "b", None])),
                    comment(f"c{step}", ref, f"story {step}", created_at=at),
                )
            elif event == 3:
                chosen = dice.choice(ids)
                command = AddComment(body=f"reply {step}", public=True)
                (key,) = store.outbox.queue([(chosen, command)], batch="b").result()
                words[key] = f"reply {step}"
            elif event == 4:
                chosen = dice.choice(ids)
                setting = SetFields(values={"status": "pending"}, base={})
                (key,) = store.outbox.queue([(chosen, setting)], batch="b").result()
                words[key] = ""
            elif event == 5:
                chosen = dice.choice(ids)
                drafts[chosen] = f"draft {step}"
                store.drafts.save(chosen, f"draft {step}", public=True, cursor=0).result()
            elif event == 6 and words:
                key = dice.choice(sorted(words))
                entry = store.outbox.get(key)
                assert entry is not None
                said = store.tickets.ref_of(entry.ticket)
                if said is not None and dice.random() < 0.7:
                    answer = ticket(said, status=Status.SOLVED, created_at=0, updated_at=clock.now)
                    store.outbox.accept(key, said, Page(tickets=(answer,))).result()
                    words.pop(key)
                else:
                    store.outbox.mark(key, dice.choice([OutboxState.REFUSED, OutboxState.HELD])).result()
            elif event == 7:
                created = store.outbox.create(CreateTicket(subject="made here", body=f"new {step}"), batch="c").result()
                key = next(row.key for row in store.outbox.rows() if row.ticket == created)
                words[key] = f"new {step}"
            else:
                groups = dice.choice([None, ("a",)])
                choose(store, CacheScope(days=dice.choice([1, 20, None]), groups=groups))
            if dice.random() < 0.4:
                store.cache.evicting.sweep()
            if dice.random() < 0.1:
                store.close()
                store = opened(path, clock)
                store.outbox.recover().result()
            for key, body in words.items():
                entry = store.outbox.get(key)
                assert entry is not None
                assert getattr(entry.command, "body", "") == body
                assert store.tickets.detail(entry.ticket) is not None
            for owner, body in drafts.items():
                draft = store.drafts.draft(owner)
                assert draft is not None
                assert draft.body == body
            _rows_are_the_fold(store, path)
        assert store.integrity() == ""
    finally:
        store.close()


def _rows_are_the_fold(store: Store, path: Path) -> None:
    pending = rows(path, "SELECT ticket, state, command FROM outbox ORDER BY seq")
    for owner, data in rows(path, "SELECT ticket, record FROM ticket_record"):
        commands = [
            decode_command(raw) for of, state, raw in pending if of == owner and state in set(map(str, PROJECTED))
        ]
        expected = project(decode_record(data), commands)
        (row,) = store.queue.rows([owner])
        assert (row.subject, row.status, row.updated_at) == (expected.subject, expected.status, expected.updated_at)
    counted = rows(path, "SELECT id, comments FROM ticket")
    said: dict[int, int] = dict(rows(path, "SELECT id >> 13, count(*) FROM comment GROUP BY 1"))
    assert all(count == said.get(owner, 0) for owner, count in counted)
    documents = {row[0] for row in rows(path, "SELECT rowid >> 13 FROM words WHERE words MATCH 'story OR checkout'")}
    assert documents <= {row[0] for row in counted}
