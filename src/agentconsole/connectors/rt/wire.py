"""What RT sends, as loosely as it does: numbers are mostly texts, what is not visible is "" or absent."""

from __future__ import annotations

from typing import Any

import msgspec


class Wire(msgspec.Struct, gc=False):
    """Base of all wire shapes."""


class Named(Wire):
    """A user, queue or group that something else refers to; what else is in it was asked for."""

    id: Any = None
    Name: str | None = None
    RealName: str | None = None
    EmailAddress: str | None = None
    Organization: str | None = None
    Timezone: str | None = None
    Privileged: Any = None
    Disabled: Any = None


class FieldValues(Wire):
    """A custom field of one ticket, with its values."""

    id: Any = None
    name: str | None = None
    values: list[Any] | None = None


class Link(Wire):
    """What else there is about a resource: ``ref`` says what kind of link it is."""

    ref: str | None = None
    to: str | None = None
    id: Any = None
    type: str | None = None
    name: str | None = None


class Ticket(Wire):
    """A ticket, of a list or by itself."""

    id: Any = None
    EffectiveId: Any = None
    Subject: str | None = None
    Status: str | None = None
    Priority: Any = None
    Queue: Named | None = None
    Owner: Named | None = None
    Requestor: list[Named] | None = None
    SLA: str | None = None
    Created: str | None = None
    LastUpdated: str | None = None
    Due: str | None = None
    Told: str | None = None
    Resolved: str | None = None
    CustomFields: list[FieldValues] | None = None
    hyperlinks: list[Link] | None = msgspec.field(name="_hyperlinks", default=None)


class Transaction(Wire):
    """One thing that happened to a ticket. Values are raw: ids of users and queues, dates in UTC without a zone."""

    id: Any = None
    Type: str | None = None
    Field: str | None = None
    OldValue: str | None = None
    NewValue: str | None = None
    Data: str | None = None
    ObjectId: Any = None
    Creator: Named | None = None
    Created: str | None = None


class Attachment(Wire):
    """A part of a message: a text, or a file. ``Content`` only where it was asked for."""

    id: Any = None
    TransactionId: Any = None
    ContentType: str | None = None
    Filename: str | None = None
    ContentLength: Any = None
    Subject: str | None = None
    Headers: str | None = None
    Content: Any = None


class Queue(Wire):
    """A queue that the agent may see."""

    id: Any = None
    Name: str | None = None
    Lifecycle: str | None = None
    Disabled: Any = None
    TicketCustomFields: list[Link] | None = None


class Choice(Wire):
    """One value of a field to choose from; older versions send only its name."""

    name: str | None = None


class CustomField(Wire):
    """The definition of a custom field. ``MaxValues`` "0" is any number of them."""

    id: Any = None
    Name: str | None = None
    Type: str | None = None
    MaxValues: Any = None
    Values: list[Any] | None = None
    Disabled: Any = None
    SortOrder: Any = None
