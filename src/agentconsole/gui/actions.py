"""Everything an agent can do, in one list: menus, palette, cheat sheet and key bindings all read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShortcutEvent
from PySide6.QtWidgets import QApplication, QWidget


class Entry(Struct):
    """One action. ``default_keys`` are what it ships with; the QAction holds the keys in force.

    ``refusal`` is why it can't be used here at all; ``deaf`` are its keys then, which only tell why.
    """

    id: str
    section: str
    default_keys: tuple[str, ...]
    action: QAction
    scope: QWidget | None
    keywords: str = ""
    hidden: bool = False
    refusal: str = ""
    deaf: list[QShortcut] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it does, as a verb."""
        return self.action.text()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in force, in portable form."""
        return tuple(sequence.toString() for sequence in self.action.shortcuts())

    @property
    def key_text(self) -> str:
        """The first key as this platform writes it, or nothing."""
        shortcuts = self.action.shortcuts()
        return shortcuts[0].toString(QKeySequence.SequenceFormat.NativeText) if shortcuts else ""


QUIET_MS = 1500
"""Letters that follow a refused "start typing" sooner than this were meant as words, not as commands."""


class KeyedAction(QAction):
    """An action whose key is silent while a popup or a dialog of ours is open: the keyboard is theirs then.

    Qt alone would not see to that. While a menu is open the focus stays on the widget below it, and so do its keys.
    Its letters are silent as well while *quiet* runs, and each of them starts it anew.
    """

    def __init__(self, text: str, parent: QObject, quiet: QTimer) -> None:
        super().__init__(text, parent)
        self._quiet = quiet

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Shortcut and isinstance(event, QShortcutEvent):
            if QApplication.activePopupWidget() or QApplication.activeModalWidget():
                return True
            if self._quiet.isActive() and _writes(event.key()):
                self._quiet.start()
                return True
        return super().event(event)


def _writes(keys: QKeySequence) -> bool:
    """Return whether *keys* is what one presses to write: a letter, a digit, a sign or a blank, Enter too."""
    key = keys.toString().removeprefix("Shift+")
    return len(key) == 1 or key in ("Space", "Return", "Enter")


class Actions(QObject):
    """The list of actions and the keys that start them.

    A key belongs to the pane that has the focus (its *scope*) or to the whole window. Two actions may share a key only
    while their scopes don't contain each other; Qt would otherwise start neither.

    Attributes:
        quiet: Runs while letters are taken for words.

    Signals:
        changed: An action came, went or has another key.
        refused: The key of an action was pressed that can't be used here: the action's text, and why not.
    """

    changed = Signal()
    refused = Signal(str, str)

    def __init__(self, remapped: Mapping[str, str] | None = None, parent: QObject | None = None) -> None:
        """*remapped* are the agent's own keys by action id."""
        super().__init__(parent)
        self._window: QWidget | None = None
        self._remapped = dict(remapped or {})
        self._entries: dict[str, Entry] = {}
        self.quiet = QTimer(self)
        self.quiet.setSingleShot(True)
        self.quiet.setInterval(QUIET_MS)

    def ignore_writing(self) -> None:
        """Take letters for words until the agent pauses: they wanted to write where that can't be done."""
        self.quiet.start()

    def attach(self, window: QWidget) -> None:
        """Let *window* host the actions that belong to no pane; their keys work from now on."""
        self._window = window
        for entry in self._entries.values():
            if entry.scope is None:
                window.addAction(entry.action)

    def register(
        self,
        id: str,  # noqa: A002  (an action's id is what it is called everywhere)
        text: str,
        key: str | tuple[str, ...] = "",
        callback: Callable[[], object] | None = None,
        context: QWidget | None = None,
        *,
        section: str = "General",
        keywords: str = "",
        hidden: bool = False,
        checkable: bool = False,
    ) -> QAction:
        """Add an action and return it.

        *id* is stable ("ticket.reply"); *text* starts with a verb; *key* is portable ("Ctrl+Return", "R") or several of
        them. With *context* the key works while the focus is within that widget, without it in the whole window.
        *hidden* keeps it out of the palette (plain movement keys). Registering an id again replaces the former.
        """
        self.unregister(id)
        action = KeyedAction(text, context or self, self.quiet)
        action.setObjectName(id)
        action.setCheckable(checkable)
        keys = (key,) if isinstance(key, str) else key
        defaults = tuple(part for part in keys if part)
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if context is not None else Qt.ShortcutContext.WindowShortcut
        )
        # on Linux a key that is held must not solve ten tickets
        action.setAutoRepeat(hidden)
        if callback is not None:
            action.triggered.connect(lambda _checked=False: callback())
        entry = Entry(id, section, defaults, action, context, keywords, hidden)
        self._entries[id] = entry
        self._bind(entry)
        host = context or self._window
        if host is not None:
            host.addAction(action)
        self.changed.emit()
        return action

    def unregister(self, id: str) -> None:  # noqa: A002  as in register()
        """Forget an action, if it is known."""
        entry = self._entries.pop(id, None)
        if entry is not None:
            _drop(entry.deaf)
            entry.action.deleteLater()
            self.changed.emit()

    def entries(self) -> tuple[Entry, ...]:
        """All actions, in the order they came."""
        return tuple(self._entries.values())

    def action(self, id: str) -> QAction:  # noqa: A002  as in register()
        """Return the action *id*; KeyError when there is none."""
        return self._entries[id].action

    def trigger(self, id: str) -> None:  # noqa: A002  as in register()
        """Start the action *id*; KeyError when there is none."""
        self._entries[id].action.trigger()

    def remap(self, id: str, key: str | None) -> None:  # noqa: A002  as in register()
        """Give *id* another key; empty takes it away, None restores the default."""
        if key is None:
            self._remapped.pop(id, None)
        else:
            self._remapped[id] = key
        if id in self._entries:
            self._bind(self._entries[id])
        self.changed.emit()

    def refuse(self, id: str, reason: str) -> None:  # noqa: A002  as in register()
        """Let the action *id* not be used here, and say why wherever it is shown; "" takes that back. KeyError."""
        entry = self._entries[id]
        if entry.refusal != reason:
            entry.refusal = reason
            entry.action.setEnabled(not reason)
            self._bind(entry)
            self.changed.emit()

    @property
    def remapped(self) -> dict[str, str]:
        """The keys that differ from the defaults, for the settings."""
        return dict(self._remapped)

    def clash(self, id: str, key: str) -> Entry | None:  # noqa: A002  as in register()
        """Return another action that *key* would start in a place where *id* listens, if any."""
        wanted = QKeySequence(key)
        mine = self._entries[id]
        if wanted.isEmpty():
            return None
        for other in self._entries.values():
            if other.id != id and wanted in other.action.shortcuts() and _overlap(mine.scope, other.scope):
                return other
        return None

    def _bind(self, entry: Entry) -> None:
        own = self._remapped.get(entry.id)
        keys = entry.default_keys if own is None else ((own,) if own else ())
        entry.action.setShortcuts([QKeySequence(key) for key in keys])
        hint = entry.key_text
        told = f"{entry.text}  ({hint})" if hint else entry.text
        entry.action.setToolTip(f"{told}\n{entry.refusal}" if entry.refusal else told)
        self._deafen(entry)

    def _deafen(self, entry: Entry) -> None:
        """A disabled action hears no keys: let them tell why it is, for silence looks like a fault."""
        _drop(entry.deaf)
        host = entry.scope or self._window
        if not entry.refusal or host is None:
            return
        for key in entry.action.shortcuts():
            shortcut = QShortcut(key, host, context=entry.action.shortcutContext())
            shortcut.activated.connect(lambda: self.refused.emit(entry.text, entry.refusal))
            entry.deaf.append(shortcut)


def _drop(shortcuts: list[QShortcut]) -> None:
    while shortcuts:
        shortcut = shortcuts.pop()
        # until it is deleted it would compete with the action for the key
        shortcut.setEnabled(False)
        shortcut.deleteLater()


def _overlap(one: QWidget | None, other: QWidget | None) -> bool:
    if one is None or other is None:
        return True
    return one is other or one.isAncestorOf(other) or other.isAncestorOf(one)
