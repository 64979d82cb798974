"""The rows: what is asked of the console, and of its floor in the same breath."""

from __future__ import annotations

import itertools
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from tests.bench import service_levels
from tests.bench.asking import Probe
from tests.bench.bare_sql import BareSql
from tests.bench.bare_sync import copy_everything
from tests.bench.encryption import encryption_rows
from tests.bench.evicting import evicting_rows
from tests.bench.measuring import Row, row
from tests.bench.packaged import package_rows
from tests.bench.samples import Sample
from tests.bench.world import TOKEN, BenchWorld

VIEWS = ("my-open", "unassigned", "all-open", "breaching-next", "waiting-on-requester", "recently-solved", "everything")
TYPED = (
    *("refund", "checkout", "certificate", "gateway timeout", "invoice", "webhook", "theme", "login"),
    *("payment failed", "shipping label", "Zahlung", "paiement"),
)
"""What agents look for; typed letter by letter."""

FRAME_MS = 33.0
DRAIN_S = 420.0
"""The longest that an outbox is watched."""
TIMER_MS = 5


class Desk:
    """What every row is measured on.

    Attributes:
        folder: where worlds are kept.
        world: the world of most rows.
        small: a world of those that would take too long on the large one.
        quick: only the shape of the result matters.
    """

    def __init__(self, folder: Path, tickets: int, *, quick: bool) -> None:
        self.folder = folder
        self.world = BenchWorld(folder, tickets)
        self.small = BenchWorld(folder, min(tickets, 10_000))
        self.quick = quick
        self._open = ExitStack()
        self._window: Probe | None = None

    def times(self, often: int, least: int = 3) -> int:
        """How many samples."""
        return least if self.quick else often

    def window(self) -> Probe:
        """The console's window, the same one for all rows that look at it in turn."""
        if self._window is None:
            self.world.forget_settings()
            self._window = self._open.enter_context(Probe("console", "window", str(self.world.home)))
        return self._window

    def sql(self) -> BareSql:
        """Plain SQL on what the window shows."""
        return self._open.enter_context(closing(BareSql(self.world.store_file, self.world.store_key)))

    def bare_table(self) -> Probe:
        """A plain table in a window of its own."""
        return self._open.enter_context(Probe("bare_table"))

    def leave(self) -> None:
        """Close every window."""
        self._open.close()
        self._window = None


def initial_sync(desk: Desk) -> Iterator[Row]:
    """A fresh profile until everything is here; it also makes the home that the other rows are measured on."""
    world = desk.world
    with world.server() as server:
        report = world.sync(server.url)
        floor = copy_everything(server.url, TOKEN, world.store_file, world.folder / "bare.db", world.store_key)
    (world.folder / "bare.db").unlink()
    rows = sum(report["pulled"].values())
    yield row(
        "initial sync",
        [Sample(report["seconds"] * 1000, report["cpu_seconds"] * 1000)],
        [Sample(floor["seconds"] * 1000, floor["cpu_seconds"] * 1000)],
        rows=rows,
        rows_per_s=round(rows / report["seconds"]),
        floor_rows_per_s=round(floor["rows"] / floor["seconds"]),
        floor_parts_ms={name: round(floor[name] * 1000) for name in ("fetch", "decode", "write")},
        note=f"{rows:,} rows by `agentconsole sync`, {rows / report['seconds']:,.0f} a second; floor: the same export, "
        f"decoded and inserted bare, {floor['rows'] / floor['seconds']:,.0f} a second, "
        f"{floor['fetch'] / floor['seconds']:.0%} of it waiting for the server, which shares the machine with both",
    )


def start(desk: Desk) -> Iterator[Row]:
    """From the start of the process to the first frame with rows."""
    desk.world.forget_settings()
    console, empty = [], []
    for turn in range(desk.times(25) + 1):
        with Probe("console", "start", str(desk.world.home)) as real:
            pass
        with Probe("empty_window") as bare:
            pass
        if turn:  # the first start reads the programs from the disk
            console.append(real.ready_ms)
            empty.append(bare.ready_ms)
    yield row(
        "start to first painted queue",
        console,
        empty,
        aims={"ratio": 1.5},
        note="launch of the process to the first painted rows, exchange not started; floor: an empty QMainWindow",
    )


