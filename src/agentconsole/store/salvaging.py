"""Saves unsent work out of a damaged store before the file is set aside.

There are up to three witnesses: the file itself, read row by row past what can't be read; the journal beside it, which
numbers its commits as the file does, so that it is known who saw more; and, where both have gaps, the newest copy that
was made before a migration. What they say together becomes the new journal, and the store that is made in the place of
the damaged one finds everything in there. Whatever ends this in between, the journal is the old one or the new one, and
either will do.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from agentconsole.domain.values import OutboxState
from agentconsole.store.damaged import Damaged, Key
from agentconsole.store.driver import Reach
from agentconsole.store.errors import storing_failure
from agentconsole.store.journal import journal_of
from agentconsole.store.journal_file import Batch, Copy, JournalFile, Reading
from agentconsole.store.notices import SALVAGED
from agentconsole.store.setting_aside import free_name, set_aside

_AT_ONCE = 500
_DONE = (OutboxState.SENT, OutboxState.WITHDRAWN)
_UNDER_WAY = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)


class Salvaged(NamedTuple):
    """What became of a damaged store.

    Attributes:
        kept: the name that the damaged file has now.
        changes: how many changes that wait were saved.
        drafts: how many drafts were saved.
        is_whole: nothing unsent can have been lost.
    """

    kept: Path
    changes: int
    drafts: int
    is_whole: bool


def salvage(path: Path, *, key: bytes | None) -> Salvaged:
    """Save what was not sent from the store at *path*, and set its file aside; the next opening makes a new one.

    Nobody else may have the store open. Raises OSError, and StoreError when what was saved can't be written: the file
    stays where it is then.
    """
    journal = JournalFile(journal_of(path), key)
    reading = journal.read()
    file = Damaged(path, key)
    copies = _together(file, reading)
    # an append that failed shows in the numbers; what was not appended nobody was told to be kept
    is_whole = file.is_whole or (reading is not None and reading.is_whole and (file.number or 0) <= reading.number)
    if not is_whole:
        _add_older(copies, path, key)
    changes = sum(_state(copy) not in (None, *_DONE) for copy in copies.values())
    drafts = sum(copy.table == "draft" and copy.row is not None for copy in copies.values())
    kept = free_name(path)
    told = json.dumps({"changes": changes, "drafts": drafts, "is_whole": is_whole, "kept": kept.name})
    copies["fact", (SALVAGED,)] = Copy(table="fact", key=(SALVAGED,), row={"name": SALVAGED, "value": told})
    try:
        if reading is not None and not reading.is_whole and reading.size:
            journal.keep_damaged()
        number = max(file.number or 0, reading.number if reading else 0) + 1
        journal.replace(_batches(number, list(copies.values())))
    except OSError as error:
        raise storing_failure(error) from error
    return Salvaged(set_aside(path, kept), changes, drafts, is_whole)


def set_locked_aside(path: Path) -> Salvaged:
    """Set the store at *path*, which the key at hand does not open, aside together with its journal. Raises OSError."""
    kept = free_name(path)
    journal = journal_of(path)
    # the journal first: without the store it would be read, with the wrong key, as the journal of the next one
    if journal.exists():
        journal.rename(kept.with_suffix(journal.suffix))
    return Salvaged(set_aside(path, kept), 0, 0, is_whole=False)


def _together(file: Damaged, reading: Reading | None) -> dict[Key, Copy]:
    """Return the last state of each row by what the file and the journal say.

    Where the file saw more commits, it is right about every row that it can show; otherwise the journal is. A file that
    can't say how many it saw is right about what went further there: sent goes before under way, and that before the
    rest. Words that only one of them has are kept.
    """
    if reading is None:
        return dict(file.copies)
    copies = dict(reading.copies)
    for key, copy in file.copies.items():
        known = copies.get(key)
        if known is None:
            if file.number is not None and reading.is_whole and file.number <= reading.number and not _is_desk(copy):
                continue  # the journal has heard of its end, and forgotten it since
            copies[key] = copy
        elif file.number is None:
            copies[key] = _further(copy, known)
        elif file.number > reading.number:
            copies[key] = copy
    if file.is_whole and file.number is not None and file.number > reading.number:
        return {key: copy for key, copy in copies.items() if key in file.copies}
    return copies


def _further(one: Copy, other: Copy) -> Copy:
    """Return what went further: *other*, which is the journal's, when neither did."""
    return one if _rank(one) > _rank(other) else other


def _rank(copy: Copy) -> tuple[int, int]:
    if copy.row is None:
        return (3, 0) if copy.table == "outbox" else (0, 0)
    state = _state(copy)
    if state is None:
        return 1, int(copy.row.get("saved_at") or 0)
    return (3 if state in _DONE else 2 if state in (OutboxState.SENDING, OutboxState.UNKNOWN) else 1), 0


def _add_older(copies: dict[Key, Copy], path: Path, key: bytes | None) -> None:
    """Add what only the newest copy from before a migration has: held, for a person to decide whether it was sent."""
    backups = sorted(path.parent.glob(f"{path.name}.v*.backup"), key=lambda found: found.stat().st_mtime)
    if not backups:
        return
    made = datetime.fromtimestamp(backups[-1].stat().st_mtime, UTC)
    reason = f"From a copy of {made:%d %B %Y}. It may have been sent since: look, then send or discard it."
    for each, copy in Damaged(backups[-1], key, reach=Reach.FROZEN).copies.items():
        if each in copies or copy.row is None:
            continue
        if _state(copy) in _UNDER_WAY:
            copy = msgspec.structs.replace(copy, row={**copy.row, "state": str(OutboxState.HELD), "reason": reason})
        copies[each] = copy


def _state(copy: Copy) -> OutboxState | None:
    """Return the state of a change, None of any other row and of one that is gone."""
    return OutboxState(copy.row["state"]) if copy.table == "outbox" and copy.row is not None else None


def _is_desk(copy: Copy) -> bool:
    return copy.table == "fact"


def _batches(number: int, copies: list[Copy]) -> list[Batch]:
    pages = [copies[at : at + _AT_ONCE] for at in range(0, len(copies), _AT_ONCE)]
    return [Batch(number=number, copies=tuple(page), part=part, parts=len(pages)) for part, page in enumerate(pages, 1)]
