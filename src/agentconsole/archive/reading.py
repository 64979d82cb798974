"""Read an archive: a folder or a zip file, plain or sealed, by whomever it was written.

Lines are read one after another. One that is no JSON object is passed over and noted; what an archive says about paths
is never followed out of it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

import msgspec

from agentconsole.archive.format import (
    COMMENTS,
    FOLDER,
    FORMAT,
    MANIFEST,
    STATUS,
    TICKETS,
    VERSION,
    Kind,
    Line,
    Manifest,
    UnusableArchive,
)
from agentconsole.archive.sealing import is_sealed, open_sealed

_PIECE = 1024 * 1024
_LONGEST_LINE = 64 * 1024 * 1024

Story = tuple[Line, list[Line]]
"""A ticket and its comments, oldest first."""


class _Source(Protocol):
    def open(self, name: str) -> IO[bytes] | None:
        """Return the file *name*, None when there is none. Raises OSError."""
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
        self.manifest = self._manifest()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the files back."""
        self._source.close()

    def lines(self, kind: Kind) -> Iterator[Line]:
        """Yield the lines of *kind*; none where the archive has no such file."""
        stream = self._source.open(kind.file)
        if stream is None:
            return
        with stream:
            number = 0
            while text := stream.readline(_LONGEST_LINE):
                number += 1
                line = self._line(f"{kind.file}, line {number}", text)
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
        stream = self._source.open(STATUS)
        if stream is None:
            return None
        with stream:
            return self._line(STATUS, stream.read(_LONGEST_LINE))

    def file(self, path: object) -> IO[bytes] | None:
        """Return the attachment at *path*, as its comment names it; None when the archive does not have it."""
        if not isinstance(path, str):
            return None
        parts = PurePosixPath(path).parts
        if not parts or parts[0] != FOLDER or ".." in parts or "\\" in path or "\0" in path:
            return None
        return self._source.open(path)

    def damage(self, stopped: Callable[[], bool] = lambda: False) -> list[str]:
        """Return what differs from what the manifest says; reads everything but attachments."""
        found = []
        for name, listed in self.manifest.files.items():
            stream = self._source.open(name)
            if stream is None:
                found.append(f"{name} is missing")
                continue
            digest = sha256()
            with stream:
                while (piece := stream.read(_PIECE)) and not stopped():
                    digest.update(piece)
            if digest.hexdigest() != listed.sha256 and not stopped():
                found.append(f"{name} was changed, or is damaged")
        return found

    def _line(self, place: str, text: bytes) -> Line | None:
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            self.problems.append(f"{place} can't be read: {error}")
            return None

    def _manifest(self) -> Manifest:
        stream = self._source.open(MANIFEST)
        if stream is None:
            raise UnusableArchive(f"{self.path} is no archive", f"It has no {MANIFEST}.")
        with stream:
            text = stream.read(_LONGEST_LINE)
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
    except zipfile.BadZipFile as error:
        stream.close()
        raise UnusableArchive(
            f"{path} is no archive", "It is a folder, a zip file, or sealed by a passphrase."
        ) from error
    except BaseException:
        stream.close()
        raise


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def open(self, name: str) -> IO[bytes] | None:
        with suppress(FileNotFoundError, NotADirectoryError):
            found = (self._path / name).resolve(strict=True)
            if found.is_relative_to(self._path) and found.is_file():
                return found.open("rb")
        return None

    def close(self) -> None:
        pass


class _Zip:
    def __init__(self, opened: zipfile.ZipFile, stream: IO[bytes]) -> None:
        self._zip = opened
        self._stream = stream

    def open(self, name: str) -> IO[bytes] | None:
        try:
            return self._zip.open(name)
        except KeyError:
            return None
        except zipfile.BadZipFile as error:
            raise UnusableArchive("The archive is damaged", "Bring it back from a backup.") from error

    def close(self) -> None:
        self._zip.close()
        self._stream.close()
