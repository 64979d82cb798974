"""Write an archive, line by line: nothing of it is ever in memory as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256

import msgspec

from agentconsole.archive.format import MANIFEST, Kind, Line, Listed, Manifest
from agentconsole.archive.targets import Target, write_whole

_BUFFER = 256 * 1024

Put = Callable[[Line], None]


class ArchiveWriter:
    """Writes into *target*; *manifest* says what of, and is completed by :meth:`finish`."""

    def __init__(self, target: Target, manifest: Manifest) -> None:
        self._target = target
        self._manifest = manifest
        self._listed: dict[str, Listed] = {}
        self._encode = msgspec.json.Encoder().encode
        if target.goes_on:
            # who finds the folder half written must know
            self._put_manifest(manifest)

    def write(self, kind: Kind, lines: Iterable[Line]) -> int:
        """Write all *lines* of *kind*; returns how many they were."""
        with self.lines(kind.file) as put:
            for line in lines:
                put(line)
        return self._listed[kind.file].lines or 0

    @contextmanager
    def lines(self, name: str) -> Iterator[Put]:
        """Begin the file *name*; what is yielded takes its lines."""
        digest, size, count = sha256(), 0, 0
        waiting = bytearray()

        def flush() -> None:
            nonlocal size
            stream.write(waiting)
            digest.update(waiting)
            size += len(waiting)
            waiting.clear()

        def put(line: Line) -> None:
            nonlocal count
            waiting.extend(self._encode(line))
            waiting.append(0x0A)
            count += 1
            if len(waiting) >= _BUFFER:
                flush()

        with self._target.file(name) as stream:
            yield put
            flush()
        self._listed[name] = Listed(bytes=size, sha256=digest.hexdigest(), lines=count)

    def document(self, name: str, content: bytes) -> None:
        """Write the file *name*."""
        size, digest = write_whole(self._target, name, (content,))
        self._listed[name] = Listed(bytes=size, sha256=digest)

    def finish(self, *, attachments: int, missing: int, unsent: int) -> Manifest:
        """Write the manifest, and give the archive its name; returns the manifest."""
        counts = {name.partition(".")[0]: each.lines for name, each in self._listed.items() if each.lines is not None}
        counts |= {"attachments": attachments, "missing": missing}
        manifest = msgspec.structs.replace(
            self._manifest, complete=True, counts=counts, unsent=unsent, files=dict(self._listed)
        )
        self._put_manifest(manifest)
        self._target.finish()
        return manifest

    def _put_manifest(self, manifest: Manifest) -> None:
        write_whole(self._target, MANIFEST, (msgspec.json.format(msgspec.json.encode(manifest)) + b"\n",))