def scrolling(desk: Desk) -> Iterator[Row]:
    """Three rows, and a page, over all tickets."""
    console, bare = desk.window(), desk.bare_table()
    console.ask("view", key="everything")
    shape = console.ask("shape")
    bare.ask("like", **shape)
    page = shape["height"] // shape["row_height"] * shape["row_height"]
    for name, pixels, often in (("scroll step", 3 * shape["row_height"], 150), ("page down", page, 100)):
        ours, plain = [], []
        for _ in range(desk.times(often, least=8)):
            ours.append(Sample(*console.ask("scroll", pixels=pixels)))
            plain.append(Sample(*bare.ask("scroll", pixels=pixels)))
        yield row(
            name,
            ours,
            plain,
            aims={"median_ms": FRAME_MS},
            note=f"{pixels // shape['row_height']} rows in {shape['rows']:,}, read from the store as they come; "
            "floor: an unstyled QTableView on texts in memory",
        )


def views(desk: Desk) -> Iterator[Row]:
    console, sql = desk.window(), desk.sql()
    console.ask("view", key="changed-offline")
    ours, floor = [], []
    for key in itertools.islice(itertools.cycle(VIEWS), len(VIEWS) * desk.times(8, least=1)):
        floor.append(sql.view(key))
        ours.append(Sample(*console.ask("view", key=key)))
    yield row(
        "changing view",
        ours,
        floor,
        aims={"median_ms": 50.0},
        note=f"{', '.join(VIEWS)} in turn, until rows are painted; floor: bare SQL of the first 200 ids",
    )


def search(desk: Desk) -> Iterator[Row]:
    console, sql = desk.window(), desk.sql()
    ours, floor = [], []
    slowest = (0.0, "")
    for text in TYPED[: desk.times(len(TYPED), least=2)]:
        console.ask("key", letter="")
        for end, letter in enumerate(text, start=1):
            took = Sample(*console.ask("key", letter=letter))
            if (bare := sql.words(text[:end])) is not None:
                ours.append(took)
                floor.append(bare)
                slowest = max(slowest, (took.ms, text[:end]))
    console.ask("key", letter="")
    yield row(
        "search as one types",
        ours,
        floor,
        aims={"median_ms": 50.0},
        slowest=slowest[1],
        note="key press until its results are painted, over all tickets, 110 ms a key, without the pause of 25 ms that "
        f"joins quick keys; the slowest was {slowest[1]!r}; floor: bare FTS5, newest 200 documents of the same words",
    )


def ticket(desk: Desk) -> Iterator[Row]:
    console, sql = desk.window(), desk.sql()
    tickets = sql.some_tickets(desk.times(60), seed=7)
    opened, settled, floor = [], [], []
    console.ask("view", key="changed-offline")
    console.ask("view", key="all-open")
    console.ask("ticket", id=tickets[-1])  # the pane itself is built with the first one
    for number in tickets:
        floor.append(sql.ticket(number))
        ms, cpu_ms, last = console.ask("ticket", id=number)
        opened.append(Sample(ms, cpu_ms))
        settled.append(last)
    yield row(
        "opening a ticket",
        opened,
        floor,
        aims={"median_ms": 50.0},
        longest_conversation_ms=round(opened[0].ms, 1),
        settled_median_ms=round(statistics.median(settled), 1),
        note="show_ticket until its newest comments are painted, random open tickets and the longest; floor: bare SQL",
    )


def guidance(desk: Desk) -> Iterator[Row]:
    """What the packs say about a ticket that nobody has asked about yet."""
    console, sql = desk.window(), desk.sql()
    tickets = sql.some_tickets(desk.times(120), seed=11)
    ours, floor = [], []
    console.ask("guidance", id=tickets[-1])  # the packs are read with the first one
    for number in tickets[:-1]:
        floor.append(sql.ticket(number))
        ours.append(Sample(*console.ask("guidance", id=number)).ms)
    yield row(
        "guidance of a ticket (off the main thread)",
        ours,
        [sample.ms for sample in floor],
        aims={"median_ms": 10.0},
        note="every rule of the packs that speak for it, its likes among the requester's and organization's tickets, "
        "the requester's record; random open tickets and the longest; floor: bare SQL of the ticket alone",
    )


def tick(desk: Desk) -> Iterator[Row]:
    console, bare = desk.window(), desk.bare_table()
    shown = console.ask("show_countdown")
    shape = console.ask("shape")
    lines = max(shown["lines"], 1)
    bare.ask("like", **{**shape, "rows": shown["rows"], "height": lines * shape["row_height"]})
    ours, plain = [], []
    for _ in range(desk.times(120, least=8)):
        ours.append(Sample(*console.ask("tick")))
        plain.append(Sample(*bare.ask("tick", column=0)))
    yield row(
        "tick of the countdown pane",
        ours,
        plain,
        aims={"median_ms": FRAME_MS},
        note=f"one second for the whole window: {shown['rows']:,} targets held, {lines} lines on screen, tiles and "
        "queue included; floor: dataChanged over the visible cells of a plain table",
    )


