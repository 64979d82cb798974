"""A requester's conduct, as frozen values: what shows in a ticket, their record, what is in force and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref, TicketId
from agentconsole.triage.base import Evidence, Value

EntryKind = Literal["infraction", "sanction", "confirmed", "lifted", "withdrawn"]


class ConductFinding(Value, frozen=True, kw_only=True):
    """An infraction that shows in this ticket. ``recorded`` when a note says so already."""

    key: str
    infraction: str
    text: str
    severity: Literal["minor", "serious", "extreme"]
    evidence: tuple[Evidence, ...]
    recorded: bool = False


class ConductEntry(Value, frozen=True, kw_only=True):
    """One entry of a requester's conduct record, as an internal note of a ticket says it.

    ``what`` is "infraction", "sanction" (imposed or proposed), "confirmed", "lifted" or "withdrawn". ``id`` is the
    infraction's or the sanction's; ``entry`` names the entry itself, ``about`` the one that it confirms or lifts.
    ``by`` is who wrote it, ``by_supervisor`` whether an administrator of the help desk. ``waiting`` while the note
    has not reached the help desk.
    """

    entry: str
    what: EntryKind
    pack: str
    id: str
    title: str
    at: Instant
    by: str
    by_supervisor: bool
    ticket: TicketId
    ticket_ref: Ref
    about: str = ""
    words: str = ""
    waiting: bool = False


class SanctionState(Value, frozen=True, kw_only=True):
    """A sanction of the requester. ``state``: "proposed" waits for a supervisor, "active" is in force.

    "expired" and "lifted" are over. ``until`` is None while it has no end. ``guarded``: only a supervisor can lift it.
    """

    entry: str
    id: str
    title: str
    text: str
    state: Literal["proposed", "active", "expired", "lifted"]
    since: Instant
    until: Instant | None
    by: str
    confirmed_by: str = ""
    lifted_by: str = ""
    guarded: bool = False


class NextStep(Value, frozen=True, kw_only=True):
    """The sanction that the policy foresees now. ``needs_supervisor`` when it counts only once one has confirmed it."""

    id: str
    title: str
    text: str
    needs_supervisor: bool
    days: int | None
    draft: str = ""


def standing_infractions(record: Sequence[ConductEntry]) -> tuple[ConductEntry, ...]:
    """Return the infractions that nobody withdrew. A supervisor may withdraw any, others what they entered."""
    entries = {entry.entry: entry for entry in record}
    gone = {
        entry.about
        for entry in record
        if entry.what == "withdrawn"
        and (about := entries.get(entry.about)) is not None
        and (entry.by_supervisor or entry.by == about.by)
    }
    return tuple(entry for entry in record if entry.what == "infraction" and entry.entry not in gone)


class ConductState(Value, frozen=True, kw_only=True):
    """The requester's conduct: what shows in this ticket, their record, what is in force, what the policy foresees."""

    pack: str
    pack_title: str
    text: str
    kinds: tuple[tuple[str, str], ...]  # (id, words) of every infraction that the policy names
    steps: tuple[tuple[str, str], ...]  # (id, title) of its sanctions in order
    findings: tuple[ConductFinding, ...]
    record: tuple[ConductEntry, ...]
    sanctions: tuple[SanctionState, ...]
    infractions: int
    next_step: NextStep | None

    @property
    def standing(self) -> tuple[ConductEntry, ...]:
        """The infractions that nobody withdrew."""
        return standing_infractions(self.record)

    @property
    def current(self) -> SanctionState | None:
        """The gravest sanction in force, or that waits for its confirmation."""
        return next((one for one in reversed(self.sanctions) if one.state in ("active", "proposed")), None)
