"""What triage says about a ticket, as frozen values that the window and the scripts show.

Nothing here acts. Whatever an agent may do about it is a :class:`Proposal`, applied by its ``key``; the rule that it
follows from is quoted, and the words that it was read from are named.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from agentconsole.domain.commands import FieldValue
from agentconsole.domain.instant import Instant
from agentconsole.domain.values import Ref, Status, TicketId
from agentconsole.packs.model import Contact
from agentconsole.triage.base import Evidence, Value
from agentconsole.triage.record import ConductState


class Effect(Value, frozen=True, kw_only=True):
    """What applying does. Fields, tags and the note go to the outbox as one batch that can be undone.

    ``values`` are fields by name, as ``Tickets.set_fields`` takes them. ``draft`` is text for the composer, nothing is
    sent; ``draft_public`` says which of reply and note. ``contact`` is a contact's id in the pack. ``link`` is an
    address to open. ``merge_into`` proposes a merge, which the merge dialog asks about. ``dialog`` names the dialog
    that goes on from here.
    """

    values: dict[str, FieldValue] = msgspec.field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    note: str = ""
    draft: str = ""
    draft_public: bool = True
    contact: str = ""
    link: str = ""
    merge_into: TicketId | None = None
    dialog: Literal["", "conduct", "escalate", "pin", "privacy", "merge"] = ""


Kind = Literal[
    "conduct",
    "duplicate",
    "shopping",
    "priority",
    "scope",
    "route",
    "intake",
    "privacy",
    "follow_up",
    "lifecycle",
    "survey",
    "pin",
    "escalation",
]


class Proposal(Value, frozen=True, kw_only=True):
    """One thing that the agent may do with one key, and dismiss with another.

    ``key`` names it for good: ``pack:kind:rule``. ``ground`` is a fingerprint of what it was read from: a dismissed
    proposal comes back only when that has changed. ``title`` is an imperative ("Set the priority to urgent"), ``why``
    one sentence about this ticket, ``quote`` the rule in the document's words, ``source`` the document's heading.
    ``weight`` orders: the heaviest first.
    """

    key: str
    kind: Kind
    pack: str
    pack_title: str
    title: str
    why: str
    quote: str = ""
    source: str = ""
    assumed: str = ""
    evidence: tuple[Evidence, ...] = ()
    effect: Effect = Effect()
    ground: str = ""
    weight: int = 0


class PackStanding(Value, frozen=True, kw_only=True):
    """A pack that speaks for the ticket. ``level`` and ``region`` are titles, empty where the help desk doesn't say."""

    pack: str
    title: str
    case: str = "ticket"
    level_word: str = "tier"
    level: str = ""
    region: str = ""


class DemandState(Value, frozen=True, kw_only=True):
    """One demand of a stage. ``state``: "met" was seen in the ticket, "ticked" was said by an agent, "open" is neither.

    ``key`` is what ``Guidance.tick`` takes; what is not met can be ticked, also where the console would see it by
    itself (``automatic``). ``tag`` carries a tick. ``who`` and ``at`` tell who met it and when, where that is known.
    ``required_before`` is the status that should not be set while it is open. ``proposal`` is the key of a proposal
    that serves it (the ready reply), if there is one.
    """

    key: str
    text: str
    state: Literal["met", "ticked", "open"]
    automatic: bool = False
    optional: bool = False
    who: str = ""
    at: Instant | None = None
    required_before: str = ""
    proposal: str = ""
    source: str = ""
    tag: str = ""

    @property
    def done(self) -> bool:
        return self.state != "open"


class StageState(Value, frozen=True, kw_only=True):
    """A stage of the lifecycle with its demands. ``done`` when no demand that isn't optional is open."""

    id: str
    title: str
    about: str
    demands: tuple[DemandState, ...]
    done: bool
    current: bool


