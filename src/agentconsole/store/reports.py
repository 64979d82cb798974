"""Reads what reports are made from: tickets with what their conversations tell, and who wrote how much.

These reads walk whole tables. They are for a worker thread; each takes what stops it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from agentconsole.domain.cases import NO_PRIORITY, Case, CaseTarget, Names, Replies
from agentconsole.domain.instant import Instant
from agentconsole.domain.reports import Choice, Choices, Coverage, Days, Outcome, Scope
from agentconsole.domain.service_levels import NO_GOAL, Reckoner
from agentconsole.domain.values import UNSOLVED as UNSOLVED_STATUSES
from agentconsole.domain.values import Metric, PersonRole, Ref, Stage, Status, TicketId
from agentconsole.store import driver
from agentconsole.store.keys import (
    ACHIEVED,
    DOCUMENT_BITS,
    DONE,
    HIDDEN,
    LAST_DOCUMENT,
    PRIORITIES,
    STAGES,
    STATUSES,
    UNSOLVED,
    folded,
)
from agentconsole.store.past_targets import PastTargets, Stamp
from agentconsole.store.projecting import PROJECTED_SQL
from agentconsole.store.reading import Readers

_LOOK_EVERY = 20_000
"""After so many steps of SQLite's machine a read looks whether it is still wanted: every few milliseconds."""

_REPLY = "c.public AND c.created_at > t.created_at AND c.author IS NOT t.requester"
"""What a comment of the desk must be to be a reply: opening a ticket for somebody is none."""

_LEVEL = "CASE WHEN t.tier <> '' THEN t.tier ELSE t.plan END"
_CONVERSATION = f"c.id BETWEEN (t.id << {DOCUMENT_BITS}) + 1 AND (t.id << {DOCUMENT_BITS}) + {LAST_DOCUMENT}"


class Stopped(Exception):
    """The read is no longer wanted."""


class Raw(NamedTuple):
    """What one snapshot of the store gives a report."""

    cases: list[Case]
    replies: list[Replies]
    names: Names
    coverage: Coverage


_Told = tuple[TicketId, Instant | None, Instant | None, Instant]
"""What a ticket's conversation tells: the desk's first and last reply, and the last comment of anybody."""


class _Extract(msgspec.Struct, gc=False):
    """What the help desk confirmed and no column holds. ``status`` may differ from what the agent has set since."""

    status: Status = Status.NEW
    satisfaction: str | None = None
    merged_into: str | None = None
    targets: tuple[CaseTarget, ...] | None = None


class _Role(msgspec.Struct):
    """The part of a person's record that says on which side of the desk they are."""

    role: PersonRole = PersonRole.END_USER


_STATUSES = tuple(map(str, STATUSES))
_PRIORITIES = tuple(str(priority or NO_PRIORITY) for priority in PRIORITIES)
_NEXT_REPLY, _ACHIEVED = str(Metric.NEXT_REPLY), str(Stage.ACHIEVED)
_extract = msgspec.json.Decoder(_Extract).decode
_role = msgspec.json.Decoder(_Role).decode
_DONE, _SOLVED = (str(Status.SOLVED), str(Status.CLOSED)), str(Status.SOLVED)
_changes = msgspec.json.Decoder(list[tuple[Instant, str]]).decode
_NOTHING = _Extract()
_SILENCE: _Told = (0, None, None, 0)


