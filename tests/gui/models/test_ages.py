"""Ages in words are worked out once a minute."""

from __future__ import annotations

import pytest

from agentconsole.domain.instant import HOUR, MINUTE, SECOND, Instant
from agentconsole.gui import spoken_time
from agentconsole.gui.models.ages import Ages
from agentconsole.gui.spoken_time import ago
from tests.support.staged_rows import NOON


def test_ages_are_told_as_ever_and_anew_with_each_minute() -> None:
    made = Ages()
    changes = [NOON - length for length in (0, 50 * SECOND, 3 * MINUTE, 5 * HOUR, 30 * HOUR, 9000 * HOUR)]
    for now in (NOON, NOON + MINUTE, NOON + 26 * HOUR):
        assert [made.told(at, now) for at in changes] == [ago(at, now) for at in changes]


def test_an_age_is_worked_out_once_while_the_minute_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Instant] = []

    def counted(at: Instant, now: Instant) -> str:
        asked.append(at)
        return ago(at, now)

    monkeypatch.setattr(spoken_time, "ago", counted)
    made = Ages()
    begin = NOON - NOON % MINUTE
    for second in range(60):
        made.told(NOON - HOUR, begin + second * SECOND)
    assert len(asked) == 1
    made.told(NOON - HOUR, begin + MINUTE)
    assert len(asked) == 2
