"""One window a profile: whoever starts a second one rings at the first, which comes forward.

That there is one is known by a lock on a file, which ends with its process however that ends. The bell is a local
socket of the user's own; one that a killed process left behind is taken over by whoever has the lock.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_RING = b"come forward"
_LONGEST = 1024
"""Bytes of what is said at the door."""
_COMING = b"coming\n"

PATIENCE = 5.0
"""Seconds that somebody who rings waits: a window that has just been started hangs up its bell after it is painted."""


def bell_of(folder: Path) -> str:
    """Return the name of the bell of the profile in *folder*; it tells nothing of where that is."""
    return f"agentconsole-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]}"


class Doorbell(QObject):
    """Hears when the same profile is started once more.

    Signals:
        rung: Somebody wants this window, to show an address (str) if that is not empty.
    """

    rung = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        name = bell_of(folder)
        # ours to take: whoever hung it there does not have the profile any more
        QLocalServer.removeServer(name)
        self.is_hung = self._server.listen(name)

    def close(self) -> None:
        """Hear nothing more."""
        self._server.close()

    def _answer(self) -> None:
        caller = self._server.nextPendingConnection()
        if caller is None:
            return
        caller.disconnected.connect(caller.deleteLater)
        caller.readyRead.connect(lambda: self._hear(caller))
        if caller.bytesAvailable():
            self._hear(caller)

    def _hear(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            return
        asked, _, address = bytes(caller.readLine(_LONGEST).data()).rstrip(b"\n").partition(b" for ")
        if asked == _RING:
            caller.write(_COMING)
            caller.flush()
            self.rung.emit(address.decode(errors="replace"))
        caller.disconnectFromServer()


def ring(folder: Path, patience: float = PATIENCE, address: str = "") -> bool:
    """Ask the window of the profile in *folder* to come forward; False when none answers within *patience* seconds.

    It is asked to show *address*, unless that is empty. Blocks: for a program that has no window itself.
    """
    socket = QLocalSocket()
    milliseconds = max(1, int(patience * 1000))
    socket.connectToServer(bell_of(folder))
    if not socket.waitForConnected(milliseconds):
        return False
    # one line, whatever somebody wrote into the address; one that is too long is none that could be shown
    errand = " ".join(address.split()).encode()[: _LONGEST // 2]
    socket.write(b"%s for %s\n" % (_RING, errand) if errand else _RING + b"\n")
    socket.flush()
    answered = socket.waitForReadyRead(milliseconds) and bytes(socket.readLine().data()) == _COMING
    socket.abort()
    return answered
