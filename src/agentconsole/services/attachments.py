"""Attachments of tickets: fetched when wanted, kept encrypted, plain only where the agent opens or saves them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agentconsole.domain.files import FetchedFile, FileDamaged
from agentconsole.domain.records import AttachmentRecord
from agentconsole.platform.private_copies import PrivateCopies
from agentconsole.store.errors import storing_failure
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine

_PIECE = 1024 * 1024

Progress = Callable[[int], None]


class AttachmentService:
    """Gives out the attachments of *store*; what is not there yet *online* fetches, which raises when that can't be.

    *most_bytes* is how many bytes of them are kept. A copy that is damaged on the disk is fetched anew.
    """

    def __init__(
        self,
        store: Store,
        online: Callable[[], SyncEngine],
        most_bytes: Callable[[], int],
        copies: PrivateCopies | None = None,
    ) -> None:
        self._store = store
        self._online = online
        self._most_bytes = most_bytes
        self._copies = copies or PrivateCopies()

    async def open(self, attachment: AttachmentRecord, progress: Progress | None = None) -> Path:
        """Return a plain copy of *attachment* that another program can open; it is gone when the console ends."""

        def place(file: FetchedFile) -> Path:
            return self._copies.place(attachment.file_name, file.size)

        return await self._write(attachment, place, progress)

    async def save(self, attachment: AttachmentRecord, target: Path, progress: Progress | None = None) -> Path:
        """Write *attachment* to *target*, which the agent chose; what is there is replaced when all is written."""
        part = target.with_name(f".{target.name[:100]}.part")
        try:
            await self._write(attachment, lambda _file: part, progress)
            await asyncio.to_thread(part.replace, target)
        except OSError as error:
            raise storing_failure(error) from error
        finally:
            with suppress(OSError):
                part.unlink()
        return target

    async def content(self, attachment: AttachmentRecord, progress: Progress | None = None) -> bytes:
        """Return the bytes of *attachment*, to be shown from memory."""
        for is_last in (False, True):
            file = await self._fetched(attachment, progress)
            try:
                return await asyncio.to_thread(_all_of, file)
            except FileDamaged as error:
                if is_last:
                    raise storing_failure(error) from error
                await asyncio.to_thread(self._store.files.forget, attachment.ref)
        raise AssertionError

    def sweep(self) -> None:
        """Remove the plain copies of consoles that crashed. Blocks for a moment."""
        self._copies.sweep()

    def close(self) -> None:
        """Remove every plain copy that was opened, and what crashed consoles left. Blocks for a moment."""
        self._copies.close()
        self._copies.sweep()

    async def _write(
        self, attachment: AttachmentRecord, place: Callable[[FetchedFile], Path], progress: Progress | None
    ) -> Path:
        for is_last in (False, True):
            file = await self._fetched(attachment, progress)
            try:
                target = await asyncio.to_thread(place, file)
                await asyncio.to_thread(_copy, file, target)
            except FileDamaged as error:
                if is_last:
                    raise storing_failure(error) from error
                await asyncio.to_thread(self._store.files.forget, attachment.ref)
            except OSError as error:
                raise storing_failure(error) from error
            else:
                return target
        raise AssertionError

    async def _fetched(self, attachment: AttachmentRecord, progress: Progress | None) -> FetchedFile:
        files = self._store.files
        found = await asyncio.to_thread(files.cached, attachment.ref)
        if found is not None:
            return found
        engine = self._online()
        try:
            receiving = await asyncio.to_thread(files.receive, attachment.ref, attachment.file_name)
            try:
                await asyncio.wrap_future(
                    engine.call(lambda desk: desk.download(attachment.url, receiving.write, progress))
                )
                await asyncio.to_thread(receiving.finish)
            finally:
                await asyncio.to_thread(receiving.abandon)
        except OSError as error:
            raise storing_failure(error) from error
        await asyncio.to_thread(files.trim, self._most_bytes())
        found = await asyncio.to_thread(files.cached, attachment.ref)
        if found is None:
            raise storing_failure(FileNotFoundError())
        return found


def _copy(file: FetchedFile, target: Path) -> None:
    """Write the plain content of *file* to *target*, for its owner only; nothing is left of one that is damaged."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as copy, file.open() as content:
            while piece := content.read(_PIECE):
                copy.write(piece)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _all_of(file: FetchedFile) -> bytes:
    with file.open() as content:
        return content.read()
