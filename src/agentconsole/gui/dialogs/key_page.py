"""The page of the preferences where keys are changed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHeaderView, QTreeWidgetItem

from agentconsole.gui.actions import Entry
from agentconsole.gui.context import WindowContext

ID_ROLE = Qt.ItemDataRole.UserRole


class KeyPage(QObject):
    """Lists all actions; the selected one takes a new key unless another action has it where both would listen."""

    def __init__(self, form: Any, context: WindowContext) -> None:
        super().__init__(form.keyList)
        self._form = form
        self._context = context
        self._items: dict[str, QTreeWidgetItem] = {}
        header = form.keyList.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for entry in sorted(context.actions.entries(), key=lambda entry: (entry.section, entry.text)):
            item = QTreeWidgetItem([entry.text.rstrip("…"), entry.section, ""])
            item.setData(0, ID_ROLE, entry.id)
            self._items[entry.id] = item
            form.keyList.addTopLevelItem(item)
        self._write_keys()
        form.keyList.currentItemChanged.connect(self._selected)
        form.keySearch.textChanged.connect(self._filter)
        form.keyEdit.editingFinished.connect(self._typed)
        form.keyRestore.clicked.connect(self._restore)
        form.keyRemove.clicked.connect(self._remove)
        form.keyList.setCurrentItem(form.keyList.topLevelItem(0))

    def _entry(self) -> Entry | None:
        item = self._form.keyList.currentItem()
        if item is None:
            return None
        wanted = item.data(0, ID_ROLE)
        return next((entry for entry in self._context.actions.entries() if entry.id == wanted), None)

    def _write_keys(self) -> None:
        for entry in self._context.actions.entries():
            item = self._items.get(entry.id)
            if item is not None:
                item.setText(
                    2,
                    ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in entry.keys),
                )

    def _selected(self) -> None:
        entry = self._entry()
        self._form.keyProblem.clear()
        self._form.keyEdit.setKeySequence(QKeySequence(entry.keys[0]) if entry and entry.keys else QKeySequence())
        self._form.keyEdit.setEnabled(entry is not None)
        changed = entry is not None and entry.id in self._context.actions.remapped
        self._form.keyRestore.setEnabled(changed)
        self._form.keyRemove.setEnabled(entry is not None and bool(entry.keys))

    def _typed(self) -> None:
        entry = self._entry()
        key = self._form.keyEdit.keySequence().toString()
        if entry is None or not key or key in entry.keys:
            return
        other = self._context.actions.clash(entry.id, key)
        if other is not None:
            self._form.keyProblem.setText(
                f"{key} already does “{other.text.rstrip('…')}”. Remove or change that key first."
            )
            return
        self._set(entry.id, key)

    def _restore(self) -> None:
        entry = self._entry()
        if entry is None:
            return
        for key in entry.default_keys:
            other = self._context.actions.clash(entry.id, key)
            if other is not None:
                self._form.keyProblem.setText(
                    f"{key} now does “{other.text.rstrip('…')}”. Remove or change that key first."
                )
                return
        self._set(entry.id, None)

    def _remove(self) -> None:
        entry = self._entry()
        if entry is not None:
            self._set(entry.id, "")

    def _set(self, id: str, key: str | None) -> None:  # noqa: A002  an action's id, as actions.py calls it
        self._context.actions.remap(id, key)
        self._context.workspace.settings.set("keys", self._context.actions.remapped)
        self._write_keys()
        self._selected()

    def _filter(self, typed: str) -> None:
        wanted = typed.casefold()
        for item in self._items.values():
            texts = " ".join(item.text(column) for column in range(3)).casefold()
            item.setHidden(wanted not in texts)
