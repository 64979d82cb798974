"""One open profile: its store, its exchange with the help desk, and the services over both."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole.domain.changes import Change
from agentconsole.domain.desk_kinds import ARCHIVE
from agentconsole.domain.once import made_once
from agentconsole.domain.rows import Me, SyncStatus
from agentconsole.platform.locks import FileLock
from agentconsole.services.queue import QueueService
from agentconsole.store.opening import wall_clock
from agentconsole.sync.right_of_way import RightOfWay
from agentconsole.sync.standing import Standing

if TYPE_CHECKING:
    from agentconsole.connectors.api import Connector
    from agentconsole.domain.capabilities import Capabilities
    from agentconsole.domain.instant import Instant
    from agentconsole.domain.rows import Notice
    from agentconsole.domain.values import Ref, TicketId
    from agentconsole.services.absence import AbsenceService
    from agentconsole.services.countdown import CountdownService
    from agentconsole.services.desk_clock import DeskClock
    from agentconsole.services.directory import DirectoryService
    from agentconsole.services.exporting import ExportService
    from agentconsole.services.guidance import GuidanceService
    from agentconsole.services.offline import CacheService, TripService
    from agentconsole.services.pack_folders import PackFolders
    from agentconsole.services.packs import PackService
    from agentconsole.services.pictures import PictureService
    from agentconsole.services.profiles import Profile
    from agentconsole.services.reports import ReportService
    from agentconsole.services.settings import SettingsFile
    from agentconsole.services.sla import SlaService
    from agentconsole.services.tickets import TicketService
    from agentconsole.services.unsent import DraftService, OutboxService
    from agentconsole.store.store import Store
    from agentconsole.sync.engine import SyncEngine

log = logging.getLogger(__name__)


SHOWN = 50
"""So many tickets that were opened last count as open."""

_GRAVITY = {"critical": 0, "warning": 1, "info": 2}


class _Identity(msgspec.Struct):
    """What the engine remembers of who signed in."""

    ref: str
    name: str
    email: str
    role: str


class SyncService:
    """See :class:`agentconsole.services.api.Sync`."""

    def __init__(self, standing: Standing, engine: Callable[[], SyncEngine]) -> None:
        """*engine* is made when it is first needed: how things stand is known before there is one."""
        self._standing = standing
        self._engine = engine

    def status(self) -> SyncStatus:
        return self._standing.status()

    def start(self) -> None:
        self._engine().start()

    def nudge(self) -> None:
        self._engine().nudge()

    async def stop(self) -> None:
        await self._engine().stop()

    async def once(self) -> dict[str, Any]:
        return await self._engine().once()


class OpenWorkspace:
    """See :class:`agentconsole.services.api.Workspace`. It owns the store and the engine and closes both."""

    def __init__(
        self,
        profile: Profile,
        store: Store,
        settings: SettingsFile,
        connect: Callable[[], Connector],
        keep_token: Callable[[Profile, str], None],
        pack_folders: PackFolders,
        *,
        clock: DeskClock,
        poll_interval: float = 15.0,
    ) -> None:
        self.profile = profile
        self._clock = clock
        self._keep_token = keep_token
        self._store = store
        self._shown: deque[TicketId] = deque(maxlen=SHOWN)
        self._connect = connect
        self._poll_interval = poll_interval
        self._standing = Standing(store, self._hear)
        self._way = RightOfWay()
        store.give_way_to(self._way.give_way)
        if profile.kind == ARCHIVE:
            self._standing.change(phase="archive")
        clock.offset = self._standing.clock_offset
        self.settings = settings
        self.queue = QueueService(store, self._my_ref, self.now)
        self.sync = SyncService(self._standing, lambda: self._engine)
        self._pack_folders = pack_folders
        self._packs: PackService | None = None
        self._making_packs = threading.Lock()
        self._guidance: GuidanceService | None = None
        self._making_guidance = threading.Lock()
        self._preparing: threading.Thread | None = None

    # What the first frame of the queue does not need is imported and made when it is first asked for

    @made_once
    def _engine(self) -> SyncEngine:
        from agentconsole.sync.engine import SyncEngine

        made = SyncEngine
        if self.profile.kind == ARCHIVE:
            from agentconsole.sync.archived import ArchivedEngine

            made = ArchivedEngine
        return made(
            store=self._store,
            connect=self._connect,
            clock=wall_clock,
            status_changed=self._hear,
            poll_interval=self._poll_interval,
            turn=FileLock(self._store.path.with_name("exchange.lock")),
            shown=lambda: tuple(self._shown),
            standing=self._standing,
            give_way=self._way.give_way,
        )

    @made_once
    def tickets(self) -> TicketService:
        """One ticket in full, and changes."""
        from agentconsole.services.tickets import TicketService

        return TicketService(
            self._store, self._engine, self.me, self.now, self._most_files, self._opened, self.capabilities
        )

    @made_once
    def drafts(self) -> DraftService:
        """What is being written."""
        from agentconsole.services.unsent import DraftService

        return DraftService(self._store)

    @made_once
    def outbox(self) -> OutboxService:
        """What waits to be sent."""
        from agentconsole.services.unsent import OutboxService

        return OutboxService(self._store, self._engine)

    @made_once
    def directory(self) -> DirectoryService:
        """Who to turn to."""
        from agentconsole.services.directory import DirectoryService
        from agentconsole.services.directory_records import DirectoryRecords

        records = DirectoryRecords(self._store, self.tickets, lambda: self.guidance, self.me, self.now)
        return DirectoryService(self._store, self.now, lambda: self.packs, records)

    @made_once
    def countdown(self) -> CountdownService:
        """What is due, soonest first."""
        from agentconsole.services.countdown import CountdownService

        return CountdownService(self._store)

    @made_once
    def away(self) -> AbsenceService:
        """What happened while nobody was here."""
        from agentconsole.services.absence import AbsenceService

        return AbsenceService(self._store, self._my_ref, self.now)

    @made_once
    def sla(self) -> SlaService:
        """Targets, and why each is what it is."""
        from agentconsole.services.sla import SlaService

        return SlaService(self._store, lambda: self.packs, self.now)

    @made_once
    def reports(self) -> ReportService:
        """Figures."""
        from agentconsole.services.reports import ReportService

        return ReportService(self._store, self.now, lambda: self._standing.status().data_as_of, self.sla.reckoner)

    @made_once
    def pictures(self) -> PictureService:
        """Pictures on other hosts that an agent asks for."""
        from agentconsole.services.pictures import PictureService

        return PictureService()

    @made_once
    def cache(self) -> CacheService:
        """What is kept here."""
        from agentconsole.services.offline import CacheService
        from agentconsole.services.tickets import MOST_FILES

        return CacheService(self._store, self._engine, self.settings, MOST_FILES)

    @made_once
    def trips(self) -> TripService:
        """What is taken along."""
        from agentconsole.services.offline import TripService

        return TripService(self._store, self._engine)

    @made_once
    def exports(self) -> ExportService:
        """Exports of the profile."""
        from agentconsole.services.exporting import ExportService

        return ExportService(self.profile, self._store, self._engine, self._most_files)

    @property
    def packs(self) -> PackService:
        """The policy packs."""
        with self._making_packs:
            if self._packs is None:
                from agentconsole.services.packs import PackService

                self._packs = PackService(
                    self._pack_folders, self._store.path.with_name("packs.json"), self._store, self._store.publish
                )
            return self._packs

    @property
    def guidance(self) -> GuidanceService:
        """What the packs say about tickets."""
        with self._making_guidance:
            if self._guidance is None:
                from agentconsole.services.guidance import GuidanceService
                from agentconsole.services.pins import PinDesk

                pins = PinDesk(self._store, self._engine, self.tickets, self.me, self.now)
                self._guidance = GuidanceService(self._store, self.tickets, lambda: self.packs, pins, self.me, self.now)
            return self._guidance

    def prepare_guidance(self) -> None:
        """Make ready in a thread of its own what the first opened ticket needs; returns at once."""
        if self._preparing is None:
            self._preparing = threading.Thread(target=lambda: self.guidance.prepare(), name="guidance", daemon=True)
            self._preparing.start()

    def me(self) -> Me | None:
        known = self._store.facts.get("identity")
        if known is None:
            return None
        found = msgspec.json.decode(known, type=_Identity)
        return Me(
            ref=found.ref,
            name=found.name,
            email=found.email,
            role=found.role,
            profile=self.profile.name,
            archive=self.profile.kind == ARCHIVE,
        )

    def capabilities(self) -> Capabilities:
        """What the help desk offers: as it said when it was last reached, else as its kind does."""
        found = self._engine.capabilities()
        if found is None:
            from agentconsole.connectors.registry import offers_of

            found = offers_of(self.profile.kind)
        return found

    def notices(self) -> tuple[Notice, ...]:
        found = [*self._store.notices(self.now()), *(self._packs.notices() if self._packs is not None else ())]
        return tuple(sorted(found, key=lambda notice: _GRAVITY.get(notice.level, len(_GRAVITY))))

    async def totals(self) -> dict[str, int]:
        return await asyncio.to_thread(self._store.totals)

    def now(self) -> Instant:
        return self._clock()

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        return self._store.subscribe(listener)

    def frame_begins(self) -> None:
        self._way.take()

    def frame_ends(self) -> None:
        self._way.give_back()

    def integrity(self) -> str:
        """Return what is wrong with the store's file, an empty text when nothing is; reads all of it."""
        return self._store.integrity()

    def _most_files(self) -> int:
        from agentconsole.services.tickets import MOST_FILES

        return int(self.settings.get("attachments.most_bytes", MOST_FILES))

    async def sign_in(self, token: str, *, way: str | None = None, client_id: str = "") -> None:
        signed_in = self.profile if way is None else msgspec.structs.replace(self.profile, way=way, client_id=client_id)
        await asyncio.to_thread(self._keep_token, signed_in, token)
        self.profile = signed_in
        self._engine.nudge()

    async def close(self) -> None:
        made = vars(self)
        if "_engine" in made:
            await self._engine.stop()
        if "tickets" in made:
            await asyncio.to_thread(self.tickets.attachments.close)
        if "sla" in made:
            await asyncio.to_thread(self.sla.close)
        if self._preparing is not None:
            await asyncio.to_thread(self._preparing.join)
        if self._guidance is not None:
            self._guidance.close()
        if self._packs is not None:
            # it may be amid reading a pack, which no frame waits for
            await asyncio.to_thread(self._packs.close)
        self._store.close()
        self.settings.close()

    def _hear(self, status: SyncStatus) -> None:
        self._clock.hear(status)
        self._store.publish(Change(topics=frozenset({"sync"}), initiator="sync"))

    def _opened(self, ticket: TicketId) -> None:
        """A window shows *ticket*: it is not removed to make room, by this process or another."""
        if ticket not in self._shown:
            self._store.cache.note_opened(ticket)
            self._shown.append(ticket)

    def _my_ref(self) -> Ref | None:
        me = self.me()
        return me.ref if me else None
