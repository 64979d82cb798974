"""Records that the console keeps on tickets themselves: internal notes that people and programs can read.

A note says in a sentence what was recorded; its last line says it again for the console. So the record lives where the
ticket lives: on any help desk, for every colleague, offline too, and in its history for good.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from agentconsole.domain.instant import Instant

_MARK = "[agentconsole] "

What = Literal[
    "infraction",
    "sanction",
    "confirmed",
    "lifted",
    "withdrawn",
    "pin",
    "steps",
    "escalation",
    "privacy",
    "profile",
]


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a note records. ``entry`` names it; ``about`` is the entry that it confirms, lifts or withdraws.

    ``id`` is the infraction, sanction or contact, ``ids`` are steps. ``days`` is how long a sanction lasts from when it
    counts (0: until it is lifted), ``confirm`` that it counts only once a supervisor has confirmed it. ``title`` are
    the policy's words at that time: a policy may change, a record does not. ``result``, ``until`` and the attempts
    that are ``left`` are those of a check of the Support PIN, never the PIN.
    """

    what: What
    entry: str
    pack: str = ""
    id: str = ""
    title: str = ""
    about: str = ""
    ids: tuple[str, ...] = ()
    days: int = 0
    confirm: bool = False
    result: str = ""
    until: Instant = 0
    left: int = -1


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Note).decode


def write_note(note: Note, sentence: str, words: str = "") -> str:
    """Return the body of an internal note: *sentence*, the agent's *words*, and *note* as its last line."""
    parts = [sentence.strip(), words.strip(), _MARK + _encode(note).decode()]
    return "\n\n".join(part for part in parts if part)


def read_note(body: str) -> Note | None:
    """Return what the last line of *body* records, None when it is not such a note."""
    line = body.rstrip().rpartition("\n")[2].strip()
    if not line.startswith(_MARK):
        return None
    try:
        return _decode(line.removeprefix(_MARK))
    except msgspec.DecodeError:
        return None


def words_of(body: str) -> str:
    """Return what people read of such a note: everything but its last line."""
    return body.rstrip().rpartition("\n")[0].rstrip()
