"""The real Request Tracker for the contract suite: customers write by mail, colleagues by REST2 as themselves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.rt import records
from agentconsole.connectors.rt.connector import RequestTrackerConnector
from agentconsole.connectors.rt.opening import IDLE
from agentconsole.connectors.rt.signing import PasswordSession
from agentconsole.domain.instant import SECOND, Instant, to_iso
from agentconsole.domain.values import Ref, Status
from tests.connectors.contract.desks.rt_crowd import RequestTrackerCrowd
from tests.connectors.contract.harness import Cast, Said, Standing
from tests.connectors.contract.wire import FaultyWire
from tests.support.rt.hands import CUSTOMER, Hands, empty
from tests.support.rt.server import AGENT, COLLEAGUE, ROOT, RequestTracker

_STATUSES = {
    Status.NEW: "new",
    Status.OPEN: "open",
    Status.PENDING: "stalled",
    Status.HOLD: "waiting for vendor",
    Status.SOLVED: "resolved",
}
_OURS = {word: status for status, word in _STATUSES.items()} | {"rejected": Status.SOLVED, "escalated": Status.OPEN}
_PRIORITIES = {"low": "0", "normal": "50", "high": "75", "urgent": "100"}


class RequestTrackerDesk:
    """A running RT without tickets. Its clock is the real one; what the console takes for it can be moved on."""

    kind = "rt"

    def __init__(self, server: RequestTracker) -> None:
        self._server = server
        self.hands = Hands(server)
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(keepalive_expiry=IDLE))
        self.wire = FaultyWire(self._inner, _is_write, _is_no_sign_in)
        self._passed = 0

    async def __aenter__(self) -> Self:
        empty(self._server)
        ids = {name: await self.hands.id_of(name) for name in (AGENT.name, COLLEAGUE.name, CUSTOMER)}
        known = self._server.ids
        if "Support" not in known:
            queues = await self.hands.as_(ROOT, "GET", "/queues/all", fields="Name,id")
            known |= {queue["Name"]: str(queue["id"]) for queue in queues["items"]}
            fields = await self.hands.as_(ROOT, "GET", f"/queue/{known['Support']}")
            known |= {each["name"]: str(each["id"]) for each in fields["TicketCustomFields"]}
        self._cast = Cast(
            me=ids[AGENT.name],
            colleague=ids[COLLEAGUE.name],
            customer=ids[CUSTOMER],
            group=known["Support"],
            other_group=known["Escalations"],
            field=known["Plan"],
            values=("gold", "silver"),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hands.close()
        await self._inner.aclose()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def cast(self) -> Cast:
        return self._cast

    def now(self) -> Instant:
        return time.time_ns() // 1000 + self._passed

    async def pass_time(self, seconds: float) -> None:
        self._passed += int(seconds * SECOND)

    def connector(self, *, secret: str | None = None, transport: httpx.AsyncBaseTransport | None = None) -> Connector:
        http = HttpClient(
            self._server.url,
            PasswordSession(AGENT.name, secret or AGENT.password),
            transport=transport or self.wire,
            clock=self.now,
            seconds=self._seconds,
            sleep=self.pass_time,
        )
        return RequestTrackerConnector(http, AGENT.name, sleep=self.pass_time, seconds=self._seconds, clock=self.now)

    def _seconds(self) -> float:
        return self.now() / SECOND

    async def open_ticket(self, subject: str, body: str, *, tags: tuple[str, ...] = ()) -> Ref:
        await self.hands.mail(subject, body)
        ref = await self.hands.newest()
        if tags:
            await self.hands.set(ref, {"CustomFields": {"Tags": list(tags)}}, ROOT)
        return ref

    async def customer_writes(self, ticket: Ref, body: str, files: Mapping[str, bytes] | None = None) -> None:
        await self.hands.mail(f"Re: [rt.example #{ticket}]", body, files)

    async def colleague_writes(self, ticket: Ref, body: str, *, public: bool) -> None:
        await self.hands.write(ticket, body, public=public)

    async def colleague_sets(self, ticket: Ref, values: Mapping[str, Any]) -> None:
        change: dict[str, Any] = {}
        for name, value in values.items():
            match name:
                case "field":
                    change["CustomFields"] = {"Plan": value}
                case "status":
                    change["Status"] = _STATUSES[Status(value)]
                case "priority":
                    change["Priority"] = _PRIORITIES[value]
                case "assignee":
                    change["Owner"] = value or "Nobody"
                case "group":
                    change["Queue"] = value
                case "due_at":
                    change["Due"] = to_iso(value)
                case "requester":
                    change["Requestor"] = [value]
                case _:
                    change[name.capitalize()] = value
        await self.hands.set(ticket, change)

    async def colleague_tags(self, ticket: Ref, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        row = await self.hands.as_(ROOT, "GET", f"/ticket/{ticket}")
        now = set(_field(row, "Tags"))
        await self.hands.set(ticket, {"CustomFields": {"Tags": sorted((now | set(add)) - set(remove))}})

    async def delete(self, ticket: Ref) -> None:
        await self.hands.set(ticket, {"Status": "deleted"})

    async def merge(self, source: Ref, into: Ref) -> None:
        await self.hands.set(source, {"MergeInto": int(into)})

    async def standing(self, ticket: Ref) -> Standing:
        row = await self.hands.as_(ROOT, "GET", f"/ticket/{ticket}")
        requester = next((each["id"] for each in row["Requestor"]), "")
        owner = row["Owner"]["id"]
        return Standing(
            subject=row["Subject"],
            status=_OURS[row["Status"]],
            priority=str(records.priority_of(row["Priority"])),
            assignee=None if owner == "Nobody" else await self.hands.id_of(owner),
            group=str(row["Queue"]["id"]),
            tags=frozenset(_field(row, "Tags")),
            custom=next(iter(_field(row, "Plan")), None),
            comments=tuple(Said(**said) for said in await self.hands.said(ticket)),
            requester_email=requester,
        )

    async def newest(self) -> Ref:
        return await self.hands.newest()

    def estrange(self, body: Any) -> Any:
        return _estranged(body)

    def crowd(self, count: int) -> httpx.AsyncBaseTransport:
        return RequestTrackerCrowd(count, self._cast)


def _field(row: dict[str, Any], name: str) -> list[str]:
    return next((list(each["values"]) for each in row["CustomFields"] if each["name"] == name), [])


def _is_write(request: httpx.Request) -> bool:
    return request.method in ("POST", "PUT", "DELETE")


def _is_no_sign_in(request: httpx.Request) -> bool:
    return "/NoAuth/" not in request.url.path and not request.url.path.endswith("/REST/2.0/rt")


def _estranged(value: Any) -> Any:
    if isinstance(value, list):
        return [_estranged(each) for each in value]
    if not isinstance(value, dict):
        return value
    strange = {name: _estranged(each) for name, each in value.items()}
    if "Subject" in strange and "Status" in strange:
        strange |= {"Status": "Sent to the moon", "SLA": None, "Told": None, "Due": "", "Resolved": None}
        strange["CustomFields"] = [
            {"id": "2", "name": "Tier", "values": None, "type": "customfield"},
            {"id": "901", "name": "Nested", "values": [{"content_type": "image/png", "filename": "a.png"}, None]},
            {"id": "902", "name": None, "values": "not a list"},
        ]
        strange["Weight"] = {"kg": [1, 2, 3]}
    if strange.get("type") == "transaction":
        strange |= {"Reason": ["new", {"in": "5.9"}], "TimeTaken": None, "Data": None}
    if "items" in strange:
        strange |= {"took": 0.3, "prev_page": None}
    return strange
