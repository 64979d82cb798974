"""A lock between the processes of one computer."""

from __future__ import annotations

import errno
import logging
import os
import sys
from pathlib import Path

_log = logging.getLogger(__name__)

_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_NOT_OFFERED = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


class FileLock:
    """What only one holder at a time has: another process, or another ``FileLock`` of this one, is refused.

    The file at *path* stays; what counts is the system's lock on it, which ends with its holder, however that ends.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Take the lock if it is free; False when somebody has it. OSError when the file can't be opened.

        Where the file system offers no locks (some network folders) everybody gets it.
        """
        if self._handle is not None:
            return False
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError as error:
            if error.errno not in _NOT_OFFERED:
                os.close(handle)
                if error.errno in _TAKEN:
                    return False
                raise
            _log.warning("the file system offers no locks: do not run two consoles on this profile")
        self._handle = handle
        return True

    def give_back(self) -> None:
        """Let others have it; nothing happens when it was not taken."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
