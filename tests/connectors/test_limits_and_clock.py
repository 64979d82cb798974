"""What headers tell of limits and of time."""

from __future__ import annotations

from email.utils import formatdate

from hypothesis import given
from hypothesis import strategies as st

from agentconsole.connectors.http.clock import ClockOffset
from agentconsole.connectors.http.pacing import Pace
from agentconsole.domain.instant import SECOND


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_plenty_means_no_waiting() -> None:
    pace = Pace(Seconds())
    pace.learn("", {"x-rate-limit": "700", "x-rate-limit-remaining": "699"})
    pace.learn("tickets-update", {"zendesk-ratelimit-tickets-update": "total=100; remaining=50; resets=20"})
    assert pace.wait_for("tickets-update") == 0


def test_what_is_left_is_spread_over_the_time_until_it_is_renewed() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    pace.learn("exports", {"zendesk-rate-limit-incremental-exports": "total=20; remaining=1; resets=30"})
    assert pace.wait_for("exports") == 15
    assert pace.wait_for("other") == 0
    seconds.now = 31
    assert pace.wait_for("exports") == 0


def test_an_account_at_its_end_stops_every_endpoint() -> None:
    pace = Pace(Seconds())
    pace.learn("a", {"ratelimit-limit": "100", "ratelimit-remaining": "0", "ratelimit-reset": "12"})
    assert pace.wait_for("") == pace.wait_for("b") == 12


def test_answers_that_overtake_each_other_do_not_raise_the_number() -> None:
    pace = Pace(Seconds())
    pace.learn("", {"ratelimit-limit": "100", "ratelimit-remaining": "0", "ratelimit-reset": "12"})
    pace.learn("", {"ratelimit-limit": "100", "ratelimit-remaining": "3", "ratelimit-reset": "12"})
    assert pace.wait_for("") == 12


def test_a_refusal_counts_even_where_nothing_was_announced() -> None:
    seconds = Seconds()
    pace = Pace(seconds)
    pace.stop("", 20)
    seconds.now = 8
    assert pace.wait_for("anything") == 12


def test_nonsense_in_headers_is_ignored() -> None:
    pace = Pace(Seconds())
    pace.learn("a", {"ratelimit-remaining": "many", "zendesk-ratelimit-x": "?", "x-rate-limit": ""})
    assert pace.wait_for("a") == 0


def date(micro: int) -> str:
    return formatdate(micro // SECOND, usegmt=True)


@given(st.integers(-(10**10), 10**10), st.lists(st.integers(0, 10**8), min_size=1, max_size=20))
def test_the_offset_is_never_further_off_than_a_date_is_coarse(offset: int, moments: list[int]) -> None:
    clock = ClockOffset()
    for moment in sorted(moments):
        at = 1_800_000_000 * SECOND + moment
        clock.learn(date(at + offset), at - 20_000, at + 20_000)
    assert abs(clock.value - offset) <= 2.6 * SECOND


def test_clocks_that_agree_as_far_as_one_can_tell_have_no_offset() -> None:
    clock = ClockOffset()
    now = 1_800_000_000 * SECOND + 900_000
    clock.learn(date(now - SECOND), now, now + 10_000)
    assert clock.value == 0


def test_a_clock_that_is_set_is_believed_anew() -> None:
    clock = ClockOffset()
    now = 1_800_000_000 * SECOND
    clock.learn(date(now + 3600 * SECOND), now, now)
    assert clock.value > 3590 * SECOND
    clock.learn(date(now), now, now)
    assert clock.value == 0


def test_what_is_no_date_teaches_nothing() -> None:
    clock = ClockOffset()
    for text in (None, "", "yesterday"):
        clock.learn(text, 0, 0)
    assert clock.value == 0
