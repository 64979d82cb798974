"""What a scenario is: the words a kind of problem is told in, and where it goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of ticket.

    Texts may hold slots in braces (`{store}`, `{order}`, `{gateway}`…), filled by `slots.Slots`; a slot has one value
    throughout a ticket. *urgency* weighs (urgent, high, normal, low). *desk* is where it ends up after triage.
    *waits_for* tells on whom the desk waits when the ticket is on hold; *sheet* says that an opening may carry a table;
    *lingers* that it takes several times as long as others until it is solved.
    """

    key: str
    desk: str
    weight: int
    urgency: tuple[int, int, int, int]
    kind: str
    tags: tuple[str, ...]
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]
    resolutions: tuple[str, ...]
    waits_for: str = "our product engineers"
    sheet: bool = False
    impact: str = "one_store"
    lingers: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """The everyday sentences of one language, for the parts of a conversation that every problem shares.

    `{first}` is the person addressed, `{agent}` the agent who writes, `{case}` the case number.
    """

    language: str
    right_to_left: bool
    hello: tuple[str, ...]
    regards: tuple[str, ...]
    acknowledge: tuple[str, ...]
    waiting: tuple[str, ...]
    confirm: tuple[str, ...]
    thanks: tuple[str, ...]
    reopen: tuple[str, ...]
    again: tuple[str, ...]
    nudge: tuple[str, ...]
    praise: tuple[str, ...]
    complaint: tuple[str, ...]
