"""What is asked of RT: its query language for tickets and transactions, JSON conditions for the rest, and the fields.

Dates are asked for by their age ("90 seconds ago"), by the server's own clock. Anything else is read in the time zone
of whoever is signed in, and what looks like UTC is not taken for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

PAGE = 100
"""The most rows that RT gives at once; it gives twenty unasked."""

CONVERSED = ("Create", "Correspond", "Comment", "Status")
"""Types of transactions that a conversation and the statuses of a ticket are made of."""

_PERSON = "id,Name,RealName,EmailAddress"

TICKET_FIELDS = {
    "fields": "id,EffectiveId,Subject,Status,Priority,Queue,Owner,Requestor,SLA,Created,LastUpdated,Due,Told,Resolved,"
    "CustomFields",
    "fields[Queue]": "id",
    "fields[Owner]": "id,Name,RealName,EmailAddress",
    "fields[Requestor]": f"{_PERSON},Organization",
}

TRANSACTION_FIELDS = {
    "fields": "Type,Field,OldValue,NewValue,ObjectId,Creator,Created",
    "fields[Creator]": _PERSON,
}

TEXT_FIELDS = {"fields": "TransactionId,ContentType,Headers,Content"}
FILE_FIELDS = {"fields": "TransactionId,ContentType,Filename,ContentLength,Headers"}


def quoted(text: str) -> str:
    """*text* as a value of RT's query language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def any_of(field: str, values: Iterable[str | int]) -> str:
    """A condition that *field* is one of *values*; RT 5.0 knows no IN for tickets."""
    asked = [f"{field} = {value}" if isinstance(value, int) else f"{field} = {quoted(value)}" for value in values]
    return f"({' OR '.join(asked)})"


def seconds_ago(seconds: int) -> str:
    """A moment at least *seconds* ago, by the server's clock.

    RT reads a number of four digits as a year or a time of the day, so that none has more than three. A day of its may
    have 25 hours.
    """
    for name, length in (("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 23 * 3600), ("years", 364 * 86400)):
        count = -(-max(0, seconds) // length)
        if count <= 999:
            return f"'{count} {name} ago'"
    return "'999 years ago'"


def conditions(*each: tuple[str, str, Any] | tuple[str, str, Any, str]) -> str:
    """JSON conditions: field, operator, value, and how it goes with others of the same field. All have to hold."""
    said: list[dict[str, Any]] = []
    for field, operator, value, *joined in each:
        row = {"field": field, "operator": operator, "value": value}
        if joined:
            row["entry_aggregator"] = joined[0]
        said.append(row)
    return msgspec.json.encode(said).decode()


def transactions_of(tickets: Sequence[int], types: Sequence[str] | None = CONVERSED) -> str:
    """Conditions for what happened to *tickets*; *types* None: everything."""
    asked: list[tuple[str, str, Any]] = [("ObjectType", "=", "RT::Ticket"), ("ObjectId", "IN", list(tickets))]
    if types is not None:
        asked.append(("Type", "IN", list(types)))
    return conditions(*asked)


def texts_of(transactions: Sequence[int]) -> str:
    """Conditions for the texts of messages: parts without a file name."""
    return conditions(
        ("TransactionId", "IN", list(transactions)), ("ContentType", "LIKE", "text/"), ("Filename", "IS", "NULL")
    )


def text_files_of(transactions: Sequence[int]) -> str:
    """Conditions for files that are text."""
    return conditions(
        ("TransactionId", "IN", list(transactions)), ("ContentType", "LIKE", "text/"), ("Filename", "IS NOT", "NULL")
    )


def other_files_of(transactions: Sequence[int]) -> str:
    """Conditions for files that are no text, with a name or without."""
    return conditions(
        ("TransactionId", "IN", list(transactions)),
        ("ContentType", "NOT LIKE", "text/"),
        ("ContentType", "NOT LIKE", "multipart/", "AND"),
    )
