"""How a case is worked on: its stages, what it needs, who takes it, and what is not tolerated."""

from __future__ import annotations

from typing import Literal

from agentconsole.packs.model.parts import (
    ContactId,
    Count,
    Destination,
    Filled,
    Id,
    LinkId,
    Part,
    Pattern,
    Share,
    Status,
    Tag,
    TemplateId,
    Words,
)


class Demand(Part, frozen=True, kw_only=True):
    """One thing that a stage of the lifecycle demands.

    ``fulfilled_by`` says how the console sees it by itself: "case_number_sent" (a public reply: it goes out
    under the ticket's number), "triaged" (priority and group are set), "public_reply", "internal_note",
    "requester_replied", "verified" (the requester confirmed after the last public reply), "rated", "solved",
    "closed"; or empty: the agent ticks it. ``tag`` carries a tick on the ticket, so that every colleague sees it,
    offline too. ``required_before`` keeps a status from being set without a warning. ``template`` is the reply that
    serves it.
    """

    id: Id
    text: str
    fulfilled_by: Literal[
        "",
        "case_number_sent",
        "triaged",
        "public_reply",
        "internal_note",
        "requester_replied",
        "verified",
        "rated",
        "solved",
        "closed",
    ] = ""
    tag: Tag = ""
    required_before: Literal["", "pending", "hold", "solved", "closed"] = ""
    optional: bool = False
    template: TemplateId = ""


class LifecycleStage(Part, frozen=True, kw_only=True):
    """A stage of a case, in order. A ticket is in the first stage whose demands are not all met."""

    id: Id
    title: str
    about: str = ""
    demands: tuple[Demand, ...] = ()


class IntakeItem(Part, frozen=True, kw_only=True):
    """Something that a request should contain. ``words`` tell that it does; ``pattern`` is a regular expression, too.

    ``attachment`` counts any attachment as an answer. ``question`` asks the requester for it. ``section`` groups.
    ``only`` restricts the item to tickets whose words fit. ``from_ticket`` is met by what the help desk knows:
    "organization", "requester_email", or nothing.
    """

    id: Id
    text: str
    question: str = ""
    section: str = ""
    words: Words = Words()
    pattern: Pattern = ""
    attachment: bool = False
    only: Words = Words()
    optional: bool = False
    from_ticket: Literal["", "organization", "requester_email"] = ""


class Intake(Part, frozen=True, kw_only=True):
    """What a requester should have given. ``greeting`` and ``closing`` frame the reply that asks for the rest."""

    items: tuple[IntakeItem, ...] = ()
    greeting: Filled = ""
    closing: Filled = ""


class ScopeRule(Part, frozen=True, kw_only=True):
    """What support does (included), doesn't (excluded), does for a fee (billable), or leaves to the partner (partner).

    ``destination`` says where to send it: a contact's id, a link's id, or words. ``template`` is the ready reply.
    ``group`` is the help desk's group that takes it.
    """

    id: Id
    kind: Literal["included", "excluded", "billable", "partner", "platform"]
    text: str
    reason: str = ""
    words: Words = Words()
    destination: Destination = ""
    links: tuple[LinkId, ...] = ()
    template: TemplateId = ""
    group: str = ""


class Route(Part, frozen=True, kw_only=True):
    """Which desk handles what: by the words of a ticket to a group of the help desk and a contact's id."""

    id: Id
    text: str
    words: Words = Words()
    group: str = ""
    contact: ContactId = ""
    tags: tuple[Tag, ...] = ()


class Infraction(Part, frozen=True, kw_only=True):
    """A kind of misconduct. ``shouting`` sees texts that are mostly capitals; ``shopping`` sees agent-shopping."""

    id: Id
    text: str
    words: Words = Words()
    shouting: bool = False
    shopping: bool = False
    severity: Literal["minor", "serious", "extreme"] = "minor"


class Sanction(Part, frozen=True, kw_only=True):
    """A step of the consequences, in order. ``days`` is how long it lasts; None: until it is lifted.

    ``after`` is how many infractions lead to it; ``confirm`` means that a supervisor must confirm it.
    """

    id: Id
    title: str
    text: str = ""
    after: Count = 1
    days: Count | None = None
    confirm: bool = False
    template: TemplateId = ""


class Conduct(Part, frozen=True, kw_only=True):
    """The conduct policy: what is not tolerated and what follows."""

    text: str = ""
    infractions: tuple[Infraction, ...] = ()
    sanctions: tuple[Sanction, ...] = ()


class Duplicates(Part, frozen=True, kw_only=True):
    """When two tickets of one requester or organization count as the same problem: within ``days``, by ``likeness``.

    ``likeness`` is 0…1. ``shopping`` is how many tickets or agents for one problem count as agent-shopping.
    """

    days: Count = 14
    likeness: Share = 0.5
    shopping: Count = 3
    text: str = ""
    template: TemplateId = ""


class Pin(Part, frozen=True, kw_only=True):
    """Verification of a caller by PIN. ``where`` tells the requester where the PIN is found.

    ``words`` tell the requests that only the account's owner may make.

    ``attempts`` wrong ones lock it for ``lock_minutes``; a success counts for ``valid_minutes``.
    """

    text: str = ""
    where: str = ""
    attempts: Count = 5
    lock_minutes: Count = 15
    valid_minutes: Count = 60
    words: Words = Words()


class FollowUp(Part, frozen=True, kw_only=True):
    """What to do when nobody answers: after ``days`` in ``status`` without a word from ``waits_for``, do ``text``."""

    id: Id
    text: str
    status: Literal["open", "pending", "hold", "solved"] = "pending"
    waits_for: Literal["requester", "agent"] = "requester"
    days: Count
    template: TemplateId = ""
    set_status: Status = ""
