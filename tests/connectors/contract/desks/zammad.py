"""The fake Zammad for the contract suite."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import token_field
from agentconsole.connectors.plain_rest.plain_text import text_of
from agentconsole.connectors.zammad.connector import ZammadConnector
from agentconsole.domain.instant import Instant, from_datetime, to_iso
from agentconsole.domain.values import Ref, Status
from tests.connectors.contract.harness import Cast, Said, Standing
from tests.connectors.contract.wire import FaultyWire
from tests.support.desks.zammad import world as zammad
from tests.support.desks.zammad.app import ZammadApi
from tests.support.desks.zammad.crowd import ZammadCrowd

_STATES = {
    Status.NEW: zammad.NEW,
    Status.OPEN: zammad.OPEN,
    Status.PENDING: zammad.REMINDER,
    Status.HOLD: zammad.HOLD,
    Status.SOLVED: zammad.CLOSED,
}
_PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
_OF_TYPE = {
    "new": Status.NEW,
    "open": Status.OPEN,
    "pending reminder": Status.PENDING,
    "pending action": Status.PENDING,
    "closed": Status.SOLVED,
    "merged": Status.CLOSED,
}


class ZammadDesk:
    """One fake Zammad whose clock moves only when told to."""

    kind = "zammad"

    def __init__(self, at: datetime = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)) -> None:
        self.at = at
        self.world = zammad.ZammadWorld(lambda: self.at)
        self.world.priorities[4] = "4 urgent"
        self.api = ZammadApi(self.world)
        self._inner = httpx.ASGITransport(app=self.api.app)
        self.wire = FaultyWire(self._inner, _changes_something)
        self.connectors: list[ZammadConnector] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connector in self.connectors:
            await connector.close()
        await self._inner.aclose()

    @property
    def cast(self) -> Cast:
        return Cast(
            me=str(zammad.BEN),
            colleague=str(zammad.ADA),
            customer=str(zammad.DAN),
            group=str(zammad.FRONT),
            other_group=str(zammad.BACK),
            field="area",
            values=("dns", "mail"),
        )

    def now(self) -> Instant:
        return from_datetime(self.at)

    def _seconds(self) -> float:
        return self.at.timestamp()

    async def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def connector(
        self, *, secret: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> ZammadConnector:
        http = HttpClient(
            "http://zammad.test",
            token_field(secret or "ben-token"),
            transport=transport or self.wire,
            clock=self.now,
            seconds=self._seconds,
            sleep=self.pass_time,
        )
        connector = ZammadConnector(http, self._seconds, self.now, self.pass_time)
        self.connectors.append(connector)
        return connector

    async def open_ticket(self, subject: str, body: str, *, tags: tuple[str, ...] = ()) -> Ref:
        await self.pass_time(1)
        article = {"body": body, "type": "email", "to": "help@desk.example", "sender": "Customer"}
        said = {"title": subject, "group_id": zammad.FRONT, "customer_id": zammad.DAN, "tags": ",".join(tags)}
        row = self.world.create(zammad.DAN, {**said, "article": article})
        await self.pass_time(1)
        return str(row["id"])

    async def customer_writes(self, ticket: Ref, body: str, files: Mapping[str, bytes] | None = None) -> None:
        await self._write(zammad.DAN, ticket, body, "Customer", files=files)

    async def colleague_writes(self, ticket: Ref, body: str, *, public: bool) -> None:
        await self._write(zammad.ADA, ticket, body, "Agent", internal=not public)

    async def _write(
        self,
        who: int,
        ticket: Ref,
        body: str,
        sender: str,
        *,
        internal: bool = False,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        await self.pass_time(1)
        attachments = [
            {"filename": name, "mime-type": "text/plain", "data": base64.b64encode(content).decode()}
            for name, content in (files or {}).items()
        ]
        kind = "note" if internal else "email"
        said = {"body": body, "type": kind, "to": "help@desk.example", "sender": sender, "internal": internal}
        self.world.write(who, int(ticket), {**said, "attachments": attachments})
        await self.pass_time(1)

    async def colleague_sets(self, ticket: Ref, values: Mapping[str, Any]) -> None:
        await self.pass_time(1)
        body: dict[str, Any] = {}
        for name, value in values.items():
            match name:
                case "status":
                    body["state_id"] = _STATES[Status(value)]
                    if value == Status.PENDING:
                        body["pending_time"] = to_iso(self.now() + 86_400_000_000)
                case "priority":
                    body["priority_id"] = _PRIORITIES[value]
                case "assignee":
                    body["owner_id"] = int(value) if value else zammad.NOBODY
                case "group":
                    body["group_id"] = int(value)
                case "requester":
                    body["customer_id"] = int(value)
                case "subject":
                    body["title"] = value
                case _:
                    body["area"] = value
        self.world.update(zammad.ADA, int(ticket), body)
        await self.pass_time(1)

    async def colleague_tags(self, ticket: Ref, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        await self.pass_time(1)
        for name in add:
            self.world.tag(zammad.ADA, int(ticket), name, add=True)
        for name in remove:
            self.world.tag(zammad.ADA, int(ticket), name, add=False)
        await self.pass_time(1)

    async def delete(self, ticket: Ref) -> None:
        await self.pass_time(1)
        self.world.delete(int(ticket))

    async def merge(self, source: Ref, into: Ref) -> None:
        await self.pass_time(1)
        number = self.world.tickets[int(into)]["number"]
        assert self.world.merge(zammad.ADA, int(source), number)["result"] == "success"
        await self.pass_time(1)

    async def standing(self, ticket: Ref) -> Standing:
        row = self.world.tickets[int(ticket)]
        name, kind = zammad.STATES[row["state_id"]]
        return Standing(
            subject=row["title"],
            status=Status.HOLD if name == "on hold" else _OF_TYPE[kind],
            priority=next(word for word, number in _PRIORITIES.items() if number == row["priority_id"]),
            assignee=None if row["owner_id"] == zammad.NOBODY else str(row["owner_id"]),
            group=str(row["group_id"]),
            tags=frozenset(self.world.tags[int(ticket)]),
            custom=row["area"],
            comments=tuple(self._said(each) for each in self.world.articles_of(int(ticket))),
            requester_email=self.world.users[row["customer_id"]]["email"],
        )

    def _said(self, article: zammad.Wire) -> Said:
        body = text_of(article["body"]) if "html" in article["content_type"] else article["body"]
        files = {each["filename"]: self.world.files[each["id"]] for each in article["attachments"]}
        return Said(not article["internal"], body, files)

    async def newest(self) -> Ref:
        return str(max(self.world.tickets))

    def estrange(self, body: Any) -> Any:
        if isinstance(body, list):
            return [self.estrange(each) for each in body] + (_moon() if _are_states(body) else [])
        if not isinstance(body, dict):
            return body
        row = {name: self.estrange(value) for name, value in body.items()}
        if "state_id" in row and "customer_id" in row:
            row |= {"state_id": 99, "state": "Sent to the moon", "type": None, "note": None, "organization_id": None}
            row |= {"rocket": {"stages": [1, 2]}, "crew": [1, {"name": "Laika"}], "thrust": 7.6, "preferences": None}
        elif "sender_id" in row and "body" in row:
            row |= {"cc": None, "reply_to": None, "preferences": None, "detected_language": "en", "reactions": [{}]}
        elif "firstname" in row:
            row |= {"phone": None, "preferences": None, "note": None, "lastname": row["lastname"] or None, "badge": {}}
        return row | {"later_version": {"of": "the vendor"}} if "id" in row else row

    def crowd(self, count: int) -> httpx.AsyncBaseTransport:
        return ZammadCrowd(count, self.at - timedelta(days=1))


def _moon() -> list[Any]:
    return [{"id": 99, "name": "Sent to the moon", "state_type_id": 42, "state_type": "lunar", "active": None}]


def _are_states(rows: list[Any]) -> bool:
    return bool(rows) and isinstance(rows[0], dict) and "state_type_id" in rows[0]


def _changes_something(request: httpx.Request) -> bool:
    return request.method != "GET" and not request.url.path.endswith("/search")
