"""What is taken along: the tickets of a trip, their attachments, and what has become of each.

A row of ``trip_ticket`` or ``trip_file`` keeps its ticket and its file here whatever the scope of the cache says, until
the trip ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

import msgspec

from agentconsole.domain.instant import Instant
from agentconsole.domain.trips import (
    KnownFile,
    Pace,
    TripChoice,
    TripPhase,
    TripPlan,
    TripProblem,
    TripStatus,
    too_large,
)
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.facts import put_fact
from agentconsole.store.reading import Readers
from agentconsole.store.trip_planning import MISSING, files_of, plan_of
from agentconsole.store.writer import Transaction, Urgency, Writer

WAITING, HERE, FAILED = "waiting", "here", "failed"

PACE = "trip_pace"
"""The fact that remembers how fast fetching was, as JSON."""

TOO_LARGE = "larger than you take along"

_AT_A_TIME = 300
_STAMP = "(t.updated_at || '.' || t.comments || '.' || t.files || '.' || t.whole)"
"""What changes whenever something of the conversation of ``ticket t`` does."""

_encode = msgspec.json.Encoder().encode
_decode_choice = msgspec.json.Decoder(TripChoice).decode
_decode_pace = msgspec.json.Decoder(Pace).decode


class Trip(NamedTuple):
    """The trip that lasts."""

    id: int
    choice: TripChoice
    begun_at: Instant
    ends_at: Instant | None
    paused: bool
    ready_at: Instant | None


class Errand(NamedTuple):
    """A conversation to be fetched."""

    ticket: TicketId
    ref: Ref
    tries: int


class Trips:
    """One trip at a time. Reads for any thread; writes are committed when their future resolves."""

    def __init__(self, readers: Readers, writer: Writer, clock: Callable[[], Instant]) -> None:
        self._readers = readers
        self._writer = writer
        self._clock = clock

    def current(self) -> Trip | None:
        """The trip that lasts, None at home; one look at a table of a few rows."""
        with self._readers.read() as db:
            return _current(db)

    def begin(self, choice: TripChoice, tickets: Sequence[TicketId], ends_at: Instant | None) -> Future[int]:
        """Begin a trip with *tickets*, in place of one that lasts; what that had fetched is kept where it fits.

        Returns its number. Of many tickets only the first join at once: the agent's next change must not wait for the
        others, which :meth:`join` brings.
        """
        now = self._clock()

        def work(tx: Transaction) -> int:
            db = tx.db
            db.execute("UPDATE trip SET ended_at = ? WHERE ended_at IS NULL", (now,))
            chosen = (msgspec.json.encode(list(tickets)).decode(),)
            db.execute("DELETE FROM trip_file WHERE ticket NOT IN (SELECT value FROM json_each(?))", chosen)
            db.execute("DELETE FROM trip_ticket WHERE ticket NOT IN (SELECT value FROM json_each(?))", chosen)
            row = db.execute(
                "INSERT INTO trip (choice, begun_at, ends_at) VALUES (?, ?, ?) RETURNING id",
                (_encode(choice), now, ends_at),
            ).fetchone()
            _add(tx, tickets[:_AT_A_TIME])
            # a bound for single files, and what failed, are looked at anew
            db.execute("UPDATE trip_file SET state = 'waiting', reason = '', tries = 0 WHERE state = 'failed'")
            db.execute("UPDATE trip_ticket SET state = 'waiting', reason = '', tries = 0 WHERE state = 'failed'")
            tx.touch("trip", "cache")
            tx.everything = True
            tx.counted = True
            return int(row[0])

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def join(self, tickets: Sequence[TicketId]) -> int:
        """Take *tickets* along too, those that are not yet; returns how many. Blocks."""
        with self._readers.read() as db:
            known = {row[0] for row in db.execute("SELECT ticket FROM trip_ticket")}
        fresh = [ticket for ticket in tickets if ticket not in known]
        return sum(
            self._writer.submit(Urgency.SYNC, partial(_add, tickets=fresh[start : start + _AT_A_TIME]), "trip").result()
            for start in range(0, len(fresh), _AT_A_TIME)
        )

    def end(self) -> Future[None]:
        """End the trip: what was taken along is kept no longer than other tickets."""
        now = self._clock()

        def work(tx: Transaction) -> None:
            tx.db.execute("UPDATE trip SET ended_at = ? WHERE ended_at IS NULL", (now,))
            tx.db.execute("DELETE FROM trip_file")
            tx.db.execute("DELETE FROM trip_ticket")
            tx.touch("trip", "cache")
            tx.everything = True
            tx.counted = True

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def pause(self, *, paused: bool) -> Future[None]:
        """Fetch nothing more for the trip, or go on."""
        return self._set("paused = ?", int(paused))

    def set_end(self, ends_at: Instant | None) -> Future[None]:
        """Have the trip end at *ends_at*, or by hand."""
        return self._set("ends_at = ?", ends_at)

    def retry(self, *, large: bool = False) -> Future[int]:
        """Ask again for what could not be had, with *large* also for what was too large; returns for how much."""

        def work(tx: Transaction) -> int:
            db = tx.db
            trip = _current(db)
            if trip is None:
                return 0
            if large:
                choice = msgspec.structs.replace(trip.choice, most_file=0)
                db.execute("UPDATE trip SET choice = ? WHERE id = ?", (_encode(choice), trip.id))
            spared = "" if large else f" AND reason <> '{TOO_LARGE}'"
            count = 0
            for table, condition in (("trip_file", spared), ("trip_ticket", "")):
                count += db.execute(
                    f"UPDATE {table} SET state = 'waiting', reason = '', tries = 0 WHERE state = 'failed'{condition}"
                ).rowcount
            tx.touch("trip")
            return count

        return self._writer.submit(Urgency.AGENT, work, "agent")

    # what is to be fetched

    def assess(self) -> int:
        """List the attachments of what has changed, and what is not here whole; returns how many tickets. Blocks."""
        count = 0
        while True:
            with self._readers.read() as db:
                stale = [
                    row[0]
                    for row in db.execute(
                        "SELECT p.ticket FROM trip_ticket p JOIN ticket t ON t.id = p.ticket "
                        f"WHERE p.known <> {_STAMP} LIMIT ?",
                        (_AT_A_TIME,),
                    )
                ]
            for start in range(0, len(stale), 25):
                count += self._writer.submit(Urgency.SYNC, _assessing(stale[start : start + 25]), "trip").result()
            if len(stale) < _AT_A_TIME:
                return count

    def assess_one(self, ticket: TicketId) -> bool:
        """Do so for one ticket; returns whether its conversation is here whole. Blocks."""
        self._writer.submit(Urgency.SYNC, _assessing([ticket]), "trip").result()
        with self._readers.read() as db:
            row = db.execute("SELECT state FROM trip_ticket WHERE ticket = ?", (ticket,)).fetchone()
        return row is None or row[0] == HERE

    def conversations(self, limit: int = 20) -> list[Errand]:
        """The next conversations to be fetched, those first that failed least often."""
        with self._readers.read() as db:
            return [
                Errand(*row)
                for row in db.execute(
                    "SELECT p.ticket, t.ref, p.tries FROM trip_ticket p JOIN ticket t ON t.id = p.ticket "
                    "WHERE p.state = 'waiting' AND t.ref IS NOT NULL ORDER BY p.tries, p.ticket LIMIT ?",
                    (limit,),
                )
            ]

    def files(self, limit: int = 20) -> list[tuple[KnownFile, int]]:
        """The next attachments to be fetched with how often they failed, the smallest first."""
        with self._readers.read() as db:
            return [
                (KnownFile(ref=ref, ticket=ticket, file_name=name, url=url, size=size), tries)
                for ref, ticket, name, url, size, tries in db.execute(
                    "SELECT ref, ticket, file_name, url, size, tries FROM trip_file WHERE state = 'waiting' "
                    "ORDER BY tries, size, ref LIMIT ?",
                    (limit,),
                )
            ]

    def mark_file(self, ref: Ref, state: str, reason: str = "") -> Future[None]:
        """Note what became of the attachment *ref*; one that is to be tried again is WAITING with a reason."""
        return self._mark("trip_file", "ref", ref, state, reason, None)

    def mark_ticket(self, ticket: TicketId, state: str, reason: str = "", *, tries: int | None = None) -> Future[None]:
        """Note what became of the conversation of *ticket*, and how often it was tried: by default once more."""
        return self._mark("trip_ticket", "ticket", ticket, state, reason, tries)

    def kept_files(self) -> frozenset[Ref]:
        """The attachments that are taken along: no limit removes them."""
        with self._readers.read() as db:
            return frozenset(row[0] for row in db.execute("SELECT ref FROM trip_file"))

    def here(self) -> list[KnownFile]:
        """The attachments that were fetched."""
        with self._readers.read() as db:
            rows = db.execute("SELECT ref, ticket, file_name, url, size FROM trip_file WHERE state = 'here'").fetchall()
        return [
            KnownFile(ref=ref, ticket=ticket, file_name=name, url=url, size=size)
            for ref, ticket, name, url, size in rows
        ]

    def settled(self, now: Instant) -> Future[None]:
        """Note that everything is here, or can't be had, as of *now*; the first such moment is kept."""

        def work(tx: Transaction) -> None:
            changed = tx.db.execute(
                "UPDATE trip SET ready_at = ? WHERE ended_at IS NULL AND ready_at IS NULL", (now,)
            ).rowcount
            if changed:
                tx.touch("trip")

        return self._writer.submit(Urgency.SYNC, work, "trip")

    def pace(self) -> Pace:
        """How fast fetching was when it was last measured."""
        with self._readers.read() as db:
            row = db.execute("SELECT value FROM fact WHERE name = ?", (PACE,)).fetchone()
        return Pace() if row is None else _decode_pace(row[0])

    def keep_pace(self, pace: Pace) -> Future[None]:
        """Remember *pace*."""

        def work(tx: Transaction) -> None:
            put_fact(tx, PACE, _encode(pace).decode())

        return self._writer.submit(Urgency.SYNC, work, "trip")

    # what is told

    def status(self, *, online: bool, as_of: Instant | None) -> TripStatus | None:
        """How the trip gets on; sums over its rows, so not for every keystroke."""
        with self._readers.snapshot() as db:
            trip = _current(db)
            if trip is None:
                return None
            tickets = dict(db.execute("SELECT state, count(*) FROM trip_ticket GROUP BY state").fetchall())
            files = {
                state: (count, size)
                for state, count, size in db.execute("SELECT state, count(*), sum(size) FROM trip_file GROUP BY state")
            }
            row = db.execute("SELECT value FROM fact WHERE name = ?", (PACE,)).fetchone()
        pace = Pace() if row is None else _decode_pace(row[0])
        waiting_files, waiting_bytes = files.get(WAITING, (0, 0))
        waiting = tickets.get(WAITING, 0) + waiting_files
        failed = tickets.get(FAILED, 0) + files.get(FAILED, (0, 0))[0]
        if waiting:
            phase = TripPhase.PAUSED if trip.paused else TripPhase.FETCHING if online else TripPhase.OFFLINE
        else:
            phase = TripPhase.PARTLY if failed else TripPhase.READY
        return TripStatus(
            id=trip.id,
            choice=trip.choice,
            phase=phase,
            begun_at=trip.begun_at,
            ends_at=trip.ends_at,
            tickets=sum(tickets.values()),
            tickets_here=tickets.get(HERE, 0),
            files=sum(count for count, _ in files.values()),
            files_here=files.get(HERE, (0, 0))[0],
            bytes=sum(size for _, size in files.values()),
            bytes_here=files.get(HERE, (0, 0))[1],
            failed=failed,
            as_of=as_of,
            seconds=pace.seconds(tickets.get(WAITING, 0), waiting_files, waiting_bytes) if waiting else 0.0,
        )

    def problems(self, limit: int = 500) -> tuple[TripProblem, ...]:
        """What could not be taken along, with reasons; conversations first."""
        with self._readers.snapshot() as db:
            rows = [
                *db.execute(
                    "SELECT t.id, coalesce(t.ref, ''), t.subject, '', 0, p.reason FROM trip_ticket p "
                    "JOIN ticket t ON t.id = p.ticket WHERE p.state = 'failed' ORDER BY t.number LIMIT ?",
                    (limit,),
                ),
                *db.execute(
                    "SELECT t.id, coalesce(t.ref, ''), t.subject, p.file_name, p.size, p.reason FROM trip_file p "
                    "JOIN ticket t ON t.id = p.ticket WHERE p.state = 'failed' ORDER BY p.size DESC LIMIT ?",
                    (limit,),
                ),
            ]
        return tuple(
            TripProblem(ticket=ticket, ref=ref, subject=subject, file_name=name, size=size, reason=reason)
            for ticket, ref, subject, name, size, reason in rows[:limit]
        )

    def taken(self, tickets: Iterable[TicketId]) -> frozenset[TicketId]:
        """Which of *tickets* are taken along; keyed, for what is on the screen."""
        with self._readers.read() as db:
            return frozenset(
                ticket
                for ticket in tickets
                if db.execute("SELECT 1 FROM trip_ticket WHERE ticket = ?", (ticket,)).fetchone() is not None
            )

    def plan(
        self, tickets: Sequence[TicketId], choice: TripChoice, is_here: Callable[[Ref], bool]
    ) -> tuple[TripPlan, list[KnownFile]]:
        """What taking *tickets* along would mean, see :func:`~agentconsole.store.trip_planning.plan_of`. Blocks."""
        return plan_of(self._readers, tickets, choice, is_here)

    def _set(self, what: str, value: int | None) -> Future[None]:
        def work(tx: Transaction) -> None:
            tx.db.execute(f"UPDATE trip SET {what} WHERE ended_at IS NULL", (value,))
            tx.touch("trip")

        return self._writer.submit(Urgency.AGENT, work, "agent")

    def _mark(
        self, table: str, key: str, value: Ref | TicketId, state: str, reason: str, tries: int | None
    ) -> Future[None]:
        def work(tx: Transaction) -> None:
            tx.db.execute(
                f"UPDATE {table} SET state = ?, reason = ?, "
                f"tries = coalesce(?, CASE WHEN ? = '{HERE}' THEN 0 ELSE tries + 1 END) WHERE {key} = ?",
                (state, reason, tries, state, value),
            )
            tx.touch("trip")

        return self._writer.submit(Urgency.SYNC, work, "trip")


