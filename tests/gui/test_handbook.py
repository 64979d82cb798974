"""The handbook: what it lists, how it is searched, and that no link opens unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import Notice
from agentconsole.gui.dialogs.handbook import Handbook
from agentconsole.gui.messages import Message
from agentconsole.gui.notice_banner import NoticeBanner
from agentconsole.gui.pack_news import PackNews
from agentconsole.gui.page_view import PageView
from agentconsole.packs.catalogue import Trouble
from agentconsole.packs.loading import pack_from
from tests.packs.good_pack import GOOD
from tests.support.stage import Theatre

W = TypeVar("W", bound=QWidget)
CHAPTERS = """
[[handbook]]
id = "shifts"
title = "Shifts"
text = "Who works when. <script>alert(1)</script>"
under = "Welcome"

[[handbook]]
id = "overtime"
title = "Überstunden"
text = "Ask your lead."
under = "Rules of the house"
"""


def child(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


@pytest.fixture
def handbook(theatre: Theatre, qtbot: QtBot) -> Iterator[Handbook]:
    theatre.workspace.packs.packs = (pack_from((GOOD + CHAPTERS).encode(), "acme.toml"),)
    made = Handbook(theatre.context)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


def outline(handbook: Handbook) -> list[str]:
    """The list as it is seen, each level set in by two blanks."""

    def lines(item: QTreeWidgetItem, depth: int) -> list[str]:
        found = []
        for number in range(item.childCount()):
            below = item.child(number)
            assert below is not None
            found += ["  " * depth + below.text(0), *lines(below, depth + 1)]
        return found

    return lines(child(handbook, QTreeWidget, "handbookPages").invisibleRootItem(), 0)


def test_the_console_s_own_pages_come_first_and_chapters_stand_below_their_headings(handbook: Handbook) -> None:
    listed = outline(handbook)
    own, packs = listed[: listed.index("Acme Care")], listed[listed.index("Acme Care") :]
    assert own[:2] == ["Agent Console", "  The console in ten minutes"]
    assert own[-1] == "  Policy packs in use"
    assert "  How a policy pack is written" in own
    assert packs[:7] == [
        "Acme Care",
        "  Welcome",
        "    Shifts",
        "  Rules of the house",
        "    Überstunden",
        "  Rules",
        "    What each plan gets",
    ]


def test_whoever_opens_it_first_reads_how_the_console_works(handbook: Handbook) -> None:
    assert handbook.windowTitle() == "The console in ten minutes – Handbook"


def test_a_page_shows_text_as_text(handbook: Handbook) -> None:
    handbook.open_page("acme/shifts")
    text = child(handbook, PageView, "handbookText").toPlainText()
    assert "<script>alert(1)</script>" in text
    assert handbook.windowTitle() == "Shifts – Handbook"


def test_a_search_finds_pages_by_any_of_their_words_and_the_keyboard_walks_through_them(
    handbook: Handbook,
) -> None:
    search = child(handbook, QLineEdit, "handbookSearch")
    text = child(handbook, PageView, "handbookText")
    assert handbook.focusWidget() is search
    QTest.keyClicks(search, "uberst LEAD")
    assert outline(handbook) == ["Acme Care", "  Rules of the house", "    Überstunden"]
    assert "Ask your lead." in text.toPlainText()
    assert [mark.cursor.selectedText() for mark in text.extraSelections()] == ["lead"]
    search.setText("")
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert "What each plan gets" in text.toPlainText()
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert handbook.focusWidget() is text


def test_a_search_without_a_hit_says_so(handbook: Handbook) -> None:
    child(handbook, QLineEdit, "handbookSearch").setText("xyzzy")
    said = child(handbook, QLabel, "handbookNothing")
    assert said.isVisible()
    assert "“xyzzy”" in said.text()
    handbook.open_page("acme/shifts")
    assert not said.isVisible()


def test_links_lead_to_pages_or_ask_before_they_leave(handbook: Handbook) -> None:
    text = child(handbook, PageView, "handbookText")
    text.anchorClicked.emit(QUrl("page:help/policy-packs"))
    assert handbook.windowTitle().startswith("How a policy pack is written")
    text.anchorClicked.emit(QUrl("https://acme.example/t/"))
    question = child(handbook, QMessageBox, "linkQuestion")
    assert question.informativeText() == "https://acme.example/t/"
    question.close()


def test_a_pack_is_switched_off_and_on_from_the_page_on_packs(handbook: Handbook, theatre: Theatre) -> None:
    handbook.open_page("packs")
    text = child(handbook, PageView, "handbookText")
    asked: list[tuple[str, bool]] = []
    text.pack_switched.connect(lambda name, used: asked.append((name, used)))
    assert "Stop using it" in text.toPlainText()
    text.anchorClicked.emit(QUrl("leave:acme"))
    theatre.settle()
    assert asked == [("acme", False)]
    assert theatre.workspace.packs.used() == ()
    text.anchorClicked.emit(QUrl("use:acme"))
    theatre.settle()
    assert [pack.pack.id for pack in theatre.workspace.packs.used()] == ["acme"]


def test_the_page_is_kept_over_a_reload_of_packs_and_over_closing(handbook: Handbook, theatre: Theatre) -> None:
    handbook.open_page("acme/shifts")
    theatre.workspace.packs.packs = (pack_from((GOOD + CHAPTERS.replace("works when", "sleeps")).encode(), "acme"),)
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert "Who sleeps." in child(handbook, PageView, "handbookText").toPlainText()
    again = Handbook(theatre.context)
    assert again.windowTitle() == "Shifts – Handbook"
    again.deleteLater()


def test_the_page_on_packs_tells_what_is_to_be_mended(handbook: Handbook, theatre: Theatre) -> None:
    theatre.workspace.packs.troubles = (Trouble(title="A mistake in <b>", advice="Mend it.", path=Path("x.toml")),)
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    handbook.open_page("packs")
    text = child(handbook, PageView, "handbookText").toPlainText()
    assert "A mistake in <b>" in text
    assert "/packs/acme.toml" in text


def test_the_page_on_packs_tells_of_groups_that_the_help_desk_lacks(handbook: Handbook, theatre: Theatre) -> None:
    known = theatre.workspace.tickets.groups()[0].title
    text = GOOD.replace('group = "Billing"', f'group = "{known}"').replace(
        'words = { any = ["question*"] }', 'group = "Moon base"'
    )
    theatre.workspace.packs.packs = (pack_from(text.encode(), "acme.toml"),)
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    handbook.open_page("packs")
    assert "doesn’t have: Moon base." in child(handbook, PageView, "handbookText").toPlainText()


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_the_format_s_page_follows_the_theme(handbook: Handbook, theatre: Theatre, theme: str) -> None:
    handbook.open_page("help/policy-packs")
    text = child(handbook, PageView, "handbookText")
    before = text.document().toHtml()
    theatre.context.theming.choose(theme)
    assert text.document().toHtml() != before
    assert "How values are written" in text.toPlainText()


def test_a_broken_pack_is_told_in_the_banner_and_its_details_are_a_key_away(theatre: Theatre, qtbot: QtBot) -> None:
    asked: list[str] = []
    theatre.context.actions.register(
        "window.packs", "Policy packs…", "", lambda: asked.append("packs"), section="Help", keywords=""
    )
    banner = NoticeBanner(theatre.context)
    qtbot.addWidget(banner)
    assert banner.isHidden()
    theatre.workspace.shown_notices = (
        Notice(ref="pack:x", level="warning", title="A mistake in x.toml, line 3", text="Mend it.", url="page:packs"),
    )
    theatre.workspace.publish(Change(topics=frozenset({"packs"})))
    theatre.settle()
    assert not banner.isHidden()
    child(banner, QPushButton, "noticeLink").click()
    assert asked == ["packs"]


def test_whoever_edits_a_pack_hears_what_became_of_it(theatre: Theatre) -> None:
    told: list[Message] = []
    theatre.context.messages.posted.connect(told.append)
    news = PackNews(theatre.context)
    packs = theatre.workspace.packs
    trouble = Trouble(title="A mistake in acme.toml, line 3", advice="Mend it.")

    def change(text: str, *troubles: Trouble) -> list[str]:
        told.clear()
        packs.packs, packs.troubles = (pack_from(text.encode(), "acme.toml"),), troubles
        theatre.workspace.publish(Change(topics=frozenset({"packs"})))
        theatre.settle()
        return [message.title for message in told]

    assert change(GOOD, trouble) == []
    assert change(GOOD, trouble) == []
    assert change(GOOD) == ["All policy packs are in order again"]
    assert change(GOOD, trouble) == ["A mistake in acme.toml, line 3"]
    theatre.workspace.shown_notices = (Notice(ref="pack:x", level="warning", title=trouble.title),)
    assert change(GOOD) == ["All policy packs are in order again"]
    assert change(GOOD, trouble) == [], "the banner tells"
    assert change(GOOD.replace("Acme Care", "Acme Cares", 1)) == ["Acme Cares: the new version is in force"]
    news.deleteLater()


@pytest.mark.parametrize("page", ["packs", "help/policy-packs", "acme/rules-access"])
def test_no_page_is_wider_than_its_view(handbook: Handbook, page: str) -> None:
    handbook.open_page(page)
    text = child(handbook, PageView, "handbookText")
    assert text.toPlainText()
    assert text.horizontalScrollBar().maximum() == 0
