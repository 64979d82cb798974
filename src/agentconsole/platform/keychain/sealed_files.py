"""Secrets as files of a folder, sealed by one master key.

A sealed file keeps a secret out of sight of searches, of backups of single files and of careless copies. What it is
worth against somebody who has the whole folder depends on where the master key is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agentconsole.platform.files import write_atomically
from agentconsole.platform.keychain.api import KeychainError
from agentconsole.platform.keychain.key_file import KeyFile

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32

_MAGIC = b"ACK1"
_NONCE, _SALT, _TAG = 12, 32, 32


class SealedFiles:
    """One file a secret.

    A text is sealed with AES-256-GCM, its name authenticated with it: ``<hex of the name>.sealed``. A key of 32 bytes
    is wrapped by HMAC-SHA256 alone, ``<hex of the name>.wrapped``: the standard library has it, and the store's key is
    needed before the first paint, which does not wait for a library of ciphers.

    ``.wrapped`` is ``ACK1``, a salt of 32 random bytes, the key XOR HMAC(master, "pad", salt, name), and an HMAC of all
    that. A salt is used once, so that the pad is, too.
    """

    def __init__(self, folder: Path, master: Callable[[], bytes] | None = None) -> None:
        """*master* returns the 32 bytes that seal everything; without it they are in a file of *folder*."""
        self._folder = folder
        self._master = master or KeyFile(folder).key
        self.place = f"sealed files in {folder}"

    def get(self, name: str) -> str | None:
        from cryptography.exceptions import InvalidTag

        path = self._path(name)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return self._cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise _unreadable(path) from error

    def put(self, name: str, secret: str) -> None:
        nonce = secrets.token_bytes(_NONCE)
        write_atomically(self._path(name), nonce + self._cipher().encrypt(nonce, secret.encode(), name.encode()))

    def get_key(self, name: str) -> bytes | None:
        path = self._key_path(name)
        try:
            kept = path.read_bytes()
        except FileNotFoundError:
            return None
        magic, rest = kept[: len(_MAGIC)], kept[len(_MAGIC) :]
        salt, wrapped, tag = rest[:_SALT], rest[_SALT : _SALT + KEY_BYTES], rest[_SALT + KEY_BYTES :]
        master = self._master()
        if magic != _MAGIC or not hmac.compare_digest(tag, _mac(master, b"tag", salt + wrapped, name)):
            raise _unreadable(path)
        return _xor(wrapped, _mac(master, b"pad", salt, name))

    def put_key(self, name: str, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        master, salt = self._master(), secrets.token_bytes(_SALT)
        wrapped = _xor(key, _mac(master, b"pad", salt, name))
        tag = _mac(master, b"tag", salt + wrapped, name)
        write_atomically(self._key_path(name), _MAGIC + salt + wrapped + tag)

    def remove(self, name: str) -> None:
        # the key first: what it opens is unreadable from then on, whatever happens next
        self._key_path(name).unlink(missing_ok=True)
        self._path(name).unlink(missing_ok=True)

    def names(self) -> frozenset[str]:
        """Return the names of everything that is kept here."""
        if not self._folder.is_dir():
            return frozenset()
        kept = (path for path in self._folder.iterdir() if path.suffix in (".sealed", ".wrapped"))
        return frozenset(bytes.fromhex(path.stem).decode() for path in kept)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name.encode().hex()}.sealed"

    def _key_path(self, name: str) -> Path:
        return self._folder / f"{name.encode().hex()}.wrapped"

    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._master())


def _mac(master: bytes, use: bytes, data: bytes, name: str) -> bytes:
    return hmac.digest(master, b"agentconsole " + use + b"\0" + data + name.encode(), hashlib.sha256)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _unreadable(path: Path) -> KeychainError:
    return KeychainError(
        f"{path} can't be opened with the key of this home",
        "Add the profile again with its token; if its tickets can't be opened either, bring the folder of keys back "
        "from a backup.",
    )
