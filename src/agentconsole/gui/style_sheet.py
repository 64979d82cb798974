"""The one style sheet, made from a theme. Measures are multiples of the grid; colours come from the theme only.

A widget asks for a look by a dynamic property ``look``: "primary", "quiet", "danger", "link" for buttons; "meta",
"muted", "title", "heading", "display" for labels; "card", "panel" for frames.
"""

from __future__ import annotations

from agentconsole.gui.theming import BODY, DISPLAY, META, TITLE, Theme

_SHEET = """
* { outline: none; }
QWidget { color: $text; font-size: ${BODY}px; }
QMainWindow, QDialog, QWizard { background: $ground; }
QMainWindow::separator { background: $hairline; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QDialog { background: $raised; }
QToolTip { background: $raised; color: $text; border: 1px solid $field_edge; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[look="meta"] { color: $muted; font-size: ${META}px; }
QLabel[look="muted"] { color: $muted; }
QLabel[look="section"] { color: $muted; font-size: ${META}px; font-weight: 600; }
QLabel[look="title"] { font-size: ${TITLE}px; font-weight: 600; }
QLabel[look="heading"] { font-size: 20px; font-weight: 600; }
QLabel[look="display"] { font-size: ${DISPLAY}px; font-weight: 600; }
QLabel[look="error"] { color: $danger_ink; }
QLabel[look="key"] { color: $muted; background: $hover; border: 1px solid $hairline; border-radius: 4px;
    padding: 0px 5px; font-size: ${META}px; }

QPushButton { background: $raised; border: 1px solid $field_edge; border-radius: 6px; padding: 4px 12px;
    min-height: 18px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection_idle; }
QPushButton:focus { border: 2px solid $focus; padding: 3px 11px; }
QPushButton:disabled { color: $disabled; border-color: $hairline; }
QPushButton:checked { background: $selection; border-color: $accent; }
QPushButton[look="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accent_hover; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="primary"]:disabled { background: $selection_idle; color: $disabled; border-color: $hairline; }
QPushButton[look="danger"] { color: $danger_ink; }
QPushButton[look="quiet"], QPushButton[look="link"] { background: transparent; border: 1px solid transparent; }
QPushButton[look="quiet"]:hover { background: $hover; }
QPushButton[look="quiet"]:focus, QPushButton[look="link"]:focus { border: 2px solid $focus; padding: 3px 11px; }
QPushButton[look="link"] { color: $link; padding: 4px 4px; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { padding: 3px 3px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $selection_idle; }
QToolButton:checked { background: $selection; }
QToolButton:focus { border: 1px solid $focus; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit, QDateTimeEdit {
    background: $surface; border: 1px solid $field_edge; border-radius: 6px; padding: 4px 8px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QTextEdit, QPlainTextEdit { placeholder-text-color: $muted; }
QLineEdit, QComboBox, QSpinBox, QKeySequenceEdit, QDateTimeEdit { min-height: 18px; }
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus,
QKeySequenceEdit:focus {
    border: 2px solid $focus; padding: 3px 7px; }
QLineEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    color: $disabled; background: $ground; }
QLineEdit[look="bare"], QTextEdit[look="bare"], QTextBrowser[look="bare"], QPlainTextEdit[look="bare"] {
    background: transparent; border: none; padding: 0px; }
QAbstractSpinBox { max-height: 18px; min-height: 18px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/agentconsole/themes/$name-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $field_edge; padding: 4px; }
QAbstractSpinBox QLineEdit { border: none; border-radius: 0; padding: 0; min-height: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px; background: transparent; }
QAbstractSpinBox::up-arrow { image: url(:/agentconsole/themes/$name-up.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/agentconsole/themes/$name-down.svg); width: 10px; height: 10px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QTreeView::indicator, QListView::indicator, QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; background: $surface; border: 1px solid $field_edge; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QTreeView::indicator:checked, QListView::indicator:checked, QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url(:/agentconsole/themes/$name-check.svg); }
QRadioButton::indicator:checked { background: $accent; border: 4px solid $accent;
    image: url(:/agentconsole/themes/$name-dot.svg); }

QAbstractItemView { background: $surface; border: none; alternate-background-color: $surface;
    selection-background-color: $selection; selection-color: $text; }
QListView, QTreeView, QTableView { background: $surface; gridline-color: $hairline; }
QListView::item, QTreeView::item { padding: 4px 8px; border-radius: 6px; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected { background: $selection; color: $text; }
QListView::item:selected:!active, QTreeView::item:selected:!active { background: $selection_idle; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $hairline;
    padding: 4px 8px; font-size: ${META}px; font-weight: 500; }
QHeaderView::section:hover { color: $text; }
QTableCornerButton::section { background: $surface; border: none; }

QPushButton[look="chip"] { background: transparent; border: 1px solid $hairline; border-radius: 12px; padding: 2px 10px;
    min-height: 18px; font-size: ${META}px; color: $muted; }
QPushButton[look="chip"]:hover { background: $hover; color: $text; }
QPushButton[look="chip"]:focus { border: 1px solid $focus; padding: 2px 10px; }
QPushButton[look="chip"]:checked { background: $selection; border-color: $accent; color: $text; }
QPushButton[look="pill"] { background: $selection; border: 1px solid $selection; border-radius: 12px; padding: 2px 12px;
    min-height: 18px; font-size: ${META}px; color: $link; font-weight: 600; }
QPushButton[look="pill"]:hover { border-color: $accent; }
QPushButton[look="pill"]:focus { border: 1px solid $focus; padding: 2px 12px; }
QToolButton[look="title"] { font-size: ${TITLE}px; font-weight: 600; padding: 2px 4px; }
QListView[look="side"], QTreeView[look="side"] { background: transparent; }
QTreeView[look="side"]::item { border-radius: 0; }
QTreeView[look="side"]::branch { image: none; border-image: none; }
QTreeView[look="side"]::branch:selected { background: $selection; }
QTreeView[look="side"]::branch:selected:!active { background: $selection_idle; }
QLineEdit[look="value"] { border-radius: 4px; padding: 2px 5px; }
QLineEdit[look="value"]:focus { padding: 1px 4px; }
QLineEdit[look="wrong"], QLineEdit[look="wrong"]:focus { border-color: $danger_ink; }

QScrollArea { background: transparent; border: none; }
#cheatSheetPage { background: $raised; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $bar_off; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenuBar { background: $ground; color: $text; border-bottom: 1px solid $hairline; padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $field_edge; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QTabWidget::pane { border: none; border-top: 1px solid $hairline; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $link; }

QProgressBar { background: $bar_off; border: none; border-radius: 2px; max-height: 4px; min-height: 4px;
    color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSplitter::handle { background: $hairline; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame[look="line"] { background: $hairline; border: none; max-height: 1px; min-height: 1px; }
QFrame[look="upright"] { background: $hairline; border: none; max-width: 1px; min-width: 1px; }
QFrame[look="card"] { background: $raised; border: 1px solid $hairline; border-radius: 8px; }
QFrame[look="card"] QTableView, QFrame[look="card"] QHeaderView, QFrame[look="card"] QHeaderView::section {
    background: transparent; }
QFrame[look="panel"], QWidget[look="panel"] { background: $ground; }
QWidget[look="content"] { background: $surface; }
QGroupBox { border: none; margin-top: 24px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; padding: 0 0 4px 0; }

QDockWidget { color: $text; }
QDockWidget::title { background: $surface; padding: 8px 12px; text-align: left; }
QDockWidget > QWidget { background: $surface; }
QStatusBar { background: $ground; border-top: 1px solid $hairline; }
QStatusBar::item { border: none; }

QToolButton[look="chip"] { background: $surface; border: 1px solid $hairline; padding: 1px 4px; }
QToolButton[look="chip"]:hover { background: $hover; border-color: $field_edge; }
QToolButton[look="chip"]:focus { border: 1px solid $focus; }
QToolButton[look="fold"] { background: $quote; border-radius: 4px; padding: 0px; }
QToolButton[look="fold"]:hover { background: $selection_idle; }
QPushButton[look="value"], QPushButton[look="inline"] { background: transparent; border: 1px solid transparent;
    border-radius: 4px; padding: 2px 6px; text-align: left; font-weight: 400; min-height: 18px; }
QPushButton[look="value"]:hover { background: $hover; }
QPushButton[look="value"]:focus, QPushButton[look="inline"]:focus { border: 1px solid $focus; padding: 2px 6px; }
QPushButton[look="value"]:disabled { color: $text; }
QPushButton[look="inline"] { color: $link; padding: 2px 0px; }
QPushButton[look="inline"]:focus { padding: 2px 0px; }
QPushButton[look="inline"]:hover { text-decoration: underline; }
QPushButton[look="inline"]:disabled { color: $muted; }
QToolButton[look="section"] { color: $muted; font-size: ${META}px; font-weight: 600; padding: 2px 0px;
    border-radius: 4px; text-align: left; }
QToolButton[look="section"]:checked { background: transparent; }
QToolButton[look="section"]:hover { background: transparent; color: $text; }
QToolButton[look="segment"] { color: $muted; padding: 3px 8px; font-weight: 500; }
QToolButton[look="segment"]:checked { color: $text; background: $selection; }
#composer[kind="note"] QToolButton[look="segment"]:checked { color: $note_ink; background: $note; padding: 2px 7px;
    border: 1px solid $note_edge; }
#choicePopup { background: $raised; border: 1px solid $field_edge; }
#choicePopup QListView, #mergeTicket QListView { background: transparent; }

QLabel[look="strong"] { font-weight: 600; }
QPushButton[look="status"] { background: transparent; border: 1px solid transparent; border-radius: 4px;
    color: $muted; font-size: ${META}px; font-weight: 400; padding: 1px 6px; min-height: 16px; }
QPushButton[look="status"]:hover { background: $hover; color: $text; }
QPushButton[look="status"]:focus { border: 1px solid $focus; padding: 1px 6px; }
QPushButton[look="status"][alarm="true"] { color: $danger_ink; font-weight: 600; }
#pageList { background: $ground; padding: 8px; }
#pageList::item { padding: 6px 8px; }
#keyList { border: 1px solid $hairline; border-radius: 6px; }
#keyList::item { border-radius: 0; }
#handbookText { border: 2px solid transparent; }
#handbookText:focus { border: 2px solid $focus; }
#outboxDetail { background: $ground; border: none; border-top: 1px solid $hairline; }
#outboxView::item { border-radius: 0; padding: 0; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
#banners { background: $ground; border: none; padding: 0; spacing: 0; }
#firstSyncBanner { background: $public; border-bottom: 1px solid $public_edge; }

#rail { background: $ground; border-right: 1px solid $hairline; }
#rail QToolButton { padding: 7px; border-radius: 8px; }
#paneTitleBar { background: $surface; border-bottom: 1px solid $hairline; }
#paneTitle { font-weight: 600; }
#commandPalette, #cheatSheet, #toast, #queueSearchHelp, #queueBulkBar { background: $raised;
    border: 1px solid $field_edge; border-radius: 10px; }
#commandPalette QLineEdit { border: none; border-radius: 0; padding: 12px 16px; font-size: ${TITLE}px;
    background: transparent; border-bottom: 1px solid $hairline; }
#commandPalette QListView { background: transparent; padding: 4px; }
#noticeBanner[level="info"], #awayBanner { background: $public; border-bottom: 1px solid $public_edge; }
#noticeBanner[level="warning"] { background: $note; border-bottom: 1px solid $note_edge; }
#noticeBanner[level="critical"] { background: $danger; border-bottom: 1px solid $danger; }
#noticeBanner[level="critical"] QLabel { color: $on_danger; }
"""


def style_sheet(theme: Theme) -> str:
    """Return the application's style sheet in *theme*."""
    words = {name: getattr(theme, name) for name in theme.__struct_fields__ if isinstance(getattr(theme, name), str)}
    sizes = {"{META}": META, "{BODY}": BODY, "{TITLE}": TITLE, "{DISPLAY}": DISPLAY}
    sheet = _SHEET
    # not string.Template: for it a start would compile a pattern. The longest first: some begin like others
    for name, value in sorted((words | sizes).items(), key=lambda item: len(item[0]), reverse=True):
        sheet = sheet.replace(f"${name}", str(value))
    assert "$" not in sheet, "a word of the style sheet is none of the theme's"
    return sheet
