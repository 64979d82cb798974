"""What a push asks of each kind of help desk before it sends, and where an answer was lost."""

from __future__ import annotations

from tests.support.desk import Desk

LOOK = {"agentconsole": ["GET /extras/tickets/1/full"], "zendesk": ["GET /tickets/1", "GET /tickets/1/comments"]}


def settling(kind: str, key: str, ref: str = "1") -> list[str]:
    """The look for a change that has arrived."""
    return [f"GET /extras/idempotency/{key}"] if kind == "agentconsole" else [f"GET /tickets/{ref}/audits"]


def missing(kind: str, key: str, ref: str = "1") -> list[str]:
    """The look for a change that has not."""
    return [*([f"GET /extras/idempotency/{key}"] if kind == "agentconsole" else []), f"GET /tickets/{ref}/audits"]


async def says(desk: Desk, author: str, body: str) -> None:
    await desk.as_(
        "ada",
        "PUT",
        "/tickets/1.json",
        {"ticket": {"comment": {"body": body, "public": True, "author_id": int(author)}}},
    )
