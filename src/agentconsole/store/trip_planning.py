"""What taking tickets along would mean: how much is here already, and how much is to be fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agentconsole.domain.trips import KnownFile, TripChoice, TripPlan, too_large
from agentconsole.domain.values import Ref, TicketId
from agentconsole.store import driver
from agentconsole.store.conversing import decode_files, span
from agentconsole.store.reading import Readers

_AT_A_TIME = 300
_SAMPLE = 2000
_BODY_OVERHEAD = 600
"""Bytes that a comment takes besides its text: its row, its place in the index of words."""

MISSING = (
    "CASE WHEN t.whole THEN 0 ELSE coalesce((SELECT json_extract(CAST(record AS TEXT), '$.comment_count') "
    "FROM ticket_record WHERE ticket = t.id) - t.comments, -1) END"
)
"""How many comments of ``ticket t`` are not here; -1 when nobody knows."""


def plan_of(
    readers: Readers, tickets: Sequence[TicketId], choice: TripChoice, is_here: Callable[[Ref], bool]
) -> tuple[TripPlan, list[KnownFile]]:
    """Return the plan for *tickets* without the time it takes, and the attachments to be fetched.

    *is_here* says whether an attachment was fetched before. Blocks.
    """
    conversations = comments = unknown = stored = 0
    sample = ""
    files: dict[Ref, KnownFile] = {}
    for start in range(0, len(tickets), _AT_A_TIME):
        part = tickets[start : start + _AT_A_TIME]
        with readers.snapshot() as db:
            wanted = (msgspec.json.encode(list(part)).decode(),)
            for ticket, ref, missing, known, with_files in db.execute(
                f"SELECT t.id, t.ref, {MISSING}, t.comments, t.files FROM ticket t "
                "WHERE t.id IN (SELECT value FROM json_each(?)) AND t.ref IS NOT NULL",
                wanted,
            ).fetchall():
                stored += known
                if missing:
                    conversations += 1
                    sample = ref
                    unknown += missing < 0
                    comments += max(0, missing)
                if with_files:
                    files.update((file.ref, file) for file in files_of(db, ticket))
    with readers.snapshot() as db:
        size = _bytes_of_a_comment(db)
        left_out = db.execute("SELECT count(*) FROM left_out WHERE wanted = 0").fetchone()[0]
    comments += unknown * max(2, stored // max(1, len(tickets)))
    here = [file for file in files.values() if is_here(file.ref)]
    known_here = {file.ref for file in here}
    large = [file for file in files.values() if too_large(file.size, choice.most_file) and file.ref not in known_here]
    behind = {file.ref for file in large}
    missing_files = [file for file in files.values() if file.ref not in known_here and file.ref not in behind]
    plan = TripPlan(
        tickets=len(tickets),
        conversations=conversations,
        conversation_bytes=comments * size,
        files=len(files),
        missing_files=len(missing_files),
        missing_bytes=sum(file.size for file in missing_files),
        here_bytes=sum(file.size for file in here),
        large_files=len(large),
        large_bytes=sum(file.size for file in large),
        elsewhere=left_out,
        sample=sample,
    )
    return plan, missing_files


def files_of(db: driver.Connection, ticket: TicketId) -> list[KnownFile]:
    """Return the attachments of the conversation of *ticket*, as far as it is here."""
    return [
        KnownFile(ref=file.ref, ticket=ticket, file_name=file.file_name, url=file.url, size=file.size)
        for (data,) in db.execute(
            "SELECT files FROM comment WHERE id BETWEEN ? AND ? AND files IS NOT NULL", span(ticket)
        )
        for file in decode_files(data)
        if file.ref
    ]


def _bytes_of_a_comment(db: driver.Connection) -> int:
    row = db.execute(
        "SELECT avg(length(body) + coalesce(length(html), 0)) FROM (SELECT body, html FROM comment LIMIT ?)", (_SAMPLE,)
    ).fetchone()
    return int(row[0] or 400) + _BODY_OVERHEAD
