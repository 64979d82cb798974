"""A wire that loses, garbles and refuses at random: everything arrives once and in order all the same."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx
import pytest

from agentconsole.connectors.api import ConnectorError, RateLimited
from agentconsole.domain.commands import AddComment, ChangeTags, CreateTicket
from agentconsole.domain.values import OutboxState
from agentconsole.server.settings import Limit, RateLimits, ServerSettings
from agentconsole.store.errors import DiskFull
from agentconsole.store.opening import open_store
from agentconsole.store.store import Store
from tests.support.desk import KINDS, Desk, Time, copy_account
from tests.support.keys import KEY
from tests.sync.console import Console

FATES = (*[""] * 16, "lose answer", "lose answer", "lose request", "500", "503", "429", "302")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_the_wire_does_everything_arrives_once_and_in_order(
    console: Console, desk: Desk, kind: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.connect(kind)
    await console.pull()
    dice = random.Random(seed)
    texts: dict[str, list[str]] = {"1": [], "2": []}
    for number in range(12):
        ref = dice.choice(["1", "2"])
        texts[ref].append(f"Text {number}")
        public = dice.random() < 0.5
        console.queue(
            ref, console.reply(ref, texts[ref][-1]) if public else AddComment(body=texts[ref][-1], public=False)
        )
    console.queue("1", ChangeTags(add=("tried",), remove=("vip",)))
    created = console.store.outbox.create(CreateTicket(subject="Made in a storm", body="B"), batch="b").result()
    before = {ref: len(await desk.comments(ref)) for ref in texts}

    def mischief(_request: httpx.Request) -> str:
        return dice.choice(FATES)

    desk.wire.mischief = mischief
    for _ in range(600):
        if console.store.outbox.summary().waiting == 0:
            break
        with monkeypatch.context() as patched, contextlib.suppress(ConnectorError, DiskFull):
            if dice.random() < 0.15:  # the desk hears, and our own disk can't note it
                patched.setattr(console.store.outbox, "accept", _disk_is_full)
            await console.push()
        if dice.random() < 0.2:  # what was sent without an answer may come back by a pull
            with contextlib.suppress(ConnectorError):
                await console.puller.pull()
        if dice.random() < 0.2:  # a second process pushes in between
            other = open_store(console.store.path, key=KEY, clock=desk.time.instant)
            with contextlib.suppress(ConnectorError):
                await Console(desk, other, kind).push()
            other.close()
        if dice.random() < 0.2:  # the console is killed and started again
            console.connect(kind)
            console.store.outbox.recover().result()
        desk.time.pass_(31)
    desk.wire.mischief = None

    assert console.store.outbox.summary() == (0, 0, 0, 0)
    for ref, expected in texts.items():
        assert (await desk.comments(ref))[before[ref] :] == expected
    assert set((await desk.ticket("1"))["tags"]) == {"checkout", "tried"}
    listed = await desk.as_("ada", "GET", "/tickets.json?page[size]=100")
    assert Counter(row["subject"] for row in listed["tickets"])["Made in a storm"] == 1
    await console.pull()
    desk.time.pass_(120)
    await console.pull()
    for ref, expected in texts.items():
        assert console.shown(ref)[before[ref] :] == expected
    assert console.store.tickets.ref_of(created) is not None
    states = {row.state for row in console.store.outbox.rows(waiting_only=False)}
    assert states == {OutboxState.SENT}


def _disk_is_full(*_arguments: Any, **_values: Any) -> Future[Any]:
    failed: Future[Any] = Future()
    failed.set_exception(DiskFull())
    return failed


@pytest.mark.parametrize(("kind", "who"), [("agentconsole", "ben"), ("zendesk", "ada"), ("zendesk", "ben")])
async def test_limits_are_kept_before_the_desk_has_to_refuse(
    account_file: Path, tmp_path: Path, time: Time, store: Store, kind: str, who: str
) -> None:
    database = copy_account(account_file, tmp_path / "limited.db", time)
    limits = RateLimits(account=Limit(12), endpoints={"incremental-exports": Limit(2), "tickets-index": Limit(3)})
    desk = Desk(database, time, ServerSettings(rate_limits=limits))
    console = Console(desk, store, kind, who)
    waited = 0.0
    for _ in range(50):
        try:
            await console.pull()
            break
        except RateLimited as error:
            waited += error.retry_after
            time.pass_(error.retry_after)
    assert store.facts.get("initial_done") == "1"
    assert waited + sum(time.slept) > 0
    assert 429 not in desk.wire.statuses
    assert console.shown("3") == ["Invoice 77 says 10 % too much.", "Refund it?", "We sent a new invoice."]
    database.close()
