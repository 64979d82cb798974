"""A random master key, wrapped by a passphrase.

``vault.json`` beside the sealed files has the parameters of Argon2id (RFC 9106), the salt and the master key under
AES-256-GCM. Changing or removing the passphrase wraps the same master key anew and touches no other file. A checksum
tells a damaged file from a wrong passphrase; it gives nothing away that the file does not.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from pathlib import Path

import msgspec

from agentconsole.platform.files import write_atomically
from agentconsole.platform.keychain.api import DamagedVault, WeakPassphrase, WrongPassphrase
from agentconsole.platform.keychain.attempts import Attempts

LEAST_CHARACTERS = 8

_MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 4 * 1024 * 1024, 64, 64
"""What a file may ask for at most: a made-up one must not take the computer down."""


class Cost(msgspec.Struct, frozen=True):
    """How dear one attempt is: KiB of memory, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int


COST = Cost(memory_kib=64 * 1024, passes=3, lanes=4)
"""RFC 9106, section 4, second recommended option; a fifth of a second here. A vault of less is raised when opened."""


class _Header(msgspec.Struct, frozen=True):
    format: int
    kdf: str
    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes
    checksum: str = ""

    def __repr__(self) -> str:
        return "_Header()"


class Vault:
    """The wrapped master key of one home."""

    def __init__(self, folder: Path, attempts: Attempts, cost: Cost = COST) -> None:
        self._path = folder / "vault.json"
        self._attempts = attempts
        self._cost = cost

    @property
    def exists(self) -> bool:
        """Whether the home has a passphrase."""
        return self._path.exists()

    @property
    def cost(self) -> Cost:
        """What one attempt costs with the vault as it is. Raises DamagedVault."""
        return self._read().cost

    def wait(self) -> float:
        """Return in how many seconds the next attempt is looked at."""
        return self._attempts.wait()

    def text(self) -> str:
        """Return the file as it is: the passphrase finds the master key in it anywhere. Raises DamagedVault."""
        self._read()
        return self._path.read_text()

    def open(self, passphrase: str) -> bytes:
        """Return the master key. Raises WrongPassphrase, TooSoon or DamagedVault."""
        header = self._read()
        self._attempts.begin()
        try:
            master = _unwrapped(header, passphrase)
        except WrongPassphrase as error:
            raise WrongPassphrase(self._attempts.was_wrong()) from error
        self._attempts.forget()
        if header.cost.memory_kib * header.cost.passes < self._cost.memory_kib * self._cost.passes:
            self._write(passphrase, master)
        return master

    def make(self, passphrase: str, master: bytes) -> None:
        """Wrap *master* by *passphrase*; from now on the home has one. Raises WeakPassphrase and OSError."""
        if len(passphrase) < LEAST_CHARACTERS:
            raise WeakPassphrase(LEAST_CHARACTERS)
        self._write(passphrase, master)

    def destroy(self) -> None:
        """Remove the wrapped key. What it sealed can't be opened by it any more."""
        self._path.unlink(missing_ok=True)
        self._attempts.forget()

    def _write(self, passphrase: str, master: bytes) -> None:
        text = wrapped(passphrase, master, self._cost).encode()
        write_atomically(self._path, msgspec.json.format(text) + b"\n")

    def _read(self) -> _Header:
        return _parsed(self._path.read_bytes(), self._path)


def wrapped(passphrase: str, master: bytes, cost: Cost = COST) -> str:
    """Return the text of a vault in which *passphrase* finds *master*."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = _Header(format=1, kdf="argon2id", cost=cost, salt=salt, nonce=nonce, wrapped=b"")
    sealed = AESGCM(_derived(passphrase, salt, cost)).encrypt(nonce, master, _bound(header))
    header = msgspec.structs.replace(header, wrapped=sealed)
    header = msgspec.structs.replace(header, checksum=_checksum(header))
    return msgspec.json.encode(header).decode()


def unwrapped(text: str, passphrase: str, place: Path) -> bytes:
    """Return the master key in the *text* of a vault that is kept at *place*. Raises WrongPassphrase, DamagedVault."""
    return _unwrapped(_parsed(text.encode(), place), passphrase)


def _parsed(data: bytes, place: Path) -> _Header:
    try:
        header = msgspec.json.decode(data, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedVault(place) from error
    cost = header.cost
    is_sane = (
        header.format == 1
        and header.kdf == "argon2id"
        and 8 * cost.lanes <= cost.memory_kib <= _MOST_MEMORY_KIB
        and 1 <= cost.passes <= _MOST_PASSES
        and 1 <= cost.lanes <= _MOST_LANES
    )
    if not is_sane or header.checksum != _checksum(header):
        raise DamagedVault(place)
    return header


def _unwrapped(header: _Header, passphrase: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = AESGCM(_derived(passphrase, header.salt, header.cost))
    try:
        return key.decrypt(header.nonce, header.wrapped, _bound(header))
    except InvalidTag as error:
        raise WrongPassphrase from error


def _derived(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    # keyboards differ in how they compose a letter
    return kdf.derive(unicodedata.normalize("NFKC", passphrase).encode())


def _bound(header: _Header) -> bytes:
    """Return what is authenticated with the wrapped key, so that nobody makes the next wrapping a cheap one."""
    return msgspec.json.encode((header.format, header.kdf, header.cost, header.salt))


def _checksum(header: _Header) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(header, checksum=""))).hexdigest()
