"""The desktop hears of breaches, each once, and not in quiet hours; without such a desktop the window tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox
from pytestqt.qtbot import QtBot

from agentconsole.domain.instant import DAY, HOUR, MINUTE, Instant, to_datetime
from agentconsole.domain.rows import TargetRow
from agentconsole.domain.values import Metric, Priority, Stage, Status
from agentconsole.gui.breach_alarms import HELD, QUIET_FROM, QUIET_UNTIL, WHOSE, BreachAlarms
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.messages import Message
from tests.support.stage import Theatre


class DeskOfNotes:
    """A desktop that keeps what it is shown."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, bool]] = []
        self.clicks: list[Callable[[], object]] = []
        self.present = True

    async def show(self, title: str, text: str, *, urgent: bool = False, clicked: Callable[[], object]) -> bool:
        self.notes.append((title, text, urgent))
        self.clicks.append(clicked)
        return self.present


@pytest.fixture
def theatre(qapp: object) -> Iterator[Theatre]:
    theatre = Theatre()
    theatre.workspace.settings.set(WHOSE, "all")
    yield theatre
    theatre.close()


def hold(theatre: Theatre, monkeypatch: pytest.MonkeyPatch, *ahead: int, assignee: str = "") -> None:
    """Let the store hold one running target for each of *ahead*, which breaches that much later than now."""
    now = theatre.workspace.now()
    rows = [
        TargetRow(
            number,
            str(1000 + number),
            "Checkout is down",
            Metric.FIRST_REPLY,
            Stage.ACTIVE,
            now + left,
            Priority.HIGH,
            Status.OPEN,
            "Verde Viva",
            "gold",
            "Billing",
            assignee,
        )
        for number, left in enumerate(ahead, 1)
    ]
    monkeypatch.setattr(
        theatre.workspace.countdown,
        "running",
        lambda limit=2000: sorted(rows, key=lambda row: row.breach_at or 0)[:limit],
    )


def wall_clock(at: Instant) -> datetime:
    return to_datetime(at)


@pytest.fixture
def desk() -> DeskOfNotes:
    return DeskOfNotes()


@pytest.fixture
def alarms(theatre: Theatre, desk: DeskOfNotes) -> BreachAlarms:
    return BreachAlarms(theatre.context, desk, wall_clock, theatre.context.messages)


def pass_time(theatre: Theatre, length: int) -> None:
    theatre.workspace.pass_time(length)
    theatre.context.clock.tick()
    theatre.settle()


def test_before_the_breach_and_at_it_each_once(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(theatre, monkeypatch, 20 * MINUTE)
    alarms.reload()
    theatre.settle()
    assert desk.notes == []
    pass_time(theatre, 5 * MINUTE)
    pass_time(theatre, MINUTE)
    assert [(title, urgent) for title, _text, urgent in desk.notes] == [("#1001: first reply in 15 min", False)]
    assert desk.notes[0][1].startswith("Checkout is down · Verde Viva · breaches at ")
    pass_time(theatre, 15 * MINUTE)
    pass_time(theatre, MINUTE)
    assert [(title, urgent) for title, _text, urgent in desk.notes[1:]] == [("#1001: first reply breached", True)]
    followed: list[object] = []
    alarms.ticket_asked.connect(followed.append)
    desk.clicks[-1]()
    assert followed == [1]


def test_a_second_start_tells_nothing_twice(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(theatre, monkeypatch, MINUTE)
    alarms.reload()
    theatre.settle()
    assert len(desk.notes) == 1
    again = BreachAlarms(theatre.context, desk, wall_clock, theatre.context.messages)
    again.reload()
    theatre.settle()
    assert len(desk.notes) == 1


def test_many_at_once_are_one_note(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(theatre, monkeypatch, -MINUTE, MINUTE, MINUTE, 2 * MINUTE, HOUR)
    alarms.reload()
    theatre.settle()
    assert [title for title, _text, _urgent in desk.notes] == ["1 target breached, 3 are due now"]


def test_what_is_late_for_long_keeps_nobody_from_hearing_of_the_next(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(theatre, monkeypatch, *[-DAY] * HELD, MINUTE)
    alarms.reload()
    theatre.settle()
    assert [title for title, _text, _urgent in desk.notes] == ["#2001: first reply in 1 min"]


def test_targets_behind_those_that_are_held_are_read_in_time(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(theatre, monkeypatch, *[HOUR] * HELD, 3 * HOUR)
    alarms.reload()
    theatre.settle()
    pass_time(theatre, 3 * HOUR - 2 * MINUTE)
    theatre.settle()
    assert desk.notes[-1][0] == "#2001: first reply in 2 min"


def test_in_quiet_hours_nothing_is_shown_and_afterwards_one_note_sums_up(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = to_datetime(theatre.workspace.now())
    theatre.workspace.settings.set(QUIET_FROM, f"{now.hour:02d}:00")
    theatre.workspace.settings.set(QUIET_UNTIL, f"{(now.hour + 1) % 24:02d}:00")
    hold(theatre, monkeypatch, MINUTE)
    alarms.reload()
    theatre.settle()
    pass_time(theatre, 2 * MINUTE)
    assert desk.notes == []
    pass_time(theatre, HOUR)
    assert [title for title, _text, _urgent in desk.notes] == ["While it was quiet: 1 target breached, 1 is due now"]


def test_by_default_an_agent_hears_of_their_own_and_of_nobodys_a_supervisor_of_all(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre.workspace.settings.set(WHOSE, None)
    hold(theatre, monkeypatch, MINUTE, assignee="Somebody Else")
    alarms.reload()
    theatre.settle()
    assert desk.notes == []
    theatre.workspace.role = "admin"
    alarms.reload()
    theatre.settle()
    assert len(desk.notes) == 1


def test_without_a_notification_service_the_window_says_it(
    theatre: Theatre, desk: DeskOfNotes, alarms: BreachAlarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.present = False
    posted: list[Message] = []
    theatre.context.messages.posted.connect(posted.append)
    hold(theatre, monkeypatch, -MINUTE)
    alarms.reload()
    theatre.settle()
    assert [message.title for message in posted] == ["#1001: first reply breached"]


def test_the_preferences_choose_whose_and_when(theatre: Theatre, qtbot: QtBot) -> None:
    page = Preferences(theatre.context)
    qtbot.addWidget(page)
    whose = page.findChild(QComboBox, "alarmsWhose")
    quiet = page.findChild(QCheckBox, "quietHours")
    assert isinstance(whose, QComboBox)
    assert isinstance(quiet, QCheckBox)
    assert whose.currentIndex() == 1
    whose.setCurrentIndex(2)
    whose.activated.emit(2)
    assert theatre.workspace.settings.get(WHOSE) == "off"
    quiet.click()
    assert (theatre.workspace.settings.get(QUIET_FROM), theatre.workspace.settings.get(QUIET_UNTIL)) == (
        "20:00",
        "07:00",
    )
    quiet.click()
    assert theatre.workspace.settings.get(QUIET_FROM) == ""
