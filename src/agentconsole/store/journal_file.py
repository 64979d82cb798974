"""The file ``console.unsent``: sealed records, one behind the other, each of which can be read without the others.

A record is ``MAGIC``, four bytes of length, twelve of a nonce, and the payload under AES-GCM with a key of its own that
is derived from the store's. What is torn at the end or damaged in between is skipped to the next ``MAGIC``: a bad page
of the disk costs the records on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from agentconsole.store.durable import sync, sync_folder

MAGIC = b"\xa7unsent\x01"
_NONCE = 12
_HEAD = len(MAGIC) + 4


class Copy(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one row was after a commit; ``row`` is None once it is gone, or is at the help desk.

    ``key`` are its key columns. ``ref`` and ``subject`` are those of its ticket, ``into`` the number of the ticket that
    a merge goes to: local numbers mean nothing in another store.
    """

    table: str
    key: tuple[str | int, ...]
    row: dict[str, Any] | None
    ref: str | None = None
    subject: str = ""
    into: str | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The rows of one commit. ``number`` counts commits; ``part`` of ``parts`` is of a copy of everything, else 0.

    ``columns`` has the names of the columns of each table.
    """

    number: int
    copies: tuple[Copy, ...]
    part: int = 0
    parts: int = 0


_decode = msgspec.msgpack.Decoder(Batch).decode


class Reading(Struct, frozen=True):
    """What a journal holds.

    Attributes:
        copies: the last state of each row, by (table, key); also of those that are gone.
        batches: the commits after the last copy of everything, in their order.
        base: the number of the last copy of everything, 0 without one.
        number: the number of the last commit.
        is_whole: nothing is missing: the copy of everything is there and every commit since.
        size: bytes read.
    """

    copies: dict[tuple[str, tuple[str | int, ...]], Copy]
    batches: tuple[Batch, ...]
    base: int
    number: int
    is_whole: bool
    size: int


class JournalFile:
    """The journal at *path*, sealed with what is derived from *key* (None: of a store without encryption)."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self.path = path
        self._key = key
        self._seal: Any = None
        self._handle: int | None = None

    def append(self, batch: Batch, *, durable: bool) -> int:
        """Add *batch*; returns how long the file is. *durable*: on the disk before this returns. Raises OSError."""
        handle = self._current()
        data = memoryview(self._sealed(batch))
        while data:
            # one write each: two processes that append at once must not mix their records
            data = data[os.write(handle, data) :]
        if durable:
            sync(handle)
        return os.fstat(handle).st_size

    def replace(self, batches: Iterable[Batch]) -> int:
        """Put *batches* in the place of everything; a crash leaves the old file or the new one. Raises OSError.

        Returns how long the file is.
        """
        partial = self.path.with_name(f"{self.path.name}.partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "wb") as stream:  # of a descriptor, for its mode
            for batch in batches:
                stream.write(self._sealed(batch))
            stream.flush()
            sync(stream.fileno())
            size = stream.tell()
        self.close()
        partial.replace(self.path)
        sync_folder(self.path.parent)
        return size

    def read(self) -> Reading | None:
        """Return what the file holds; None when there is none. Raises OSError."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        batches, is_sound = self._batches(data)
        return _folded(batches, is_sound, len(data))

    def keep_damaged(self) -> None:
        """Give what can't be read whole another name as well, before it is replaced. Raises OSError."""
        import shutil

        shutil.copyfile(self.path, self._aside)
        self._aside.chmod(0o600)

    def set_aside(self) -> None:
        """Give what can't be read at all another name. Where not even that works it stays."""
        with suppress(OSError):
            self.path.replace(self._aside)

    @property
    def _aside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.damaged")

    def close(self) -> None:
        """Give the file back. Idempotent."""
        handle, self._handle = self._handle, None
        if handle is not None:
            with suppress(OSError):
                os.close(handle)

    def _current(self) -> int:
        """Return the open file that bears the name now: another process may have put a new one in its place."""
        if self._handle is not None:
            try:
                named, known = os.stat(self.path), os.fstat(self._handle)
            except FileNotFoundError:
                self.close()
            else:
                if (named.st_dev, named.st_ino) == (known.st_dev, known.st_ino):
                    return self._handle
                self.close()
        is_new = not self.path.exists()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._handle = os.open(self.path, flags, 0o600)
        if is_new:
            sync_folder(self.path.parent)
        return self._handle

    def _cipher(self) -> Any:
        if self._seal is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
            from cryptography.hazmat.primitives.hashes import SHA256
            from cryptography.hazmat.primitives.kdf.hkdf import HKDF

            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"agentconsole unsent journal")
            # beside a plain store there is nothing to hide: the seal only tells what is damaged
            self._seal = AESGCM(derive.derive(self._key if self._key is not None else bytes(32)))
        return self._seal

    def _sealed(self, batch: Batch) -> bytes:
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher().encrypt(nonce, msgspec.msgpack.encode(batch), MAGIC)
        return b"".join((MAGIC, len(sealed).to_bytes(4, "big"), sealed))

    def _batches(self, data: bytes) -> tuple[list[Batch], bool]:
        """Return every record of *data* that can be read, and whether there is nothing else."""
        found: list[Batch] = []
        at, is_sound = 0, True
        while (start := data.find(MAGIC, at)) >= 0:
            is_sound = is_sound and start == at
            length = int.from_bytes(data[start + len(MAGIC) : start + _HEAD], "big")
            batch = self._opened(data[start + _HEAD : start + _HEAD + length], length)
            if batch is None:
                is_sound, at = False, start + 1
            else:
                found.append(batch)
                at = start + _HEAD + length
        return found, is_sound and at == len(data)

    def _opened(self, sealed: bytes, length: int) -> Batch | None:
        """Return the record in *sealed*; None for what is torn, damaged, or sealed with another key."""
        from cryptography.exceptions import InvalidTag

        if not _NONCE < length == len(sealed):
            return None
        try:
            return _decode(self._cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], MAGIC))
        except (InvalidTag, msgspec.DecodeError):
            return None


def _folded(batches: list[Batch], is_sound: bool, size: int) -> Reading:
    """Bring *batches* into the order of their commits: two processes may have written theirs the other way round."""
    base = max((batch.number for batch in batches if batch.parts), default=0)
    parts = [batch for batch in batches if batch.parts and batch.number == base]
    # a copy of everything holds what was committed up to it
    after = sorted((batch for batch in batches if not batch.parts and batch.number > base), key=_number)
    # without a readable copy of everything what came before it counts as well
    older = [] if _all_parts(parts) else [batch for batch in batches if not batch.parts and batch.number <= base]
    older.sort(key=_number)
    copies: dict[tuple[str, tuple[str | int, ...]], Copy] = {}
    for batch in (*older, *parts, *after):
        for copy in batch.copies:
            copies[copy.table, tuple(copy.key)] = copy
    numbers = [batch.number for batch in after]
    return Reading(
        copies=copies,
        batches=tuple(after),
        base=base,
        number=numbers[-1] if numbers else base,
        # the first commit of all needs no copy of everything before it
        is_whole=is_sound
        and (_all_parts(parts) or base == 0)
        and numbers == list(range(base + 1, base + 1 + len(numbers))),
        size=size,
    )


def _number(batch: Batch) -> int:
    return batch.number


def _all_parts(parts: list[Batch]) -> bool:
    return bool(parts) and {batch.part for batch in parts} == set(range(1, parts[0].parts + 1))