class ReportReads:
    """Reads for :mod:`agentconsole.domain.figures`, each report from one moment of the store."""

    STEPS = 5
    """How often :meth:`read` tells that it got on."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._past = PastTargets()

    def read(
        self,
        scope: Scope,
        days: Days,
        got_on: Callable[[int], object] = lambda _step: None,
        stopped: Callable[[], bool] = lambda: False,
        reckoner: Reckoner | None = None,
    ) -> Raw:
        """Everything that a report over *days* needs; *got_on* hears 1 … :attr:`STEPS`. Raises Stopped.

        *reckoner* counts targets of tickets that came in *days* and were solved before anybody watched them.
        """
        with self._readers.snapshot() as db, _stoppable(db, stopped):
            names = Names(
                groups=_groups(db), people=_staff(db), organization=_organization_word(db, scope.organization)
            )
            coverage = _coverage(db)
            got_on(1)
            tickets = _Tickets.of(scope, days.start)
            told = _told(db, tickets, names)
            got_on(2)
            cases, unwatched = _cases(db, tickets, days, told, names)
            got_on(3)
            if reckoner is not None:
                stamps = {ticket: stamp for ticket, (_place, stamp) in unwatched.items()}
                for ticket, outcomes in self._past.outcomes(db, stamps, names.people.keys(), reckoner).items():
                    place = unwatched[ticket][0]
                    cases[place] = cases[place]._replace(decided=outcomes)
            got_on(4)
            replies = _replies(db, tickets, days, names)
            got_on(5)
        return Raw(cases, replies, names, coverage)

    def choices(self) -> Choices:
        """What a scope can be narrowed to: groups and organizations by name, tiers and plans as tickets have them."""
        with self._readers.snapshot() as db:
            levels = db.execute(f"SELECT DISTINCT {_LEVEL} FROM organization t WHERE t.tier || t.plan <> '' ORDER BY 1")
            return Choices(
                groups=tuple(Choice(ref, title) for ref, title in sorted(_groups(db).items(), key=lambda row: row[1])),
                levels=tuple(Choice(level, level.replace("_", " ").capitalize()) for (level,) in levels),
                organizations=tuple(
                    Choice(ref, name)
                    for ref, name in db.execute("SELECT ref, name FROM organization ORDER BY name_key, ref")
                ),
            )


@contextmanager
def _stoppable(db: driver.Connection, stopped: Callable[[], bool]) -> Iterator[None]:
    """End the statement that runs on *db* as soon as *stopped* says so, by Stopped."""
    db.set_progress_handler(stopped, _LOOK_EVERY)
    try:
        yield
    except driver.Error as error:
        if stopped():
            raise Stopped from error
        raise
    finally:
        db.set_progress_handler(None, 0)


class _Tickets(NamedTuple):
    """A condition on ``ticket t``, with its parameters: the tickets that can matter to a report."""

    sql: str
    parameters: tuple[Any, ...]
    narrowed: bool

    @classmethod
    def of(cls, scope: Scope, since: Instant) -> _Tickets:
        """All unsolved tickets of *scope*, and of the others those that came or changed *since*."""
        conditions = [f"t.place <> {HIDDEN}", f"(t.place = {UNSOLVED} OR t.created_at >= ? OR t.updated_at >= ?)"]
        parameters: list[Any] = [since, since]
        for value, column in (
            (scope.group, "coalesce(t.group_ref, '')"),
            (scope.level, _LEVEL),
            (scope.organization, "coalesce(t.organization, '')"),
        ):
            if value is not None:
                conditions.append(f"{column} = ?")
                parameters.append(value)
        return cls(" AND ".join(conditions), tuple(parameters), len(parameters) > 2)


def _groups(db: driver.Connection) -> dict[Ref, str]:
    return dict(db.execute("SELECT ref, title FROM reference WHERE kind = 'group'").fetchall())


def _staff(db: driver.Connection) -> dict[Ref, str]:
    """Names of all who work or worked at the desk: those who left (an empty search key) did write what they wrote."""
    rows = db.execute("SELECT ref, name, record FROM person WHERE staff OR search_key = ''").fetchall()
    return {ref: name for ref, name, record in rows if _role(record).role is not PersonRole.END_USER}


def _organization_word(db: driver.Connection, ref: Ref | None) -> str:
    """Return by which word the query language finds this organization and no other: its name, if that will do."""
    if not ref:
        return ""
    row = db.execute("SELECT name FROM organization WHERE ref = ?", (ref,)).fetchone()
    name = row[0] if row else ""
    alike = db.execute(
        "SELECT count(*) FROM organization WHERE ref = ?1 OR instr(search_key, ?2)", (name, folded(name))
    ).fetchone()[0]
    return name if name and alike == 1 else ref


def _coverage(db: driver.Connection) -> Coverage:
    begins, tickets, comments = db.execute(
        f"SELECT min(created_at), count(*), coalesce(sum(comments), 0) FROM ticket WHERE place <> {HIDDEN}"
    ).fetchone()
    return Coverage(begins=begins, tickets=tickets, comments=comments)


def _told(db: driver.Connection, tickets: _Tickets, names: Names) -> dict[TicketId, _Told]:
    """Return what the conversations of *tickets* tell. They lie in the order of their tickets: one walk does."""
    replied = f"{_REPLY} AND c.author IN (SELECT * FROM s)"
    rows = db.execute(
        f"WITH s AS MATERIALIZED (SELECT value FROM json_each(?)) "
        f"SELECT t.id, min(CASE WHEN {replied} THEN c.created_at END), max(CASE WHEN {replied} THEN c.created_at END), "
        f"max(c.created_at) FROM ticket t CROSS JOIN comment c ON {_CONVERSATION} WHERE {tickets.sql} GROUP BY t.id",
        (_listed(names), *tickets.parameters),
    )
    return {row[0]: row for row in rows}


def _cases(
    db: driver.Connection, tickets: _Tickets, days: Days, told: dict[TicketId, _Told], names: Names
) -> tuple[list[Case], dict[TicketId, tuple[int, Stamp]]]:
    """Return the cases, and where among them stand those that came in *days* and of whose targets nothing is known.

    These with what tells whether they are the same as at another time.
    """
    rows = db.execute(
        f"SELECT t.id, r.record, t.updated_at, t.place, t.status, t.priority, t.tier = '' AND t.plan <> '', {_LEVEL}, "
        "t.channel, t.group_ref, t.assignee, t.created_at FROM ticket t LEFT JOIN ticket_record r ON r.ticket = t.id "
        f"WHERE {tickets.sql}",
        tickets.parameters,
    )
    meant = _meant_since(db)
    seen = _solved_by_history(db, tickets)
    kept = _kept_targets(db, tickets)
    decided = _decided(db, tickets)
    cases: list[Case] = []
    doubtful: dict[TicketId, int] = {}
    unwatched: dict[TicketId, tuple[int, Stamp]] = {}
    for ticket, record, updated_at, place, status, priority, by_plan, *columns in rows:
        extract = _NOTHING if record is None else _extract(record)
        # taken out, so that it is freed bit by bit: a hundred thousand at once would hold up the other threads
        heard = told.pop(ticket, _SILENCE)
        _, first_reply_at, last_reply_at, last_at = heard
        solved_at = None
        if place == DONE:
            solved_at = seen.get(ticket) or last_at or updated_at
            if extract.status in UNSOLVED_STATUSES:
                # solved here, and the help desk has not heard of it
                solved_at = meant.get(ticket, solved_at)
        if last_reply_at is not None and _was_late(extract.targets or (), last_reply_at):
            doubtful[ticket] = len(cases)
        if place == DONE and not extract.targets and ticket not in decided and days.start <= columns[-1] < days.end:
            unwatched[ticket] = len(cases), (updated_at, last_at, priority, *columns)
        cases.append(
            Case._make(
                (
                    _STATUSES[status],
                    _PRIORITIES[priority],
                    bool(by_plan),
                    *columns,
                    solved_at,
                    first_reply_at,
                    last_reply_at,
                    heard is not _SILENCE,
                    extract.merged_into is not None,
                    extract.satisfaction,
                    (*(extract.targets or ()), *kept[ticket]) if ticket in kept else extract.targets,
                    decided.get(ticket, ()),
                )
            )
        )
    for ticket, answered_at in _answered(db, list(doubtful), names):
        cases[doubtful[ticket]] = cases[doubtful[ticket]]._replace(answered_at=answered_at)
    return cases, unwatched


def _solved_by_history(db: driver.Connection, tickets: _Tickets) -> dict[TicketId, Instant]:
    """Return when tickets were solved for the last time, where their status was seen to change to it.

    One that was only seen closed was solved before that, nobody knows when.
    """
    found = {}
    rows = db.execute(
        "SELECT h.ticket, h.changes FROM status_history h CROSS JOIN ticket t ON t.id = h.ticket "
        f"WHERE t.place = {DONE} AND {tickets.sql}",
        tickets.parameters,
    )
    for ticket, data in rows:
        ended = None
        for at, status in reversed(_changes(data)):
            if status not in _DONE:
                break
            ended = at if status == _SOLVED else None
        if ended is not None:
            found[ticket] = ended
    return found


def _kept_targets(db: driver.Connection, tickets: _Tickets) -> dict[TicketId, tuple[CaseTarget, ...]]:
    """Return the targets that the console counts itself and that have not ended yet."""
    found: dict[TicketId, tuple[CaseTarget, ...]] = {}
    rows = db.execute(
        "SELECT g.ticket, g.metric, g.stage, g.breach_at FROM target g CROSS JOIN ticket t ON t.id = g.ticket "
        f"WHERE g.source <> '' AND g.goal <> '{NO_GOAL}' AND g.stage <> {ACHIEVED} AND {tickets.sql}",
        tickets.parameters,
    )
    for ticket, metric, stage, breach_at in rows:
        target = CaseTarget(metric, str(STAGES[stage]), breach_at)
        found[ticket] = (*found.get(ticket, ()), target)
    return found


def _decided(db: driver.Connection, tickets: _Tickets) -> dict[TicketId, tuple[tuple[str, Outcome], ...]]:
    """Return what was seen to become of targets: recorded as it happened, or fulfilled and still at hand."""
    found: dict[TicketId, tuple[tuple[str, Outcome], ...]] = {}
    rows = db.execute(
        "SELECT e.ticket, e.metric, e.kind = 'met' FROM sla_event e CROSS JOIN ticket t ON t.id = e.ticket "
        f"WHERE e.kind IN ('breach', 'met') AND {tickets.sql} UNION ALL "
        "SELECT g.ticket, g.metric, g.fulfilled_at <= g.breach_at FROM target g CROSS JOIN ticket t "
        f"ON t.id = g.ticket WHERE g.source <> '' AND g.stage = {ACHIEVED} AND g.breach_at IS NOT NULL "
        f"AND g.fulfilled_at IS NOT NULL AND {tickets.sql}",
        (*tickets.parameters, *tickets.parameters),
    )
    for ticket, metric, met in rows:
        found[ticket] = (*found.get(ticket, ()), (metric, "met" if met else "breached"))
    return found


def _was_late(targets: Iterable[CaseTarget], last_reply_at: Instant) -> bool:
    """Whether the last reply came too late for the answer that was due: then an earlier one may have been it."""
    for target in targets:
        if target.metric == _NEXT_REPLY and target.stage == _ACHIEVED:
            return target.breach_at is not None and target.breach_at < last_reply_at
    return False


def _answered(db: driver.Connection, tickets: list[TicketId], names: Names) -> list[tuple[TicketId, Instant]]:
    """Return when the desk first replied to what others had said last in each of *tickets*."""
    return db.execute(
        "WITH s AS MATERIALIZED (SELECT value FROM json_each(?)), "
        f"asked AS MATERIALIZED (SELECT t.value AS id, (SELECT max(c.created_at) FROM comment c WHERE "
        f"{_CONVERSATION.replace('t.id', 't.value')} AND c.public AND c.author NOT IN (SELECT * FROM s)) AS at "
        "FROM json_each(?) t) "
        f"SELECT t.id, min(c.created_at) FROM asked t CROSS JOIN comment c ON {_CONVERSATION} "
        "WHERE c.public AND c.author IN (SELECT * FROM s) AND c.created_at > t.at GROUP BY t.id",
        (_listed(names), msgspec.json.encode(tickets).decode()),
    ).fetchall()


def _meant_since(db: driver.Connection) -> dict[TicketId, Instant]:
    """Return when the agent last changed each ticket whose change is on its way."""
    return dict(
        db.execute(
            f"SELECT ticket, max(queued_at) FROM outbox WHERE state IN ({PROJECTED_SQL}) GROUP BY ticket"
        ).fetchall()
    )


def _replies(db: driver.Connection, tickets: _Tickets, days: Days, names: Names) -> list[Replies]:
    """Count the desk's public replies within *days*, by author."""
    if tickets.narrowed:
        source = f"ticket t CROSS JOIN comment c ON {_CONVERSATION}"
    else:
        source = f"comment c CROSS JOIN ticket t ON t.id = c.id >> {DOCUMENT_BITS}"
    rows = db.execute(
        "WITH s AS MATERIALIZED (SELECT value FROM json_each(?)) "
        f"SELECT c.author, count(*), count(DISTINCT t.id) FROM {source} "
        f"WHERE {_REPLY} AND c.author IN (SELECT * FROM s) AND c.created_at >= ? AND c.created_at < ? "
        f"AND {tickets.sql} GROUP BY c.author",
        (_listed(names), days.start, days.end, *tickets.parameters),
    )
    return [Replies(*row) for row in rows]


def _listed(names: Names) -> str:
    return msgspec.json.encode(list(names.people)).decode()
