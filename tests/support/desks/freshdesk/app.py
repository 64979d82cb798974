"""The fake Freshdesk's API over HTTP, and the other host that its files lie on."""

from __future__ import annotations

import base64
import email
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.policy import HTTP
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.desks.freshdesk.world import (
    ADA,
    CUSTOM,
    KEYS,
    STATUSES,
    FreshdeskWorld,
    Problem,
    Wire,
    invalid,
)

File = tuple[str, str, bytes]

FIELDS: list[Wire] = [
    {"id": 1, "name": "subject", "label": "Subject", "type": "default_subject", "default": True, "position": 1},
    {
        "id": 2,
        "name": "status",
        "label": "Status",
        "type": "default_status",
        "default": True,
        "position": 2,
        "choices": {str(number): names for number, names in STATUSES.items()},
    },
    {
        "id": 3,
        "name": "cf_area",
        "label": "Area",
        "type": "custom_dropdown",
        "default": False,
        "position": 9,
        "required_for_agents": False,
        "choices": CUSTOM["cf_area"],
    },
    {"id": 4, "name": "cf_seats", "label": "Seats", "type": "custom_number", "default": False, "position": 10},
]
RESPONSES = [
    {
        "id": 7,
        "title": "Greeting",
        "folder_id": 1,
        "content": "Hello {{ticket.requester.firstname}}",
        "content_html": '<div dir="ltr">Hello {{ticket.requester.firstname}},<br>{{ticket.agent.name}}</div>',
    }
]


