"""``python -m tests.bench.rt``: the console beside RT's own pages, and its first sync beside bare REST2."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from agentconsole.connectors.rt.connector import PAGE_SIZE
from agentconsole.domain.records import Page
from tests.bench.asking import Probe
from tests.bench.measuring import quantile, rounded
from tests.bench.rt.bare import fetch_everything, told
from tests.bench.rt.browser import Browser
from tests.bench.rt.world import fill, home_for
from tests.support.rt.server import AGENT, RequestTracker, installation

ROOT = Path(__file__).resolve().parents[3]
SEARCHED = ("printer", "invoice", "meetings", "sign", "order", "late", "sound", "high")
VIEWS = ("id > 0", "Status = '__Active__'")
TIMES_FASTER = 10.0
SECONDS_TO_WORK = 5.0
RT_BCRYPT = 12
"""What an RT begins with."""


class Compared(NamedTuple):
    """Milliseconds of the console and of RT's pages for the same thing."""

    name: str
    console: list[float]
    pages: list[float]

    @property
    def times(self) -> tuple[float, float]:
        """How many times faster the console is, by the medians and by the 95th percentiles."""
        return (
            statistics.median(self.pages) / statistics.median(self.console),
            quantile(self.pages, 0.95) / quantile(self.console, 0.95),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rt")
    parser.add_argument("--tickets", type=int, default=10_000, metavar="N")
    parser.add_argument("--samples", type=int, default=40, metavar="N", help="of each, default 40")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench-rt.json")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with (
        installation() as installed,
        installed.serve(workers=4, bcrypt=RT_BCRYPT) as server,
        tempfile.TemporaryDirectory(prefix="agentconsole-bench-rt-") as folder,
    ):
        tickets = fill(server, options.tickets)
        print(f"{tickets:,} tickets in Request Tracker at {server.url}", file=sys.stderr)
        figures: dict[str, Any] = {"tickets": tickets, "sync": _synced(server, Path(folder) / "home", tickets)}
        print(f"synced: {figures['sync']}", file=sys.stderr)
        compared = _compare(server, Path(folder) / "home", options.samples)
    figures["compared"] = {
        each.name: {
            "console": _figures(each.console),
            "pages": _figures(each.pages),
            "times_faster": [rounded(times) for times in each.times],
        }
        for each in compared
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(told(figures))
    is_good = _print(figures["sync"], compared)
    print(f"\nWritten to {options.output}")
    return 0 if is_good else 1


# The first sync


def _synced(server: RequestTracker, folder: Path, tickets: int) -> dict[str, Any]:
    """Sync a new home as ``agentconsole sync`` does, and time when an agent could begin; and the same rows bare."""
    worked = asyncio.run(_until_work(server))
    bare, rows = fetch_everything(server, PAGE_SIZE)
    home_for(server, folder)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "agentconsole", "sync", "--json", "--home", str(folder)],
        env={**os.environ, "AGENTCONSOLE_HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - began
    report = json.loads(done.stdout)
    pulled = report["pulled"]["tickets"]
    if pulled != tickets:
        raise RuntimeError(f"{pulled} of {tickets} tickets were synced")
    return {
        **worked,
        "seconds": rounded(seconds),
        "tickets_per_second": rounded(tickets / seconds),
        "bare_seconds": rounded(bare),
        "bare_tickets_per_second": rounded(rows / bare),
        "ratio": rounded(seconds / bare),
    }


async def _until_work(server: RequestTracker) -> dict[str, float]:
    """Seconds from signing in until the most urgent tickets are listed, and until they can be read whole."""
    from agentconsole.connectors.api import Connection
    from agentconsole.connectors.registry import open_connector

    connection = Connection(kind="rt", url=server.url, way="password", person=AGENT.name)
    connector = open_connector(connection, AGENT.password)
    began = time.perf_counter()
    times: dict[str, float] = {}

    def note(page: Page) -> None:
        if page.tickets:
            times.setdefault("listed_seconds", rounded(time.perf_counter() - began))
        if page.comments:
            times.setdefault("readable_seconds", rounded(time.perf_counter() - began))

    await connector.identify()
    times["signed_in_seconds"] = rounded(time.perf_counter() - began)
    await connector.reference()
    async for page in connector.urgent():
        note(page)
        if "readable_seconds" in times:
            break
    await connector.close()
    return times


# The same things done in both


def _compare(server: RequestTracker, home: Path, samples: int) -> list[Compared]:
    chance = random.Random(7)
    with Probe("console", "window", str(home)) as console:
        count = console.ask("rows")
        refs = [chance.randrange(1, count) for _ in range(samples)]
        opened = [float(console.ask("ticket", id=ref)[0]) for ref in refs[:samples]]
        console.ask("queue")
        listed = [
            float(console.ask("view", key=("everything", "all-open")[number % 2])[0]) for number in range(samples)
        ]
        searched = [_typed(console, SEARCHED[number % len(SEARCHED)]) for number in range(samples)]
    with Browser() as browser:
        _sign_in(browser, server)
        pages = [
            _sampled(browser, [f"{server.url}/Ticket/Display.html?id={ref}" for ref in refs]),
            _sampled(browser, [_results(server, VIEWS[number % 2]) for number in range(samples)]),
            _sampled(
                browser,
                [_results(server, f"Subject LIKE '{SEARCHED[number % len(SEARCHED)]}'") for number in range(samples)],
            ),
        ]
    names = ("opening a ticket", "listing 50", "searching by subject")
    return [Compared(*each) for each in zip(names, (opened, listed, searched), pages, strict=True)]


def _typed(console: Probe, word: str) -> float:
    """Type a word into the search field; milliseconds from its last key to the painted answer."""
    console.ask("key", letter="")
    took = 0.0
    for letter in word:
        took = float(console.ask("key", letter=letter)[0])
    console.ask("key", letter="")
    return took


def _sampled(browser: Browser, addresses: Sequence[str]) -> list[float]:
    browser.open(addresses[0])  # the first of a kind compiles what it shows, in RT as in the browser
    return [browser.open(address) for address in addresses]


def _sign_in(browser: Browser, server: RequestTracker) -> None:
    browser.open(f"{server.url}/")
    browser.submit(
        f"document.querySelector('input[name=user]').value = '{AGENT.name}';"
        f"document.querySelector('input[name=pass]').value = '{AGENT.password}';"
        "document.querySelector('form#login').submit()"
    )
    if "Logout" not in str(browser.evaluate("document.documentElement.innerHTML")):
        raise RuntimeError("the browser could not sign in")


def _results(server: RequestTracker, query: str) -> str:
    asked = {"Query": query, "RowsPerPage": 50, "OrderBy": "LastUpdated", "Order": "DESC"}
    return f"{server.url}/Search/Results.html?{urlencode(asked)}"


def _figures(samples: list[float]) -> dict[str, float]:
    return {
        "median_ms": rounded(statistics.median(samples)),
        "p95_ms": rounded(quantile(samples, 0.95)),
        "n": len(samples),
    }


def _print(sync: dict[str, Any], compared: Sequence[Compared]) -> bool:
    is_good = True
    print(f"\n{'':24}{'console':>20}{'RT in Chromium':>22}{'times faster':>18}")
    print(f"{'':24}{'median':>10}{'p95':>10}{'median':>11}{'p95':>11}{'median':>9}{'p95':>9}   (ms)")
    for each in compared:
        ours, theirs = _figures(each.console), _figures(each.pages)
        by_median, by_p95 = each.times
        is_enough = by_median >= TIMES_FASTER
        is_good = is_good and is_enough
        print(
            f"{each.name:24}{ours['median_ms']:10g}{ours['p95_ms']:10g}{theirs['median_ms']:11g}{theirs['p95_ms']:11g}"
            f"{by_median:9.1f}{by_p95:9.1f}   {'ok' if is_enough else 'MISSED'} (>= {TIMES_FASTER:g})"
        )
    is_quick = sync["readable_seconds"] <= SECONDS_TO_WORK
    print(
        f"\nfrom signing in: signed in {sync['signed_in_seconds']:g} s, most urgent tickets listed "
        f"{sync['listed_seconds']:g} s, readable {sync['readable_seconds']:g} s "
        f"{'ok' if is_quick else 'MISSED'} (<= {SECONDS_TO_WORK:g})"
    )
    print(
        f"first sync: {sync['seconds']:g} s, {sync['tickets_per_second']:g} tickets/s; bare REST2 "
        f"{sync['bare_seconds']:g} s, {sync['bare_tickets_per_second']:g} tickets/s; ratio {sync['ratio']:g}"
    )
    return is_good and is_quick


if __name__ == "__main__":
    sys.exit(main())
