"""Whatever happens in whatever order, what is kept of a ticket's targets is what counting it anew would give."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.commands import AddComment, Command, SetFields
from agentconsole.domain.instant import HOUR
from agentconsole.domain.values import Metric, Priority, Stage, Status
from agentconsole.store.columns import sla_columns
from agentconsole.store.keys import STAGE_CODE
from agentconsole.store.store import Store
from agentconsole.store.target_rows import shown
from tests.store.making import NOON, Clock, agent, comment, local, opened, person, pull, target, ticket
from tests.store.test_target_keeping import CREATED, FIRST, NEXT, PLANNED, RESOLUTION, ByTheClock, use

RULES = (
    ByTheClock((FIRST, "5 hours", Priority.HIGH), (FIRST, "30 hours", None), (NEXT, "3 hours", None), fingerprint="a"),
    ByTheClock((FIRST, "none", None), (RESOLUTION, "40 hours", None), fingerprint="b"),
)

STEPS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from([Status.OPEN, Status.PENDING, Status.SOLVED])),
    st.tuples(st.just("priority"), st.sampled_from([None, Priority.HIGH])),
    st.tuples(st.just("said"), st.sampled_from(["20", "30"])),
    st.tuples(st.just("theirs"), st.booleans()),
    st.tuples(st.just("reply"), st.booleans()),
    st.tuples(st.just("set"), st.sampled_from(["pending", "open", "solved"])),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("rules"), st.sampled_from(RULES)),
)


class Desk:
    """One ticket and what is done to it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.rules = RULES[0]
        self.status = Status.OPEN
        self.priority: Priority | None = None
        self.theirs = False
        self.comments = 0
        self.batches = 0
        use(store, self.rules)
        pull(store, PLANNED, person("20", "Rosa"), agent("30", "Ann"))
        self.pull()

    def pull(self) -> None:
        asked = (target(NOON + HOUR, metric=FIRST),) if self.theirs else ()
        record = ticket(
            "7",
            organization="5",
            requester="20",
            status=self.status,
            priority=self.priority,
            targets=asked,
            created_at=CREATED,
            updated_at=self.clock.now,
        )
        pull(self.store, record)
        self.clock.now += 1

    def do(self, what: str, value: object) -> None:
        id_ = local(self.store, "7")
        if what == "status" and isinstance(value, Status):
            self.status = value
            self.pull()
        elif what == "priority":
            self.priority = value if isinstance(value, Priority) else None
            self.pull()
        elif what == "theirs":
            self.theirs = bool(value)
            self.pull()
        elif what == "said":
            self.comments += 1
            pull(self.store, comment(str(self.comments), "7", author=str(value), created_at=self.clock.now))
            self.clock.now += 1
        elif what in ("reply", "set"):
            self.batches += 1
            command: Command = AddComment(body="Yes.", public=bool(value))
            if what == "set":
                command = SetFields(values={"status": str(value)}, base={"status": str(self.status)})
            self.store.outbox.queue([(id_, command)], batch=str(self.batches)).result()
        elif what == "undo":
            self.store.outbox.withdraw(batch=str(self.batches)).result()
        elif what == "wait" and isinstance(value, int):
            self.clock.now += value * HOUR
            self.store.reckoning.record_breaches().result()
        elif what == "rules" and isinstance(value, ByTheClock):
            self.rules = value
            use(self.store, value)

    def check(self) -> None:
        id_ = local(self.store, "7")
        detail, facts = self.store.tickets.detail(id_), self.store.reckoning.facts(id_)
        assert detail is not None
        assert facts is not None
        kept = {one.metric: one for one in self.store.reckoning.targets(id_)}
        own = {metric: one for metric, one in kept.items() if one.source}
        if detail.status is Status.SOLVED:
            assert kept == {}
            return
        told = {Metric.FIRST_REPLY} if self.theirs else set()
        expected = {one.metric: shown(one) for one in self.rules.reckon(*facts) if one.metric not in told}
        assert own.keys() == expected.keys()
        for metric, one in own.items():
            if one.stage is Stage.ACHIEVED:
                # its target is the one under which it ended
                assert (one.cycle, one.fulfilled_at) == (expected[metric].cycle, expected[metric].fulfilled_at)
            else:
                assert one == expected[metric]
        (row,) = self.store.queue.rows([id_])
        stage, breach_at, metric_name, _ = sla_columns(list(kept.values()))
        assert (None if row.stage is None else STAGE_CODE[row.stage], row.breach_at) == (stage, breach_at)
        assert row.metric == metric_name


@settings(deadline=None, max_examples=40)
@given(st.lists(STEPS, max_size=14))
def test_what_is_kept_is_what_counting_anew_gives(empty_file: Path, steps: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        clock = Clock()
        store = opened(Path(shutil.copy(empty_file, Path(folder) / "console.db")), clock)
        try:
            desk = Desk(store, clock)
            desk.check()
            for what, value in steps:
                desk.do(what, value)
                desk.check()
            outcomes = [
                (one.metric, one.cycle, one.source, one.goal, one.kind)
                for one in store.reckoning.recorded(local(store, "7"))
                if one.kind != "retarget"
            ]
            assert len(outcomes) == len(set(outcomes))
        finally:
            store.close()
