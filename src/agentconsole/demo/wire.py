"""Small pieces that several kinds of rows are made of."""

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


def iso(moment: datetime) -> str:
    """Return *moment* as the wire's UTC text of whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamped(row: Row, at: str) -> Row:
    """Return *row* with both its instants set to *at*."""
    return {**row, "created_at": at, "updated_at": at}


def condition(field: str, operator: str, value: str) -> Row:
    """Return one condition of a view or a policy."""
    return {"field": field, "operator": operator, "value": value}
