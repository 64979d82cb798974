"""The tables as SQLAlchemy Core sees them: what Alembic compares revisions with, and the reference for readers.

The index of words (``words``, FTS5) is not among them: SQLAlchemy has no words for it. Reads and writes go through the
driver with SQL of their own, because importing SQLAlchemy takes longer than painting the window.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, text

from agentconsole.store.keys import DONE, UNSOLVED

metadata = MetaData()


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _number(name: str, *, null: bool = False, default: int | None = None) -> Column[int]:
    return Column(name, Integer, nullable=null, server_default=None if default is None else text(str(default)))


ticket = Table(
    "ticket",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", Text, unique=True),  # the help desk's number, NULL until it has given one
    # projected from ticket_record and outbox, see columns.py
    _number("number"),
    _text("subject"),
    _text("subject_key"),
    _number("status"),
    _number("priority"),
    _text("type", null=True),
    _text("channel"),
    _text("requester", null=True),
    _text("requester_name"),
    _text("requester_key"),
    _text("organization", null=True),
    _text("organization_name"),
    _text("organization_key"),
    _text("tier"),
    _text("plan"),
    _text("group_ref", null=True),
    _text("group_name"),
    _text("group_key"),
    _text("assignee", null=True),
    _text("assignee_name"),
    _text("assignee_key"),
    _number("created_at"),
    _number("updated_at"),
    _number("due_at", null=True),
    _number("place"),
    _number("stage", null=True),
    _number("breach_at", null=True),
    _text("metric", null=True),
    _number("sla_key"),
    # known here only
    _number("seen_at", default=0),  # how far the agent has read
    _number("waiting", default=0),  # changes in the outbox that are not on the server
    _number("draft", default=0),
    _number("files", default=0),  # comments that bring attachments
    _number("comments", default=0),
    _number("whole", default=0),  # the conversation was once fetched as a whole
    _number("deleted", default=0),
    _number("moved_to", null=True),  # the ticket that this one turned out to be
)

_SORTS = {
    "sla": ("sla_key",),
    "priority": ("priority", "updated_at"),
    "number": ("number",),
    "subject": ("subject_key",),
    "requester": ("requester_key",),
    "organization": ("organization_key",),
    "group": ("group_key", "updated_at"),
    "assignee": ("assignee_key", "updated_at"),
    "status": ("status", "updated_at"),
    "channel": ("channel", "updated_at"),
    "updated": ("updated_at",),
    "created": ("created_at",),
}
for _name, _columns in _SORTS.items():
    _rest = (name for name in ("assignee", "status", "stage", "place") if name not in _columns)
    Index(
        f"ticket_by_{_name}",
        *(ticket.c[name] for name in (*_columns, "id", *_rest)),
        sqlite_where=ticket.c.place == UNSOLVED,
    )
Index(
    "ticket_done",
    *(
        ticket.c[name]
        for name in (
            "updated_at",
            "id",
            "sla_key",
            "priority",
            "number",
            "subject_key",
            "requester_key",
            "organization_key",
            "group_key",
            "assignee_key",
            "status",
            "channel",
            "created_at",
            "place",
        )
    ),
    sqlite_where=ticket.c.place == DONE,
)
_open = ticket.c.place == UNSOLVED
Index("ticket_of_assignee", ticket.c.assignee, ticket.c.sla_key, ticket.c.id, ticket.c.place, sqlite_where=_open)
Index("ticket_of_group", ticket.c.group_ref, ticket.c.sla_key, ticket.c.id, ticket.c.place, sqlite_where=_open)
Index("ticket_of_requester", ticket.c.requester, ticket.c.updated_at, ticket.c.id)
Index("ticket_of_organization", ticket.c.organization, ticket.c.updated_at, ticket.c.id)
for _name, _few in (
    ("unread", ticket.c.updated_at > ticket.c.seen_at),
    ("files", ticket.c.files > 0),
):
    Index(f"ticket_{_name}", ticket.c.updated_at, ticket.c.id, sqlite_where=_few)
Index(
    "ticket_waiting",
    ticket.c.updated_at,
    ticket.c.id,
    ticket.c.waiting,
    sqlite_where=ticket.c.waiting > 0,
)

Index("ticket_moved", ticket.c.moved_to, sqlite_where=ticket.c.moved_to.is_not(None))

ticket_record = Table(
    "ticket_record",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    _number("updated_at"),
    Column("record", LargeBinary, nullable=False),  # TicketRecord as JSON, as confirmed
)

ticket_tag = Table(
    "ticket_tag",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    Index("tag_of_ticket", "ticket"),
    sqlite_with_rowid=False,
)

target = Table(
    "target",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    Column("metric", Text, primary_key=True),
    _number("stage"),
    _number("breach_at", null=True),
    # empty: the help desk's own; else the id of the policy that the console counts it by, and what it knows of it
    Column("source", Text, nullable=False, server_default=""),
    Column("goal", Text, nullable=False, server_default=""),
    _number("due_at", null=True),
    _number("started_at", null=True),
    _number("cycle", default=1),
    Column("schedule", Text, nullable=False, server_default=""),
    Column("zone", Text, nullable=False, server_default=""),
    _number("paused_since", null=True),
    _text("paused_by", null=True),
    _number("fulfilled_at", null=True),
    Index("target_clock", "stage", "breach_at", "ticket", "metric"),
    sqlite_with_rowid=False,
)

status_history = Table(
    "status_history",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    Column("changes", LargeBinary, nullable=False),  # [[since, status], …] as JSON, see status_history.py
)

sla_event = Table(
    "sla_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket", Integer, ForeignKey("ticket.id"), nullable=False),
    _text("metric"),
    _number("cycle"),
    _text("kind"),  # breach, met, retarget; all else follows from what happened to the ticket
    _number("at"),
    _text("source"),
    _text("goal"),
    Index("sla_event_of_ticket", "ticket", "id"),
    Index(
        "sla_outcome",
        *("ticket", "metric", "cycle", "source", "goal", "kind"),
        unique=True,
        sqlite_where=text("kind <> 'retarget'"),
    ),
    sqlite_autoincrement=True,
)

to_reckon = Table(
    "to_reckon", metadata, Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True)
)  # tickets whose targets are to be counted anew

comment = Table(
    "comment",
    metadata,
    Column("id", Integer, primary_key=True),  # ticket * 8192 + n, see conversing.py
    _text("ref"),
    _text("author", null=True),
    _number("created_at"),
    _number("public"),
    _text("channel"),
    _text("key", null=True),
    Column("files", LargeBinary),
    _text("body"),
    _text("html", null=True),
)

person = Table(
    "person",
    metadata,
    Column("ref", Text, primary_key=True),
    _text("name"),
    _text("name_key"),
    _text("search_key"),
    _text("email", null=True),
    _number("staff"),
    Column("record", LargeBinary, nullable=False),
    Index("person_search", "search_key", "ref"),
    Index("person_email", "email"),
    Index("person_staff", "name_key", sqlite_where=text("staff")),
)

organization = Table(
    "organization",
    metadata,
    Column("ref", Text, primary_key=True),
    _text("name"),
    _text("name_key"),
    _text("search_key"),
    _text("tier"),
    _text("plan"),
    Column("record", LargeBinary, nullable=False),
)

reference = Table(
    "reference",
    metadata,
    Column("kind", Text, primary_key=True),  # group, field, macro, view, contact, announcement
    Column("ref", Text, primary_key=True),
    _number("position"),
    _text("title"),
    Column("record", LargeBinary, nullable=False),
    Index("reference_order", "kind", "position", "title"),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("ticket", Integer, ForeignKey("ticket.id"), nullable=False),
    _text("kind"),
    Column("command", LargeBinary, nullable=False),
    _text("state"),
    _number("queued_at"),
    _number("ended_at", null=True),  # when it was sent or withdrawn
    _number("attempts", default=0),
    _number("not_before", default=0),
    Column("reason", Text, nullable=False, server_default=""),
    Column("batch", Text, nullable=False, server_default=""),
    Column("conflicts", LargeBinary),  # FieldConflict values as JSON, while it is in conflict
    Column("cause", Text, nullable=False, server_default=""),  # why it was refused, in a word
    _text("comment", null=True),  # the ref of the comment that it became
    Index("outbox_of_ticket", "ticket", "seq"),
    Index("outbox_state", "state", "seq"),
    Index("outbox_batch", "batch"),
    Index("outbox_waiting", "ticket", "seq", "state", "kind", sqlite_where=text("ended_at IS NULL")),
    Index("outbox_merge", "seq", sqlite_where=text("kind = 'merge'")),
    sqlite_autoincrement=True,
)

outbox_event = Table(
    "outbox_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _text("key"),
    _number("at"),
    _text("what"),  # see domain/unsent.py
    Column("reason", Text, nullable=False, server_default=""),
    Index("outbox_event_of_change", "key", "id"),
    sqlite_autoincrement=True,
)

upload = Table(
    "upload",
    metadata,
    Column("key", Text, primary_key=True),
    Column("place", Integer, primary_key=True),  # which file of the change
    _text("file"),  # its key: an edited change may have another one in its place
    _number("round", default=0),  # how often it had to be begun anew
    Column("token", Text, nullable=False, server_default=""),  # what a comment names it by, once it is there whole
    _number("expires_at", null=True),
    Column("begun", Text, nullable=False, server_default=""),  # what its next part names it by
    _number("sent", default=0),  # bytes that are there
    sqlite_with_rowid=False,
)

draft = Table(
    "draft",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    Column("public", Integer, primary_key=True),  # a reply and a note may be begun at once
    _text("body"),
    _number("caret"),
    _number("saved_at"),
    Column("along", Text, nullable=False, server_default=""),  # Along as JSON
    _number("held_at", default=0),  # when the composer last held it
    _number("begun_at", default=0),
    Index("draft_saved", "saved_at"),
)

draft_version = Table(
    "draft_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket", Integer, ForeignKey("ticket.id"), nullable=False),
    _number("public"),
    _text("body"),
    _number("caret"),
    _text("along"),
    _number("saved_at"),
    _number("kept_at"),
    _text("why"),
    _number("spent", default=0),  # the draft was sent: its versions are of nothing that is begun
    Index("draft_version_of", "ticket", "public", "id"),
    Index("draft_version_kept", "kept_at"),
    sqlite_autoincrement=True,
)

form_draft = Table(
    "form_draft",
    metadata,
    Column("name", Text, primary_key=True),
    _text("content"),  # the form's values as JSON
    _number("saved_at"),
    sqlite_with_rowid=False,
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _text("title"),
    _text("text"),
    sqlite_autoincrement=True,
)

stream_cursor = Table(
    "stream_cursor", metadata, Column("stream", Text, primary_key=True), _text("value"), sqlite_with_rowid=False
)

fact = Table("fact", metadata, Column("name", Text, primary_key=True), _text("value"), sqlite_with_rowid=False)

kept_file = Table(
    "kept_file",
    metadata,
    Column("key", Text, primary_key=True),
    _text("file_name"),
    _text("content_type"),
    _number("size"),
)

dismissal = Table(
    "dismissal",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    _text("ground"),  # what the proposal rested on: it comes back when that changes
    _text("who"),
    _number("at"),
    sqlite_with_rowid=False,
)

demand_tick = Table(
    "demand_tick",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    Column("demand", Text, primary_key=True),
    _text("who"),
    _number("at"),
    sqlite_with_rowid=False,
)

pin_check = Table(
    "pin_check",
    metadata,
    Column("person", Text, primary_key=True),
    _text("result"),  # verified, wrong or locked; the PIN is nowhere
    _number("at"),
    _text("who"),
    _number("attempts_left", null=True),
    _number("locked_until", null=True),
    _number("valid_until", null=True),
    sqlite_with_rowid=False,
)

left_out = Table(
    "left_out",  # tickets of the help desk that the chosen scope of the cache leaves there
    metadata,
    Column("ref", Text, primary_key=True),
    _number("updated_at"),
    _number("done"),
    _text("group_ref", null=True),
    _text("assignee", null=True),
    _number("comments"),
    _number("seen_at"),
    _number("wanted", default=0),  # it is to be fetched whole again
    _number("tries", default=0),
    Column("reason", Text, nullable=False, server_default=""),
    Index("left_out_wanted", "tries", "updated_at", "ref", sqlite_where=text("wanted > 0")),
    sqlite_with_rowid=False,
)

opened = Table(
    "opened", metadata, Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True), _number("at")
)  # what an agent had open lately

trip = Table(
    "trip",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("choice", LargeBinary, nullable=False),  # TripChoice as JSON
    _number("begun_at"),
    _number("ends_at", null=True),
    _number("ended_at", null=True),
    _number("paused", default=0),
    _number("ready_at", null=True),
    sqlite_autoincrement=True,
)

trip_ticket = Table(
    "trip_ticket",
    metadata,
    Column("ticket", Integer, ForeignKey("ticket.id"), primary_key=True),
    _text("state"),  # waiting, here or failed
    Column("reason", Text, nullable=False, server_default=""),
    _number("tries", default=0),
    Column("known", Text, nullable=False, server_default=""),  # the state of the ticket that its files were listed of
    Index("trip_ticket_state", "state", "tries", "ticket"),
)

trip_file = Table(
    "trip_file",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("ticket", Integer, ForeignKey("ticket.id"), nullable=False),
    _text("file_name"),
    _text("url"),
    _number("size"),
    _text("state"),
    Column("reason", Text, nullable=False, server_default=""),
    _number("tries", default=0),
    Index("trip_file_state", "state", "tries", "ref"),
    Index("trip_file_of_ticket", "ticket"),
    sqlite_with_rowid=False,
)
