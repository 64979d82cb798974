"""The account over HTTP, with Zendesk's manners: an ASGI application for one account."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.support.desks.zendesk import account as desk
from tests.support.desks.zendesk.account import MISSING, Account, Refusal, Row, Ticket, invalid
from tests.support.desks.zendesk.grants import Grants
from tests.support.desks.zendesk.rows import deleted_row, side_loads, ticket_row

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Params = dict[str, list[str]]

BASE = "https://acme.desk.test"
FILES = "files.desk-content.test"
SORTABLE = ("updated_at", "id", "status")
DEEPEST = 10_000
FOUND_AT_MOST = 1000

_UNSOLVED = re.compile(r"status<solved")


class ZendeskServer:
    """Zendesk to whoever signs in.

    Attributes:
        sins: what a client did that Zendesk lets pass, to its own harm.
        limits: how many more requests of a label are answered before 429.
        gone_wild: paths (without ``.json``) that are answered by a page of HTML.
        has_slas: whether the plan side-loads SLA targets.
        token: the API token of the admin and the agent.
    """

    def __init__(self, account: Account, grants: Grants | None = None) -> None:
        self.account = account
        self.grants = grants
        self.token = "api-token"
        self.sins: list[str] = []
        self.limits: dict[str, int] = {}
        self.gone_wild: dict[str, int] = {}
        self.has_slas = False
        self._jobs: dict[str, list[Row]] = {}
        self._creations: dict[str, tuple[str, Row]] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        content = await _content(receive)
        path = unquote(scope["path"])
        params = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
        if headers.get("host") == FILES:
            status, said, more = self._file(path, headers)
        else:
            status, said, more = self._answer(scope["method"], path, params, headers, content)
        body = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
        kind = more.pop("content-type", "application/json; charset=utf-8")
        told = {
            "content-type": kind,
            "content-length": str(len(body)),
            "date": format_datetime(self.account.now(), usegmt=True),
            "cache-control": "max-age=0, private, must-revalidate",
            "etag": 'W/"00"',
            "x-rate-limit": "700",
            "x-rate-limit-remaining": "699",
            **more,
        }
        start = {"type": "http.response.start", "status": status}
        await send(start | {"headers": [(name.encode(), value.encode()) for name, value in told.items()]})
        await send({"type": "http.response.body", "body": body})

    def _answer(
        self, method: str, path: str, params: Params, headers: dict[str, str], content: bytes
    ) -> tuple[int, Any, dict[str, str]]:
        more: dict[str, str] = {}
        try:
            if path == "/oauth/tokens" and self.grants is not None:
                return *self.grants.token(json.loads(content)), more
            path = path.removeprefix("/api/v2").removesuffix(".json")
            if path in self.gone_wild:
                page = b"<!DOCTYPE html><html><body>We are sorry, but something went wrong.</body></html>"
                return self.gone_wild[path], page, {"content-type": "text/html; charset=utf-8"}
            user = self._user(headers)
            if path == "/users/me":
                return 200, {"user": user or {"id": None, "name": "Anonymous user", "role": "end-user"}}, more
            if user is None:
                return 401, {"error": "Couldn't authenticate you"}, more
            self._count(method, path, more)
            return *self._route(method, path, params, headers, content, user, more), more
        except Refusal as refusal:
            more |= refusal.body.pop("_headers", {}) if isinstance(refusal.body, dict) else {}
            return refusal.status, refusal.body, more

    def _user(self, headers: dict[str, str]) -> Row | None:
        kind, _, secret = headers.get("authorization", "").partition(" ")
        if kind == "Bearer" and self.grants is not None:
            number = self.grants.user_of(secret)
            return None if number is None else self.account.user(number)
        if kind != "Basic":
            return None
        who, _, token = base64.b64decode(secret).decode().partition(":")
        if token != self.token or not who.endswith("/token"):
            return None
        return next(
            (row for row in self.account.users if f"{row['email']}/token" == who and not row["suspended"]), None
        )

    def _count(self, method: str, path: str, more: dict[str, str]) -> None:
        """Tell the limits of an endpoint, and refuse what is over them."""
        label = ""
        if method == "GET" and path == "/tickets":
            label = "tickets-index"
        elif method == "PUT" and path.startswith("/tickets/"):
            label = "tickets-update"
        if not label:
            return
        left = self.limits.get(label, 100)
        if label in self.limits:
            self.limits[label] = max(0, left - 1)
        more[f"zendesk-ratelimit-{label}"] = f"total=100; remaining={max(0, left - 1)}; resets=43"
        if left <= 0:
            more["retry-after"] = "43"
            raise Refusal(429, {"error": "TooManyRequests", "description": "Rate limit for ticket updates exceeded"})

    def _route(
        self,
        method: str,
        path: str,
        params: Params,
        headers: dict[str, str],
        content: bytes,
        user: Row,
        more: dict[str, str],
    ) -> tuple[int, Any]:
        """Answer one request of *user*."""
        parts = [part for part in path.split("/") if part]
        body = json.loads(content) if content and "json" in headers.get("content-type", "") else {}
        match method, parts:
            case _, ["incremental", *_]:
                raise Refusal(403, {"error": {"title": "Forbidden", "message": "You do not have access to this page."}})
            case "GET", ["tickets"]:
                return 200, self._tickets(params)
            case "POST", ["tickets"]:
                return self._create(body, headers, user, more)
            case "GET", ["tickets", number]:
                return 200, self._show(self._ticket(number), params)
            case "PUT", ["tickets", number]:
                return 200, self._update(self._ticket(number), body["ticket"], user, more)
            case "DELETE", ["tickets", number]:
                self.account.delete(self._ticket(number))
                return 204, None
            case "GET", ["tickets", number, "comments"]:
                ticket = self._ticket(number)
                return 200, self._paged("comments", ticket.comments, params) | {"users": self.account.users}
            case "GET", ["tickets", number, "audits"]:
                return 200, self._paged("audits", self._ticket(number).audits, params)
            case (("PUT" | "DELETE" | "POST"), ["tickets", number, "tags"]):
                return 200, self._tag(method, self._ticket(number), body, user)
            case "POST", ["tickets", number, "merge"]:
                return 200, self._merge(self._ticket(number), body, user)
            case "GET", ["job_statuses", number]:
                return 200, {"job_status": self._job(number, "completed")}
            case "GET", ["deleted_tickets"]:
                gone = sorted((each for each in self.account.tickets.values() if each.deleted_at), key=_deletion)
                return 200, self._paged("deleted_tickets", [deleted_row(each) for each in gone], params)
            case "GET", ["search"]:
                return 200, self._search(params)
            case "GET", ["users"]:
                agents = [row for row in self.account.users if row["role"] in params.get("role[]", [row["role"]])]
                return 200, self._paged("users", agents, params)
            case "GET", ["users", number]:
                return 200, {"user": self.account.user(int(number))}
            case "POST", ["uploads"]:
                more["content-type"] = "text/plain"
                return 201, self._upload(params, headers, content)
            case "GET", ["help_center", "articles", "search"]:
                article = {"id": 9, "title": "Reset", "html_url": f"{BASE}/hc/9", "snippet": "how to <em>reset</em>"}
                return 200, {"count": 1, "next_page": None, "page": 1, "results": [article]}
            case "GET", [("groups" | "ticket_fields" | "macros" | "views" | "group_memberships") as name]:
                return 200, self._paged(name, self._small(name), params)
            case "GET", ["custom_statuses"]:
                return 200, {"custom_statuses": self.account.statuses}
            case _:
                raise Refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})

    # reading

    def _ticket(self, number: str) -> Ticket:
        found = self.account.tickets.get(int(number)) if number.isdigit() else None
        if found is None or found.deleted_at:
            raise MISSING
        return found

    def _tickets(self, params: Params) -> Row:
        rows = [each for each in self.account.tickets.values() if not each.deleted_at]
        if "external_id" in params:
            rows = [each for each in rows if each.values["external_id"] == params["external_id"][0]]
        sort = params.get("sort", ["id"])[0]
        name = sort.removeprefix("-")
        if "page[size]" in params:
            if name not in SORTABLE:
                raise Refusal(400, {"error": "InvalidPaginationParameter", "description": f"sort is not valid: {sort}"})
            if {"sort_by", "sort_order", "page", "per_page"} & params.keys():
                self.sins.append("both styles of paging in one request")
        order = (lambda each: (each.updated_at, each.id)) if name == "updated_at" else (lambda each: each.id)
        rows.sort(key=order, reverse=sort.startswith("-"))
        include = params.get("include", [None])[0]
        body = self._paged("tickets", rows, params)
        chosen: list[Ticket] = body["tickets"]
        slas = self.has_slas and "slas" in (include or "")
        body["tickets"] = [ticket_row(self.account, each, BASE, slas=slas) for each in chosen]
        return body | side_loads(self.account, chosen, include)

    def _show(self, ticket: Ticket, params: Params) -> Row:
        include = params.get("include", [None])[0]
        slas = self.has_slas and "slas" in (include or "")
        row = ticket_row(self.account, ticket, BASE, slas=slas)
        return {"ticket": row, **side_loads(self.account, [ticket], include)}

    def _search(self, params: Params) -> Row:
        if "page[size]" in params:
            raise Refusal(400, {"error": "invalid", "description": "Invalid attribute: page[size]"})
        page, size = int(params.get("page", ["1"])[0]), int(params.get("per_page", ["100"])[0])
        if page * size > FOUND_AT_MOST:
            raise Refusal(
                422, {"error": "unavailable", "description": "Sorry, we couldn't complete your search query."}
            )
        done = ("solved", "closed") if _UNSOLVED.search(params["query"][0]) else ()
        rows = [each for each in self.account.tickets.values() if each.values["status"] not in done]
        rows = sorted((each for each in rows if not each.deleted_at), key=lambda each: -each.id)
        chosen = rows[(page - 1) * size : page * size]
        found = [ticket_row(self.account, each, BASE) | {"result_type": "ticket"} for each in chosen]
        more = len(rows) > page * size
        loads = side_loads(self.account, chosen, "users,organizations")
        following = f"{BASE}/api/v2/search.json?page={page + 1}" if more else None
        return {"results": found, "count": len(rows), "next_page": following, "previous_page": None, **loads}

    def _paged(self, name: str, rows: list[Any], params: Params) -> Row:
        """A page of *rows*, in the one style or the other. By cursor the last page still names a next one."""
        if "page[size]" in params:
            size = min(int(params["page[size]"][0]), 100)
            start = int(params.get("page[after]", ["0"])[0] or 0)
            chosen = rows[start : start + size]
            has_more = start + size < len(rows)
            after = str(start + len(chosen))
            following = f"{BASE}/api/v2/{name}.json?page%5Bafter%5D={after}&page%5Bsize%5D={size}"
            meta = {"has_more": has_more, "after_cursor": after if chosen else None, "before_cursor": None}
            return {name: chosen, "meta": meta, "links": {"prev": None, "next": following if chosen else None}}
        page, size = int(params.get("page", ["1"])[0]), int(params.get("per_page", ["100"])[0])
        if page * size > DEEPEST:
            raise Refusal(
                400, {"error": {"title": "InvalidPaginationDepth", "message": "Number of items is too large"}}
            )
        chosen = rows[(page - 1) * size : page * size]
        next_page = f"{BASE}/api/v2/{name}.json?page={page + 1}" if len(rows) > page * size else None
        return {name: chosen, "count": len(rows), "next_page": next_page, "previous_page": None}

    def _small(self, name: str) -> list[Row]:
        match name:
            case "groups":
                return self.account.groups
            case "ticket_fields":
                return self.account.fields
            case "group_memberships":
                return [{"id": 1, "user_id": desk.AGENT, "group_id": desk.FRONT, "default": True}]
            case _:
                return []

    # writing

    def _create(self, body: Row, headers: dict[str, str], user: Row, more: dict[str, str]) -> tuple[int, Row]:
        given = self._heeded(body["ticket"], more)
        key = headers.get("idempotency-key")
        text = json.dumps(body, sort_keys=True)
        if key in self._creations:
            before, answer = self._creations[key]
            if before != text:
                raise Refusal(400, {"error": "IdempotentRequestError", "description": "Another request had this key"})
            more["x-idempotency-lookup"] = "hit"
            return 201, answer
        ticket = self.account.create(given, user["id"])
        answer = {"ticket": ticket_row(self.account, ticket, BASE), "audit": ticket.audits[0]}
        if key:
            more["x-idempotency-lookup"] = "miss"
            self._creations[key] = (text, answer)
        more["location"] = f"{BASE}/api/v2/tickets/{ticket.id}.json"
        return 201, answer

    def _update(self, ticket: Ticket, given: Row, user: Row, more: dict[str, str]) -> Row:
        given = self._heeded(given, more)
        if "safe_update" in given and given.get("updated_stamp") != ticket.updated_at:
            said = "Safe Update prevented the update due to outdated ticket data."
            raise Refusal(409, {"error": "UpdateConflict", "description": said})
        if "tags" in given:
            self.sins.append("tags replaced as a whole")
        audit = self.account.change(ticket, given, (given.get("comment") or {}).get("author_id") or user["id"])
        return {"ticket": ticket_row(self.account, ticket, BASE), "audit": audit}

    def _heeded(self, given: Row, more: dict[str, str]) -> Row:
        """*given* without keys that Zendesk ignores; it says so in a header, and in a header only."""
        ignored = sorted(given.keys() - desk.WRITABLE)
        if ignored:
            more["x-zendesk-api-warn"] = f"Removed restricted keys {ignored} from parameters"
        if "comment" in given and "public" not in given["comment"]:
            self.sins.append("a comment that does not say whether it is public")
        return {name: value for name, value in given.items() if name in desk.WRITABLE}

    def _tag(self, method: str, ticket: Ticket, body: Row, user: Row) -> Row:
        now = set(ticket.values["tags"])
        asked = set(body["tags"])
        after = {"PUT": now | asked, "DELETE": now - asked, "POST": asked}[method]
        self.account.change(ticket, {"tags": sorted(after)}, user["id"])
        return {"tags": ticket.values["tags"]}

    def _merge(self, into: Ticket, body: Row, user: Row) -> Row:
        number = f"V3-{self.account.new_id():x}"
        self._jobs[number] = []
        for each in body["ids"]:
            source = self._ticket(str(each))
            if source.values["status"] == "closed":
                self._jobs[number].append({"id": source.id, "error": "TicketUpdateFailed", "details": "it is closed"})
            else:
                self.account.merge(source, into, user["id"])
                self._jobs[number].append({"id": source.id, "action": "merge", "success": True, "status": "Merged"})
        return {"job_status": self._job(number, "queued")}

    def _job(self, number: str, status: str) -> Row:
        if number not in self._jobs:
            raise MISSING
        results = self._jobs[number] if status == "completed" else None
        empty = dict.fromkeys(("progress", "total", "message", "job_type"))
        return {
            "id": number,
            "url": f"{BASE}/api/v2/job_statuses/{number}.json",
            "status": status,
            **empty,
            "results": results,
        }

    def _upload(self, params: Params, headers: dict[str, str], content: bytes) -> Row:
        if not params.get("filename"):
            raise invalid(filename="cannot be blank")
        token = f"{self.account.new_id():x}"
        self.account.files[token] = (params["filename"][0], headers.get("content-type", ""), content)
        return {"upload": {"token": token, "expires_at": "2027-01-01T00:00:00Z", "attachments": [], "attachment": None}}

    def _file(self, path: str, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        """A file lies at another host, to which nobody's credentials go."""
        if "authorization" in headers:
            self.sins.append("credentials sent to another host")
        found = self.account.files.get(path.rstrip("/").rpartition("/")[2])
        return (404, None, {}) if found is None else (200, found[2], {"content-type": found[1] or "text/plain"})


def _deletion(ticket: Ticket) -> Any:
    return [-ord(char) for char in ticket.deleted_at or ""]


async def _content(receive: Receive) -> bytes:
    content = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        content += part
        if not message.get("more_body"):
            return content