def dashboard(desk: Desk) -> Iterator[Row]:
    """From the choice of a range until its figures are painted."""
    console, sql = desk.window(), desk.sql()
    for days in (30, 90):
        ours, floor, gaps = [], [], []
        created = 0
        for _ in range(desk.times(5)):
            floor.append(sql.everything())
            said = console.ask("dashboard", days=days, interval_ms=TIMER_MS)
            ours.append(Sample(*said["sample"]))
            gaps.extend(said["gaps"])
            created = said["created"]
        yield row(
            f"dashboard filled, {days} days",
            ours,
            floor,
            aims={"median_ms": 1500.0} if days == 30 else None,
            longest_gap_ms=round(max(gaps), 1),
            over_33_ms=sum(gap > FRAME_MS for gap in gaps),
            note=f"{desk.world.tickets:,} tickets, {created:,} created in the range, counted and painted; meanwhile a "
            f"{TIMER_MS} ms timer of the main thread waited {max(gaps):.1f} ms at the most; floor: one bare walk over "
            "tickets, records and comments",
        )
    console.ask("queue")


def store(desk: Desk) -> Iterator[Row]:
    """What runs beside the main thread."""
    console, sql = desk.window(), desk.sql()
    console.ask("view", key="changed-offline")
    console.ask("view", key="everything")
    for name, asked, bare in (
        ("view counts (off the main thread)", "counts", sql.count),
        ("all ids of a view (off the main thread)", "all_ids", sql.all_ids),
    ):
        ours, floor = [], []
        for _ in range(desk.times(12)):
            floor.append(bare().ms)
            ours.append(Sample(*console.ask(asked)).ms)
        yield row(name, ours, floor, note=f"{desk.world.tickets:,} tickets; floor: one bare walk of an index")


def targets(desk: Desk) -> Iterator[Row]:
    """Counting, without a store: all tickets, and one."""
    asked = service_levels.policy()
    tickets = service_levels.histories(1_000 if desk.quick else 100_000)
    ours, floor = [], []
    for _ in range(desk.times(7)):
        floor.append(service_levels.searched(asked, tickets))
        ours.append(service_levels.counted(asked, tickets))
    yield row(
        "targets of all tickets counted",
        ours,
        floor,
        aims=None if desk.quick else {"median_ms": 1000.0},
        note=f"{len(tickets):,} tickets, first and next reply by business hours and days, from what happened to "
        "them to due and late; floor: two bare bisections a ticket",
    )
    one = [[ticket] for ticket in tickets[:500]]
    yield row(
        "targets of a changed ticket counted",
        [service_levels.counted(asked, each).ms * 1000 for each in one],
        [service_levels.searched(asked, each).ms * 1000 for each in one[:100]],
        unit="µs",
        aims={"median_ms": 100.0},
        note="the same for a single ticket",
    )


def frames(desk: Desk) -> Iterator[Row]:
    """How long the main thread is kept from drawing while a fresh profile is filled."""
    with desk.small.server() as server:
        home = desk.small.fresh_home(server.url, "frames")
        with Probe("console", "window", str(home)) as console, Probe("bare_table") as bare:
            console.send("sync", seconds=600, interval_ms=TIMER_MS)
            beside: list[float] = []
            # the empty window breathes beside it for about as long: what it misses, the machine took
            beside.extend(bare.ask("gaps", seconds=3 if desk.quick else 15, interval_ms=TIMER_MS))
            said = console.answer()
    yield row(
        "longest frame while a sync runs",
        said["gaps"],
        beside,
        aims={"max_ms": FRAME_MS},
        floor_max_ms=round(max(beside), 1),
        over_33_ms=sum(gap > FRAME_MS for gap in said["gaps"]),
        longest_used_ms=round(max(said["used"]), 1),
        used_over_33_ms=sum(used > FRAME_MS for used in said["used"]),
        seconds=round(said["seconds"], 1),
        note=f"gaps of a {TIMER_MS} ms timer on the main thread in the initial sync of {desk.small.tickets:,} tickets "
        f"({said['seconds']:.1f} s); between two ticks the main thread itself worked {max(said['used']):.1f} ms at the "
        f"most; floor: the same timer of an empty window beside it, longest {max(beside):.1f} ms",
    )


