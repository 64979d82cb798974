"""What is made when it is first asked for is made once, also for threads that ask at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from agentconsole.domain.once import made_once


class Whole:
    def __init__(self) -> None:
        self.made = 0
        self.both_ask = Barrier(2)

    @made_once
    def part(self) -> object:
        """A part."""
        self.made += 1
        # the second thread has been let go by now, and asks while this one is at work
        return sorted(range(200_000), key=lambda number: -number)


def test_two_threads_that_ask_at_once_get_the_same() -> None:
    whole = Whole()

    def ask() -> int:
        whole.both_ask.wait()
        return id(whole.part)

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(ask), threads.submit(ask)
        assert first.result() == second.result()
    assert whole.made == 1


def test_each_object_has_its_own_and_keeps_it() -> None:
    one, other = Whole(), Whole()
    assert one.part is one.part
    assert one.part is not other.part
    assert Whole.part.__doc__ == "A part."
