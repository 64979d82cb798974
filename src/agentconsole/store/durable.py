"""What "on the disk" means, in one place.

The policy. What an agent did is on the disk before anybody is told that it is kept: commits of AGENT and PUSH are
synced (``synchronous = FULL``), in the store and then in the journal beside it. A page of the sync is not (``NORMAL``):
it can be pulled again, with its cursor, and syncing each would cost more than fetching it. A checkpoint syncs the log
before it copies, and the database before the log is begun anew. A file is synced, and then the folder that names it,
before a command or a rename refers to it. macOS answers fsync while the data is still in the drive's cache, so there
the full sync is asked for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "darwin":
    import fcntl

    def sync(handle: int) -> None:
        """Return once what was written to *handle* outlives a power cut. Raises OSError."""
        try:
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
        except OSError:  # a network folder has no drive to flush
            os.fsync(handle)

else:

    def sync(handle: int) -> None:
        """Return once what was written to *handle* outlives a power cut. Raises OSError."""
        os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* outlive a power cut: a file that was just made or renamed may be nameless without it.

    Windows keeps names by itself and has no such call. Raises OSError.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the content of the file at *path* outlive a power cut. Raises OSError."""
    handle = os.open(path, os.O_RDWR)
    try:
        sync(handle)
    finally:
        os.close(handle)
