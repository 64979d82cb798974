"""What people do at a Request Tracker behind the console's back: customers by mail, staff by REST2 as themselves."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

import httpx
import psycopg

from tests.support import postgres
from tests.support.rt.server import COLLEAGUE, ROOT, Account, RequestTracker

API = "/REST/2.0"
CUSTOMER = "jo@acme.example"

_EMPTYING = (
    "DELETE FROM attachments WHERE transactionid IN (SELECT id FROM transactions WHERE objecttype = 'RT::Ticket')",
    "DELETE FROM transactions WHERE objecttype = 'RT::Ticket'",
    "DELETE FROM objectcustomfieldvalues WHERE objecttype = 'RT::Ticket'",
    "DELETE FROM links",
    "DELETE FROM cachedgroupmembers WHERE groupid IN (SELECT id FROM groups WHERE domain = 'RT::Ticket-Role')",
    "DELETE FROM groupmembers WHERE groupid IN (SELECT id FROM groups WHERE domain = 'RT::Ticket-Role')",
    "DELETE FROM principals WHERE id IN (SELECT id FROM groups WHERE domain = 'RT::Ticket-Role')",
    "DELETE FROM groups WHERE domain = 'RT::Ticket-Role'",
    "DELETE FROM tickets",
)


def empty(server: RequestTracker) -> None:
    """Remove all tickets, as if there had never been any; ids are not given out again."""
    with psycopg.connect(
        host="127.0.0.1", port=server.cluster.port, user=postgres.OWNER, dbname=server.database
    ) as connection:
        for statement in _EMPTYING:
            connection.execute(statement)


class Hands:
    """People at *server*. Whoever signs in does so once."""

    def __init__(self, server: RequestTracker) -> None:
        self._server = server
        self._clients: dict[Account, httpx.AsyncClient] = {}

    async def close(self) -> None:
        """Everybody leaves."""
        for client in self._clients.values():
            await client.aclose()

    async def as_(self, who: Account, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Ask RT's API as *who*; returns what it answered, and fails unless that is a success."""
        answer = await (await self._client(who)).request(method, f"{API}{path}", json=body, params=params or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def fetch(self, path: str) -> bytes:
        """Download a page of RT's web side as root."""
        answer = await (await self._client(ROOT)).get(path)
        assert answer.status_code == 200
        return answer.content

    async def id_of(self, user: str) -> str:
        """The number of a user's account."""
        if user not in self._server.ids:
            found = await self.as_(ROOT, "GET", f"/user/{user}")
            self._server.ids[user] = str(found["id"])
        return self._server.ids[user]

    async def set(self, ticket: str, values: Mapping[str, Any], who: Account = COLLEAGUE) -> None:
        """Change a ticket. RT says 200 to whatever it is told; that it was done shows in what the test expects."""
        await self.as_(who, "PUT", f"/ticket/{ticket}", dict(values))

    async def write(self, ticket: str, body: str, *, public: bool, who: Account = COLLEAGUE) -> None:
        """Reply, or write a note."""
        way = "correspond" if public else "comment"
        await self.as_(who, "POST", f"/ticket/{ticket}/{way}", {"Content": body, "ContentType": "text/plain"})

    async def mail(
        self, subject: str, body: str, files: Mapping[str, bytes] | None = None, sender: str = CUSTOMER
    ) -> None:
        """A customer's mail arrives, as RT's own mail gate hands it in."""
        message = EmailMessage()
        message["From"] = f"Jo Marsh <{sender}>"
        message["To"] = "support@rt.example"
        message["Subject"] = subject
        message.set_content(body)
        for name, content in (files or {}).items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        form = {"queue": "Support", "action": "correspond", "message": message.as_bytes().decode("utf-8")}
        client = await self._client(ROOT)
        answer = await client.post("/REST/1.0/NoAuth/mail-gateway", data=form)
        assert answer.text.startswith("ok"), answer.text

    async def newest(self) -> str:
        """The ticket that was opened last."""
        found = await self.as_(ROOT, "GET", "/tickets", query="id > 0", orderby="id", order="DESC", per_page=1)
        return str(found["items"][0]["id"])

    async def said(self, ticket: str) -> list[dict[str, Any]]:
        """What was said in a ticket, oldest first: ``public``, ``body``, ``files``, read one by one."""
        history = await self.as_(
            ROOT, "GET", f"/ticket/{ticket}/history", per_page=100, orderby="id", fields="Type,_hyperlinks"
        )
        said = []
        for each in history["items"]:
            if each["Type"] not in ("Create", "Correspond", "Comment"):
                continue
            parts = [
                await self.as_(ROOT, "GET", f"/attachment/{link['_url'].rpartition('/')[2]}")
                for link in each["_hyperlinks"]
                if link["ref"] == "attachment"
            ]
            texts = [part for part in parts if part["ContentType"] == "text/plain" and not part.get("Filename")]
            said.append(
                {
                    "public": each["Type"] != "Comment",
                    "body": "".join(base64.b64decode(part["Content"]).decode() for part in texts),
                    "files": {
                        part["Filename"]: base64.b64decode(part["Content"]) for part in parts if part.get("Filename")
                    },
                }
            )
        return said

    async def _client(self, who: Account) -> httpx.AsyncClient:
        client = self._clients.get(who)
        if client is None:
            # RT gives up a connection that was idle for a second, in the middle of the next request if need be
            limits = httpx.Limits(keepalive_expiry=0.5)
            client = httpx.AsyncClient(base_url=self._server.url, trust_env=False, timeout=60, limits=limits)
            self._clients[who] = client
            known = self._server.sessions.get(who)
            if known is None:
                answer = await client.post("/NoAuth/Login.html", data={"user": who.name, "pass": who.password})
                assert answer.status_code == 200
                self._server.sessions[who] = client.cookies
            else:
                client.cookies = known
        return client
