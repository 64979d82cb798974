"""The floor of the sync from RT: ask for the same rows with nothing around it, and keep none of them."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx

from agentconsole.connectors.rt import asking
from tests.support.rt.server import AGENT, RequestTracker

API = "/REST/2.0"


def fetch_everything(server: RequestTracker, page_size: int) -> tuple[float, int]:
    """Fetch all tickets with their conversations, one request after the other; seconds, and how many tickets."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=120) as client:
        client.post("/NoAuth/Login.html", data={"user": AGENT.name, "pass": AGENT.password})

        def rows(path: str, query: str, **params: Any) -> list[dict[str, Any]]:
            asked = {"query": query, "orderby": "id", "per_page": asking.PAGE, **params}
            found: list[dict[str, Any]] = client.get(f"{API}{path}", params=asked).raise_for_status().json()["items"]
            return found

        began = time.perf_counter()
        after = tickets = 0
        while listed := rows(
            "/tickets", f"id > {after} AND EffectiveId > 0", **asking.TICKET_FIELDS, per_page=page_size
        ):
            ids = [int(row["id"]) for row in listed]
            tickets += len(ids)
            after = max(ids)
            happened = _all(rows, "/transactions", asking.transactions_of(ids), asking.TRANSACTION_FIELDS)
            spoken = [int(row["id"]) for row in happened if row["Type"] != "Status"]
            for start in range(0, len(spoken), asking.PAGE):
                some = spoken[start : start + asking.PAGE]
                _all(rows, "/attachments", asking.texts_of(some), asking.TEXT_FIELDS)
                _all(rows, "/attachments", asking.text_files_of(some), asking.FILE_FIELDS)
                _all(rows, "/attachments", asking.other_files_of(some), asking.FILE_FIELDS)
        return time.perf_counter() - began, tickets


def _all(rows: Any, path: str, query: str, fields: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number = 1
    while True:
        page = rows(path, query, page=number, **fields)
        found += page
        if len(page) < asking.PAGE:
            return found
        number += 1


def told(figures: Any) -> str:
    """*figures* for the file."""
    return json.dumps(figures, indent=1) + "\n"
