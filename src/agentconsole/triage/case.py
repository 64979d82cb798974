"""One ticket as the rules see it: what was said, who asks, and when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b

from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import CommentRow, Me, TicketDetail
from agentconsole.domain.values import Ref, Status
from agentconsole.packs.groups import group_for
from agentconsole.packs.standing import Standing
from agentconsole.packs.templates import fill, fill_url, values_of
from agentconsole.triage.base import Evidence
from agentconsole.triage.notes import Note, read_note
from agentconsole.triage.reading import Reading
from agentconsole.triage.rulebook import Key, Rulebook
from agentconsole.triage.speech import Speech


class Case:
    """A ticket at *now*, looked at by *me*. *groups* are the help desk's groups by name."""

    def __init__(self, ticket: TicketDetail, me: Me | None, now: Instant, groups: Mapping[str, Ref]) -> None:
        self.ticket = ticket
        self.me = me
        self.now = now
        self.groups = groups
        self.reading = Reading(ticket)
        self._heard: dict[Rulebook, dict[Key, tuple[Evidence, ...]]] = {}

    @cached_property
    def told(self) -> Speech:
        """What describes the problem, without quotations, code and logs."""
        return Speech(self.reading.told)

    @cached_property
    def given(self) -> Speech:
        """What was given with the request, code and logs included."""
        return Speech(self.reading.given)

    @cached_property
    def spoken(self) -> Speech:
        """The requester's own words."""
        return Speech(self.reading.spoken)

    def heard(self, rulebook: Rulebook) -> dict[Key, tuple[Evidence, ...]]:
        """Return the rules of *rulebook* whose words are told, with the words; read once."""
        if rulebook not in self._heard:
            self._heard[rulebook] = self.told.said(rulebook.told)
        return self._heard[rulebook]

    @property
    def is_done(self) -> bool:
        return self.ticket.status in (Status.SOLVED, Status.CLOSED)

    @property
    def is_closed(self) -> bool:
        return self.ticket.status is Status.CLOSED

    @cached_property
    def replies(self) -> tuple[CommentRow, ...]:
        """Public words of agents, those that wait in the outbox among them; the opening of a ticket is none."""
        return tuple(
            comment
            for number, comment in enumerate(self.ticket.comments)
            if comment.public and comment.by_agent and (number > 0 or comment.author_ref == self._me_ref)
        )

    @cached_property
    def records(self) -> tuple[tuple[CommentRow, Note], ...]:
        """What internal notes of agents record on this ticket, oldest first; nobody else can write such notes."""
        return tuple(
            (comment, note)
            for comment in self.ticket.comments
            if not comment.public and comment.by_agent and (note := read_note(comment.body)) is not None
        )

    @cached_property
    def notes(self) -> tuple[CommentRow, ...]:
        """Internal notes that people wrote for each other; the console's own records are none."""
        return tuple(
            comment
            for comment in self.ticket.comments
            if not comment.public and comment.by_agent and read_note(comment.body) is None
        )

    @cached_property
    def answers(self) -> tuple[CommentRow, ...]:
        """Public words of the requester, oldest first."""
        return tuple(comment for comment in self.ticket.comments if comment.public and comment.by_requester)

    def group_named(self, name: str, region: str = "") -> tuple[str, Ref] | None:
        """Return name and ref of the help desk's group that a pack means by *name*.

        Of one desk in several places, the one beside the ticket's group counts; while it has none, that of *region*,
        the requester's by its title.
        """
        found = group_for(name, self.groups, self.ticket.group or region)
        return None if found is None else (found, self.groups[found])

    def author(self, comment: CommentRow) -> str:
        """Return who wrote *comment*; what waits in the outbox is this agent's."""
        return comment.author or (self.me.name if self.me and comment.key else "")

    @property
    def _me_ref(self) -> Ref | None:
        return self.me.ref if self.me else ""


class Texts:
    """The ready texts of one pack, filled for one ticket. *known* are values beyond those of the ticket."""

    def __init__(self, case: Case, standing: Standing, known: Mapping[str, str] | None = None) -> None:
        self._pack = standing.pack
        self._values = values_of(case.ticket, case.me) | {
            name: value
            for name, value in {
                "level.title": standing.level.title if standing.level else "",
                "region.title": standing.region.title if standing.region else "",
                **(known or {}),
            }.items()
            if value
        }

    def filled(self, text: str, **more: str) -> str:
        """Return *text* with its placeholders filled; *more* are values by name, with ``__`` for the dot."""
        return fill(text, self._pack, self._values | _named(more))

    def template(self, id_: str, **more: str) -> str:
        """Return the pack's template *id_*, filled; empty when the pack has none of that name."""
        found = next((one for one in self._pack.templates if one.id == id_), None)
        return self.filled(found.body, **more) if found else ""

    def url(self, url: str) -> str:
        """Return *url* with its placeholders filled."""
        return fill_url(url, self._pack, self._values)


def _named(more: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("__", "."): value for name, value in more.items() if value}


def ground_of(*parts: str | tuple[Evidence, ...]) -> str:
    """Return a fingerprint of what a proposal rests on."""
    digest = blake2b(digest_size=8)
    for part in parts:
        text = part if isinstance(part, str) else "\x1f".join(f"{one.comment}:{one.text}" for one in part)
        digest.update(text.encode("utf-8", "replace") + b"\x1e")
    return digest.hexdigest()


def quoted(evidence: tuple[Evidence, ...]) -> str:
    """Return the words of *evidence* for a sentence: “store is down”, “checkout fails”."""
    return ", ".join(dict.fromkeys(f"“{' '.join(one.text.split())}”" for one in evidence[:3]))
