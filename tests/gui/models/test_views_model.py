"""The side bar's model: sections and live counts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from agentconsole.domain.rows import ViewItem
from agentconsole.gui.models.views_model import ViewsModel, distinct_views, listed_as

VIEWS = (
    ViewItem(key="server:7", title="Escalated", section="server", query=""),
    ViewItem(key="my-open", title="My open", section="built-in", query="assignee:me status<solved"),
    ViewItem(key="saved:1", title="Refunds", section="saved", query="refund"),
)


def test_sections_stand_in_a_fixed_order_under_their_headings(qtbot: QtBot) -> None:
    model = ViewsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_views(VIEWS)
    titles = [model.index(row).data() for row in range(model.rowCount())]
    assert titles == ["My open", "Saved searches", "Refunds", "From the help desk", "Escalated"]
    assert not model.flags(model.index(1)) & Qt.ItemFlag.ItemIsSelectable
    assert model.position_of("saved:1") == 2
    assert model.view_at(1) is None


def test_a_view_of_the_help_desk_that_lists_what_ours_does_is_listed_once() -> None:
    def view(key: str, query: str) -> ViewItem:
        return ViewItem(key=key, title=key, section="server" if key.startswith("server") else "built-in", query=query)

    views = (
        view("my-open", "is:mine is:unsolved"),
        view("changed-offline", ""),
        view("server:1", "status:open,new,pending,hold assignee:me"),
        view("server:2", "status:new,open,pending,hold assignee:me tag:vip"),
        view("server:3", ""),
    )
    assert [each.key for each in distinct_views(views)] == ["my-open", "changed-offline", "server:2", "server:3"]
    assert listed_as(views, "server:1") == "my-open"
    assert listed_as(views, "server:2") == "server:2"
    assert listed_as(views, "gone") == "gone"


def test_only_lines_whose_count_changed_are_repainted(qtbot: QtBot) -> None:
    model = ViewsModel()
    model.show_views(VIEWS)
    model.show_counts({"my-open": 4, "saved:1": 2, "server:7": 0})
    rows: list[int] = []

    def note(top: QModelIndex, _bottom: QModelIndex, _roles: object = None) -> None:
        rows.append(top.row())

    model.dataChanged.connect(note)
    model.show_counts({"my-open": 5, "saved:1": 2, "server:7": 0})
    assert rows == [0]
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "My open, 5 tickets"


def test_the_same_views_again_change_nothing(qtbot: QtBot) -> None:
    model = ViewsModel()
    model.show_views(VIEWS)
    with qtbot.assertNotEmitted(model.modelReset):
        model.show_views(VIEWS)
