"""Whether an agent waits while room is made: changes accepted during an eviction beside changes accepted in peace."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from agentconsole.domain.cache_scope import CacheScope
from agentconsole.domain.commands import SetFields
from agentconsole.domain.instant import DAY
from agentconsole.domain.query import QueueQuery
from agentconsole.store.opening import open_store, wall_clock
from agentconsole.store.store import Store
from tests.bench.measuring import Row, row, timed
from tests.bench.samples import Sample

_PAUSE = 0.02
"""Seconds between two changes of the agent."""


def evicting_rows(model: Path, key: bytes, folder: Path, times: int) -> Iterator[Row]:
    """Copy the store at *model* to *folder*, and remove the older half of its solved tickets."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    place = folder / "console.db"
    shutil.copy(model, place)
    try:
        with closing(open_store(place, key=key, clock=wall_clock)) as store:
            yield _measured(store, times)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(store: Store, times: int) -> Row:
    open_ids = store.queue.all_ids(QueueQuery(view="all-open"))
    in_peace = [_change(store, open_ids[turn % len(open_ids)]) for turn in range(times)]
    scope = CacheScope(days=_half(store))
    store.cache.choose(scope).result()
    meanwhile: list[Sample] = []
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            meanwhile.append(_change(store, open_ids[len(meanwhile) % len(open_ids)]))
            time.sleep(_PAUSE)

    agent = threading.Thread(target=work)
    began = time.perf_counter()
    agent.start()
    report = store.cache.evicting.sweep()
    took = time.perf_counter() - began
    over.set()
    agent.join()
    return row(
        "change accepted during an eviction",
        meanwhile,
        in_peace,
        tickets=report.tickets,
        seconds=round(took, 1),
        freed_bytes=report.freed,
        floor_max_ms=round(max(sample.ms for sample in in_peace), 1),
        note=f"while {report.tickets:,} tickets with {report.comments:,} comments went in {took:.0f} s and the file "
        f"gave back {report.freed / 1e6:.0f} MB; floor: the same changes with nothing else going on",
    )


def _change(store: Store, ticket: int) -> Sample:
    command = SetFields(values={"priority": "high"}, base={})
    return timed(lambda: store.outbox.queue([(ticket, command)], batch="bench").result())


def _half(store: Store) -> int:
    """Return within how many days the newer half of the solved tickets changed."""
    done = store.queue.all_ids(QueueQuery(view="everything", text="is:solved", sort="updated", descending=True))
    middle = store.queue.rows([done[len(done) // 2]])[0].updated_at if done else 0
    return max(1, (wall_clock() - middle) // DAY)
