"""A pack of a made-up desk, and tickets as its requesters write them."""

from __future__ import annotations

from typing import Any

from agentconsole.domain.instant import DAY, HOUR, Instant
from agentconsole.domain.records import AttachmentRecord, OrganizationRecord, PersonRecord
from agentconsole.domain.rows import CommentRow, Me, TicketDetail
from agentconsole.domain.values import Status
from agentconsole.packs.model import (
    Condition,
    Conduct,
    Contact,
    Demand,
    Duplicates,
    Escalation,
    EscalationStep,
    FollowUp,
    Header,
    Infraction,
    Intake,
    IntakeItem,
    LifecycleStage,
    Pack,
    Pin,
    PriorityRule,
    Privacy,
    Route,
    Sanction,
    ScopeRule,
    Survey,
    Template,
    Words,
)
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case
from agentconsole.triage.guide import Book, Known, guide
from agentconsole.triage.reading import Message, own_words
from agentconsole.triage.values import Proposal, TicketGuidance

NOW: Instant = 1_790_000_000_000_000
ME = Me(ref="7", name="Noor Haddad", email="noor@desk.example", role="agent", profile="desk")
SUPERVISOR = Me(ref="8", name="Ida Berg", email="ida@desk.example", role="admin", profile="desk")
ANA = PersonRecord(ref="5", name="Ana Lima", email="ana@shop.example")
SHOP = OrganizationRecord(ref="50", name="Lima Shoes")

PACK = Pack(
    pack=Header(id="harbour", title="Harbour Commerce", version="1", organization="Harbour"),
    priorities=(
        PriorityRule(
            id="high", title="High", conditions=(Condition(text="Some payments fail", words=Words(any=("some pay*",))),)
        ),
        PriorityRule(
            id="urgent",
            title="Critical",
            conditions=(
                Condition(
                    text="Store is completely unavailable",
                    words=Words(any=("store is down", "unavailable", "nobody can buy")),
                    source="Critical priority",
                ),
            ),
        ),
        PriorityRule(
            id="low",
            title="Low",
            conditions=(Condition(text="Feature requests", words=Words(any=("feature request*",))),),
        ),
    ),
    intake=Intake(
        greeting="Hello {{ticket.requester.first_name}}, could you tell us:",
        closing="Thank you, {{agent.name}}",
        items=(
            IntakeItem(
                id="order",
                text="Order number",
                question="Which order is it?",
                words=Words(any=("order number",)),
                pattern=r"#\d{4,}",
            ),
            IntakeItem(id="shot", text="Screenshot", attachment=True, words=Words(any=("see picture",))),
            IntakeItem(id="error", text="Error message", pattern=r"error \d+", question="What does it say?"),
            IntakeItem(id="email", text="Account e-mail", from_ticket="requester_email"),
            IntakeItem(id="browser", text="Browser", only=Words(any=("screen",)), words=Words(any=("firefox",))),
            IntakeItem(id="phone", text="Phone", optional=True, words=Words(any=("phone",))),
        ),
    ),
    scope=(
        ScopeRule(
            id="css",
            kind="excluded",
            text="Custom CSS is not supported",
            words=Words(any=("css",), none=("docs",)),
            template="no_css",
            source="What's not included?",
        ),
        ScopeRule(id="outage", kind="included", text="Keeping the store up", words=Words(any=("store is down",))),
        ScopeRule(id="money", kind="excluded", text="Accounting", words=Words(any=("invoice",)), group="Billing"),
    ),
    routes=(
        Route(id="billing", text="Invoices", words=Words(any=("invoice", "refund*")), group="Billing", tags=("money",)),
        Route(id="api", text="API", words=Words(any=("webhook*",)), group="Integrations"),
    ),
    contacts=(
        Contact(
            id="vp", section="Executives", purpose="VP", method="email", email="vp@harbour.example", executive=True
        ),
        Contact(id="manager", section="Support", purpose="Manager", method="email", email="m@harbour.example"),
        Contact(id="privacy", section="Legal", purpose="Privacy Team", method="email", email="p@harbour.example"),
    ),
    escalation=Escalation(
        text="Follow the matrix first.",
        tag="escalated_vp",
        steps=(
            EscalationStep(id="desk", title="Support desk", contacts=("manager",)),
            EscalationStep(id="manager", title="Support manager"),
        ),
    ),
    lifecycle=(
        LifecycleStage(
            id="creation",
            title="Creation",
            demands=(
                Demand(id="ack", text="Acknowledged", fulfilled_by="case_number_sent", template="ack"),
                Demand(id="triage", text="Triaged", fulfilled_by="triaged"),
            ),
        ),
        LifecycleStage(
            id="work",
            title="Investigation",
            demands=(
                Demand(id="analysis", text="Analysed", fulfilled_by="internal_note"),
                Demand(id="logs", text="Logs read", optional=True),
            ),
        ),
        LifecycleStage(
            id="resolution",
            title="Resolution",
            demands=(
                Demand(id="solution", text="Fixed", fulfilled_by="solved", tag="case_fixed"),
                Demand(
                    id="verified", text="Verified", fulfilled_by="verified", required_before="solved", template="verify"
                ),
                Demand(id="documented", text="Documented", tag="case_documented", required_before="closed"),
                Demand(id="rated", text="Rated", fulfilled_by="rated", required_before="closed", template="closing"),
            ),
        ),
    ),
    conduct=Conduct(
        text="No abuse.",
        infractions=(
            Infraction(id="cursing", text="Cursing", words=Words(any=("damn", "bloody"))),
            Infraction(id="shouting", text="Shouting", shouting=True),
            Infraction(id="threat", text="Threats", words=Words(any=("i will find you",)), severity="extreme"),
            Infraction(id="shopping", text="Agent-shopping", shopping=True),
        ),
        sanctions=(
            Sanction(id="warning", title="Warning", after=1, template="warn"),
            Sanction(id="ban", title="Temporary ban", after=2, days=7, confirm=True),
            Sanction(id="loss", title="Loss of privileges", after=5, confirm=True),
        ),
    ),
    duplicates=Duplicates(days=14, likeness=0.6, shopping=3, text="One ticket for one problem", template="dup"),
    pin=Pin(text="Verify by PIN", where="Settings, Security"),
    follow_ups=(
        FollowUp(id="remind", text="Remind after 3 days", days=3, template="remind"),
        FollowUp(id="give_up", text="Solve after 7 days", days=7, set_status="solved"),
        FollowUp(id="answer", text="Answer within a day", status="open", waits_for="agent", days=1),
    ),
    survey=Survey(text="Ask for a rating", template="rate"),
    privacy=Privacy(text="Requests go to Privacy", contact="privacy", words=Words(any=("delete my data",))),
    templates=(
        Template(id="ack", title="Acknowledge", body="Your case is {{ticket.id}}."),
        Template(id="no_css", title="CSS", body="{{scope.text}}, sorry."),
        Template(id="warn", title="Warn", body="{{sanction.title}}: please be kind."),
        Template(id="dup", title="Duplicate", body="See {{duplicate.id}}."),
        Template(id="remind", title="Remind", body="Are you there?"),
        Template(id="rate", title="Rate", body="How was it?"),
        Template(id="verify", title="Verify", body="It is fixed. Does it work?"),
        Template(id="closing", title="Close", body="Case closed."),
    ),
)


