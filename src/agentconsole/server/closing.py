"""The timed rule "solved for some days, then closed", as every help desk has it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from agentconsole.server.database import Database
from agentconsole.server.instants import from_epoch
from agentconsole.server.schema import tickets
from agentconsole.server.ticket_writing import TicketWriter

AT_ONCE = 200
"""Tickets closed in one transaction: other writers wait for no more than these."""

FIRST_AFTER, EVERY = 60.0, 600.0
"""Seconds from the start of a process to its first look, and between looks."""

RULE = "Close tickets that were solved {days} ago"
_DAY = 86_400
_SYSTEM_USER = -1  # who the real service names as the author of what a rule did

_log = logging.getLogger(__name__)


def close_due(database: Database, after: int) -> int:
    """Close the tickets that have been solved for *after* seconds; returns how many there were.

    Several processes may do so at once: each ticket is looked for in the transaction that closes it, and writers take
    turns.
    """
    if after <= 0:
        return 0
    closed = 0
    while True:
        before = from_epoch(int(database.now().timestamp()) - after)
        with database.read() as db:
            if db.execute(_due(before).limit(1)).first() is None:
                return closed
        with database.write() as tx:
            ids = tx.db.scalars(_due(before).order_by(tickets.c.id).limit(AT_ONCE)).all()
            writer = TicketWriter(tx, _SYSTEM_USER)
            for ticket_id in ids:
                writer.close_by_rule(ticket_id, RULE.format(days=_length(after)))
        closed += len(ids)


@contextlib.asynccontextmanager
async def closing(
    database: Database, after: int, first_after: float = FIRST_AFTER, every: float = EVERY
) -> AsyncIterator[None]:
    """Close what is due now and again while the block runs; *after* 0 closes nothing."""
    task = asyncio.create_task(_close_again(database, after, first_after, every)) if after > 0 else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _close_again(database: Database, after: int, first_after: float, every: float) -> None:
    await asyncio.sleep(first_after)
    while True:
        try:
            closed = await asyncio.to_thread(close_due, database, after)
        except SQLAlchemyError as fault:
            # a database that is busy or away now is looked at again; requests tell their callers themselves
            _log.warning("solved tickets could not be closed now: %s", type(fault).__name__)
        else:
            if closed:
                _log.info("closed %d solved tickets", closed)
        await asyncio.sleep(every)


def _due(before: str) -> Select[int]:
    return select(tickets.c.id).where(
        tickets.c.status == "solved", tickets.c.deleted_at.is_(None), tickets.c.solved_at <= before
    )


def _length(seconds: int) -> str:
    days = seconds / _DAY
    return "1 day" if days == 1 else f"{days:g} days"
