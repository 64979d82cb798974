"""The keychain of the desktop session: Secret Service, macOS Keychain, Windows Credential Locker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from agentconsole.platform.keychain.api import KeychainError, KeychainLocked

log = logging.getLogger(__name__)

_SERVICE = "agentconsole"
_KEY = "key of "
_NO_KEEPERS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Back ends that keep nothing, or keep it in the clear: no keychain is better than one that only looks like one."""


class SystemKeychain:
    """Secrets in the keychain of the desktop session."""

    place = "the system keychain"

    @classmethod
    def find(cls) -> SystemKeychain | None:
        """Return it where this computer offers one that is worth the name."""
        import keyring

        backend = keyring.get_keyring()
        # a chain asks its first member first
        first = next(iter(getattr(backend, "backends", ())), backend)
        return None if type(first).__module__.startswith(_NO_KEEPERS) else cls()

    def get(self, name: str) -> str | None:
        with _translated():
            import keyring

            return keyring.get_password(_SERVICE, name)

    def put(self, name: str, secret: str) -> None:
        with _translated():
            import keyring

            keyring.set_password(_SERVICE, name, secret)

    def get_key(self, name: str) -> bytes | None:
        kept = self.get(_KEY + name)
        if kept is None:
            return None
        try:
            return bytes.fromhex(kept)
        except ValueError as error:
            raise KeychainError(
                "The entry of a key was changed by another program",
                "Remove the profile and add it again; what is at the help desk is fetched anew.",
            ) from error

    def put_key(self, name: str, key: bytes) -> None:
        self.put(_KEY + name, key.hex())

    def remove(self, name: str) -> None:
        for kept in (_KEY + name, name):
            with _translated():
                import keyring
                import keyring.errors

                try:
                    keyring.delete_password(_SERVICE, kept)
                except keyring.errors.PasswordDeleteError:
                    log.debug("there was no secret to remove")


@contextmanager
def _translated() -> Iterator[None]:
    """Tell the library's errors in our words."""
    import keyring.errors

    try:
        yield
    except (keyring.errors.KeyringLocked, keyring.errors.InitError) as error:
        # on Linux a prompt that was dismissed, or that had no display to appear on, is an InitError
        raise KeychainLocked from error
    except keyring.errors.KeyringError as error:
        raise KeychainError(str(error), "Unlock your session's keychain and try again.") from error
