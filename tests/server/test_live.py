"""The event stream and presence, over a real connection; starting and stopping the real process."""

from __future__ import annotations

import itertools
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from agentconsole.server.database import Database
from agentconsole.server.embedded import EmbeddedServer
from agentconsole.server.failures import AddressUnavailable
from agentconsole.server.schema import access_tokens
from agentconsole.server.settings import ServerSettings
from tests.server.conftest import Clock
from tests.support.account import BEN, CLEO

Event = tuple[str, dict[str, Any]]
LIVE = "/api/agentconsole/v1"


@pytest.fixture
def server(loaded: Database) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(loaded, ServerSettings(heartbeat_every=0.05)) as running:
        yield running


def client_for(server: EmbeddedServer, token: str = "ben-token") -> httpx.Client:
    return httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {token}"}, timeout=10)


@contextmanager
def stream(client: httpx.Client, **params: Any) -> Iterator[Iterator[Event]]:
    """The events of one connection, as (name, data); heartbeats come as ("", {})."""
    headers = params.pop("headers", None)
    with client.stream("GET", f"{LIVE}/events", params=params, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


def _events(answer: httpx.Response) -> Iterator[Event]:
    name, data = "", {}
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
        elif not line:
            yield name, data
            name, data = "", {}


def until(events: Iterator[Event], name: str) -> dict[str, Any]:
    return next(data for kind, data in events if kind == name)


def test_a_change_is_told_with_its_number_and_version(server: EmbeddedServer) -> None:
    with client_for(server) as client, stream(client) as events:
        start = until(events, "hello")["seq"]
        with client_for(server, "ada-token") as other:
            answer = other.put("/api/v2/tickets/1", json={"ticket": {"comment": {"body": "hi"}}}).json()
        told = [until(events, "change"), until(events, "change")]
        assert [each["seq"] for each in told] == [start + 1, start + 2]
        by_kind = {each["kind"]: each for each in told}
        assert (by_kind["ticket"]["id"], by_kind["ticket"]["version"]) == (1, 2)
        comment_id = answer["audit"]["events"][0]["id"]
        assert (by_kind["comment"]["id"], by_kind["comment"]["ticket_id"]) == (comment_id, 1)


def test_who_comes_back_hears_what_was_missed(server: EmbeddedServer) -> None:
    with client_for(server) as client:
        with stream(client) as events:
            start = until(events, "hello")["seq"]
        client.put("/api/v2/tickets/1", json={"ticket": {"priority": "low"}})
        client.put("/api/v2/tickets/2", json={"ticket": {"priority": "low"}})
        with stream(client, after=start) as events:
            assert [until(events, "change")["id"] for _ in range(2)] == [1, 2]
        with stream(client, headers={"Last-Event-ID": str(start + 1)}) as events:
            assert until(events, "change")["id"] == 2


def test_a_silent_stream_still_beats(server: EmbeddedServer) -> None:
    with client_for(server) as client, stream(client) as events:
        until(events, "hello")
        assert next(events) == ("", {})


def test_presence_is_told_kept_and_ended(server: EmbeddedServer) -> None:
    with client_for(server, "ada-token") as ada, client_for(server) as ben, stream(ada) as events:
        until(events, "hello")
        assert ben.put(f"{LIVE}/presence/1", json={"mode": "viewing"}).status_code == 204
        told = until(events, "presence")
        assert (told["ticket_id"], told["users"][0]["id"], told["users"][0]["mode"]) == (1, BEN, "viewing")
        ben.put(f"{LIVE}/presence/1", json={"mode": "replying"})
        assert until(events, "presence")["users"][0]["mode"] == "replying"
        assert ada.get(f"{LIVE}/presence").json()["presence"][0]["users"][0]["name"] == "Ben Bell"
        ben.delete(f"{LIVE}/presence/1")
        assert until(events, "presence") == {"ticket_id": 1, "users": []}


def test_presence_that_nobody_renews_ends_by_itself(server: EmbeddedServer, clock: Clock) -> None:
    with client_for(server) as ben, stream(ben) as events:
        until(events, "hello")
        ben.put(f"{LIVE}/presence/1", json={"mode": "viewing"})
        until(events, "presence")
        clock.advance(seconds=61)
        assert until(events, "presence") == {"ticket_id": 1, "users": []}


def test_a_reviewer_may_be_seen(server: EmbeddedServer) -> None:
    with client_for(server, "cleo-token") as cleo:
        assert cleo.put(f"{LIVE}/presence/1", json={"mode": "viewing"}).status_code == 204


def ended_with_nothing_told(events: Iterator[Event]) -> None:
    told = list(itertools.islice(events, 100))
    assert len(told) < 100, "it went on"
    assert [name for name, _ in told if name] == []


def test_who_is_suspended_or_loses_the_token_hears_nothing_more(loaded: Database, server: EmbeddedServer) -> None:
    with client_for(server, "ada-token") as ada, client_for(server) as ben, stream(ben) as events:
        until(events, "hello")
        assert ada.put(f"/api/v2/users/{BEN}", json={"user": {"suspended": True}}).status_code == 200
        ada.put("/api/v2/tickets/1", json={"ticket": {"priority": "low"}})
        ended_with_nothing_told(events)
    with client_for(server, "cleo-token") as cleo, stream(cleo) as events:
        until(events, "hello")
        with loaded.engine.begin() as db:
            db.execute(delete(access_tokens).where(access_tokens.c.user_id == CLEO))
        ended_with_nothing_told(events)


def test_another_process_on_the_same_file_is_heard(loaded: Database, server: EmbeddedServer) -> None:
    elsewhere = Database(str(loaded.url))
    with (
        EmbeddedServer(elsewhere, ServerSettings()) as other,
        client_for(other) as writer,
        client_for(server) as client,
        stream(client) as events,
    ):
        until(events, "hello")
        writer.put("/api/v2/tickets/2", json={"ticket": {"priority": "low"}})
        assert until(events, "change")["id"] == 2
    elsewhere.close()


def test_stopping_ends_open_streams(loaded: Database) -> None:
    running = EmbeddedServer(loaded, ServerSettings())
    running.start()
    is_open, ended = threading.Event(), threading.Event()

    def listen() -> None:
        with client_for(running) as client, stream(client) as events:
            until(events, "hello")
            is_open.set()
            assert list(events) == []
            ended.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert is_open.wait(10)
    running.stop()
    listener.join(10)
    assert ended.is_set()


def test_a_port_that_is_taken_is_said_at_once(loaded: Database, server: EmbeddedServer) -> None:
    port = int(server.address.rpartition(":")[2])
    with pytest.raises(AddressUnavailable, match=str(port)):
        EmbeddedServer(loaded, ServerSettings(port=port))


PROGRAM = """
import sys
from agentconsole.server.running import run
from agentconsole.server.settings import Grant, ServerSettings
sys.exit(run(ServerSettings(database_url=sys.argv[1], grants=(Grant("ann@desk.example", "t0"),))))
"""


def test_the_process_says_when_it_serves_and_stops_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, f"sqlite:///{tmp_path / 'new.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        word, _, address = process.stdout.readline().strip().partition(" ")
        assert (word, address.startswith("http://127.0.0.1:")) == ("serving", True)
        headers = {"Authorization": "Bearer t0"}
        with (
            httpx.Client(base_url=address, headers=headers) as client,
            client.stream("GET", f"{LIVE}/events") as answer,
        ):
            lines = answer.iter_lines()
            assert next(lines) == "event: hello"
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        assert process.stderr.read() == ""


@pytest.mark.parametrize("path", ["/api/v2/tickets.json", "/api/v2/uploads.json?filename=a.bin"])
def test_a_client_that_leaves_in_the_middle_of_its_request_is_no_fault(
    loaded: Database, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    head = "\r\n".join(
        (f"POST {path} HTTP/1.1", "Host: desk", "Authorization: Bearer ben-token", "Content-Length: 500", "", "{")
    )
    with EmbeddedServer(loaded, ServerSettings()) as server, client_for(server) as client:
        before = client.get("/api/v2/tickets/count.json").json()
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head.encode())
        assert client.get("/api/v2/tickets/count.json").json() == before
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
