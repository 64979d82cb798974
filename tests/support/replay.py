"""Replay recorded traffic of a Zendesk account against the connector, and list what it did not understand.

    python -m tests.support.replay FILE...

A recording is a HAR file (what a browser's developer tools save), a cassette of Betamax or VCR in JSON, or a text file
of one JSON object a line::

    {"method": "GET", "url": "https://acme.zendesk.com/api/v2/tickets.json?sort=-updated_at",
     "status": 200, "headers": {"content-type": "application/json"}, "body": {"tickets": []}}

``body`` is the decoded JSON, or the text as it came; ``headers`` may be left out. Each answer is read by itself, as the
connector reads it. Then a connector is let loose on the recording as a whole: requests are answered by what was
recorded for the same address, else for the same path, else by 404. Nothing leaves this computer.

Ends with 1 when anything raised that is no error of the help desk's own, or when a row was left out.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec

from agentconsole.connectors.api import ConnectorError
from agentconsole.connectors.http import Answer, HttpClient
from agentconsole.connectors.http.faults import fault_of_answer
from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.http.signing import email_token
from agentconsole.connectors.zendesk.connector import ZendeskConnector
from agentconsole.connectors.zendesk_dialect import records, wire, words
from agentconsole.connectors.zendesk_dialect.history import history_rows
from agentconsole.connectors.zendesk_dialect.pages import page_of
from agentconsole.connectors.zendesk_dialect.reading import read_body
from agentconsole.connectors.zendesk_dialect.views import view_records

PAGES = 50
"""Most pages of one stream that are asked for: a recording may lead in a circle."""

ARTICLES = "/help_center/"

_GZIPPED = b"\x1f\x8b"


class Exchange(NamedTuple):
    """One request and its answer, as they were recorded."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without what every address of the API has in common."""
        return urlsplit(self.url).path.removeprefix("/api/v2").removesuffix(".json")


@dataclass
class Report:
    """What came of a replay. ``unread`` and ``lacking`` are told in words, with their number."""

    exchanges: int = 0
    read: int = 0
    raised: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    lacking: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    left_out: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing raised, and nothing was left out."""
        return not self.raised and not self.left_out

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield f"{self.exchanges} answers, {self.read} of them read as what the connector knows"
        yield "rows: " + (", ".join(f"{count} {name}" for name, count in sorted(self.rows.items())) or "none")
        for title, found in (
            ("RAISED", [(each, 0) for each in self.raised]),
            ("not understood", self.unread.most_common()),
            ("not to be had in the recording", [(each, 0) for each in self.lacking]),
            ("answers of no use to the connector", self.unknown.most_common()),
        ):
            for what, times in found:
                yield f"{title}: {what}" + (f" ({times}×)" if times else "")


def load(path: Path) -> list[Exchange]:
    """Read the recording at *path*; ValueError for a file that is none."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        said = json.loads(text)
    except ValueError:
        said = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(said, dict) and "log" in said:
        return [_of_har(entry) for entry in said["log"]["entries"]]
    if isinstance(said, dict) and "http_interactions" in said:
        return [_of_cassette(interaction) for interaction in said["http_interactions"]]
    rows = said if isinstance(said, list) else [said]
    return [_of_line(row) for row in rows]


def _of_har(entry: Mapping[str, Any]) -> Exchange:
    request, response = entry["request"], entry["response"]
    content = response.get("content") or {}
    text = content.get("text") or ""
    body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
    headers = {str(each["name"]).lower(): str(each["value"]) for each in response.get("headers") or ()}
    return Exchange(request["method"], request["url"], int(response["status"]), _bare(headers), body)


def _of_cassette(interaction: Mapping[str, Any]) -> Exchange:
    request, response = interaction["request"], interaction["response"]
    said = response["body"]
    encoded = said.get("base64_string")
    body = base64.b64decode(encoded) if encoded is not None else str(said.get("string") or "").encode()
    if body.startswith(_GZIPPED):
        body = gzip.decompress(body)
    headers = {str(name).lower(): str(values[0]) for name, values in response["headers"].items() if values}
    return Exchange(request["method"].upper(), request["uri"], int(response["status"]["code"]), _bare(headers), body)


def _of_line(row: Mapping[str, Any]) -> Exchange:
    said = row.get("body")
    body = said.encode() if isinstance(said, str) else b"" if said is None else json.dumps(said).encode()
    headers = {str(name).lower(): str(value) for name, value in (row.get("headers") or {}).items()}
    return Exchange(str(row.get("method", "GET")), str(row["url"]), int(row.get("status", 200)), _bare(headers), body)


def _bare(headers: Mapping[str, str]) -> dict[str, str]:
    """*headers* without those that told of the body as it travelled."""
    travelled = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in headers.items() if name not in travelled}


def replay(exchanges: Iterable[Exchange]) -> Report:
    """Read each of *exchanges*, then let a connector loose on all of them."""
    known = list(exchanges)
    report = Report(exchanges=len(known))
    for each in known:
        _read(each, report)
    asyncio.run(_let_loose(known, report))
    return report


def _read(exchange: Exchange, report: Report) -> None:
    """Read one answer by itself."""
    oddities = Oddities()
    is_write = exchange.method != "GET"
    try:
        if not 200 <= exchange.status < 300:
            if exchange.status != 304:
                fault_of_answer(exchange.status, exchange.headers, exchange.body, is_write=is_write)
                report.read += 1
            return
        names = _names(exchange)
        if not names:
            report.unknown[f"{exchange.method} {_pattern(exchange.path)}"] += 1
            return
        answer = Answer(exchange.status, exchange.headers, exchange.body, is_write)
        body = read_body(answer, *names, oddities=oddities)
        _make_records(body, report, oddities)
        report.read += 1
    except Exception as error:  # whatever it is, it belongs into the report
        report.raised.append(f"{exchange.method} {_pattern(exchange.path)}: {type(error).__name__}: {error}")
    finally:
        report.unread.update(dict(oddities.counts()))
        report.left_out += oddities.left_out


