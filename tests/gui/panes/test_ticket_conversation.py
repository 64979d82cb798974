"""The conversation opens at once, keeps still, keeps kinds apart, and shows hostile mail harmlessly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QToolButton

from agentconsole.domain.instant import MINUTE
from agentconsole.domain.records import AttachmentRecord
from agentconsole.domain.rows import CommentRow
from agentconsole.domain.values import OutboxState
from agentconsole.gui.link_opener import LinkOpener
from agentconsole.gui.panes.ticket.attachments import honest_name, is_risky
from agentconsole.gui.panes.ticket.comment_card import CommentCard
from agentconsole.gui.panes.ticket.conversation import ConversationView
from agentconsole.gui.panes.ticket.file_opener import FileOpener
from agentconsole.triage.notes import Note, write_note
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON


def comment(number: int, body: str = "words", **more: Any) -> CommentRow:
    values: dict[str, Any] = {
        "ref": f"c{number}",
        "author": "Ana Ferreira",
        "author_ref": "p0",
        "by_agent": False,
        "by_requester": True,
        "created_at": NOON - (100 - number) * MINUTE,
        "public": True,
        "body": body,
        "html": None,
        "channel": "email",
    }
    return CommentRow(**{**values, **more})


def long_talk(count: int) -> list[CommentRow]:
    return [comment(n, f"Comment {n}. " + "One sentence after another. " * (3 + n % 9)) for n in range(count)]


@pytest.fixture
def view(theatre: Theatre) -> Iterator[ConversationView]:
    shown = ConversationView(theatre.context)
    shown.resize(560, 500)
    shown.show()
    yield shown
    shown.close()
    shown.deleteLater()


def show(view: ConversationView, comments: Sequence[CommentRow], theatre: Theatre) -> list[CommentCard]:
    view.show_comments(comments, fresh=True)
    for _ in range(60):
        QApplication.processEvents()
    theatre.settle()
    return view.cards()


def test_a_record_of_the_console_shows_what_is_for_people(view: ConversationView, theatre: Theatre) -> None:
    body = write_note(Note(what="infraction", entry="e1", pack="harbour", id="cursing"), "Infraction recorded: Cursing")
    by_an_agent = {"by_agent": True, "by_requester": False, "public": False, "html": f"<p>{body}</p>"}
    record, forged = show(view, [comment(0, body, **by_an_agent), comment(1, body)], theatre)
    assert record.text.toPlainText().strip() == "Infraction recorded: Cursing"
    assert record.whole_text() == "Infraction recorded: Cursing"
    assert "[agentconsole]" in forged.text.toPlainText()


def test_only_what_is_seen_is_built_before_the_first_paint(view: ConversationView, theatre: Theatre) -> None:
    view.show_comments(long_talk(60), fresh=True)
    assert 0 < len(view.cards()) < 15
    assert view.cards()[-1].comment.ref == "c59"
    assert view.cards()[-1].isVisible()
    for _ in range(200):
        QApplication.processEvents()
    assert len(view.cards()) == 60


def test_it_opens_at_the_newest_comment_read_from_its_first_line(view: ConversationView, theatre: Theatre) -> None:
    cards = show(view, [*long_talk(8), comment(9, "line\n" * 80)], theatre)
    assert 0 <= cards[-1].y() <= 20
    assert cards[-1].height() > view.viewport().height()


def test_building_the_rest_does_not_move_what_is_read(view: ConversationView, theatre: Theatre) -> None:
    view.show_comments(long_talk(60), fresh=True)
    newest = view.cards()[-1]
    before = newest.pos()
    for _ in range(200):
        QApplication.processEvents()
    assert newest.pos() == before


def test_cards_never_overlap_and_hold_all_their_text(view: ConversationView, theatre: Theatre) -> None:
    view.verticalScrollBar().setValue(0)
    cards = show(view, long_talk(20), theatre)
    for width in (560, 300, 800):
        view.resize(width, 500)
        theatre.settle()
        for above, below in itertools.pairwise(cards):
            assert above.geometry().bottom() < below.y()
        for card in cards:
            assert card.text.document().size().height() <= card.text.height() + 1
            assert card.text.geometry().bottom() < card.height()


def test_public_and_internal_are_told_apart_by_ground_and_by_word(view: ConversationView, theatre: Theatre) -> None:
    by_agent: dict[str, Any] = {"by_agent": True, "by_requester": False}
    rows = [comment(1), comment(2, **by_agent), comment(3, public=False, **by_agent)]
    cards = show(view, rows, theatre)
    grounds = {card.grab().toImage().pixelColor(card.width() // 2, card.height() - 5).name() for card in cards}
    assert len(grounds) == 3
    assert [card.accessibleName().split(" by ")[0] for card in cards] == ["Requester", "Agent", "Internal note"]


def test_a_state_of_the_outbox_is_told_in_words_and_gone_when_sent(view: ConversationView, theatre: Theatre) -> None:
    waiting = comment(1, ref="", key="k1", state=OutboxState.QUEUED)
    (card,) = show(view, [waiting], theatre)
    label = card.findChild(QLabel, "commentState")
    assert label is not None
    assert label.text() == "Waiting to be sent"
    tall = card.height()
    view.show_comments([comment(1, ref="c77", key="k1")], fresh=False)
    assert view.cards() == [card]
    assert card.height() < tall
    assert "Waiting" not in card.accessibleName()


def test_quoted_text_is_folded_until_asked(view: ConversationView, theatre: Theatre) -> None:
    (card,) = show(view, [comment(1, "Thanks\n\nOn Monday Noor wrote:\n> earlier words")], theatre)
    assert "earlier" not in card.text.toPlainText()
    folded = card.height()
    button = card.findChild(QToolButton, "quoteFold")
    assert button is not None
    assert button.accessibleName() == "Show quoted text"
    button.click()
    assert card.height() > folded
    view.toggle_quotes()
    assert card.height() == folded


def test_html_can_be_read_as_plain_text(view: ConversationView, theatre: Theatre) -> None:
    (card,) = show(view, [comment(1, "plain words", html="<p><b>rich</b> words</p>")], theatre)
    assert card.text.toPlainText() == "rich words"
    view.toggle_plain()
    assert card.text.toPlainText() == "plain words"


def test_remote_pictures_are_told_and_never_asked_for(view: ConversationView, theatre: Theatre) -> None:
    (card,) = show(view, [comment(1, html='<p>Hi</p><img src="https://t.example/1.gif" alt="logo">')], theatre)
    notice = card.findChild(QLabel, "blockedPictures")
    assert notice is not None
    assert notice.text().startswith("1 picture on the web not loaded")
    kind = QTextDocument.ResourceType.ImageResource.value
    for address in (
        "https://t.example/1.gif",
        "file:///etc/passwd",
        "/etc/passwd",
        "qrc:/x.png",
        "data:image/png;base64,!",
    ):
        assert card.text.loadResource(kind, QUrl(address)) == QByteArray()


def test_pictures_are_fetched_for_one_mail_when_the_agent_asks(view: ConversationView, theatre: Theatre) -> None:
    web = theatre.workspace.pictures
    logo, gone = "https://img.example/logo.png?a=1&b=2", "https://t.example/pixel.gif"
    web.on_the_web[logo] = _red_picture(40, 30)
    mail = f'<p>Hi</p><img src="{logo}" alt="logo"><img src="{gone}">'.replace("&", "&amp;")
    cards = show(view, [comment(1, html=mail), comment(2, html=mail)], theatre)
    assert web.asked == []
    button = cards[0].findChild(QPushButton, "showPictures")
    assert button is not None
    button.click()
    theatre.settle()
    assert web.asked == [(logo, gone)]
    image = QTextDocument.ResourceType.ImageResource.value
    shown = cards[0].text.loadResource(image, QUrl(logo))
    assert (shown.width(), shown.height()) == (40, 30)
    assert cards[0].remote_pictures == (gone,)
    notice = cards[0].findChild(QLabel, "blockedPictures")
    assert notice is not None
    assert notice.text() == "1 picture could not be shown: not reachable."
    assert cards[1].remote_pictures == (logo, gone)
    assert cards[1].text.loadResource(image, QUrl(logo)) == QByteArray()


def test_pictures_of_a_ticket_that_was_left_meanwhile_are_dropped(view: ConversationView, theatre: Theatre) -> None:
    address = "https://img.example/logo.png"
    (card,) = show(view, [comment(1, html=f'<img src="{address}">')], theatre)
    card.ask_for_pictures()
    (other,) = show(view, [comment(2, "another ticket")], theatre)
    assert other.text.toPlainText() == "another ticket"


def _red_picture(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(data.data())


def test_a_message_keeps_one_edge_and_a_block_in_another_direction_its_own(
    view: ConversationView, theatre: Theatre
) -> None:
    hebrew = "שלום, ההזמנה שלי עוד לא הגיעה אליי ואני מחכה לה כבר שבוע"
    text = f"{hebrew}\nKettle Audio\n\nHello, my order has not arrived yet.\n\nתודה\nNoa"
    (card,) = show(view, [comment(1, text)], theatre)
    block = card.text.document().begin()
    edges: list[tuple[str, bool, bool]] = []
    while block.isValid():
        if block.text().strip():
            at_left = block.layout().lineAt(0).naturalTextRect().left() == 0
            leftward = block.textDirection() == Qt.LayoutDirection.RightToLeft
            edges.append((block.text().split()[0].rstrip(","), leftward, at_left))
        block = block.next()
    right, left, latin_at_right = (True, False), (False, True), (False, False)
    assert edges == [
        ("שלום", *right), ("Kettle", *latin_at_right), ("Hello", *left), ("תודה", *right), ("Noa", *latin_at_right)
    ]  # fmt: skip


def test_a_word_without_end_is_broken_rather_than_cut(view: ConversationView, theatre: Theatre) -> None:
    (card,) = show(view, [comment(1, "x" * 2000)], theatre)
    assert card.text.document().idealWidth() <= card.text.width()


def test_keys_scroll_and_move_between_comments(view: ConversationView, theatre: Theatre) -> None:
    cards = show(view, long_talk(12), theatre)
    bar = view.verticalScrollBar()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert bar.value() > 300
    QTest.keyClick(view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert bar.value() == 0
    for _ in range(4):
        view.go(1)
    assert view.current == cards[3].comment
    assert view.viewport().rect().contains(cards[3].geometry().center())
    view.go(-1)
    assert view.current == cards[2].comment


def test_text_can_be_selected_and_copied(view: ConversationView, theatre: Theatre) -> None:
    (card,) = show(view, [comment(1, "copy these words")], theatre)
    cursor = card.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor, 2)
    card.text.setTextCursor(cursor)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().strip() == "copy these"


def test_a_link_opens_only_after_its_true_target_was_shown(
    view: ConversationView, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "agentconsole.gui.link_opener.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    opener = LinkOpener(theatre.context, view)
    view.link_asked.connect(opener.ask)
    (card,) = show(view, [comment(1, html='<p><a href="https://evil.example/x">www.bank.example</a></p>')], theatre)
    card.text.anchorClicked.emit(QUrl("https://evil.example/x"))
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox))
    assert "the link opens evil.example" in box.text()
    assert box.informativeText() == "https://evil.example/x"
    assert opened == []
    assert box.defaultButton().text() == "Don't open"
    next(button for button in box.buttons() if button.text() == "Open evil.example").click()
    assert opened == ["https://evil.example/x"]


@pytest.mark.parametrize(
    ("name", "honest", "risky"),
    [
        ("invoice\u202efdp.exe", "invoicefdp.exe", True),
        ("photo.png", "photo.png", False),
        ("../../.bashrc", "bashrc", False),
        ("C:\\temp\\run.BAT", "run.BAT", True),
        ("report.pdf\u200b.scr ", "report.pdf.scr", True),
        ("", "file", False),
    ],
)
def test_file_names_are_honest_and_programs_are_known(name: str, honest: str, *, risky: bool) -> None:
    file = AttachmentRecord(ref="a", file_name=name, content_type="application/octet-stream", size=1, url="x")
    assert (honest_name(name), is_risky(file)) == (honest, risky)


def test_a_program_is_never_opened_only_offered_to_be_saved(
    view: ConversationView, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[AttachmentRecord] = []
    monkeypatch.setattr(theatre.workspace.tickets, "open_attachment", fetched.append)
    file = AttachmentRecord(ref="a", file_name="run.exe", content_type="application/octet-stream", size=1, url="x")
    FileOpener(theatre.context, view).open(file)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert "can run programs" in box.text()
    assert [button.text() for button in box.buttons()] == ["Save as…", "Leave it"]
    box.close()
    assert fetched == []


def test_every_theme_repaints_the_words_in_its_own_ink(view: ConversationView, theatre: Theatre) -> None:
    (card,) = show(view, [comment(1, "see https://x.example", html='<a href="https://x.example">link</a>')], theatre)
    inks = set()
    for theme in ("light", "dark", "contrast"):
        theatre.context.theming.choose(theme)
        theatre.settle()
        cursor = QTextCursor(card.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        inks.add(cursor.charFormat().foreground().color().name())
    theatre.context.theming.choose("light")
    assert len(inks) == 3


def test_the_newest_words_stay_in_sight_when_the_pane_gets_lower_or_narrower(
    view: ConversationView, theatre: Theatre
) -> None:
    show(view, long_talk(12), theatre)
    view.scroll_to_end()
    for width, height in ((560, 380), (480, 380), (420, 300)):
        view.resize(width, height)
        for _ in range(60):
            QApplication.processEvents()
        theatre.settle()
        bar = view.verticalScrollBar()
        assert bar.value() >= bar.maximum() - 24
