"""Encrypts what an earlier console left readable: its store, the copies and stores beside it, and its files.

A database is exported to an encrypted file beside it, checked, and put in its place; only then the readable file is
overwritten and removed. At every instant there is a whole store under its name, so that whatever ends this, the next
start goes on. Others are kept out meanwhile by SQLite's own lock on the readable file, which is looked at again once
the lock is held: somebody else may have been faster.

Overwriting is the best a program can do and no promise: a drive of flash cells, or a file system that keeps old
versions, may hold the old blocks for a while.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from pathlib import Path

from agentconsole.store import driver
from agentconsole.store.cipher import DAMAGED, PLAIN_NAME, Seal, look_at, plain_beside, salt_of
from agentconsole.store.durable import sync, sync_file, sync_folder
from agentconsole.store.errors import CorruptDatabase, DatabaseBusy, StoreError
from agentconsole.store.files import FETCHED, KEPT, kept_as
from agentconsole.store.sealed import PART, SealedWriter, hidden_name

_log = logging.getLogger(__name__)

PARTIAL = ".encrypting"
"""Ends the name of the encrypted file before it is whole."""

SEALED = ".sealed"
"""Ends the name of what is no database any more: a damaged one, sealed byte by byte."""

_BUSY_MS = 5000
_PIECE = 1024 * 1024
_BUSY = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED
_OLD_KEPT = "kept"
_OLD_FETCHED = "fetched"


def encrypt_store(path: Path, key: bytes) -> None:
    """Encrypt the store at *path* with *key* if it can be read without; afterwards it can't.

    Blocks for as long as copying it takes. Raises DatabaseBusy when another program has it open, CorruptDatabase when
    it can't be copied whole, the driver's ``Error`` and OSError; the store is then as it was.
    """
    for step in steps(path, key):
        _log.info("encrypting the store: %s", step)


def encrypt_beside(path: Path, key: bytes) -> None:
    """Encrypt what is readable beside the store at *path*: backups, stores of other desks, damaged ones, and files.

    What can't be encrypted now is left for the next start, and told in the log.
    """
    for found in plain_beside(path, key):
        try:
            for step in steps_beside(found, key):
                _log.info("encrypting a file beside the store: %s", step)
        except (OSError, driver.Error, StoreError) as error:
            _log.warning("a file beside the store is still readable: %s", type(error).__name__)


def steps(path: Path, key: bytes) -> Iterator[str]:
    """Do what :func:`encrypt_store` does, and yield after each step what was done, for who wants to stop in between."""
    file = _identity(path)
    if look_at(path, key) is Seal.PLAIN:
        with _alone(path, file) as db:
            # looked at by its identity: closing a second handle to it would give back the lock that SQLite holds
            if db is not None and _identity(path) == file:
                yield from _replaced(path, key, db)
    yield from _tidy(path, key)


def _replaced(path: Path, key: bytes, db: driver.Connection) -> Iterator[str]:
    """Put an encrypted copy in the place of the store at *path*, which nobody but *db* has open."""
    partial, old = _named(path, PARTIAL), _named(path, PLAIN_NAME)
    yield "nobody else has it"
    try:
        _export(db, partial, key)
        yield "exported"
        _check(db, partial, key)
        sync_file(partial)
        yield "checked"
        _link(path, old)
        sync_folder(path.parent)
        yield "the store has a second name"
        if sys.platform == "win32":
            db.close()  # nobody can replace an open file there
        partial.replace(path)
        sync_folder(path.parent)
        yield "replaced"
    except (driver.Error, OSError, CorruptDatabase):
        partial.unlink(missing_ok=True)
        raise


def steps_beside(found: Path, key: bytes) -> Iterator[str]:
    """Encrypt what :func:`plain_beside` has found, yielding after each step what was done."""
    if found.is_dir():
        yield from _files(found, key)
    elif not found.exists():
        return  # it went together with another
    elif found.name.endswith(PLAIN_NAME):
        yield from _second(found, found.with_name(found.name.removesuffix(PLAIN_NAME)), key)
    elif found.name.endswith((PARTIAL, ".partial")):
        # a backup that was cut short: what it was to be of is whole
        _destroy(found)
        yield "a leftover is gone"
    elif DAMAGED in found.name:
        yield from _damaged(found, key)
    else:
        try:
            yield from steps(found, key)
        except CorruptDatabase:
            yield from _damaged(found, key)


def _tidy(path: Path, key: bytes) -> Iterator[str]:
    """Overwrite and remove what is still readable of the store at *path* once it is encrypted."""
    for companion in ("", "-wal"):
        second = _named(path, f"{companion}{PLAIN_NAME}")
        if second.exists():
            yield from _second(second, _named(path, companion), key)


def _second(second: Path, first: Path, key: bytes) -> Iterator[str]:
    """Remove the *second* name of *first*; its bytes are overwritten once they stand somewhere encrypted."""
    store = first.with_name(first.name.removesuffix("-wal"))
    if first.exists() and second.samefile(first):
        # nothing was replaced yet
        second.unlink()
    elif look_at(store, key) is Seal.OURS:
        _destroy(second)
    elif first != store:
        # the words of the log were written back into the store, which is still to be encrypted
        second.unlink()
    else:
        return
    yield "tidied up"


def _alone(path: Path, file: tuple[int, int]) -> AbstractContextManager[driver.Connection | None]:
    """Return a connection to the readable store at *path* beside which there is no other, its log written back.

    None when another *file* has come to that name meanwhile: somebody else has encrypted it. DatabaseBusy.
    """
    _link(_named(path, "-wal"), _named(path, f"-wal{PLAIN_NAME}"))
    try:
        db = driver.connect(path, key=None, writer=True, busy_ms=_BUSY_MS)
        try:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            # the lock is taken by the first transaction and kept to the end
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
    except driver.Error as error:
        if _identity(path) != file:
            return nullcontext()
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _BUSY:
            raise DatabaseBusy from error
        raise
    return closing(db)


def _identity(path: Path) -> tuple[int, int]:
    """Return what tells the file at *path* from every other that had, or will have, that name; zeros: none is there."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return 0, 0
    return known.st_dev, known.st_ino


