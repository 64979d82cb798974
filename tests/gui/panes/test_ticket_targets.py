"""The SLA targets beside a ticket: whose they are, what was promised, why one waits, and the way to the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QWidget

from agentconsole.domain.instant import DAY, HOUR, MINUTE, SECOND
from agentconsole.domain.rows import TicketTarget
from agentconsole.domain.values import Metric, Stage, Status
from agentconsole.gui.panes.ticket.targets import Targets
from agentconsole.packs.model import Header, Pack
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON
from tests.support.staged_sla import PACK, PACK_TITLE, SCHEDULE, ZONE

THEIRS = TicketTarget(metric=Metric.NEXT_REPLY, stage=Stage.ACTIVE, breach_at=NOON - 5 * MINUTE)
OURS = TicketTarget(
    metric=Metric.FIRST_REPLY,
    stage=Stage.ACTIVE,
    source=PACK,
    goal="4 business hours",
    schedule=SCHEDULE,
    zone=ZONE,
    due_at=NOON + 3 * HOUR,
    breach_at=NOON + 3 * HOUR,
)
PAUSED = TicketTarget(
    metric=Metric.RESOLUTION,
    stage=Stage.PAUSED,
    source=PACK,
    goal="2 business days",
    paused_since=NOON - DAY,
    paused_by=Status.HOLD,
)
NONE = TicketTarget(metric=Metric.RESOLUTION, stage=Stage.ACTIVE, source=PACK, goal="none")


@pytest.fixture
def targets(theatre: Theatre) -> Iterator[Targets]:
    theatre.workspace.packs.packs = (Pack(pack=Header(id=PACK, title=PACK_TITLE, version="1")),)
    owner = QWidget()
    targets = Targets(theatre.context, owner)
    targets.setFixedWidth(244)
    owner.show()
    yield targets
    owner.close()
    owner.deleteLater()


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ((THEIRS,), "SLA targets from the help desk"),
        ((OURS, NONE), f"SLA targets · {PACK_TITLE}"),
        ((THEIRS, OURS), "SLA targets, also by a policy pack"),
        ((), "SLA targets"),
    ],
)
def test_the_heading_says_whose_targets_they_are(
    theatre: Theatre, targets: Targets, shown: tuple[TicketTarget, ...], title: str
) -> None:
    titles: list[str] = []
    targets.titled.connect(titles.append)
    targets.show_targets(shown)
    theatre.settle()
    assert titles[-1] == title


def test_the_second_line_says_goal_and_open_time_or_why_it_waits(theatre: Theatre, targets: Targets) -> None:
    targets.show_targets((THEIRS, OURS, PAUSED, NONE))
    theatre.settle()
    assert targets.second_line(OURS, NOON) == "4 business hours · 1 h 30 min of open time left"
    assert targets.second_line(PAUSED, NOON) == "Paused 1 d · waits on a third party"
    assert targets.second_line(NONE, NOON) == "No explicit SLA"
    assert targets.second_line(THEIRS, NOON) == "Help desk"
    tall = targets.sizeHint().height()
    targets.show_targets((THEIRS,))
    assert targets.second_line(THEIRS, NOON) == ""
    assert targets.sizeHint().height() < tall // 3


def test_all_is_spoken_with_its_source_and_follows_the_clock(theatre: Theatre, targets: Targets) -> None:
    targets.show_targets((NONE, OURS))
    targets.show()
    theatre.settle()
    assert targets.accessibleName().startswith("First reply on track, 3h 00m left, breaches at ")
    assert f", {PACK_TITLE}; Resolution no explicit SLA, {PACK_TITLE}" in targets.accessibleName()
    theatre.tick(3 * HOUR + SECOND)
    assert "First reply breached 0:01 ago" in targets.accessibleName()


def test_link_and_double_click_ask_why(targets: Targets) -> None:
    asked: list[object] = []
    targets.why_asked.connect(asked.append)
    targets.show_targets((PAUSED, OURS))
    targets.resize(targets.sizeHint())
    link = targets.findChild(QPushButton, "ticketTargetsWhy")
    assert isinstance(link, QPushButton)
    link.click()
    QTest.mouseDClick(targets, Qt.MouseButton.LeftButton, pos=QPoint(40, 50))
    assert asked == [None, Metric.RESOLUTION]
    targets.show_targets(())
    assert not link.isVisible()


def test_the_tooltip_tells_all_of_the_target_under_the_mouse(targets: Targets) -> None:
    targets.show_targets((OURS,))
    targets.resize(targets.sizeHint())
    where = QPoint(40, 10)
    QApplication.sendEvent(targets, QHelpEvent(QEvent.Type.ToolTip, where, targets.mapToGlobal(where)))
    assert "Goal: 4 business hours" in QToolTip.text()
    assert f"1 h 30 min left in opening hours\nCounts in: {SCHEDULE} ({ZONE})" in QToolTip.text()
    QToolTip.hideText()
