"""Recorded traffic is replayed against the connector: nothing in it may raise, or be left out."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from agentconsole.connectors.http import HttpClient
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from tests.connectors.zendesk_shapes import SHAPES
from tests.support.desk import Time
from tests.support.desks.zendesk.account import CUSTOMER, WAITING_FOR_PARTS, Account
from tests.support.desks.zendesk.server import BASE, ZendeskServer
from tests.support.replay import Exchange, load, main, replay

FOLDER = Path(os.environ.get("AGENTCONSOLE_RECORDINGS") or Path(__file__).parent.parent / "data" / "recordings")
"""Whoever has recordings of their own names their folder; they belong into no repository."""

RECORDINGS = sorted(path for path in FOLDER.glob("**/*") if path.suffix in (".har", ".json", ".jsonl"))


@pytest.mark.expects_log
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_a_recording_is_understood(path: Path) -> None:
    report = replay(load(path))
    assert report.raised == []
    assert report.left_out == 0, dict(report.unread)


class Recorder(httpx.AsyncBaseTransport):
    """Notes what passes as lines of a recording."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.lines: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        content = await answer.aread()
        line: dict[str, Any] = {"method": request.method, "url": str(request.url), "status": answer.status_code}
        self.lines.append(line | {"headers": dict(answer.headers), "body": content.decode()})
        return answer


async def recorded(folder: Path) -> Path:
    """A console's first minutes with an account, as a recording."""
    time = Time()
    account = Account(time.now)
    for number in range(30):
        account.create({"subject": f"S{number}", "comment": {"body": "B", "public": True}}, CUSTOMER)
    account.change(account.tickets[2], {"custom_status_id": WAITING_FOR_PARTS}, CUSTOMER)
    account.delete(account.tickets[3])
    account.close(account.tickets[4])
    recorder = Recorder(httpx.ASGITransport(app=ZendeskServer(account)))
    http = HttpClient(
        BASE, email_token("ben@desk.example", "api-token"), transport=recorder, clock=time.instant, sleep=time.sleep
    )
    connector = ZendeskConnector(http, time.sleep, time.seconds, time.instant)
    await connector.identify()
    await connector.reference()
    async for _page in connector.urgent():
        pass
    cursor: str | None = None
    while True:
        page = await connector.changes("listed_tickets", cursor)
        cursor = page.cursor
        if not page.more:
            break
    await connector.changes("deleted_tickets", None)
    await connector.history("2")
    await connector.close()
    path = folder / "account.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in recorder.lines))
    return path


async def test_what_a_console_did_can_be_replayed(tmp_path: Path) -> None:
    path = await recorded(tmp_path)
    exchanges = load(path)
    assert exchanges[0].path == "/users/me"
    assert {each.status for each in exchanges} == {200}


@pytest.mark.expects_log
def test_a_replay_counts_what_it_has_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[dict[str, Any]] = [{"url": f"{BASE}/api/v2/{name}.json", "body": body} for name, body in SHAPES.items()]
    lines.append({"url": f"{BASE}/api/v2/tickets/9.json", "status": 404, "body": ""})
    lines.append({"url": f"{BASE}/api/v2/brands.json", "body": {"brands": []}})
    path = tmp_path / "shapes.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    report = replay(load(path))
    assert report.raised == []
    assert report.left_out == 0
    assert report.read == len(SHAPES) + 1
    assert report.unknown == {"GET /brands": 1}
    assert report.rows["tickets"] == 3
    assert report.rows["comments"] == 2
    assert main([str(path)]) == 0
    assert "brands" in capsys.readouterr().out


@pytest.mark.expects_log
def test_a_replay_tells_what_was_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.jsonl"
    row = {"id": 1, "subject": "S", "status": "teleported", "created_at": "2026-11-17T10:05:00Z", "updated_at": None}
    path.write_text(json.dumps({"url": f"{BASE}/api/v2/tickets.json", "body": {"tickets": [row, {"subject": "X"}]}}))
    assert main([str(path)]) == 1
    told = capsys.readouterr().out
    assert "tickets[]: a row without a usable id was left out" in told
    assert "the word teleported is not known" in told


def test_warnings_are_heard_again_after_a_replay(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_text(json.dumps({"url": f"{BASE}/api/v2/tickets.json", "body": {"tickets": [{"subject": "X"}]}}))
    assert main([str(path)]) == 1
    assert logging.getLogger("agentconsole").isEnabledFor(logging.WARNING)


def test_what_a_browser_saved_is_read(tmp_path: Path) -> None:
    def entry(url: str, content: dict[str, str]) -> dict[str, Any]:
        headers = [{"name": "Content-Type", "value": "application/json"}, {"name": "Content-Encoding", "value": "gzip"}]
        return {
            "request": {"method": "GET", "url": url},
            "response": {"status": 200, "headers": headers, "content": content},
        }

    body = json.dumps(SHAPES["tickets"])
    packed = {"text": base64.b64encode(body.encode()).decode(), "encoding": "base64"}
    path = tmp_path / "saved.har"
    url = f"{BASE}/api/v2/tickets.json?sort=-updated_at"
    path.write_text(json.dumps({"log": {"entries": [entry(url, {"text": body}), entry(url, packed)]}}))
    first, second = load(path)
    assert first == second == Exchange("GET", url, 200, {"content-type": "application/json"}, body.encode())


def test_what_a_test_library_recorded_is_read(tmp_path: Path) -> None:
    url = f"{BASE}/api/v2/tickets.json?page%5Bsize%5D=100"
    body = json.dumps(SHAPES["tickets"])
    packed = base64.b64encode(gzip.compress(body.encode())).decode()

    def interaction(said: dict[str, str], **more: list[str]) -> dict[str, Any]:
        headers = {"Content-Type": ["application/json"], **more}
        return {
            "request": {"method": "get", "uri": url, "body": {"string": ""}, "headers": {}},
            "response": {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": said},
        }

    plain = interaction({"encoding": "utf-8", "string": body})
    as_sent = interaction({"base64_string": packed, "string": ""}, **{"Content-Encoding": ["gzip"]})
    path = tmp_path / "cassette.json"
    path.write_text(json.dumps({"http_interactions": [plain, as_sent], "recorded_with": "betamax/0.8"}))
    first, second = load(path)
    assert first == second == Exchange("GET", url, 200, {"content-type": "application/json"}, body.encode())
