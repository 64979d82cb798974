"""A ticket that changes while it is shown: no long frame, nothing of the agent's lost, the newest in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import CommentRow, TicketDetail, WaitingChange
from agentconsole.domain.values import OutboxState, Priority
from agentconsole.gui.panes.ticket.composer import Composer
from agentconsole.gui.panes.ticket.conversation import ConversationView
from agentconsole.gui.panes.ticket.header import TicketHeader
from agentconsole.gui.panes.ticket.side_panel import SidePanel
from agentconsole.gui.panes.ticket_pane import TicketPane
from tests.support.guided_pane import read_guidance
from tests.support.stage import Theatre

_PARTS: tuple[tuple[type[QWidget], str], ...] = (
    (TicketHeader, "show_ticket"),
    (ConversationView, "show_comments"),
    (Composer, "show_ticket"),
    (SidePanel, "show_ticket"),
)


_STILL = frozenset(
    {
        "ticketStatus",
        "ticketPriority",
        "ticketSubject",
        "comment",
        "replyEditor",
        "composeReply",
        "property_status",
        "property_priority",
        "unsent_k0",
    }
)


class Retold:
    """The first ticket with other values than the stage's, told as the exchange with the help desk would."""

    def __init__(self, theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
        self._theatre = theatre
        self._values: dict[str, Any] = {}
        self._tell: Callable[[int], TicketDetail | None] = theatre.workspace.tickets.detail
        monkeypatch.setattr(theatre.workspace.tickets, "detail", self._detail)

    def set(self, **values: Any) -> None:
        self._values |= values

    def come(self, **values: Any) -> None:
        """Let a change with *values* come from the help desk."""
        self.set(**values)
        topics = frozenset({"tickets", "outbox"})
        self._theatre.workspace.publish(Change(tickets=frozenset({1}), topics=topics, initiator="push"))

    def _detail(self, ticket: int) -> TicketDetail | None:
        detail = self._tell(ticket)
        return detail if detail is None or ticket != 1 else msgspec.structs.replace(detail, **self._values)


@pytest.fixture
def retold(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> Retold:
    return Retold(theatre, monkeypatch)


@pytest.fixture
def shown(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which parts of the pane showed something, in order; a new frame is a "|"."""
    told: list[str] = []

    def noting(kind: type[QWidget], name: str) -> None:
        method = getattr(kind, name)

        def noted(self: QWidget, *values: Any, **named: Any) -> None:
            told.append(kind.__name__)
            method(self, *values, **named)

        monkeypatch.setattr(kind, name, noted)

    for kind, name in _PARTS:
        noting(kind, name)
    monkeypatch.setattr(theatre.context.bridge.frames, "_begins", lambda: told.append("|"))
    return told


@pytest.fixture
def pane(theatre: Theatre, retold: Retold, shown: list[str]) -> Iterator[TicketPane]:
    retold.set(waiting=waiting(4), priority=Priority.NORMAL)
    made = TicketPane(theatre.context)
    made.resize(1100, 900)
    made.show()
    made.activateWindow()
    made.show_ticket(1)
    read_guidance(theatre, made)
    shown.clear()
    yield made
    made.close()
    made.deleteLater()


def waiting(count: int) -> tuple[WaitingChange, ...]:
    return tuple(
        WaitingChange(key=f"k{number}", text=f"tag {number}", state=OutboxState.QUEUED) for number in range(count)
    )


def urgency(pane: QWidget) -> tuple[str, str]:
    """Return how the header tells the priority, and how the side panel does."""
    return child(pane, "ticketPriority").accessibleName(), child(pane, "property_priority").accessibleName()


def row_names(pane: QWidget) -> list[str]:
    names = [label.objectName() for label in pane.findChildren(QLabel) if label.isVisible()]
    return [name for name in names if name.startswith("unsent_")]


def child(pane: QWidget, name: str) -> Any:
    found = pane.findChild(QWidget, name)
    assert found is not None, name
    return found


def long_talk(count: int) -> tuple[CommentRow, ...]:
    return tuple(
        CommentRow(
            ref=f"r{number}",
            author="Noor Haddad",
            author_ref="a0",
            by_agent=True,
            by_requester=False,
            created_at=number,
            public=True,
            body=f"Line {number}\nand what follows from it",
            html=None,
            channel="email",
        )
        for number in range(count)
    )


class Painted(QObject):
    """Notes which widgets of *root* are painted."""

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self.names: set[str] = set()
        for widget in (root, *root.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.names.add(watched.objectName())
        return False


def test_what_others_change_is_shown_by_one_part_a_frame(
    theatre: Theatre, retold: Retold, pane: TicketPane, shown: list[str]
) -> None:
    retold.come(priority=Priority.URGENT, waiting=waiting(3), comments=long_talk(5))
    theatre.settle()
    frames = [part.split() for part in " ".join(shown).split("|")]
    assert [part for parts in frames for part in parts] == [kind.__name__ for kind, _ in _PARTS]
    assert max(len(parts) for parts in frames) == 1
    assert urgency(pane) == ("Priority Urgent", "Priority: Urgent")
    assert len(child(pane, "conversationView").comments) == 5


def test_what_the_agent_changes_is_shown_at_once(
    theatre: Theatre, retold: Retold, pane: TicketPane, shown: list[str]
) -> None:
    retold.set(priority=Priority.URGENT)
    theatre.workspace.publish(Change(tickets=frozenset({1}), topics=frozenset({"tickets"}), initiator="agent"))
    QCoreApplication.processEvents()
    assert urgency(pane) == ("Priority Urgent", "Priority: Urgent")
    assert "|" not in shown


def test_what_the_agent_changes_is_shown_at_once_when_it_was_read_with_what_others_changed(
    theatre: Theatre, retold: Retold, pane: TicketPane, shown: list[str]
) -> None:
    retold.set(priority=Priority.URGENT, waiting=waiting(3))
    pane.refresh(calmly=True)
    theatre.workspace.publish(Change(tickets=frozenset({1}), topics=frozenset({"tickets"}), initiator="agent"))
    QCoreApplication.processEvents()
    assert urgency(pane) == ("Priority Urgent", "Priority: Urgent")
    theatre.settle()
    assert [part for part in shown if part != "|"] == [kind.__name__ for kind, _ in _PARTS], "each part once"


def test_two_changes_on_their_way_end_with_the_newer_one(
    theatre: Theatre, retold: Retold, pane: TicketPane, shown: list[str], qtbot: QtBot
) -> None:
    retold.set(priority=Priority.HIGH)
    pane.refresh(calmly=True)
    qtbot.waitUntil(lambda: "TicketHeader" in shown)
    retold.set(priority=Priority.URGENT)
    pane.refresh(calmly=True)
    assert urgency(pane) == ("Priority High", "Priority: Normal")
    theatre.settle()
    assert urgency(pane) == ("Priority Urgent", "Priority: Urgent")
    assert shown.count("SidePanel") == 1, "what is old by then is not shown any more"


def test_a_change_that_can_be_seen_at_once_is_not_overtaken_by_an_older_one(
    theatre: Theatre, retold: Retold, pane: TicketPane
) -> None:
    retold.set(priority=Priority.HIGH)
    pane.refresh(calmly=True)
    retold.set(priority=Priority.URGENT)
    pane.refresh()
    assert urgency(pane) == ("Priority Urgent", "Priority: Urgent")
    theatre.settle()
    assert urgency(pane) == ("Priority Urgent", "Priority: Urgent")


def test_of_a_ticket_that_was_left_nothing_is_shown_any_more(
    theatre: Theatre, retold: Retold, pane: TicketPane, shown: list[str], qtbot: QtBot
) -> None:
    retold.set(priority=Priority.URGENT, comments=long_talk(9))
    pane.refresh(calmly=True)
    qtbot.waitUntil(lambda: "TicketHeader" in shown)
    pane.show_ticket(2)
    there = theatre.workspace.tickets.detail(2)
    assert there is not None
    shown.clear()
    for settled in (False, True):
        if settled:
            theatre.settle()
        assert child(pane, "conversationView").comments == there.comments
        assert child(pane, "ticketNumber").text() == f"#{there.ref}"
    assert not {"TicketHeader", "ConversationView", "Composer", "SidePanel"} & set(shown)


def test_a_change_takes_nothing_from_the_agent(
    theatre: Theatre, retold: Retold, pane: TicketPane, qtbot: QtBot
) -> None:
    retold.come(comments=long_talk(60))
    theatre.settle()
    view: ConversationView = child(pane, "conversationView")
    qtbot.waitUntil(lambda: len(view.cards()) == 60)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    read = next(card for card in view.cards() if card.y() >= 0)
    at = read.y()
    chosen = read.text.textCursor()
    chosen.select(chosen.SelectionType.Document)
    read.text.setTextCursor(chosen)
    editor = child(pane, "replyEditor")
    editor.setFocus()
    editor.setPlainText("We look into it")
    caret = editor.textCursor()
    caret.setPosition(3)
    editor.setTextCursor(caret)

    retold.come(comments=long_talk(61), waiting=waiting(4)[1:], priority=Priority.URGENT)
    theatre.settle()
    assert len(view.comments) == 61
    assert read in view.cards()
    assert read.y() == at
    assert read.selected_text().startswith("Line")
    assert editor.toPlainText() == "We look into it"
    assert editor.textCursor().position() == 3
    assert editor.hasFocus()


def test_rows_of_changes_that_wait_as_before_are_left_alone(theatre: Theatre, retold: Retold, pane: TicketPane) -> None:
    kept = [child(pane, f"unsent_k{number}") for number in (1, 3)]
    button = child(pane, "unsentUndo_k3")
    button.setFocus()
    first, second, third, fourth = waiting(4)
    now = (second, msgspec.structs.replace(third, state=OutboxState.REFUSED), fourth)
    retold.come(waiting=now)
    theatre.settle()
    assert first.key == "k0"
    assert not [name for name in row_names(pane) if name == "unsent_k0"]
    assert [child(pane, f"unsent_k{number}") for number in (1, 3)] == kept
    assert child(pane, "unsentUndo_k3") is button
    assert button.hasFocus()
    assert "refused" in child(pane, "unsent_k2").text()
    assert sorted(row_names(pane), key=lambda name: child(pane, name).mapTo(pane, QPoint()).y()) == [
        "unsent_k1",
        "unsent_k2",
        "unsent_k3",
    ]
    assert child(pane, "unsentUndo_k1").nextInFocusChain() is child(pane, "unsentDecide_k2")


def test_what_says_the_same_as_before_is_not_painted_again(
    theatre: Theatre, retold: Retold, pane: TicketPane, shown: list[str]
) -> None:
    painted = Painted(pane)
    retold.come(updated_at=7)
    theatre.settle()
    assert "SidePanel" in shown
    # targets count down, whatever else happens
    assert not {name for name in painted.names if name in _STILL}
    retold.come(priority=Priority.URGENT)
    theatre.settle()
    assert {"ticketPriority", "property_priority"} <= painted.names
    assert not {"ticketStatus", "property_status", "replyEditor", "comment"} & painted.names


def test_a_ticket_that_was_gone_is_shown_again_when_it_comes_back(
    theatre: Theatre, retold: Retold, pane: TicketPane
) -> None:
    row = theatre.workspace.rows.pop(1)
    retold.come()
    theatre.settle()
    assert child(pane, "emptyTicket").isVisible()
    theatre.workspace.rows[1] = row
    retold.come()
    theatre.settle()
    assert not child(pane, "emptyTicket").isVisible()
    assert child(pane, "conversationView").isVisible()
    assert child(pane, "replyEditor").isEnabled()
