"""Pictures of a mail that lie on the web, when the agent asks for them; kept in memory only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from agentconsole.domain.pictures import FetchedPictures


class PictureService:
    """See :class:`agentconsole.services.api.Pictures`."""

    async def fetch(self, addresses: Sequence[str]) -> FetchedPictures:
        # a loop and a thread of its own: reading the authorities alone takes several frames
        return await asyncio.to_thread(_fetch, tuple(addresses))


def _fetch(addresses: tuple[str, ...]) -> FetchedPictures:
    from agentconsole.connectors.http.pictures import fetch_pictures

    return asyncio.run(fetch_pictures(addresses))
