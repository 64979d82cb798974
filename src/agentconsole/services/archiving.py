"""Open an archive: a profile of its own, whose store holds what was exported, encrypted as every store is.

It is never online, and nothing in it can be changed (``store.facts.ARCHIVE``). What is there already is confirmed anew,
so that one that was broken off goes on, and a later archive of the same help desk renews it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec

from agentconsole.archive.format import (
    ANNOUNCEMENTS,
    COMMENTS,
    CONTACTS,
    FIELDS,
    GROUPS,
    MACROS,
    ORGANIZATIONS,
    PEOPLE,
    TICKETS,
    VIEWS,
    DamagedPart,
    Kind,
    Line,
    record_of,
)
from agentconsole.archive.reading import Archive, Story
from agentconsole.domain.desk_kinds import ARCHIVE as KIND
from agentconsole.domain.instant import Instant, from_iso
from agentconsole.domain.records import AttachmentRecord, CommentRecord, Page, StatusHistory
from agentconsole.domain.values import Role, Status
from agentconsole.platform.home import Home
from agentconsole.services.api.archives import ArchiveOpened, ArchiveStopped, ExportProgress
from agentconsole.services.profiles import Profile, ProfileError, Profiles, desk_of
from agentconsole.store.desks import open_store_of
from agentconsole.store.errors import storing_failure
from agentconsole.store.facts import ARCHIVE
from agentconsole.store.store import Store

_AT_ONCE = 200
_LARGE_SETS = 5000
"""People that are confirmed in one page."""

_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def name_for(archive: Archive) -> str:
    """Return what the profile of *archive* is called if nobody says otherwise."""
    desk = _NO_NAME.sub("-", archive.manifest.desk).strip("-._")[:48]
    return f"archive-{desk or 'desk'}"


def take_in(
    home: Home,
    profiles: Profiles,
    archive: Archive,
    name: str,
    tell: Callable[[ExportProgress], object],
    stopped: Callable[[], bool],
) -> ArchiveOpened:
    """Bring *archive* into the profile *name*, which is made when there is none. Blocks.

    Raises ProfileError when *name* is another help desk's, ArchiveStopped, UnusableArchive, StoreError, KeychainError.
    """
    profile = Profile(name=name, kind=KIND, url=f"archive://{archive.manifest.desk}", email="")
    former = next((each for each in profiles.all() if each.name == name), None)
    if former is not None and (former.kind != KIND or desk_of(former) != desk_of(profile)):
        raise ProfileError(f"There is a profile called {name!r} already, of {former.url}: choose another name.")
    store = open_store_of(desk_of(profile), home.database(name), key=profiles.store_key(profile))
    try:
        run = _Taking(store, archive, tell, stopped)
        run.reference()
        run.stories()
        run.remember()
    finally:
        store.close()
    profiles.add_archive(profile)
    counts = {"tickets": run.tickets, "comments": run.comments, "attachments": run.files}
    return ArchiveOpened(profile=name, desk=archive.manifest.desk, counts=counts, problems=tuple(archive.problems))


class _Taking:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        tell: Callable[[ExportProgress], object],
        stopped: Callable[[], bool],
    ) -> None:
        self._store = store
        self._archive = archive
        self._tell = tell
        self._stopped = stopped
        self.tickets = self.comments = self.files = 0

    def reference(self) -> None:
        """Confirm everything but tickets."""
        for part in _parts(self._records(ORGANIZATIONS)):
            self._confirm(Page(organizations=part))
        for part in _parts(self._records(PEOPLE)):
            self._confirm(Page(people=part))
        sets: dict[str, Any] = {
            name: tuple(self._records(kind))
            for kind, name in (
                (GROUPS, "groups"),
                (FIELDS, "ticket_fields"),
                (MACROS, "macros"),
                (VIEWS, "views"),
                (CONTACTS, "contacts"),
                (ANNOUNCEMENTS, "announcements"),
            )
        }
        self._confirm(Page(**sets, status_summary=self._archive.status_summary()))

    def stories(self) -> None:
        """Confirm the tickets with their conversations, and keep the files."""
        total = self._archive.manifest.counts.get("tickets", 0)
        batch: list[Story] = []
        for story in self._archive.stories():
            batch.append(story)
            if len(batch) >= _AT_ONCE:
                self._take(batch)
                batch.clear()
                self._tell(ExportProgress("tickets", self.tickets, total))
        self._take(batch)
        self._tell(ExportProgress("tickets", self.tickets, total))

    def remember(self) -> None:
        """Note what the store is: whose, as of when, and that nothing goes out of it."""
        manifest = self._archive.manifest
        told = msgspec.structs.replace(manifest, files={})
        me = {"ref": "", "name": "Archive", "email": "", "role": Role.REVIEWER}
        facts = self._store.facts
        facts.put(ARCHIVE, msgspec.json.encode(told).decode())
        facts.put("identity", msgspec.json.encode(me).decode())
        facts.put("data_as_of", str(_instant(manifest.data_as_of or manifest.made_at) or 0)).result()

    def _take(self, batch: list[Story]) -> None:
        if self._stopped():
            raise ArchiveStopped
        tickets, comments, histories, whole = [], [], [], []
        for ticket_line, comment_lines in batch:
            ticket = self._record(TICKETS, ticket_line)
            if ticket is None:
                continue
            tickets.append(ticket)
            whole.append(ticket.ref)
            histories += _history(ticket.ref, ticket_line)
            for line in comment_lines:
                files = [self._attachment(each) for each in line.get("attachments") or () if isinstance(each, dict)]
                comment: CommentRecord | None = self._record(COMMENTS, {**line, "attachments": []})
                if comment is not None:
                    comments.append(msgspec.structs.replace(comment, attachments=tuple(filter(None, files))))
        page = Page(
            tickets=tuple(tickets),
            comments=tuple(comments),
            histories=tuple(histories),
            whole_comments_of=tuple(whole),
        )
        self._confirm(page)
        self.tickets += len(tickets)
        self.comments += len(comments)

    def _attachment(self, line: Line) -> AttachmentRecord | None:
        try:
            record = AttachmentRecord(
                ref=str(line["id"]),
                file_name=str(line.get("file_name") or "file"),
                content_type=str(line.get("content_type") or "application/octet-stream"),
                size=int(line.get("size") or 0),
                url="",
                inline=bool(line.get("inline")),
            )
        except (KeyError, ValueError, TypeError):
            self._archive.problems.append("an attachment can't be read")
            return None
        if self._store.files.has(record.ref):
            self.files += 1
            return record
        path = line.get("path")
        try:
            pieces = self._archive.content(path)
            if pieces is not None:
                self._keep(record, pieces)
            elif self._archive.should_have(path):
                self._archive.problems.append(f"{path} is missing")
        except DamagedPart as damage:
            # everything else is worth having; the attachment stands there as one that is not here
            self._archive.problems.append(str(damage))
        return record

    def _keep(self, record: AttachmentRecord, pieces: Iterator[bytes]) -> None:
        """Keep the file of *record*, which is *pieces*. Raises DamagedPart, and nothing is kept then."""
        try:
            receiving = self._store.files.receive(record.ref, record.file_name)
            try:
                for piece in pieces:
                    receiving.write(piece)
                receiving.finish()
            finally:
                receiving.abandon()
        except OSError as error:
            raise storing_failure(error) from error
        self.files += 1

    def _records(self, kind: Kind) -> Iterator[Any]:
        return (record for line in self._archive.lines(kind) if (record := self._record(kind, line)) is not None)

    def _record(self, kind: Kind, line: Line) -> Any:
        try:
            return record_of(kind, line)
        except (msgspec.ValidationError, ValueError, TypeError) as error:
            self._archive.problems.append(f"{kind.file}: {line.get('id')} can't be read: {error}")
            return None

    def _confirm(self, page: Page) -> None:
        self._store.pages.apply(page).result()


def _parts(records: Iterator[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield *records* in pages."""
    while part := tuple(islice(records, _LARGE_SETS)):
        yield part


def _history(ticket: str, line: Line) -> list[StatusHistory]:
    with suppress(KeyError, TypeError, ValueError):
        changes = tuple((from_iso(each["at"]), Status(each["status"])) for each in line.get("history") or ())
        return [StatusHistory(ticket=ticket, changes=changes)] if changes else []
    return []


def _instant(text: str) -> Instant | None:
    with suppress(ValueError):
        return from_iso(text)
    return None
