"""Encrypted files: written once, from beginning to end; read from any place, and never past damage.

A file is ``MAGIC``, sixteen random bytes, and the sealed name; then the content in chunks of 64 KiB, each sealed with
AES-256-GCM (the STREAM construction: a chunk's nonce is its number and whether it is the last, so that none can be left
out, repeated, moved or cut off). The key is the file's own, derived by HKDF-SHA256 from the store's, the random bytes
and what the file is for: one that is put in the place of another does not open.

The names of the files on the disk are made by :func:`hidden_name`; they tell nothing without the key.
"""

from __future__ import annotations

import hmac
import io
import os
import secrets
from contextlib import suppress
from errno import EIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from agentconsole.domain.files import FileDamaged
from agentconsole.store.durable import sync, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"acsealed"
CHUNK = 64 * 1024
"""Bytes of content in a chunk."""

PART = ".part-"
"""How the name of a file begins that is not whole yet."""

_SALT = 16
_TAG = 16
_LENGTH = 2
_HEAD = len(MAGIC) + _SALT + _LENGTH
_LONGEST_NAME = 4096
_DAMAGED = "the copy on this computer is damaged"


def hidden_name(key: bytes, what: str) -> str:
    """Return the name on the disk of the file that *what* stands for: always the same, and telling nothing."""
    return hmac.digest(key, b"agentconsole file name\n" + what.encode(), "sha256").hex()[:32]


class SealedWriter:
    """Writes the file at *target*, which appears when it is whole and on the disk.

    *what* says what it is for and must be given again to read it; *name* is kept inside. Errors are OSError.
    """

    def __init__(self, target: Path, key: bytes, what: str, name: str, *, preface: bytes = b"") -> None:
        """*preface* comes before all else, in clear; who reads the file has to know how long it is."""
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._target = target
        self._part = target.with_name(f"{PART}{secrets.token_hex(8)}")
        salt = secrets.token_bytes(_SALT)
        self._cipher = _cipher(key, salt, what)
        self._rest = bytearray()
        self._number = 0
        inside = name.encode("utf-8", "surrogatepass")[:_LONGEST_NAME]
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        try:
            self._put(preface + MAGIC + salt + (len(inside) + _TAG).to_bytes(_LENGTH, "little"))
            self._put(self._sealed(inside, last=False))
        except BaseException:
            self.abandon()
            raise

    def write(self, data: bytes) -> None:
        """Add *data*. Blocks."""
        self._rest += data
        # what may be the last chunk waits: the last one is marked
        while len(self._rest) > CHUNK:
            self._put(self._sealed(bytes(self._rest[:CHUNK]), last=False))
            del self._rest[:CHUNK]

    def finish(self) -> None:
        """Bring the whole file onto the disk and to its name."""
        try:
            self._put(self._sealed(bytes(self._rest), last=True))
            sync(self._file.fileno())
            self._file.close()
            self._part.replace(self._target)
            sync_folder(self._target.parent)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Leave nothing behind. Idempotent; after :meth:`finish` nothing happens."""
        self._file.close()
        with suppress(OSError):
            self._part.unlink()

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _sealed(self, data: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), data, None)
        self._number += 1
        return sealed


class SealedFile:
    """The sealed file at *path*. Raises FileNotFoundError, FileDamaged when its beginning is not as it was written.

    The first *preface* bytes are passed over.

    Attributes:
        name: what it was called.
        size: bytes of content.
    """

    def __init__(self, path: Path, key: bytes, what: str, *, preface: int = 0) -> None:
        self._path = path
        with path.open("rb") as file:
            file.seek(preface)
            head = file.read(_HEAD)
            if len(head) < _HEAD or not head.startswith(MAGIC):
                raise FileDamaged(EIO, _DAMAGED)
            self._cipher = _cipher(key, head[len(MAGIC) : -_LENGTH], what)
            length = int.from_bytes(head[-_LENGTH:], "little")
            inside = self._opened(file.read(length), 0, last=False)
            self._begin = preface + _HEAD + length
            content = file.seek(0, io.SEEK_END) - self._begin
        self.name = inside.decode("utf-8", "replace")
        self._chunks = max(1, -(-content // (CHUNK + _TAG)))
        self.size = content - self._chunks * _TAG
        if self.size < 0:
            raise FileDamaged(EIO, _DAMAGED)

    def open(self) -> BinaryIO:
        """Return its content as a stream that can be read from any place; reading raises FileDamaged."""
        return cast("BinaryIO", io.BufferedReader(_Content(self), CHUNK))

    def chunks(self) -> Iterator[bytes]:
        """Yield the content in order; raises FileDamaged at the first chunk that is not as it was written."""
        with self._path.open("rb") as file:
            for number in range(self._chunks):
                yield self.chunk(file, number)

    def chunk(self, file: BinaryIO, number: int) -> bytes:
        """Return the *number*-th chunk (from 0), read from *file*, which is :attr:`path` opened."""
        file.seek(self._begin + number * (CHUNK + _TAG))
        return self._opened(file.read(CHUNK + _TAG), number + 1, last=number == self._chunks - 1)

    @property
    def path(self) -> Path:
        return self._path

    def _opened(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(_nonce(number, last=last), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise FileDamaged(EIO, _DAMAGED) from error


class _Content(io.RawIOBase):
    """The plain bytes of a sealed file; one chunk of them is in memory."""

    def __init__(self, sealed: SealedFile) -> None:
        super().__init__()
        self._sealed = sealed
        self._file = sealed.path.open("rb")
        self._place = 0
        self._number = -1
        self._chunk = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._sealed.size}[whence]
        self._place = max(0, begin + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: object) -> int:
        if self._place >= self._sealed.size:
            return 0
        number, within = divmod(self._place, CHUNK)
        if number != self._number:
            self._chunk, self._number = self._sealed.chunk(self._file, number), number
        view = memoryview(buffer)  # type: ignore[arg-type]  # the library says Buffer, which 3.11 has no name for
        found = self._chunk[within : within + len(view)]
        view[: len(found)] = found
        self._place += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])


def _cipher(key: bytes, salt: bytes, what: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    purpose = b"agentconsole file content\n" + what.encode()
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=purpose).derive(key))
