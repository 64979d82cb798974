"""Gives a damaged store another name. Nothing is deleted: somebody may know how to read more of it than we do."""

from __future__ import annotations

import time
from pathlib import Path

from agentconsole.store.condition import mark_of
from agentconsole.store.durable import sync_folder


def free_name(path: Path) -> Path:
    """Return a name beside *path* that says when its file was found damaged, and that nothing has yet."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    number, kept = 1, path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem}-damaged-{stamp}-{number}{path.suffix}")
    return kept


def set_aside(path: Path, kept: Path | None = None) -> Path:
    """Give the damaged database at *path* another name beside it, so that a new one is made; returns that name.

    Its write-ahead log goes with it: what was committed last may be there only. What was not sent is in the journal,
    see :mod:`agentconsole.store.salvaging`, which calls this. Raises OSError.
    """
    kept = kept or free_name(path)
    # the log first: a database that lost its log to a crash in between is still found damaged, and set aside again
    for companion in ("-wal", "-shm", ""):
        found = path.with_name(path.name + companion)
        if found.exists():
            found.rename(kept.with_name(kept.name + companion))
    mark_of(path).unlink(missing_ok=True)
    sync_folder(path.parent)
    return kept
