"""A file of unsent work, encrypted: what a profile leaves behind when it is wiped, and the way back.

The first line is JSON in the clear: what the file is, of which profile and when, how much is in it, and how it opens.
Behind it come sealed records: four bytes of length, twelve of a nonce, and MessagePack under AES-256-GCM. With each
record its number and a digest of the first line are authenticated, and the last one says that it is the last, so that
nothing can be changed, left out or cut off unnoticed.

The key is HMAC-SHA256 over the salt in the first line, of the home's master key where a passphrase guards the home (its
vault is in the first line, so that the passphrase alone opens the file, anywhere), else of a recovery key: 160 random
bits that are shown and kept in the keychain.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import msgspec

from agentconsole.platform.keychain.vault import unwrapped
from agentconsole.store.durable import sync, sync_folder
from agentconsole.store.journal_file import Copy

SUFFIX = ".unsent-work"
_FORMAT = "agentconsole unsent work, encrypted"
_NONCE = 12
_PIECE = 1024 * 1024
_LARGEST = 64 * 1024 * 1024
_LONGEST_LINE = 64 * 1024


class UnreadableUnsent(Exception):
    """The file can't be opened; the text says why."""

    title = "The file of unsent work can't be opened"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. ``made_at`` is UTC, ISO 8601; ``vault`` is empty where a recovery key opens the file."""

    format: str = _FORMAT
    version: int = 1
    profile: str
    desk: str
    made_at: str
    changes: int
    drafts: int
    files: int
    salt: bytes
    vault: str = ""

    @property
    def opens_with(self) -> str:
        """What must be typed to open it."""
        return "passphrase" if self.vault else "recovery key"


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """Some of the rows, as the journal has them."""

    copies: tuple[Copy, ...]


class FileBegins(msgspec.Struct, frozen=True, tag="file"):
    """A file that waits with a change or a draft; pieces of it follow."""

    key: str
    file_name: str
    content_type: str


class Piece(msgspec.Struct, frozen=True, tag="piece"):
    """The next bytes of the file that began last."""

    data: bytes


class End(msgspec.Struct, frozen=True, tag="end"):
    """Nothing follows."""


Record: TypeAlias = Rows | FileBegins | Piece | End


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """One file to put into the export; ``open`` gives its bytes."""

    key: str
    file_name: str
    content_type: str
    open: Callable[[], BinaryIO]


def write_unsent(path: Path, about: About, key: bytes, copies: Iterable[Copy], files: Iterable[Attached]) -> None:
    """Write the file and read it again before it gets its name. Raises OSError, UnreadableUnsent when the disk lies."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        line = msgspec.json.encode(about) + b"\n"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            seal = _Sealing(key, line)
            stream.write(line)
            for record in _records(copies, files):
                stream.write(seal.sealed(record))
            stream.flush()
            sync(stream.fileno())
        for _record in _read(partial, key):
            pass
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def about_of(path: Path) -> About:
    """Return the first line of *path*. Raises UnreadableUnsent and OSError."""
    with path.open("rb") as stream:
        return _about(stream.readline(_LONGEST_LINE), path)


def read_unsent(path: Path, key: bytes) -> Iterator[Record]:
    """Yield the records of *path* but the last. Raises UnreadableUnsent and OSError, also in the middle."""
    for record in _read(path, key):
        if not isinstance(record, End):
            yield record