class Checklist(Value, frozen=True, kw_only=True):
    """The lifecycle of the ticket under one pack: its stages in order; one is current until all are done."""

    pack: str
    pack_title: str
    stages: tuple[StageState, ...]

    @property
    def current(self) -> StageState | None:
        return next((stage for stage in self.stages if stage.current), None)


class IntakeAnswer(Value, frozen=True, kw_only=True):
    """One thing that a request should contain, and whether it does. ``known`` is what answers it in few words."""

    id: str
    text: str
    section: str
    given: bool
    optional: bool = False
    known: str = ""
    evidence: tuple[Evidence, ...] = ()


class IntakeState(Value, frozen=True, kw_only=True):
    """What the requester gave. ``reply`` asks for the rest, empty when nothing is missing."""

    pack: str
    pack_title: str
    items: tuple[IntakeAnswer, ...]
    reply: str = ""
    proposal: str = ""

    @property
    def missing(self) -> tuple[IntakeAnswer, ...]:
        return tuple(item for item in self.items if not item.given and not item.optional)


class PriorityVerdict(Value, frozen=True, kw_only=True):
    """The highest priority that a condition qualifies the ticket for. ``fits`` when the ticket has it already.

    ``title`` is the document's word for the priority ``id``; ``condition`` is the sentence that qualifies.
    """

    pack: str
    pack_title: str
    id: str
    title: str
    condition: str
    fits: bool
    evidence: tuple[Evidence, ...] = ()
    proposal: str = ""


class ScopeVerdict(Value, frozen=True, kw_only=True):
    """Whether support does what is asked. ``destination`` is where to send it, in words; ``contact`` its id, if any.

    ``links`` are (title, address). ``proposal`` is the key of the ready reply or the hand-over, if there is one.
    """

    pack: str
    pack_title: str
    rule: str
    kind: Literal["included", "excluded", "billable", "partner", "platform"]
    text: str
    reason: str = ""
    destination: str = ""
    contact: str = ""
    links: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    proposal: str = ""
    source: str = ""


class RouteProposal(Value, frozen=True, kw_only=True):
    """A desk that handles this. ``there`` when the ticket is with its group already."""

    pack: str
    pack_title: str
    rule: str
    text: str
    group: str = ""
    contact: str = ""
    there: bool = False
    evidence: tuple[Evidence, ...] = ()
    proposal: str = ""


class DuplicateHit(Value, frozen=True, kw_only=True):
    """Another ticket that seems to be about the same. ``likeness`` is 0…1; ``shared`` are telling words of both."""

    ticket: TicketId
    ref: Ref
    subject: str
    status: Status
    created_at: Instant
    requester: str
    assignee: str
    likeness: float
    shared: tuple[str, ...]
    same_requester: bool
    same_organization: bool


class ShoppingAlert(Value, frozen=True, kw_only=True):
    """Several tickets, or several agents, for one problem of one requester."""

    pack: str
    pack_title: str
    tickets: tuple[DuplicateHit, ...]
    agents: tuple[str, ...]
    threshold: int
    text: str


class PinState(Value, frozen=True, kw_only=True):
    """Verification of the requester by their Support PIN.

    ``state``: "unverified", "verified" (until ``valid_until``), "wrong" (the last attempt), "locked" (until
    ``locked_until``), or "unavailable" with the ``reason`` in words. ``where`` tells the requester where the PIN is.
    """

    pack: str
    pack_title: str
    state: Literal["unverified", "verified", "wrong", "locked", "unavailable"]
    text: str = ""
    where: str = ""
    reason: str = ""
    attempts_left: int | None = None
    locked_until: Instant | None = None
    valid_until: Instant | None = None
    checked_at: Instant | None = None
    checked_by: str = ""


