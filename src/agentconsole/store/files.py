"""Files beside the database: those that wait to be uploaded, by content, and attachments that were fetched.

Each is encrypted (``store/sealed.py``) and its name on the disk tells nothing. What only copying needs is imported when
something is copied: the queue is painted before that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agentconsole.domain.files import FetchedFile, FileDamaged, LocalFile
from agentconsole.domain.values import Ref
from agentconsole.store.errors import storing_failure
from agentconsole.store.reading import Readers
from agentconsole.store.sealed import PART, SealedFile, SealedWriter, hidden_name
from agentconsole.store.writer import Transaction, Urgency, Writer

KEPT = "waiting"
FETCHED = "attachments"

_SETTLED = 24 * 3600.0  # seconds
_PIECE = 1024 * 1024


def files_of(path: Path) -> Path:
    """Return where the files of the store at *path* are. A store that was set aside took its own along."""
    stem = path.stem
    return path.with_name(f"files{stem.removeprefix('console')}" if stem.startswith("console") else "files")


class Files:
    """Keeps files under *folder*: ``waiting/`` those of unsent work, ``attachments/`` what was fetched.

    Without a *key* (None: tests and measurements) they are sealed with nothing secret.
    """

    def __init__(self, folder: Path, readers: Readers, writer: Writer, *, key: bytes | None) -> None:
        self._folder = folder
        self._readers = readers
        self._writer = writer
        self._key = key or bytes(32)

    def keep(self, path: Path) -> str:
        """Copy the file at *path* so that it outlives the original; returns its key. Blocks until it is on the disk.

        Equal files are kept once. Raises StoreError, and OSError when *path* can't be read.
        """
        import hashlib
        import mimetypes

        name = path.name
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            key = hashlib.sha256(f"{digest}\n{name}\n{kind}".encode()).hexdigest()[:32]
            size = 0
            with _told():
                sealing = SealedWriter(self._kept(key), self._key, kept_as(key), name)
            try:
                while piece := source.read(_PIECE):
                    size += len(piece)
                    with _told():
                        sealing.write(piece)
                with _told():
                    sealing.finish()
            finally:
                sealing.abandon()

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "INSERT INTO kept_file (key, file_name, content_type, size) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (key, name, kind, size),
            )

        self._writer.submit(Urgency.AGENT, work, "agent").result()
        return key

    def bring(self, key: str, file_name: str) -> SealedWriter:
        """Begin to keep again a file that was kept as *key*; it is there once that is finished. Raises OSError."""
        return SealedWriter(self._kept(key), self._key, kept_as(key), file_name)

    def local(self, key: str) -> LocalFile | None:
        """The kept file *key*, None when it is gone. Raises FileDamaged when it is not what was kept."""
        with self._readers.read() as db:
            row = db.execute("SELECT file_name, content_type FROM kept_file WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        try:
            sealed = SealedFile(self._kept(key), self._key, kept_as(key))
        except FileNotFoundError:
            return None
        return LocalFile(key=key, file_name=row[0], content_type=row[1], size=sealed.size, open=sealed.open)

    def receive(self, ref: Ref, file_name: str) -> SealedWriter:
        """Begin to keep the attachment *ref* as it is fetched; it is there once that is finished. Raises OSError."""
        return SealedWriter(self._fetched(ref), self._key, _fetched_as(ref), file_name)

    def cached(self, ref: Ref) -> FetchedFile | None:
        """The fetched attachment *ref*; None while there is none, or when it is damaged: it can be fetched anew."""
        path = self._fetched(ref)
        try:
            sealed = SealedFile(path, self._key, _fetched_as(ref))
        except FileNotFoundError:
            return None
        except FileDamaged:
            self.forget(ref)
            return None
        except OSError as error:
            raise storing_failure(error) from error
        with suppress(OSError):
            os.utime(path)  # wanted again: it goes last when room is made
        return FetchedFile(file_name=sealed.name, size=sealed.size, open=sealed.open)

    def has(self, ref: Ref) -> bool:
        """Whether the attachment *ref* was fetched; one look at a folder, nothing is read."""
        return self._fetched(ref).exists()

    def fetched_size(self) -> tuple[int, int]:
        """How many fetched attachments there are, and their bytes on the disk. Blocks; raises StoreError."""
        count = size = 0
        try:
            with os.scandir(self._folder / FETCHED) as entries:
                for entry in entries:
                    if not entry.name.startswith(PART):
                        count += 1
                        size += entry.stat().st_size
        except FileNotFoundError:
            return 0, 0
        except OSError as error:
            raise storing_failure(error) from error
        return count, size

    def forget(self, ref: Ref) -> None:
        """Remove the fetched attachment *ref*, which is fetched anew when it is wanted again."""
        with suppress(OSError):
            self._fetched(ref).unlink()

    def trim(self, most: int) -> int:
        """Remove fetched attachments, those first that were not opened for longest, until *most* bytes are left.

        The one that was opened last stays, however large, and so does every file that waits to be sent or is taken
        along on a trip; a kept file goes once nothing that is unsent names it. Returns how many files went. Blocks;
        raises StoreError.
        """
        try:
            found = sorted(self._removable(), reverse=True)
        except OSError as error:
            raise storing_failure(error) from error
        left = removed = 0
        for number, (_, size, path) in enumerate(found):
            left += size
            if left <= most or number == 0:
                continue
            left -= size
            with suppress(OSError):  # another program has it open, or took it away itself
                path.unlink()
                removed += 1
        return removed

    def _removable(self) -> Iterator[tuple[float, int, Path]]:
        """Yield (when it was last wanted, bytes, path) of each file that can be had again, or is needed no more."""
        # what was begun or kept just now is finished, or named by a change, only in a moment
        settled = time.time() - _SETTLED
        taken_along = {self._fetched(ref) for ref in self._taken_along()}
        needed = {self._kept(key) for key in self._needed()}
        for folder, stay in ((FETCHED, taken_along), (KEPT, needed)):
            for path in (self._folder / folder).glob("*"):
                known = path.stat()
                if path.name.startswith(PART):
                    if known.st_mtime < settled:
                        path.unlink(missing_ok=True)
                elif path not in stay and (folder == FETCHED or known.st_mtime < settled):
                    yield known.st_mtime, known.st_size, path

    def _needed(self) -> set[str]:
        """Return the keys of files that unsent changes, drafts and versions of them name."""
        named = "json_extract(each.value, '$.key') FROM {table}, json_each({table}.along, '$.files') each"
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT each.value FROM outbox, json_each(CAST(outbox.command AS TEXT), '$.attachments') each "
                "WHERE outbox.state <> 'sent' UNION "
                f"SELECT {named.format(table='draft')} WHERE draft.along <> '' UNION "
                f"SELECT {named.format(table='draft_version')} WHERE draft_version.along <> ''"
            ).fetchall()
        return {str(key) for (key,) in rows}

    def _taken_along(self) -> set[Ref]:
        """Return the attachments that a trip needs."""
        with self._readers.read() as db:
            return {ref for (ref,) in db.execute("SELECT ref FROM trip_file")}

    def _kept(self, key: str) -> Path:
        return self._folder / KEPT / hidden_name(self._key, kept_as(key))

    def _fetched(self, ref: Ref) -> Path:
        # a ref is the help desk's own text: hidden, it can name nothing outside the folder
        return self._folder / FETCHED / hidden_name(self._key, _fetched_as(ref))


@contextmanager
def _told() -> Iterator[None]:
    """Say in words for people why something could not be written."""
    try:
        yield
    except OSError as error:
        raise storing_failure(error) from error


def kept_as(key: str) -> str:
    """Return what the kept file *key* is sealed as."""
    return f"kept {key}"


def _fetched_as(ref: Ref) -> str:
    return f"fetched {ref}"
