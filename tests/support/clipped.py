"""Finds words that do not fit into what shows them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTabBar,
    QToolButton,
    QWidget,
)

_SLACK = 1
"""Pixels that rounding may cost."""


def clipped(root: QWidget) -> list[str]:
    """Return what is cut off in *root*, a line each: where, which words, how many pixels they need and have.

    A text that ends in an ellipsis was shortened on purpose and has its whole in a tooltip.
    """
    found: list[str] = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisibleTo(root) or widget.visibleRegion().isEmpty():
            continue
        for text, needs, has in _measured(widget):
            if text and needs > has + _SLACK:
                where = widget.objectName() or type(widget).__name__
                parent = widget.parentWidget()
                above = f"{parent.objectName() or type(parent).__name__} > " if parent is not None else ""
                found.append(f"{above}{where}: {text!r} needs {needs} px, has {has}")
    return found


def _measured(widget: QWidget) -> Iterator[tuple[str, int, int]]:
    """Yield each text of *widget* with the pixels that it needs and has, across and down."""
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel) and widget.text():
        has = widget.contentsRect()
        text = _plain(widget)
        if widget.wordWrap():
            yield text, widget.heightForWidth(widget.width()), widget.height()
            yield text, max(map(metrics.horizontalAdvance, text.split()), default=0), has.width()
        else:
            yield text, max(map(metrics.horizontalAdvance, text.split("\n"))), has.width()
            yield text, metrics.ascent(), has.height()
    elif isinstance(widget, QPushButton | QToolButton | QCheckBox | QRadioButton):
        yield _words(widget), widget.sizeHint().width(), widget.width()
        yield _words(widget), min(widget.sizeHint().height(), metrics.height()), widget.height()
    elif isinstance(widget, QComboBox):
        yield widget.currentText(), metrics.horizontalAdvance(widget.currentText()) + 36, widget.width()
    elif isinstance(widget, QLineEdit):
        shown = widget.text() if widget.isReadOnly() else widget.text() or widget.placeholderText()
        if not widget.text():
            yield shown, metrics.horizontalAdvance(shown) + 16, widget.width()
        yield shown, metrics.height(), widget.height()
    elif isinstance(widget, QTabBar):
        for tab in range(widget.count()):
            yield widget.tabText(tab), widget.tabSizeHint(tab).width(), widget.tabRect(tab).width()
    elif isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal:
        for section in range(widget.count()):
            text = str(widget.model().headerData(section, widget.orientation()) or "")
            if not widget.isSectionHidden(section):
                yield text, metrics.horizontalAdvance(text) + 12, widget.sectionSize(section)


def _plain(label: QLabel) -> str:
    rich = label.textFormat() == Qt.TextFormat.RichText or (
        label.textFormat() == Qt.TextFormat.AutoText and "</" in label.text()
    )
    if not rich:
        return label.text().replace("&", "") if label.buddy() is not None else label.text()
    document = QTextDocument()
    document.setHtml(label.text())
    return document.toPlainText()


def _words(button: QAbstractButton) -> str:
    shows_icon_only = isinstance(button, QToolButton) and (
        button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly and not button.icon().isNull()
    )
    return "" if shows_icon_only else button.text()
