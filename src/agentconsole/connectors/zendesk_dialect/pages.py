"""Whole answers as pages of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentconsole.connectors.http.oddities import Oddities
from agentconsole.connectors.zendesk_dialect import records, wire, words
from agentconsole.connectors.zendesk_dialect.times import instant
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref


def page_of(
    body: wire.Body,
    statuses: Mapping[Ref, records.NamedStatus] | None = None,
    *,
    ticket: Ref | None = None,
    oddities: Oddities | None = None,
    **more: Any,
) -> Page:
    """Return the people, organizations, tickets and comments of *body*.

    *ticket* is whose comments they are, where they do not say. *more* are further values of the page. *oddities* hears
    of what is left out or not understood.
    """
    if oddities is not None:
        words.note_tickets(body.tickets or [], statuses or (), oddities)
        words.note_comments(body.comments or [], oddities)
        words.note_people(body.users or [], oddities)
    tickets = []
    histories = []
    deleted = []
    for row in _newest(body.tickets or []):
        if records.is_deleted(row):
            deleted.append(str(row.id))
        else:
            tickets.append(records.ticket_record(row, statuses))
            history = records.status_history(row)
            if history is not None:
                histories.append(history)
    comments = []
    for comment in body.comments or ():
        owner = ticket if comment.ticket_id is None else str(comment.ticket_id)
        if owner is not None and comment.id is not None:
            comments.append(records.comment_record(comment, owner))
    people = {str(row.id): row for row in body.users or () if row.id is not None}
    organizations = {str(row.id): row for row in body.organizations or () if row.id is not None}
    return Page(
        people=tuple(records.person_record(row) for row in people.values()),
        organizations=tuple(records.organization_record(row) for row in organizations.values()),
        tickets=tuple(tickets),
        comments=tuple(comments),
        deleted=tuple(deleted),
        histories=tuple(histories),
        **more,
    )


def _newest(rows: list[wire.Ticket]) -> list[wire.Ticket]:
    """*rows* with each ticket once, as it was last: an export may tell of a change and a deletion in one page."""
    newest: dict[Ref, wire.Ticket] = {}
    for row in rows:
        if row.id is None:
            continue
        known = newest.get(str(row.id))
        if known is None or _age(known) <= _age(row):
            newest[str(row.id)] = row
    return list(newest.values())


def _age(row: wire.Ticket) -> tuple[int, int]:
    return row.generated_timestamp or 0, instant(row.updated_at) or 0
