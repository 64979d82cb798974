"""Files that go with the comment itself, where a help desk has no place to upload them to beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from agentconsole.connectors.api import UploadLost
from agentconsole.domain.files import LocalFile, Upload


class Carried(msgspec.Struct, frozen=True):
    """One file on its way: its name, what it is, and its bytes."""

    file_name: str
    content_type: str
    content: bytes


class CarriedFiles:
    """The files that comments will take along, by the token that a comment names them by.

    Nothing is sent before the comment is. After a restart a token is unknown here: UploadLost has it "uploaded" again.
    """

    def __init__(self) -> None:
        self._files: dict[str, LocalFile] = {}

    def take(self, file: LocalFile, key: str, upload: Upload) -> Upload:
        """Keep *file* for the comment that will name it."""
        self._files[key] = file
        return msgspec.structs.replace(upload, token=key, begun="", sent=file.size)

    async def read(self, tokens: Sequence[str]) -> tuple[Carried, ...]:
        """The files of *tokens*, in order; UploadLost when one is not known, OSError when one can't be read."""
        files = [self._files.get(token) for token in tokens]
        if any(file is None for file in files):
            raise UploadLost("An attached file has to be read again.")
        return tuple([await asyncio.to_thread(_carried, file) for file in files if file is not None])

    def forget(self, tokens: Sequence[str]) -> None:
        """The comment of *tokens* has arrived."""
        for token in tokens:
            self._files.pop(token, None)


def _carried(file: LocalFile) -> Carried:
    with file.open() as stream:
        return Carried(file.file_name, file.content_type, stream.read())
