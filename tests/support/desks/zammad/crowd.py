"""A Zammad with as many tickets as one likes, made up when they are asked for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.desks.zammad.world import BEN, DAN, EVE, FRONT, OPEN, Wire

TIED = 250
"""So many tickets in a row changed in the same second, as after a bulk edit: more than a page holds."""


class ZammadCrowd(httpx.AsyncBaseTransport):
    """Answers for *count* tickets that changed since *begin*; of every kind of question only those that a pull asks."""

    def __init__(self, count: int, begin: datetime) -> None:
        self.count = count
        self._begin = begin

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path, asked = request.url.path.removeprefix("/api/v1"), request.url.params
        page, size = int(asked.get("page", 1)), int(asked.get("per_page", 100))
        if path == "/users/me":
            return _answer(request, {"id": BEN, "firstname": "Ben", "role_ids": [2], "group_ids": {"1": ["full"]}})
        if path == "/tickets/search":
            first = 0
            since = asked.get("condition[ticket.updated_at][value]")
            if since is None:
                return _answer(request, [])
            if since is not None:
                first = self._first(datetime.fromisoformat(since))
            start = first + (page - 1) * size
            return _answer(request, [self._ticket(place) for place in range(start, min(self.count, start + size))])
        if path == "/tickets":
            start = (page - 1) * size
            return _answer(request, [self._ticket(place) for place in range(start, min(self.count, start + size))])
        if path.startswith("/tickets/"):
            return _answer(request, self._full(int(path.rpartition("/")[2]) - 1))
        return _answer(request, [])

    def _when(self, place: int) -> datetime:
        """Every ticket a second later than the one before, but for the first ones, which share theirs."""
        return self._begin + timedelta(milliseconds=500 * max(0, place - TIED))

    def _first(self, since: datetime) -> int:
        if since <= self._begin:
            return 0
        return min(self.count, TIED + -int((self._begin - since) / timedelta(milliseconds=500) // 1))

    def _ticket(self, place: int) -> Wire:
        when = self._when(place).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "id": place + 1,
            "number": str(50_000 + place),
            "title": f"Ticket {place + 1}",
            "state_id": OPEN,
            "priority_id": 2,
            "group_id": FRONT,
            "owner_id": 1,
            "customer_id": DAN if place % 2 else EVE,
            "article_count": 1,
            "created_at": when,
            "updated_at": when,
        }

    def _full(self, place: int) -> Wire:
        row = self._ticket(place)
        article = {
            "id": row["id"] * 10,
            "ticket_id": row["id"],
            "body": "Help!",
            "content_type": "text/plain",
            "internal": False,
            "type": "email",
            "sender": "Customer",
            "created_by_id": row["customer_id"],
            "created_at": row["created_at"],
        }
        customer = {"id": row["customer_id"], "firstname": "Dan", "lastname": "Dahl", "role_ids": [3]}
        assets = {
            "Ticket": {str(row["id"]): row},
            "TicketArticle": {str(article["id"]): article},
            "User": {str(customer["id"]): customer},
        }
        return {"ticket_id": row["id"], "ticket_article_ids": [article["id"]], "assets": assets, "tags": []}


def _answer(request: httpx.Request, said: Any) -> httpx.Response:
    return httpx.Response(
        200, headers={"Content-Type": "application/json"}, content=json.dumps(said).encode(), request=request
    )
