"""Request bodies: strict about the values they know, silent about keys they don't, as the real service is."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from agentconsole.server.call import Call
from agentconsole.server.instants import to_text
from agentconsole.server.params import MAX_ID


def _without_nul(value: str) -> str:
    # PostgreSQL cannot store U+0000 and nobody can see it.
    return value.replace("\x00", "")


Line = Annotated[str, Field(max_length=5_000), AfterValidator(_without_nul)]
"""A name, a subject, a title."""

Prose = Annotated[str, Field(max_length=1_000_000), AfterValidator(_without_nul)]
"""A comment, a note."""

BodyId = Annotated[int, Field(ge=1, le=MAX_ID)]
IdValues = Annotated[list[BodyId], Field(max_length=200)]
Tag = Annotated[str, Field(max_length=255), AfterValidator(_without_nul)]
TagValues = Annotated[list[Tag], Field(max_length=1_000)]


def _as_stored(value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
        return to_text(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise ValueError("is not a date and time in ISO 8601") from None


Instant = Annotated[str, Field(max_length=40), AfterValidator(_as_stored)]
"""An ISO 8601 date, or date and time; becomes stored text. A time without a zone is taken as UTC."""


class Body(BaseModel):
    """A body whose unknown keys are kept aside, to be listed in the answer's warning."""

    model_config = ConfigDict(extra="allow", str_max_length=1_000_000)

    def given(self, *fields: str) -> dict[str, Any]:
        """Return the values of those *fields* that the request spelled out, nulls included."""
        return {name: getattr(self, name) for name in fields if name in self.model_fields_set}

    def warn(self, call: Call) -> None:
        """Tell the caller which keys meant nothing here."""
        call.ignore(sorted(self.model_extra or ()))
