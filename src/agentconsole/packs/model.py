"""What a policy pack says, typed. The keys of a pack's TOML file are the names of these fields.

Every part is optional: a pack that gives contacts only is a pack. Unknown keys are mistakes. ``source`` names the
heading of the document that a rule was read from; ``assumed`` says in words what the document leaves open and which
reading was chosen, so that an administrator can put the real figure there.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


def _kind(name: str, refers_to: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> msgspec.Meta:
    """What a text stands for, read by ``packs.shape``: its *name*, the lists whose ids it may give, and other words."""
    return msgspec.Meta(extra={"kind": name, "refers_to": refers_to, "also": also})


Id = Annotated[str, _kind("id")]
Zone = Annotated[str, _kind("zone")]
Date = Annotated[str, _kind("date")]
Calendar = Annotated[str, _kind("calendar")]
Time = Annotated[str, _kind("time")]
Day = Annotated[str, _kind("day")]
Target = Annotated[str, _kind("target")]
Pattern = Annotated[str, _kind("pattern")]
Phrase = Annotated[str, _kind("phrase")]
Filled = Annotated[str, _kind("filled")]
Tag = Annotated[str, _kind("tag")]
Url = Annotated[str, _kind("url")]
LevelId = Annotated[str, _kind("reference", ("levels",))]
RegionId = Annotated[str, _kind("reference", ("regions",))]
ScheduleId = Annotated[str, _kind("reference", ("schedules",))]
Clock = Annotated[str, _kind("reference", ("schedules",), ("region",))]
ContactId = Annotated[str, _kind("reference", ("contacts",))]
TemplateId = Annotated[str, _kind("reference", ("templates",))]
LinkId = Annotated[str, _kind("reference", ("links",))]
LinkOrUrl = Annotated[str, _kind("link or url", ("links",))]
Destination = Annotated[str, _kind("destination", ("contacts", "links"))]
Place = Annotated[str, _kind("reference", ("lifecycle",), ("intake", "composer", "directory", "escalation", "privacy"))]
Count = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Status = Literal["", "open", "pending", "hold", "solved", "closed"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything in a pack. An empty text is the same as none."""

    source: str = ""
    assumed: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words by which a text is recognised, whatever their case; ``*`` at the end of a word stands for any ending.

    A text fits when one of ``any`` is in it (or ``any`` is empty and ``all`` is not), every one of ``all``, and none
    of ``none``. Several words in one entry must follow each other; a ``*`` of its own between two stands for up to
    four words.
    """

    any: tuple[Phrase, ...] = ()
    all: tuple[Phrase, ...] = ()
    none: tuple[Phrase, ...] = ()


class Header(Part, frozen=True, kw_only=True):
    """Who the pack speaks for. ``level`` is what its customers' levels are called: "tier" or "plan".

    ``documents`` are the titles of what it was made from. ``case`` is what a ticket is called ("case", "ticket").
    """

    id: Id
    title: str
    version: str
    organization: str = ""
    about: str = ""
    level: Literal["tier", "plan"] = "tier"
    case: str = "ticket"
    documents: tuple[str, ...] = ()


class Match(Part, frozen=True, kw_only=True):
    """Whose tickets the pack is for, and how the customer's level and region are known.

    A ticket fits when any of ``organizations`` (names), ``organization_tags``, ``ticket_tags``, ``groups`` (names) or
    ``field`` = one of ``values`` fits; with none of them given, it fits when its organization has a known level, and
    if the pack has no levels, always. A profile may say otherwise. ``level_field`` and ``region_field`` are keys of
    organization fields; ``level_tag`` and ``region_tag`` are prefixes of tags (``tier_`` reads ``tier_gold``).
    """

    organizations: tuple[str, ...] = ()
    organization_tags: tuple[Tag, ...] = ()
    ticket_tags: tuple[Tag, ...] = ()
    groups: tuple[str, ...] = ()
    field: str = ""
    values: tuple[str, ...] = ()
    level_field: str = ""
    level_tag: Tag = ""
    default_level: LevelId = ""
    region_field: str = ""
    region_tag: Tag = ""
    default_region: RegionId = ""


class Level(Part, frozen=True, kw_only=True):
    """A tier or a plan; the first listed is the lowest. ``names`` are other ways in which a help desk writes it."""

    id: Id
    title: str
    names: tuple[str, ...] = ()
    about: str = ""


class Condition(Part, frozen=True, kw_only=True):
    """One sentence that qualifies a ticket for a priority, quoted to the agent, and the words that tell it."""

    text: str
    words: Words = Words()


class PriorityRule(Part, frozen=True, kw_only=True):
    """A priority as the help desk has it (``id``), as the document calls it (``title``), and what qualifies for it."""

    id: Literal["urgent", "high", "normal", "low"]
    title: str
    about: str = ""
    conditions: tuple[Condition, ...] = ()


class ScheduleRule(Part, frozen=True, kw_only=True):
    """Business hours. ``weekly`` is ``{mon = [["09:00", "18:00"]], …}``, as in ``agentconsole.sla.Schedule``.

    Without ``zone`` the hours are those of the requester's region. ``holidays`` names country calendars ("NL",
    "DE-BE", "US-NY"), ``closed`` gives dates of one's own, ``open`` dates on which a country's holiday is worked.
    ``always`` is the 24×7 clock and takes no hours.
    """

    id: Id
    title: str
    zone: Zone = ""
    weekly: dict[Day, list[tuple[Time, Time]]] = {}
    always: bool = False
    holidays: tuple[Calendar, ...] = ()
    closed: tuple[Date, ...] = ()
    open: tuple[Date, ...] = ()


class Region(Part, frozen=True, kw_only=True):
    """A part of the world with a clock. ``schedule`` is its support centre's; ``names`` as help desks write it."""

    id: Id
    title: str
    zone: Zone
    schedule: ScheduleId = ""
    names: tuple[str, ...] = ()


