"""Banners over the panes: incidents and news of the desk, and the first sync under way."""

from __future__ import annotations

from hashlib import sha256

from PySide6.QtCore import QSize, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import Notice
from agentconsole.gui.context import WindowContext

_ICONS = {"info": ("info", "link"), "warning": ("triangle-alert", "note_ink"), "critical": ("siren", "on_danger")}
SETTING = "dismissed_notices"
LASTING = "disk:"
"""How the ref begins of a notice that nobody can send away: it goes when it is true no more."""

PAGE, PACKS_PAGE = "page:", "packs"
"""An address within the console: of a page of the handbook."""


class NoticeBanner(QFrame):
    """The worst notice that was not dismissed, with how many more there are.

    Signals:
        shown_or_hidden: It came or went.
    """

    shown_or_hidden = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._notice: Notice | None = None
        self.setObjectName("noticeBanner")
        self._icon = QLabel(self)
        self._title = QLabel(self)
        self._title.setObjectName("noticeTitle")
        self._title.setProperty("look", "strong")
        self._text = QLabel(self)
        self._text.setObjectName("noticeText")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._more = QLabel(self)
        self._more.setObjectName("noticeMore")
        self._link = QPushButton("Details", self)
        self._link.setObjectName("noticeLink")
        self._link.setProperty("look", "link")
        self._link.clicked.connect(self._open)
        self._dismiss = QToolButton(self)
        self._dismiss.setObjectName("noticeDismiss")
        self._dismiss.setAccessibleName("Dismiss this notice")
        self._dismiss.setToolTip("Dismiss this notice")
        self._dismiss.setIconSize(QSize(14, 14))
        self._dismiss.clicked.connect(self.dismiss)
        place = self._dismiss.sizePolicy()
        place.setRetainSizeWhenHidden(True)  # the panes below do not move when one notice follows another
        self._dismiss.setSizePolicy(place)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._title)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._link)
        row.addWidget(self._dismiss)
        context.bridge.changed.connect(self._changed)
        context.theming.changed.connect(self._dress)
        self.refresh()

    def refresh(self) -> None:
        """Show what is worth showing now."""
        dismissed = set(self._context.workspace.settings.get(SETTING, ()))
        waiting = [
            notice
            for notice in self._context.workspace.notices()
            if notice.ref.startswith(LASTING) or _key(notice) not in dismissed
        ]
        self._notice = waiting[0] if waiting else None
        self.setVisible(self._notice is not None)
        self.shown_or_hidden.emit()
        if self._notice is None:
            return
        self._title.setText(self._notice.title)
        self._text.setText(self._notice.text.partition("\n")[0])
        self._text.setToolTip(self._notice.text)
        self._more.setText(f"+{len(waiting) - 1} more" if len(waiting) > 1 else "")
        self._dismiss.setVisible(not self._notice.ref.startswith(LASTING))
        self._link.setVisible(bool(self._notice.url))
        self._link.setAccessibleName(f"Details of: {self._notice.title}")
        self._link.setToolTip("" if self._notice.url.startswith(PAGE) else self._notice.url)
        self._dress()

    def dismiss(self) -> None:
        """Don't show this notice again; it returns when its words change."""
        if self._notice is not None and not self._notice.ref.startswith(LASTING):
            settings = self._context.workspace.settings
            known = [key for key in settings.get(SETTING, ()) if "|" not in key]  # an older console kept titles
            settings.set(SETTING, [*known[-99:], _key(self._notice)])
            self.refresh()

    def _open(self) -> None:
        if self._notice is not None and self._notice.url == PAGE + PACKS_PAGE:
            self._context.actions.action("window.packs").trigger()
        elif self._notice is not None and self._notice.url.startswith(("https://", "http://")):
            QDesktopServices.openUrl(QUrl(self._notice.url))

    def _dress(self) -> None:
        if self._notice is None:
            return
        icon, role = _ICONS.get(self._notice.level, _ICONS["info"])
        self._icon.setPixmap(self._context.icons.pixmap(icon, 16, role, self.devicePixelRatioF()))
        self._context.icons.bind(self._dismiss, "x", "on_danger" if self._notice.level == "critical" else "muted")
        if self.property("level") != self._notice.level:
            self.setProperty("level", self._notice.level)
            for part in (self, self._title, self._text, self._more, self._link):
                self.style().unpolish(part)
                self.style().polish(part)

    def _changed(self, change: Change) -> None:
        if change.everything or change.topics & {"notices", "packs"}:
            self.refresh()


class FirstSyncBanner(QFrame):
    """Tells how far the first sync is, and that nobody needs to wait for it.

    Signals:
        shown_or_hidden: It came or went.
    """

    shown_or_hidden = Signal()

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._hidden_by_agent = False
        self.setObjectName("firstSyncBanner")
        self._text = QLabel(self)
        self._text.setObjectName("firstSyncText")
        self._progress = QProgressBar(self)
        self._progress.setObjectName("firstSyncProgress")
        self._progress.setAccessibleName("Progress of the first sync")
        self._progress.setTextVisible(False)
        self._pause = QPushButton("Pause", self)
        self._pause.setObjectName("firstSyncPause")
        self._pause.setAccessibleName("Pause the first sync")
        self._pause.clicked.connect(self._toggle)
        self._hide = QToolButton(self)
        self._hide.setObjectName("firstSyncHide")
        self._hide.setAccessibleName("Hide; the sync goes on")
        self._hide.setToolTip("Hide; the sync goes on")
        self._hide.setIconSize(QSize(14, 14))
        context.icons.bind(self._hide, "x")
        self._hide.clicked.connect(self._dismiss)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self._text)
        column.addWidget(self._progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addLayout(column, 1)
        row.addWidget(self._pause)
        row.addWidget(self._hide)
        context.bridge.changed.connect(self._changed)
        self._was_initial = False
        self.refresh()

    def refresh(self) -> None:
        """Show the progress while the first sync runs or is paused."""
        status = self._context.workspace.sync.status()
        paused = status.phase == "stopped" and self._was_initial
        self._was_initial = status.phase == "initial" or paused
        self.setVisible(self._was_initial and not self._hidden_by_agent)
        self.shown_or_hidden.emit()
        if not self._was_initial:
            return
        self._pause.setText("Resume" if paused else "Pause")
        self._pause.setAccessibleName(f"{self._pause.text()} the first sync")
        self._progress.setRange(0, status.total or 0)
        self._progress.setValue(status.done)
        how_far = f"{status.done:,} of {status.total:,}" if status.total else f"{status.done:,} so far"
        if paused:
            self._text.setText(f"First sync paused at {how_far} tickets. What has arrived is ready to work on.")
        else:
            self._text.setText(
                f"Fetching your tickets: {how_far}. Those that need action come first, so you can start now."
            )

    def _toggle(self) -> None:
        sync = self._context.workspace.sync
        if sync.status().phase == "stopped":
            sync.start()
        else:
            self._context.tasks.run(sync.stop())

    def _dismiss(self) -> None:
        self._hidden_by_agent = True
        self.refresh()

    def _changed(self, change: Change) -> None:
        if change.everything or "sync" in change.topics:
            self.refresh()


def _key(notice: Notice) -> str:
    # the settings are not encrypted, and a help desk's announcement is its own
    return sha256(f"{notice.ref}|{notice.level}|{notice.title}".encode()).hexdigest()[:32]
