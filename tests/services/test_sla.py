"""Service levels with real packs and a real store: counted in the background, told on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.domain.commands import SetFields
from agentconsole.domain.instant import HOUR
from agentconsole.domain.ledger import LineKind
from agentconsole.domain.values import Metric, Priority, Stage, Status
from agentconsole.services.pack_folders import PackFolders
from agentconsole.services.packs import PackService
from agentconsole.services.sla import SlaService
from agentconsole.store.store import Store
from tests.services.test_packs import write
from tests.store.making import NOON, agent, comment, local, organization, pull, target, ticket

PACK = """\
[pack]
id = "acme"
title = "Acme Care"
version = "1"
level = "plan"

[match]
level_field = "plan"

[[levels]]
id = "basic"
title = "Basic"

[[schedules]]
id = "office"
title = "Office hours"
zone = "Europe/Berlin"
weekly = { mon = [["09:00", "17:00"]], tue = [["09:00", "17:00"]], wed = [["09:00", "17:00"]], \
thu = [["09:00", "17:00"]], fri = [["09:00", "17:00"]] }

[[sla.targets]]
metric = "first_reply"
levels = ["basic"]
priorities = ["urgent"]
target = "2 business hours"
schedule = "office"
text = "Urgent: 2 business hours"
source = "Handbook › Response"