def _names(exchange: Exchange) -> list[str]:
    """The keys of the answer that the connector reads."""
    if ARTICLES in exchange.path:
        return []
    try:
        said = msgspec.json.decode(exchange.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    things = {*wire.ROWS, "ticket", "user", "audit", "job_status"}
    return [name for name in said if name in things] if isinstance(said, dict) else []


def _make_records(body: wire.Body, report: Report, oddities: Oddities) -> None:
    if body.ticket is not None:
        body.tickets = [*(body.tickets or ()), body.ticket]
    if body.results is not None:
        body.tickets = [*(body.tickets or ()), *(row for row in body.results if row.result_type in (None, "ticket"))]
    if body.user is not None:
        body.users = [*(body.users or ()), body.user]
    words.note_statuses(body.custom_statuses or [], oddities)
    page = page_of(body, {}, ticket="1", oddities=oddities)
    msgspec.json.encode(page)
    for name in ("tickets", "comments", "people", "organizations", "deleted"):
        report.rows[name] += len(getattr(page, name))
    audits = [*(body.audits or ()), *([body.audit] if body.audit is not None else ())]
    report.rows["history"] += len(history_rows(audits, {}))
    for audit in audits:
        records.audit_comments(audit, "1")
    for event in body.ticket_events or ():
        found = records.event_comments(
            event.child_events or (), "1", author=None, at=event.created_at, metadata=event.metadata
        )
        report.rows["comments"] += len(found)
    records.group_records(body.groups or (), body.group_memberships)
    records.field_records(body.ticket_fields or ())
    records.macro_records(body.macros or ())
    view_records(body.views or (), {})


class Recorded(httpx.AsyncBaseTransport):
    """Answers as it was recorded. Where the same was asked several times, in the order of the recording."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._exact: dict[tuple[str, str, frozenset[tuple[str, str]]], list[Exchange]] = {}
        self._alike: dict[tuple[str, str], list[Exchange]] = {}
        for each in exchanges:
            self._exact.setdefault(_address(each.method, each.url), []).append(each)
            self._alike.setdefault((each.method, each.path), []).append(each)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer *request*."""
        address = _address(request.method, str(request.url))
        kept = self._exact.get(address) or self._alike.get(address[:2])
        if not kept:
            body = b'{"error":"RecordNotFound","description":"Not found"}'
            return httpx.Response(404, content=body, headers={"content-type": "application/json"}, request=request)
        found = kept.pop(0) if len(kept) > 1 else kept[0]
        return httpx.Response(found.status, content=found.body, headers=dict(found.headers), request=request)


def _address(method: str, url: str) -> tuple[str, str, frozenset[tuple[str, str]]]:
    parts = urlsplit(url)
    path = parts.path.removeprefix("/api/v2").removesuffix(".json")
    return method, path, frozenset(parse_qsl(parts.query))


async def _let_loose(exchanges: list[Exchange], report: Report) -> None:
    """Do with the recording what a console does in its first minutes."""

    async def no_time(_seconds: float) -> None:
        """A replay waits for nothing."""

    http = HttpClient(
        "https://recorded.zendesk.test",
        email_token("agent@desk.example", "none"),
        transport=Recorded(exchanges),
        seconds=lambda: 0.0,
        sleep=no_time,
    )
    connector = ZendeskConnector(http, no_time)

    async def tried(what: str, does: Any) -> Any:
        try:
            return await does
        except ConnectorError as error:
            report.lacking.append(f"{what}: {type(error).__name__}")
        except Exception as error:  # whatever it is, it belongs into the report
            report.raised.append(f"{what}: {type(error).__name__}: {error}")
        return None

    async def urgent() -> list[Any]:
        return [page async for page in connector.urgent()]

    await tried("identify", connector.identify())
    await tried("reference", connector.reference())
    pages = [*(await tried("urgent", urgent()) or ())]
    for stream in ("users", "organizations", "tickets", "ticket_events", "listed_tickets", "deleted_tickets"):
        cursor: str | None = None
        for _ in range(PAGES):
            page = await tried(f"changes of {stream}", connector.changes(stream, cursor))
            if page is None:
                break
            pages.append(page)
            if not page.more or page.cursor == cursor:
                break
            cursor = page.cursor
    refs = {row.ref for page in pages for row in page.tickets} | {_number(each.path) for each in exchanges}
    for ref in sorted(refs - {""}):
        await tried("a ticket", connector.ticket(ref))
        await tried("a history", connector.history(ref))
    report.unread.update(dict(connector.oddities.counts()))
    report.left_out += connector.oddities.left_out
    report.lacking = [f"{what} ({times}×)" for what, times in Counter(report.lacking).items()]
    await connector.close()


def _number(path: str) -> str:
    parts = path.split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "tickets" and parts[2].isdigit() else ""


def _pattern(path: str) -> str:
    return "/".join("{id}" if part.isdigit() else part for part in path.split("/"))


def main(files: list[str]) -> int:
    """Replay *files*; returns the exit code."""
    if not files:
        print(__doc__)
        return 2
    # what the connector warns of stands in the report; whoever called this goes on hearing warnings afterwards
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        are_clean = [_told(file) for file in files]
        return 0 if all(are_clean) else 1
    finally:
        logging.disable(before)


def _told(file: str) -> bool:
    report = replay(load(Path(file)))
    print(f"{file}:")
    for line in report.lines():
        print(f"  {line}")
    return report.is_clean


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
