"""Plain copies of encrypted files, for other programs to open: in memory where there is a place for that.

Each process that needs some makes a folder that nobody else can enter, and removes it at its end. The lock on a file
in it ends with the process however that ends, so that the next start knows which folders were left behind.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from agentconsole.platform.locks import FileLock

_PREFIX = "agentconsole-open-"
_LOCK = ".lock"
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_LONGEST_NAME = 200  # bytes: file systems allow 255
_LONGEST_SUFFIX = 20
_SPARE = 32 * 1024 * 1024


class PrivateCopies:
    """The plain copies that this process has made. *places* are the folders to make its own in, the best first."""

    def __init__(self, places: tuple[Path, ...] | None = None) -> None:
        self._places = usual_places() if places is None else places
        self._mine: list[tuple[Path, FileLock]] = []
        self._folder: Path | None = None
        self._making = threading.Lock()
        self._number = 0

    def place(self, name: str, size: int) -> Path:
        """Return where a copy of *size* bytes that is to be called *name* can be written. Raises OSError.

        It is the only file in a folder of its own, so that two of one name do not meet.
        """
        with self._making:
            if self._folder is None or shutil.disk_usage(self._folder).free < size + _SPARE:
                self._folder = self._new_folder(size)
            self._number += 1
            around = self._folder / str(self._number)
        around.mkdir(mode=0o700)
        return around / safe_name(name)

    def sweep(self) -> int:
        """Remove what processes left behind that are no more; returns how many folders went."""
        count = 0
        for folder in self._all_folders():
            with suppress(OSError):
                if folder.stat().st_uid != _me() or folder.is_symlink():
                    continue
                lock = FileLock(folder / _LOCK)
                if lock.take():
                    lock.give_back()
                    shutil.rmtree(folder, ignore_errors=True)
                    count += 1
        return count

    def close(self) -> None:
        """Remove every copy. Idempotent; what another program still has open is gone once it lets go of it."""
        with self._making:
            for folder, lock in self._mine:
                shutil.rmtree(folder, ignore_errors=True)
                lock.give_back()
            self._mine.clear()
            self._folder = None

    def _new_folder(self, size: int) -> Path:
        """Make a folder where *size* bytes fit, in memory if they fit there."""
        for place in self._places:
            with suppress(OSError):
                if shutil.disk_usage(place).free < size + _SPARE:
                    continue
                return self._made_in(place)
        return self._made_in(self._places[-1])

    def _made_in(self, place: Path) -> Path:
        # mkdtemp makes it for its owner only; a sweep in between finds no lock yet, and then there is nothing in it
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        lock = FileLock(folder / _LOCK)
        if not lock.take():
            raise FileExistsError(folder)
        self._mine.append((folder, lock))
        return folder

    def _all_folders(self) -> Iterator[Path]:
        own = {folder for folder, _ in self._mine}
        for place in self._places:
            with suppress(OSError):
                yield from (folder for folder in place.glob(f"{_PREFIX}*") if folder not in own)


def usual_places() -> tuple[Path, ...]:
    """Return where copies may be: in memory if the system offers that, else among the temporary files."""
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    in_memory = (Path(named) if named else None, Path("/dev/shm"))  # noqa: S108  # each copy is in a 0700 folder
    found = tuple(place for place in in_memory if place is not None and os.access(place, os.W_OK | os.X_OK))
    return (*found, Path(tempfile.gettempdir()))


def safe_name(name: str) -> str:
    """Return *name* without anything that a file system or an eye could take for something else."""
    cleaned = _UNSAFE.sub("_", name).strip(" .") or "attachment"
    if len(cleaned.encode("utf-8", "replace")) > _LONGEST_NAME:
        stem, dot, suffix = cleaned.rpartition(".")
        end = _cut(dot + suffix, _LONGEST_SUFFIX) if stem else ""
        cleaned = _cut(stem or cleaned, _LONGEST_NAME - len(end.encode())).rstrip(" .") + end
    return cleaned.encode("utf-8", "replace").decode().replace("?", "_")


def _cut(text: str, size: int) -> str:
    """Return as much of *text* as fits into *size* bytes of UTF-8, no letter cut in half."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def _me() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
