from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentconsole.sync.backoff import Backoff


def test_waits_double_up_to_the_cap_and_start_again_after_a_success() -> None:
    backoff = Backoff(lambda: 1.0, first=1.0, cap=10.0)
    assert [backoff.failed() for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    backoff.succeeded()
    assert backoff.failed() == 1.0


def test_a_wait_is_never_so_short_that_it_spins() -> None:
    assert Backoff(lambda: 0.0, first=1.0).failed() == 0.1


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=200))
def test_waits_stay_within_their_bounds(draws: list[float]) -> None:
    numbers = iter(draws)
    backoff = Backoff(lambda: next(numbers), first=0.5, cap=30.0)
    assert all(0.05 <= backoff.failed() <= 30.0 for _ in draws)
