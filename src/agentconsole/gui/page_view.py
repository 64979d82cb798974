"""Shows one page of the handbook, from HTML of our own or from Markdown, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from agentconsole.gui.handbook_pages import LEAVE, USE, Page
from agentconsole.gui.notice_banner import PAGE
from agentconsole.gui.page_pictures import place_pictures
from agentconsole.gui.theming import BODY, META, Theme, Theming

_HEADINGS = {1: 20, 2: 15, 3: 13}
_MARGIN = 24
_LEAST_PICTURE = 160
_MOST_MARKS = 500
_CODE = (QTextBlockFormat.Property.BlockCodeFence, QTextBlockFormat.Property.BlockCodeLanguage)


class PageView(QTextBrowser):
    """A page to read. Its links open nothing by themselves.

    Signals:
        page_asked: A link to another page was followed: its key (str).
        link_asked: A link that leads out was followed: its address (str).
        pack_switched: A pack is to be used or no longer: its id (str), and which (bool).
    """

    page_asked = Signal(str)
    link_asked = Signal(str)
    pack_switched = Signal(str, bool)

    def __init__(self, theming: Theming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._page: Page | None = None
        self._shown: QTextDocument | None = None
        self._marked: tuple[str, ...] = ()
        self.setObjectName("handbookText")
        self.setAccessibleName("Page of the handbook")
        self.setProperty("look", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.anchorClicked.connect(self._followed)
        theming.changed.connect(self._dress)

    def show_page(self, page: Page, marked: Iterable[str] = ()) -> None:
        """Show *page* from its beginning, with the words *marked* on a ground of their own."""
        again = self._page is not None and self._page.key == page.key
        scrolled = self.verticalScrollBar().value() if again else 0
        self._page, self._marked = page, tuple(marked)
        self._dress()
        self.verticalScrollBar().setValue(scrolled)

    def _dress(self) -> None:
        if self._page is None:
            return
        theme = self._theming.theme
        # made apart from the view, which would lay it out anew at every touch
        document = QTextDocument(self)
        document.setDefaultFont(self.font())
        document.setDocumentMargin(_MARGIN)
        document.setUndoRedoEnabled(False)
        if self._page.markdown:
            document.setMarkdown(self._page.markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
            _dress_markdown(document, theme)
            self._place_pictures(document)
        else:
            document.setDefaultStyleSheet(_style(theme))
            document.setHtml(self._page.html)
        for table in _tables(document):
            _dress_table(table, theme)
        self.setDocument(document)
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = document
        self._mark(theme)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the pictures as wide as the page is now."""
        super().resizeEvent(event)
        if self._shown is not None and self._page is not None and self._page.markdown:
            self._place_pictures(self._shown)

    def _place_pictures(self, document: QTextDocument) -> None:
        width = max(_LEAST_PICTURE, self.viewport().width() - 2 * _MARGIN)
        place_pictures(document, dark=self._theming.theme.dark, width=width, ratio=self.devicePixelRatioF())

    def _mark(self, theme: Theme) -> None:
        look = QTextCharFormat()
        look.setBackground(QColor(theme.note))
        look.setForeground(QColor(theme.note_ink))
        marks: list[QTextEdit.ExtraSelection] = []
        for word in self._marked:
            cursor = QTextCursor(self.document())
            while len(marks) < _MOST_MARKS:
                cursor = self.document().find(word, cursor)
                if cursor.isNull():
                    break
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = cursor, look
                marks.append(mark)
        self.setExtraSelections(marks)

    def _followed(self, url: QUrl) -> None:
        address = url.toString()
        if address.startswith(PAGE):
            self.page_asked.emit(address.removeprefix(PAGE))
        elif address.startswith((USE, LEAVE)):
            self.pack_switched.emit(address.partition(":")[2], address.startswith(USE))
        elif address.startswith("#"):
            self.scrollToAnchor(address[1:])
        elif address.endswith(".md") and "/" not in address:
            self.page_asked.emit(f"help/{address.removesuffix('.md')}")
        else:
            self.link_asked.emit(address)


def _style(theme: Theme) -> str:
    return (
        f"h1 {{ font-size: {_HEADINGS[1]}px; font-weight: 600; margin-top: 0; margin-bottom: 8px; }}"
        f"h2 {{ font-size: {_HEADINGS[2]}px; font-weight: 600; margin-top: 20px; margin-bottom: 4px; }}"
        f"p, li {{ color: {theme.text}; margin-top: 4px; margin-bottom: 6px; line-height: 140%; }}"
        f"td, th {{ color: {theme.text}; }}"
        f".meta {{ color: {theme.muted}; font-size: {META}px; }}"
        f"a {{ color: {theme.link}; text-decoration: none; }}"
        f"code {{ background: {theme.ground}; font-family: monospace; }}"
    )


def _dress_markdown(document: QTextDocument, theme: Theme) -> None:
    """Give Qt's plain rendering the measures and colours of the rest."""
    for block in _blocks(document):
        shape = QTextBlockFormat()
        cursor = QTextCursor(block)
        level = block.blockFormat().headingLevel()
        is_code = any(block.blockFormat().hasProperty(mark) for mark in _CODE)
        # a line of it would be as high again below as two fifths of the picture
        is_picture = "\N{OBJECT REPLACEMENT CHARACTER}" in block.text()
        in_table = cursor.currentTable() is not None
        shape.setTopMargin(0 if is_code or in_table else 20 if level else 4)
        shape.setBottomMargin(0 if is_code or in_table else 6)
        shape.setLineHeight(
            100 if is_code or is_picture else 140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        if is_code:
            shape.setBackground(QColor(theme.ground))
            shape.setLeftMargin(0)
            # a long line goes on below rather than out of sight
            shape.setNonBreakableLines(False)
        cursor.mergeBlockFormat(shape)
        if level:
            look = QTextCharFormat()
            font = QFont(document.defaultFont())
            font.setPixelSize(_HEADINGS.get(level, BODY))
            font.setWeight(QFont.Weight.DemiBold)
            look.setFont(font)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(look)
    _dress_words(document, theme)


def _dress_words(document: QTextDocument, theme: Theme) -> None:
    """Colour links, and set code on a ground of its own."""
    found: list[tuple[int, int, bool]] = []
    for block in _blocks(document):
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            look = fragment.charFormat()
            if look.isAnchor() or look.fontFixedPitch():
                found.append((fragment.position(), fragment.length(), look.isAnchor()))
            fragments += 1
    for position, length, is_link in found:
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        change = QTextCharFormat()
        if is_link:
            change.setForeground(QColor(theme.link))
            change.setFontUnderline(False)
        else:
            change.setBackground(QColor(theme.ground))
            change.setFontFamilies(["DejaVu Sans Mono", "Liberation Mono", "Consolas", "Menlo", "monospace"])
            change.setProperty(QTextCharFormat.Property.FontPixelSize, BODY - 1)
        cursor.mergeCharFormat(change)


def _dress_table(table: QTextTable, theme: Theme) -> None:
    look = table.format()
    look.setBorder(1)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBorderBrush(QBrush(QColor(theme.hairline)))
    look.setBorderCollapse(True)
    look.setCellPadding(6)
    look.setCellSpacing(0)
    # of a whole width the border would stand outside, for the sake of which one could scroll
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 99))
    look.setTopMargin(8)
    look.setBottomMargin(12)
    table.setFormat(look)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _tables(document: QTextDocument) -> list[QTextTable]:
    return [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
