"""Rows that say what they said before are copied, and look as if they were painted anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QTableView, QWidget

from agentconsole.domain.changes import Change
from agentconsole.domain.instant import MINUTE, SECOND
from agentconsole.gui.delegates.row_pictures import RowPictures
from agentconsole.gui.models.target_model import GroupHeading, Grouping
from agentconsole.gui.panes.outbox_pane import OutboxPane
from agentconsole.gui.panes.queue_pane import QueuePane
from agentconsole.gui.panes.sla_pane import SlaPane
from tests.support.stage import Theatre

SIZE = QSize(100, 20)


class Strokes:
    """Paints rows in one colour, their ticking half in another, and notes what was painted."""

    def __init__(self) -> None:
        self.pictures = RowPictures()
        self.painted: list[tuple[str, bool]] = []

    def show(self, screen: QImage, rows: dict[str, tuple[str, str]], most: int = 8) -> None:
        """Show *rows* below each other: their colour and that of their ticking half, by their key."""
        painter = QPainter(screen)
        self.pictures.take_form(painter, SIZE.width(), SIZE.height(), most)
        for number, (key, (told, ticking)) in enumerate(rows.items()):
            self.pictures.show(painter, number * SIZE.height(), key, told, ticking, self._paint(key, told, ticking))
        painter.end()

    def _paint(self, key: str, told: str, ticking: str) -> Callable[[QPainter, bool], None]:
        def paint(painter: QPainter, whole: bool) -> None:
            self.painted.append((key, whole))
            if whole:
                painter.fillRect(0, 0, SIZE.width(), SIZE.height(), QColor(told))
            painter.fillRect(0, 0, SIZE.width() // 2, SIZE.height(), QColor(ticking))

        return paint


def screen(rows: int = 3, ratio: float = 1.0) -> QImage:
    made = QImage(QSize(SIZE.width(), rows * SIZE.height()) * ratio, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.black)
    return made


def colours(of: QImage, row: int) -> tuple[str, str]:
    """Return the colours at both ends of *row*."""
    y = int((row + 0.5) * SIZE.height() * of.devicePixelRatio())
    return of.pixelColor(of.width() - 1, y).name(), of.pixelColor(0, y).name()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_row_is_painted_once_and_follows_to_another_place(qapp: object, ratio: float) -> None:
    strokes, shown = Strokes(), screen(ratio=ratio)
    red, blue = ("#ff0000", "#800000"), ("#0000ff", "#000080")
    strokes.show(shown, {"a": red, "b": blue})
    strokes.show(shown, {"b": blue, "a": red})
    assert strokes.painted == [("a", True), ("b", True)]
    assert (colours(shown, 0), colours(shown, 1)) == (blue, red)


def test_what_the_clock_changes_is_painted_alone(qapp: object) -> None:
    strokes, shown = Strokes(), screen()
    strokes.show(shown, {"a": ("#ff0000", "#800000")})
    strokes.show(shown, {"a": ("#ff0000", "#400000")})
    assert strokes.painted == [("a", True), ("a", False)]
    assert colours(shown, 0) == ("#ff0000", "#400000")
    strokes.show(shown, {"a": ("#00ff00", "#400000")})
    assert strokes.painted[2:] == [("a", True)]
    assert colours(shown, 0) == ("#00ff00", "#400000")


def test_no_more_rows_are_kept_than_fit_on_the_screen(qapp: object) -> None:
    strokes, shown = Strokes(), screen()
    for number in range(40):
        strokes.show(shown, {f"{number + more}": ("#ff0000", "#800000") for more in range(3)}, most=4)
        assert len(strokes.pictures._kept) <= 4
    # each came on screen once, and two of three were there before
    assert len(strokes.painted) == 42


@pytest.mark.parametrize("ratio", [1.25, 1.5, 3.0])
def test_where_a_picture_would_blur_rows_are_painted_on_the_screen_itself(qapp: object, ratio: float) -> None:
    strokes, shown = Strokes(), screen(ratio=ratio)
    for _ in range(2):
        strokes.show(shown, {"a": ("#ff0000", "#800000"), "b": ("#0000ff", "#000080")})
    assert strokes.painted == [("a", True), ("b", True)] * 2
    assert colours(shown, 1) == ("#0000ff", "#000080")


def test_a_screen_of_another_density_has_pictures_of_its_own(qapp: object) -> None:
    strokes = Strokes()
    for ratio in (1.0, 2.0):
        shown = screen(ratio=ratio)
        strokes.show(shown, {"a": ("#ff0000", "#800000")})
        assert colours(shown, 0) == ("#ff0000", "#800000")
    assert strokes.painted == [("a", True)] * 2


@dataclass
class Shown:
    """A table on screen, in the pane around it."""

    pane: QWidget
    table: QTableView
    pictures: RowPictures

    def picture(self) -> QImage:
        return self.table.viewport().grab().toImage()

    def is_true(self) -> bool:
        """Return whether the table looks as it does when nothing is kept."""
        kept = self.picture()
        self.pictures._kept.clear()
        return kept == self.picture()


@pytest.fixture(params=["queue", "countdown", "outbox"])
def shown(theatre: Theatre, request: pytest.FixtureRequest) -> Iterator[Shown]:
    theatre.workspace.settings.set("queue.view", "all-open")
    made: QueuePane | SlaPane | OutboxPane
    if request.param == "queue":
        made = QueuePane(theatre.context)
        shown = Shown(made, made.table, made.table._cells._pictures)
    elif request.param == "countdown":
        made = SlaPane(theatre.context)
        shown = Shown(made, made.table, made.table._cells._pictures)
    else:
        made = OutboxPane(theatre.context)
        shown = Shown(made, made._list, made._list._rows._pictures)
    made.resize(1100, 500)
    made.show()
    theatre.settle()
    yield shown
    made.close()
    made.deleteLater()


def test_what_is_kept_looks_as_if_painted_anew(theatre: Theatre, shown: Shown) -> None:
    table, workspace = shown.table, theatre.workspace
    seen = [shown.picture()]

    def look(*, is_new: bool = True) -> None:
        theatre.settle()
        assert shown.is_true()
        seen.append(shown.picture())
        assert (seen[-1] != seen[-2]) == is_new

    look(is_new=False)
    table.setFocus()
    table.setCurrentIndex(table.model().index(3, 0))
    look()
    shown.pane.resize(900, 460)
    look()
    theatre.context.theming.choose("dark")
    look()
    theatre.context.theming.set_density("compact")
    look(is_new=not isinstance(shown.pane, OutboxPane))
    table.verticalScrollBar().setValue(30)
    look(is_new=table.verticalScrollBar().value() > 0)
    for ticket, row in list(workspace.rows.items()):
        workspace.rows[ticket] = row._replace(subject=f"Another {row.subject}", waiting=0, unread=not row.unread)
    workspace.publish(Change(everything=True))
    theatre.settle()
    if isinstance(shown.pane, SlaPane):
        shown.pane.reload()
        look()
    else:
        look(is_new=isinstance(shown.pane, QueuePane))
    # wide enough to tell when a ticket was changed
    shown.pane.resize(1100, 460)
    look()
    for step in (SECOND, 70 * MINUTE):
        theatre.tick(step)
        # ages of changes are told in minutes
        look(is_new=step > MINUTE or not isinstance(shown.pane, OutboxPane))
    table.setEnabled(False)
    look()


def test_headings_tell_what_is_below_them_now(theatre: Theatre) -> None:
    pane = SlaPane(theatre.context)
    pane.resize(1100, 1500)
    pane.show()
    theatre.settle()
    pane.group_by(Grouping.TIER)
    shown = Shown(pane, pane.table, pane.table._cells._pictures)
    lines = map(pane.model.line_at, range(pane.model.rowCount()))
    headings = [line for line in lines if isinstance(line, GroupHeading)]
    before = [pane.model.tally_of(heading) for heading in headings]
    shown.picture()
    theatre.tick(70 * MINUTE)
    assert [pane.model.tally_of(heading) for heading in headings] != before
    assert shown.is_true()
    pane.close()
    pane.deleteLater()


def test_rows_that_did_not_change_are_not_painted_again(theatre: Theatre, shown: Shown) -> None:
    shown.picture()
    before = dict(shown.pictures._kept)
    assert before
    shown.picture()
    assert all(shown.pictures._kept[key] is picture for key, picture in before.items())
