"""Merge tickets, which the dialect does in a job of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import quote

import msgspec

from agentconsole.connectors.api import ConnectorError, Missing, Receipt, Refused, Unanswered
from agentconsole.connectors.http import Answer, HttpClient
from agentconsole.connectors.zendesk_dialect import wire
from agentconsole.connectors.zendesk_dialect.writing import merging, number
from agentconsole.domain.commands import MergeTickets
from agentconsole.domain.records import Page
from agentconsole.domain.values import Ref

API = "/api/v2"
LOOKS_AT_A_JOB = 40
PAUSE_BETWEEN_LOOKS = 0.5
"""Seconds."""


class _Read(Protocol):
    def __call__(self, answer: Answer, *expected: str) -> wire.Body: ...


class Merges:
    """Merges over *http*. *read* decodes answers, *ticket* fetches one, *sleep* passes the time between looks."""

    def __init__(
        self,
        http: HttpClient,
        read: _Read,
        ticket: Callable[[Ref], Awaitable[Page]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._http = http
        self._read = read
        self._ticket = ticket
        self._sleep = sleep

    async def merge(self, command: MergeTickets, source: Ref, into: Ref, key: str) -> Receipt:
        """Merge *source* into *into*. Unanswered means that it may have happened."""
        path = f"{API}/tickets/{_segment(into)}/merge.json"
        answer = await self._http.write("POST", path, merging(source, command), key=key)
        return await self.finished(self._read(answer, "job_status").job_status, source, into)

    async def finished(self, job: wire.Job | None, source: Ref, into: Ref) -> Receipt:
        """Wait for *job*, which merges. Whatever fails from here on leaves the merge unanswered, not undone."""
        job = await self._ended(job)
        refusal = _refusal_of(job)
        if refusal:
            raise Refused(refusal)
        try:
            return merge_receipt(source, into, await self._as_it_is(source), await self._as_it_is(into))
        except ConnectorError as error:
            raise Unanswered(_UNTOLD) from error

    async def _as_it_is(self, ticket: Ref) -> Page:
        """*ticket* as it is by now. One that was deleted since was merged all the same, and must not be waited for."""
        try:
            return await self._ticket(ticket)
        except Missing:
            return Page(deleted=(ticket,))

    async def _ended(self, job: wire.Job | None) -> wire.Job | None:
        try:
            for _ in range(LOOKS_AT_A_JOB):
                if job is None or job.status in ("completed", "failed", "killed"):
                    return job
                await self._sleep(PAUSE_BETWEEN_LOOKS)
                answer = await self._http.get(f"{API}/job_statuses/{_segment(str(job.id))}.json")
                job = self._read(answer, "job_status").job_status
        except ConnectorError as error:
            raise Unanswered(_UNTOLD) from error
        raise Unanswered("The help desk is still busy with the merge.")


_UNTOLD = "The help desk took the merge, but has not said how it went."


def merge_receipt(source: Ref, into: Ref | None, *pages: Page) -> Receipt:
    """The receipt for a merge; the plain dialect does not say where a merged ticket went, we do."""
    tickets = [
        msgspec.structs.replace(row, merged_into=row.merged_into or into) if row.ref == source else row
        for page in pages
        for row in page.tickets
    ]
    return Receipt(
        ticket=source,
        page=Page(
            tickets=tuple(tickets),
            comments=tuple(comment for page in pages for comment in page.comments),
            people=tuple(person for page in pages for person in page.people),
            whole_comments_of=tuple(ref for page in pages for ref in page.whole_comments_of),
            deleted=tuple(ref for page in pages for ref in page.deleted),
        ),
    )


def _refusal_of(job: wire.Job | None) -> str:
    """Why *job*, or part of it, did not do what it was to do; empty when nothing says so."""
    if job is None:
        return ""
    if job.status in ("failed", "killed"):
        return job.message or "The tickets could not be merged."
    results = job.results if isinstance(job.results, list) else []
    failed = [row for row in results if isinstance(row, dict) and (row.get("error") or row.get("success") is False)]
    said = (row.get("details") or row.get("error") for row in failed)
    return "; ".join(text if isinstance(text, str) else "The tickets could not be merged." for text in said)


def _segment(ref: Ref) -> str:
    return quote(str(number(ref)), safe="")
