"""Short ways to say what a help desk sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.records import CommentRecord, OrganizationRecord, Page, PersonRecord, SlaTarget, TicketRecord
from agentconsole.domain.values import Metric, PersonRole, Stage, Status, TicketId
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from tests.support.keys import KEY

NOON: Instant = 1_790_000_000_000_000
"""The instant that tests take for now."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> Instant:
        return self.now


def opened(path: Path, clock: Clock | None = None, key: bytes | None = KEY) -> Store:
    """Open the store at *path*; it looks for other processes so often that a test need not wait."""
    return open_store(path, key=key, clock=clock or Clock(), poll_interval=0.01)


def ticket(ref: str, subject: str = "Checkout is down", status: Status = Status.OPEN, **more: Any) -> TicketRecord:
    """A ticket that was written and changed a day ago."""
    given: dict[str, Any] = {"created_at": NOON - 2 * DAY, "updated_at": NOON - DAY, **more}
    return TicketRecord(ref=ref, subject=subject, status=status, **given)


def comment(ref: str, ticket: str, body: str = "It fails with error 502.", **more: Any) -> CommentRecord:
    """A public reply of a day ago."""
    given: dict[str, Any] = {"author": None, "created_at": NOON - DAY, "public": True, **more}
    return CommentRecord(ref=ref, ticket=ticket, body=body, **given)


def person(ref: str, name: str, **more: Any) -> PersonRecord:
    """A requester."""
    return PersonRecord(ref=ref, name=name, email=f"{ref}@shop.example", **more)


def agent(ref: str, name: str) -> PersonRecord:
    """Somebody of the desk."""
    return PersonRecord(ref=ref, name=name, email=f"{ref}@desk.example", role=PersonRole.AGENT)


def organization(ref: str, name: str, **more: Any) -> OrganizationRecord:
    """A customer's company."""
    return OrganizationRecord(ref=ref, name=name, **more)


def target(breach_at: Instant | None, stage: Stage = Stage.ACTIVE, metric: Metric = Metric.FIRST_REPLY) -> SlaTarget:
    """An SLA target."""
    return SlaTarget(metric=metric, stage=stage, breach_at=breach_at)


def pull(store: Store, *rows: Any, **more: Any) -> None:
    """Apply a page of *rows*, which are sorted into their kinds, and wait for it."""
    kinds: dict[str, type[Any]] = {
        "tickets": TicketRecord,
        "comments": CommentRecord,
        "people": PersonRecord,
        "organizations": OrganizationRecord,
    }
    sorted_rows: dict[str, Any] = {
        name: tuple(row for row in rows if isinstance(row, kind)) for name, kind in kinds.items()
    }
    stream = more.pop("stream", None)
    store.pages.apply(Page(**sorted_rows, **more), stream=stream).result(timeout=30)


def local(store: Store, ref: str) -> TicketId:
    """The local id of the ticket *ref*, which must be there."""
    found = store.tickets.find(ref)
    assert found is not None
    return found
