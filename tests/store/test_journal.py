"""The second copy of unsent work: whatever becomes of the store's file, what was accepted comes back, once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment, CreateTicket, MergeTickets, SetFields
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import Page
from agentconsole.domain.values import OutboxState
from agentconsole.store.journal import journal_of
from agentconsole.store.journal_file import JournalFile
from agentconsole.store.setting_aside import set_aside
from agentconsole.store.store import Store
from tests.store.making import local, opened, pull, ticket
from tests.support.keys import KEY

WORDS = "Wir kümmern uns darum – 今日中に。"
SOLVE = SetFields(values={"status": "solved"}, base={"status": "open"})


def worked_on(path: Path) -> Store:
    """A store with a reply, a change, a ticket of its own with a note, a merge and a draft, none of it sent."""
    store = opened(path)
    pull(store, ticket("7"), ticket("8", "Invoice is wrong"), ticket("9", "Again down"))
    store.outbox.queue([(local(store, "7"), AddComment(body=WORDS, public=True))], batch="a").result()
    store.outbox.queue([(local(store, "8"), SOLVE)], batch="b").result()
    made = store.outbox.create(CreateTicket(subject="Called in", body="By phone"), batch="c").result()
    store.outbox.queue([(made, AddComment(body="They called again", public=False))], batch="d").result()
    store.outbox.queue([(local(store, "9"), MergeTickets(into=local(store, "7")))], batch="e").result()
    store.drafts.save(local(store, "8"), "Half a sent", public=True, cursor=4).result()
    return store


def work_of(store: Store) -> list[tuple[str, str, str]]:
    """What waits, as (ticket, words, key), in order."""
    return [(row.ref or row.subject, row.text, row.key) for row in store.outbox.rows()]


def emptied(path: Path) -> None:
    """Take the store away, and leave what stands beside it."""
    for companion in ("", "-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)


def test_a_store_that_is_gone_comes_back_with_all_that_was_not_sent(path: Path) -> None:
    store = worked_on(path)
    before = work_of(store)
    store.close()
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == before
        assert {row.state for row in store.outbox.rows()} == {OutboxState.UNKNOWN}
        (draft,) = store.drafts.all_drafts()
        assert (draft.body, draft.cursor, draft.public) == ("Half a sent", 4, True)
        # shown until the sync brings more of them
        shown = store.queue.rows(store.queue.first_ids(QueueQuery(view="everything")))
        assert {(row.ref, row.subject) for row in shown} == {
            ("7", "Checkout is down"),
            ("8", "Invoice is wrong"),
            ("9", "Again down"),
            ("", "Called in"),
        }
        detail = store.tickets.detail(local(store, "7"))
        assert detail is not None
        assert [comment.body for comment in detail.comments] == [WORDS]
        assert store.tickets.confirmed(local(store, "7")) is None
        assert store.integrity() == ""
    finally:
        store.close()


def test_the_sync_fills_in_what_was_put_back_and_a_merge_still_knows_its_goal(path: Path) -> None:
    worked_on(path).close()
    emptied(path)
    store = opened(path)
    try:
        pull(store, ticket("1"), ticket("7", "Checkout is down again"), ticket("9"))
        goal = local(store, "7")
        assert store.queue.rows([goal])[0].subject == "Checkout is down again"
        assert store.queue.rows([goal])[0].waiting == 1
        found = store.queue.first_ids(QueueQuery(view="everything", text="again"))
        assert goal in list(found)
        (merge,) = [row.command for row in store.outbox.rows() if isinstance(row.command, MergeTickets)]
        assert merge.into == goal
        assert store.integrity() == ""
    finally:
        store.close()


def test_what_was_sent_does_not_come_back(path: Path) -> None:
    store = worked_on(path)
    for row in store.outbox.rows():
        if row.ref == "7":
            store.outbox.mark(row.key, OutboxState.SENDING, attempted=True).result()
            store.outbox.accept(row.key, "7", Page()).result()
    left = work_of(store)
    store.close()
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == left
        assert not [row for row in store.outbox.rows() if row.ref == "7"]
    finally:
        store.close()


def test_commits_that_a_torn_log_lost_are_made_again(path: Path, tmp_path: Path) -> None:
    store = worked_on(path)
    before, key = work_of(store), store.outbox.rows()[0].key
    # the file as it is on the disk before the log is copied into it, which then is lost from here on
    store.close()
    old = tmp_path / "old.db"
    shutil.copy(path, old)
    store = opened(path)
    store.outbox.mark(key, OutboxState.SENDING, attempted=True).result()
    store.drafts.save(local(store, "8"), "Half a sentence more", public=True, cursor=9).result()
    store.outbox.queue([(local(store, "8"), AddComment(body="Late", public=False))], batch="z").result()
    store.close()
    shutil.copy(old, path)
    store = opened(path)
    try:
        store.outbox.recover().result()
        rows = store.outbox.rows()
        assert [row.key for row in rows][:-1] == [key for _, _, key in before]
        states = {row.key: row.state for row in rows}
        assert states[key] is OutboxState.UNKNOWN
        assert isinstance(rows[-1].command, AddComment)
        assert rows[-1].command.body == "Late"
        assert rows[-1].state is OutboxState.UNKNOWN
        # what the store has kept itself is as it was
        assert states[before[1][2]] is OutboxState.QUEUED
        assert [draft.body for draft in store.drafts.all_drafts()] == ["Half a sentence more"]
    finally:
        store.close()


def test_a_console_that_died_before_the_second_copy_goes_on_with_the_first(path: Path) -> None:
    store = worked_on(path)
    before = work_of(store)
    journal = journal_of(path).read_bytes()
    store.outbox.withdraw(keys=[before[1][2]]).result()
    store.drafts.save(local(store, "8"), "", public=True, cursor=0).result()
    store.close()
    journal_of(path).write_bytes(journal)
    store = opened(path)
    try:
        store.outbox.recover().result()
        assert work_of(store) == [each for each in before if each != before[1]]
        assert store.drafts.all_drafts() == ()
    finally:
        store.close()
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == [each for each in before if each != before[1]]
        assert store.drafts.all_drafts() == ()
    finally:
        store.close()


def test_a_damaged_record_costs_itself_only(path: Path) -> None:
    store = worked_on(path)
    before = work_of(store)
    store.close()
    file = journal_of(path)
    data = bytearray(file.read_bytes())
    at = data.rindex(b"\xa7unsent")
    data[at + 60] ^= 1
    file.write_bytes(data)
    set_aside(path)
    store = opened(path)
    try:
        assert work_of(store) == before
        assert store.drafts.all_drafts() == ()  # it was in the last record
        assert file.with_name(f"{file.name}.damaged").read_bytes() == data
    finally:
        store.close()


def test_the_journal_is_sealed(path: Path) -> None:
    worked_on(path).close()
    data = journal_of(path).read_bytes()
    for word in (b"Half a sent", WORDS.encode(), b"Called in", b"Checkout"):
        assert word not in data
    stranger = JournalFile(journal_of(path), bytes(32)).read()
    assert stranger is not None
    assert stranger.copies == {}
    assert not stranger.is_whole


def test_a_journal_that_is_mostly_history_is_written_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentconsole.store.journal._LARGE", 10_000)
    store = worked_on(path)
    for number in range(200):
        store.drafts.save(local(store, "8"), f"Sentence {number} " * 20, public=True, cursor=0).result()
    assert journal_of(path).stat().st_size < 60_000
    before = work_of(store)
    store.close()
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == before
        assert store.drafts.all_drafts()[0].body.startswith("Sentence 199 ")
    finally:
        store.close()


def test_two_consoles_share_one_journal(path: Path) -> None:
    ours, theirs = worked_on(path), opened(path)
    try:
        for number in range(30):
            for store in (ours, theirs):
                note = AddComment(body=f"Note {number}", public=False)
                store.outbox.queue([(local(store, "7"), note)], batch="").result()
        before = work_of(ours)
        assert len(before) == 65
    finally:
        ours.close()
        theirs.close()
    reading = JournalFile(journal_of(path), KEY).read()
    assert reading is not None
    assert reading.is_whole
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == before
    finally:
        store.close()


def test_without_room_for_a_new_journal_the_old_one_stays_until_there_is(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = worked_on(path)
    before = work_of(store)
    store.close()
    emptied(path)

    def no_room(self: JournalFile, _batches: object) -> int:
        raise OSError(28, "No space left on device")

    journal = journal_of(path).read_bytes()
    with monkeypatch.context() as full:
        full.setattr(JournalFile, "replace", no_room)
        store = opened(path)
        store.drafts.save(local(store, "9"), "While it is full", public=True, cursor=0).result()
        assert work_of(store) == before
        store.close()
    assert journal_of(path).read_bytes().startswith(journal)
    store = opened(path)
    store.drafts.save(local(store, "7"), "There is room", public=True, cursor=0).result()
    store.close()
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == before
        words = {draft.body for draft in store.drafts.all_drafts()}
        assert words == {"Half a sent", "While it is full", "There is room"}
    finally:
        store.close()


def test_a_journal_that_the_disk_does_not_give_back_is_kept_and_begun_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = worked_on(path)
    before = work_of(store)
    store.close()
    data = journal_of(path).read_bytes()

    def sick(self: JournalFile) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(JournalFile, "read", sick)
        store = opened(path)
        store.outbox.recover().result()
        store.close()
    assert journal_of(path).with_name("console.unsent.damaged").read_bytes() == data
    emptied(path)
    store = opened(path)
    try:
        assert work_of(store) == before
    finally:
        store.close()
