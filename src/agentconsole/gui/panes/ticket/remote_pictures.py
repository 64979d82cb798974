"""The line below a mail that says which pictures were left on the web, and the button that fetches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

_HOSTS_NAMED = 2


class RemotePictures(QWidget):
    """Offers to fetch what a mail points to. Nothing is fetched before the agent says so, for this mail only.

    Signals:
        asked: The agent wants to see them.
    """

    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = QLabel(self)
        self._text.setObjectName("blockedPictures")
        self._text.setProperty("look", "meta")
        self._text.setWordWrap(True)
        self._button = QPushButton("Show pictures", self)
        self._button.setObjectName("showPictures")
        self._button.clicked.connect(lambda _checked=False: self.asked.emit())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._text, 1)
        line.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)

    def offer(self, addresses: Sequence[str]) -> None:
        """Say what was not loaded, and from where it would come."""
        several = _pictures(len(addresses))
        self._text.setText(
            f"{several} on the web not loaded ({_hosts(addresses)}): fetching would tell the sender that you read this."
        )
        self._text.setToolTip("\n".join(addresses[:20]))
        self._button.setEnabled(True)
        self._button.show()

    def fetching(self, count: int) -> None:
        """Say that they are on their way."""
        self._text.setText(f"Fetching {_pictures(count).lower()}…")
        self._button.setEnabled(False)

    def missed(self, failed: Mapping[str, str]) -> None:
        """Say which did not come, and why; they can be asked for again."""
        reasons = ", ".join(sorted(set(failed.values())))
        self._text.setText(f"{_pictures(len(failed))} could not be shown: {reasons}.")
        self._text.setToolTip("\n".join(list(failed)[:20]))
        self._button.setEnabled(True)


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _hosts(addresses: Sequence[str]) -> str:
    hosts = list(dict.fromkeys(_host(address) for address in addresses))
    named = ", ".join(hosts[:_HOSTS_NAMED])
    more = len(hosts) - _HOSTS_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or "nowhere"
    except ValueError:
        return "nowhere"
