"""The keychain of one home: which of the three it is, and how it becomes another one.

What the home uses is told by what is there: ``vault.json`` means a passphrase, whatever else lies beside it. So every
change between them is one atomic write or removal of that file: everything is copied before, and copies that are not
valid any more are removed after. A change that was cut short is tidied when the keychain is next opened.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from agentconsole.platform.home import Home
from agentconsole.platform.keychain.api import (
    Keychain,
    KeychainError,
    KeychainGone,
    PassphraseNeeded,
    PassphraseUnset,
    WrongPassphrase,
)
from agentconsole.platform.keychain.attempts import Attempts
from agentconsole.platform.keychain.index import SystemIndex
from agentconsole.platform.keychain.key_file import KeyFile
from agentconsole.platform.keychain.sealed_files import SealedFiles
from agentconsole.platform.keychain.system import SystemKeychain
from agentconsole.platform.keychain.vault import COST, Cost, Vault
from agentconsole.platform.locks import FileLock

Guard = Literal["system", "passphrase", "key file", "none"]
"""What guards the secrets of a home; "none" when nothing does yet and something must."""

_TRIES = 3
_LOCK_TRIES = 200
_LOCK_PAUSE = 0.05
"""Seconds."""


class HomeKeychain:
    """See :class:`Keychain`; it is safe to use from several threads.

    A passphrase comes from :meth:`unlock`, from *given* (a script's), or from *ask*, which is called when a secret is
    wanted and returns an empty text when nobody answers.
    """

    def __init__(
        self,
        folder: Path,
        *,
        may_use_system: bool,
        find_system: Callable[[], Keychain | None] = SystemKeychain.find,
        given: str | None = None,
        ask: Callable[[], str] | None = None,
        clock: Callable[[], float] = time.time,
        cost: Cost = COST,
    ) -> None:
        self._folder = folder
        self._may_use_system = may_use_system
        self._find_system = find_system
        self._given = given
        self._ask = ask
        self._vault = Vault(folder, Attempts(folder / "attempts.json", clock), cost)
        self._key_file = KeyFile(folder)
        self._index = SystemIndex(folder)
        self._found: Keychain | None = None
        self._master: bytes | None = None
        self._turn = threading.RLock()

    # What it is

    @property
    def guard(self) -> Guard:
        """What guards the secrets now. Looking for a system keychain may take a fifth of a second, once."""
        if self._vault.exists:
            return "passphrase"
        if not self._may_use_system:
            return "key file"
        return "system" if self._system() is not None else "none"

    @property
    def place(self) -> str:
        return {
            "system": SystemKeychain.place,
            "passphrase": f"files in {self._folder}, sealed by your passphrase",
            "key file": f"sealed files in {self._folder}",
            "none": "no keychain",
        }[self.guard]

    @property
    def cost(self) -> Cost:
        """What one attempt at the passphrase costs. Raises DamagedVault."""
        return self._vault.cost

    @property
    def wants(self) -> Literal["passphrase", "new passphrase", ""]:
        """What must be asked of somebody before a secret can be read or kept: their passphrase, or a new one."""
        if self._given is not None or self._master is not None:
            return ""
        match self.guard:
            case "passphrase":
                return "passphrase"
            case "none" if not self._index.names():
                return "new passphrase"
        return ""

    def wait(self) -> float:
        """Return in how many seconds the next passphrase is looked at."""
        return self._vault.wait()

    # Secrets

    def get(self, name: str) -> str | None:
        return self._keeper().get(name)

    def put(self, name: str, secret: str) -> None:
        self._keeper(name).put(name, secret)

    def get_key(self, name: str) -> bytes | None:
        return self._keeper().get_key(name)

    def put_key(self, name: str, key: bytes) -> None:
        self._keeper(name).put_key(name, key)

    def remove(self, name: str) -> None:
        """Forget *name* wherever it is; that needs no passphrase."""
        with self._turn:
            self._sealed().remove(name)
            if self._may_use_system and not self._vault.exists:
                system = self._system()
                if system is not None:
                    system.remove(name)
                    self._index.discard(name)

    # The passphrase

    def unlock(self, passphrase: str) -> None:
        """Open the vault. Raises WrongPassphrase, TooSoon or DamagedVault."""
        with self._turn:
            self._master = self._vault.open(passphrase)
            self._tidy()

    def lock(self) -> None:
        """Forget the master key and every passphrase; the next secret asks for it again."""
        with self._turn:
            self._master = self._given = None

    def set_passphrase(self, new: str) -> None:
        """Protect the home by *new*, which becomes the way to everything kept. Raises KeychainError and OSError."""
        with self._turn, self._alone():
            guard = self.guard
            if guard == "passphrase":
                raise KeychainError("This home has a passphrase", "Change it instead.")
            if guard == "none" and self._index.names():
                raise KeychainGone
            if guard == "system":
                self._move_out_of_system(new)
            else:
                master = self._key_file.key() if self._key_file.exists else secrets.token_bytes(32)
                self._vault.make(new, master)
                self._master = master
            self._tidy()

    def change_passphrase(self, old: str, new: str) -> None:
        """Wrap the same master key by *new*. Raises WrongPassphrase, TooSoon, WeakPassphrase or DamagedVault."""
        with self._turn, self._alone():
            self._expect_vault()
            self.unlock(old)
            assert self._master is not None
            self._vault.make(new, self._master)

    def remove_passphrase(self, old: str) -> None:
        """Go back to the system keychain, or to a key file where the home was named. Raises as :meth:`unlock` does."""
        with self._turn, self._alone():
            self._expect_vault()
            self.unlock(old)
            assert self._master is not None
            if not self._may_use_system:
                self._key_file.write(self._master)
                self._vault.destroy()
                return
            system = self._system()
            if system is None:
                raise KeychainError(
                    "This computer offers no keychain that could take its place", "Change the passphrase instead."
                )
            sealed = self._sealed()
            for name in sealed.names():
                self._index.add(name)
                _copy(sealed, system, name)
            self._vault.destroy()
            for name in sealed.names():
                sealed.remove(name)
            self._master = None

    def portable(self) -> tuple[bytes, str]:
        """Return what may seal a file that must be readable without this home: a master key, and its vault's text.

        Only where the guard is a passphrase, which opens that text anywhere. Raises KeychainError.
        """
        with self._turn:
            self._expect_vault()
            self._keeper()
            return self._known_master(), self._vault.text()

    def destroy(self) -> None:
        """Remove all there is, the means to open it first. Nothing that was kept can be read afterwards."""
        with self._turn:
            self._master = self._given = None
            self._vault.destroy()
            self._key_file.destroy()
            for name in self._sealed().names() | self._index.names():
                self.remove(name)

    # Within

    def _keeper(self, about_to_keep: str = "") -> Keychain:
        """Return what keeps the secrets, opened; *about_to_keep* is the name of one that follows."""
        with self._turn:
            guard = self.guard
            if guard == "passphrase":
                if self._master is None:
                    self._open()
                return self._sealed()
            is_new = not (self._key_file.exists or self._sealed().names() or self._index.names())
            # whoever gives a passphrase to a home that has nothing yet wants it protected by that
            if self._given is not None and (guard == "none" or (is_new and about_to_keep)):
                self._set_as_given(self._given)
                return self._sealed()
            if guard == "key file":
                if not self._key_file.exists and self._has_a_vault_now(about_to_keep):
                    return self._keeper(about_to_keep)
                return SealedFiles(self._folder, self._key_file.key)
            system = self._system()
            if system is None:
                raise KeychainGone if self._index.names() else PassphraseUnset
            self._adopt_files(system)
            if about_to_keep:
                self._index.add(about_to_keep)
            return system

    def _has_a_vault_now(self, about_to_keep: str) -> bool:
        """Whether another program has set a passphrase since the guard was looked at.

        If not, and something is to be kept, there is a key file afterwards: what was sealed by a key of its own beside
        a vault could never be opened again.
        """
        if about_to_keep:
            with self._alone():
                if not self._vault.exists:
                    self._key_file.key()
        return self._vault.exists

    def _open(self) -> None:
        if self._given is not None:
            try:
                self.unlock(self._given)
            except WrongPassphrase:
                # a wrong one from a script is not tried again and again
                self._given = None
                raise
            return
        for attempt in range(1, _TRIES + 1):
            passphrase = self._ask() if self._ask is not None else ""
            if not passphrase:
                raise PassphraseNeeded
            try:
                self.unlock(passphrase)
            except WrongPassphrase:
                if attempt == _TRIES:
                    raise
            else:
                return

    def _set_as_given(self, passphrase: str) -> None:
        try:
            self.set_passphrase(passphrase)
        except KeychainError:
            if not self._vault.exists:
                raise
            # another script was first, just now
            self.unlock(passphrase)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other program change what guards this home meanwhile: each would seal by a key of its own."""
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self._folder.with_name(f"{self._folder.name}.lock"))
        for _ in range(_LOCK_TRIES):
            if lock.take():
                break
            time.sleep(_LOCK_PAUSE)
        else:
            raise KeychainError("Another program is changing the passphrase", "Try again in a moment.")
        try:
            yield
        finally:
            lock.give_back()

    def _sealed(self) -> SealedFiles:
        return SealedFiles(self._folder, self._known_master)

    def _known_master(self) -> bytes:
        if self._master is None:
            raise PassphraseNeeded
        return self._master

    def _system(self) -> Keychain | None:
        if not self._may_use_system:
            return None
        if self._found is None:
            self._found = self._find_system()
        return self._found

    def _expect_vault(self) -> None:
        if not self._vault.exists:
            raise KeychainError("This home has no passphrase", "Set one with `agentconsole passphrase set`.")

    def _move_out_of_system(self, new: str) -> None:
        system = self._system()
        assert system is not None
        self._adopt_files(system)
        self._master = secrets.token_bytes(32)
        sealed = self._sealed()
        for name in self._index.names():
            _copy(system, sealed, name)
        # from here on the files count
        self._vault.make(new, self._master)

    def _adopt_files(self, system: Keychain) -> None:
        """Take over what an earlier start kept in files because there was no keychain then."""
        if not self._key_file.exists:
            return
        files = SealedFiles(self._folder, self._key_file.key)
        for name in files.names():
            self._index.add(name)
            _copy(files, system, name)
        self._key_file.destroy()
        for name in files.names():
            files.remove(name)

    def _tidy(self) -> None:
        """The vault counts and is open: what lies beside it is left from a change, whole or cut short."""
        # a disk that can only be read is no reason not to open
        with suppress(OSError):
            self._key_file.destroy()
        names = self._index.names()
        system = self._system() if names else None
        if system is not None:
            for name in names:
                system.remove(name)
                self._index.discard(name)


def open_keychain(home: Home, ask: Callable[[], str] | None = None) -> HomeKeychain:
    """Return the keychain of *home*; nothing is read yet. *ask* is called when a passphrase is needed."""
    return HomeKeychain(home.keys, may_use_system=not home.explicit, given=home.take_passphrase(), ask=ask)


def _copy(source: Keychain, target: Keychain, name: str) -> None:
    secret, key = source.get(name), source.get_key(name)
    if secret is not None:
        target.put(name, secret)
    if key is not None:
        target.put_key(name, key)
