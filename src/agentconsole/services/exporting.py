"""Export a profile: everything that the help desk has confirmed, and the attachments' files, as an archive.

Rows come from one moment of the store. Files that are not here are fetched, one after another; those that can't be had
are listed with the reason, and a later run into the same folder fetches them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from agentconsole import __version__
from agentconsole.archive.format import Manifest, UnusableArchive
from agentconsole.archive.targets import FolderTarget, Target, ZipTarget
from agentconsole.connectors.api import ConnectorError
from agentconsole.domain.instant import SECOND, to_iso
from agentconsole.services.api.archives import ExportChoice, Exported, ExportProgress
from agentconsole.services.export_run import NOT_HERE, ExportRun
from agentconsole.services.profiles import Profile, desk_of
from agentconsole.store.errors import storing_failure
from agentconsole.store.opening import wall_clock
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine


class ExportService:
    """See :class:`agentconsole.services.api.Exports`."""

    def __init__(self, profile: Profile, store: Store, engine: SyncEngine, most_bytes: Callable[[], int]) -> None:
        """*most_bytes* is how many bytes of attachments are kept on this computer."""
        self._profile = profile
        self._store = store
        self._engine = engine
        self._most_bytes = most_bytes

    async def export(
        self, choice: ExportChoice, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> Exported:
        """Write the archive; *tell* is called in the caller's loop, *stopped* is asked again and again.

        Raises ExportStopped, UnusableArchive, WeakPassphrase, StoreError.
        """
        loop = asyncio.get_running_loop()

        def tell_there(progress: ExportProgress) -> None:
            loop.call_soon_threadsafe(tell, progress)

        over = threading.Event()
        target = await asyncio.to_thread(self._target, choice)
        run = ExportRun(self._store, self._manifest(), target, tell_there, lambda: over.is_set() or stopped())
        try:
            await asyncio.to_thread(run.rows)
            if choice.files:
                await self._files(run, fetch=choice.fetch)
            manifest = await asyncio.to_thread(run.finish, with_files=choice.files)
        except OSError as error:
            raise storing_failure(error) from error
        finally:
            # a thread can't be cancelled: it looks by itself
            over.set()
            await asyncio.to_thread(target.abandon)
        return Exported(
            path=choice.path,
            desk=manifest.desk,
            counts=manifest.counts,
            unsent=manifest.unsent,
            sealed=choice.passphrase is not None,
            fetched=run.fetched,
            why_missing=run.why_missing,
        )

    def _target(self, choice: ExportChoice) -> Target:
        try:
            if choice.is_one_file:
                return ZipTarget(choice.path, choice.passphrase, overwrite=choice.overwrite)
            target = FolderTarget(choice.path)
        except OSError as error:
            raise storing_failure(error) from error
        begun = target.begun()
        if begun is not None and begun.desk != desk_of(self._profile):
            raise UnusableArchive(f"{choice.path} has an export of {begun.desk}", "Name another folder for this one.")
        return target

    def _manifest(self) -> Manifest:
        as_of = self._engine.status().data_as_of
        return Manifest(
            made_by=f"agentconsole {__version__}",
            made_at=to_iso(wall_clock() // SECOND * SECOND),
            desk=desk_of(self._profile),
            kind=self._profile.kind,
            profile=self._profile.name,
            data_as_of=None if as_of is None else to_iso(as_of),
        )

    async def _files(self, run: ExportRun, *, fetch: bool) -> None:
        """Bring the attachments' files; the connector is asked for only when one is missing."""
        missing = await asyncio.to_thread(run.files_here)
        if not missing:
            return
        if not fetch:
            run.why_missing = NOT_HERE
            return
        try:
            await self._engine.ask(lambda connector: run.fetch(connector, self._most_bytes()))
        except ConnectorError as error:
            run.why_missing = f"{error.title}. {error.advice}"