class TargetRule(Part, frozen=True, kw_only=True):
    """How soon something must happen; the first rule of a metric that fits a ticket counts.

    ``target`` is "4 business hours", "30 business minutes", "1 hour", "45 minutes", "2 business days", "next business
    day", "2 weeks" or "none" ("no explicit SLA": a state of its own). ``schedule`` names a schedule, or "region" for
    that of the requester's region. Empty ``levels``, ``priorities`` or ``groups`` mean all.
    """

    metric: Literal["first_reply", "next_reply", "resolution"]
    target: Target
    schedule: Clock = ""
    levels: tuple[LevelId, ...] = ()
    priorities: tuple[Literal["urgent", "high", "normal", "low"], ...] = ()
    groups: tuple[str, ...] = ()
    text: str = ""


class Sla(Part, frozen=True, kw_only=True):
    """Targets, and the statuses in which a metric's clock stands still."""

    targets: tuple[TargetRule, ...] = ()
    pauses: dict[
        Literal["first_reply", "next_reply", "resolution"], tuple[Literal["new", "open", "pending", "hold"], ...]
    ] = msgspec.field(default_factory=lambda: {"resolution": ("pending", "hold")})
    note: str = ""


class Entitlement(Part, frozen=True, kw_only=True):
    """A channel or service and what each level gets of it, by level id, in the document's words.

    ``schedule`` gives, by level id, when a channel is open ("region" as in :class:`TargetRule`); a level without one
    is not bound to hours, or doesn't have it. ``channel`` is email, phone, chat, portal or empty for other services.
    ``closed_to`` are levels that don't have it at all.
    """

    id: Id
    title: str
    channel: Literal["", "email", "phone", "chat", "portal"] = ""
    levels: dict[LevelId, str] = {}
    schedule: dict[LevelId, Clock] = {}
    closed_to: tuple[LevelId, ...] = ()


class Contact(Part, frozen=True, kw_only=True):
    """One line of the contact directory. ``email``, ``phone``, ``url`` and ``address`` stand exactly as printed.

    ``link`` is what is opened or dialled where the printed text can't be (``tel:`` digits for vanity numbers, the
    full URL); ``option`` is what to press. ``department`` is the sub-heading, ``section`` the heading. ``schedule``
    names its hours (or "region"); ``availability`` is what the document prints. ``emergency`` is the kind of
    emergency. ``executive`` contacts show behind the escalation matrix only. ``words`` find it by the words of a
    ticket. ``group`` is the help desk's group that a ticket goes to with it.
    """

    id: Id
    section: str
    department: str = ""
    purpose: str
    name: str = ""
    method: Literal["email", "phone", "web", "chat", "address", "invitation", "none"]
    email: str = ""
    phone: str = ""
    url: str = ""
    address: str = ""
    details: str = ""
    link: Url = ""
    option: str = ""
    handle: str = ""
    region: RegionId = ""
    availability: str = ""
    schedule: Clock = ""
    levels: tuple[LevelId, ...] = ()
    emergency: str = ""
    executive: bool = False
    when: str = ""
    topics: tuple[str, ...] = ()
    words: Words = Words()
    group: str = ""
    notes: str = ""


class EscalationStep(Part, frozen=True, kw_only=True):
    """A step to be taken before executives are contacted. ``contacts`` are ids of contacts that serve it."""

    id: Id
    title: str
    text: str = ""
    contacts: tuple[ContactId, ...] = ()
    levels: tuple[LevelId, ...] = ()


