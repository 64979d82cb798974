"""The views of the side bar: what each holds, and in which order."""

from __future__ import annotations

from msgspec import Struct

from agentconsole.domain.instant import DAY
from agentconsole.domain.rows import ViewItem
from agentconsole.domain.values import Status
from agentconsole.store.keys import ACTIVE, DONE, STATUS_CODE, UNSOLVED

RECENT = 7 * DAY
"""How long a solved ticket counts as recently solved."""


class View(Struct, frozen=True):
    """A view in terms of the table. ``condition`` may use ``:me`` and ``:recent``; no place means any, also hidden;
    ``walks`` names an index of its own. ``few``: it holds one person's tickets at most, so sorting is free.
    """

    item: ViewItem
    places: tuple[int, ...]
    condition: str = ""
    sort: str = "sla"
    descending: bool = False
    walks: str | None = None
    few: bool = False


def _item(key: str, title: str, query: str, icon: str) -> ViewItem:
    return ViewItem(key=key, title=title, section="built-in", query=query, icon=icon)


BUILT_IN: dict[str, View] = {
    view.item.key: view
    for view in (
        View(
            _item("my-open", "My open", "is:mine is:unsolved", "user"),
            (UNSOLVED,),
            "t.assignee = :me",
            walks="ticket_of_assignee",
            few=True,
        ),
        View(
            _item("unassigned", "Unassigned", "is:unassigned is:unsolved", "user-x"),
            (UNSOLVED,),
            "t.assignee IS NULL",
        ),
        View(_item("all-open", "All open", "is:unsolved", "inbox"), (UNSOLVED,)),
        View(
            _item("breaching-next", "Breaching next", "is:unsolved sla:running", "timer"),
            (UNSOLVED,),
            f"t.stage = {ACTIVE}",
        ),
        View(
            _item("waiting-on-requester", "Waiting on requester", "status:pending", "hourglass"),
            (UNSOLVED,),
            f"t.status = {STATUS_CODE[Status.PENDING]}",
            sort="updated",
        ),
        View(
            _item("recently-solved", "Recently solved", "is:solved updated<7d", "circle-check"),
            (DONE,),
            "t.updated_at >= :recent",
            sort="updated",
            descending=True,
        ),
        View(
            _item("changed-offline", "Changed offline", "is:unsent", "cloud-off"),
            (),
            "t.waiting > 0",
            sort="updated",
            descending=True,
            walks="ticket_waiting",
        ),
        View(
            _item("everything", "Everything", "", "ticket"),
            (UNSOLVED, DONE),
            sort="updated",
            descending=True,
        ),
    )
}
"""Views that every desk has, in the order of the side bar; the last one is for searching and not shown there."""

EVERYTHING = BUILT_IN["everything"]

SORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sla": ("ticket_by_sla", ("sla_key",)),
    "priority": ("ticket_by_priority", ("priority", "updated_at")),
    "id": ("ticket_by_number", ("number",)),
    "subject": ("ticket_by_subject", ("subject_key",)),
    "requester": ("ticket_by_requester", ("requester_key",)),
    "organization": ("ticket_by_organization", ("organization_key",)),
    "group": ("ticket_by_group", ("group_key", "updated_at")),
    "assignee": ("ticket_by_assignee", ("assignee_key", "updated_at")),
    "status": ("ticket_by_status", ("status", "updated_at")),
    "channel": ("ticket_by_channel", ("channel", "updated_at")),
    "updated": ("ticket_by_updated", ("updated_at",)),
    "created": ("ticket_by_created", ("created_at",)),
}
"""What sorts the queue: an index of unsolved tickets, and its columns; the id decides ties."""

DONE_INDEX = "ticket_done"
"""Solved tickets by their last change; other orders are sorted from it, without reading rows."""
