"""What a client asks of a ticket's fields, checked against the account and turned into column values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, select

from agentconsole.server import errors
from agentconsole.server.database import WriteTransaction
from agentconsole.server.schema import group_memberships, groups, organizations, ticket_fields, tickets, users
from agentconsole.server.tags import clean_tags
from agentconsole.server.ticket_input import CollaboratorInput, CustomFieldInput, RequesterInput, TicketInput

PLAIN = (
    "subject",
    "type",
    "priority",
    "status",
    "requester_id",
    "assignee_id",
    "organization_id",
    "group_id",
    "problem_id",
    "external_id",
    "recipient",
    "due_at",
)
LISTS = ("tags", "collaborator_ids", "follower_ids", "email_cc_ids", "custom_fields")
EMPTY: Mapping[str, Any] = {**dict.fromkeys(PLAIN), **{name: [] for name in LISTS}}
"""The values of a ticket that has none yet."""

SYSTEM_FIELD_TYPES = frozenset(
    {"subject", "description", "status", "tickettype", "priority", "group", "assignee", "custom_status"}
)


def current_values(row: Row[Any]) -> dict[str, Any]:
    """The stored ticket's values, lists decoded."""
    values = {name: getattr(row, name) for name in PLAIN}
    values.update({name: msgspec.json.decode(getattr(row, name)) for name in LISTS})
    return values


