"""Parameters that many routes take."""

from typing import Annotated

from fastapi import Path, Query

from agentconsole.server import errors

MAX_ID = 2**63 - 1
MAX_MANY = 100

Id = Annotated[int, Path(ge=1, le=MAX_ID)]
"""An id in a path."""

IdList = Annotated[
    str, Query(max_length=2_500, pattern=r"^ *[0-9]{1,19} *(, *[0-9]{1,19} *)*,?$", description="Ids, comma separated")
]

"""Ids in a query; see `id_list`."""


def id_list(ids: str) -> list[int]:
    """Return the ids of a comma separated list; raises `Problem` 400 when there are too many or none."""
    found = [int(part) for part in ids.split(",") if part.strip()]
    if len(found) > MAX_MANY:
        raise errors.too_many_values(MAX_MANY, "ids may be requested")
    if not found or not all(0 < each <= MAX_ID for each in found):
        raise errors.invalid_attribute("ids", "Give ids separated by commas.")
    return found