class EntitlementNow(Value, frozen=True, kw_only=True):
    """What the requester's level gets of a channel or service, in the document's words, and whether it is open now.

    ``entitled`` is False when the level doesn't have it. ``open_now`` is None where no hours bind it; ``changes_at``
    is when that flips next.
    """

    pack: str
    id: str
    title: str
    channel: str
    words: str
    entitled: bool
    open_now: bool | None = None
    changes_at: Instant | None = None


class ContactHit(Value, frozen=True, kw_only=True):
    """A contact that handles what the ticket is about, the best first; ``score`` counts telling words."""

    pack: str
    contact: Contact
    score: float
    evidence: tuple[Evidence, ...] = ()
    open_now: bool | None = None
    changes_at: Instant | None = None


class EscalationStepState(Value, frozen=True, kw_only=True):
    """A step before executives, and whether a note of this ticket confirms it."""

    id: str
    title: str
    text: str
    contacts: tuple[Contact, ...]
    confirmed: bool
    who: str = ""
    at: Instant | None = None


class EscalationState(Value, frozen=True, kw_only=True):
    """The way up under one pack. ``executives`` may be written to once every step is confirmed (``open``)."""

    pack: str
    pack_title: str
    text: str
    steps: tuple[EscalationStepState, ...]
    executives: tuple[Contact, ...]
    link: str = ""
    escalated: bool = False

    @property
    def open(self) -> bool:
        return all(step.confirmed for step in self.steps)


class ReadyText(Value, frozen=True, kw_only=True):
    """A template of a pack with its placeholders filled for this ticket; what could not be filled still stands."""

    pack: str
    id: str
    title: str
    body: str
    public: bool
    status: str = ""
    tags: tuple[str, ...] = ()


class ContextLink(Value, frozen=True, kw_only=True):
    """Somewhere to go from this ticket, its address filled in. ``fitting`` when the ticket's words ask for it."""

    pack: str
    id: str
    title: str
    kind: str
    url: str
    about: str = ""
    fitting: bool = False


class ContextChapter(Value, frozen=True, kw_only=True):
    """A chapter of a pack's handbook that concerns work on a ticket; ``show`` says which part of it."""

    pack: str
    id: str
    title: str
    show: str


class Warned(Value, frozen=True, kw_only=True):
    """A demand that is still open although a status asks for it."""

    pack_title: str
    demand: DemandState


class TicketGuidance(Value, frozen=True, kw_only=True):
    """All that the packs say about one ticket, as of ``at``. Empty where no pack speaks for it."""

    ticket: TicketId
    at: Instant
    packs: tuple[PackStanding, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    intake: tuple[IntakeState, ...] = ()
    priorities: tuple[PriorityVerdict, ...] = ()
    scope: tuple[ScopeVerdict, ...] = ()
    routes: tuple[RouteProposal, ...] = ()
    duplicates: tuple[DuplicateHit, ...] = ()
    shopping: ShoppingAlert | None = None
    conduct: ConductState | None = None
    pin: PinState | None = None
    entitlements: tuple[EntitlementNow, ...] = ()
    contacts: tuple[ContactHit, ...] = ()
    escalation: EscalationState | None = None
    templates: tuple[ReadyText, ...] = ()
    links: tuple[ContextLink, ...] = ()
    chapters: tuple[ContextChapter, ...] = ()
    dismissed: int = 0  # proposals that the agent has dismissed and whose ground has not changed

    def proposal(self, key: str) -> Proposal | None:
        """The proposal *key*, if it is still there."""
        return next((one for one in self.proposals if one.key == key), None)


class Applied(Value, frozen=True, kw_only=True):
    """What applying a proposal came to. ``batch`` undoes what was queued, empty when nothing was.

    ``draft`` is text for the composer (``draft_public``: a reply, else a note). ``pack`` is the pack that ``contact``
    is of. The rest as in :class:`Effect`.
    """

    batch: str = ""
    pack: str = ""
    draft: str = ""
    draft_public: bool = True
    link: str = ""
    contact: str = ""
    merge_into: TicketId | None = None
    dialog: str = ""
