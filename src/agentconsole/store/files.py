"""Files beside the database: those that wait to be uploaded, by content, and attachments that were fetched.

What only copying needs is imported when something is copied: the queue is painted before that.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from agentconsole.domain.files import LocalFile
from agentconsole.domain.values import Ref
from agentconsole.store.errors import DiskFull, ReadOnlyDisk, StoreError
from agentconsole.store.keys import storable
from agentconsole.store.reading import Readers
from agentconsole.store.writer import Transaction, Urgency, Writer

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_NO_SPACE = (28, 122)  # ENOSPC, EDQUOT
_KEPT = "kept"
_SETTLED = 24 * 3600.0  # seconds
_LONGEST_NAME = 200  # bytes: file systems allow 255
_LONGEST_SUFFIX = 20


class Files:
    """Keeps files under *folder*: ``kept/KEY`` by content, ``fetched/REF/NAME`` as the help desk names them."""

    def __init__(self, folder: Path, readers: Readers, writer: Writer) -> None:
        self._folder = folder
        self._readers = readers
        self._writer = writer

    def keep(self, path: Path) -> str:
        """Copy the file at *path* so that it outlives the original; returns its key. Blocks until it is on the disk.

        Equal files are kept once. Raises StoreError, and OSError when *path* can't be read.
        """
        import hashlib
        import mimetypes
        import shutil
        import tempfile

        name = path.name
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            key = hashlib.sha256(f"{digest}\n{name}\n{kind}".encode()).hexdigest()[:32]
            size = os.fstat(source.fileno()).st_size
            target = self._kept(key)
            if not target.exists():
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-") as copy:
                        shutil.copyfileobj(source, copy)
                        copy.flush()
                        os.fsync(copy.fileno())
                        # a second name for what is now whole; the first one goes, whatever happens
                        os.link(copy.name, target)
                except FileExistsError:
                    pass  # somebody kept the same file meanwhile
                except OSError as error:
                    raise storing_failure(error) from error

        def work(tx: Transaction) -> None:
            tx.db.execute(
                "INSERT INTO kept_file (key, file_name, content_type, size) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (key, name, kind, size),
            )

        self._writer.submit(Urgency.AGENT, work, "agent").result()
        return key

    def local(self, key: str) -> LocalFile | None:
        """The kept file *key*, None when it is gone."""
        with self._readers.read() as db:
            row = db.execute("SELECT file_name, content_type FROM kept_file WHERE key = ?", (key,)).fetchone()
        path = self._kept(key)
        if row is None or not path.is_file():
            return None
        return LocalFile(key=key, file_name=row[0], content_type=row[1], path=path)

    def place(self, ref: Ref, file_name: str) -> Path:
        """Where the attachment *ref* belongs once fetched; the folder exists afterwards. Raises StoreError."""
        path = self._fetched(ref) / _safe_name(file_name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storing_failure(error) from error
        return path

    def cached(self, ref: Ref) -> Path | None:
        """The fetched file of the attachment *ref*, None while there is none."""
        folder = self._fetched(ref)
        try:
            found = next((path for path in sorted(folder.iterdir()) if _is_whole(path)), None)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storing_failure(error) from error
        if found is not None:
            with suppress(OSError):
                os.utime(folder)  # wanted again: it goes last when room is made
        return found

    def trim(self, most: int) -> int:
        """Remove fetched attachments, those first that were not opened for longest, until *most* bytes are left.

        The one that was opened last stays, however large, and so does every file that waits to be sent; a kept file
        goes once nothing that is unsent names it. Returns how many files went. Blocks; raises StoreError.
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
            with suppress(OSError):
                if path.parent.name != _KEPT:
                    path.parent.rmdir()
        return removed

    def _removable(self) -> Iterator[tuple[float, int, Path]]:
        """Yield (when it was last wanted, bytes, path) of each file that can be had again, or is needed no more."""
        for path in (self._folder / "fetched").glob("*/*"):
            if _is_whole(path):
                known = path.stat()
                yield max(known.st_mtime, path.parent.stat().st_mtime), known.st_size, path
        # what was kept just now is named by a change only in a moment
        settled = time.time() - _SETTLED
        needed = self._needed()
        for path in (self._folder / _KEPT).glob("*"):
            known = path.stat()
            if path.name not in needed and not path.name.startswith(".") and known.st_mtime < settled:
                yield known.st_mtime, known.st_size, path

    def _needed(self) -> set[str]:
        """Return the keys of files that unsent changes name."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT DISTINCT each.value FROM outbox, json_each(CAST(outbox.command AS TEXT), '$.attachments') each "
                "WHERE outbox.state <> 'sent'"
            ).fetchall()
        return {str(key) for (key,) in rows}

    def _kept(self, key: str) -> Path:
        return self._folder / _KEPT / key

    def _fetched(self, ref: Ref) -> Path:
        import hashlib

        # a ref is the help desk's own text: hashed, it can name nothing outside the folder
        return self._folder / "fetched" / hashlib.sha256(ref.encode()).hexdigest()[:32]


def _is_whole(path: Path) -> bool:
    # what is being fetched bears a name that no attachment can have: with a dot in front
    return path.is_file() and not path.name.startswith(".")


def _safe_name(name: str) -> str:
    """Return *name* without anything that a file system or an eye could take for something else."""
    cleaned = _UNSAFE.sub("_", name).strip(" .") or "attachment"
    if len(cleaned.encode("utf-8", "replace")) > _LONGEST_NAME:
        stem, dot, suffix = cleaned.rpartition(".")
        end = _cut(dot + suffix, _LONGEST_SUFFIX) if stem else ""
        cleaned = _cut(stem or cleaned, _LONGEST_NAME - len(end.encode())).rstrip(" .") + end
    return storable(cleaned)


def _cut(text: str, size: int) -> str:
    """Return as much of *text* as fits into *size* bytes of UTF-8, no letter cut in half."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def storing_failure(error: OSError) -> StoreError:
    """Return in words for people why something could not be written here."""
    return DiskFull() if error.errno in _NO_SPACE else ReadOnlyDisk()
