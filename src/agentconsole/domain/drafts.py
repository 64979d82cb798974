"""What is begun and not sent: a draft with what goes along with it, its earlier versions, and when one is kept."""

from __future__ import annotations

import msgspec

from agentconsole.domain.commands import FieldValue
from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.values import Ref, TicketId

VERSION_EVERY = 5 * MINUTE
"""Who writes on is given a version to go back to at least this often."""

MUCH = 40
"""So many letters taken out at once are worth a version, or a quarter of a shorter text."""

REASONS = {
    "": "While writing",
    "shortened": "Before a part was taken out",
    "macro": "Before a ready text came in",
    "moved": "Before it changed from reply to note",
    "withdrawn": "Before words of a withdrawn reply came back",
    "taken over": "Before words of a merged ticket came in",
    "restored": "Before an earlier version came back",
    "emptied": "Before it was emptied",
    "discarded": "When it was discarded",
}
"""Why a version was kept, in words."""


class AlongFile(msgspec.Struct, frozen=True):
    """A file that goes with a draft. ``key`` names the copy that is kept here, empty until there is one."""

    name: str
    size: int
    path: str = ""
    key: str = ""


class Along(msgspec.Struct, frozen=True, omit_defaults=True):
    """What goes with the words when they are sent: field values and tags (by a macro or by hand), and files."""

    values: dict[str, FieldValue] = {}
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    files: tuple[AlongFile, ...] = ()
    macro: Ref | None = None

    def __bool__(self) -> bool:
        return bool(self.values or self.add_tags or self.remove_tags or self.files)


NOTHING_ALONG = Along()


def together(first: Along, second: Along) -> Along:
    """Return what goes with both, each thing once; of two values of a field, the second's."""
    files = {file.key or file.path: file for file in (*first.files, *second.files)}
    return Along(
        values={**first.values, **second.values},
        add_tags=tuple(dict.fromkeys((*first.add_tags, *second.add_tags))),
        remove_tags=tuple(dict.fromkeys((*first.remove_tags, *second.remove_tags))),
        files=tuple(files.values()),
        macro=second.macro or first.macro,
    )


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Whose draft it is. ``merged_into`` is the number of the ticket that took this one in, "" while none has."""

    ticket: TicketId
    ref: Ref
    subject: str
    deleted: bool = False
    merged_into: Ref = ""


class DraftItem(Placed, frozen=True, kw_only=True):
    """One line of the list of drafts. ``version`` is set for one that was discarded: what brings it back."""

    body: str
    public: bool
    cursor: int
    saved_at: Instant
    along: Along = NOTHING_ALONG
    versions: int = 0
    version: int = 0


class DraftVersion(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier text of a draft, as of ``saved_at``; ``why`` it was kept is one of :data:`REASONS`."""

    id: int
    body: str
    cursor: int
    saved_at: Instant
    why: str
    along: Along = NOTHING_ALONG


def why_to_keep(before: str, after: str, since: Instant, now: Instant) -> str | None:
    """Return why *before* is worth a version when *after* takes its place; None: it is not.

    *since* is when the last version of this draft was kept, or when it was begun.
    """
    if not before.strip() or before == after:
        return None
    if not after.strip():
        return "emptied"
    lost = len(before) - _shared(before, after)
    if lost >= MUCH or (lost >= 8 and lost * 4 >= len(before)):
        return "shortened"
    return "" if now - since >= VERSION_EVERY else None


def _shared(before: str, after: str) -> int:
    """Return how many letters of *before* stand at the beginning and at the end of *after*."""
    most = min(len(before), len(after))
    front = next((at for at in range(most) if before[at] != after[at]), most)
    back = next((at for at in range(most - front) if before[-1 - at] != after[-1 - at]), most - front)
    return front + back


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Along)


def encode_along(along: Along) -> str:
    """Return *along* as JSON, "" for nothing."""
    return _ENCODER.encode(along).decode("utf-8", "replace") if along else ""


def decode_along(data: str) -> Along:
    """Read what :func:`encode_along` wrote."""
    return _DECODER.decode(data) if data else NOTHING_ALONG
