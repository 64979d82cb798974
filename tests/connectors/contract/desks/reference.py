"""The reference server under test, spoken to as itself and as any server of Zendesk's dialect."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from agentconsole.connectors.agentconsole.connector import AgentConsoleConnector
from agentconsole.connectors.api import Connector
from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref, Status
from agentconsole.server.database import Database
from tests.connectors.contract.desks.dialect_crowd import DialectCrowd, estranged
from tests.connectors.contract.harness import Cast, Said, Standing
from tests.connectors.contract.wire import FaultyWire
from tests.support import account
from tests.support.desk import Desk, Time, copy_account

FIELD = "41"
NAMES = {"assignee": "assignee_id", "group": "group_id", "requester": "requester_id", "organization": "organization_id"}


class ReferenceDesk:
    """The small account of the reference server. *kind* is the connector that speaks to it, *who* signs in."""

    def __init__(self, account_file: Path, folder: Path, kind: str, who: str = "ben") -> None:
        self.kind = kind
        self._who = who
        self._colleague = "ben" if who == "ada" else "ada"
        self._account_file = account_file
        self._file = folder / "server.db"
        self._time = Time()
        self._database: Database | None = None

    async def __aenter__(self) -> Self:
        self._database = copy_account(self._account_file, self._file, self._time)
        self._desk = Desk(self._database, self._time)
        self._desk.wire.forgets_keys = self.kind == "zendesk"
        self.wire = FaultyWire(self._desk.wire)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()

    @property
    def cast(self) -> Cast:
        people = {"ada": account.ADA, "ben": account.BEN}
        return Cast(
            me=str(people[self._who]),
            colleague=str(account.BEN if self._who == "ada" else account.ADA),
            customer=str(account.DAN),
            group=str(account.FRONT),
            other_group=str(account.BACK),
            field=FIELD,
            values=("dns", None),
        )

    def now(self) -> Instant:
        return self._time.instant()

    async def pass_time(self, seconds: float) -> None:
        self._time.pass_(seconds)

    def connector(self, *, secret: str | None = None, transport: httpx.AsyncBaseTransport | None = None) -> Connector:
        http = HttpClient(
            "http://desk.test",
            email_token(f"{self._who}@desk.example", secret or f"{self._who}-token"),
            transport=transport or self.wire,
            clock=self._time.instant,
            seconds=self._time.seconds,
            sleep=self._time.sleep,
        )
        if self.kind == "zendesk":
            return ZendeskConnector(http, self._time.sleep, self._time.seconds, self._time.instant)
        return AgentConsoleConnector(http, self._time.sleep)

    async def open_ticket(self, subject: str, body: str, *, tags: tuple[str, ...] = ()) -> Ref:
        ticket = {
            "subject": subject,
            "comment": {"body": body, "author_id": account.DAN},
            "requester_id": account.DAN,
            "group_id": account.FRONT,
            "tags": list(tags),
        }
        said = await self._desk.as_("ada", "POST", "/tickets.json", {"ticket": ticket})
        return str(said["ticket"]["id"])

    async def customer_writes(self, ticket: Ref, body: str, files: Mapping[str, bytes] | None = None) -> None:
        tokens = [await self._upload(name, content) for name, content in (files or {}).items()]
        comment = {"body": body, "public": True, "author_id": account.DAN, "uploads": tokens}
        await self._change(ticket, {"comment": comment})

    async def colleague_writes(self, ticket: Ref, body: str, *, public: bool) -> None:
        await self._change(ticket, {"comment": {"body": body, "public": public}})

    async def colleague_sets(self, ticket: Ref, values: Mapping[str, Any]) -> None:
        change: dict[str, Any] = {}
        for name, value in values.items():
            if name == "field":
                change["custom_fields"] = [{"id": int(FIELD), "value": value}]
            else:
                change[NAMES.get(name, name)] = int(value) if name in NAMES and value else value
        await self._change(ticket, change)

    async def colleague_tags(self, ticket: Ref, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        if add:
            await self._as_colleague("PUT", f"/tickets/{ticket}/tags.json", {"tags": list(add)})
        if remove:
            await self._as_colleague("DELETE", f"/tickets/{ticket}/tags.json", {"tags": list(remove)})

    async def delete(self, ticket: Ref) -> None:
        await self._desk.as_("ada", "DELETE", f"/tickets/{ticket}.json")

    async def merge(self, source: Ref, into: Ref) -> None:
        await self._desk.as_("ada", "POST", f"/tickets/{into}/merge.json", {"ids": [int(source)]})

    async def standing(self, ticket: Ref) -> Standing:
        row = await self._desk.ticket(ticket)
        said = await self._desk.as_("ada", "GET", f"/tickets/{ticket}/comments.json")
        users = await self._desk.as_("ada", "GET", f"/users/{row['requester_id']}.json")
        custom = {each["id"]: each["value"] for each in row["custom_fields"]}
        return Standing(
            subject=row["subject"],
            status=Status(row["status"]),
            priority=row["priority"],
            assignee=_ref(row["assignee_id"]),
            group=_ref(row["group_id"]),
            tags=frozenset(row["tags"]),
            custom=custom.get(int(FIELD)),
            comments=tuple([await self._said(comment) for comment in said["comments"]]),
            requester_email=users["user"]["email"] or "",
        )

    async def newest(self) -> Ref:
        said = await self._desk.as_("ada", "GET", "/tickets.json?sort=-id&page[size]=1")
        return str(said["tickets"][0]["id"])

    def estrange(self, body: Any) -> Any:
        return estranged(body)

    def crowd(self, count: int) -> httpx.AsyncBaseTransport:
        return DialectCrowd(count, self._time.now(), is_admin=self._who == "ada")

    async def _change(self, ticket: Ref, change: dict[str, Any]) -> None:
        await self._as_colleague("PUT", f"/tickets/{ticket}.json", {"ticket": change})

    async def _as_colleague(self, method: str, path: str, body: Any) -> Any:
        return await self._desk.as_(self._colleague, method, path, body)

    async def _said(self, comment: dict[str, Any]) -> Said:
        files = {each["file_name"]: await self._fetch(each["content_url"]) for each in comment["attachments"]}
        return Said(public=comment["public"], body=comment["body"], files=files)

    async def _upload(self, name: str, content: bytes) -> str:
        async with self._client() as client:
            answer = await client.post("/api/v2/uploads.json", params={"filename": name}, content=content)
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["upload"]["token"]
        return token

    async def _fetch(self, url: str) -> bytes:
        async with self._client() as client:
            answer = await client.get(url)
        assert answer.status_code == 200
        return answer.content

    def _client(self) -> httpx.AsyncClient:
        sign_in = (f"{self._colleague}@desk.example/token", f"{self._colleague}-token")
        return httpx.AsyncClient(transport=self._desk.wire, base_url="http://desk.test", auth=sign_in)


def _ref(value: int | None) -> Ref | None:
    return None if value is None else str(value)
