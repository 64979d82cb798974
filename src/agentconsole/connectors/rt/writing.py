"""Commands as the bodies of requests, and what a ticket must be like once one has been carried out."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from agentconsole.connectors.plain_rest.carried import Carried
from agentconsole.connectors.rt import records
from agentconsole.domain.projection import value_of
from agentconsole.domain.records import TicketRecord

LONGEST_SUBJECT = 200
"""Letters that RT keeps of a subject."""


def field_values(values: Mapping[str, Any], multiple: frozenset[str]) -> dict[str, Any]:
    """Field values but the status, under their names of RT. *multiple* are custom fields that hold several values."""
    body: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for name, value in values.items():
        match name:
            case "status":
                pass
            case "subject":
                body["Subject"] = subject_of(str(value or ""))
            case "priority":
                body["Priority"] = str(records.number_of(value))
            case "assignee":
                body["Owner"] = value or records.NOBODY
            case "requester":
                # replacing the list of requestors; RT answers 500 to what it can't read as an address
                body["Requestor"] = [value] if value else []
            case "group":
                body["Queue"] = value
            case "due_at":
                body["Due"] = records.date_of(value)
            case _ if name.startswith("field:"):
                ref = name.removeprefix("field:")
                custom[ref] = field_value(value, is_multiple=ref in multiple)
            case _:
                pass
    if custom:
        body["CustomFields"] = custom
    return body


def field_value(value: Any, *, is_multiple: bool) -> Any:
    """The value of a custom field as RT takes it; None clears a single one, and nothing does that for several."""
    if is_multiple or isinstance(value, list):
        return [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]
    return None if value in (None, "") else str(value)


def subject_of(text: str) -> str:
    """*text* as RT keeps a subject: on one line, without spaces around it, and no longer than it can be."""
    return " ".join(text.splitlines()).strip()[:LONGEST_SUBJECT]


def is_as_wanted(ticket: TicketRecord, name: str, wanted: Any) -> bool:
    """Say whether the field *name* of *ticket* is what was asked for, as RT would write it."""
    now = value_of(ticket, name)
    match name:
        case "subject":
            return " ".join(str(now).split()) == " ".join(subject_of(str(wanted or "")).split())
        case "priority":
            return bool(now == (str(records.priority_of(records.number_of(wanted)))))
        case "due_at":
            return (now or 0) // 1_000_000 == (wanted or 0) // 1_000_000
        case _ if isinstance(wanted, list) or isinstance(now, list):
            return set(_several(now)) == set(_several(wanted))
        case _:
            return (now or None) == (wanted or None)


def _several(value: Any) -> Iterable[str]:
    return [str(each) for each in value] if isinstance(value, list) else [] if value in (None, "") else [str(value)]


def message(text: str, key: str, files: Iterable[Carried]) -> dict[str, Any]:
    """The body of a reply, a note or a new ticket's first message. Our key rides in its content type."""
    # what Perl takes for false would be left out, and an empty message be sent in its place
    content = f"{text}\n" if text in ("", "0") else text
    body: dict[str, Any] = {"Content": content, "ContentType": marked("text/plain", key)}
    attached = [
        {
            "FileName": encoded_name(file.file_name),
            "FileType": file.content_type or "application/octet-stream",
            "FileContent": base64.b64encode(file.content).decode(),
        }
        for file in files
    ]
    return body | ({"Attachments": attached} if attached else {})


def marked(content_type: str, key: str) -> str:
    """*content_type* with our key as a parameter of it."""
    return f"{content_type}; {records.MARKER}={key}"


def encoded_name(name: str) -> str:
    """A file name as a mail would carry it: RT takes letters beyond Latin-1 for an error, and garbles the others."""
    if name.isascii():
        return name
    return f"=?UTF-8?B?{base64.b64encode(name.encode()).decode()}?="


def reasons(sentences: Iterable[Any]) -> str:
    """What RT said to a change, for people: without the number of the ticket at the head of each sentence."""
    said = [str(each).partition(": ")[2] if str(each).startswith("Ticket ") else str(each) for each in sentences]
    return " ".join(f"{each.rstrip('.')}." for each in said if each)
