"""Tickets with their conversations, as another help desk has them, to the stories that this one keeps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from agentconsole.server.database import WriteTransaction
from agentconsole.server.importing.lines import AttachmentLine, CommentLine, Link, StoryLine, TicketLine, stored
from agentconsole.server.importing.numbers import Numbers
from agentconsole.server.importing.reference import ReferenceTaker
from agentconsole.server.importing.report import Report
from agentconsole.server.schema import attachments, audits, blobs, comments, satisfaction_ratings, tickets
from agentconsole.server.sla_rules import load_rules
from agentconsole.server.story_rows import Story, StoryRows, Wire

_TYPES = frozenset({"problem", "incident", "question", "task"})
_LONGEST_CHANNEL = 32
_NOBODY = -1
"""Who the dialect names where nobody is known: a rule, or the system."""

_UNKNOWN = "somebody whom the archive does not name"


class StoryTaker:
    """Takes batches of tickets within one transaction.

    Attributes:
        files: the digests of tickets that made room for newer ones; nobody may have those files any more.
    """

    def __init__(self, tx: WriteTransaction, numbers: Numbers, people: ReferenceTaker, report: Report) -> None:
        self._tx = tx
        self._numbers = numbers
        self._people = people
        self._report = report
        self._sizes: dict[str, int] = {}
        self.files: set[str] = set()

    def take(self, lines: Sequence[StoryLine]) -> None:
        """Write those of *lines* that are new, and anew those of which there is more than here, if not touched here."""
        self._look_up(lines)
        batch: list[Story] = []
        for line in lines:
            here = self._numbers.of("tickets", line.ticket.id)
            if here is None:
                self._report.taken["tickets"] += 1
            elif self._may_replace(here, line):
                self._remove(here)
                self._report.renewed["tickets"] += 1
            else:
                self._report.known["tickets"] += 1
                continue
            batch.append(self._story(line))
        if batch:
            StoryRows(load_rules(self._tx.db), is_news=True).insert(self._tx, batch)

    def link(self, line: Link) -> None:
        """Have a ticket name others, once all are here."""
        number = self._numbers.of("tickets", line.id)
        values = {
            name: self._numbers.of("tickets", ref)
            for name, ref in (("problem_id", line.problem), ("merged_into_id", line.merged_into))
            if ref is not None
        }
        if number is None or None in values.values():
            self._report.lose("tickets", line.id, "it names a ticket that is not in the archive")
        known = {name: value for name, value in values.items() if value is not None}
        if number is None or not known:
            return
        differs = or_(*(tickets.c[name].is_distinct_from(value) for name, value in known.items()))
        # its version stays: nobody has worked on it
        self._tx.db.execute(
            update(tickets)
            .where(tickets.c.id == number, tickets.c.version == 1, differs)
            .values(**known, seq=self._tx.next_seq())
        )

    def _look_up(self, lines: Sequence[StoryLine]) -> None:
        said = [comment for line in lines for comment in line.comments]
        files = [file for comment in said for file in comment.attachments]
        look_up = self._numbers.look_up
        look_up("tickets", (line.ticket.id for line in lines))
        look_up("tickets", (ref for line in lines for ref in (line.ticket.problem, line.ticket.merged_into)))
        look_up("people", (ref for line in lines for ref in (line.ticket.requester, line.ticket.assignee)))
        look_up("people", (comment.author for comment in said))
        look_up("groups", (line.ticket.group for line in lines))
        look_up("organizations", (line.ticket.organization for line in lines))
        look_up("ticket_fields", (ref for line in lines for ref in line.ticket.fields))
        look_up("comments", (comment.id for comment in said))
        look_up("attachments", (file.id for file in files))
        self._numbers.look_up_free(tickets, (line.ticket.id for line in lines))
        self._numbers.look_up_free(comments, (comment.id for comment in said))
        self._numbers.look_up_free(attachments, (file.id for file in files))
        digests = sorted({file.sha256 for file in files if file.sha256})
        for start in range(0, len(digests), 500):
            part = digests[start : start + 500]
            size = func.length(blobs.c.content).label("size")
            rows = self._tx.db.execute(select(blobs.c.digest, size).where(blobs.c.digest.in_(part)))
            self._sizes.update((row.digest, row.size) for row in rows)

    def _may_replace(self, number: int, line: StoryLine) -> bool:
        """Say whether *line* is newer than ticket *number*, or as old with files that could not be had before."""
        row = self._tx.db.execute(
            select(tickets.c.updated_at, tickets.c.version, tickets.c.deleted_at).where(tickets.c.id == number)
        ).one_or_none()
        told_at = stored(line.ticket.updated_at)
        if row is None or row.updated_at > told_at or (row.updated_at == told_at and not self._has_more(number, line)):
            return False
        if row.version != 1 or row.deleted_at is not None:
            why = "it was changed here since it was brought in, and stays as it is"
            self._report.refuse("tickets", line.ticket.id, why)
            return False
        return True

    def _has_more(self, number: int, line: StoryLine) -> bool:
        """Say whether *line* has more attachments than ticket *number*, of those whose files are here."""
        told = sum(file.sha256 in self._sizes for comment in line.comments for file in comment.attachments)
        of_ticket = select(comments.c.id).where(comments.c.ticket_id == number)
        here = select(func.count()).select_from(attachments).where(attachments.c.comment_id.in_(of_ticket))
        return told > 0 and told > int(self._tx.db.scalar(here) or 0)

    def _remove(self, number: int) -> None:
        """Make room for the same ticket, newer; it keeps its numbers."""
        of_ticket = select(comments.c.id).where(comments.c.ticket_id == number)
        execute = self._tx.db.execute
        self.files.update(
            self._tx.db.scalars(select(attachments.c.digest).where(attachments.c.comment_id.in_(of_ticket)))
        )
        execute(delete(attachments).where(attachments.c.comment_id.in_(of_ticket)))
        execute(delete(comments).where(comments.c.ticket_id == number))
        execute(delete(audits).where(audits.c.ticket_id == number))
        execute(delete(satisfaction_ratings).where(satisfaction_ratings.c.ticket_id == number))
        execute(delete(tickets).where(tickets.c.id == number))

    def _story(self, line: StoryLine) -> Story:
        ticket = line.ticket
        number = self._number("tickets", ticket.id, tickets)
        if str(number) != ticket.id:
            self._report.lose("tickets", ticket.id, "its number is taken: it has a new one, and the old as external id")
        requester = self._person(ticket.requester or next((each.author for each in line.comments if each.author), None))
        said = [self._comment(ticket, comment, requester) for comment in line.comments]
        if ticket.native_status and ticket.native_status != ticket.status:
            self._report.lose("tickets", ticket.id, f"its status {ticket.native_status!r} is {ticket.status} here")
        if ticket.targets:
            self._report.lose("tickets", ticket.id, "its SLA targets are counted anew, by the policies of this server")
        return self._ticket(ticket, number, requester, said), said, _changes(ticket)

    def _ticket(self, ticket: TicketLine, number: int, requester: int, said: list[Wire]) -> Wire:
        kind = ticket.type if ticket.type in _TYPES else None
        if ticket.type and kind is None:
            self._report.lose("tickets", ticket.id, f"there is no type {ticket.type!r}")
        return {
            "id": number,
            "external_id": None if str(number) == ticket.id else ticket.id,
            "subject": ticket.subject,
            "description": said[0]["body"] if said else "",
            "type": kind,
            "priority": ticket.priority,
            "status": ticket.status,
            "requester_id": requester,
            "submitter_id": said[0]["author_id"] if said else requester,
            "assignee_id": self._other(ticket, "people", ticket.assignee, "assignee"),
            "group_id": self._other(ticket, "groups", ticket.group, "group"),
            "organization_id": self._other(ticket, "organizations", ticket.organization, "organization"),
            "problem_id": self._numbers.of("tickets", ticket.problem),
            "merged_into_id": self._numbers.of("tickets", ticket.merged_into),
            "tags": sorted(set(ticket.tags)),
            "custom_fields": self._fields(ticket),
            "via": {"channel": ticket.channel[:_LONGEST_CHANNEL] or "api"},
            "due_at": None if ticket.due_at is None else stored(ticket.due_at),
            "satisfaction_rating": {"score": ticket.satisfaction} if ticket.satisfaction else None,
            "created_at": stored(ticket.created_at),
            "updated_at": stored(ticket.updated_at),
        }

    def _comment(self, ticket: TicketLine, comment: CommentLine, requester: int) -> Wire:
        if comment.author is None:
            self._report.lose("comments", comment.id, "its author is " + _UNKNOWN)
        nobody = requester if comment.public else _NOBODY
        author = self._people.person_unknown(comment.author) if comment.author else nobody
        number = self._number("comments", comment.id, comments)
        self._report.taken["comments"] += 1
        return {
            "id": number,
            "author_id": author,
            "body": comment.body,
            "html_body": comment.html,
            "public": comment.public,
            "via": {"channel": comment.channel[:_LONGEST_CHANNEL] or "api"},
            "created_at": max(stored(comment.created_at), stored(ticket.created_at)),
            "attachments": [wire for file in comment.attachments if (wire := self._attachment(file)) is not None],
        }

    def _attachment(self, file: AttachmentLine) -> Wire | None:
        size = self._sizes.get(file.sha256)
        if size is None:
            why = "was not sent here" if file.sha256 else "is not in the archive"
            self._report.refuse("attachments", file.id, f"its file {why}")
            return None
        self._report.taken["attachments"] += 1
        return {
            "id": self._number("attachments", file.id, attachments),
            "digest": file.sha256,
            "size": size,
            "file_name": file.file_name,
            "content_type": file.content_type,
            "inline": file.inline,
        }

    def _fields(self, ticket: TicketLine) -> list[dict[str, Any]]:
        found = []
        for ref, value in ticket.fields.items():
            number = self._numbers.of("ticket_fields", ref)
            if number is not None:
                found.append({"id": number, "value": value})
            elif value not in (None, ""):
                self._report.lose("tickets", ticket.id, f"its field {ref} is not in the archive")
        return found

    def _other(self, ticket: TicketLine, kind: str, ref: str | None, what: str) -> int | None:
        number = self._numbers.of(kind, ref)
        if ref is not None and number is None:
            self._report.lose("tickets", ticket.id, f"its {what} is not in the archive")
        return number

    def _person(self, ref: str | None) -> int:
        return self._people.person_unknown(ref or "unknown")

    def _number(self, kind: str, ref: str, table: Any) -> int:
        known = self._numbers.of(kind, ref)
        return self._numbers.give(kind, ref, table) if known is None else known


def _changes(ticket: TicketLine) -> list[Wire]:
    """Return the changes of status that are known, and one that must have been where the last is not the present."""
    created_at, updated_at = stored(ticket.created_at), stored(ticket.updated_at)
    history = [(max(stored(change.at), created_at), change.status) for change in ticket.history]
    if not history:
        first = ticket.status if ticket.status in ("new", "open") or updated_at <= created_at else "new"
        history = [(created_at, first)]
    if history[-1][1] != ticket.status:
        history.append((max(updated_at, history[-1][0]), ticket.status))
    return [
        {"field_name": "status", "at": at, "author_id": _NOBODY, "value": status, "previous_value": before}
        for (_, before), (at, status) in pairwise(history)
    ]
