"""Read an archive: a folder or a zip file, plain or sealed, by whomever it was written.

Lines are read one after another. One that is no JSON object is passed over and noted; what an archive says about paths
is never followed out of it. Whatever is wrong with its files is an UnusableArchive, and an attachment is held against
the digest that the archive has of it.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EINVAL
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Protocol, TypeGuard

import msgspec

from agentconsole.archive.format import (
    ATTACHMENTS,
    COMMENTS,
    FOLDER,
    FORMAT,
    MANIFEST,
    STATUS,
    TICKETS,
    VERSION,
    DamagedPart,
    Kind,
    Line,
    Listed,
    Manifest,
    UnusableArchive,
)
from agentconsole.archive.sealing import is_sealed, open_sealed
from agentconsole.domain.files import FileDamaged

_PIECE = 1024 * 1024
_LONGEST_LINE = 64 * 1024 * 1024

Story = tuple[Line, list[Line]]
"""A ticket and its comments, oldest first."""

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, FileDamaged),
    # what zipfile says to a header with a wrong bit: another compression, a password, no such character
    *(NotImplementedError, RuntimeError, ValueError),
)
"""How the damage of a zip file, or of a sealed one, shows itself."""


class _Part:
    """A file of an archive that is being read; reading raises DamagedPart and OSError."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name = name
        self._stream = stream

    def __enter__(self) -> _Part:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def read(self, most: int) -> bytes:
        with _told_as_damage(self._name):
            return self._stream.read(most)

    def readline(self, most: int) -> bytes:
        with _told_as_damage(self._name):
            return self._stream.readline(most)


@contextmanager
def _told_as_damage(name: str) -> Iterator[None]:
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        if _is_damage(error):
            raise DamagedPart(name) from error
        raise


def _is_damage(error: Exception) -> bool:
    """Tell damage from a disk that can't be read: a place before the beginning is EINVAL, and bz2 gives no number."""
    return isinstance(error, _DAMAGE) or (isinstance(error, OSError) and error.errno in (EINVAL, None))


class _Source(Protocol):
    def open(self, name: str) -> _Part | None:
        """Return the file *name*, None when there is none. Raises DamagedPart and OSError."""
        ...

    def close(self) -> None: ...


