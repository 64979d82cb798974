"""The fake Zammad's API over HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.desks.zammad.world import (
    NOBODY,
    ROLES,
    STATE_TYPES,
    STATES,
    TOKENS,
    Problem,
    Wire,
    ZammadWorld,
)

MACROS = [
    {
        "id": 1,
        "name": "Ask for logs",
        "perform": {
            "ticket.state_id": {"value": "8"},
            "ticket.tags": {"operator": "add", "value": "logs-asked"},
            "ticket.owner_id": {"pre_condition": "current_user.id", "value": ""},
            "article.note": {"body": "<p>Asked #{ticket.customer.firstname}</p>", "internal": "true"},
        },
        "active": True,
        "note": "",
    }
]
TEXT_MODULES = [
    {
        "id": 1,
        "name": "Greeting",
        "keywords": "hi",
        "content": "Hello #{ticket.customer.firstname},<br>thanks!",
        "active": True,
    }
]
OVERVIEWS = [
    {
        "id": 1,
        "name": "My tickets",
        "link": "my_assigned",
        "prio": 1000,
        "condition": {
            "ticket.state_id": {"operator": "is", "value": ["1", "2"]},
            "ticket.owner_id": {"operator": "is", "pre_condition": "current_user.id", "value": ""},
        },
        "active": True,
    },
    {
        "id": 2,
        "name": "Escalated",
        "link": "all_escalated",
        "prio": 2000,
        "condition": {"ticket.escalation_at": {"operator": "till (relative)", "range": "minute", "value": "10"}},
        "active": True,
    },
]
ATTRIBUTES = [
    {
        "id": 90,
        "name": "area",
        "object": "Ticket",
        "display": "Area",
        "data_type": "select",
        "data_option": {"options": {"dns": "DNS", "mail": "Mail"}, "null": True},
        "active": True,
        "position": 1500,
    },
    {
        "id": 91,
        "name": "affected_users",
        "object": "Ticket",
        "display": "Affected users",
        "data_type": "integer",
        "data_option": {"null": True},
        "active": True,
        "position": 1600,
    },
    {"id": 1, "name": "title", "object": "Ticket", "display": "Title", "data_type": "input", "position": 1},
]


class ZammadApi:
    """Answers requests from *world*. Each request that was heard is in ``heard``."""

    def __init__(self, world: ZammadWorld) -> None:
        self.world = world
        self.tokens = dict(TOKENS)
        self.app = Starlette(routes=self._routes())

    def _routes(self) -> list[Route]:
        def route(path: str, handler: Callable[[Request, int], Any], *methods: str, status: int = 200) -> Route:
            return Route(f"/api/v1{path}", self._answering(handler, status), methods=list(methods or ("GET",)))

        return [
            route("/users/me", lambda _, who: self._expanded_user(who)),
            route("/users/search", self._users),
            route("/users/{id:int}", self._user),
            route("/groups", lambda _, who: list(self.world.groups.values())),
            route("/ticket_states", lambda _, who: [self._state(number) for number in STATES]),
            route("/ticket_priorities", self._priorities),
            route("/object_manager_attributes", self._admin(ATTRIBUTES)),
            route("/macros", lambda _, who: MACROS),
            route("/text_modules", lambda _, who: TEXT_MODULES),
            route("/overviews", self._admin(OVERVIEWS)),
            route("/ticket_overviews", self._overviews),
            route("/tickets/search", self._search),
            route("/tickets", self._list),
            route("/tickets", self._create, "POST", status=201),
            route("/tickets/{id:int}", self._show),
            route("/tickets/{id:int}", self._update, "PUT"),
            route("/tickets/{id:int}", self._delete, "DELETE"),
            route("/ticket_articles/by_ticket/{id:int}", self._articles),
            route("/ticket_articles", self._write, "POST", status=201),
            route("/ticket_attachment/{ticket:int}/{article:int}/{id:int}", self._file),
            route("/ticket_history/{id:int}", self._history),
            route("/ticket_merge/{source:int}/{target}", self._merge, "PUT"),
            route("/tags", self._tags),
            route("/tags/add", self._tagging(add=True), "POST", status=201),
            route("/tags/remove", self._tagging(add=False), "DELETE", status=201),
            route("/knowledge_bases/search", self._answers, "POST"),
            Route("/{path:path}", self._unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    def _answering(
        self, handler: Callable[[Request, int], Any], status: int
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                who = self._who(request)
                raw = await request.body()
                request.state.body = json.loads(raw) if raw else {}
                said = handler(request, who)
            except Problem as problem:
                return JSONResponse(problem.body, problem.status)
            if isinstance(said, Response):
                return said
            response = JSONResponse(said, status)
            if request.method == "GET":
                response.headers["ETag"] = f'W/"{hashlib.md5(response.body).hexdigest()}"'
            return response

        return answer

    async def _unknown(self, request: Request) -> Response:
        problem = Problem(404, f"No route matches [{request.method}] {request.url.path}")
        return JSONResponse(problem.body, problem.status)

    def _who(self, request: Request) -> int:
        header = request.headers.get("authorization", "")
        who = self.tokens.get(header.removeprefix("Token token="))
        if who is None or not header.startswith("Token token="):
            raise Problem(401, "Authentication required" if not header else "Can't find User for Token")
        return who

    def _admin(self, rows: list[Any]) -> Callable[[Request, int], Any]:
        def answer(_: Request, who: int) -> Any:
            if 1 not in self.world.users[who]["role_ids"]:
                raise Problem(403, "Not authorized (user)!")
            return rows

        return answer

    # people and small sets

    def _expanded_user(self, number: int) -> Wire:
        row = self.world.users[number]
        organization = self.world.organizations.get(row["organization_id"] or 0)
        names = {self.world.groups[int(group)]["name"]: may for group, may in row["group_ids"].items()}
        roles = [ROLES[each] for each in row["role_ids"]]
        return row | {"roles": roles, "groups": names, "organization": (organization or {}).get("name")}

    def _users(self, request: Request, _: int) -> Any:
        agents = "ticket.agent" in request.query_params.getlist("permissions[]")
        found = [
            self._expanded_user(number)
            for number in self.world.users
            if number != NOBODY and (self.world.is_agent(number) or not agents)
        ]
        return _page(request, found, 100)

    def _user(self, request: Request, _: int) -> Any:
        number = request.path_params["id"]
        if number not in self.world.users:
            raise Problem(404, f"Couldn't find User with 'id'={number}")
        return self.world.users[number]

    def _state(self, number: int) -> Wire:
        name, kind = STATES[number]
        known = {"state_type_id": STATE_TYPES[kind], "state_type": kind, "active": True}
        return {"id": number, "name": name, "ignore_escalation": kind not in ("new", "open"), **known}

    def _priorities(self, _: Request, who: int) -> Any:
        return [{"id": number, "name": name, "active": True} for number, name in self.world.priorities.items()]

    def _overviews(self, _: Request, who: int) -> Any:
        return [{"name": row["name"], "link": row["link"], "prio": row["prio"], "count": 0} for row in OVERVIEWS]

    # tickets

    def _list(self, request: Request, who: int) -> Any:
        return [self._expanded(row) for row in _page(request, self.world.visible(who), 100)]

    def _search(self, request: Request, who: int) -> Any:
        rows = [row for row in self.world.visible(who) if self._fits(row, request, who)]
        field = request.query_params.get("sort_by") or "updated_at"
        rows.sort(key=lambda row: (row[field] or "", row["id"]), reverse=request.query_params.get("order_by") != "asc")
        found = _page(request, rows, 200, usual=50)
        if request.query_params.get("expand") == "true":
            return [self._expanded(row) for row in found]
        assets = {"Ticket": {str(row["id"]): row for row in found}}
        return {"tickets": [row["id"] for row in found], "tickets_count": len(found), "assets": assets}

    def _fits(self, row: Wire, request: Request, who: int) -> bool:
        asked: dict[str, dict[str, Any]] = {}
        for name, value in request.query_params.multi_items():
            if name.startswith("condition["):
                field, _, part = name.removeprefix("condition[").partition("][")
                told = asked.setdefault(field, {})
                if part == "value][]":
                    told.setdefault("value", []).append(value)
                else:
                    told[part.rstrip("]")] = value
        if not asked and not request.query_params.get("query"):
            raise Problem(422, "no query and no condition")
        for field, told in asked.items():
            has = row[field.removeprefix("ticket.")]
            if told["operator"] == "after (absolute)":
                if _moment(has) < _moment(told["value"]):
                    return False
            elif told["operator"] == "is":
                wanted = str(who) if told.get("pre_condition") == "current_user.id" else told["value"]
                if str(has) not in ([wanted] if isinstance(wanted, str) else wanted):
                    return False
            else:
                raise Problem(422, f"Invalid operator '{told['operator']}'")
        return True

    def _expanded(self, row: Wire) -> Wire:
        world = self.world
        names = {
            "state": STATES[row["state_id"]][0],
            "group": world.groups[row["group_id"]]["name"],
            "priority": world.priorities[row["priority_id"]],
            "owner": world.users[row["owner_id"]]["login"],
            "customer": world.users[row["customer_id"]]["login"],
            "article_ids": [each["id"] for each in world.articles_of(row["id"])],
        }
        return row | names

    def _show(self, request: Request, who: int) -> Any:
        row = self.world.ticket(request.path_params["id"], who)
        if request.query_params.get("all") != "true":
            return self._expanded(row)
        world = self.world
        articles = world.articles_of(row["id"])
        people = {row["customer_id"], row["owner_id"], *(each["created_by_id"] for each in articles)}
        organization = row["organization_id"]
        assets: Wire = {
            "Ticket": {str(row["id"]): row | {"article_ids": [each["id"] for each in articles]}},
            "TicketArticle": {str(each["id"]): each for each in articles},
            "User": {str(each): world.users[each] for each in people},
            "Organization": {str(organization): world.organizations[organization]} if organization else {},
            "Group": {str(row["group_id"]): world.groups[row["group_id"]]},
        }
        ids = [each["id"] for each in articles]
        known = {"tags": world.tags[row["id"]], "links": [], "mentions": [], "form_meta": {}, "time_accountings": []}
        return {"ticket_id": row["id"], "ticket_article_ids": ids, "assets": assets, **known}

    def _create(self, request: Request, who: int) -> Any:
        return self.world.create(who, request.state.body)

    def _update(self, request: Request, who: int) -> Any:
        row = self.world.update(who, request.path_params["id"], request.state.body)
        return row | {"article_ids": [each["id"] for each in self.world.articles_of(row["id"])]}

    def _delete(self, request: Request, who: int) -> Any:
        self._admin([])(request, who)
        self.world.ticket(request.path_params["id"], who)
        self.world.delete(request.path_params["id"])
        return {}

    def _articles(self, request: Request, who: int) -> Any:
        self.world.ticket(request.path_params["id"], who)
        return self.world.articles_of(request.path_params["id"])

    def _write(self, request: Request, who: int) -> Any:
        body = request.state.body
        ticket = self.world.ticket(int(body.get("ticket_id") or 0), who, "change")
        return self.world.write(who, ticket["id"], body)

    def _file(self, request: Request, who: int) -> Any:
        asked = request.path_params
        self.world.ticket(asked["ticket"], who)
        article = self.world.articles.get(asked["article"])
        files = article["attachments"] if article is not None and article["ticket_id"] == asked["ticket"] else []
        found = next((each for each in files if each["id"] == asked["id"]), None)
        if found is None:
            raise Problem(403, "The file does not belong to the specified article.")
        return Response(self.world.files[asked["id"]], media_type=found["preferences"]["Mime-Type"])

    def _history(self, request: Request, who: int) -> Any:
        row = self.world.ticket(request.path_params["id"], who)
        items = [each for each in self.world.history if each["ticket"] == row["id"]]
        people = {str(each["created_by_id"]): self.world.users[each["created_by_id"]] for each in items}
        return {"history": items, "assets": {"User": people}}

    def _merge(self, request: Request, who: int) -> Any:
        return self.world.merge(who, request.path_params["source"], request.path_params["target"])

    def _tags(self, request: Request, who: int) -> Any:
        row = self.world.ticket(int(request.query_params["o_id"]), who)
        return {"tags": self.world.tags[row["id"]]}

    def _tagging(self, *, add: bool) -> Callable[[Request, int], Any]:
        def answer(request: Request, who: int) -> Any:
            body = request.state.body
            if body.get("object") != "Ticket" or not body.get("item"):
                raise Problem(422, "Invalid parameters")
            self.world.tag(who, int(body["o_id"]), body["item"], add=add)
            return True

        return answer

    def _answers(self, request: Request, _: int) -> Any:
        words = str(request.state.body.get("query") or "").lower()
        title = "How DNS records travel"
        hit = {"id": 5, "type": "KnowledgeBase::Answer::Translation", "title": f"<b>{title}</b>", "body": "Wait."}
        found = [hit | {"url": "/help/en/dns/5-records"}] if words and words in title.lower() else []
        return {"result": [{"id": each["id"], "type": each["type"]} for each in found], "details": found}


def _page(request: Request, rows: list[Wire], most: int, usual: int | None = None) -> list[Wire]:
    size = min(most, int(request.query_params.get("per_page") or request.query_params.get("limit") or usual or most))
    start = (int(request.query_params.get("page") or 1) - 1) * size
    return rows[start : start + size]


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
