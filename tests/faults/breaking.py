"""Bugs to be found: the console broken on purpose, in the forked processes only.

A campaign that finds nothing proves something only if it would have found these; ``test_it_finds.py`` sees to that.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any
from uuid import uuid4

import msgspec

from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector
from agentconsole.connectors.api import Connector, ConnectorError, Receipt, Send, Unanswered
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.rt.connector import RequestTrackerConnector
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.connectors.zendesk_dialect.desk import DialectDesk
from agentconsole.domain.records import Page
from agentconsole.domain.values import OutboxState
from agentconsole.store import drafts, driver, pages, projecting
from agentconsole.store.outbox import OutboxStore
from agentconsole.store.writer import Urgency, Writer
from agentconsole.sync import push
from agentconsole.sync.push import Pusher

Sending = Callable[[Any, Send], Awaitable[Receipt]]
"""How a connector, the first of the two, sends."""


def sends_again_unasked() -> None:
    """A lost answer is answered by sending once more, under another key."""

    async def again(once: Sending, desk: Any, send: Send) -> Receipt:
        try:
            return await once(desk, send)
        except Unanswered:
            return await once(desk, msgspec.structs.replace(send, key=uuid4().hex))

    _replace_sending(again)


def never_looks() -> None:
    """What was never answered counts as not arrived; and no key tells the help desk that it has heard it before."""
    write = HttpClient.write

    async def keyless(self: HttpClient, *arguments: Any, key: str | None = None, **more: Any) -> Any:
        return await write(self, *arguments, key=uuid4().hex, **more)

    async def settle(_self: Connector, _send: Send) -> None:
        return None

    _replace(HttpClient, "write", keyless)
    for connector in (AgentConsoleConnector, ZendeskConnector, RequestTrackerConnector):
        _replace(connector, "settle", settle)
    deliver = Pusher._deliver

    async def unseen(self: Pusher, item: Any) -> bool:
        return await deliver(self, msgspec.structs.replace(item, attempts=0))

    _replace(Pusher, "_deliver", unseen)


def forgets_what_was_under_way() -> None:
    """What a killed console was sending counts as sent."""

    def recover(self: OutboxStore) -> Future[int]:
        return self._writer.submit(
            Urgency.PUSH,
            lambda tx: tx.db.execute("UPDATE outbox SET state = 'sent', ended_at = 0 WHERE state = 'sending'").rowcount,
            "push",
        )

    _replace(OutboxStore, "recover", recover)


def marks_before_it_sends() -> None:
    """A change is marked as sent first, and sent then."""

    async def trusting(once: Sending, desk: Any, send: Send) -> Receipt:
        try:
            return await once(desk, send)
        except ConnectorError:
            return Receipt(ticket=send.ticket or "0", page=Page())

    _replace_sending(trusting)


def tells_too_early() -> None:
    """An agent is told that their change is saved when it was only handed on."""
    submit = Writer.submit

    def early(self: Writer, urgency: Urgency, work: Callable[[Any], Any], initiator: str) -> Future[Any]:
        real = submit(self, urgency, work, initiator)
        if initiator != "agent":
            return real
        told: Future[Any] = Future()
        with contextlib.suppress(TimeoutError):
            told.set_result(real.result(0.0005))
        if not told.done():
            told.set_result("")
        return told

    _replace(Writer, "submit", early)


def does_not_sync() -> None:
    """Nothing is forced to the disk, neither by the database nor otherwise: only a power failure shows."""
    _replace(os, "fsync", lambda _handle: None)
    connect = driver.connect

    def lazy(*arguments: Any, **more: Any) -> Any:
        return _Lazy(connect(*arguments, **more))

    for module in (driver, __import__("agentconsole.store.writer", fromlist=["driver"]).driver):
        _replace(module, "connect", lazy)


class _Lazy:
    """A connection that hears nothing of syncing."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def execute(self, statement: str, *arguments: Any) -> Any:
        if statement.startswith("PRAGMA synchronous"):
            statement = "PRAGMA synchronous = OFF"
        return self._inner.execute(statement, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def overwrites_blindly() -> None:
    """Whatever stands at the help desk, the agent's values replace it."""
    _replace(push, "rebased", lambda command, _theirs: (command, ()))


def sends_what_is_stale() -> None:
    """Nobody looks whether somebody has written since."""
    _replace(push, "written_since", lambda *_arguments: ())


def loses_files() -> None:
    """Comments go without their files."""

    _replace(push, "_files_of", lambda _command: ())


def mixes_up_the_order() -> None:
    """Of what waits for one ticket, the newest goes first."""
    head_of = OutboxStore.head_of

    def newest(self: OutboxStore, ticket: int, now: int) -> Any:
        head = head_of(self, ticket, now)
        rows = [row for row in self.rows() if row.ticket == ticket and row.state is OutboxState.QUEUED]
        return self.get(rows[-1].key) if head is not None and rows else head

    _replace(OutboxStore, "head_of", newest)


def drops_drafts() -> None:
    """A draft that grew over what came meanwhile loses its beginning."""
    keep = drafts.keep_draft

    def cut(tx: Any, ticket: int, body: str, **more: Any) -> None:
        keep(tx, ticket, body[-20:], **more)

    _replace(drafts, "keep_draft", cut)


def forgets_to_index() -> None:
    """Words of what was pulled are not found."""
    _replace(projecting, "unindex", lambda *_arguments: None)
    _replace(projecting, "index", lambda *_arguments: None)
    _replace(__import__("agentconsole.store.conversing", fromlist=["index"]), "index", lambda *_arguments: None)


def skips_pages() -> None:
    """A pull keeps its cursor and loses every third page."""
    apply = pages.Pages.apply
    count = 0

    def skipping(self: pages.Pages, page: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        if count % 3 == 0 and more.get("stream"):
            page = msgspec.structs.replace(page, tickets=(), comments=())
        return apply(self, page, **more)

    _replace(pages.Pages, "apply", skipping)


def _replace_sending(by: Callable[[Sending, Any, Send], Awaitable[Receipt]]) -> None:
    """Have all connectors send by *by*, which is given how they send."""
    for connector in (DialectDesk, RequestTrackerConnector):
        once: Sending = connector.send

        async def send(self: Any, send: Send, once: Sending = once) -> Receipt:
            return await by(once, self, send)

        _replace(connector, "send", send)


def _replace(where: Any, name: str, by: Any) -> None:
    if not hasattr(where, name):
        raise AttributeError(f"there is no {name} to break in {where}: the code has moved on")
    setattr(where, name, by)


BREAKAGES: dict[str, Callable[[], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        sends_again_unasked,
        never_looks,
        forgets_what_was_under_way,
        marks_before_it_sends,
        tells_too_early,
        does_not_sync,
        overwrites_blindly,
        sends_what_is_stale,
        loses_files,
        mixes_up_the_order,
        drops_drafts,
        forgets_to_index,
        skips_pages,
    )
}
"""By the name that ``--break`` takes."""
