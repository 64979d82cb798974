"""What will be sent along with the words: files, and the changes a macro proposes; each can be taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from agentconsole.domain.drafts import Along, AlongFile
from agentconsole.domain.values import Ref
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.field_words import field_title, value_words
from agentconsole.gui.panes.ticket.wording import size_words


class PendingChips(QWidget):
    """Shows and holds what goes with the next reply.

    Attributes:
        values: Field values by name. add_tags, remove_tags: tags. files: local files. macro: which one proposed it.

    Signals:
        changed: Something was added or taken out, or a file got its copy.
    """

    changed = Signal()
    GAP, HEIGHT = 6, 26

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("composePending")
        self._context = context
        self.values: dict[str, Any] = {}
        self.add_tags: tuple[str, ...] = ()
        self.remove_tags: tuple[str, ...] = ()
        self.files: list[AlongFile] = []
        self.macro: Ref | None = None
        self._lead = QLabel("When sent:", self)
        self._lead.setProperty("look", "meta")
        self._chips: list[QToolButton] = []
        self.hide()

    @property
    def has_changes(self) -> bool:
        """Whether fields or tags would change even without words."""
        return bool(self.values or self.add_tags or self.remove_tags)

    def add(self, values: dict[str, Any], add_tags: Sequence[str], remove_tags: Sequence[str]) -> None:
        """Send these changes along, too; a later one of the same field replaces the former."""
        self.values.update(values)
        self.add_tags = tuple(dict.fromkeys((*self.add_tags, *add_tags)))
        self.remove_tags = tuple(dict.fromkeys((*self.remove_tags, *remove_tags)))
        self._show()

    def along(self) -> Along:
        """Return what goes along, as a draft keeps it."""
        return Along(
            values=dict(self.values),
            add_tags=self.add_tags,
            remove_tags=self.remove_tags,
            files=tuple(self.files),
            macro=self.macro,
        )

    def put(self, along: Along) -> None:
        """Send just this along."""
        if along == self.along():
            return
        self.values, self.files, self.macro = dict(along.values), list(along.files), along.macro
        self.add_tags, self.remove_tags = along.add_tags, along.remove_tags
        self._show()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Send the files at *paths* along, too. Each is copied at once: its original may be gone when it is sent."""
        known = {file.path for file in self.files}
        added = [AlongFile(path.name, path.stat().st_size, str(path)) for path in paths if str(path) not in known]
        self.files += added
        self._show()
        for file in added:
            self._context.tasks.run(
                self._context.workspace.drafts.keep_file(Path(file.path)),
                done=partial(self._copied, file),
                failed=lambda _error: None,  # it is tried again when it is sent, which says what is wrong
            )

    def _copied(self, file: AlongFile, copy: AlongFile) -> None:
        if file in self.files:
            self.files[self.files.index(file)] = copy
            self.changed.emit()

    @property
    def gone(self) -> AlongFile | None:
        """The first file that is neither copied nor where it was chosen."""
        return next((file for file in self.files if not file.key and not Path(file.path).is_file()), None)

    def clear(self) -> None:
        """Send nothing along."""
        self.put(Along())

    def _show(self) -> None:
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        tickets = self._context.workspace.tickets
        for name, value in self.values.items():
            text = f"{field_title(tickets, name)} → {value_words(tickets, name, value)}"
            self._add_chip(text, "pencil", lambda name=name: self.values.pop(name))
        for tag in self.add_tags:
            self._add_chip(f"+ {tag}", "tag", lambda tag=tag: self._drop_tag(tag))
        for tag in self.remove_tags:
            self._add_chip(f"− {tag}", "tag", lambda tag=tag: self._drop_tag(tag))
        for file in self.files:
            there = file.key or Path(file.path).is_file()
            words = f"{file.name}  {size_words(file.size) if there else 'gone'}"
            self._add_chip(words, "paperclip", lambda file=file: self._drop_file(file))
        self.setVisible(bool(self._chips))
        self._lead.setVisible(bool(self._chips))
        self._place()

    def _add_chip(self, text: str, icon: str, drop: Any) -> None:
        chip = QToolButton(self)
        chip.setObjectName(f"pending{len(self._chips)}")
        chip.setProperty("look", "chip")
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setIcon(self._context.icons.icon(icon))
        chip.setText(f" {chip.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, 260)}  ✕")
        chip.setToolTip(f"{text}\nClick to leave it out")
        chip.setAccessibleName(f"{text}, press to leave it out")

        def dropped() -> None:
            drop()
            self._show()
            self.changed.emit()

        chip.clicked.connect(lambda _checked=False: dropped())
        chip.show()
        self._chips.append(chip)

    def _drop_file(self, file: AlongFile) -> None:
        self.files = [each for each in self.files if (each.path, each.name) != (file.path, file.name)]

    def _drop_tag(self, tag: str) -> None:
        self.add_tags = tuple(each for each in self.add_tags if each != tag)
        self.remove_tags = tuple(each for each in self.remove_tags if each != tag)

    def _place(self) -> None:
        x, y = self._lead.sizeHint().width() + self.GAP, 0
        self._lead.setGeometry(0, 0, x, self.HEIGHT)
        for chip in self._chips:
            wide = min(chip.sizeHint().width(), max(self.width(), 80))
            if x and x + wide > self.width():
                x, y = 0, y + self.HEIGHT + self.GAP
            chip.setGeometry(x, y, wide, self.HEIGHT)
            x += wide + self.GAP
        self.setFixedHeight(y + self.HEIGHT if self._chips else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
