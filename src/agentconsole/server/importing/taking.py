"""Take one batch of lines; files before the tickets that have them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Table, insert, select

from agentconsole.server.database import Database, WriteTransaction
from agentconsole.server.importing.lines import (
    AnnouncementLine,
    ContactLine,
    FieldLine,
    GroupLine,
    Line,
    Link,
    MacroLine,
    OrganizationLine,
    PersonLine,
    StoryLine,
    clean,
)
from agentconsole.server.importing.numbers import LONGEST_REF, Numbers
from agentconsole.server.importing.reference import ReferenceTaker
from agentconsole.server.importing.report import Report
from agentconsole.server.importing.stories import StoryTaker
from agentconsole.server.purging import forget_unused
from agentconsole.server.schema import (
    announcements,
    blobs,
    contacts,
    groups,
    macros,
    organizations,
    status_summary,
    ticket_fields,
    users,
)

LINES_AT_ONCE: Final = 500
"""Lines that one batch may have: other writers wait meanwhile."""

LONGEST_SOURCE: Final = 255

_LINES: Final[Mapping[str, type[Line]]] = {
    "organizations": OrganizationLine,
    "people": PersonLine,
    "groups": GroupLine,
    "ticket_fields": FieldLine,
    "macros": MacroLine,
    "contacts": ContactLine,
    "announcements": AnnouncementLine,
}
_TABLES: Final[Mapping[str, Table]] = {
    "organizations": organizations,
    "people": users,
    "groups": groups,
    "ticket_fields": ticket_fields,
    "macros": macros,
    "contacts": contacts,
    "announcements": announcements,
}
KINDS: Final = (*_LINES, "tickets", "links", "status_summary")
"""What a batch may be of, in the order in which they have to come."""


def take(database: Database, source: str, kind: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Take *lines* of *kind* from the help desk *source* in a transaction of their own; returns the report."""
    with database.write() as tx:
        return take_in(tx, source, kind, lines)


def take_in(tx: WriteTransaction, source: str, kind: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Do that in a transaction that goes on. Raises ValueError for a *kind* that is none of `KINDS`."""
    report = Report()
    numbers = Numbers(tx, source[:LONGEST_SOURCE])
    reference = ReferenceTaker(tx, numbers, report)
    if kind == "status_summary":
        _take_summary(tx, lines, report)
    elif kind == "tickets":
        stories = StoryTaker(tx, numbers, reference, report)
        stories.take(_read(lines, StoryLine, kind, report))
        # files come before the tickets that have them: those of tickets that were not taken must not stay for ever
        forget_unused(tx, stories.files | _files(lines))
    elif kind == "links":
        stories = StoryTaker(tx, numbers, reference, report)
        found = _read(lines, Link, kind, report)
        numbers.look_up("tickets", (ref for line in found for ref in (line.id, line.problem, line.merged_into)))
        for link in found:
            stories.link(link)
    elif kind in _LINES:
        known = _read(lines, _LINES[kind], kind, report)
        numbers.look_up(kind, (line.id for line in known))
        numbers.look_up_free(_TABLES[kind], (line.id for line in known))
        taker = _taker(reference, kind)
        for line in known:
            if numbers.of(kind, line.id) is None:
                taker(line)
            else:
                report.known[kind] += 1
    else:
        raise ValueError(f"There is nothing called {kind}")
    numbers.flush()
    return report.shape()


def missing_files(database: Database, digests: Sequence[str]) -> list[str]:
    """Return those of *digests* (SHA-256, hexadecimal) of which no file is stored."""
    with database.read() as db:
        stored = set(db.scalars(select(blobs.c.digest).where(blobs.c.digest.in_(digests))))
    return [digest for digest in digests if digest not in stored]


def take_file(tx: WriteTransaction, content: bytes) -> str:
    """Keep *content* for comments to come; returns its digest."""
    digest = hashlib.sha256(content).hexdigest()
    if tx.db.execute(select(blobs.c.digest).where(blobs.c.digest == digest)).first() is None:
        tx.db.execute(insert(blobs).values(digest=digest, content=content))
    return digest


def _read(lines: Sequence[Mapping[str, Any]], shape: type[Any], kind: str, report: Report) -> list[Any]:
    """Return *lines* in *shape*, each id once; those that don't fit are refused."""
    found: dict[str, Any] = {}
    for raw in lines:
        told = raw.get("ticket") if shape is StoryLine else raw
        ref = str(told.get("id")) if isinstance(told, Mapping) else "?"
        try:
            line = msgspec.convert(clean(dict(raw)), shape, strict=False)
        except msgspec.ValidationError as error:
            report.refuse(kind, ref, f"it can't be read: {error}")
            continue
        if len(ref) > LONGEST_REF or ref in found:
            report.refuse(kind, ref[:LONGEST_REF], "its id is too long, or there twice")
            continue
        found[ref] = line
    return list(found.values())


def _files(lines: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the digests that *lines* of tickets name, also of such as can't be read."""
    found: set[str] = set()
    for line in lines:
        for comment in _mappings(line.get("comments")):
            found.update(str(file.get("sha256") or "") for file in _mappings(comment.get("attachments")))
    return found


def _mappings(told: object) -> list[Mapping[str, Any]]:
    return [each for each in told if isinstance(each, Mapping)] if isinstance(told, list | tuple) else []


def _taker(reference: ReferenceTaker, kind: str) -> Callable[[Any], None]:
    takers: dict[str, Callable[[Any], None]] = {
        "organizations": reference.organization,
        "people": reference.person,
        "groups": reference.group,
        "ticket_fields": reference.field,
        "macros": reference.macro,
        "contacts": reference.contact,
        "announcements": reference.announcement,
    }
    return takers[kind]


def _take_summary(tx: WriteTransaction, lines: Sequence[Mapping[str, Any]], report: Report) -> None:
    if tx.db.execute(select(status_summary.c.id)).first() is not None:
        report.known["status_summary"] += 1
    elif lines:
        tx.add(status_summary, id=1, summary=msgspec.json.encode(clean(dict(lines[0]))).decode())
        report.taken["status_summary"] += 1
