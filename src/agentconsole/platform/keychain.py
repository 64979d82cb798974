"""Where tokens are kept: the operating system's keychain, or sealed files under an explicit home.

A sealed file keeps a token out of sight of searches, backups of single files and careless copies. Its key lies in the
same folder, readable for the owner only: who can read everything the owner can read can open it.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Protocol

from agentconsole.platform.files import write_atomically
from agentconsole.platform.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

log = logging.getLogger(__name__)

_SERVICE = "agentconsole"


class KeychainError(Exception):
    """A token could not be kept or read. ``advice`` says what to do."""

    title = "The keychain can't be used"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class Keychain(Protocol):
    """Keeps secrets by name."""

    place: str

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def remove(self, name: str) -> None: ...


class SystemKeychain:
    """The keychain of the desktop session."""

    place = "the system keychain"

    def get(self, name: str) -> str | None:
        import keyring
        import keyring.errors

        try:
            return keyring.get_password(_SERVICE, name)
        except keyring.errors.KeyringError as error:
            raise KeychainError(str(error), "Unlock your session's keychain and try again.") from error

    def put(self, name: str, secret: str) -> None:
        import keyring
        import keyring.errors

        try:
            keyring.set_password(_SERVICE, name, secret)
        except keyring.errors.KeyringError as error:
            raise KeychainError(str(error), "Unlock your session's keychain and try again.") from error

    def remove(self, name: str) -> None:
        import keyring
        import keyring.errors

        try:
            keyring.delete_password(_SERVICE, name)
        except keyring.errors.PasswordDeleteError:
            log.debug("there was no secret to remove")
        except keyring.errors.KeyringError as error:
            raise KeychainError(str(error), "Unlock your session's keychain and try again.") from error


class SealedFiles:
    """One file a secret under the home, sealed with AES-256-GCM; the file's name is authenticated with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = f"sealed files in {folder}"

    def get(self, name: str) -> str | None:
        from cryptography.exceptions import InvalidTag

        path = self._path(name)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return self._cipher().decrypt(sealed[:12], sealed[12:], name.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise KeychainError(
                f"{path} can't be opened with the key beside it",
                "Add the profile again with its token; the cached tickets and unsent changes stay.",
            ) from error

    def put(self, name: str, secret: str) -> None:
        nonce = secrets.token_bytes(12)
        write_atomically(self._path(name), nonce + self._cipher().encrypt(nonce, secret.encode(), name.encode()))

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name.encode().hex()}.sealed"

    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        path = self._folder / "key"
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = AESGCM.generate_key(256)
            write_atomically(path, key)
        return AESGCM(key)


def open_keychain(home: Home) -> Keychain:
    """Return the keychain for *home*: the system's where there is one and the home was not named, else sealed files."""
    if not home.explicit:
        import keyring
        from keyring.backends import fail

        if not isinstance(keyring.get_keyring(), fail.Keyring):
            return SystemKeychain()
    return SealedFiles(home.keys)
