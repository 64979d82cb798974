"""What a help desk offers, what it lacks, and the words for both.

A connector declares its :class:`Capabilities` as a constant, so that they are known before the help desk was ever
reached; one that learns more while it is signed in replaces them. What is lacking raises Unsupported when it is asked
for all the same.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import msgspec

from agentconsole.domain.commands import SETTABLE, AddComment, ChangeTags, Command, CreateTicket, MergeTickets
from agentconsole.domain.values import Status

AttachmentWay: TypeAlias = Literal["", "upload", "multipart", "inline"]
"""How a file gets there: ahead of its comment for a token, or with the comment; "" not at all."""

Feed: TypeAlias = Literal["cursor", "updated_since", "sorted_scan"]
"""How changes are found: the help desk hands them out in order, finds them by their time, or lists all by it."""

CHOSEN_STATUSES = (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED)
"""Statuses that an agent gives a ticket, closing apart."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a help desk offers; what it lacks is disabled with the reason, never faked.

    ``settable`` are the fields of ``SETTABLE`` that it lets an agent change, ``statuses`` those that a change may give.
    ``why`` has, by the name of a capability, a better reason than the general one for what is lacking, or for what is
    offered otherwise than one would expect.
    """

    safe_update: bool = False
    idempotent_writes: bool = False
    atomic_reply: bool = True
    delta_feed: Feed = "cursor"
    tombstones: bool = False
    push: bool = False
    presence: bool = False
    server_sla: bool = False
    create: bool = True
    merge: bool = False
    follow_up: bool = False
    tags: bool = True
    custom_fields: bool = True
    settable: frozenset[str] = frozenset(SETTABLE)
    statuses: frozenset[Status] = frozenset(CHOSEN_STATUSES)
    closing: bool = False
    custom_status: bool = False
    attachments: AttachmentWay = ""
    history: bool = False
    macros: bool = False
    views: bool = False
    articles: bool = False
    contacts: bool = False
    pin: bool = False
    why: dict[str, str] = {}

    def has(self, name: str) -> bool:
        """Say whether the capability *name* is offered: one of :data:`WORDS`."""
        match name.partition(":"):
            case ("settable", _, field):
                return field in self.settable
            case ("statuses", _, status):
                return status in self.statuses
            case _:
                return bool(getattr(self, name))

    def lack(self, name: str) -> str:
        """Return why *name* is not offered, a sentence for people; "" when it is."""
        if self.has(name):
            return ""
        return self.why.get(name) or WORDS[name].lack


EVERYTHING = Capabilities(
    safe_update=True,
    idempotent_writes=True,
    tombstones=True,
    push=True,
    presence=True,
    server_sla=True,
    merge=True,
    follow_up=True,
    closing=True,
    custom_status=True,
    attachments="upload",
    history=True,
    macros=True,
    views=True,
    articles=True,
    contacts=True,
    pin=True,
)
"""Where nobody knows yet: nothing is refused for want of it."""


class Words(NamedTuple):
    """What a capability is to an agent: its name, what it gives them, and what they do without."""

    title: str
    gain: str
    lack: str


WORDS: dict[str, Words] = {
    "safe_update": Words(
        "Guarded changes",
        "The help desk refuses a change that was made against an older state of the ticket.",
        "This help desk takes whatever comes last. The console looks at the ticket before each change instead.",
    ),
    "idempotent_writes": Words(
        "Sent once",
        "A change that is sent again after a lost answer is recognised by the help desk.",
        "This help desk does not recognise a change that is sent again. After a lost answer the console looks for it "
        "before it sends anything of that ticket.",
    ),
    "atomic_reply": Words(
        "Reply and change in one",
        "A reply and the change that goes with it (“send and solve”) take effect together.",
        "Here a reply and the change that goes with it are two requests: for a moment there can be one without the "
        "other. The console sees to it that both arrive.",
    ),
    "tombstones": Words(
        "Deleted tickets",
        "The help desk tells of tickets that were deleted.",
        "This help desk does not tell of deleted tickets. The console notices when it next asks for one.",
    ),
    "push": Words(
        "Changes at once",
        "Changes of colleagues and customers arrive the moment they happen.",
        "This help desk does not announce changes. The console asks for them every few seconds.",
    ),
    "presence": Words(
        "Who is looking",
        "Colleagues see who has a ticket open, and who writes.",
        "This help desk does not tell who has a ticket open.",
    ),
    "server_sla": Words(
        "Service levels of the help desk",
        "Targets come from the help desk's own policies and are shown as its.",
        "This help desk tells no targets. Those of your policy pack are counted here.",
    ),
    "create": Words(
        "New tickets", "Tickets can be opened for customers.", "Tickets can't be opened from here with this help desk."
    ),
    "merge": Words(
        "Merging",
        "Tickets can be merged.",
        "Tickets can't be merged from here with this help desk. Do it on its web pages: the console follows.",
    ),
    "follow_up": Words(
        "Follow-up tickets",
        "A closed ticket can be followed up by a new one that is tied to it.",
        "This help desk ties no follow-up to a closed ticket.",
    ),
    "tags": Words("Tags", "Tickets have tags, which can be changed.", "This help desk has no tags for tickets."),
    "custom_fields": Words(
        "Fields of your own", "Custom fields are shown and can be changed.", "Custom fields can't be changed from here."
    ),
    "closing": Words(
        "Closing",
        "Solved tickets can be closed for good.",
        "This help desk closes tickets itself, some time after they were solved.",
    ),
    "custom_status": Words(
        "Statuses of your own",
        "Statuses that your team has named itself are shown by their names, and kept unless you change the status.",
        "This help desk has no statuses but those of the console.",
    ),
    "attachments": Words(
        "Attachments", "Files can be sent with replies and notes.", "Files can't be sent from here with this help desk."
    ),
    "history": Words(
        "History of a ticket",
        "Who changed what and when is told by the help desk.",
        "This help desk does not tell who changed what.",
    ),
    "macros": Words(
        "Macros",
        "Macros of the help desk are offered, and previewed.",
        "This help desk hands out no macros. Templates of your policy pack are offered.",
    ),
    "views": Words(
        "Views of the help desk",
        "Its views are offered beside the console's own.",
        "This help desk hands out no views. The console's own, and searches you save, do the same.",
    ),
    "articles": Words(
        "Help centre",
        "Articles of the help centre are searched.",
        "This help desk has no help centre that could be searched.",
    ),
    "contacts": Words(
        "Support contacts",
        "The contact directory has those of the help desk.",
        "This help desk keeps no support contacts. The directory has those of your policy pack.",
    ),
    "pin": Words("Support PINs", "PINs of customers can be checked.", "This help desk keeps no Support PINs."),
    "settable:subject": Words("Subject", "", "With this help desk the subject of a ticket can't be changed."),
    "settable:status": Words("Status", "", "With this help desk the status of a ticket can't be changed from here."),
    "settable:priority": Words("Priority", "", "With this help desk the priority can't be changed from here."),
    "settable:type": Words("Type", "", "This help desk has no types of tickets."),
    "settable:requester": Words("Requester", "", "With this help desk the requester can't be changed from here."),
    "settable:assignee": Words("Assignee", "", "With this help desk the assignee can't be changed from here."),
    "settable:group": Words("Group", "", "With this help desk the group can't be changed from here."),
    "settable:organization": Words(
        "Organization", "", "With this help desk a ticket belongs to the organization of its requester."
    ),
    "settable:due_at": Words("Due date", "", "This help desk has no due dates that could be set."),
    "statuses:open": Words("Open", "", "This help desk has no status that means open."),
    "statuses:pending": Words("Pending", "", "This help desk has no status that means waiting for the customer."),
    "statuses:hold": Words("On hold", "", "This help desk has no status that means waiting for somebody else."),
    "statuses:solved": Words("Solved", "", "This help desk has no status that means solved."),
}
"""By name: a field of :class:`Capabilities`, ``settable:FIELD`` or ``statuses:STATUS``; in the order of telling."""

FEED_WORDS: dict[Feed, str] = {
    "cursor": "The help desk hands out changes in their order.",
    "updated_since": "The console asks for what has changed since it asked last.",
    "sorted_scan": "The console reads the list of tickets from the newest change on.",
}


def lack_of(command: Command, offers: Capabilities) -> str:
    """Return why a help desk with *offers* can't carry out *command*, a sentence for people; "" when it can.

    A change of a closed status is none of this: whether a ticket may be closed depends on the ticket, too.
    """
    lacks: list[str] = []
    values = {} if isinstance(command, ChangeTags | MergeTickets) else command.values
    for name, value in values.items():
        if name.startswith("field:"):
            lacks.append(offers.lack("custom_fields"))
        else:
            lacks.append(offers.lack(f"settable:{name}"))
            if name == "status" and value in CHOSEN_STATUSES:
                lacks.append(offers.lack(f"statuses:{value}"))
    match command:
        case ChangeTags(add=add, remove=remove) | AddComment(add_tags=add, remove_tags=remove) if add or remove:
            lacks.append(offers.lack("tags"))
        case CreateTicket(tags=tags):
            lacks.append(offers.lack("create"))
            if tags:
                lacks.append(offers.lack("tags"))
            if command.attachments:
                lacks.append(offers.lack("attachments"))
        case MergeTickets():
            lacks.append(offers.lack("merge"))
        case _:
            pass
    if isinstance(command, AddComment) and command.attachments:
        lacks.append(offers.lack("attachments"))
    return next(filter(None, lacks), "")
