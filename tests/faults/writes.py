"""A keeper of one process's writes: lets each pass, fails it, cuts it short, or ends the process there.

The kernel hands every ``write``, ``pwrite``, ``ftruncate`` and ``fsync`` of the watched process to its keeper before it
is done (seccomp user notification, Linux 5.0 and later, no privileges needed). So disks fail for real below SQLite,
whatever library it was built into, and a kill hits exactly between two writes.

The power may fail too: then what was written but not synced is taken back, or kept, write by write and at random, as a
disk without power does.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import random
import signal
import socket
import struct
from pathlib import Path
from typing import NamedTuple

_CALLS = {
    # write, pwrite64, fsync, fdatasync, ftruncate, seccomp
    "x86_64": (1, 18, 74, 75, 77, 317),
    "aarch64": (64, 68, 82, 83, 46, 277),
}.get(platform.machine())

_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CONTINUE = 1
_SECTOR = 512


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jt", ctypes.c_ubyte),
        ("jf", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


class Unwatchable(Exception):
    """This kernel hands no system calls to a keeper."""


def is_watchable() -> bool:
    """Say whether this kernel lets writes be watched; tries it in a process of its own."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            be_watched(theirs)
        except (Unwatchable, OSError):
            os._exit(1)
        os._exit(0)
    theirs.close()
    try:
        _, handles, _, _ = socket.recv_fds(ours, 1, 1)
    except OSError:
        handles = []
    for handle in handles:
        os.close(handle)
    ours.close()
    return os.waitpid(pid, 0)[1] == 0


def be_watched(keeper: socket.socket) -> None:
    """Hand the writes of this process, and of all threads it starts from now on, to whoever reads from *keeper*."""
    if _CALLS is None:
        raise Unwatchable
    *watched, seccomp = _CALLS
    program = [_Instruction(0x20, 0, 0, 0)]
    program += [_Instruction(0x15, len(watched) - place, 0, number) for place, number in enumerate(watched)]
    program += [_Instruction(0x06, 0, 0, 0x7FFF0000), _Instruction(0x06, 0, 0, 0x7FC00000)]
    instructions = (_Instruction * len(program))(*program)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0:
        raise Unwatchable
    handle = libc.syscall(seccomp, 1, 8, ctypes.byref(_Program(len(program), instructions)))
    if handle < 0:
        raise Unwatchable
    socket.send_fds(keeper, [b"."], [handle])
    os.close(handle)


class Order(NamedTuple):
    """What to do from the *number*-th write on, *times* times.

    ``before``, ``after``, ``torn``, ``power``: end the process before it, after it, in the middle of it, or as when the
    power fails. ``enospc``, ``eio``, ``fsync``, ``short``: no room, a broken disk, one that can't be synced, and one
    that takes half of what it is given.
    """

    name: str
    number: int
    times: int = 1


class _Call(NamedTuple):
    id: int
    pid: int
    number: int
    path: str
    args: tuple[int, ...]


class _Change(NamedTuple):
    """An unsynced write: what it put where, and what was there before. ``data`` None: the file was cut to *place*."""

    place: int
    data: bytes | None
    before: bytes
    size: int


