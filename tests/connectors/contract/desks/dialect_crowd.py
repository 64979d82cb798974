"""Zendesk's dialect made up: many tickets, and answers of a later version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

ME = {"id": 102, "name": "Ben Bell", "email": "ben@desk.example", "role": "agent", "active": True}


def estranged(body: Any) -> Any:
    """*body* with what nobody has heard of; see ``ContractDesk.estrange``."""
    if isinstance(body, list):
        return [estranged(each) for each in body]
    if not isinstance(body, dict):
        return body
    strange = {key: estranged(value) for key, value in body.items()}
    if "subject" in strange and "requester_id" in strange:
        strange |= {
            "status": "sent to the moon",
            "custom_status_id": None,
            "priority": "whenever",
            "type": None,
            "satisfaction_rating": None,
            "via": None,
            "organization_id": None,
            "collaborator_ids": None,
            "custom_fields": [
                {"id": 41, "value": {"shape": ["nobody", {"expects": 1}]}},
                {"id": 4_100, "value": [1, None, "two"]},
                {"id": 4_101, "value": None},
            ],
            "encoded_id": "ABC-123",
            "a_key_of_tomorrow": {"deep": [1, 2, 3]},
        }
    elif "html_body" in strange and "author_id" in strange:
        strange |= {"via": None, "metadata": None, "audit_id": None, "a_key_of_tomorrow": True}
    return strange


class DialectCrowd(httpx.AsyncBaseTransport):
    """*count* tickets, of which ticket 1 is the oldest and each is a second newer than the one before."""

    def __init__(self, count: int, now: datetime, *, is_admin: bool = False) -> None:
        self._count = count
        self._first = now - timedelta(seconds=count + 3600)
        self._is_admin = is_admin

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removesuffix(".json")
        params = request.url.params
        answer = self._answers().get(path.rpartition("/v2")[2] or path, self._otherwise)
        status, body = (200, answer(params)) if not path.endswith("/comments") else (200, _no_comments())
        if body is None:
            status, body = 403, {"error": "Forbidden"}
        return httpx.Response(status, json=body, request=request)

    def _answers(self) -> dict[str, Callable[[httpx.QueryParams], Any]]:
        role = "admin" if self._is_admin else "agent"
        return {
            "/users/me": lambda _params: {"user": ME | {"role": role}},
            "/api/agentconsole/v1/session": lambda _params: {"user": ME, "role": "agent"},
            "/api/agentconsole/v1/export": self._export,
            "/incremental/tickets/cursor": self._incremental,
            "/tickets": self._list,
        }

    def _otherwise(self, _params: httpx.QueryParams) -> Any:
        names = ("users", "organizations", "ticket_events", "deleted_tickets", "comments")
        return {name: [] for name in names} | {
            "end_of_stream": True,
            "end_time": 1_700_000_000,
            "after_cursor": "end",
            "count": 0,
            "meta": {"has_more": False},
        }

    def _ticket(self, number: int) -> dict[str, Any]:
        at = (self._first + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "id": number,
            "subject": f"Question {number}",
            "status": "open",
            "priority": "normal",
            "requester_id": 201,
            "assignee_id": None,
            "group_id": 11,
            "tags": [],
            "custom_fields": [],
            "created_at": at,
            "updated_at": at,
            "comment_count": 0,
        }

    def _export(self, params: httpx.QueryParams) -> Any:
        done, size = int(params.get("cursor") or 0), int(params["limit"])
        last = min(done + size, self._count)
        rows = [self._ticket(number) for number in range(done + 1, last + 1)]
        return {"tickets": rows, "comments": [], "cursor": str(last), "end_of_stream": last == self._count}

    def _incremental(self, params: httpx.QueryParams) -> Any:
        if not self._is_admin:
            return None
        done, size = int(params.get("cursor") or 0), int(params["per_page"])
        last = min(done + size, self._count)
        rows = [self._ticket(number) for number in range(done + 1, last + 1)]
        return {"tickets": rows, "after_cursor": str(last), "end_of_stream": last == self._count}

    def _list(self, params: httpx.QueryParams) -> Any:
        """The newest first."""
        done, size = int(params.get("page[after]") or 0), int(params["page[size]"])
        last = min(done + size, self._count)
        rows = [self._ticket(self._count - place) for place in range(done, last)]
        return {"tickets": rows, "meta": {"has_more": last < self._count, "after_cursor": str(last)}}


def _no_comments() -> Any:
    return {"comments": [], "users": [], "count": 0, "meta": {"has_more": False}}