def drain(desk: Desk) -> Iterator[Row]:
    """How long the main thread is kept from drawing while a long outbox is sent."""
    changes = 60 if desk.quick else 10_000
    # made anew each time: what is sent changes the server's tickets
    world = BenchWorld(desk.folder / "drain", min(desk.world.tickets, 5_000))
    world.remove()
    world.prepare()
    with world.server() as server:
        world.sync(server.url)
        queued = world.queue_changes(changes)
        world.forget_settings()
        # it has a machine of its own where people work: here it has what the console leaves of this one
        os.setpriority(os.PRIO_PROCESS, server.pid, 15)
        with Probe("console", "window", str(world.home)) as console, Probe("bare_table") as bare:
            console.send("drain", id=1, seconds=DRAIN_S, interval_ms=TIMER_MS)
            beside = bare.ask("gaps", seconds=3 if desk.quick else 15, interval_ms=TIMER_MS)
            said = console.answer()
    world.remove()
    gaps, used = said["gaps"], said["used"]
    yield row(
        "longest frame while an outbox drains",
        gaps,
        beside,
        aims={"max_ms": FRAME_MS},
        floor_max_ms=round(max(beside), 1),
        over_33_ms=sum(gap > FRAME_MS for gap in gaps),
        longest_used_ms=round(max(used), 1),
        used_over_33_ms=sum(each > FRAME_MS for each in used),
        seconds=round(said["seconds"], 1),
        sent=said["sent"],
        note=f"gaps of a {TIMER_MS} ms timer on the main thread, queue, ticket and outbox on the screen, while "
        f"{said['sent']:,} of {queued:,} changes of {world.tickets:,} tickets were sent ({said['seconds']:.0f} s) to a "
        "server of low priority; "
        f"between two ticks the main thread itself worked {max(used):.1f} ms at the most; floor: the same timer of an "
        f"empty window beside it, longest {max(beside):.1f} ms",
    )


def memory(desk: Desk) -> Iterator[Row]:
    with Probe("empty_window") as bare:
        resident = desk.window().ask("tour", id=desk.sql().some_tickets(1, seed=1)[0])
        floor = bare.ask("memory")
    yield row(
        "resident memory",
        [resident],
        [floor],
        unit="MB",
        aims={"median_ms": 250.0},
        note="after the queue of all tickets, the longest ticket, countdown and directory; floor: an empty window",
    )


TOGETHER: dict[str, Callable[[Desk], Iterator[Row]]] = {
    "scroll": scrolling,
    "view": views,
    "search": search,
    "store": store,
    "ticket": ticket,
    "guidance": guidance,
    "tick": tick,
    "dashboard": dashboard,
}
"""Rows that look at one open window in turn; the queue first, while it is alone."""

ALONE: dict[str, Callable[[Desk], Iterator[Row]]] = {"memory": memory, "frames": frames, "drain": drain}


def encryption(desk: Desk) -> Iterator[Row]:
    """What it costs that nobody else can read the store."""
    desk.leave()
    world = desk.world
    yield from encryption_rows(world.store_file, world.store_key, world.folder / "twins", desk.times)


def eviction(desk: Desk) -> Iterator[Row]:
    """Whether an agent waits while room is made."""
    desk.leave()
    world = desk.world
    yield from evicting_rows(world.store_file, world.store_key, world.folder / "evicted", desk.times(200))


def package(desk: Desk) -> Iterator[Row]:
    """What people install, when one was made: it lies beside the folder of the worlds."""
    desk.leave()
    desk.world.forget_settings()
    yield from package_rows(desk.folder.resolve().parent / "package", desk.world.home, desk.times(7))


ROWS = {
    "targets": targets,
    "sync": initial_sync,
    "start": start,
    **TOGETHER,
    **ALONE,
    "eviction": eviction,
    "encryption": encryption,
    "package": package,
}
"""What can be asked for by name, in the order of measuring: the sync comes first, the others use what it made."""


def measure(folder: Path, tickets: int, only: Sequence[str], *, quick: bool = False) -> Iterator[Row]:
    """Prepare what is missing under *folder* and yield the rows named by *only* (all when empty)."""
    desk = Desk(folder, tickets, quick=quick)
    desk.world.prepare()
    names = [name for name in ROWS if not only or name in only]
    if "sync" not in names and not desk.world.is_synced:
        with desk.world.server() as server:
            desk.world.sync(server.url)
    if "frames" in names:
        desk.small.prepare()
    try:
        for name in names:
            if name in ALONE:
                desk.leave()
            yield from ROWS[name](desk)
    finally:
        desk.leave()
