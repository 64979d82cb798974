"""Zendesk as it is to an agent under test: exports refused, deleted tickets, keys remembered for new tickets only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref, Status
from tests.connectors.contract.desks.dialect_crowd import DialectCrowd, estranged
from tests.connectors.contract.harness import Cast, Said, Standing
from tests.connectors.contract.wire import FaultyWire
from tests.support.desk import Time
from tests.support.desks.zendesk.account import ACME, ADMIN, AGENT, AREA, BACK, CUSTOMER, FRONT, Account, Ticket
from tests.support.desks.zendesk.server import BASE, ZendeskServer

NAMES = {"assignee": "assignee_id", "group": "group_id", "requester": "requester_id", "organization": "organization_id"}


class ZendeskDesk:
    """One account, asked in this process. What it lets pass to a client's harm fails the test at its end."""

    kind = "zendesk"

    def __init__(self, folder: Path) -> None:
        del folder  # an account in memory has no use for one
        self._time = Time()
        self._account = Account(self._time.now)
        self._server = ZendeskServer(self._account)
        self.wire = FaultyWire(httpx.ASGITransport(app=self._server))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            assert not self._server.sins

    @property
    def cast(self) -> Cast:
        return Cast(
            me=str(AGENT),
            colleague=str(ADMIN),
            customer=str(CUSTOMER),
            group=str(FRONT),
            other_group=str(BACK),
            field=str(AREA),
            values=("dns", "mail"),
        )

    def now(self) -> Instant:
        return self._time.instant()

    async def pass_time(self, seconds: float) -> None:
        self._time.pass_(seconds)

    def connector(self, *, secret: str | None = None, transport: httpx.AsyncBaseTransport | None = None) -> Connector:
        http = HttpClient(
            BASE,
            email_token("ben@desk.example", secret or self._server.token),
            transport=transport or self.wire,
            clock=self._time.instant,
            seconds=self._time.seconds,
            sleep=self._time.sleep,
        )
        return ZendeskConnector(http, self._time.sleep, self._time.seconds, self._time.instant)

    async def open_ticket(self, subject: str, body: str, *, tags: tuple[str, ...] = ()) -> Ref:
        given = {"subject": subject, "comment": {"body": body, "public": True}, "group_id": FRONT, "tags": list(tags)}
        ticket = self._account.create(given, CUSTOMER, channel="web")
        ticket.values["organization_id"] = ACME
        self._time.pass_(1)
        return str(ticket.id)

    async def customer_writes(self, ticket: Ref, body: str, files: Mapping[str, bytes] | None = None) -> None:
        tokens = []
        for name, content in (files or {}).items():
            tokens.append(f"token-of-{name}")
            self._account.files[tokens[-1]] = (name, "text/plain", content)
        self._change(ticket, {"comment": {"body": body, "public": True, "uploads": tokens}}, CUSTOMER)

    async def colleague_writes(self, ticket: Ref, body: str, *, public: bool) -> None:
        self._change(ticket, {"comment": {"body": body, "public": public}})

    async def colleague_sets(self, ticket: Ref, values: Mapping[str, Any]) -> None:
        change: dict[str, Any] = {}
        for name, value in values.items():
            if name == "field":
                change["custom_fields"] = [{"id": AREA, "value": value}]
            else:
                change[NAMES.get(name, name)] = int(value) if name in NAMES and value else value
        self._change(ticket, change)

    async def colleague_tags(self, ticket: Ref, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        now = set(self._ticket(ticket).values["tags"])
        self._change(ticket, {"tags": sorted((now | set(add)) - set(remove))})

    async def delete(self, ticket: Ref) -> None:
        self._time.pass_(1)
        self._account.delete(self._ticket(ticket))
        self._time.pass_(1)

    async def merge(self, source: Ref, into: Ref) -> None:
        self._time.pass_(1)
        self._account.merge(self._ticket(source), self._ticket(into), ADMIN)
        self._time.pass_(1)

    async def standing(self, ticket: Ref) -> Standing:
        row = self._ticket(ticket)
        values = row.values
        return Standing(
            subject=values["subject"],
            status=Status(values["status"]),
            priority=values["priority"],
            assignee=_ref(values["assignee_id"]),
            group=_ref(values["group_id"]),
            tags=frozenset(values["tags"]),
            custom=values["custom_fields"][AREA],
            comments=tuple(self._said(comment) for comment in row.comments),
            requester_email=self._account.user(values["requester_id"])["email"],
        )

    async def newest(self) -> Ref:
        return str(max(self._account.tickets))

    def estrange(self, body: Any) -> Any:
        return estranged(body)

    def crowd(self, count: int) -> httpx.AsyncBaseTransport:
        return DialectCrowd(count, self._time.now())

    def _ticket(self, ref: Ref) -> Ticket:
        return self._account.tickets[int(ref)]

    def _change(self, ref: Ref, change: dict[str, Any], author: int = ADMIN) -> None:
        self._time.pass_(1)
        self._account.change(self._ticket(ref), change, author)
        self._time.pass_(1)

    def _said(self, comment: dict[str, Any]) -> Said:
        tokens = {each["file_name"]: each["content_url"].split("/")[-2] for each in comment["attachments"]}
        files = {name: self._account.files[token][2] for name, token in tokens.items()}
        return Said(public=comment["public"], body=comment["body"], files=files)


def _ref(value: int | None) -> Ref | None:
    return None if value is None else str(value)