class Archive:
    """An archive that is open; close it at the end.

    Attributes:
        path: where it is.
        manifest: what it says about itself.
        problems: what could not be read so far, in words.
    """

    def __init__(self, path: Path, source: _Source) -> None:
        self.path = path
        self._source = source
        self.problems: list[str] = []
        self._digests: dict[str, bytes] | None = None
        self.manifest = self._manifest()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the files back."""
        self._source.close()

    def lines(self, kind: Kind) -> Iterator[Line]:
        """Yield the lines of *kind*; none where the archive has no such file. Raises DamagedPart."""
        return self._lines(kind.file)

    def _lines(self, name: str) -> Iterator[Line]:
        part = self._source.open(name)
        if part is None:
            return
        with part:
            number = 0
            while text := part.readline(_LONGEST_LINE):
                number += 1
                line = self._line(f"{name}, line {number}", text)
                if line is not None:
                    yield line

    def stories(self) -> Iterator[Story]:
        """Yield tickets with their comments.

        Comments stand in the order of their tickets; those of no ticket, or out of their order, are noted.
        """
        comments = self.lines(COMMENTS)
        held = next(comments, None)
        for ticket in self.lines(TICKETS):
            conversation: list[Line] = []
            while held is not None and held.get("ticket") == ticket.get("id"):
                conversation.append(held)
                held = next(comments, None)
            yield ticket, conversation
        left = 0 if held is None else 1 + sum(1 for _comment in comments)
        if left:
            self.problems.append(f"{left:,} comments belong to no ticket, or are not in the order of the tickets")

    def status_summary(self) -> dict[str, Any] | None:
        """Return the state of the desk's systems, None when the archive has none."""
        part = self._source.open(STATUS)
        if part is None:
            return None
        with part:
            return self._line(STATUS, part.read(_LONGEST_LINE))

    def content(self, path: object) -> Iterator[bytes] | None:
        """Return the attachment at *path*, as its comment names it, in pieces; None when the archive does not have it.

        Reading raises DamagedPart, at the latest at its end: count on nothing before that.
        """
        if not _is_attachment(path):
            return None
        part = self._source.open(path)
        return None if part is None else self._checked(path, part)

    def should_have(self, path: object) -> bool:
        """Say whether the archive says of itself that the attachment at *path* is in it."""
        return _is_attachment(path) and path in self._listed()

    def _checked(self, path: str, part: _Part) -> Iterator[bytes]:
        digest = sha256()
        with part:
            while piece := part.read(_PIECE):
                digest.update(piece)
                yield piece
        if self._listed().get(path, digest.digest()) != digest.digest():
            raise DamagedPart(path)

    def _listed(self) -> dict[str, bytes]:
        """Return the digests of the attachments, by path, as far as the archive lists them."""
        if self._digests is None:
            self._digests = {}
            for line in self._lines(ATTACHMENTS):
                path, digest = line.get("path"), line.get("sha256")
                if isinstance(path, str) and isinstance(digest, str):
                    with suppress(ValueError):
                        self._digests[path] = bytes.fromhex(digest)
        return self._digests

    def damage(self, stopped: Callable[[], bool] = lambda: False) -> list[str]:
        """Return what differs from what the manifest says; reads everything but attachments."""
        found = []
        for name, listed in self.manifest.files.items():
            try:
                part = self._source.open(name)
                if part is None:
                    found.append(f"{name} is missing")
                else:
                    _hold_against(listed, name, part, stopped)
            except DamagedPart as damage:
                found.append(str(damage))
        return found

    def _line(self, place: str, text: bytes) -> Line | None:
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            self.problems.append(f"{place} can't be read: {error}")
            return None

    def _manifest(self) -> Manifest:
        part = self._source.open(MANIFEST)
        if part is None:
            raise UnusableArchive(f"{self.path} is no archive", f"It has no {MANIFEST}.")
        with part:
            text = part.read(_LONGEST_LINE)
        try:
            found = msgspec.json.decode(text, type=Manifest)
        except msgspec.MsgspecError as error:
            raise UnusableArchive(f"{self.path} is no archive", f"Its {MANIFEST} can't be read: {error}.") from error
        if found.format != FORMAT:
            raise UnusableArchive(f"{self.path} is no archive", f"Its {MANIFEST} is something else's.")
        if found.version != VERSION:
            raise UnusableArchive(f"{self.path} was written by a newer version", "Open it with that version.")
        if not found.complete:
            raise UnusableArchive(
                f"{self.path} is not finished", "The export was stopped: export to the same place again first."
            )
        return found


def open_archive(path: Path, passphrase: Callable[[], str]) -> Archive:
    """Open the archive at *path*; a sealed one asks for its *passphrase*.

    Raises UnusableArchive, WrongPassphrase and OSError.
    """
    if path.is_dir():
        return Archive(path, _Folder(path))
    sealed = is_sealed(path)
    stream = open_sealed(path, passphrase()) if sealed else path.open("rb")
    try:
        return Archive(path, _Zip(zipfile.ZipFile(stream), stream))
    except BaseException as error:
        stream.close()
        if isinstance(error, Exception) and _is_damage(error):
            raise UnusableArchive(
                f"{path} is no archive, or is damaged", "An archive is a folder, a zip file, or sealed by a passphrase."
            ) from error
        raise


def _hold_against(listed: Listed, name: str, part: _Part, stopped: Callable[[], bool]) -> None:
    """Raise DamagedPart unless *part* is what is *listed* of it."""
    digest = sha256()
    with part:
        while piece := part.read(_PIECE):
            if stopped():
                return
            digest.update(piece)
    if digest.hexdigest() != listed.sha256:
        raise DamagedPart(name)


def _is_attachment(path: object) -> TypeGuard[str]:
    if not isinstance(path, str):
        return False
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] == FOLDER and ".." not in parts and "\\" not in path and "\0" not in path


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def open(self, name: str) -> _Part | None:
        # ValueError: a name that no file can have
        with suppress(FileNotFoundError, NotADirectoryError, ValueError):
            found = (self._path / name).resolve(strict=True)
            if found.is_relative_to(self._path) and found.is_file():
                return _Part(name, found.open("rb"))
        return None

    def close(self) -> None:
        pass


class _Zip:
    def __init__(self, opened: zipfile.ZipFile, stream: IO[bytes]) -> None:
        self._zip = opened
        self._stream = stream

    def open(self, name: str) -> _Part | None:
        with suppress(KeyError), _told_as_damage(name):
            return _Part(name, self._zip.open(name))
        return None

    def close(self) -> None:
        self._zip.close()
        self._stream.close()
