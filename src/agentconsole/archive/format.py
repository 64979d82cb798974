"""The format of an archive, version 1: which files it has, which keys a line of each, and how it can be refused.

An archive is a folder, or a zip file of what that folder holds, plain or sealed. ``resources/help/archives.md`` is its
description for everybody; a test holds the two equal. A line is one JSON object. Ids are texts, as the help desk gave
them; times are ISO 8601 in UTC. What is unknown is null or left out, and readers pass over keys that they don't know.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from agentconsole.domain.instant import from_iso, to_iso
from agentconsole.domain.records import (
    AnnouncementRecord,
    CommentRecord,
    ContactRecord,
    FieldRecord,
    GroupRecord,
    MacroRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    TicketRecord,
    ViewRecord,
)

FORMAT: Final = "agentconsole archive"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
STATUS: Final = "status_summary.json"
FOLDER: Final = "attachments"
"""Where the attachments' files are, below the archive."""

Line = dict[str, Any]


class Kind(NamedTuple):
    """One kind of line: the file, the record that it tells of, and its keys, in their order."""

    file: str
    record: type[Record]
    keys: tuple[str, ...]


ORGANIZATIONS: Final = Kind(
    "organizations.jsonl", OrganizationRecord, ("id", "name", "domains", "tags", "fields", "notes")
)
PEOPLE: Final = Kind(
    "people.jsonl",
    PersonRecord,
    (
        *("id", "name", "email", "phone", "role", "organization", "time_zone", "locale", "notes", "tags"),
        *("suspended", "active"),
    ),
)
GROUPS: Final = Kind("groups.jsonl", GroupRecord, ("id", "name", "members", "active"))
FIELDS: Final = Kind(
    "ticket_fields.jsonl", FieldRecord, ("id", "title", "type", "options", "required", "active", "position")
)
MACROS: Final = Kind("macros.jsonl", MacroRecord, ("id", "title", "description", "actions", "active", "position"))
VIEWS: Final = Kind("views.jsonl", ViewRecord, ("id", "title", "query", "active", "position"))
CONTACTS: Final = Kind(
    "contacts.jsonl",
    ContactRecord,
    (
        *("id", "section", "purpose", "department", "method", "details", "address", "availability", "region"),
        *("time_zone", "hours", "tiers", "emergency", "executive", "when", "notes", "position"),
    ),
)
ANNOUNCEMENTS: Final = Kind(
    "announcements.jsonl", AnnouncementRecord, ("id", "title", "body", "kind", "starts_at", "ends_at", "url")
)
TICKETS: Final = Kind(
    "tickets.jsonl",
    TicketRecord,
    (
        *("id", "subject", "status", "native_status", "priority", "type", "channel", "requester", "assignee", "group"),
        *("organization", "tags", "fields", "created_at", "updated_at", "due_at", "satisfaction", "problem"),
        *("merged_into", "comment_count", "targets", "history"),
    ),
)
COMMENTS: Final = Kind(
    "comments.jsonl",
    CommentRecord,
    ("id", "ticket", "author", "created_at", "public", "body", "html", "channel", "attachments"),
)
REFERENCE: Final = (ORGANIZATIONS, PEOPLE, GROUPS, FIELDS, MACROS, VIEWS, CONTACTS, ANNOUNCEMENTS)
"""What comes before tickets, in the order in which it can be brought into another help desk."""

KINDS: Final = (*REFERENCE, TICKETS, COMMENTS)
ATTACHMENT_KEYS: Final = ("id", "file_name", "content_type", "size", "inline", "path")
"""Keys of each entry of a comment's ``attachments``."""

HISTORY_KEYS: Final = ("at", "status")
"""Keys of each entry of a ticket's ``history``."""

ATTACHMENTS: Final = "attachments.jsonl"
LISTED_KEYS: Final = ("id", "ticket", "comment", "path", "size", "sha256", "missing")
"""Keys of a line of ``attachments.jsonl``. ``missing`` says why a file is not in the archive."""

_TIMES: Final = frozenset({"created_at", "updated_at", "due_at", "starts_at", "ends_at", "breach_at", "at"})


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says of a file of the archive."""

    bytes: int
    sha256: str
    lines: int | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """``manifest.json``. While ``complete`` is false the export was not finished.

    ``desk`` is the address of the help desk, ``kind`` which one it is, ``data_as_of`` when the copy last agreed with
    it. ``counts`` are of lines, by file without its ending, of ``attachments`` that are here, and of those ``missing``.
    ``unsent`` changes were not at the help desk, and are not here.
    """

    format: str = FORMAT
    version: int = VERSION
    made_by: str
    made_at: str
    desk: str
    kind: str
    profile: str
    data_as_of: str | None = None
    complete: bool = False
    counts: dict[str, int] = {}
    unsent: int = 0
    files: dict[str, Listed] = {}


class UnusableArchive(Exception):
    """An archive can't be read or written; the text says why, ``advice`` what to do."""

    title = "The archive can't be used"

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class DamagedPart(UnusableArchive):
    """A file of an archive is not what was exported; the text names it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was changed, or is damaged", "Bring it back from a backup.")


def line_of(kind: Kind, record: Record) -> Line:
    """Return *record* as a line of *kind*; what the format has no key for is left out."""
    whole = msgspec.to_builtins(record)
    whole["id"] = whole.pop("ref")
    return {key: _told(key, whole[key]) for key in kind.keys if key in whole}


def record_of(kind: Kind, line: Line) -> Any:
    """Return the record that *line* of *kind* tells of. Raises msgspec.ValidationError, ValueError for one that can't.

    The result is of ``kind.record``.
    """
    known: Line = {key: _heard(key, value) for key, value in line.items() if key in kind.keys}
    if "author" in kind.keys:
        known.setdefault("author", None)
    if "id" in known:
        known["ref"] = known.pop("id")
    return msgspec.convert(known, kind.record)


def _told(key: str, value: Any) -> Any:
    if key in _TIMES:
        return None if value is None else to_iso(value)
    if key == "targets" and value:
        return [{name: _told(name, each) for name, each in target.items()} for target in value]
    return value


def _heard(key: str, value: Any) -> Any:
    if key in _TIMES:
        return None if value is None else from_iso(value)
    if key == "targets" and value:
        return [{name: _heard(name, each) for name, each in target.items()} for target in value]
    return value
