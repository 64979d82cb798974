"""The keychain of a home, asked beside the window's frames."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agentconsole.platform.keychain import HomeKeychain

if TYPE_CHECKING:
    from agentconsole.services.api.custody import Guard


class KeychainCustody:
    """See :class:`agentconsole.services.api.custody.Custody`."""

    def __init__(self, keychain: HomeKeychain) -> None:
        self._keychain = keychain

    @property
    def guard(self) -> Guard:
        return self._keychain.guard

    def wait(self) -> float:
        return self._keychain.wait()

    async def unlock(self, passphrase: str) -> None:
        await asyncio.to_thread(self._keychain.unlock, passphrase)

    async def set_passphrase(self, new: str) -> None:
        await asyncio.to_thread(self._keychain.set_passphrase, new)

    async def change_passphrase(self, old: str, new: str) -> None:
        await asyncio.to_thread(self._keychain.change_passphrase, old, new)

    async def remove_passphrase(self, old: str) -> None:
        await asyncio.to_thread(self._keychain.remove_passphrase, old)
