"""Bring an archive somewhere, in the order in which it can be taken: files first, then who, then tickets.

Whoever takes it must stand the same thing twice: what was broken off is begun again from the start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from agentconsole.archive.format import REFERENCE, TICKETS, VIEWS, DamagedPart, Line
from agentconsole.archive.reading import Archive

LINES_AT_ONCE = 200
_IDS_TOLD = 5
"""Of what was not taken for one reason."""

_BYTES_AT_ONCE = 4 * 1024 * 1024
_LARGEST_FILE = 50 * 1024 * 1024


class Trouble(msgspec.Struct, frozen=True):
    """What was not taken, or (``refused`` false) not wholly: a reason that ``count`` lines share; some of their ids."""

    kind: str
    reason: str
    refused: bool
    count: int
    ids: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of one batch, by kind of line: ``taken``, ``known`` before, ``renewed`` by a later archive."""

    taken: dict[str, int] = {}
    known: dict[str, int] = {}
    renewed: dict[str, int] = {}
    troubles: tuple[Trouble, ...] = ()


class Taker(Protocol):
    """A server that takes archives. All methods block."""

    def take(self, source: str, kind: str, lines: Sequence[Line]) -> Outcome:
        """Take *lines* of *kind* from the help desk *source*."""
        ...

    def missing(self, digests: Sequence[str]) -> Iterable[str]:
        """Return those of *digests* (SHA-256) of which there is no file there yet."""
        ...

    def keep(self, digest: str, content: bytes) -> None:
        """Take a file."""
        ...


class Brought:
    """Adds up the outcomes of all batches."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.known: Counter[str] = Counter()
        self.renewed: Counter[str] = Counter()
        self._troubles: dict[tuple[str, str, bool], Trouble] = {}

    def add(self, outcome: Outcome) -> None:
        self.taken.update(outcome.taken)
        self.known.update(outcome.known)
        self.renewed.update(outcome.renewed)
        for trouble in outcome.troubles:
            self.note(trouble)

    def note(self, trouble: Trouble) -> None:
        key = (trouble.kind, trouble.reason, trouble.refused)
        before = self._troubles.get(key)
        if before is not None:
            ids = (*before.ids, *trouble.ids)[:_IDS_TOLD]
            trouble = msgspec.structs.replace(before, count=before.count + trouble.count, ids=ids)
        self._troubles[key] = trouble

    @property
    def troubles(self) -> list[Trouble]:
        """What was not taken, the most frequent reason first."""
        return sorted(self._troubles.values(), key=lambda each: (not each.refused, -each.count))


def bring(archive: Archive, taker: Taker, tell: Callable[[str, int, int], object]) -> Brought:
    """Bring all of *archive* to *taker*; *tell* hears what is brought, how many of it, and of how many.

    Raises UnusableArchive, OSError, and whatever *taker* raises.
    """
    brought = Brought()
    source, counts = archive.manifest.desk, archive.manifest.counts
    for kind in REFERENCE:
        name = kind.file.partition(".")[0]
        if kind is VIEWS:
            views = [str(line.get("id")) for line in archive.lines(kind)]
            if views:
                brought.note(Trouble("views", _VIEWS, refused=True, count=len(views), ids=tuple(views[:_IDS_TOLD])))
            continue
        for batch in _batches(archive.lines(kind)):
            brought.add(taker.take(source, name, batch))
            tell(name, brought.taken[name] + brought.known[name], counts.get(name, 0))
    summary = archive.status_summary()
    if summary is not None:
        brought.add(taker.take(source, "status_summary", [summary]))
    done = 0
    for batch in _batches({"ticket": ticket, "comments": comments} for ticket, comments in archive.stories()):
        _bring_files(archive, taker, batch, brought)
        brought.add(taker.take(source, "tickets", batch))
        done += len(batch)
        tell("tickets", done, counts.get("tickets", 0))
    for batch in _batches(_links(archive)):
        brought.add(taker.take(source, "links", batch))
    for problem in archive.problems:
        brought.note(Trouble("archive", problem, refused=True, count=1))
    return brought


_VIEWS = "an archive has views as queries of the console; make them anew from those"


def _bring_files(archive: Archive, taker: Taker, batch: Sequence[Line], brought: Brought) -> None:
    """Send the files of *batch* that are not there yet, and note in it by which digest each is found."""
    paths: dict[str, str] = {}
    for story in batch:
        for comment in story["comments"]:
            # what is refused here goes without its attachment: the server would give another reason for it
            comment["attachments"] = [
                each for each in comment.get("attachments") or () if _is_ready(archive, each, paths, brought)
            ]
    for digest in taker.missing(list(paths)) if paths else ():
        content = archive.content(paths[digest])
        if content is not None:
            taker.keep(digest, b"".join(content))


def _is_ready(archive: Archive, attachment: object, paths: dict[str, str], brought: Brought) -> bool:
    """Note in *attachment* and in *paths* by which digest its file is found; False when it can't be brought."""
    if not isinstance(attachment, dict):
        return True
    path = attachment.get("path")
    digest, size = sha256(), 0
    why = ""
    try:
        pieces = archive.content(path)
        if pieces is None:
            return True
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
    except DamagedPart:
        why = "the file was changed, or is damaged"
    else:
        if size > _LARGEST_FILE:
            why = "larger than 50 MB, which is more than the server takes"
    if why:
        brought.note(Trouble("attachments", why, refused=True, count=1, ids=(str(attachment.get("id")),)))
        return False
    attachment["sha256"] = digest.hexdigest()
    paths[digest.hexdigest()] = str(path)
    return True


def _links(archive: Archive) -> Iterator[Line]:
    for ticket in archive.lines(TICKETS):
        named = {name: ticket[name] for name in ("problem", "merged_into") if ticket.get(name) is not None}
        if named:
            yield {"id": ticket.get("id"), **named}


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield *lines* in lists that one transaction takes and one request carries."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        weight = _weight(line)
        if batch and (len(batch) >= LINES_AT_ONCE or size + weight > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += weight
    if batch:
        yield batch


def _weight(line: Line) -> int:
    """Return about how many bytes *line* has."""
    comments: Any = line.get("comments") or ()
    return 2000 + sum(len(each.get("body") or "") + len(each.get("html") or "") + 500 for each in comments)
