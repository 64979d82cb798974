"""The fake Freshdesk for the contract suite."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from agentconsole.connectors.freshdesk.connector import FreshdeskConnector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import api_key
from agentconsole.connectors.plain_rest.plain_text import markup_of, text_of
from agentconsole.domain.instant import Instant, from_datetime
from agentconsole.domain.values import Ref, Status
from tests.connectors.contract.harness import Cast, Said, Standing
from tests.connectors.contract.wire import FaultyWire
from tests.support.desks.freshdesk import world as freshdesk
from tests.support.desks.freshdesk.app import FreshdeskApi
from tests.support.desks.freshdesk.crowd import FreshdeskCrowd

_NUMBERS = {
    Status.NEW: freshdesk.OPEN,
    Status.OPEN: freshdesk.OPEN,
    Status.PENDING: freshdesk.PENDING,
    Status.HOLD: freshdesk.THIRD_PARTY,
    Status.SOLVED: freshdesk.RESOLVED,
}
_STATUSES = {
    freshdesk.OPEN: Status.OPEN,
    freshdesk.PENDING: Status.PENDING,
    freshdesk.WAITING: Status.PENDING,
    freshdesk.THIRD_PARTY: Status.HOLD,
    freshdesk.RESOLVED: Status.SOLVED,
    freshdesk.CLOSED: Status.SOLVED,
}
_PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
_NAMES = {"assignee": "responder_id", "group": "group_id", "requester": "requester_id"}


class FreshdeskDesk:
    """One fake Freshdesk whose clock moves only when told to."""

    kind = "freshdesk"

    def __init__(self, at: datetime = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)) -> None:
        self.at = at
        self.world = freshdesk.FreshdeskWorld(lambda: self.at)
        self.api = FreshdeskApi(self.world)
        self._inner = httpx.ASGITransport(app=self.api.app)
        self.wire = FaultyWire(self._inner)
        self.connectors: list[FreshdeskConnector] = []

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
            me=str(freshdesk.BEN),
            colleague=str(freshdesk.ADA),
            customer=str(freshdesk.DAN),
            group=str(freshdesk.FRONT),
            other_group=str(freshdesk.BACK),
            field="cf_area",
            values=("DNS", "Mail"),
        )

    def now(self) -> Instant:
        return from_datetime(self.at)

    def _seconds(self) -> float:
        return self.at.timestamp()

    async def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def connector(
        self, *, secret: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> FreshdeskConnector:
        http = HttpClient(
            "http://freshdesk.test",
            api_key(secret or "ben-key"),
            transport=transport or self.wire,
            clock=self.now,
            seconds=self._seconds,
            sleep=self.pass_time,
        )
        connector = FreshdeskConnector(http, self._seconds, self.now, self.pass_time)
        self.connectors.append(connector)
        return connector

    async def open_ticket(self, subject: str, body: str, *, tags: tuple[str, ...] = ()) -> Ref:
        await self.pass_time(1)
        said = {"subject": subject, "description": markup_of(body), "status": 2, "priority": 2, "source": 1}
        row = self.world.create({**said, "group_id": freshdesk.FRONT, "tags": list(tags)}, author=freshdesk.DAN)
        await self.pass_time(1)
        return str(row["id"])

    async def customer_writes(self, ticket: Ref, body: str, files: Mapping[str, bytes] | None = None) -> None:
        await self.pass_time(1)
        sent = [(name, "text/plain", content) for name, content in (files or {}).items()]
        self.world.say(int(ticket), freshdesk.DAN, markup_of(body), incoming=True, files=sent)
        await self.pass_time(1)

    async def colleague_writes(self, ticket: Ref, body: str, *, public: bool) -> None:
        await self.pass_time(1)
        source = 0 if public else 2
        self.world.say(int(ticket), freshdesk.ADA, markup_of(body), private=not public, source=source)
        await self.pass_time(1)

    async def colleague_sets(self, ticket: Ref, values: Mapping[str, Any]) -> None:
        await self.pass_time(1)
        body: dict[str, Any] = {}
        for name, value in values.items():
            match name:
                case "status":
                    body["status"] = _NUMBERS[Status(value)]
                case "priority":
                    body["priority"] = _PRIORITIES[value]
                case "subject" | "type":
                    body[name] = value
                case "assignee" | "group" | "requester":
                    body[_NAMES[name]] = int(value) if value else None
                case _:
                    body["custom_fields"] = {"cf_area": value}
        self.world.update(int(ticket), body)
        await self.pass_time(1)

    async def colleague_tags(self, ticket: Ref, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        await self.pass_time(1)
        has = self.world.tickets[int(ticket)]["tags"]
        self.world.update(int(ticket), {"tags": [tag for tag in (*has, *add) if tag not in remove]})
        await self.pass_time(1)

    async def delete(self, ticket: Ref) -> None:
        await self.pass_time(1)
        self.world.delete(int(ticket))
        await self.pass_time(1)

    async def merge(self, source: Ref, into: Ref) -> None:
        await self.pass_time(1)
        self.world.merge({"primary_id": int(into), "ticket_ids": [int(source)]})
        await self.pass_time(1)

    async def standing(self, ticket: Ref) -> Standing:
        row = self.world.tickets[int(ticket)]
        first = Said(True, text_of(row["description"]), self._files(row))
        rest = tuple(
            Said(not each["private"], text_of(each["body"]), self._files(each))
            for each in self.world.conversations_of(int(ticket))
        )
        person = self.world.contacts.get(row["requester_id"])
        return Standing(
            subject=row["subject"],
            status=_STATUSES[row["status"]],
            priority=next(word for word, number in _PRIORITIES.items() if number == row["priority"]),
            assignee=None if row["responder_id"] is None else str(row["responder_id"]),
            group=None if row["group_id"] is None else str(row["group_id"]),
            tags=frozenset(row["tags"]),
            custom=row["custom_fields"]["cf_area"],
            comments=(first, *rest),
            requester_email=person["email"] if person is not None else "",
        )

    def _files(self, row: freshdesk.Wire) -> dict[str, bytes]:
        return {each["name"]: self.world.files[each["id"]] for each in row["attachments"]}

    async def newest(self) -> Ref:
        return str(max(self.world.tickets))

    def estrange(self, body: Any) -> Any:
        if isinstance(body, list):
            return [self.estrange(each) for each in body]
        if not isinstance(body, dict):
            return body
        row = {name: self.estrange(value) for name, value in body.items()}
        if "responder_id" in row and "status" in row:
            row |= {"status": 99, "type": None, "company_id": None, "product_id": None, "tags": row.get("tags") or None}
            row |= {
                "custom_fields": {"cf_rocket": {"stages": [1, 2]}, "cf_crew": [1, {"name": "Laika"}], "cf_area": None}
            }
            row |= {"source": 4711, "sentiment": {"score": 7}, "stats": None, "due_by": None}
        elif row.get("type") == "default_status":
            row["choices"] = {**row["choices"], "99": ["Sent to the moon", "Gone"], "lunar": None}
        elif "user_id" in row:
            row |= {"source": None, "cc_emails": None, "category": 3, "reactions": [{}], "last_edited_at": None}
        elif "name" in row and "email" in row:
            row |= {"phone": None, "time_zone": "Mare Tranquillitatis", "badge": {}, "tags": None}
        return row | {"later_version": {"of": "the vendor"}} if "id" in row else row

    def crowd(self, count: int) -> httpx.AsyncBaseTransport:
        return FreshdeskCrowd(count, self.at - timedelta(days=1))
