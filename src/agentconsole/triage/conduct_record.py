"""A requester's record, read back from the notes on their tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast, get_args

from agentconsole.domain.instant import DAY, Instant
from agentconsole.domain.rows import CommentRow
from agentconsole.domain.values import Ref, TicketId
from agentconsole.packs.model import Conduct, Pack
from agentconsole.triage.notes import Note, words_of
from agentconsole.triage.record import ConductEntry, EntryKind, SanctionState

_KINDS = frozenset(get_args(EntryKind))


class RecordedNote(NamedTuple):
    """An internal note that records something, with the ticket that it is on and who wrote it."""

    ticket: TicketId
    ticket_ref: Ref
    comment: CommentRow
    note: Note
    by: str
    by_supervisor: bool


def entries_of(notes: Iterable[RecordedNote], pack: Pack) -> tuple[ConductEntry, ...]:
    """Return the conduct record under *pack*, oldest first. An entry that is there twice counts once."""
    entries: dict[str, ConductEntry] = {}
    for one in sorted(notes, key=lambda recorded: recorded.comment.created_at):
        note = one.note
        if note.what not in _KINDS or note.pack != pack.pack.id or note.entry in entries:
            continue
        entries[note.entry] = ConductEntry(
            entry=note.entry,
            what=cast(EntryKind, note.what),
            pack=note.pack,
            id=note.id,
            title=note.title,
            at=one.comment.created_at,
            by=one.by,
            by_supervisor=one.by_supervisor,
            ticket=one.ticket,
            ticket_ref=one.ticket_ref,
            about=note.about,
            words=words_of(one.comment.body),
            waiting=one.comment.key is not None,
        )
    return tuple(entries.values())


def sanctions_of(
    record: Sequence[ConductEntry], notes: Iterable[RecordedNote], conduct: Conduct, now: Instant
) -> tuple[SanctionState, ...]:
    """Return every sanction with how it stands at *now*, the gravest last.

    One that needs a supervisor is proposed until an administrator of the help desk has confirmed it (or imposed it
    themselves), and counts from then on; only they can lift it. One with an end is over when its days are.
    """
    rules = {one.id: one for one in conduct.sanctions}
    order = {one.id: number for number, one in enumerate(sorted(conduct.sanctions, key=lambda one: one.after))}
    written = {one.note.entry: one.note for one in notes}
    found = []
    for entry in record:
        if entry.what != "sanction":
            continue
        note, rule = written[entry.entry], rules.get(entry.id)
        guarded = note.confirm or bool(rule and rule.confirm)
        about = [other for other in record if other.about == entry.entry]
        confirming = next((one for one in about if one.what == "confirmed" and one.by_supervisor), None)
        lifting = next((one for one in about if one.what == "lifted" and (one.by_supervisor or not guarded)), None)
        counts_from: Instant | None = entry.at
        if guarded and not entry.by_supervisor:
            counts_from = confirming.at if confirming else None
        until = counts_from + note.days * DAY if counts_from is not None and note.days else None
        found.append(
            SanctionState(
                entry=entry.entry,
                id=entry.id,
                title=entry.title or (rule.title if rule else entry.id),
                text=rule.text if rule else "",
                state="lifted"
                if lifting
                else "proposed"
                if counts_from is None
                else "expired"
                if until is not None and until <= now
                else "active",
                since=entry.at if counts_from is None else counts_from,
                until=until,
                by=entry.by,
                confirmed_by=confirming.by if confirming else entry.by if guarded and entry.by_supervisor else "",
                lifted_by=lifting.by if lifting else "",
                guarded=guarded,
            )
        )
    return tuple(sorted(found, key=lambda one: (order.get(one.id, -1), one.since)))
