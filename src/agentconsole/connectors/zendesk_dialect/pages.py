"""Whole answers as pages of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentconsole.connectors.zendesk_dialect import records, wire
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref


def page_of(
    body: wire.Body,
    statuses: Mapping[Ref, records.NamedStatus] | None = None,
    *,
    ticket: Ref | None = None,
    **more: Any,
) -> Page:
    """Return the people, organizations, tickets and comments of *body*.

    *ticket* is whose comments they are, where they do not say. *more* are further values of the page.
    """
    tickets = []
    histories = []
    deleted = []
    for row in body.tickets or ():
        if row.id is None:
            continue
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
