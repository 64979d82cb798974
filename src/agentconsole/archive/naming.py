"""Names of attachments' files in an archive: readable for people, harmless on every disk."""

from __future__ import annotations

import hashlib

from agentconsole.archive.format import FOLDER

_LONGEST = 80
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})
"""What no file may be called on Windows, whatever its ending."""


def attachment_path(ticket: str, attachment: str, file_name: str) -> str:
    """Return where the file *file_name* of *ticket* is: always the same, and no two attachments share one."""
    return f"{FOLDER}/{_own(ticket)}/{_own(attachment)}/{safe_name(file_name)}"


def safe_name(text: str) -> str:
    """Return *text* as the name of a file: a name on every system, and never a way out of its folder."""
    kept = "".join(char if char.isalnum() or char in " ._-()+,=@" else "_" for char in text)
    kept = kept.strip(" .") or "file"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _LONGEST:
        kept = f"{stem[: _LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 10 else kept[:_LONGEST]
    return f"_{kept}" if kept.partition(".")[0].casefold() in _RESERVED else kept


def _own(ref: str) -> str:
    """Return a help desk's id as a name that no other id has: one that had to be changed carries its digest."""
    name = safe_name(ref)
    if name == ref and ref == ref.casefold():
        return name
    return f"{name[:40]}-{hashlib.sha256(ref.encode()).hexdigest()[:12]}"
