"""A field for a passphrase: hidden, shown while one wants to see it, and kept out of what input methods learn."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget


class SecretField(QWidget):
    """A line edit with a button that shows what is typed.

    Signals:
        changed: The text is another one.
    """

    changed = Signal()

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        """*name* is the field's object name, *label* what it is called to a screen reader."""
        super().__init__(parent)
        self._edit = QLineEdit(self)
        self._edit.setObjectName(name)
        self._edit.setAccessibleName(label)
        self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhHiddenText
        )
        self._edit.textChanged.connect(self.changed)
        self._show = QPushButton("Show", self)
        self._show.setObjectName(f"{name}Show")
        self._show.setAccessibleName(f"Show {label.lower()}")
        self._show.setProperty("look", "quiet")
        self._show.setCheckable(True)
        self._show.setAutoDefault(False)
        self._show.toggled.connect(self._shown)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._edit, 1)
        row.addWidget(self._show)
        self.setFocusProxy(self._edit)

    @property
    def edit(self) -> QLineEdit:
        """The line edit, for labels that belong to it."""
        return self._edit

    def text(self) -> str:
        """Return what is typed."""
        return self._edit.text()

    def take(self) -> str:
        """Return what is typed, and empty the field: it is hidden again."""
        text = self._edit.text()
        self._edit.clear()
        self._show.setChecked(False)
        return text

    def _shown(self, shown: bool) -> None:
        self._edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._show.setText("Hide" if shown else "Show")