class Keeper:
    """Keeps the writes of process *pid* to files below *root*."""

    def __init__(self, handle: int, pid: int, root: Path, order: Order, dice: random.Random) -> None:
        self.handle = handle
        self._pid = pid
        self._root = f"{root}/"
        self._order = order
        self._dice = dice
        self._count = 0
        self._done = 0
        self._unsynced: dict[str, list[_Change]] = {}
        self.met = 0
        """How often the order was carried out."""

    def attend(self) -> None:
        """Decide about one call; call when the handle is readable."""
        call = self._received()
        if call is None:
            return
        if not call.path.startswith(self._root) or (self.met and self._is_kill):
            self._answer(call, flags=_CONTINUE)
            return
        self._count += 1
        if self._count < self._order.number or self._done >= self._order.times or not self._concerns(call):
            self._pass(call)
            return
        self._done += 1
        self.met += 1
        self._carry_out(call)

    def close(self) -> None:
        """The process has ended: give back the handle; after a power failure, spoil what was not synced."""
        os.close(self.handle)
        if self._order.name == "power" and self.met:
            for path, changes in self._unsynced.items():
                if not path.endswith("-shm"):
                    self._spoil(path, changes)

    @property
    def _is_kill(self) -> bool:
        return self._order.name in ("before", "after", "torn", "power")

    def _concerns(self, call: _Call) -> bool:
        assert _CALLS is not None
        match self._order.name:
            case "fsync":
                return call.number in _CALLS[2:4]
            case "enospc":
                return call.number not in _CALLS[2:4]
            case "short" | "torn":
                return call.number in _CALLS[:2] and call.args[2] > 1
            case _:
                return True

    def _pass(self, call: _Call) -> None:
        assert _CALLS is not None
        if self._order.name == "power":
            if call.number in _CALLS[2:4]:
                self._unsynced.pop(call.path, None)
            else:
                self._note(call)
        self._answer(call, flags=_CONTINUE)

    def _carry_out(self, call: _Call) -> None:
        assert _CALLS is not None
        match self._order.name:
            case "enospc":
                self._answer(call, error=-errno.ENOSPC)
            case "eio" | "fsync":
                self._answer(call, error=-errno.EIO)
            case "short":
                self._answer(call, value=self._write_some(call, call.args[2] // 2))
            case "torn":
                self._write_some(call, max(1, call.args[2] // 2 // _SECTOR * _SECTOR))
                self._kill()
            case "after" if call.number in _CALLS[:2]:
                self._write_some(call, call.args[2])
                self._kill()
            case _:
                self._kill()

    def _kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def _received(self) -> _Call | None:
        buffer = bytearray(80)
        try:
            fcntl.ioctl(self.handle, _RECEIVE, buffer)
        except OSError:  # whoever called has been killed meanwhile
            return None
        number, pid, _, call, _, _, *args = struct.unpack("<QIIiIQ6Q", buffer)
        try:
            path = os.readlink(f"/proc/{pid}/fd/{args[0]}")
        except OSError:
            path = ""
        return _Call(number, pid, call, path, tuple(args))

    def _answer(self, call: _Call, *, value: int = 0, error: int = 0, flags: int = 0) -> None:
        try:
            fcntl.ioctl(self.handle, _SEND, bytearray(struct.pack("<QqiI", call.id, value, error, flags)))
        except OSError:  # it has been killed meanwhile
            return

    def _place(self, call: _Call) -> int:
        assert _CALLS is not None
        if call.number == _CALLS[1]:
            return call.args[3]
        with open(f"/proc/{call.pid}/fdinfo/{call.args[0]}") as told:
            info = dict(line.split(":", 1) for line in told.read().splitlines() if ":" in line)
        if int(info["flags"], 8) & os.O_APPEND:
            return os.stat(call.path).st_size
        return int(info["pos"])

    def _data(self, call: _Call, size: int) -> bytes:
        memory = os.open(f"/proc/{call.pid}/mem", os.O_RDONLY)
        try:
            return os.pread(memory, size, call.args[1])
        finally:
            os.close(memory)

    def _write_some(self, call: _Call, size: int) -> int:
        """Do the first *size* bytes of a write in the process's place."""
        assert _CALLS is not None
        data = self._data(call, size)
        if call.number == _CALLS[0]:
            # its own place in the file moves with it
            file = os.open(f"/proc/{call.pid}/fd/{call.args[0]}", os.O_WRONLY)
        else:
            file = os.open(call.path, os.O_WRONLY)
        try:
            return os.pwrite(file, data, self._place(call))
        finally:
            os.close(file)

    def _note(self, call: _Call) -> None:
        """Remember what *call* overwrites."""
        assert _CALLS is not None
        try:
            size = os.stat(call.path).st_size
            if call.number == _CALLS[4]:
                place, data, length = call.args[1], None, max(0, size - call.args[1])
            else:
                place, data = self._place(call), self._data(call, call.args[2])
                length = len(data)
            file = os.open(call.path, os.O_RDONLY)
        except OSError:  # it was removed while it was open
            return
        try:
            before = os.pread(file, length, place)
        finally:
            os.close(file)
        self._unsynced.setdefault(call.path, []).append(_Change(place, data, before, size))

    def _spoil(self, path: str, changes: list[_Change]) -> None:
        """Take back what was not synced, then let a random part of it have reached the disk after all."""
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            for change in reversed(changes):
                os.pwrite(file, change.before, change.place)
                os.ftruncate(file, change.size)
            share = self._dice.choice((0.0, 0.3, 0.7, 1.0))
            for change in changes:
                if self._dice.random() >= share:
                    continue
                if change.data is None:
                    os.ftruncate(file, change.place)
                    continue
                size = len(change.data)
                if self._dice.random() < 0.2 and size > _SECTOR:
                    size = self._dice.randrange(size // _SECTOR) * _SECTOR
                os.pwrite(file, change.data[:size], change.place)
        finally:
            os.close(file)
