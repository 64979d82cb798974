"""Completes a line of text with people of the directory while the agent types."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from agentconsole.domain.records import PersonRecord
from agentconsole.gui.dialogs.new_ticket_form import Requester
from agentconsole.services.api import Directory

PAUSE_MS = 60
"""Faster typing than this asks once, not for every letter."""

MOST = 8
_PERSON = Qt.ItemDataRole.UserRole + 1


class PersonField(QObject):
    """Turns *field* into one that knows people. ``chosen`` is the known person whose name stands there, if any.

    Signals:
        changed: Another person, or another text.
    """

    changed = Signal()

    def __init__(self, field: QLineEdit, directory: Directory, parent: QObject) -> None:
        super().__init__(parent)
        self._field, self._directory = field, directory
        self.chosen: Requester | None = None
        self._model = QStandardItemModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(MOST)
        self._completer.setWidget(field)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._popup.setObjectName("requesterSuggestions")
        self._popup.setAccessibleName("People")
        self._completer.activated[QModelIndex].connect(self._taken)  # type: ignore[index]  # Qt's overload syntax
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.suggest)
        field.textEdited.connect(self._edited)

    def show_person(self, text: str, chosen: Requester | None) -> None:
        """Put *text* there, which stands for *chosen* when that is a known person."""
        self._field.setText(text)
        self._field.setCursorPosition(0)
        self.chosen = chosen
        self.changed.emit()

    def matches(self, text: str) -> tuple[PersonRecord, ...]:
        """Return the people whom *text* may mean, the best first."""
        if len(text.strip()) < 2:
            return ()
        rows = self._directory.search(text.strip(), limit=200)
        return tuple(row.person for row in rows if row.person is not None)[:MOST]

    def suggest(self) -> None:
        """List who may be meant; an address that is somebody's is taken as theirs."""
        text = self._field.text()
        people = self.matches(text)
        same = next((each for each in people if each.email and each.email.casefold() == text.strip().casefold()), None)
        if same is not None:
            self.chosen = Requester(same.ref, same.name, same.email or "")
            self.changed.emit()
        self._model.clear()
        for person in people:
            item = QStandardItem(_line(person))
            item.setData(Requester(person.ref, person.name, person.email or ""), _PERSON)
            self._model.appendRow(item)
        if people and self._field.hasFocus():
            self._completer.complete()
            self._popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        else:
            self._popup.hide()

    def _edited(self, _text: str) -> None:
        self.chosen = None
        self._pause.start()
        self.changed.emit()

    def _taken(self, index: QModelIndex) -> None:
        person = index.data(_PERSON)
        if isinstance(person, Requester):
            self._pause.stop()
            self.show_person(written(person), person)


def written(person: Requester) -> str:
    """Return how *person* stands in the field."""
    return f"{person.name} <{person.email}>" if person.email else person.name


def _line(person: PersonRecord) -> str:
    return f"{person.name}  ·  {person.email}" if person.email else person.name