def _export(db: driver.Connection, target: Path, key: bytes) -> None:
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    db.execute("ATTACH ? AS sealed KEY ?", (str(target), f"x'{key.hex()}{salt_of(key).hex()}'"))
    try:
        # a file that is thrown away if anything goes wrong needs no journal; it is synced when it is whole
        db.execute("PRAGMA sealed.journal_mode = OFF")
        db.execute("PRAGMA sealed.synchronous = OFF")
        db.execute("PRAGMA sealed.auto_vacuum = INCREMENTAL")
        db.execute("SELECT sqlcipher_export('sealed')").fetchall()
        for name in ("user_version", "application_id"):
            db.execute(f"PRAGMA sealed.{name} = {driver.pragma_number(db, f'main.{name}')}")
    except driver.Error as error:
        # what is wrong with the readable one it says for itself
        if db.execute("PRAGMA main.quick_check(1)").fetchone() != ("ok",):
            raise CorruptDatabase from error
        raise
    finally:
        db.execute("DETACH sealed")


def _check(db: driver.Connection, target: Path, key: bytes) -> None:
    """Raise CorruptDatabase unless *target* holds, under *key*, all that *db* does."""
    shape = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    with closing(driver.connect(target, key=key)) as made:
        found: list[tuple[str, str, str, str | None]] = db.execute(shape).fetchall()
        is_same = found == made.execute(shape).fetchall()
        tables = [name for kind, name, _, sql in found if kind == "table" and not (sql or "").startswith("CREATE VIRT")]
        counts = [f'SELECT count(*) FROM "{name}"' for name in tables]
        is_same = is_same and all(db.execute(sql).fetchone() == made.execute(sql).fetchone() for sql in counts)
        is_sound = made.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        if not (is_same and is_sound and made.execute("PRAGMA cipher_integrity_check").fetchone() is None):
            raise CorruptDatabase


def _damaged(path: Path, key: bytes) -> Iterator[str]:
    """Seal the bytes of the database at *path*, and of its log, as they are: nobody can copy it whole."""
    # the log first: it is found by its database only
    for companion in ("-wal", ""):
        readable = _named(path, companion)
        if readable.exists():
            sealed = _named(readable, SEALED)
            _pour(readable, SealedWriter(sealed, key, f"aside {readable.name}", readable.name))
            yield "sealed"
            _destroy(readable)
            yield "destroyed"
    _named(path, "-shm").unlink(missing_ok=True)


def _files(folder: Path, key: bytes) -> Iterator[str]:
    """Seal the files in *folder* that wait to be sent; remove those that can be fetched again."""
    for path in sorted((folder / _OLD_KEPT).glob("*")):
        if not path.name.startswith(PART):
            what = kept_as(path.name)
            _pour(path, SealedWriter(folder / KEPT / hidden_name(key, what), key, what, ""))
            yield "a file that waits is sealed"
        _destroy(path)
        yield "its copy is gone"
    for path in sorted((folder / _OLD_FETCHED).glob("*/*")):
        _destroy(path)
        yield "a fetched file is gone"
    for emptied in (*(folder / _OLD_FETCHED).glob("*"), folder / _OLD_FETCHED, folder / _OLD_KEPT):
        with suppress(OSError):
            emptied.rmdir()
    with suppress(OSError):
        (folder / FETCHED).mkdir(exist_ok=True)


def _pour(path: Path, sealing: SealedWriter) -> None:
    try:
        with path.open("rb") as source:
            while piece := source.read(_PIECE):
                sealing.write(piece)
        sealing.finish()
    finally:
        sealing.abandon()


def _destroy(path: Path) -> None:
    """Overwrite the file at *path* and remove it."""
    with path.open("r+b", buffering=0) as file:
        left = file.seek(0, os.SEEK_END)
        file.seek(0)
        while left > 0:
            left -= file.write(bytes(min(left, _PIECE)))
        sync(file.fileno())
    path.unlink(missing_ok=True)


def _link(path: Path, second: Path) -> None:
    """Give the file at *path* a *second* name; some file systems have none, and then it is removed as it is."""
    second.unlink(missing_ok=True)
    with suppress(OSError):
        os.link(path, second)


def _named(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
