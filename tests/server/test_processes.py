"""Several server processes share one database: no write is lost, and every stream tells of all of them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from agentconsole.server.database import Database
from tests.support import postgres
from tests.support.server_process import server_process

HEADERS = {"Authorization": "Bearer ada-token"}
WRITERS, WRITES_EACH = 4, 50
"""Threads a process, and what each of them writes."""


Pair = tuple[str, str]


@pytest.fixture(scope="module")
def postgres_pair(cluster: postgres.Cluster, _account_template: str) -> Iterator[Pair]:
    """The addresses of two processes that serve the small account from one PostgreSQL."""
    with cluster.database(_account_template) as name:
        url = cluster.url(name)
        with server_process(url) as first, server_process(url) as second:
            yield first, second


@pytest.fixture
def sqlite_pair(loaded: Database) -> Iterator[Pair]:
    """The same from one SQLite file."""
    url = loaded.url.render_as_string(hide_password=False)
    with server_process(url) as first, server_process(url) as second:
        yield first, second


@pytest.mark.postgres
def test_concurrent_writers_lose_nothing_and_a_reader_misses_nothing(postgres_pair: Pair) -> None:
    pair = postgres_pair
    done = threading.Event()

    def write(number: int) -> None:
        with httpx.Client(base_url=pair[number % 2], headers=HEADERS, timeout=60) as client:
            for each in range(WRITES_EACH):
                text = f"note {number}-{each}"
                body = {
                    "ticket": {"comment": {"body": text, "public": False}, "additional_tags": [f"t{number}-{each}"]}
                }
                answer = client.put(f"/api/v2/tickets/{1 + each % 2}", json=body)
                assert answer.status_code == 200, answer.text

    def follow() -> list[str]:
        """Read along while others write, as a console does; returns the comments in the order in which they came."""
        seen: list[str] = []
        cursor = ""
        with httpx.Client(base_url=pair[0], headers=HEADERS, timeout=60) as client:
            while True:
                was_done = done.is_set()
                page = client.get("/api/agentconsole/v1/export", params={"cursor": cursor, "limit": 50}).json()
                cursor = page["cursor"]
                seen += [comment["body"] for comment in page["comments"]]
                if page["end_of_stream"] and was_done:
                    return seen

    with ThreadPoolExecutor(2 * WRITERS + 1) as pool:
        reader = pool.submit(follow)
        list(pool.map(write, range(2 * WRITERS)))
        done.set()
        seen = [body for body in reader.result(60) if body.startswith("note ")]

    expected = {f"note {number}-{each}" for number in range(2 * WRITERS) for each in range(WRITES_EACH)}
    assert sorted(seen) == sorted(expected)
    with httpx.Client(base_url=pair[1], headers=HEADERS) as client:
        tags = [set(client.get(f"/api/v2/tickets/{ticket}").json()["ticket"]["tags"]) for ticket in (1, 2)]
    assert {tag for tag in tags[0] | tags[1] if tag.startswith("t")} == {
        text.replace("note ", "t") for text in expected
    }


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a stream: name and data."""
    name = ""
    for line in lines:
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield name, json.loads(line.removeprefix("data:"))


@pytest.mark.parametrize("which", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_the_stream_of_one_process_tells_of_a_write_through_the_other_within_a_second(
    request: pytest.FixtureRequest, which: str
) -> None:
    pair: Pair = request.getfixturevalue(f"{which}_pair")
    with (
        httpx.Client(headers=HEADERS, timeout=20) as client,
        client.stream("GET", f"{pair[0]}/api/agentconsole/v1/events") as stream,
    ):
        told = events(stream.iter_lines())
        assert next(told)[0] == "hello"
        took = []
        for priority in ("urgent", "low", "normal"):
            began = time.monotonic()
            answer = httpx.put(
                f"{pair[1]}/api/v2/tickets/1", json={"ticket": {"priority": priority}}, headers=HEADERS, timeout=20
            )
            assert answer.status_code == 200
            change = next(data for name, data in told if name == "change" and data["kind"] == "ticket")
            took.append(time.monotonic() - began)
            assert change["id"] == 1
        assert min(took) < 1, f"seconds from write to news: {took}"
