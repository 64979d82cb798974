"""The master key in a file, readable for its owner only: for a named home that has no passphrase."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from agentconsole.platform.files import write_atomically, write_once


class KeyFile:
    """``key`` in *folder*. Who can read everything that the owner can read can open what it seals."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "key"
        self._known: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return self._path.exists()

    def key(self) -> bytes:
        """Return the master key, made when there is none."""
        if self._known is None:
            try:
                self._known = self._path.read_bytes()
            except FileNotFoundError:
                # two programs may be the first at once: both take what one of them wrote
                write_once(self._path, secrets.token_bytes(32))
                self._known = self._path.read_bytes()
        return self._known

    def write(self, key: bytes) -> None:
        """Keep *key* as the master key."""
        write_atomically(self._path, key)
        self._known = key

    def destroy(self) -> None:
        """Overwrite the key and remove its file. What a disk or a backup keeps of it is beyond a program's reach."""
        self._known = None
        with suppress(FileNotFoundError):
            handle = os.open(self._path, os.O_WRONLY)
            try:
                os.write(handle, bytes(os.fstat(handle).st_size))
                os.fsync(handle)
            finally:
                os.close(handle)
            self._path.unlink()
