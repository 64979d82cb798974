"""Write small files so that a crash leaves the old content or the new one, never half of it."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What a file system says that knows no second names, as on memory sticks."""


def write_once(target: Path, data: bytes) -> bool:
    """Make *target* with *data*, for its owner only; False when somebody else was first: theirs stays. OSError."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            # a second name for what is whole: it is there at once, or not at all
            os.link(name, target)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS or target.exists():
                raise
            Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    _sync_folder(target.parent)
    return True


def write_atomically(target: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replace *target* by *data*: written beside it, fsynced, renamed over it. OSError leaves the old one."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes it 0600; a wider mode is the caller's wish
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(path: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
