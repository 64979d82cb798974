"""One run of an export: the rows of one moment, then the files, then what the archive says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

from agentconsole.archive.format import (
    ATTACHMENTS,
    COMMENTS,
    REFERENCE,
    STATUS,
    TICKETS,
    Line,
    Manifest,
    line_of,
)
from agentconsole.archive.naming import attachment_path
from agentconsole.archive.targets import Target, digest_of, write_whole
from agentconsole.archive.writing import ArchiveWriter
from agentconsole.connectors.api import (
    Connector,
    ConnectorError,
    NeedsLogin,
    RateLimited,
    ServerFailed,
    Unanswered,
    Unreachable,
)
from agentconsole.domain.files import FileDamaged
from agentconsole.domain.instant import to_iso
from agentconsole.services.api.archives import ExportProgress, ExportStopped
from agentconsole.store.exporting import Attached, Moment
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.files import FetchedFile
    from agentconsole.domain.records import CommentRecord

NOT_HERE = "not on this computer"
"""Why a file is missing that nobody tried to fetch."""

_PIECE = 1024 * 1024
_TOLD_EVERY = 500
"""Rows between two words about how far it is."""

_TRIMMED_EVERY = 50
"""Fetched files after which the copy on this computer is brought back to its size."""

_TRIES = 4
_LONGEST_PAUSE = 120.0
_PAUSE = 2.0
"""Seconds before a file is asked for again of a help desk that has trouble of its own."""


class ExportRun:
    """Writes *store* into *target*. *tell* and *stopped* are called in any thread.

    Attributes:
        fetched: how many files were fetched for it.
        why_missing: why the first of the missing files is not there.
    """

    def __init__(
        self,
        store: Store,
        manifest: Manifest,
        target: Target,
        tell: Callable[[ExportProgress], object],
        stopped: Callable[[], bool],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._target = target
        self._tell = tell
        self._stopped = stopped
        self._sleep = sleep
        self._writer = ArchiveWriter(target, manifest)
        self._comments = self._files = self._unsent = 0
        self._written: dict[str, bytes] = {}
        self._failed: dict[str, str] = {}
        self.fetched = 0
        self.why_missing = ""

    def rows(self) -> None:
        """Write everything but files. Blocks; raises ExportStopped, StoreError and OSError."""
        with self._store.exporting.moment() as moment:
            for kind in REFERENCE:
                self._writer.write(kind, (line_of(kind, record) for record in moment.all_of(kind.record)))
            summary = moment.status_summary()
            if summary is not None:
                self._writer.document(STATUS, summary)
            self._writer.write(TICKETS, self._counted("tickets", moment.count(), _ticket_lines(moment)))
            self._writer.write(COMMENTS, self._counted("comments", moment.comment_count(), self._comment_lines(moment)))
            self._unsent = moment.unsent()

    def files_here(self) -> int:
        """Write the files that are on this computer; returns how many are not. Blocks; raises like :meth:`rows`."""
        missing = 0
        for done, attached in enumerate(self._store.exporting.attached()):
            self._look_up(done)
            path = _path(attached)
            if path in self._written:
                continue
            there = self._target.kept(path, attached.file.size)
            if there is not None:
                self._written[path] = bytes.fromhex(digest_of(there))
            elif not self._take(attached, path):
                missing += 1
        return missing

    async def fetch(self, connector: Connector, most_bytes: int) -> None:
        """Fetch the files that are missing yet. Raises Unreachable and NeedsLogin, which go for all that are left."""
        every = self._store.exporting.attached()
        done = 0
        while (attached := await asyncio.to_thread(next, every, None)) is not None:
            self._look_up(done)
            done += 1
            path = _path(attached)
            if path in self._written or path in self._failed:
                continue
            await self._fetch_one(connector, attached, path)
            if self.fetched % _TRIMMED_EVERY == 0:
                await asyncio.to_thread(self._store.files.trim, most_bytes)
        await asyncio.to_thread(self._store.files.trim, most_bytes)

    def finish(self, *, with_files: bool) -> Manifest:
        """Write the list of attachments and the manifest. Blocks; raises OSError and StoreError."""
        missing = 0
        with self._writer.lines(ATTACHMENTS) as put:
            for attached in self._store.exporting.attached():
                path = _path(attached)
                digest = self._written.get(path)
                reason = "" if digest else self._failed.get(path) or self.why_missing or NOT_HERE
                missing += digest is None
                put(_listed(attached, path, digest, reason if with_files else "exported without files"))
        return self._writer.finish(attachments=len(self._written), missing=missing, unsent=self._unsent)

    async def _fetch_one(self, connector: Connector, attached: Attached, path: str) -> None:
        for is_last in (*(False,) * (_TRIES - 1), True):
            try:
                await self._download(connector, attached)
            except (Unreachable, NeedsLogin):
                raise
            except RateLimited as error:
                await self._after(error, min(error.retry_after, _LONGEST_PAUSE), path, is_last=is_last)
            except (ServerFailed, Unanswered) as error:
                await self._after(error, _PAUSE, path, is_last=is_last)
            except ConnectorError as error:
                self._failed[path] = error.title
                self.why_missing = self.why_missing or error.title
                return
            else:
                if await asyncio.to_thread(self._take, attached, path):
                    self.fetched += 1
                else:
                    self._failed[path] = "it came damaged"
                return

    async def _after(self, error: ConnectorError, seconds: float, path: str, *, is_last: bool) -> None:
        if is_last:
            self._failed[path] = error.title
            self.why_missing = self.why_missing or error.title
        else:
            await self._sleep(seconds)

    async def _download(self, connector: Connector, attached: Attached) -> None:
        file = attached.file
        receiving = await asyncio.to_thread(self._store.files.receive, file.ref, file.file_name)

        def write(data: bytes) -> None:
            if self._stopped():
                raise ExportStopped(goes_on=self._target.goes_on)
            receiving.write(data)

        try:
            await connector.download(file.url, write)
            await asyncio.to_thread(receiving.finish)
        finally:
            await asyncio.to_thread(receiving.abandon)

    def _take(self, attached: Attached, path: str) -> bool:
        """Write the fetched file *attached*; False when it is not on this computer, or damaged here."""
        found = self._store.files.cached(attached.file.ref)
        if found is None:
            return False
        try:
            _size, digest = write_whole(self._target, path, _pieces(found))
        except FileDamaged:
            if not self._target.goes_on:
                raise
            self._store.files.forget(attached.file.ref)
            return False
        self._written[path] = bytes.fromhex(digest)
        return True

    def _comment_lines(self, moment: Moment) -> Iterator[Line]:
        for comment in moment.comments():
            self._files += len(comment.attachments)
            yield _comment_line(comment)

    def _counted(self, doing: str, total: int, lines: Iterator[Line]) -> Iterator[Line]:
        for done, line in enumerate(lines):
            if done % _TOLD_EVERY == 0:
                self._go_on(ExportProgress(doing, done, total))
            yield line
        self._go_on(ExportProgress(doing, total, total))

    def _look_up(self, done: int) -> None:
        self._go_on(ExportProgress("attachments", done, self._files))

    def _go_on(self, progress: ExportProgress) -> None:
        if self._stopped():
            raise ExportStopped(goes_on=self._target.goes_on)
        self._tell(progress)


def _ticket_lines(moment: Moment) -> Iterator[Line]:
    for ticket, history in moment.tickets():
        line = line_of(TICKETS, ticket)
        line["history"] = [{"at": to_iso(at), "status": status} for at, status in history]
        yield line


def _comment_line(comment: CommentRecord) -> Line:
    line = line_of(COMMENTS, comment)
    line["attachments"] = [
        {
            "id": file.ref,
            "file_name": file.file_name,
            "content_type": file.content_type,
            "size": file.size,
            "inline": file.inline,
            "path": attachment_path(comment.ticket, file.ref, file.file_name),
        }
        for file in comment.attachments
    ]
    return line


def _path(attached: Attached) -> str:
    return attachment_path(attached.ticket, attached.file.ref, attached.file.file_name)


def _listed(attached: Attached, path: str, digest: bytes | None, reason: str) -> Line:
    return {
        "id": attached.file.ref,
        "ticket": attached.ticket,
        "comment": attached.comment,
        "path": path,
        "size": attached.file.size,
        "sha256": None if digest is None else digest.hex(),
        "missing": None if digest is not None else reason,
    }


def _pieces(file: FetchedFile) -> Iterator[bytes]:
    with file.open() as content:
        while piece := content.read(_PIECE):
            yield piece
