"""A disk that is nearly full: a tmpfs of a few kilobytes, where the system lets us mount one."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000
_REMOUNT, _PRIVATE, _RECURSIVE = 32, 1 << 18, 16384
_PLENTY = 64 * 1024


class NoRoom(Exception):
    """This system lets nobody like us mount anything."""


class TinyDisk:
    """A file system of its own at *folder*, for this process and those it forks from now on.

    Mounted in a mount namespace of our own: as root, or as the root of a user namespace where that is allowed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._libc = ctypes.CDLL(None, use_errno=True)
        if self._libc.unshare(_NEW_MOUNTS) != 0:
            self._as_root_of_users()
        self._mount(None, b"/", None, _PRIVATE | _RECURSIVE, None)
        self._mount(b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={_PLENTY}k".encode())

    def leave(self, kibibytes: int) -> None:
        """From now on only so much room is left."""
        used = shutil.disk_usage(self.folder).used // 1024
        self._resize(max(4, used + kibibytes))

    def have_room(self) -> None:
        """Somebody has tidied up."""
        self._resize(_PLENTY)

    def clear(self) -> None:
        for path in self.folder.iterdir():
            shutil.rmtree(path)

    def _resize(self, kibibytes: int) -> None:
        self._mount(b"tmpfs", bytes(self.folder), b"tmpfs", _REMOUNT, f"size={kibibytes}k".encode())

    def _mount(self, source: bytes | None, target: bytes, kind: bytes | None, flags: int, data: bytes | None) -> None:
        if self._libc.mount(source, target, kind, ctypes.c_ulong(flags), data) != 0:
            raise NoRoom(os.strerror(ctypes.get_errno()))

    def _as_root_of_users(self) -> None:
        user, group = os.getuid(), os.getgid()
        if self._libc.unshare(_NEW_USERS | _NEW_MOUNTS) != 0:
            raise NoRoom(os.strerror(ctypes.get_errno()))
        try:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        except OSError as error:
            raise NoRoom(str(error)) from error
