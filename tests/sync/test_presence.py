"""Who has a ticket open, who had, and what is known when nobody tells any more."""

from __future__ import annotations

from agentconsole.domain.instant import MINUTE, Instant
from agentconsole.domain.records import Presence
from agentconsole.sync.presence import REMEMBERED_FOR, PresenceBoard


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now: Instant = 10_000 * MINUTE

    def __call__(self) -> Instant:
        return self.now


def here(person: str, mode: str = "viewing") -> Presence:
    return Presence(ticket="1", person=person, name=person.title(), mode=mode, since=0)


def seen(board: PresenceBoard) -> list[tuple[str, Instant | None]]:
    return [(each.person, each.seen_at) for each in board.of("1")]


def test_who_leaves_was_seen_then_and_who_comes_back_is_there() -> None:
    time = Time()
    board = PresenceBoard(time)
    assert board.note("1", (here("ada"), here("ben")))
    time.now += MINUTE
    assert board.note("1", (here("ben"),))
    assert seen(board) == [("ben", None), ("ada", time.now)]
    left_at = time.now
    time.now += MINUTE
    assert not board.note("1", (here("ben"),))
    assert seen(board) == [("ben", None), ("ada", left_at)]
    assert board.note("1", (here("ada"),))
    assert seen(board) == [("ada", None), ("ben", time.now)]


def test_when_nobody_tells_any_more_nobody_is_said_to_be_there() -> None:
    time = Time()
    board = PresenceBoard(time)
    board.note("1", (here("ada", "replying"),))
    time.now += 3 * MINUTE
    assert board.forget() == {"1"}
    assert seen(board) == [("ada", time.now)]
    assert board.forget() == frozenset()


def test_after_an_hour_it_is_not_worth_telling() -> None:
    time = Time()
    board = PresenceBoard(time)
    board.note("1", (here("ada"),))
    board.note("1", ())
    time.now += REMEMBERED_FOR - 1
    assert len(seen(board)) == 1
    time.now += 1
    assert seen(board) == []


def test_the_latest_is_told_first() -> None:
    time = Time()
    board = PresenceBoard(time)
    board.note("1", (here("ada"), here("ben")))
    time.now += MINUTE
    board.note("1", (here("ada"),))
    time.now += MINUTE
    board.note("1", ())
    assert [person for person, _ in seen(board)] == ["ada", "ben"]
