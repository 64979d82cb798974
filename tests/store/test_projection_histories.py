"""After any history, each row is what the help desk confirmed with the agent's unsent work laid over it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agentconsole.domain.commands import AddComment, ChangeTags, Command, CreateTicket, SetFields, decode_command
from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.projection import project, value_of
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import Page, TicketRecord
from agentconsole.domain.values import UNSOLVED, WAITING, OutboxState, Priority, Stage, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.projecting import decode_record
from agentconsole.store.store import Store
from tests.store.making import NOON, comment, opened, person, pull, target, ticket
from tests.support.keys import KEY

REFS = ("1", "2", "3")
UNDER_WAY = {OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN}
STOPPED = [OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.HELD, OutboxState.CONFLICT, OutboxState.REFUSED]

statuses = st.sampled_from(list(Status))
subjects = st.sampled_from(["checkout down", "refund please", "返金"])
tags = st.lists(st.sampled_from(["vip", "card", "late"]), unique=True).map(tuple)
slas = st.sampled_from([None, (), (target(NOON + HOUR),), (target(None, Stage.PAUSED),), (target(NOON - HOUR),)])
values = st.fixed_dictionaries(
    {},
    optional={
        "status": statuses.map(str),
        "priority": st.sampled_from([None, *map(str, Priority)]),
        "subject": subjects,
        "requester": st.sampled_from([None, "p1", "p2"]),
        "assignee": st.sampled_from([None, "p1"]),
    },
)


class Histories(RuleBasedStateMachine):
    empty_file: ClassVar[Path]

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.path = Path(self.folder) / "console.db"
        shutil.copy(self.empty_file, self.path)
        self.store: Store = opened(self.path)
        self.now = NOON
        self.comments = 0
        self.names = {"p1": "", "p2": ""}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def ids(self) -> list[TicketId]:
        with closing(driver.connect(self.path, key=KEY)) as db:
            return [row[0] for row in db.execute("SELECT ticket FROM ticket_record ORDER BY ticket")]

    @initialize()
    def begin(self) -> None:
        pull(self.store, ticket("1"))

    @rule(
        ref=st.sampled_from(REFS),
        status=statuses,
        subject=subjects,
        tags=tags,
        slas=slas,
        age=st.integers(0, 3),
        requester=st.sampled_from([None, "p1", "p2"]),
    )
    def confirm(self, ref: str, age: int, slas: Any, **told: Any) -> None:
        self.now += MINUTE
        pull(self.store, ticket(ref, updated_at=self.now - age * MINUTE, targets=slas, **told))

    @rule(ref=st.sampled_from(REFS), whole=st.booleans())
    def converse(self, ref: str, whole: bool) -> None:
        self.comments += 1
        pull(self.store, comment(f"c{self.comments}", ref), whole_comments_of=(ref,) if whole else ())

    @rule(ref=st.sampled_from(["p1", "p2"]), name=st.sampled_from(["Ana", "Zoë"]))
    def rename(self, ref: str, name: str) -> None:
        self.names[ref] = name
        pull(self.store, person(ref, name))

    @rule(ref=st.sampled_from(REFS))
    def delete(self, ref: str) -> None:
        pull(self.store, deleted=(ref,))

    @rule(target=keys, values=values, add=tags, remove=tags, kind=st.integers(0, 2), which=st.integers(0, 9))
    def change(self, values: dict[str, Any], add: Any, remove: Any, kind: int, which: int) -> str:
        ids = self.ids()
        chosen = ids[which % len(ids)]
        record = self.store.tickets.projected(chosen)
        assert record is not None
        base = {name: value_of(record, name) for name in values}
        command: Command
        if kind == 0:
            command = SetFields(values=values, base=base)
        elif kind == 1:
            command = ChangeTags(add=add, remove=remove)
        else:
            command = AddComment(body="hello", public=True, values=values, base=base, add_tags=add, remove_tags=remove)
        return self.store.outbox.queue([(chosen, command)], batch="b").result()[0]

    @rule(target=keys, values=values, tags=tags)
    def create(self, values: dict[str, Any], tags: Any) -> str:
        made = self.store.outbox.create(CreateTicket(subject="new", body="b", values=values, tags=tags), batch="c")
        ticket_id = made.result()
        return next(row.key for row in self.store.outbox.rows() if row.ticket == ticket_id)

    @rule(key=keys, state=st.sampled_from(STOPPED))
    def mark(self, key: str, state: OutboxState) -> None:
        self.store.outbox.mark(key, state).result()

    @rule(key=consumes(keys), status=statuses, subject=subjects)
    def accept(self, key: str, status: Status, subject: str) -> None:
        entry = self.store.outbox.get(key)
        if entry is None or entry.state is OutboxState.WITHDRAWN:
            return
        self.now += MINUTE
        ref = self.store.tickets.ref_of(entry.ticket) or f"9{entry.ticket}"
        if not isinstance(entry.command, CreateTicket) and self.store.tickets.ref_of(entry.ticket) is None:
            return  # what is not created yet can't be answered for
        page = Page(tickets=(ticket(ref, subject, status, updated_at=self.now),))
        self.store.outbox.accept(key, ref, page).result()

    @rule(key=keys)
    def withdraw(self, key: str) -> None:
        self.store.outbox.withdraw(keys=[key]).result()

    @rule(key=keys)
    def retry(self, key: str) -> None:
        self.store.outbox.retry([key]).result()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = opened(self.path)
        self.store.outbox.recover().result()

    @invariant()
    def rows_are_the_fold(self) -> None:
        with closing(driver.connect(self.path, key=KEY)) as db:
            records = db.execute("SELECT ticket, record FROM ticket_record").fetchall()
            pending = db.execute("SELECT ticket, state, command FROM outbox ORDER BY seq").fetchall()
            tagged = db.execute("SELECT ticket, tag FROM ticket_tag").fetchall()
            running = db.execute("SELECT ticket, metric, stage, breach_at FROM target").fetchall()
            deleted = {row[0] for row in db.execute("SELECT id FROM ticket WHERE deleted")}
        listed = set(self.store.queue.all_ids(QueueQuery(view="everything")))
        for ticket_id, data in records:
            mine = [(OutboxState(state), decode_command(raw)) for owner, state, raw in pending if owner == ticket_id]
            expected = project(decode_record(data), [command for state, command in mine if state in UNDER_WAY])
            (row,) = self.store.queue.rows([ticket_id])
            assert (row.subject, row.status, row.priority) == (expected.subject, expected.status, expected.priority)
            assert (row.created_at, row.updated_at) == (expected.created_at, expected.updated_at)
            assert row.requester == self.names.get(expected.requester or "", "")
            assert row.assignee == self.names.get(expected.assignee or "", "")
            assert row.waiting == sum(state in WAITING for state, _ in mine)
            assert row.has_draft == (self.store.drafts.draft(ticket_id) is not None)
            assert sorted(tag for owner, tag in tagged if owner == ticket_id) == sorted(expected.tags)
            assert [entry[1:] for entry in running if entry[0] == ticket_id] == self.targets(
                expected, ticket_id in deleted
            )
            assert (ticket_id in listed) == (ticket_id not in deleted)
            found = self.store.queue.all_ids(QueueQuery(view="everything", text=f'"{expected.subject}"'))
            assert (ticket_id in found) == (ticket_id in listed)

    @staticmethod
    def targets(expected: TicketRecord, deleted: bool) -> list[tuple[str, int, int | None]]:
        if expected.status not in UNSOLVED or deleted:
            return []
        return [
            (str(entry.metric), [Stage.ACTIVE, Stage.PAUSED, Stage.ACHIEVED].index(entry.stage), entry.breach_at)
            for entry in expected.targets or ()
        ]


def test_histories(empty_file: Path) -> None:
    Histories.empty_file = empty_file
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]

    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=checks),
    )