def _current(db: driver.Connection) -> Trip | None:
    row = db.execute(
        "SELECT id, choice, begun_at, ends_at, paused, ready_at FROM trip WHERE ended_at IS NULL "
        "ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else Trip(row[0], _decode_choice(row[1]), row[2], row[3], bool(row[4]), row[5])


def _add(tx: Transaction, tickets: Sequence[TicketId]) -> int:
    """Take *tickets* along; nothing joins a trip that has ended meanwhile."""
    if _current(tx.db) is None:
        return 0
    added = [
        row[0]
        for row in tx.db.execute(
            "INSERT INTO trip_ticket (ticket, state) SELECT id, 'waiting' FROM ticket "
            "WHERE id IN (SELECT value FROM json_each(?)) ON CONFLICT DO NOTHING RETURNING ticket",
            (msgspec.json.encode(list(tickets)).decode(),),
        )
    ]
    if added:
        tx.touch("trip", tickets=added)
    return len(added)


def _assessing(tickets: Sequence[TicketId]) -> Callable[[Transaction], int]:
    """Return what lists the attachments of *tickets* anew, and says whether their conversations are whole."""

    def work(tx: Transaction) -> int:
        db = tx.db
        trip = _current(db)
        if trip is None:
            return 0
        count = 0
        for ticket in tickets:
            row = db.execute(
                f"SELECT {MISSING}, {_STAMP}, t.ref FROM ticket t JOIN trip_ticket p ON p.ticket = t.id WHERE t.id = ?",
                (ticket,),
            ).fetchone()
            if row is None:
                continue
            missing, stamp, ref = row
            is_here = not missing or ref is None  # what was made here and not sent is whole
            db.execute(
                "UPDATE trip_ticket SET known = ?, state = CASE WHEN ? THEN 'here' ELSE 'waiting' END, reason = '', "
                "tries = 0 WHERE ticket = ?",
                (stamp, is_here, ticket),
            )
            _list_files(db, ticket, trip.choice.most_file)
            count += 1
        tx.touch("trip")
        tx.counted = True
        return count

    return work


def _list_files(db: driver.Connection, ticket: TicketId, most: int) -> None:
    found = files_of(db, ticket)
    for file in found:
        state, reason = (FAILED, TOO_LARGE) if too_large(file.size, most) else (WAITING, "")
        db.execute(
            "INSERT INTO trip_file (ref, ticket, file_name, url, size, state, reason) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (ref) DO UPDATE SET url = excluded.url, ticket = excluded.ticket",
            (file.ref, ticket, file.file_name, file.url, file.size, state, reason),
        )
    db.execute(
        "DELETE FROM trip_file WHERE ticket = ? AND ref NOT IN (SELECT value FROM json_each(?))",
        (ticket, msgspec.json.encode([file.ref for file in found]).decode()),
    )
