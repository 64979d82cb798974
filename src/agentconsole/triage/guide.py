"""All rules of all packs that speak for a ticket, asked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from agentconsole.domain.rows import Neighbour
from agentconsole.packs.hours import Hours
from agentconsole.packs.model import Pack
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts
from agentconsole.triage.conduct import judge_conduct
from agentconsole.triage.conduct_record import RecordedNote
from agentconsole.triage.contacts import Desks, contacts_for
from agentconsole.triage.duplicates import find_duplicates, find_shopping, propose_merge
from agentconsole.triage.entitlements import entitlements
from agentconsole.triage.escalation import escalation_state, matrix_first
from agentconsole.triage.follow_ups import ask_for_rating, follow_up
from agentconsole.triage.intake import check_intake
from agentconsole.triage.lifecycle import Tick, check_lifecycle
from agentconsole.triage.pins import pin_state
from agentconsole.triage.priority import judge_priority
from agentconsole.triage.privacy import privacy_request
from agentconsole.triage.promises import promises
from agentconsole.triage.ready_texts import context_links, ready_texts
from agentconsole.triage.routing import find_routes
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.scope import judge_scope
from agentconsole.triage.values import ContextChapter, Kind, PackStanding, PinState, Proposal, TicketGuidance

T = TypeVar("T")

_ONE_IS_ENOUGH: frozenset[Kind] = frozenset(
    {"priority", "duplicate", "pin", "survey", "follow_up", "privacy", "intake", "scope", "route", "escalation"}
)
"""Of these, the first pack that has something to propose is heard: two answers to one question help nobody."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What else is known of a ticket than itself.

    ``neighbours`` are other tickets of its requester and organization, ``notes`` the records on all tickets of the
    requester. ``ticks`` are by demand. ``dismissed`` are grounds by the key of the proposal. ``pin`` is the last check
    of the requester's PIN from here, ``no_pin`` says why PINs can't be checked. ``texts`` are values of placeholders,
    by the pack's id.
    """

    neighbours: Sequence[Neighbour] = ()
    notes: Sequence[RecordedNote] = ()
    ticks: Mapping[str, Tick] = msgspec.field(default_factory=dict)
    dismissed: Mapping[str, str] = msgspec.field(default_factory=dict)
    pin: PinState | None = None
    no_pin: str = ""
    texts: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)


class Book:
    """A pack with what was made of it once: words ready to be found, hours, contacts by what they handle."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.rules = Rulebook(pack)
        self.hours = Hours(pack)
        self.desks = Desks(pack)


def guide(case: Case, standings: Sequence[tuple[Standing, Book]], known: Known) -> TicketGuidance:
    """Return what the packs of *standings* say about *case*, in their order; proposals the heaviest first."""
    said = TicketGuidance(
        ticket=case.ticket.id, at=case.now, packs=tuple(_standing(standing) for standing, _ in standings)
    )
    proposals: list[Proposal] = []
    for standing, book in standings:
        said, more = _of_pack(case, standing, book, known, said)
        taken = {one.kind for one in proposals}
        for one in more:
            if (one.kind not in taken or one.kind not in _ONE_IS_ENOUGH) and not _is_repeated(one, proposals):
                proposals.append(one)
    wanted = [one for one in proposals if known.dismissed.get(one.key) != one.ground]
    wanted.sort(key=lambda one: -one.weight)
    return msgspec.structs.replace(said, proposals=tuple(wanted), dismissed=len(proposals) - len(wanted))


def _of_pack(
    case: Case, standing: Standing, book: Book, known: Known, so_far: TicketGuidance
) -> tuple[TicketGuidance, list[Proposal]]:
    """Return *so_far* with what one pack says, and what it proposes."""
    pack, rules = standing.pack, book.rules
    texts = Texts(case, standing, {**promises(case, standing), **known.texts.get(pack.pack.id, {})})
    hits = find_duplicates(case, standing, known.neighbours)
    shopping = find_shopping(case, standing, hits)
    checklist, next_reply = check_lifecycle(case, standing, texts, known.ticks)
    intake, ask = check_intake(case, standing, rules, texts)
    priority, set_priority = judge_priority(case, standing, rules)
    scope, answer = judge_scope(case, standing, rules, texts)
    routes, hand_over = find_routes(case, standing, rules)
    conduct, conduct_steps = judge_conduct(case, standing, rules, texts, shopping, known.notes)
    pin, check_pin = pin_state(case, standing, rules, known.pin, known.no_pin)
    escalation = escalation_state(case, standing, texts)
    found = (
        propose_merge(case, standing, hits, texts),
        set_priority,
        answer,
        hand_over,
        ask,
        check_pin,
        matrix_first(case, standing, rules, escalation),
        privacy_request(case, standing, rules, texts),
        follow_up(case, standing, texts),
        next_reply,
        ask_for_rating(case, standing, texts),
        *conduct_steps,
    )
    said = msgspec.structs.replace(
        so_far,
        checklists=(*so_far.checklists, *_some(checklist)),
        intake=(*so_far.intake, *_some(intake)),
        priorities=(*so_far.priorities, *_some(priority)),
        scope=(*so_far.scope, *scope),
        routes=(*so_far.routes, *routes),
        duplicates=so_far.duplicates or hits,
        shopping=so_far.shopping or shopping,
        conduct=so_far.conduct or conduct,
        pin=so_far.pin or pin,
        entitlements=(*so_far.entitlements, *entitlements(standing, case.now, book.hours)),
        contacts=(*so_far.contacts, *contacts_for(case, standing, book.desks)),
        escalation=so_far.escalation or escalation,
        templates=(*so_far.templates, *ready_texts(standing, texts)),
        links=(*so_far.links, *context_links(case, standing, rules, texts)),
        chapters=(*so_far.chapters, *_chapters(pack)),
    )
    return said, [one for one in found if one is not None]


def _is_repeated(proposal: Proposal, others: Sequence[Proposal]) -> bool:
    """Whether others set all that *proposal* would set, and it does nothing else."""
    effect = proposal.effect
    if not effect.values or effect.draft or effect.note or effect.add_tags or effect.dialog:
        return False
    return any(effect.values.items() <= other.effect.values.items() for other in others)


def _chapters(pack: Pack) -> Iterator[ContextChapter]:
    for chapter in pack.handbook:
        if chapter.show:
            yield ContextChapter(pack=pack.pack.id, id=chapter.id, title=chapter.title, show=chapter.show)


def _standing(standing: Standing) -> PackStanding:
    head = standing.pack.pack
    return PackStanding(
        pack=head.id,
        title=head.title,
        case=head.case,
        level_word=head.level,
        level=standing.level.title if standing.level else "",
        region=standing.region.title if standing.region else "",
    )


def _some(value: T | None) -> tuple[T, ...]:
    return () if value is None else (value,)