def asked_values(tx: WriteTransaction, given: TicketInput, current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that *given* asks for, by column; what it leaves alone is absent.

    Raises `Problem` 422 for a reference to nobody or a value that its field cannot hold.
    """
    values = given.given(*PLAIN)
    if values.get("subject") is None:
        values.pop("subject", None)
        if given.raw_subject is not None:
            values["subject"] = given.raw_subject
    for name in ("status", "requester_id"):
        if name in values and values[name] is None:
            del values[name]
    if given.requester is not None and "requester_id" not in values:
        values["requester_id"] = requester_id(tx, given.requester)
    if given.assignee_email is not None and "assignee_id" not in values:
        values["assignee_id"] = _by_email(tx.db, given.assignee_email)
    _check_references(tx.db, values)
    _route(tx.db, values, current)
    values.update(_tags(given, current))
    values.update(_people(tx, given, current))
    fields = given.custom_fields if given.custom_fields is not None else given.fields
    if fields is not None:
        values["custom_fields"] = _custom_fields(tx.db, fields, current["custom_fields"])
    return values


def requester_id(tx: WriteTransaction, given: RequesterInput) -> int:
    """The user with that address, made when there is none yet."""
    email = (given.email or "").strip().lower()
    if "@" not in email:
        raise errors.record_invalid({"requester": "Requester: Email: cannot be blank"})
    known = _by_email_or_none(tx.db, email)
    if known is not None:
        return known
    return tx.add(users, name=(given.name or "").strip() or email.partition("@")[0], email=email)


def _by_email_or_none(db: Connection, email: str) -> int | None:
    return db.scalar(
        select(users.c.id).where(users.c.email == email.strip().lower(), users.c.active).order_by(users.c.id).limit(1)
    )


def _by_email(db: Connection, email: str) -> int:
    found = _by_email_or_none(db, email)
    if found is None:
        raise errors.record_invalid({"assignee": "Assignee: no such agent"})
    return found


def _check_references(db: Connection, values: Mapping[str, Any]) -> None:
    problems: dict[str, str] = {}
    if values.get("requester_id") is not None and not _exists(db, users, values["requester_id"], users.c.active):
        problems["requester"] = "Requester: no such user"
    if values.get("assignee_id") is not None and not _exists(
        db, users, values["assignee_id"], users.c.active & (users.c.role != "end-user")
    ):
        problems["assignee"] = "Assignee: no such agent"
    if values.get("group_id") is not None and not _exists(db, groups, values["group_id"], ~groups.c.deleted):
        problems["group"] = "Group: no such group"
    if values.get("organization_id") is not None and not _exists(
        db, organizations, values["organization_id"], ~organizations.c.deleted
    ):
        problems["organization"] = "Organization: no such organization"
    if values.get("problem_id") is not None and not _exists(
        db, tickets, values["problem_id"], tickets.c.deleted_at.is_(None)
    ):
        problems["problem_id"] = "Problem: no such ticket"
    if problems:
        raise errors.record_invalid(problems)


def _exists(db: Connection, table: Table, row_id: int, condition: Any) -> bool:
    return db.execute(select(table.c.id).where(table.c.id == row_id, condition)).first() is not None


def _route(db: Connection, values: dict[str, Any], current: Mapping[str, Any]) -> None:
    """Keep group and assignee together: an agent brings a group along, a group without the agent lets go of them."""
    if values.get("assignee_id") is not None and "group_id" not in values:
        if not _is_member(db, values["assignee_id"], current["group_id"]):
            group_id = _own_group(db, values["assignee_id"])
            if group_id is not None:
                values["group_id"] = group_id
    elif (
        values.get("group_id") is not None
        and "assignee_id" not in values
        and current["assignee_id"] is not None
        and values["group_id"] != current["group_id"]
        and not _is_member(db, current["assignee_id"], values["group_id"])
    ):
        values["assignee_id"] = None


def _is_member(db: Connection, user_id: int, group_id: int | None) -> bool:
    return (
        group_id is not None
        and db.execute(
            select(group_memberships.c.id).where(
                group_memberships.c.user_id == user_id, group_memberships.c.group_id == group_id
            )
        ).first()
        is not None
    )


def _own_group(db: Connection, user_id: int) -> int | None:
    """The agent's default group, else the first one they are in."""
    return db.scalar(
        select(group_memberships.c.group_id)
        .where(group_memberships.c.user_id == user_id)
        .order_by(group_memberships.c.is_default.desc(), group_memberships.c.id)
        .limit(1)
    )


def _tags(given: TicketInput, current: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if given.tags is not None:
        values["tags"] = clean_tags([given.tags] if isinstance(given.tags, str) else given.tags)
    tags = values.get("tags", current["tags"])
    if given.additional_tags is not None:
        values["tags"] = tags = clean_tags([*tags, *given.additional_tags])
    if given.remove_tags is not None:
        gone = set(clean_tags(given.remove_tags))
        values["tags"] = [tag for tag in tags if tag not in gone]
    return values


def _people(tx: WriteTransaction, given: TicketInput, current: Mapping[str, Any]) -> dict[str, Any]:
    """Followers and CCs; the collaborators are both together."""
    followers: list[int] = list(current["follower_ids"])
    ccs: list[int] = list(current["email_cc_ids"])
    lists = (given.collaborator_ids, given.follower_ids, given.email_cc_ids, given.followers, given.email_ccs)
    if all(each is None for each in lists):
        return {}
    if given.collaborator_ids is not None:
        ccs = [each for each in _known(tx.db, given.collaborator_ids) if each not in followers]
    if given.follower_ids is not None:
        followers = _known(tx.db, given.follower_ids)
    if given.email_cc_ids is not None:
        ccs = _known(tx.db, given.email_cc_ids)
    followers = _put(tx, followers, given.followers or ())
    ccs = _put(tx, ccs, given.email_ccs or ())
    return {
        "follower_ids": followers,
        "email_cc_ids": ccs,
        "collaborator_ids": list(dict.fromkeys([*ccs, *followers])),
    }


def _known(db: Connection, ids: Iterable[int]) -> list[int]:
    wanted = list(dict.fromkeys(ids))
    found = set(db.scalars(select(users.c.id).where(users.c.id.in_(wanted), users.c.active)))
    return [each for each in wanted if each in found]


def _put(tx: WriteTransaction, ids: list[int], changes: Sequence[CollaboratorInput]) -> list[int]:
    for change in changes:
        user_id = change.user_id
        if user_id is None and change.user_email:
            user_id = requester_id(tx, RequesterInput(email=change.user_email))
        if user_id is None or not _known(tx.db, [user_id]):
            continue
        if change.action == "delete":
            ids = [each for each in ids if each != user_id]
        elif user_id not in ids:
            ids = [*ids, user_id]
    return ids


def _custom_fields(
    db: Connection, given: Sequence[CustomFieldInput], current: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """*current* with the values of *given*; fields that the account does not have are left out."""
    known = {
        row.id: row for row in db.execute(select(ticket_fields).where(ticket_fields.c.type.not_in(SYSTEM_FIELD_TYPES)))
    }
    values: dict[int, Any] = {each["id"]: each["value"] for each in current}
    for each in given:
        row = known.get(each.id)
        if row is not None:
            values[each.id] = _field_value(row, each.value)
    return [{"id": field_id, "value": value} for field_id, value in sorted(values.items())]


def _field_value(field: Row[Any], value: Any) -> Any:
    if value is None or value == "":
        return False if field.type == "checkbox" else None
    options = msgspec.json.decode(field.custom_field_options) or []
    allowed = {option["value"] for option in options}
    fits = {
        "checkbox": isinstance(value, bool) or value in {"true", "false", "0", "1", 0, 1},
        "integer": _is_number(value, int),
        "decimal": _is_number(value, float),
        "tagger": value in allowed if isinstance(value, str) else False,
        "multiselect": isinstance(value, list) and all(isinstance(each, str) and each in allowed for each in value),
    }.get(field.type, isinstance(value, str | int | float))
    if not fits:
        raise errors.record_invalid({str(field.id): f"{field.title}: {value!r} is not valid"[:200]})
    if field.type == "checkbox":
        return value in {True, "true", "1"}
    if field.type in {"integer", "decimal"}:
        return str(value)
    return value.replace("\x00", "") if isinstance(value, str) else value


def _is_number(value: Any, kind: type[int] | type[float]) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        kind(value)
    except (ValueError, OverflowError):
        return False
    return True
