"""RT's lists with any number of tickets, made up as they are asked for: nobody has anything to say."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.connectors.contract.harness import Cast

_AFTER = re.compile(r"\bid > (\d+)")


class RequestTrackerCrowd(httpx.AsyncBaseTransport):
    """Answers as RT would with *count* tickets of which none was ever updated."""

    def __init__(self, count: int, cast: Cast) -> None:
        self._count = count
        self._cast = cast
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/REST/2.0")
        self.asked += 1
        cookie = {"Set-Cookie": "RT_SID_rt.example.80=0123456789abcdef; path=/; HttpOnly"}
        if "/NoAuth/" in path:
            return httpx.Response(200, headers=cookie, html="<html></html>", request=request)
        return httpx.Response(200, json=self._answer(path, request.url.params), request=request)

    def _answer(self, path: str, params: httpx.QueryParams) -> Any:
        query = params.get("query", "")
        match path:
            case _ if params.get("page", "1") != "1":
                return _listed([], None)
            case "/tickets" if _AFTER.search(query) and "LastUpdated" not in query:
                after, size = int(_AFTER.findall(query)[0]), int(params["per_page"])
                rows = [self._ticket(number) for number in range(after + 1, min(after + size, self._count) + 1)]
                return _listed(rows, max(0, self._count - after))
            case "/tickets":
                return _listed([], 0)
            case "/queues/all":
                return _listed([{"id": self._cast.group, "Name": "Support", "Disabled": "0"}], None)
            case "/rt":
                return {"Version": "5.0.3"}
            case _ if path.startswith("/queue/"):
                return {"id": self._cast.group, "Name": "Support", "TicketCustomFields": []}
            case _ if path.startswith("/user/"):
                return {"id": self._cast.me, "Name": "agent01", "RealName": "Nora Field", "Privileged": 1}
            case _:
                return _listed([], None)

    def _ticket(self, number: int) -> dict[str, Any]:
        return {
            "type": "ticket",
            "id": str(number),
            "EffectiveId": str(number),
            "Subject": f"Ticket {number}",
            "Status": "open",
            "Priority": "50",
            "Queue": {"type": "queue", "id": self._cast.group},
            "Owner": {"type": "user", "id": 6, "Name": "Nobody"},
            "Requestor": [{"id": int(self._cast.customer), "Name": "jo@acme.example", "RealName": "Jo Marsh"}],
            "Created": "2026-01-01T00:00:00Z",
            "LastUpdated": "2026-01-02T00:00:00Z",
            "Due": "1970-01-01T00:00:00Z",
            "CustomFields": [],
        }


def _listed(rows: list[dict[str, Any]], total: int | None) -> dict[str, Any]:
    return {"items": rows, "count": len(rows), "total": total, "per_page": 100, "page": 1}
