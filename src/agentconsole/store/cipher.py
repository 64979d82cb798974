"""How an encrypted database file looks from outside: whose key it wants, and whether a page of it is whole.

A file of SQLCipher begins with sixteen bytes of salt. Its key is random already, so that the salt need not be: the one
of our files is a fingerprint of the key, and a file tells without being opened whether a key is its own. What SQLCipher
calls "not a database" is thereby either another key or damage, which ask for different things.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from enum import Enum
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO

KEY_SIZE = 32
"""Bytes of a store's key."""

SALT_SIZE = 16
PAGE_SIZE = 4096
"""Bytes of a page; SQLCipher's own choice, which is SQLite's too."""

DAMAGED = "-damaged-"
"""In the name of a database that was set aside because it is damaged."""

PLAIN_NAME = ".plain"
"""Ends the second name of a readable file that has been encrypted, or is about to be."""

_PLAIN = b"SQLite format 3\x00"
_PLAIN_FOLDERS = ("kept", "fetched")
_MAC_SIZE = 64
_MAC_SALT_MASK = 0x3A
_MAC_ROUNDS = 2
_PROBED = 64
_RANDOM_LOOKING = 250
"""Of the 256 byte values a page of cipher text shows all; most pages of a database that can be read show fewer."""


class Seal(Enum):
    """What a file turns out to be."""

    ABSENT = "no file, or an empty one"
    PLAIN = "a database that anybody can read"
    OURS = "encrypted with the key at hand"
    OTHER = "encrypted, and not with the key at hand"
    RUBBISH = "no database, encrypted or not"


def salt_of(key: bytes) -> bytes:
    """Return the salt of every file under *key*: a fingerprint that gives nothing of the key away."""
    return hmac.digest(key, b"agentconsole store salt", "sha256")[:SALT_SIZE]


def look_at(path: Path, key: bytes | None) -> Seal:
    """Return what the file at *path* is to *key*. Raises OSError."""
    try:
        with path.open("rb") as file:
            first = file.read(PAGE_SIZE)
            if not first:
                return Seal.ABSENT
            if first.startswith(_PLAIN):
                return Seal.PLAIN
            if key is not None and first.startswith(salt_of(key)):
                return Seal.OURS
            # the beginning may be damaged: the rest of the file still tells
            some = list(_some_pages(file))
    except FileNotFoundError:
        return Seal.ABSENT
    if key is not None:
        mac_key = mac_key_of(key)
        if any(is_whole(page, number, mac_key) for number, page in some):
            return Seal.OURS
    looks_random = sum(len(set(page)) > _RANDOM_LOOKING for _, page in some)
    return Seal.OTHER if looks_random * 2 > len(some) else Seal.RUBBISH


def plain_beside(path: Path, key: bytes) -> tuple[Path, ...]:
    """Return what lies beside the store at *path* and can be read by anybody: files of databases, folders of files.

    They are of an earlier console, or of an encryption that was cut short. Raises OSError.
    """
    found = []
    # SQLite may have these open, and would lose its locks when a second handle to them is closed
    live = {path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"}
    for entry in os.scandir(path.parent):
        name, beside = entry.name, Path(entry)
        if entry.is_dir():
            if name.partition("@")[0] == "files" and any((beside / kind).exists() for kind in _PLAIN_FOLDERS):
                found.append(beside)
        elif name.startswith(path.stem) and name not in live:
            if name.endswith(PLAIN_NAME) or is_plain(beside):
                found.append(beside)
            elif DAMAGED in name and name.endswith(path.suffix) and look_at(beside, key) is Seal.RUBBISH:
                # its first page is gone, the others may be as readable as ever
                found.append(beside)
    return tuple(sorted(found))


def is_plain(path: Path) -> bool:
    """Return whether there is a database at *path* that anybody can read. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def is_whole(page: bytes, number: int, mac_key: bytes) -> bool:
    """Return whether *page*, the *number*-th (from 1), is as it was written by who has the key of *mac_key*."""
    body = page[SALT_SIZE:] if number == 1 else page
    sealed = body[:-_MAC_SIZE] + number.to_bytes(4, "little")
    return hmac.compare_digest(hmac.digest(mac_key, sealed, "sha512"), body[-_MAC_SIZE:])


def mac_key_of(key: bytes) -> bytes:
    """Return the key that SQLCipher authenticates the pages of our files with."""
    salt = bytes(byte ^ _MAC_SALT_MASK for byte in salt_of(key))
    return hashlib.pbkdf2_hmac("sha512", key, salt, _MAC_ROUNDS, KEY_SIZE)


def _some_pages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of pages from all over *file*."""
    pages = file.seek(0, SEEK_END) // PAGE_SIZE
    for number in range(1, pages + 1, max(1, pages // _PROBED)):
        file.seek((number - 1) * PAGE_SIZE)
        yield number, file.read(PAGE_SIZE)
