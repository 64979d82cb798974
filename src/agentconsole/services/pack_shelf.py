"""The files of policy packs: those that are shipped, the user's own, and what each of them last said that was good.

A pack that was read once is kept in the profile's folder, checked and ready: a broken file then changes nothing, not
even over a restart, and a start need not check again what has not changed.
"""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from agentconsole.packs.catalogue import Entry, Trouble
from agentconsole.packs.loading import edition, pack_from
from agentconsole.packs.mistakes import Mistake, PackProblem
from agentconsole.packs.model import Pack
from agentconsole.platform.files import write_atomically
from agentconsole.services.pack_folders import PackFolders

log = logging.getLogger(__name__)

Origin = Literal["shipped", "own"]

_LONGEST_NAME = 40


class _Kept(msgspec.Struct, frozen=True):
    """A good pack. ``edition`` is the console's that read it; ``digest`` is of the file, ``text`` its content."""

    edition: str
    digest: bytes
    text: bytes
    pack: msgspec.Raw


class _Read(NamedTuple):
    """What a file held when its ``stamp`` was the same as now; no pack while it has never been good."""

    stamp: tuple[int, int, int]
    pack: Pack | None
    mistakes: tuple[Mistake, ...]


class PackShelf:
    """Reads the packs of *folders* again where their files changed. Not for several threads at a time."""

    def __init__(self, folders: PackFolders) -> None:
        self._folders = folders
        self._read: dict[Path, _Read] = {}
        self._lost: frozenset[Path] = frozenset()
        self._edition = edition()

    def refresh(self) -> bool:
        """Look at the files; returns whether anything is new. Costs one ``stat`` for a file that did not change."""
        before = self._read
        self._read = {path: now for path in self._files() if (now := self._look(path, before.get(path)))}
        # an editor may put a new file where it took away the old one: gone is what is gone at the second look
        lost = before.keys() - self._read.keys()
        self._read |= {path: before[path] for path in lost - self._lost}
        self._lost = frozenset(lost)
        return self._read != before

    def entries(self) -> tuple[tuple[Entry, ...], tuple[Trouble, ...]]:
        """Return the packs, the user's own first, each by its id; and the troubles. An own pack hides a shipped one."""
        found: dict[str, Entry] = {}
        troubles: list[Trouble] = []
        for path, read in sorted(self._read.items(), key=lambda item: (self._origin(item[0]) != "own", item[0])):
            origin = self._origin(path)
            if read.mistakes:
                troubles.append(_trouble(path, read))
            if read.pack is None:
                continue
            name = read.pack.pack.id
            if name not in found:
                found[name] = Entry(pack=read.pack, path=path, origin=origin, last_good=bool(read.mistakes))
            elif found[name].origin == origin:
                troubles.append(
                    Trouble(
                        title=f"{path.name} has the id “{name}” of {found[name].path.name}",
                        advice="Give one of the two another id; until then the first is used.",
                        path=path,
                    )
                )
        ordered = sorted(found.values(), key=lambda entry: (entry.origin != "own", entry.pack.pack.id))
        return tuple(ordered), tuple(troubles)

    def _origin(self, path: Path) -> Origin:
        return "own" if path.parent == self._folders.own else "shipped"

    def _files(self) -> Iterator[Path]:
        for folder in (self._folders.own, self._folders.shipped):
            # a folder that isn't there has no files
            with suppress(OSError):
                yield from list(folder.glob("*.toml"))

    def _look(self, path: Path, before: _Read | None) -> _Read | None:
        try:
            state = path.stat()
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            if before is not None and before.stamp == stamp:
                return before
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            mistake = Mistake(
                file=str(path),
                line=0,
                column=0,
                message=f"this file can't be read: {error.strerror}",
                remedy="Let its owner allow it to be read.",
            )
            return _Read((0, 0, 0), before.pack if before else None, (mistake,))
        return self._judged(path, stamp, data, before)

    def _judged(self, path: Path, stamp: tuple[int, int, int], data: bytes, before: _Read | None) -> _Read:
        folder = self._folders.kept
        place = folder / f"{self._origin(path)}-{path.stem}.pack" if folder is not None else None
        kept = _kept_at(place) if place is not None else None
        digest = hashlib.sha256(data).digest()
        if kept is not None and kept.digest == digest and kept.edition == self._edition:
            ready = _decoded(kept)
            if ready is not None:
                return _Read(stamp, ready, ())
        try:
            pack = pack_from(data, str(path))
        except PackProblem as problem:
            return _Read(stamp, before.pack if before and before.pack else self._last_good(kept), problem.mistakes)
        if place is not None:
            self._keep(place, _Kept(self._edition, digest, data, msgspec.Raw(msgspec.msgpack.encode(pack))))
        return _Read(stamp, pack, ())

    def _last_good(self, kept: _Kept | None) -> Pack | None:
        """What an earlier run of the console found good, read anew if that was another edition."""
        if kept is None:
            return None
        if kept.edition == self._edition:
            return _decoded(kept)
        try:
            return pack_from(kept.text, "the last good one")
        except PackProblem:
            return None

    def _keep(self, place: Path, kept: _Kept) -> None:
        try:
            # packed: they are a fifth of the size then, and no search of the disk for a ticket's words ends in them
            write_atomically(place, zlib.compress(msgspec.msgpack.encode(kept)))
        except OSError as error:
            # it is in force all the same; only a restart with a broken file would miss it
            log.warning("a good policy pack could not be kept: %s", error.strerror)


def _kept_at(place: Path) -> _Kept | None:
    try:
        return msgspec.msgpack.decode(zlib.decompress(place.read_bytes()), type=_Kept)
    except (OSError, zlib.error, msgspec.ValidationError, msgspec.DecodeError):
        return None


def _decoded(kept: _Kept) -> Pack | None:
    try:
        return msgspec.msgpack.decode(kept.pack, type=Pack)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


def _trouble(path: Path, read: _Read) -> Trouble:
    first, *more = read.mistakes
    name = path.name if len(path.name) <= _LONGEST_NAME else f"{path.name[:_LONGEST_NAME]}…"
    where = f"{name}, line {first.line}" if first.line else name
    stays = "The last good version stays in use." if read.pack else "It is not in use."
    count = "A mistake" if not more else f"{len(read.mistakes)} mistakes"
    return Trouble(
        title=f"{count} in {where}" if not more else f"{count} in {where} and on",
        advice=f"{first.message[:1].upper()}{first.message[1:]}. {first.remedy} {stays}",
        path=path,
        mistakes=read.mistakes,
    )