def said(body: str, ref: str = "c1", **more: Any) -> CommentRow:
    """Something that Ana wrote in public, an hour ago unless told otherwise."""
    given: dict[str, Any] = {
        "author": ANA.name,
        "author_ref": ANA.ref,
        "by_agent": False,
        "by_requester": True,
        "created_at": NOW - HOUR,
        "public": True,
        "html": None,
        "channel": "email",
        **more,
    }
    return CommentRow(ref=ref, body=body, **given)


def replied(body: str, ref: str = "r1", *, public: bool = True, at: Instant = NOW - HOUR, by: Me = ME) -> CommentRow:
    """Something that an agent wrote."""
    return said(
        body, ref, author=by.name, author_ref=by.ref, by_agent=True, by_requester=False, public=public, created_at=at
    )


def a_file(name: str = "shot.png") -> AttachmentRecord:
    """A picture."""
    return AttachmentRecord(ref="f", file_name=name, content_type="image/png", size=9, url="https://desk.example/f")


def ticket(*comments: CommentRow, subject: str = "Help", **more: Any) -> TicketDetail:
    """A ticket of Ana's, opened a day ago."""
    given: dict[str, Any] = {
        "id": 1,
        "ref": "1001",
        "status": Status.OPEN,
        "priority": None,
        "requester": ANA,
        "organization": SHOP,
        "group": "Tier 1",
        "group_ref": "g1",
        "tags": (),
        "created_at": NOW - DAY,
        "updated_at": NOW - HOUR,
        **more,
    }
    return TicketDetail(
        subject=subject,
        native_status="",
        type=None,
        channel="email",
        due_at=None,
        tier="",
        plan="",
        assignee_ref=None,
        assignee=given.pop("assignee", ""),
        fields={},
        targets=(),
        comments=comments,
        waiting=(),
        **given,
    )


GROUPS = {"Tier 1": "g1", "Billing": "g2", "Europe · Integrations": "g3"}


def guided(
    of: TicketDetail, *, me: Me | None = ME, now: Instant = NOW, pack: Pack = PACK, **known: Any
) -> TicketGuidance:
    """All that *pack* says about a ticket."""
    case = Case(of, me, now, GROUPS)
    return guide(case, [(Standing(pack=pack), Book(pack))], Known(**known))


def hint(of: TicketGuidance, kind: str) -> Proposal | None:
    """The first proposal of *kind*."""
    return next((one for one in of.proposals if one.kind == kind), None)


def message(body: str) -> Message:
    """*body* as somebody wrote it."""
    return Message("c1", body, own_words(body))
