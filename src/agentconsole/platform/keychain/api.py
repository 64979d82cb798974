"""What keeps secrets by name, and how it can fail."""

from __future__ import annotations

from typing import Protocol


class KeychainError(Exception):
    """A secret could not be kept or read. ``advice`` says what to do."""

    title = "The keychain can't be used"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class KeychainLocked(KeychainError):
    """The system keychain asked for its password and did not get it."""

    title = "The system keychain is locked"

    def __init__(self) -> None:
        super().__init__(
            "It did not give out the key",
            "Unlock your session's keychain (it may be asking in a window of its own) and try again. Where nobody can "
            "unlock it, begin with a passphrase instead: `agentconsole passphrase set`.",
        )


class KeychainGone(KeychainError):
    """The secrets are in a system keychain that is not offered now."""

    title = "The system keychain is not there"

    def __init__(self) -> None:
        super().__init__(
            "The keys of your tickets are in it",
            "Start the console from your desktop session, where the keychain runs. Nothing is lost meanwhile.",
        )


class PassphraseNeeded(KeychainError):
    """The home is protected by a passphrase that was not given yet."""

    title = "A passphrase protects this home"

    def __init__(self) -> None:
        super().__init__("", "Type it when asked, or put it into AGENTCONSOLE_PASSPHRASE for scripts.")


class PassphraseUnset(KeychainError):
    """There is neither a system keychain nor a passphrase yet: nothing may be kept in the clear instead."""

    title = "This computer offers no keychain, so the console needs a passphrase"

    def __init__(self) -> None:
        super().__init__(
            "",
            "Choose one with `agentconsole passphrase set`, or put it into AGENTCONSOLE_PASSPHRASE for scripts.",
        )


class WrongPassphrase(KeychainError):
    """The vault is sound; this is not its passphrase."""

    title = "That is not the passphrase"

    def __init__(self, wait: float = 0.0) -> None:
        """*wait*: seconds before the next attempt is looked at."""
        super().__init__("", f"Try again in {round(wait)} s." if wait >= 1 else "Try again; check Caps Lock.")
        self.wait = wait


class TooSoon(KeychainError):
    """After wrong passphrases the next one is looked at only after a while. ``wait`` in seconds."""

    title = "Too many wrong passphrases"

    def __init__(self, wait: float) -> None:
        super().__init__("", f"Wait {max(1, round(wait))} s, then try again.")
        self.wait = wait


class WeakPassphrase(KeychainError):
    """A new passphrase that would protect nothing."""

    title = "That passphrase is too short"

    def __init__(self, least: int) -> None:
        super().__init__("", f"Take {least} characters or more; four words nobody would guess are better still.")


class DamagedVault(KeychainError):
    """The file that holds the wrapped master key is not as it was written: no passphrase opens it."""

    title = "The file with the wrapped key is damaged"

    def __init__(self, path: object) -> None:
        super().__init__(
            str(path),
            "It is not your passphrase. Bring the file back from a backup; without it what is kept here can't be read. "
            "`agentconsole wipe --discard-unsent` starts afresh.",
        )


class Keychain(Protocol):
    """Keeps secrets by name: texts (tokens) and keys of 32 bytes.

    Attributes:
        place: where, in words that go on after "kept in".
    """

    @property
    def place(self) -> str: ...

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def get_key(self, name: str) -> bytes | None: ...

    def put_key(self, name: str, key: bytes) -> None: ...

    def remove(self, name: str) -> None:
        """Forget the secret and the key of that name; nothing happens where there is none."""
        ...
