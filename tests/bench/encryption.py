"""What encryption costs: one store twice, encrypted and readable, asked the same things in turn."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from agentconsole.domain.commands import AddComment
from agentconsole.domain.instant import DAY, SECOND
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import CommentRecord, Page, TicketRecord
from agentconsole.domain.values import Status
from agentconsole.store import driver
from agentconsole.store.cipher import salt_of
from agentconsole.store.opening import open_store, wall_clock
from agentconsole.store.store import Store
from tests.bench.measuring import Row, row, timed
from tests.bench.samples import Sample

_SCREEN = 50
_PAGE = 200
_WORDS = ("refund", "checkout", "certificate", "gateway timeout", "invoice", "webhook", "payment failed")
_ASIDE = 1 << 40
"""Numbers of tickets that no help desk of the bench has reached."""


class Twins:
    """Two copies of the store at *model*, made in the same way: one under *key*, one that anybody can read."""

    def __init__(self, model: Path, key: bytes, folder: Path) -> None:
        self._folders = (folder / "encrypted", folder / "readable")
        self._keys = (key, None)
        self._open = ExitStack()
        for place, own in zip(self._folders, self._keys, strict=True):
            place.mkdir(parents=True, exist_ok=True)
            _copy(model, key, place / "console.db", own)
        self.stores = tuple(self._open.enter_context(closing(store)) for store in self._opened())

    def compare(self, times: int, asked: Callable[[Store, int], object]) -> tuple[list[Sample], list[Sample]]:
        """Do *asked* (with a store and the number of the turn) to both *times* times, each first as often."""
        taken: tuple[list[Sample], list[Sample]] = ([], [])
        for turn in range(times + 1):
            for which in (0, 1) if turn % 2 else (1, 0):
                sample = timed(partial(asked, self.stores[which], turn))
                if turn:  # the first of each fills the caches of what is asked
                    taken[which].append(sample)
        return taken

    def openings(self, times: int) -> tuple[list[Sample], list[Sample]]:
        """Open each anew, read its first screen and close it again."""
        taken: tuple[list[Sample], list[Sample]] = ([], [])
        for _ in range(times):
            for which, (place, key) in enumerate(zip(self._folders, self._keys, strict=True)):
                opened: list[Store] = []
                taken[which].append(timed(partial(_open, place / "console.db", key, opened)))
                opened[0].close()
        return taken

    def sizes(self) -> tuple[int, int]:
        """Bytes of each on the disk."""
        first, second = ((place / "console.db").stat().st_size for place in self._folders)
        return first, second

    def close(self) -> None:
        """Close both and remove their files."""
        self._open.close()
        for place in self._folders:
            for path in sorted(place.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            place.rmdir()

    def _opened(self) -> Iterator[Store]:
        for place, key in zip(self._folders, self._keys, strict=True):
            yield open_store(place / "console.db", key=key, poll_interval=3600)


def encryption_rows(model: Path, key: bytes, folder: Path, times: Callable[[int], int]) -> Iterator[Row]:
    """Yield a row for each thing that is asked of both; *times* says how often instead of the usual number."""
    with closing(Twins(model, key, folder)) as twins:
        ids = twins.stores[0].queue.all_ids(QueueQuery(view="everything")).tolist()
        some = random.Random(5).sample(ids, min(len(ids), 500))
        numbers = itertools.count(_ASIDE)

        def scrolled(store: Store, turn: int) -> object:
            begin = some[turn % len(some)] % max(1, len(ids) - _SCREEN)
            return store.queue.rows(ids[begin : begin + _SCREEN])

        def opened(store: Store, turn: int) -> object:
            return store.tickets.detail(some[turn % len(some)])

        def searched(store: Store, turn: int) -> object:
            return store.queue.first_ids(QueueQuery(view="everything", text=_WORDS[turn % len(_WORDS)]), _PAGE)

        def queued(store: Store, turn: int) -> object:
            reply = AddComment(body="We are looking into it. " * 20, public=True)
            return store.outbox.queue([(some[turn % len(some)], reply)], batch=f"b{next(numbers)}").result()

        asked: tuple[tuple[str, int, Callable[[Store, int], object], str], ...] = (
            ("first screen of the queue", 60, _first_screen, "ids and rows of the view All open"),
            ("a screen further down", 200, scrolled, f"{_SCREEN} rows from a place by chance"),
            ("a ticket opened", 200, opened, "with its comments"),
            ("full text", 60, searched, "the newest 200 hits"),
            ("a page of the sync", 20, _written, f"{_PAGE} tickets and comments, indexed"),
            ("a change accepted", 60, queued, "one commit to the outbox, on the disk (FULL), and its second copy"),
        )
        for name, often, ask, note in asked:
            yield row(f"encrypted: {name}", *twins.compare(times(often), ask), note=note)
        yield row("encrypted: store opened", *twins.openings(times(20)), note="and its first screen read")
        size, readable = twins.sizes()
        yield row("encrypted: size", [size / 2**20], [readable / 2**20], unit="MB", note="of the same rows")


def _open(path: Path, key: bytes | None, into: list[Store]) -> None:
    into.append(open_store(path, key=key))
    _first_screen(into[0], 0)


def _first_screen(store: Store, _turn: int) -> object:
    ids = store.queue.first_ids(QueueQuery(view="all-open"), _PAGE)
    return store.queue.rows(ids[:_SCREEN])


def _written(store: Store, turn: int) -> object:
    """What a pull brings: the same tickets with every page, newer each time, and comments that are new."""
    now = wall_clock() - 300 * DAY + turn * SECOND
    body = "The gateway answers with a timeout since this morning, for every second order that we send. " * 4
    known: dict[str, Any] = {"status": Status.OPEN, "created_at": now - DAY, "updated_at": now}
    said: dict[str, Any] = {"author": None, "created_at": now, "public": True, "body": body}
    refs = [str(_ASIDE + number) for number in range(_PAGE)]
    tickets = tuple(TicketRecord(ref=ref, subject=f"Orders fail {ref}", **known) for ref in refs)
    comments = tuple(CommentRecord(ref=f"{ref}-{turn}", ticket=ref, **said) for ref in refs)
    return store.pages.apply(Page(tickets=tickets, comments=comments)).result()


def _copy(model: Path, key: bytes, target: Path, own: bytes | None) -> None:
    for old in target.parent.glob("console*"):
        old.unlink()
    spelled = f"x'{own.hex()}{salt_of(own).hex()}'" if own else ""
    with closing(driver.connect(model, key=key, writer=True)) as db:
        db.execute("ATTACH ? AS twin KEY ?", (str(target), spelled))
        db.execute("PRAGMA twin.journal_mode = OFF")
        db.execute("PRAGMA twin.synchronous = OFF")
        db.execute("PRAGMA twin.auto_vacuum = INCREMENTAL")
        db.execute("SELECT sqlcipher_export('twin')").fetchall()
        for name in ("user_version", "application_id"):
            db.execute(f"PRAGMA twin.{name} = {driver.pragma_number(db, f'main.{name}')}")
        db.execute("DETACH twin")