def new_recovery_key() -> str:
    """Return a key of 160 random bits, to be shown to a person: eight groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(20)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def key_by_recovery(about: About, recovery_key: str) -> bytes:
    """Return the key of the file that *recovery_key* opens, however it was typed. Raises UnreadableUnsent."""
    # what a base 32 alphabet leaves out is what people take for letters of it
    typed = "".join(recovery_key.upper().replace("0", "O").replace("1", "I").replace("8", "B").split())
    try:
        secret = base64.b32decode(typed.replace("-", ""))
    except ValueError as error:
        raise _wrong_key() from error
    return key_by_master(about, secret)


def key_by_passphrase(about: About, passphrase: str, path: Path) -> bytes:
    """Return the key of the file that *passphrase* opens. Raises WrongPassphrase and DamagedVault."""
    return key_by_master(about, unwrapped(about.vault, passphrase, path))


def key_by_master(about: About, master: bytes) -> bytes:
    """Return the key that seals the records."""
    return hmac.digest(master, b"agentconsole unsent work\0" + about.salt, "sha256")


class _Sealing:
    """Seals and opens the records of one file, in their order."""

    def __init__(self, key: bytes, line: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)
        self._bound = hashlib.sha256(line).digest()
        self._number = 0

    def sealed(self, record: Record) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.msgpack.encode(record), self._about_next())
        return len(sealed).to_bytes(4, "big") + sealed

    def opened(self, sealed: bytes) -> Record:
        from cryptography.exceptions import InvalidTag

        try:
            plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._about_next())
        except InvalidTag as error:
            raise _wrong_key() if self._number == 1 else _damaged() from error
        return _DECODER.decode(plain)

    def _about_next(self) -> bytes:
        self._number += 1
        return self._bound + self._number.to_bytes(8, "big")


_DECODER: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)


def _records(copies: Iterable[Copy], files: Iterable[Attached]) -> Iterator[Record]:
    # one row a record: a draft may be long, and the reader must know what to expect at most
    for copy in copies:
        yield Rows((copy,))
    for each in files:
        yield FileBegins(each.key, each.file_name, each.content_type)
        with each.open() as source:
            while piece := source.read(_PIECE):
                yield Piece(piece)
    yield End()


def _read(path: Path, key: bytes) -> Iterator[Record]:
    with path.open("rb") as stream:
        line = stream.readline(_LONGEST_LINE)
        _about(line, path)
        seal = _Sealing(key, line)
        while True:
            length = int.from_bytes(stream.read(4), "big")
            sealed = stream.read(length) if _NONCE < length <= _LARGEST else b""
            if not sealed or len(sealed) != length:
                raise _damaged()
            record = seal.opened(sealed)
            yield record
            if isinstance(record, End):
                return


def _about(line: bytes, path: Path) -> About:
    try:
        about = msgspec.json.decode(line, type=About)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableUnsent(f"{path} is no such file", f"Its name ends in {SUFFIX}.") from error
    if about.format != _FORMAT or about.version != 1:
        raise UnreadableUnsent(f"{path} was written by a newer version", "Open it with that version.")
    return about


def _wrong_key() -> UnreadableUnsent:
    return UnreadableUnsent("That is not its key", "Compare it with what was shown when the file was made.")


def _damaged() -> UnreadableUnsent:
    return UnreadableUnsent("A part of it is missing or was changed", "Bring it back from a backup.")


def words_of(copy: Copy) -> dict[str, Any] | None:
    """Return what a person wants to read of *copy*; None for what is not their words."""
    from agentconsole.domain.commands import AddComment, CreateTicket, MergeTickets, changed_values, decode_command

    row = copy.row
    if row is None:
        return None
    told: dict[str, Any] = {"ticket": f"#{copy.ref}" if copy.ref else "new", "subject": copy.subject}
    if copy.table == "draft":
        return told | {"what": "draft of a reply" if row["public"] else "draft of a note", "text": row["body"]}
    if copy.table == "draft_version":
        return None if row.get("spent") else told | {"what": "earlier version of a draft", "text": row["body"]}
    if copy.table == "form_draft":
        return told | {"what": f"form not sent yet ({row['name']})", "text": row["content"]}
    if copy.table != "outbox" or row["state"] in ("sent", "withdrawn"):
        return None
    command = decode_command(row["command"])
    told |= {"state": row["state"], "set": changed_values(command)}
    match command:
        case AddComment():
            return told | {"what": "reply" if command.public else "note", "text": command.body}
        case CreateTicket():
            return told | {"what": "new ticket", "subject": command.subject, "text": command.body}
        case MergeTickets():
            return told | {"what": f"merge into #{copy.into or 'a new ticket'}", "text": command.source_comment}
    return told | {"what": "change", "text": ""}
