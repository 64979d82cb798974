"""Attachments: fetched once, kept encrypted, plain only where the agent has them opened or saved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from agentconsole.connectors.api import Unreachable
from agentconsole.domain.records import AttachmentRecord
from agentconsole.platform.private_copies import PrivateCopies
from agentconsole.services.attachments import AttachmentService
from agentconsole.store.errors import ReadOnlyDisk
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine

CONTENT = b"Bill of Mrs Quillfeather\n" * 9000
BILL = AttachmentRecord(ref="9", file_name="../bill.pdf", content_type="application/pdf", size=len(CONTENT), url="/9")


class Online:
    """A help desk that hands out one file; *broken* says after how many bytes the line goes."""

    def __init__(self) -> None:
        self.fetched = 0
        self.broken: int | None = None
        self._threads = ThreadPoolExecutor(1)

    def call(self, ask: Callable[[Online], Awaitable[None]]) -> Future[None]:
        async def run() -> None:
            await ask(self)

        return self._threads.submit(lambda: asyncio.run(run()))

    async def download(self, _url: str, write: Callable[[bytes], object], progress: Any = None) -> None:
        self.fetched += 1
        write(CONTENT[: self.broken])
        if self.broken is not None:
            raise Unreachable
        if progress is not None:
            progress(len(CONTENT))

    def close(self) -> None:
        self._threads.shutdown()


@pytest.fixture
def online() -> Iterator[Online]:
    made = Online()
    yield made
    made.close()


@pytest.fixture
def attachments(store: Store, online: Online, tmp_path: Path) -> Iterator[AttachmentService]:
    (tmp_path / "memory").mkdir()
    copies = PrivateCopies((tmp_path / "memory",))
    service = AttachmentService(store, lambda: cast("SyncEngine", online), lambda: 1 << 30, copies)
    yield service
    service.close()


def on_disk(store: Store) -> list[Path]:
    return sorted((store.path.parent / "files" / "attachments").glob("*"))


async def test_it_is_fetched_once_and_opened_from_a_private_copy(
    attachments: AttachmentService, online: Online, store: Store, tmp_path: Path
) -> None:
    told: list[int] = []
    first = await attachments.open(BILL, told.append)
    second = await attachments.open(BILL)
    assert first.read_bytes() == second.read_bytes() == CONTENT
    assert first.name == "_bill.pdf"
    assert first.is_relative_to(tmp_path / "memory")
    assert first.stat().st_mode & 0o777 == 0o600
    assert (online.fetched, told) == (1, [len(CONTENT)])
    (kept,) = on_disk(store)
    assert b"Quillfeather" not in kept.read_bytes()
    assert await attachments.content(BILL) == CONTENT
    attachments.close()
    assert list((tmp_path / "memory").iterdir()) == []


async def test_a_damaged_copy_is_fetched_anew(
    attachments: AttachmentService, online: Online, store: Store, tmp_path: Path
) -> None:
    await attachments.open(BILL)
    (kept,) = on_disk(store)
    for way in (attachments.open, attachments.content):
        data = bytearray(kept.read_bytes())
        data[-100_000] ^= 1
        kept.write_bytes(data)
        before = online.fetched
        given = await way(BILL)
        assert (given.read_bytes() if isinstance(given, Path) else given) == CONTENT
        assert online.fetched == before + 1


async def test_one_that_breaks_off_leaves_nothing_and_can_be_had_later(
    attachments: AttachmentService, online: Online, store: Store
) -> None:
    online.broken = 70_000
    with pytest.raises(Unreachable):
        await attachments.open(BILL)
    assert on_disk(store) == []
    online.broken = None
    assert (await attachments.open(BILL)).read_bytes() == CONTENT


async def test_it_is_saved_whole_or_not_at_all(attachments: AttachmentService, online: Online, tmp_path: Path) -> None:
    target = tmp_path / "Downloads" / "bill.pdf"
    target.parent.mkdir()
    target.write_bytes(b"an older one")
    online.broken = 10
    with pytest.raises(Unreachable):
        await attachments.save(BILL, target)
    assert target.read_bytes() == b"an older one"
    online.broken = None
    assert await attachments.save(BILL, target) == target
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["bill.pdf"]
    with pytest.raises(ReadOnlyDisk):
        await attachments.save(BILL, tmp_path / "no such folder" / "bill.pdf")
