"""A Freshdesk with as many tickets as one likes, made up when they are asked for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.desks.freshdesk.world import BEN, DAN, EVE, FRONT, OPEN, Wire

TIED = 250
"""So many tickets in a row changed in the same second, as after a bulk edit: more than a page holds."""

MOST_PAGES = 300


class FreshdeskCrowd(httpx.AsyncBaseTransport):
    """Answers for *count* tickets that changed since *begin*; of every kind of question only those that a pull asks."""

    def __init__(self, count: int, begin: datetime) -> None:
        self.count = count
        self._begin = begin.replace(microsecond=0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path, asked = request.url.path.removeprefix("/api/v2"), request.url.params
        page, size = int(asked.get("page", 1)), int(asked.get("per_page", 30))
        if path == "/agents/me":
            return _answer(request, {"id": BEN, "type": "support_agent", "contact": {"name": "Ben"}})
        if path == "/tickets" and "filter" not in asked and asked.get("order_type") == "asc":
            if page > MOST_PAGES:
                return _answer(request, {"description": "Validation failed", "errors": []}, status=400)
            start = self._first(datetime.fromisoformat(asked["updated_since"])) + (page - 1) * size
            rows = [self._ticket(place) for place in range(start, min(self.count, start + size))]
            link = f'<{request.url.copy_set_param("page", page + 1)}>; rel="next"'
            return _answer(request, rows, link=link if start + size < self.count else "")
        if path.startswith("/tickets/"):
            return _answer(request, self._full(int(path.rpartition("/")[2]) - 1))
        return _answer(request, [])

    def _when(self, place: int) -> datetime:
        """Two tickets a second, but for the first ones, which share theirs."""
        return self._begin + timedelta(seconds=max(0, place - TIED) // 2)

    def _first(self, since: datetime) -> int:
        if since <= self._begin:
            return 0
        return min(self.count, TIED + 2 * int((since - self._begin).total_seconds()))

    def _ticket(self, place: int) -> Wire:
        when = self._when(place).isoformat().replace("+00:00", "Z")
        return {
            "id": place + 1,
            "subject": f"Ticket {place + 1}",
            "status": OPEN,
            "priority": 2,
            "source": 1,
            "group_id": FRONT,
            "responder_id": None,
            "requester_id": DAN if place % 2 else EVE,
            "created_at": when,
            "updated_at": when,
        }

    def _full(self, place: int) -> Wire:
        row = self._ticket(place)
        requester = {"id": row["requester_id"], "name": "Dan Dahl", "email": "dan@acme.example"}
        return row | {"description": "<div>Help!</div>", "tags": [], "conversations": [], "requester": requester}


def _answer(request: httpx.Request, said: Any, *, link: str = "", status: int = 200) -> httpx.Response:
    headers = {"Content-Type": "application/json"} | ({"Link": link} if link else {})
    return httpx.Response(status, headers=headers, content=json.dumps(said).encode(), request=request)
