"""Packs in memory, for panes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agentconsole.domain.values import Ref, TicketId
from agentconsole.packs.catalogue import Choice, Entry, Trouble
from agentconsole.packs.model import Pack
from agentconsole.packs.standing import Standing
from agentconsole.services import api


class StagedPacks(api.Packs):
    """Whatever a test puts there: ``packs`` are used, all of them; ``standings`` is what every ticket stands under."""

    folder = Path("/packs")

    def __init__(self) -> None:
        self.packs: tuple[Pack, ...] = ()
        self.left: frozenset[str] = frozenset()
        self.troubles: tuple[Trouble, ...] = ()
        self.standings: tuple[Standing, ...] = ()

    def used(self) -> tuple[Pack, ...]:
        return tuple(pack for pack in self.packs if pack.pack.id not in self.left)

    def all(self) -> tuple[Entry, ...]:
        return tuple(
            Entry(pack=pack, path=Path(f"/packs/{pack.pack.id}.toml"), origin="own", used=pack in self.used())
            for pack in self.packs
        )

    def problems(self) -> tuple[Trouble, ...]:
        return self.troubles

    def of_ticket(self, ticket: TicketId) -> tuple[Standing, ...]:
        return self.standings

    def of_organization(self, organization: Ref) -> tuple[Standing, ...]:
        return self.standings

    def choice(self) -> Choice:
        return Choice()

    async def choose(self, use: Sequence[str] | None, match: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        self.left = frozenset(pack.pack.id for pack in self.packs if use is not None and pack.pack.id not in use)

    def watch(self) -> None:
        pass
