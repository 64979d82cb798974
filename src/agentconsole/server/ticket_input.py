"""What a client may say about a ticket."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agentconsole.server.bodies import Body, BodyId, IdValues, Instant, Line, Prose, Tag, TagValues

Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
Priority = Literal["urgent", "high", "normal", "low"]
TicketType = Literal["problem", "incident", "question", "task"]


class CommentInput(Body):
    """A reply or note. ``public`` follows the ticket's first comment where it is left out."""

    body: Prose | None = None
    html_body: Prose | None = None
    public: bool | None = None
    author_id: BodyId | None = None
    uploads: Annotated[list[Line], Field(max_length=50)] | Line | None = None


class RequesterInput(Body):
    """A requester by address; becomes a user when the address is new."""

    name: Line | None = None
    email: Line | None = None


class CustomFieldInput(Body):
    """The value of one custom field."""

    id: BodyId
    value: Any = None


class CollaboratorInput(Body):
    """Somebody put on or taken off the followers or the CC list."""

    user_id: BodyId | None = None
    user_email: Line | None = None
    action: Literal["put", "delete"] = "put"


class MetadataInput(Body):
    """What a client wants remembered with the change: lands in the audit, and with its comment."""

    custom: dict[str, Any] | None = None


class ViaInput(Body):
    """How the ticket came; numbers are tolerated and mean the API."""

    channel: Line | int | None = None


class TicketInput(Body):
    """A new ticket, or what shall change in one."""

    subject: Line | None = None
    raw_subject: Line | None = None
    description: Prose | None = None
    comment: CommentInput | None = None
    type: TicketType | None = None
    priority: Priority | None = None
    status: Status | None = None
    requester_id: BodyId | None = None
    requester: RequesterInput | None = None
    submitter_id: BodyId | None = None
    assignee_id: BodyId | None = None
    assignee_email: Line | None = None
    organization_id: BodyId | None = None
    group_id: BodyId | None = None
    problem_id: BodyId | None = None
    external_id: Line | None = None
    recipient: Line | None = None
    due_at: Instant | None = None
    tags: TagValues | Tag | None = None
    additional_tags: TagValues | None = None
    remove_tags: TagValues | None = None
    collaborator_ids: IdValues | None = None
    follower_ids: IdValues | None = None
    email_cc_ids: IdValues | None = None
    followers: Annotated[list[CollaboratorInput], Field(max_length=50)] | None = None
    email_ccs: Annotated[list[CollaboratorInput], Field(max_length=50)] | None = None
    custom_fields: Annotated[list[CustomFieldInput], Field(max_length=400)] | None = None
    fields: Annotated[list[CustomFieldInput], Field(max_length=400)] | None = None
    macro_ids: IdValues | None = None
    metadata: MetadataInput | None = None
    via: ViaInput | None = None
    via_followup_source_id: BodyId | None = None
    safe_update: bool | None = None
    updated_stamp: Instant | None = None


class TicketBody(Body):
    """The envelope of one ticket."""

    ticket: TicketInput


class BulkTicketInput(TicketInput):
    """One of many."""

    id: BodyId | None = None


class BulkBody(Body):
    """One change for many tickets (``ticket`` with ``?ids=``), or many changes (``tickets``)."""

    ticket: TicketInput | None = None
    tickets: Annotated[list[BulkTicketInput], Field(max_length=1_000)] | None = None