class Escalation(Part, frozen=True, kw_only=True):
    """The escalation matrix. ``tag`` marks a ticket that was escalated; ``link`` is the whole matrix."""

    text: str = ""
    steps: tuple[EscalationStep, ...] = ()
    tag: Tag = ""
    link: LinkOrUrl = ""


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

    ``attempts`` wrong ones lock it for ``lock_minutes``; a success counts for ``valid_minutes``.
    """

    text: str = ""
    where: str = ""
    attempts: Count = 5
    lock_minutes: Count = 15
    valid_minutes: Count = 60


class FollowUp(Part, frozen=True, kw_only=True):
    """What to do when nobody answers: after ``days`` in ``status`` without a word from ``waits_for``, do ``text``."""

    id: Id
    text: str
    status: Literal["open", "pending", "hold", "solved"] = "pending"
    waits_for: Literal["requester", "agent"] = "requester"
    days: Count
    template: TemplateId = ""
    set_status: Status = ""


class Template(Part, frozen=True, kw_only=True):
    """A ready text with placeholders: ``{{ticket.id}}``, ``{{ticket.requester.first_name}}``, ``{{agent.name}}``,
    ``{{pack.organization}}``, ``{{intake.missing}}``, ``{{link.ID}}``, ``{{contact.ID}}``, ``{{sla.first_reply}}``.
    """

    id: Id
    title: str
    body: Filled
    public: bool = True
    status: Status = ""
    tags: tuple[Tag, ...] = ()


class Link(Part, frozen=True, kw_only=True):
    """Somewhere to go: ``kind`` is portal, tool, training, certification, status, knowledge, community, template,
    feedback, preferences, policy or other. ``url`` may hold placeholders, as in :class:`Template`; ``printed`` is the
    text as the document prints it.
    """

    id: Id
    title: str
    kind: Literal[
        "portal",
        "tool",
        "training",
        "certification",
        "status",
        "knowledge",
        "community",
        "template",
        "feedback",
        "preferences",
        "policy",
        "other",
    ]
    url: Url = ""
    printed: str = ""
    about: str = ""
    words: Words = Words()
    levels: tuple[LevelId, ...] = ()


class Reminder(Part, frozen=True, kw_only=True):
    """Something to see to every ``every_days`` for each organization: a profile review, a survey."""

    id: Id
    title: str
    every_days: Count
    points: tuple[str, ...] = ()
    link: LinkId = ""


class Survey(Part, frozen=True, kw_only=True):
    """How satisfaction is asked for: after solving (``template``), and every so often (``quarterly``)."""

    text: str = ""
    template: TemplateId = ""
    after_days: Annotated[int, msgspec.Meta(ge=0)] = 0


class Privacy(Part, frozen=True, kw_only=True):
    """How contact data is used, and where requests to change or delete it go (a contact's id)."""

    text: str = ""
    uses: tuple[str, ...] = ()
    policy: LinkOrUrl = ""
    contact: ContactId = ""
    words: Words = Words()
    template: TemplateId = ""


class Chapter(Part, frozen=True, kw_only=True):
    """A piece of the handbook: guidance that people read. ``audience`` is agent, partner or both.

    ``points`` are lines of a list, ``steps`` numbered ones. ``show`` says where it also appears in the console: a
    stage's id, "intake", "composer", "directory", "escalation", "privacy" or nothing. ``under`` is the heading that
    groups chapters.
    """

    id: Id
    title: str
    text: str = ""
    points: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    links: tuple[LinkId, ...] = ()
    audience: Literal["agent", "partner", "both"] = "both"
    show: Place = ""
    under: str = ""


class Channel(Part, frozen=True, kw_only=True):
    """A kind of news that the organization sends, and who it is for: shown with the console's announcements."""

    id: Id
    title: str
    about: str = ""
    link: LinkOrUrl = ""
    kind: Literal["announcement", "maintenance", "status", "release", "newsletter"] = "announcement"


class Pack(Part, frozen=True, kw_only=True):
    """A whole policy pack."""

    pack: Header
    match: Match = Match()
    levels: tuple[Level, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
    schedules: tuple[ScheduleRule, ...] = ()
    regions: tuple[Region, ...] = ()
    sla: Sla = Sla()
    entitlements: tuple[Entitlement, ...] = ()
    contacts: tuple[Contact, ...] = ()
    escalation: Escalation | None = None
    lifecycle: tuple[LifecycleStage, ...] = ()
    intake: Intake = Intake()
    scope: tuple[ScopeRule, ...] = ()
    routes: tuple[Route, ...] = ()
    conduct: Conduct | None = None
    duplicates: Duplicates = Duplicates()
    pin: Pin | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    templates: tuple[Template, ...] = ()
    links: tuple[Link, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    survey: Survey | None = None
    privacy: Privacy | None = None
    handbook: tuple[Chapter, ...] = ()
    news: tuple[Channel, ...] = ()
