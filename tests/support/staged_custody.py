"""A keychain as a test wishes it, for what asks for passphrases."""

from __future__ import annotations

from pathlib import Path

from agentconsole.gui.context import WindowContext
from agentconsole.gui.lock_screen import LockScreen
from agentconsole.gui.wiped import WipedNote, WipedWindow
from agentconsole.platform.keychain import TooSoon, WrongPassphrase
from agentconsole.services.api.custody import Guard


class StagedCustody:
    """Guarded by *guard*; ``done`` are what was asked of it. After *slow* wrong ones it makes one wait."""

    def __init__(self, guard: Guard = "passphrase", passphrase: str = "open sesame", *, slow: int = 1) -> None:
        self.guard: Guard = guard
        self.passphrase = passphrase
        self.waits = 0.0
        self.done: list[str] = []
        self._left = slow

    def wait(self) -> float:
        return self.waits

    async def unlock(self, passphrase: str) -> None:
        if self.waits:
            raise TooSoon(self.waits)
        if passphrase != self.passphrase:
            self._left -= 1
            self.waits = 0.0 if self._left > 0 else 8.0
            raise WrongPassphrase(self.waits)
        self.done.append("unlock")

    async def set_passphrase(self, new: str) -> None:
        self.guard, self.passphrase = "passphrase", new
        self.done.append("set")

    async def change_passphrase(self, old: str, new: str) -> None:
        await self.unlock(old)
        self.passphrase = new
        self.done.append("change")

    async def remove_passphrase(self, old: str) -> None:
        await self.unlock(old)
        self.guard = "key file"
        self.done.append("remove")


def lock_screen(context: WindowContext, guard: Guard = "passphrase") -> LockScreen:
    """The locked console with changes that wait."""
    custody = StagedCustody(guard)
    return LockScreen(context.theming, context.icons, context.tasks, custody, why="idle", waiting=3)


def wiped_window(context: WindowContext) -> WipedWindow:
    """What is told after a wipe that the help desk asked for."""
    note = WipedNote(
        profile="acme",
        by_help_desk=True,
        changes=3,
        drafts=1,
        export=Path("/home/noor/.local/share/agentconsole/unsent/acme-20261123-014100.unsent-work"),
        recovery_key="KQZX-7M2P-AVRT-3LDN-6HWE-YB5G-UC4S-IJOF",
    )
    return WipedWindow(context.theming, context.icons, note)
