"""Records that agents make on tickets: conduct, escalations, privacy requests. Each is an internal note and a tag.

So they work on any help desk and offline, every colleague sees them, and the ticket's history keeps who did what when.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from agentconsole.domain.commands import FieldValue
from agentconsole.domain.rows import Me
from agentconsole.domain.values import Role
from agentconsole.packs.groups import group_for
from agentconsole.packs.model import Contact, Pack
from agentconsole.packs.templates import reach
from agentconsole.services.tickets import TicketService
from agentconsole.triage.notes import Note, write_note
from agentconsole.triage.record import ConductEntry, ConductState, SanctionState
from agentconsole.triage.values import TicketGuidance

CONDUCT_TAG = "conduct_record"
PRIVACY_TAG = "privacy_request"
PROFILE_TAG = "profile_change"
ESCALATED_TAG = "escalated"
WISHES = {"change": "changed", "delete": "deleted"}


class NotGuided(Exception):
    """A policy forbids what was asked for, or has nothing to say to it. Nothing was queued."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice


class ConductRecords:
    """Writes the conduct record. A sanction that needs a supervisor counts only once one has confirmed it."""

    def __init__(self, tickets: TicketService, me: Callable[[], Me | None]) -> None:
        self._tickets = tickets
        self._me = me

    async def record_infractions(self, said: TicketGuidance, infractions: Sequence[str], words: str) -> str:
        """Enter *infractions*, each with a note of its own; returns the batch key."""
        state = _conduct(said)
        kinds = dict(state.kinds)
        wanted = list(dict.fromkeys(infractions))
        unknown = [one for one in wanted if one not in kinds]
        if unknown or not wanted:
            raise NotGuided("The policy names no such infraction", f"It names: {', '.join(kinds)}.")
        seen = {finding.infraction: finding for finding in state.findings}
        notes = []
        for one in wanted:
            told = [evidence.text for evidence in seen[one].evidence] if one in seen else []
            quoted = "\n".join(f"“{' '.join(text.split())}”" for text in told)
            note = Note(what="infraction", entry=_entry(), pack=state.pack, id=one, title=kinds[one])
            notes.append(write_note(note, f"Infraction recorded: {kinds[one]}", _joined(quoted, words)))
        return await self._write(said, notes)

    async def withdraw_infraction(self, said: TicketGuidance, entry: str, words: str) -> str:
        """Take back the infraction *entry*: whoever entered it may, and supervisors."""
        found = _found(_conduct(said), entry, "infraction")
        me = self._me()
        if not (self._is_supervisor() or (me is not None and me.name == found.by)):
            raise NotGuided("Only who recorded it may withdraw it", "Ask them, or a supervisor.")
        note = Note(what="withdrawn", entry=_entry(), pack=found.pack, id=found.id, title=found.title, about=entry)
        return await self._write(said, [write_note(note, f"Infraction withdrawn: {found.title}", words)])

    async def sanction(self, said: TicketGuidance, pack: Pack, sanction: str, words: str) -> str:
        """Impose *sanction*, or propose it where a supervisor must confirm it."""
        state = _conduct(said)
        rule = next((one for one in (pack.conduct.sanctions if pack.conduct else ()) if one.id == sanction), None)
        if rule is None:
            raise NotGuided(
                "The policy names no such step", f"It names: {', '.join(title for _, title in state.steps)}."
            )
        if not state.infractions:
            raise NotGuided("There is no infraction to answer", "Record what happened first; the step rests on it.")
        if any(one.id == sanction and one.state in ("active", "proposed") for one in state.sanctions):
            raise NotGuided(f"“{rule.title}” stands already", "Confirm or lift the one that stands.")
        proposed = rule.confirm and not self._is_supervisor()
        lasts = f" for {rule.days} {'day' if rule.days == 1 else 'days'}" if rule.days else ""
        sentence = f"{'Proposed, for a supervisor to confirm' if proposed else 'Imposed'}: {rule.title}{lasts}"
        note = Note(
            what="sanction",
            entry=_entry(),
            pack=state.pack,
            id=rule.id,
            title=rule.title,
            days=rule.days or 0,
            confirm=rule.confirm,
        )
        return await self._write(said, [write_note(note, sentence, _joined(rule.text, words))])

    async def confirm(self, said: TicketGuidance, entry: str, words: str) -> str:
        """Confirm the proposed sanction *entry*; supervisors only."""
        found = _sanction(_conduct(said), entry)
        if found.state != "proposed":
            raise NotGuided(f"“{found.title}” waits for no confirmation", f"It is {found.state}.")
        if not self._is_supervisor():
            raise NotGuided("A supervisor must confirm this", "Administrators of the help desk can.")
        return await self._answer(said, found, "confirmed", f"Confirmed by a supervisor: {found.title}", words)

    async def lift(self, said: TicketGuidance, pack: Pack, entry: str, words: str) -> str:
        """End the sanction *entry* early, or drop a proposed one."""
        found = _sanction(_conduct(said), entry)
        if found.state not in ("active", "proposed"):
            raise NotGuided(f"“{found.title}” is over already", f"It is {found.state}.")
        rule = next((one for one in (pack.conduct.sanctions if pack.conduct else ()) if one.id == found.id), None)
        guarded = bool(found.confirmed_by) or found.state == "proposed" or bool(rule and rule.confirm)
        if guarded and not self._is_supervisor():
            raise NotGuided("Only a supervisor may lift this", "Administrators of the help desk can.")
        return await self._answer(said, found, "lifted", f"Lifted: {found.title}", words)

    async def _answer(self, said: TicketGuidance, found: SanctionState, what: str, sentence: str, words: str) -> str:
        note = Note(
            what="confirmed" if what == "confirmed" else "lifted",
            entry=_entry(),
            pack=_conduct(said).pack,
            id=found.id,
            title=found.title,
            about=found.entry,
        )
        return await self._write(said, [write_note(note, sentence, words)])

    async def _write(self, said: TicketGuidance, notes: Sequence[str]) -> str:
        return await self._tickets.record(said.ticket, notes, add_tags=(CONDUCT_TAG,))

    def _is_supervisor(self) -> bool:
        me = self._me()
        return me is not None and me.role == Role.ADMIN


