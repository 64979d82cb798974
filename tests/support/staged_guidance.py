"""What the packs say about the stage's tickets."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from agentconsole.connectors.api import Unreachable
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import DAY, HOUR, MINUTE
from agentconsole.domain.values import Status, TicketId
from agentconsole.packs.model import Contact
from agentconsole.services import api
from agentconsole.triage.base import Evidence
from agentconsole.triage.record import ConductEntry, ConductFinding, ConductState, NextStep, SanctionState
from agentconsole.triage.values import (
    Applied,
    Checklist,
    ContactHit,
    ContextChapter,
    ContextLink,
    DemandState,
    DuplicateHit,
    Effect,
    EntitlementNow,
    EscalationState,
    EscalationStepState,
    IntakeAnswer,
    IntakeState,
    PackStanding,
    PinState,
    Proposal,
    ReadyText,
    ScopeVerdict,
    ShoppingAlert,
    StageState,
    TicketGuidance,
    Warned,
)

if TYPE_CHECKING:
    from tests.support.stage import StagedWorkspace

PACK, PACK_TITLE = "harbour", "Harbour Commerce"
RIGHT_PIN = "4711"

VP = Contact(
    id="vp_support",
    section="Executives",
    purpose="VP of Support",
    method="email",
    email="vp@harbour.example",
    executive=True,
    when="Support issues that nobody else could solve",
)
_PAYMENTS = Contact(
    id="payments", section="Integrations", purpose="Payment gateways", method="email", email="payments@harbour.example"
)

PRIORITY = Proposal(
    key="harbour:priority:urgent",
    kind="priority",
    pack=PACK,
    pack_title=PACK_TITLE,
    title="Set the priority to urgent",
    why="Most customers can't pay.",
    quote="Payments fail for most customers",
    source="Critical",
    evidence=(Evidence(comment="c1", start=0, end=18, text="nobody can pay"),),
    effect=Effect(values={"priority": "urgent"}),
    weight=90,
)
INTAKE = Proposal(
    key="harbour:intake:ask",
    kind="intake",
    pack=PACK,
    pack_title=PACK_TITLE,
    title="Ask for 2 things that are missing",
    why="Steps to reproduce and the affected users are not told.",
    quote="Gather this before you write to us",
    source="Before you write",
    effect=Effect(draft="Could you tell us the steps, and who is affected?"),
    weight=40,
)
ROUTE = Proposal(
    key="harbour:route:payments",
    kind="route",
    pack=PACK,
    pack_title=PACK_TITLE,
    title="Move to Payments",
    why="The ticket is about a payment gateway.",
    quote="Payment gateways: Payment Team",
    source="Integrations",
    evidence=(Evidence(comment="c1", start=30, end=45, text="payment gateway"),),
    effect=Effect(values={"group": "g2"}),
    weight=30,
)
FOLLOW_UP = Proposal(
    key="harbour:follow_up:quiet",
    kind="follow_up",
    pack=PACK,
    pack_title=PACK_TITLE,
    title="Remind the requester",
    why="No word from them for 5 days.",
    effect=Effect(draft="Did this help?"),
    weight=10,
)


class StagedGuidance(api.Guidance):
    """One believable guidance for every ticket; what an agent does is kept in ``done`` for the test to read."""

    def __init__(self, stage: StagedWorkspace) -> None:
        self._stage = stage
        self._batches = itertools.count(1)
        self._dismissed: dict[TicketId, set[str]] = {}
        self._ticked: set[str] = set()
        self._steps: set[str] = set()
        self.done: list[tuple[str, TicketId, object]] = []
        self.pin_failure: Exception | None = None
        self.pin = PinState(
            pack=PACK,
            pack_title=PACK_TITLE,
            state="unverified",
            text="Have callers verified before you change an account.",
            where="Settings → Security",
        )
        self.conduct = ConductState(
            pack=PACK,
            pack_title=PACK_TITLE,
            text="Agents are treated with respect.",
            kinds=(("cursing", "Cursing"), ("shouting", "Writing in capitals")),
            steps=(("warning", "Warning"), ("ban", "Temporary ban"), ("loss", "Loss of basic support")),
            findings=(),
            record=(),
            sanctions=(),
            infractions=0,
            next_step=None,
        )
        self.empty = False
        self.strict: Literal["", "solved", "closed"] = ""

    def misbehave(self, *, proposed: bool = False) -> None:
        """Let the requester shout, with a warning on record; *proposed*: a ban waits for a supervisor."""
        now = self._stage.now()
        warning = SanctionState(
            entry="e2",
            id="warning",
            title="Warning",
            text="",
            state="active",
            since=now - 3 * DAY,
            until=None,
            by="Noor Haddad",
        )
        ban = SanctionState(
            entry="e3",
            id="ban",
            title="Temporary ban",
            text="No tickets and calls",
            state="proposed",
            since=now - HOUR,
            until=now + 7 * DAY,
            by="Noor Haddad",
        )
        self.conduct = msgspec.structs.replace(
            self.conduct,
            findings=(
                ConductFinding(
                    key="harbour:conduct:shouting",
                    infraction="shouting",
                    text="Writing in capitals",
                    severity="minor",
                    evidence=(Evidence(comment="c1", start=0, end=12, text="FIX THIS NOW"),),
                ),
            ),
            record=(
                ConductEntry(
                    entry="e1",
                    what="infraction",
                    pack=PACK,
                    id="cursing",
                    title="Cursing",
                    at=now - 3 * DAY,
                    by="Noor Haddad",
                    by_supervisor=False,
                    ticket=7,
                    ticket_ref="1007",
                    words="Called the agent names",
                ),
            ),
            sanctions=(warning, ban) if proposed else (warning,),
            infractions=1,
            next_step=NextStep(
                id="ban",
                title="Temporary ban",
                text="No tickets and calls for a week",
                needs_supervisor=True,
                days=7,
                draft="We must ask you to stay polite.",
            ),
        )

    def known(self, ticket: TicketId) -> TicketGuidance | None:
        return None

    async def of(self, ticket: TicketId) -> TicketGuidance | None:
        row = self._stage.rows.get(ticket)
        if row is None:
            return None
        now = self._stage.now()
        if self.empty:
            return TicketGuidance(ticket=ticket, at=now)
        gone = self._dismissed.get(ticket, set())
        hints = tuple(each for each in (PRIORITY, INTAKE, ROUTE, FOLLOW_UP) if each.key not in gone)
        return TicketGuidance(
            ticket=ticket,
            at=now,
            packs=(PackStanding(pack=PACK, title=PACK_TITLE, level="Gold", region="Europe"),),
            proposals=hints,
            checklists=(self._checklist(),),
            intake=(
                IntakeState(
                    pack=PACK,
                    pack_title=PACK_TITLE,
                    items=(
                        IntakeAnswer(id="error", text="Error messages", section="", given=True, known="“E-402”"),
                        IntakeAnswer(id="steps", text="Steps to reproduce", section="", given=False),
                        IntakeAnswer(id="users", text="Affected users", section="", given=False),
                        IntakeAnswer(id="browser", text="Browser", section="", given=False, optional=True),
                    ),
                    reply=INTAKE.effect.draft,
                    proposal=INTAKE.key,
                ),
            ),
            scope=(
                ScopeVerdict(
                    pack=PACK,
                    pack_title=PACK_TITLE,
                    rule="gateway",
                    kind="platform",
                    text="Integration failures",
                    reason="The platform's team looks after its own integrations.",
                    destination="Payment Team",
                ),
            ),
            duplicates=(
                DuplicateHit(
                    ticket=2,
                    ref="1002",
                    subject="Payment page shows an error since the last update",
                    status=Status.OPEN,
                    created_at=now - 5 * HOUR,
                    requester="Lena Vogt",
                    assignee="",
                    likeness=0.81,
                    shared=("payment", "error", "update"),
                    same_requester=True,
                    same_organization=True,
                ),
            ),
            shopping=ShoppingAlert(
                pack=PACK,
                pack_title=PACK_TITLE,
                tickets=(),
                agents=("Noor", "Jonas"),
                threshold=3,
                text="One problem, one ticket.",
            )
            if self.conduct.findings
            else None,
            conduct=self.conduct,
            pin=msgspec.structs.replace(self.pin, state="unverified") if self._is_over(now) else self.pin,
            entitlements=(
                EntitlementNow(
                    pack=PACK,
                    id="mail",
                    title="Mail",
                    channel="email",
                    words="Extended hours",
                    entitled=True,
                    open_now=True,
                    changes_at=now + 3 * HOUR,
                ),
                EntitlementNow(
                    pack=PACK,
                    id="chat",
                    title="Chat",
                    channel="chat",
                    words="Extended hours",
                    entitled=True,
                    open_now=False,
                    changes_at=now + 70 * MINUTE,
                ),
                EntitlementNow(
                    pack=PACK, id="tam", title="Technical account manager", channel="", words="No", entitled=False
                ),
            ),
            contacts=(ContactHit(pack=PACK, contact=_PAYMENTS, score=2.0, open_now=True),),
            escalation=EscalationState(
                pack=PACK,
                pack_title=PACK_TITLE,
                text="Go up step by step.",
                steps=(
                    EscalationStepState(
                        id="desk",
                        title="Support desk",
                        text="Answer first",
                        contacts=(),
                        confirmed="desk" in self._steps,
                    ),
                    EscalationStepState(
                        id="manager",
                        title="Success manager",
                        text="Ask the partner's manager",
                        contacts=(),
                        confirmed="manager" in self._steps,
                    ),
                ),
                executives=(VP,),
            ),
            links=(
                ContextLink(
                    pack=PACK,
                    id="gateway_test",
                    title="Gateway test",
                    kind="tool",
                    url="https://tools.harbour.example/gateway?ticket=1001",
                    fitting=True,
                ),
                ContextLink(
                    pack=PACK, id="status", title="Status page", kind="status", url="https://status.harbour.example"
                ),
            ),
            chapters=(ContextChapter(pack=PACK, id="first_replies", title="First replies", show="composer"),),
            templates=(
                ReadyText(
                    pack=PACK,
                    id="ack",
                    title="Acknowledge",
                    body="Your case number is 48001.",
                    public=True,
                    status="open",
                ),
            ),
            dismissed=len(gone),
        )

    def _is_over(self, now: int) -> bool:
        return self.pin.state == "verified" and self.pin.valid_until is not None and self.pin.valid_until <= now

    def _checklist(self) -> Checklist:
        return Checklist(
            pack=PACK,
            pack_title=PACK_TITLE,
            stages=(
                StageState(
                    id="creation",
                    title="Creation",
                    about="",
                    demands=(
                        DemandState(
                            key="harbour:ack", text="Case number sent", state="met", automatic=True, who="Noor"
                        ),
                    ),
                    done=True,
                    current=False,
                ),
                StageState(
                    id="investigation",
                    title="Investigation",
                    about="Find the cause",
                    demands=(
                        DemandState(key="harbour:notes", text="Investigation notes", state="open", automatic=True),
                        DemandState(
                            key="harbour:reproduced",
                            text="Tried to reproduce it",
                            state="ticked" if "harbour:reproduced" in self._ticked else "open",
                        ),
                        DemandState(
                            key="harbour:asked",
                            text="Asked for what is missing",
                            state="open",
                            proposal=INTAKE.key,
                            required_before=self.strict,
                        ),
                    ),
                    done=False,
                    current=True,
                ),
                StageState(id="closure", title="Closure", about="", demands=(), done=False, current=False),
            ),
        )

    async def open_demands(self, ticket: TicketId, status: str) -> tuple[Warned, ...]:
        if self.empty:
            return ()
        return tuple(
            Warned(pack_title=PACK_TITLE, demand=demand)
            for stage in self._checklist().stages
            for demand in stage.demands
            if demand.required_before == status and not demand.done
        )

    async def apply(self, ticket: TicketId, key: str) -> Applied:
        proposal = next(each for each in (PRIORITY, INTAKE, ROUTE, FOLLOW_UP) if each.key == key)
        self._dismissed.setdefault(ticket, set()).add(key)
        self.done.append(("apply", ticket, key))
        if proposal.effect.draft:
            return Applied(draft=proposal.effect.draft)
        return Applied(batch=self._batch())

    async def dismiss(self, ticket: TicketId, key: str) -> None:
        self._dismissed.setdefault(ticket, set()).add(key)
        self.done.append(("dismiss", ticket, key))

    async def restore(self, ticket: TicketId) -> int:
        return len(self._dismissed.pop(ticket, set()))

    async def tick(self, ticket: TicketId, demand: str, *, done: bool = True) -> str:
        (self._ticked.add if done else self._ticked.discard)(demand)
        return self._did("tick", ticket, (demand, done))

    async def record_infractions(self, ticket: TicketId, infractions: Sequence[str], words: str) -> str:
        return self._did("infractions", ticket, (tuple(infractions), words))

    async def sanction(self, ticket: TicketId, sanction: str, words: str) -> str:
        return self._did("sanction", ticket, (sanction, words))

    async def confirm_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        return self._did("confirm", ticket, (entry, words))

    async def withdraw_infraction(self, ticket: TicketId, entry: str, words: str) -> str:
        return self._did("withdraw", ticket, (entry, words))

    async def lift_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        return self._did("lift", ticket, (entry, words))

    async def check_pin(self, ticket: TicketId, pin: str) -> PinState:
        if self.pin_failure is not None:
            raise self.pin_failure
        now = self._stage.now()
        if pin == RIGHT_PIN:
            changed = {"state": "verified", "valid_until": now + HOUR, "checked_at": now, "checked_by": "Noor Haddad"}
        else:
            left = (self.pin.attempts_left or 3) - 1
            changed = {"state": "wrong" if left else "locked", "attempts_left": left}
            if not left:
                changed["locked_until"] = now + 15 * MINUTE
        self.pin = msgspec.structs.replace(self.pin, **changed)
        self._did("pin", ticket, self.pin.state)
        return self.pin

    async def confirm_steps(self, ticket: TicketId, steps: Sequence[str], words: str) -> str:
        self._steps |= set(steps)
        return self._did("steps", ticket, (tuple(steps), words))

    async def escalate(
        self, ticket: TicketId, contact: str, confirmed_steps: Sequence[str], words: str, *, pack: str = ""
    ) -> str:
        self._steps |= set(confirmed_steps)
        return self._did("escalate", ticket, (contact, tuple(confirmed_steps), words))

    async def record_privacy_request(self, ticket: TicketId, wish: str, words: str) -> str:
        return self._did("privacy", ticket, (wish, words))

    async def record_profile_change(self, ticket: TicketId, changes: dict[str, str], words: str) -> str:
        return self._did("profile", ticket, (changes, words))

    def cut_off(self) -> None:
        """Let the help desk be out of reach for PIN checks."""
        self.pin_failure = Unreachable("no network")

    def _did(self, what: str, ticket: TicketId, about: object) -> str:
        self.done.append((what, ticket, about))
        self._stage.publish(Change(tickets=frozenset({ticket}), topics=frozenset({"tickets"}), initiator="agent"))
        return self._batch()

    def _batch(self) -> str:
        return f"guided-{next(self._batches)}"
