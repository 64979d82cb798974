"""Views as SQL: which tickets a view holds and in what order.

A condition that the server does not know holds for no ticket: an empty view is seen at once, while a view that ignores
one of its conditions misleads for months.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from operator import gt, lt
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

from agentconsole.server.instants import to_text
from agentconsole.server.query import PRIORITIES, STATUSES
from agentconsole.server.schema import comments, group_memberships, groups, organizations, tickets, users
from agentconsole.server.search_sql import Asker, Where, contains, has_field, has_tag, rank

SORTS: Final[Mapping[str, ColumnElement[Any]]] = {
    "id": tickets.c.id,
    "nice_id": tickets.c.id,
    "subject": tickets.c.subject,
    "created": tickets.c.created_at,
    "created_at": tickets.c.created_at,
    "updated": tickets.c.updated_at,
    "updated_at": tickets.c.updated_at,
    "solved": tickets.c.solved_at,
    "due_date": tickets.c.due_at,
    "status": rank(tickets.c.status, STATUSES),
    "priority": rank(tickets.c.priority, PRIORITIES),
    "type": tickets.c.type,
    "sla_next_breach_at": tickets.c.sla_next_breach_at,
    "assignee": select(users.c.name).where(users.c.id == tickets.c.assignee_id).scalar_subquery(),
    "requester": select(users.c.name).where(users.c.id == tickets.c.requester_id).scalar_subquery(),
    "group": select(groups.c.name).where(groups.c.id == tickets.c.group_id).scalar_subquery(),
    "organization": select(organizations.c.name)
    .where(organizations.c.id == tickets.c.organization_id)
    .scalar_subquery(),
}
"""What a view may be sorted by. Rows without a value come last in either direction."""


def view_where(conditions: Mapping[str, Any], asker: Asker) -> Where:
    """All of ``all`` and, if there are any, one of ``any``; deleted tickets are in no view."""
    required = [_condition(row, asker) for row in conditions.get("all") or ()]
    optional = [_condition(row, asker) for row in conditions.get("any") or ()]
    found: Where = and_(tickets.c.deleted_at.is_(None), *required)
    return and_(found, or_(*optional)) if optional else found


def view_order(
    execution: Mapping[str, Any], sort_by: str | None = None, descending: bool | None = None
) -> list[ColumnElement[Any]]:
    """Grouping first, then the sort, then the id. *sort_by* and *descending* outrank the view's own sort."""
    keys: list[ColumnElement[Any]] = []
    grouping = _direction(execution, "group")
    if grouping is not None and sort_by is None:
        keys += _sorted(*grouping)
    own = _direction(execution, "sort") or ("id", False)
    if sort_by is not None and sort_by in SORTS:
        own = (sort_by, bool(descending))
    elif descending is not None:
        own = (own[0], descending)
    keys += _sorted(*own)
    return [*keys, tickets.c.id.desc()]


def _direction(execution: Mapping[str, Any], what: str) -> tuple[str, bool] | None:
    """(key, descending) of ``sort`` or ``group``, in either spelling that executions have."""
    nested = execution.get(what)
    if isinstance(nested, Mapping):
        key, way = nested.get("id"), nested.get("order")
    else:
        key, way = execution.get(f"{what}_by"), execution.get(f"{what}_order")
    return (str(key), way == "desc") if key in SORTS else None


def _sorted(key: str, descending: bool) -> list[ColumnElement[Any]]:
    column = SORTS[key]
    return [column.is_(None), column.desc() if descending else column.asc()]


def _condition(row: Mapping[str, Any], asker: Asker) -> Where:
    field, operator, value = str(row.get("field")), str(row.get("operator")), row.get("value")
    if field in {"status", "priority", "type", "ticket_type_id"}:
        return _named(field, operator, value)
    if field in {"assignee_id", "requester_id", "submitter_id", "group_id", "organization_id"}:
        return _reference(tickets.c[field], operator, value, asker)
    if field in _WORDS:
        return _words(_WORDS[field], operator, str(value or ""))
    if field in _HOURS:
        column, is_ahead = _HOURS[field]
        return _hours(column, is_ahead, operator, value, asker)
    if field == "current_tags":
        return _tags(operator, value)
    if field in {"via_id", "satisfaction_score"}:
        column = tickets.c.channel if field == "via_id" else tickets.c.satisfaction_score
        return _chosen(column, operator, [str(each) for each in _listed(value)])
    if field.startswith("custom_fields_") and field[14:].isdigit():
        found = has_field(tickets.c.custom_fields, int(field[14:]), value)
        return not_(found) if operator in _OTHERWISE else found
    return false()