class TicketRecords:
    """Writes what else is put on record on a ticket."""

    def __init__(self, tickets: TicketService) -> None:
        self._tickets = tickets

    async def confirm_steps(self, said: TicketGuidance, steps: Sequence[str], words: str) -> str:
        """Note that *steps* before executives were taken."""
        state = said.escalation
        titles = {step.id: step.title for step in state.steps} if state else {}
        wanted = [one for one in dict.fromkeys(steps) if one in titles]
        if state is None or not wanted or len(wanted) != len(set(steps)):
            raise NotGuided("The policy names no such step", f"It names: {', '.join(titles) or 'none'}.")
        note = Note(what="steps", entry=_entry(), pack=state.pack, ids=tuple(wanted))
        taken = "\n".join(f"✓ {titles[one]}" for one in wanted)
        return await self._tickets.record(
            said.ticket, [write_note(note, f"Steps of the escalation taken:\n{taken}", words)]
        )

    async def escalate(
        self,
        said: TicketGuidance,
        packs: Sequence[Pack],
        contact: str,
        steps: Sequence[str],
        words: str,
        *,
        pack: str = "",
    ) -> str:
        """Note to whom the ticket is escalated and what was done before; set the pack's tag and the contact's group."""
        found = next(
            ((one, each) for one in packs if pack in ("", one.pack.id) for each in one.contacts if each.id == contact),
            None,
        )
        if found is None:
            raise NotGuided("There is no such contact", "The packs that speak for this ticket don't have it.")
        policy, to = found
        state = said.escalation if said.escalation and said.escalation.pack == policy.pack.id else None
        titles = {step.id: step.title for step in state.steps} if state else {}
        confirmed = {step.id for step in state.steps if step.confirmed} if state else set()
        open_steps = [title for id_, title in titles.items() if id_ not in confirmed and id_ not in steps]
        if to.executive and open_steps:
            raise NotGuided(
                "Executives come after every step before them", f"Still to be taken: {'; '.join(open_steps)}."
            )
        done = [id_ for id_ in titles if id_ in steps or id_ in confirmed]
        lines = [f"Escalated to {_called(to)}"]
        lines += ["", "Steps taken before:", *(f"✓ {titles[id_]}" for id_ in done)] if done else []
        note = Note(what="escalation", entry=_entry(), pack=policy.pack.id, id=to.id, ids=tuple(done))
        tag = policy.escalation.tag if policy.escalation and policy.escalation.tag else ESCALATED_TAG
        return await self._tickets.record(
            said.ticket, [write_note(note, "\n".join(lines), words)], values=self._group(said, to), add_tags=(tag,)
        )

    async def privacy_request(self, said: TicketGuidance, wish: str, words: str) -> str:
        """Note that the requester wants their contact data changed or deleted."""
        if wish not in WISHES:
            raise NotGuided("Contact data is changed or deleted", "Say “change” or “delete”.")
        note = Note(what="privacy", entry=_entry(), id=wish)
        sentence = f"Privacy request: the requester wants their contact data {WISHES[wish]}."
        return await self._tickets.record(
            said.ticket, [write_note(note, sentence, words)], add_tags=(PRIVACY_TAG, f"{PRIVACY_TAG}_{wish}")
        )

    async def profile_change(self, said: TicketGuidance, changes: Mapping[str, str], words: str) -> str:
        """Note new contact details of the requester's organization."""
        told = {what.strip(): value.strip() for what, value in changes.items() if what.strip() and value.strip()}
        if not told:
            raise NotGuided("Nothing was changed", "Say what is different, and how it reads now.")
        lines = "\n".join(f"{what}: {value}" for what, value in told.items())
        note = Note(what="profile", entry=_entry(), ids=tuple(told))
        return await self._tickets.record(
            said.ticket, [write_note(note, f"Contact details have changed:\n{lines}", words)], add_tags=(PROFILE_TAG,)
        )

    def _group(self, said: TicketGuidance, to: Contact) -> dict[str, FieldValue]:
        groups = {group.title: group.ref for group in self._tickets.groups()}
        detail = self._tickets.detail(said.ticket)
        name = group_for(to.group, groups, detail.group if detail else "") if to.group else None
        return {} if name is None else {"group": groups[name]}


def _conduct(said: TicketGuidance) -> ConductState:
    if said.conduct is None:
        raise NotGuided("No conduct policy speaks for this ticket", "The packs in use have no [conduct] for it.")
    return said.conduct


def _found(state: ConductState, entry: str, what: str) -> ConductEntry:
    found = next((one for one in state.record if one.entry == entry and one.what == what), None)
    if found is None:
        raise NotGuided("This is not in the record", "It may have been withdrawn. Look at the record again.")
    return found


def _sanction(state: ConductState, entry: str) -> SanctionState:
    found = next((one for one in state.sanctions if one.entry == entry), None)
    if found is None:
        raise NotGuided("This is not in the record", "It may have been lifted. Look at the record again.")
    return found


def _called(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name or contact.purpose, reach(contact)) if part)


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _entry() -> str:
    """A name for an entry, never given twice."""
    return secrets.token_hex(6)
