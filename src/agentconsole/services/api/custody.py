"""What the window may ask of the keychain of its home."""

from __future__ import annotations

from typing import Literal, Protocol

Guard = Literal["system", "passphrase", "key file", "none"]
"""What guards keys and tokens: the session's keychain, a passphrase, a file beside them, nothing yet."""


class Custody(Protocol):
    """Passphrase and lock of one home. What fails has ``title`` and ``advice``; if it is slowed, ``wait`` (seconds)."""

    @property
    def guard(self) -> Guard:
        """What guards the home now; quick once a secret was read."""
        ...

    def wait(self) -> float:
        """Return in how many seconds the next passphrase is looked at."""
        ...

    async def unlock(self, passphrase: str) -> None:
        """Open what the passphrase guards."""
        ...

    async def set_passphrase(self, new: str) -> None:
        """Protect the home by *new* from now on."""
        ...

    async def change_passphrase(self, old: str, new: str) -> None:
        """Take *new* instead of *old*."""
        ...

    async def remove_passphrase(self, old: str) -> None:
        """Do without one: back to the session's keychain, or to a key file."""
        ...