[[sla.targets]]
metric = "first_reply"
levels = ["basic"]
target = "8 business hours"
schedule = "office"
"""
# NOON is Monday 21 September 2026, 16:13:20 in Berlin
FIRST = Metric.FIRST_REPLY
BASIC = organization("5", "Bloom", fields={"plan": "basic"})


@pytest.fixture
def folders(tmp_path: Path) -> PackFolders:
    found = PackFolders(tmp_path / "shipped", tmp_path / "own", tmp_path / "profile" / "packs")
    for folder in (found.shipped, found.own):
        folder.mkdir()
    write(found.own / "acme.toml", PACK)
    return found


@pytest.fixture
def packs(folders: PackFolders, store: Store, tmp_path: Path) -> Iterator[PackService]:
    service = PackService(folders, tmp_path / "packs.json", store, store.publish)
    yield service
    service.close()


@pytest.fixture
def sla(store: Store, packs: PackService) -> Iterator[SlaService]:
    service = SlaService(store, lambda: packs, lambda: NOON)
    yield service
    service.close()


async def test_an_explanation_names_the_rule_and_adds_up(store: Store, sla: SlaService) -> None:
    sla.count()
    pull(store, BASIC, ticket("7", organization="5", priority=Priority.URGENT, created_at=NOON, updated_at=NOON))
    (found,) = await sla.explain(local(store, "7"))
    assert (found.source, found.source_title, found.goal) == ("acme", "Acme Care", "2 business hours")
    assert (found.rule, found.heading, found.because) == (
        "Urgent: 2 business hours",
        "Handbook › Response",
        "Basic · urgent",
    )
    assert (found.hours, found.zone) == ("Mon–Fri 09:00–17:00", "Europe/Berlin")
    assert sum(line.counted for line in found.lines) == 2 * HOUR
    (row,) = store.countdown.running()
    assert (row.due_at, row.breach_at) == (found.due_at, found.breach_at)


async def test_the_help_desks_own_target_is_told_as_such_with_what_the_pack_would_say(
    store: Store, sla: SlaService
) -> None:
    sla.count()
    pull(store, BASIC, ticket("7", organization="5", targets=(target(NOON + HOUR),)))
    (found,) = await sla.explain(local(store, "7"))
    assert (found.source, found.due_at, found.budget) == ("", NOON + HOUR, None)
    assert [line.kind for line in found.lines] == [LineKind.NOW, LineKind.DUE]
    assert found.instead is not None
    assert (found.instead.source, found.instead.goal) == ("acme", "8 business hours")


async def test_a_ticket_without_any_rule_or_that_is_gone_has_no_explanation(store: Store, sla: SlaService) -> None:
    pull(store, ticket("7"))
    assert await sla.explain(local(store, "7")) == ()
    assert await sla.explain(99) == ()


async def test_a_forecast_tells_what_another_priority_would_promise(store: Store, sla: SlaService) -> None:
    pull(store, BASIC, ticket("7", organization="5"))
    (found,) = await sla.forecast(local(store, "7"), Priority.URGENT)
    assert (found.goal, found.stage) == ("2 business hours", Stage.ACTIVE)
    assert await sla.forecast(99, Priority.URGENT) == ()


async def test_an_unsent_priority_changes_the_target_at_once_and_offline(store: Store, sla: SlaService) -> None:
    sla.count()
    pull(store, BASIC, ticket("7", organization="5"))
    id_ = local(store, "7")
    store.outbox.queue([(id_, SetFields(values={"priority": "urgent"}, base={"priority": None}))], batch="b").result()
    (row,) = store.countdown.running()
    assert row.goal == "2 business hours"
    assert [(one.kind, one.goal) for one in await sla.recorded(id_)] == [("retarget", "2 business hours")]


def test_business_time_that_is_left_is_counted_on_the_targets_own_clock(store: Store, sla: SlaService) -> None:
    sla.count()
    # 16:13:20 in Berlin: 46 min 40 s today, the rest tomorrow
    pull(
        store,
        BASIC,
        ticket("7", organization="5", created_at=NOON, updated_at=NOON),
        ticket("8", targets=(target(NOON),)),
    )
    rows = {row.ref: row for row in store.countdown.running()}
    assert sla.business_left(rows["7"], NOON) == 8 * HOUR
    assert sla.business_left(rows["7"], NOON + 12 * HOUR) == 8 * HOUR - 2800 * 1_000_000
    assert sla.business_left(rows["7"], NOON + 48 * HOUR) == -(8 * HOUR)
    assert sla.business_left(rows["8"], NOON) is None


def test_a_pack_that_is_edited_counts_everything_anew(
    store: Store, sla: SlaService, packs: PackService, folders: PackFolders
) -> None:
    sla.count()
    pull(store, BASIC, ticket("7", organization="5", created_at=NOON, updated_at=NOON))
    edited = threading.Event()
    store.subscribe(lambda change: edited.set() if "sla" in change.topics else None)
    sla.start()
    write(folders.own / "acme.toml", PACK.replace("8 business hours", "3 business hours"))
    packs.look()
    assert edited.wait(20)
    (row,) = store.countdown.running()
    assert row.goal == "3 business hours"


def test_holidays_that_are_edited_move_what_runs(
    store: Store, sla: SlaService, packs: PackService, folders: PackFolders
) -> None:
    sla.count()
    pull(store, BASIC, ticket("7", organization="5", created_at=NOON, updated_at=NOON))
    (before,) = store.countdown.running()
    write(
        folders.own / "acme.toml",
        PACK.replace('zone = "Europe/Berlin"', 'zone = "Europe/Berlin"\nclosed = ["2026-09-22"]'),
    )
    packs.look()
    sla.count()
    (after,) = store.countdown.running()
    assert before.due_at is not None
    assert after.due_at == before.due_at + 24 * HOUR


def test_what_another_process_changed_is_counted_when_it_is_heard_of(
    store: Store, sla: SlaService, packs: PackService
) -> None:
    pull(store, BASIC, ticket("7", organization="5"))  # nobody counts yet
    assert store.countdown.running() == []
    counted = threading.Event()
    store.subscribe(lambda change: counted.set() if "sla" in change.topics else None)
    sla.start()
    assert counted.wait(20)
    (row,) = store.countdown.running()
    assert row.goal == "8 business hours"


async def test_a_command_catches_up_only_if_something_waits(store: Store, packs: PackService) -> None:
    service = SlaService(store, lambda: packs, lambda: NOON)
    pull(store, BASIC, ticket("7", organization="5"))
    await service.catch_up()
    assert [row.goal for row in store.countdown.running()] == ["8 business hours"]

    def never() -> PackService:
        raise AssertionError("packs were asked for without need")

    await SlaService(store, never, lambda: NOON).catch_up()


async def test_an_answered_cycle_is_explained_with_its_end(store: Store, sla: SlaService) -> None:
    sla.count()
    pull(
        store,
        BASIC,
        agent("30", "Ann"),
        ticket("7", organization="5", status=Status.OPEN, created_at=NOON, updated_at=NOON),
        comment("1", "7", author="30", created_at=NOON + HOUR // 4),
    )
    (found,) = await sla.explain(local(store, "7"))
    assert (found.stage, found.fulfilled_at) == (Stage.ACHIEVED, NOON + HOUR // 4)
    assert [(line.kind, line.words) for line in found.lines if line.kind is LineKind.MET] == [(LineKind.MET, "in time")]


async def test_the_events_of_a_tickets_clocks_are_told_for_metrics_that_have_a_rule(
    store: Store, sla: SlaService
) -> None:
    pull(
        store,
        BASIC,
        agent("30", "Ann"),
        ticket("7", organization="5", created_at=NOON, updated_at=NOON),
        comment("1", "7", author="30", created_at=NOON + HOUR),
    )
    assert [(event.at, str(event.kind), event.metric) for event in await sla.events(local(store, "7"))] == [
        (NOON, "activate", FIRST),
        (NOON + HOUR, "fulfil", FIRST),
    ]
    assert await sla.events(99) == ()
