"""How the local database can fail, in words that say what to do.

```
StoreError
├── NewerSchema       the file was written by a newer console
├── ReadOnlyDisk      the place can be read but not written
├── DiskFull          there is no room left
├── CorruptDatabase   the file is damaged, or is not ours
├── WrongKey          the file is encrypted, and the key at hand is not the one
├── KeyMissing        the file is encrypted, and its key is nowhere
├── ArchivedStore     the store is an archive, which nothing is changed in
│   └── KeptWhole     and of which nothing goes, for it could not be had again
├── DatabaseBusy      another program kept it locked for too long
└── StoreClosed       the store was closed while the change still waited
```
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import ClassVar

from agentconsole.store import driver


class StoreError(Exception):
    """Base of all that can go wrong with the local database.

    Attributes:
        title: what happened, for a person.
        advice: what to do about it.
    """

    title: ClassVar[str] = "The local database could not be used"
    advice: ClassVar[str] = (
        "What was saved before is not lost. Start the console again; if that does not help, run its doctor."
    )

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.title)


class NewerSchema(StoreError):
    """The database was written by a newer console than this one."""

    title = "Your data was written by a newer version of the console"
    advice = "Update this console, or start the newer one again. The data was left exactly as it is."


class ArchivedStore(StoreError):
    """The store holds an archive of a help desk: nothing could ever be sent from it."""

    title = "This is an archive"
    advice = "It can be read and searched, and nothing in it can be changed. Work on its tickets at the help desk."


class KeptWhole(ArchivedStore):
    """Something was to go from an archive to make room: there is no help desk to fetch it from again."""

    advice = (
        "All of it stays here, for what went could not be fetched again. `agentconsole wipe` removes it as a whole."
    )


class ReadOnlyDisk(StoreError):
    """The database, or the folder it is in, can't be written."""

    title = "The console can't write to its data folder"
    advice = "Check that the disk is mounted for writing and that the folder belongs to you, then try again."


class DiskFull(StoreError):
    """There is no room for the change."""

    title = "The disk is full"
    advice = "Free some space, then try again. Everything saved before is safe; only what was just done was not saved."


class CorruptDatabase(StoreError):
    """The file is damaged, or is no database of this program."""

    title = "The local database is damaged"
    advice = (
        "Set the file aside and fetch the tickets anew: the window offers that when it starts, and "
        "`agentconsole doctor --set-aside` does it too. The damaged file is kept, and with it what was not sent."
    )


class WrongKey(StoreError):
    """The file is encrypted with another key than the one at hand."""

    title = "The local database is locked with another key"
    advice = (
        "Bring back the key that belongs to it: the keychain, or the folder `keys`, of the same backup as the file. "
        "If it is lost, set the file aside and fetch the tickets anew; what was not sent can't be read without the key."
    )


class KeyMissing(StoreError):
    """The file is encrypted, and where its key is kept there is none."""

    title = "The key of the local database is missing"
    advice = (
        "Unlock or restore the keychain that holds it (under a home of your own: its folder `keys`). "
        "If it is lost, set the file aside and fetch the tickets anew; what was not sent can't be read without the key."
    )


class DatabaseBusy(StoreError):
    """Another program held the lock for longer than we wait."""

    title = "The local database is in use"
    advice = "Another console, a backup or a virus scanner keeps it locked. Close that program, then try again."


class StoreClosed(StoreError):
    """The store was closed before the change could be written."""

    title = "The console is closing"
    advice = "The change was not saved. Start the console again and repeat it."


_BY_CODE: dict[int, type[StoreError]] = {
    5: DatabaseBusy,  # SQLITE_BUSY
    6: DatabaseBusy,  # SQLITE_LOCKED
    8: ReadOnlyDisk,  # SQLITE_READONLY
    11: CorruptDatabase,  # SQLITE_CORRUPT
    13: DiskFull,  # SQLITE_FULL
    14: ReadOnlyDisk,  # SQLITE_CANTOPEN
    26: CorruptDatabase,  # SQLITE_NOTADB
}
_IOERR = 10  # SQLITE_IOERR: the disk failed, and what failed it the driver does not say
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_OURS = (errno.EROFS, errno.EACCES, errno.EPERM)
_TRIED_BYTES = 64 * 1024


def translate(error: driver.Error, place: Path | None = None) -> StoreError:
    """Return the store's own error for the driver's; the original becomes its cause.

    *place* is the database: where the driver knows no more than that the disk failed, a small file beside it tells why.
    """
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    kind = _BY_CODE.get(code, StoreError)
    if code == _IOERR and place is not None:
        # full disks and quotas are often told so: by some file systems when writing, by others when it is to be kept,
        # or when not even the index of the write-ahead log fits any more
        kind = _tried(place.parent)
    translated = kind(f"{kind.title} ({getattr(error, 'sqlite_errorname', type(error).__name__)})")
    translated.__cause__ = error
    return translated


def storing_failure(error: OSError) -> StoreError:
    """Return in words for people why something could not be written here."""
    return DiskFull() if error.errno in _NO_ROOM else ReadOnlyDisk()


def _tried(folder: Path) -> type[StoreError]:
    """Return what is wrong with *folder*: write a little into it and see."""
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            left = memoryview(bytes(_TRIED_BYTES))
            while left:  # the first write still fits in part, and does not fail
                left = left[file.write(left) :]
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in _NO_ROOM:
            return DiskFull
        if error.errno in _NOT_OURS:
            return ReadOnlyDisk
    return StoreError
