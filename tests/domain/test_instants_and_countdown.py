"""Time as an integer, and what is left of it in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.countdown import Light, Thresholds, countdown_text, light
from agentconsole.domain.instant import HOUR, MINUTE, SECOND, from_datetime, from_iso, to_datetime, to_iso
from agentconsole.domain.values import Stage


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        from_datetime(datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point
    with pytest.raises(ValueError, match="no time zone"):
        from_iso("2026-01-01T00:00:00")


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_survives_both_ways(moment: datetime) -> None:
    assert to_datetime(from_datetime(moment)) == moment
    assert from_iso(to_iso(from_datetime(moment))) == from_datetime(moment)


def test_whole_seconds_are_written_as_the_apis_do() -> None:
    assert to_iso(from_iso("2026-11-22T19:00:00+01:00")) == "2026-11-22T18:00:00Z"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (0, "0:00"),
        (1, "0:01"),
        (59 * SECOND, "0:59"),
        (59 * MINUTE + 59 * SECOND, "59:59"),
        (HOUR, "1h 00m"),
        (26 * HOUR, "1d 02h"),
        (-1, "-0:00"),
        (-61 * SECOND, "-1:01"),
    ],
)
def test_what_is_left_is_rounded_up_and_what_is_late_down(left: int, text: str) -> None:
    assert countdown_text(left) == text


NOW = from_iso("2026-11-22T12:00:00Z")


@pytest.mark.parametrize(
    ("stage", "in_", "expected"),
    [
        (None, None, Light.NO_TARGET),
        (Stage.ACTIVE, None, Light.NO_TARGET),
        (Stage.ACHIEVED, -HOUR, Light.MET),
        (Stage.PAUSED, None, Light.PAUSED),
        (Stage.ACTIVE, -1, Light.BREACHED),
        (Stage.ACTIVE, 0, Light.DUE_NOW),
        (Stage.ACTIVE, 15 * MINUTE, Light.DUE_NOW),
        (Stage.ACTIVE, 15 * MINUTE + 1, Light.DUE_SOON),
        (Stage.ACTIVE, 2 * HOUR, Light.DUE_SOON),
        (Stage.ACTIVE, 2 * HOUR + 1, Light.ON_TRACK),
    ],
)
def test_the_light_of_a_target(stage: Stage | None, in_: int | None, expected: Light) -> None:
    assert light(stage, None if in_ is None else NOW + in_, NOW, Thresholds()) is expected
