"""An archive under a passphrase: one line in clear, then the zip file, sealed as the console's own files are.

The line says what the file is and holds the random key of this file alone, wrapped by the passphrase (Argon2id). What
the archive is about stands behind it.
"""

from __future__ import annotations

import io
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from agentconsole.archive.format import FORMAT, VERSION, UnusableArchive
from agentconsole.domain.files import FileDamaged
from agentconsole.platform.keychain.api import WeakPassphrase
from agentconsole.platform.keychain.vault import LEAST_CHARACTERS, unwrapped, wrapped
from agentconsole.store.sealed import SealedFile, SealedWriter

if TYPE_CHECKING:
    from typing_extensions import Buffer

SUFFIX = ".sealed-archive"
_WHAT = "archive"
_LONGEST_LINE = 64 * 1024


class _Head(msgspec.Struct, frozen=True):
    format: str
    version: int
    sealed: bool
    vault: str


class SealedOutput(io.RawIOBase):
    """What is written here is sealed into the file at *path*, which appears when :meth:`finish` has returned."""

    def __init__(self, path: Path, passphrase: str) -> None:
        super().__init__()
        if len(passphrase) < LEAST_CHARACTERS:
            raise WeakPassphrase(LEAST_CHARACTERS)
        key = secrets.token_bytes(32)
        line = msgspec.json.encode(_Head(FORMAT, VERSION, sealed=True, vault=wrapped(passphrase, key))) + b"\n"
        self._writer = SealedWriter(path, key, _WHAT, path.name, preface=line)

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        view = memoryview(data)
        self._writer.write(bytes(view))
        return view.nbytes

    def finish(self) -> None:
        """Bring the whole file onto the disk and to its name."""
        self._writer.finish()

    def abandon(self) -> None:
        """Leave nothing behind; after :meth:`finish` nothing happens."""
        self._writer.abandon()


def is_sealed(path: Path) -> bool:
    """Say whether the file at *path* is a sealed archive. Raises OSError."""
    return _head(path) is not None


def open_sealed(path: Path, passphrase: str) -> BinaryIO:
    """Return the zip file within *path*. Raises WrongPassphrase, DamagedVault, UnusableArchive and OSError."""
    found = _head(path)
    if found is None:
        raise UnusableArchive(f"{path} is not a sealed archive", f"Its name usually ends in {SUFFIX}.")
    line, head = found
    if head.version != VERSION:
        raise UnusableArchive(f"{path} was written by a newer version", "Open it with that version.")
    key = unwrapped(head.vault, passphrase, path)
    try:
        return SealedFile(path, key, _WHAT, preface=len(line)).open()
    except FileDamaged as error:
        raise UnusableArchive(f"{path} is damaged", "Bring it back from a backup.") from error


def _head(path: Path) -> tuple[bytes, _Head] | None:
    with path.open("rb") as file:
        line = file.readline(_LONGEST_LINE)
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return (line, head) if head.format == FORMAT and head.sealed else None