_OTHERWISE: Final = frozenset({"is_not", "not_includes"})


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _chosen(column: ColumnElement[Any], operator: str, values: Sequence[Any]) -> Where:
    given = [value for value in values if value not in {None, "", "None"}]
    found: Where = column.in_(given) if given else false()
    if len(given) < len(values):
        found = or_(found, column.is_(None))
    return not_(func.coalesce(found, false())) if operator in _OTHERWISE else found


def _named(field: str, operator: str, value: Any) -> Where:
    column = tickets.c["type" if field == "ticket_type_id" else field]
    order = STATUSES if field == "status" else PRIORITIES
    if operator in {"less_than", "greater_than"}:
        if value not in order:
            return false()
        place = order.index(value)
        return column.in_(order[:place] if operator == "less_than" else order[place + 1 :])
    return _chosen(column, operator, _listed(value))


def _reference(column: ColumnElement[Any], operator: str, value: Any, asker: Asker) -> Where:
    values: list[int | None] = []
    for each in _listed(value):
        if each == "current_user":
            values.append(asker.user_id)
        elif each == "current_groups":
            mine = column.in_(select(group_memberships.c.group_id).where(group_memberships.c.user_id == asker.user_id))
            return not_(func.coalesce(mine, false())) if operator in _OTHERWISE else mine
        elif each in {None, ""}:
            values.append(None)
        elif str(each).isdigit():
            values.append(int(each))
    return _chosen(column, operator, values) if values else false()


def _tags(operator: str, value: Any) -> Where:
    names = value if isinstance(value, list) else str(value or "").split()
    found = or_(false(), *(has_tag(tickets.c.tags, str(name)) for name in names))
    return not_(found) if operator in _OTHERWISE else found


_WORDS: Final[Mapping[str, Callable[[str], Where]]] = {
    "subject_includes_word": lambda word: contains(tickets.c.subject, word),
    "description_includes_word": lambda word: contains(tickets.c.description, word),
    "comment_includes_word": lambda word: tickets.c.id.in_(
        select(comments.c.ticket_id).where(contains(comments.c.body, word))
    ),
}


def _words(find: Callable[[str], Where], operator: str, text: str) -> Where:
    found = or_(false(), *(find(word) for word in text.split()))
    return not_(found) if operator in _OTHERWISE else found


_HOURS: Final[Mapping[str, tuple[ColumnElement[Any], bool]]] = {
    "created_at": (tickets.c.created_at, False),
    "NEW": (tickets.c.created_at, False),
    "updated_at": (tickets.c.updated_at, False),
    "solved_at": (tickets.c.solved_at, False),
    "SOLVED": (tickets.c.solved_at, False),
    "due_date": (tickets.c.due_at, False),
    "until_due_date": (tickets.c.due_at, True),
    "sla_next_breach_at": (tickets.c.sla_next_breach_at, False),
    "until_sla_next_breach_at": (tickets.c.sla_next_breach_at, True),
}
"""Conditions in hours: since an instant or, where True, until it."""


def _hours(column: ColumnElement[Any], is_ahead: bool, operator: str, value: Any, asker: Asker) -> Where:
    if operator == "present":
        return column.is_not(None)
    try:
        hours = timedelta(hours=float(value))
        now, then = to_text(asker.now), to_text(asker.now + hours if is_ahead else asker.now - hours)
    except (TypeError, ValueError, OverflowError):
        return false()
    if operator not in {"less_than", "greater_than"}:
        return false()
    is_nearer = operator == "less_than"
    beyond: Where = (lt if is_nearer == is_ahead else gt)(column, then)
    within: Where = (gt if is_ahead else lt)(column, now)
    return and_(beyond, within) if is_nearer else beyond
