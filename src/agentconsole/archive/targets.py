"""Where an archive is written to: a folder, which goes on where it was left, or one file, which begins anew.

The file is a zip file, in clear or sealed, and appears whole or not at all. A folder says in its manifest whether it is
whole.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol, cast

import msgspec

from agentconsole.archive.format import FORMAT, MANIFEST, Manifest, UnusableArchive
from agentconsole.archive.sealing import SealedOutput

_PIECE = 1024 * 1024
_LEVEL = 3
"""Of compression: text becomes a fifth, and the disk is what is waited for."""


class Target(Protocol):
    """Takes files by their names, one after another. ``goes_on``: what was written stays when the rest fails."""

    goes_on: bool

    def begun(self) -> Manifest | None:
        """Return the manifest of what was begun there before and can be gone on with."""
        ...

    def file(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Begin the file *name*, in place of one that is there; it is whole when the block has ended well."""
        ...

    def kept(self, name: str, size: int) -> Iterator[bytes] | None:
        """Return the bytes of the file *name* if it is there whole already; None when it has to be written."""
        ...

    def finish(self) -> None:
        """All is written: give the archive its name."""
        ...

    def abandon(self) -> None:
        """Nothing more is written: give back what is held. After :meth:`finish` nothing happens."""
        ...


class FolderTarget:
    """The folder at *path*; it must be new, empty, or of an earlier export. Raises UnusableArchive and OSError."""

    goes_on = True

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._begun = self._look()

    def begun(self) -> Manifest | None:
        return self._begun

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        target = self._path / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f".{target.name[:100]}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def kept(self, name: str, size: int) -> Iterator[bytes] | None:
        target = self._path / name
        try:
            is_whole = target.stat().st_size == size
        except OSError:
            return None
        return _pieces(target) if is_whole else None

    def finish(self) -> None:
        pass

    def abandon(self) -> None:
        pass

    def _look(self) -> Manifest | None:
        try:
            found = msgspec.json.decode((self._path / MANIFEST).read_bytes(), type=Manifest)
        except FileNotFoundError:
            if any(self._path.iterdir()):
                raise UnusableArchive(
                    f"{self._path} has other files in it", "Name an empty folder, or one that isn't there yet."
                ) from None
            return None
        except msgspec.MsgspecError as error:
            raise UnusableArchive(f"{self._path / MANIFEST} is no manifest", "Name an empty folder.") from error
        if found.format != FORMAT:
            raise UnusableArchive(f"{self._path} is something else's", "Name an empty folder.")
        return found


class ZipTarget:
    """The zip file at *path*, sealed where there is a *passphrase*. Raises UnusableArchive, WeakPassphrase, OSError."""

    goes_on = False

    def __init__(self, path: Path, passphrase: str | None = None, *, overwrite: bool = False) -> None:
        if path.exists() and not overwrite:
            raise UnusableArchive(f"{path} is there already", "Name another file, or use --force to replace it.")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._sealed = SealedOutput(path, passphrase) if passphrase is not None else None
        self._part = path.with_name(f".{path.name}.part")
        self._plain: IO[bytes] | None = None
        if self._sealed is None:
            self._plain = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        # a stream that is only written has all that zipfile asks of a file, though not all that IO names
        output = self._plain if self._plain is not None else cast("IO[bytes]", self._sealed)
        self._zip = zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._is_over = False

    def begun(self) -> Manifest | None:
        return None

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        with self._zip.open(name, "w", force_zip64=True) as stream:
            yield stream

    def kept(self, name: str, size: int) -> Iterator[bytes] | None:  # noqa: ARG002  a new file has nothing yet
        return None

    def finish(self) -> None:
        self._zip.close()
        if self._sealed is not None:
            self._sealed.finish()
        elif self._plain is not None:
            self._plain.flush()
            os.fsync(self._plain.fileno())
            self._plain.close()
            self._part.replace(self._path)
        self._is_over = True

    def abandon(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        with suppress(OSError, ValueError):  # an entry may be half written: nobody will read it
            self._zip.close()
        if self._sealed is not None:
            self._sealed.abandon()
        if self._plain is not None:
            self._plain.close()
            self._part.unlink(missing_ok=True)


def write_whole(target: Target, name: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write *pieces* as the file *name*; returns how many bytes they were, and their SHA-256."""
    digest, size = sha256(), 0
    with target.file(name) as stream:
        for piece in pieces:
            stream.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def digest_of(pieces: Iterable[bytes]) -> str:
    """Return the SHA-256 of *pieces*."""
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
