"""The web as the stage has it: pictures by address, and who asked for which."""

from __future__ import annotations

from collections.abc import Sequence

from agentconsole.domain.pictures import FetchedPictures
from agentconsole.services import api


class StagedPictures(api.Pictures):
    """Hands out ``on_the_web``; what is not there can't be reached. ``asked`` notes each wish."""

    def __init__(self) -> None:
        self.on_the_web: dict[str, bytes] = {}
        self.asked: list[tuple[str, ...]] = []

    async def fetch(self, addresses: Sequence[str]) -> FetchedPictures:
        self.asked.append(tuple(addresses))
        found = {address: self.on_the_web[address] for address in addresses if address in self.on_the_web}
        failed = {address: "not reachable" for address in addresses if address not in found}
        return FetchedPictures(found=found, failed=failed)
