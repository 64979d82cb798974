"""Exports of the stage: they get on, end or fail as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agentconsole.services.api.archives import ExportChoice, Exported, ExportProgress, Exports, ExportStopped


class StagedExports(Exports):
    """Tells of half the tickets, then waits for :attr:`go_on`, and does what :attr:`outcome` says."""

    def __init__(self) -> None:
        self.asked: list[ExportChoice] = []
        self.outcome: Exported | Exception | None = None
        self.go_on = asyncio.Event()

    async def export(
        self, choice: ExportChoice, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> Exported:
        self.asked.append(choice)
        tell(ExportProgress("tickets", 1200, 2400))
        while not self.go_on.is_set():
            if stopped():
                raise ExportStopped(goes_on=not choice.is_one_file)
            await asyncio.sleep(0)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome or Exported(
            path=choice.path,
            desk="desk.example",
            counts={"tickets": 2400, "comments": 9600, "attachments": 31, "missing": 2},
            sealed=choice.passphrase is not None,
            unsent=1,
            why_missing="The help desk can't be reached",
        )
