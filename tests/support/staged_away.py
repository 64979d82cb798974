"""Coming back on the stage: what the rows say happened meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentconsole.domain.digest import Absence, Digest, DigestGroup, DigestKind
from agentconsole.domain.instant import Instant
from agentconsole.services import api

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace


class StagedAway(api.Away):
    """Tells ``groups`` of whatever absence; ``asked`` notes each."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self.asked: list[Absence] = []
        self.sent = 3
        self.groups: tuple[DigestGroup, ...] = (
            DigestGroup(kind=DigestKind.BREACHED, tickets=(4,)),
            DigestGroup(kind=DigestKind.ANSWERED, tickets=(2, 7)),
            DigestGroup(kind=DigestKind.ASSIGNED, tickets=(9,)),
            DigestGroup(kind=DigestKind.ENDED, tickets=(12,)),
            DigestGroup(kind=DigestKind.NEW, tickets=(15, 16, 18)),
            DigestGroup(kind=DigestKind.OTHER, tickets=tuple(range(20, 32))),
        )

    def leave(self, since: Instant) -> Absence:
        return Absence(since=since, mine={})

    async def digest(self, absence: Absence) -> Digest:
        self.asked.append(absence)
        return Digest(since=absence.since, until=self._stage.now(), groups=self.groups, sent=self.sent)