class FreshdeskApi:
    """Answers requests from *world*. ``left`` are the calls that its plan still allows; None for any number."""

    def __init__(self, world: FreshdeskWorld) -> None:
        self.world = world
        self.keys = dict(KEYS)
        self.left: int | None = None
        self.app = Starlette(routes=self._routes())

    def _routes(self) -> list[Route]:
        def route(path: str, handler: Callable[[Request, int], Any], *methods: str, status: int = 200) -> Route:
            return Route(f"/api/v2{path}", self._answering(handler, status), methods=list(methods or ("GET",)))

        world = self.world
        return [
            route("/agents/me", lambda _, who: world.agents[who]),
            route("/agents", lambda request, _: self._page(request, list(world.agents.values()))),
            route("/groups", lambda request, _: self._page(request, list(world.groups.values()))),
            route("/ticket_fields", lambda _, who: FIELDS),
            route("/companies", lambda request, _: self._page(request, list(world.companies.values()))),
            route("/contacts", self._contacts),
            route("/contacts/{id:int}", self._contact),
            route("/canned_response_folders", self._admin([{"id": 1, "name": "General"}])),
            route("/canned_response_folders/1/responses", self._admin(RESPONSES)),
            route("/search/solutions", self._solutions),
            route("/tickets", self._list),
            route("/tickets", self._create, "POST", status=201),
            route("/tickets/merge", self._merge, "PUT"),
            route("/tickets/{id:int}", self._show),
            route("/tickets/{id:int}", self._update, "PUT"),
            route("/tickets/{id:int}", self._delete, "DELETE"),
            route("/tickets/{id:int}/conversations", self._conversations),
            route("/tickets/{id:int}/reply", self._reply, "POST", status=201),
            route("/tickets/{id:int}/notes", self._note, "POST", status=201),
            Route("/files/{id:int}", self._file),
        ]

    def _answering(
        self, handler: Callable[[Request, int], Any], status: int
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            request.state.cost = 1
            request.state.next = False
            try:
                who = self._who(request)
                request.state.body, request.state.files = _read(request, await request.body())
                said = handler(request, who)
                response = said if isinstance(said, Response) else JSONResponse(said, status)
            except Problem as problem:
                response = Response(status_code=problem.status)
                if problem.body is not None:
                    response = JSONResponse(problem.body, problem.status)
            if self.left is not None:
                if self.left < request.state.cost:
                    message = {"message": "You have exceeded the limit of requests per minute"}
                    return JSONResponse(message, 429, {"Retry-After": "34", "X-Ratelimit-Remaining": "0"})
                self.left -= request.state.cost
                response.headers["X-Ratelimit-Total"] = "700"
                response.headers["X-Ratelimit-Remaining"] = str(self.left)
            response.headers["X-Ratelimit-Used-CurrentRequest"] = str(request.state.cost)
            if request.state.next:
                following = request.url.include_query_params(page=int(request.query_params.get("page") or 1) + 1)
                response.headers["Link"] = f'<{following}>; rel="next"'
            return response

        return answer

    def _who(self, request: Request) -> int:
        header = request.headers.get("authorization", "").removeprefix("Basic ")
        try:
            key, _, password = base64.b64decode(header, validate=True).decode().partition(":")
        except ValueError:
            key = password = ""
        if key not in self.keys or not password:
            message = "You have to be logged in to perform this action."
            raise Problem(401, {"code": "invalid_credentials", "message": message})
        return self.keys[key]

    def _admin(self, rows: list[Any]) -> Callable[[Request, int], Any]:
        def answer(_: Request, who: int) -> Any:
            if who != ADA:
                message = "You are not authorized to perform this action."
                raise Problem(403, {"code": "access_denied", "message": message})
            return rows

        return answer

    def _page(self, request: Request, rows: list[Any], usual: int = 30) -> list[Any]:
        size, page = int(request.query_params.get("per_page") or usual), int(request.query_params.get("page") or 1)
        if not 1 <= size <= 100 or page < 1:
            raise invalid("per_page", "It should be a Positive Integer less than or equal to 100")
        request.state.next = page * size < len(rows)
        return rows[(page - 1) * size : page * size]

    def _contacts(self, request: Request, _: int) -> Any:
        since = request.query_params.get("_updated_since")
        rows = [row for row in self.world.contacts.values() if since is None or row["updated_at"] >= since]
        return self._page(request, rows)

    def _contact(self, request: Request, _: int) -> Any:
        row = self.world.contacts.get(request.path_params["id"])
        if row is None:
            raise Problem(404)
        return row

    def _solutions(self, request: Request, _: int) -> Any:
        words = request.query_params.get("term", "").lower()
        title = "How DNS records travel"
        known = {"id": 2, "title": title, "description_text": "Wait for the\n TTL.", "status": 2, "type": 1}
        return [known] if words and words in title.lower() else []

    # tickets

    def _list(self, request: Request, _: int) -> Any:
        asked = request.query_params
        kept = asked.get("filter")
        if kept not in (None, "deleted", "spam", "new_and_my_open", "watching"):
            raise invalid("filter", "It should be one of these values: 'new_and_my_open,watching,spam,deleted'")
        rows = [row for row in self.world.tickets.values() if _is_kept(row, kept)]
        since = asked.get("updated_since")
        if since is not None:
            moment = datetime.fromisoformat(since)
            rows = [row for row in rows if datetime.fromisoformat(row["updated_at"]) >= moment]
        else:
            month = (self.world.now().astimezone(UTC) - timedelta(days=30)).isoformat()
            rows = [row for row in rows if row["created_at"] >= month[:19]]
        if "requester_id" in asked:
            rows = [row for row in rows if str(row["requester_id"]) == asked["requester_id"]]
        if "email" in asked:
            if asked["email"] not in [each.get("email") for each in self.world.contacts.values()]:
                raise invalid("email", "There is no contact matching the given email")
            rows = [row for row in rows if self._email(row) == asked["email"]]
        order = asked.get("order_by") or "created_at"
        rows.sort(key=lambda row: (row[order] or "", row["id"]), reverse=asked.get("order_type") != "asc")
        if int(asked.get("page") or 1) > 300:
            raise invalid(
                "page", "You cannot access tickets beyond the 300th page. Please provide a smaller page number."
            )
        include = _include(request, {"stats", "requester", "description", "company"})
        request.state.cost += 2 * len(include)
        return [self.world.shown(row, include, in_list=True) for row in self._page(request, rows)]

    def _email(self, row: Wire) -> str:
        return str(self.world.contacts.get(row["requester_id"], {}).get("email"))

    def _show(self, request: Request, _: int) -> Any:
        row = self.world.ticket(request.path_params["id"])
        include = _include(request, {"conversations", "requester", "company", "stats", "sla_policy"})
        request.state.cost += len(include)
        return self.world.shown(row, include, in_list=False)

    def _create(self, request: Request, who: int) -> Any:
        _may_write(self.world, who)
        row = self.world.create(_numbers(request.state.body), request.state.files)
        return self.world.shown(row, set(), in_list=False)

    def _update(self, request: Request, who: int) -> Any:
        _may_write(self.world, who)
        row = self.world.update(request.path_params["id"], request.state.body)
        return self.world.shown(row, set(), in_list=False)

    def _delete(self, request: Request, who: int) -> Any:
        self.world.delete(request.path_params["id"])
        return Response(status_code=204)

    def _merge(self, request: Request, who: int) -> Any:
        self.world.merge(request.state.body)
        return Response(status_code=204)

    def _conversations(self, request: Request, _: int) -> Any:
        self.world.ticket(request.path_params["id"])
        return self._page(request, self.world.conversations_of(request.path_params["id"]))

    def _reply(self, request: Request, who: int) -> Any:
        return self._said(request, who, ("body", "from_email", "user_id", "cc_emails", "bcc_emails"), private=False)

    def _note(self, request: Request, who: int) -> Any:
        private = request.state.body.get("private", True) not in (False, "false")
        known = ("body", "private", "incoming", "notify_emails", "user_id")
        return self._said(request, who, known, private=private, source=2)

    def _said(self, request: Request, who: int, known: tuple[str, ...], *, private: bool, source: int = 0) -> Any:
        body = request.state.body
        for name in body:
            if name not in known:
                raise invalid(name, "Unexpected/invalid field in request", "invalid_field")
        if not body.get("body"):
            raise invalid("body", "It should not be blank as this is a mandatory field", "missing_field")
        number, files = request.path_params["id"], request.state.files
        row = self.world.say(number, who, body["body"], private=private, source=source, files=files)
        shown = row | {"attachments": [self.world.signed(each) for each in row["attachments"]]}
        if source == 0:
            # a reply is answered without the keys that tell a note
            shown = {name: value for name, value in shown.items() if name not in ("private", "incoming", "source")}
        return shown

    async def _file(self, request: Request) -> Response:
        """Elsewhere, and whoever comes with a key is shown the door."""
        if "authorization" in request.headers:
            return Response("<Error><Code>InvalidArgument</Code></Error>", 400)
        expires = int(request.query_params.get("expires") or 0)
        if expires < self.world.now().timestamp() or request.query_params.get("signature") != f"s{expires}":
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        return Response(self.world.files[request.path_params["id"]])


def _is_kept(row: Wire, kept: str | None) -> bool:
    if kept == "deleted":
        return bool(row["deleted"])
    if kept == "spam":
        return bool(row["spam"]) and not row["deleted"]
    return not row["deleted"] and not row["spam"]


def _include(request: Request, known: set[str]) -> set[str]:
    asked = {each for each in request.query_params.get("include", "").split(",") if each}
    if asked - known:
        raise invalid("include", f"It should be one of these values: '{','.join(sorted(known))}'")
    return asked


def _may_write(world: FreshdeskWorld, who: int) -> None:
    if world.agents[who]["type"] == "collaborator":
        raise Problem(403, {"code": "access_denied", "message": "You are not authorized to perform this action."})


def _read(request: Request, raw: bytes) -> tuple[Wire, list[File]]:
    kind = request.headers.get("content-type", "")
    if not raw:
        return {}, []
    if not kind.startswith("multipart/form-data"):
        if not kind.startswith("application/json"):
            raise Problem(415)
        return json.loads(raw), []
    message: Any = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + raw, policy=HTTP)
    body: Wire = {}
    files: list[File] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if part.get_filename() is not None:
            files.append((part.get_filename(), part.get_content_type(), content))
        elif name.endswith("[]"):
            body.setdefault(name.removesuffix("[]"), []).append(content.decode())
        elif "[" in name:
            outer, _, inner = name.rstrip("]").partition("[")
            body.setdefault(outer, {})[inner] = content.decode()
        else:
            body[name] = content.decode()
    return body, files


def _numbers(body: Wire) -> Wire:
    """What came as a form is all text."""
    counted = ("status", "priority", "source", "requester_id", "responder_id", "group_id")
    return {name: int(value) if name in counted and str(value).isdigit() else value for name, value in body.items()}
