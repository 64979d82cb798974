"""Policy packs, and what they say about a ticket, as the window and the command line see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agentconsole.domain.values import Ref, TicketId

if TYPE_CHECKING:
    from agentconsole.packs.catalogue import Choice as PackChoice
    from agentconsole.packs.catalogue import Entry, Trouble
    from agentconsole.packs.model import Pack
    from agentconsole.packs.standing import Standing
    from agentconsole.triage.values import Applied, PinState, TicketGuidance, Warned


class Guidance(Protocol):
    """What the policy packs say about one ticket. Proposals never act by themselves.

    Every write is queued like any change of a ticket: it works offline and :meth:`Tickets.undo` takes its batch key.
    They raise ``services.guidance_records.NotGuided`` when the policy forbids it or the key is gone, in words.
    """

    def known(self, ticket: TicketId) -> TicketGuidance | None:
        """What :meth:`of` said last, if nothing has changed since: to paint at once."""
        ...

    async def of(self, ticket: TicketId) -> TicketGuidance | None:
        """All that the packs say about *ticket* now; None for a ticket that is not there."""
        ...

    async def open_demands(self, ticket: TicketId, status: str) -> tuple[Warned, ...]:
        """Demands of the lifecycle that are still open although *status* should wait for them."""
        ...

    async def apply(self, ticket: TicketId, key: str) -> Applied:
        """Do what the proposal *key* says: queue it, or hand over text for the composer, a link or a dialog's name."""
        ...

    async def dismiss(self, ticket: TicketId, key: str) -> None:
        """Don't show *key* again until the ground for it has changed."""
        ...

    async def restore(self, ticket: TicketId) -> int:
        """Show dismissed proposals of *ticket* again; returns how many."""
        ...

    async def tick(self, ticket: TicketId, demand: str, *, done: bool = True) -> str:
        """Say that the *demand* (its key) is met, or not; colleagues see it by a tag. Returns the batch key."""
        ...

    async def record_infractions(self, ticket: TicketId, infractions: Sequence[str], words: str) -> str:
        """Enter *infractions* (ids of the conduct policy) into the requester's record, with the agent's *words*."""
        ...

    async def withdraw_infraction(self, ticket: TicketId, entry: str, words: str) -> str:
        """Take the infraction *entry* out of the record: who entered it may, and supervisors."""
        ...

    async def sanction(self, ticket: TicketId, sanction: str, words: str) -> str:
        """Impose *sanction* (an id) on the requester; one that needs a supervisor is proposed to them."""
        ...

    async def confirm_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        """Confirm the proposed sanction *entry*; supervisors only."""
        ...

    async def lift_sanction(self, ticket: TicketId, entry: str, words: str) -> str:
        """End the sanction *entry* early; one that needed a supervisor needs one again."""
        ...

    async def check_pin(self, ticket: TicketId, pin: str) -> PinState:
        """Have the help desk check the requester's Support PIN. The PIN is kept nowhere; the result is, as a note.

        Raises a ConnectorError when the help desk can't be reached.
        """
        ...

    async def confirm_steps(self, ticket: TicketId, steps: Sequence[str], words: str) -> str:
        """Record that *steps* (ids) before an executive escalation were taken."""
        ...

    async def escalate(
        self, ticket: TicketId, contact: str, confirmed_steps: Sequence[str], words: str, *, pack: str = ""
    ) -> str:
        """Escalate to *contact* (a contact's id): a note that lists the steps taken, the pack's tag, the group.

        An executive is refused until every step before them is confirmed, here or by an earlier note.
        """
        ...

    async def record_privacy_request(self, ticket: TicketId, wish: str, words: str) -> str:
        """Record that the requester wants their contact data changed or deleted (*wish*: "change" or "delete")."""
        ...

    async def record_profile_change(self, ticket: TicketId, changes: dict[str, str], words: str) -> str:
        """Record changed contact details of the requester's organization (what → new value), as a note."""
        ...


class Packs(Protocol):
    """The policy packs of the profile. Change topic: "packs"."""

    def used(self) -> tuple[Pack, ...]:
        """The packs in force, the first one asked first; the same tuple until something about packs changes."""
        ...

    def all(self) -> tuple[Entry, ...]:
        """Every pack that there is, with the file it is in and whether it is used."""
        ...

    def problems(self) -> tuple[Trouble, ...]:
        """What is wrong with packs, such as a file with mistakes whose last good version stays in use."""
        ...

    def of_ticket(self, ticket: TicketId) -> tuple[Standing, ...]:
        """The packs that speak for *ticket*, with its customer's level and region; empty when none does."""
        ...

    def of_organization(self, organization: Ref) -> tuple[Standing, ...]: ...

    def choice(self) -> PackChoice:
        """Which packs the profile uses, and what of their ``[match]`` is otherwise for it."""
        ...

    async def choose(self, use: Sequence[str] | None, match: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        """Use the packs of these ids, in this order (None: as packs say themselves), with other keys in ``[match]``.

        An error with ``title`` and ``advice`` says what is wrong.
        """
        ...

    @property
    def folder(self) -> Path:
        """Where the user's own packs stand, whether it is there yet or not."""
        ...

    def watch(self) -> None:
        """Begin to notice edits of the files; returns at once."""
        ...
