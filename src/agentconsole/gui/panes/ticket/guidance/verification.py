"""Whether the requester has proved who they are by their Support PIN, and the way to check it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from agentconsole.domain.instant import Instant
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.spoken_time import ago, exact, span
from agentconsole.triage.values import PinState


class Verification(QWidget):
    """Says how the requester stands, by sign and word; the PIN itself is never shown.

    Signals:
        check_asked: The agent wants to enter a PIN.
    """

    check_asked = Signal()

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ticketVerification")
        self._context = context
        self._pin: PinState | None = None
        self._facts = Facts("verificationFacts", self)
        self._check = QPushButton("Check Support PIN…", self)
        self._check.setObjectName("verificationCheck")
        self._check.setProperty("look", "inline")
        self._check.clicked.connect(lambda _checked=False: self.check_asked.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._facts)
        layout.addWidget(self._check, 0, Qt.AlignmentFlag.AlignLeft)
        context.theming.changed.connect(self._tell)

    def show_pin(self, pin: PinState | None) -> None:
        """Show *pin*."""
        self._pin = pin
        self._tell()

    @property
    def pin(self) -> PinState | None:
        """What is shown."""
        return self._pin

    def tell_time(self, now: Instant) -> None:
        """Bring "until" up to date: a verification ends by itself."""
        self._tell(now)

    def _tell(self, now: Instant | None = None) -> None:
        pin = self._pin
        if pin is None:
            return
        moment = self._context.clock.now() if now is None else now
        theme = self._context.theming.theme
        lines = [f"<b>{escape(pin_words(pin, moment))}</b>"]
        if pin.checked_at is not None and pin.state in ("verified", "wrong", "locked"):
            by = f" by {pin.checked_by}" if pin.checked_by else ""
            lines.append(f'<span style="color:{theme.muted}">Checked {ago(pin.checked_at, moment)}{escape(by)}</span>')
        if pin.reason:
            lines.append(f'<span style="color:{theme.muted}">{escape(pin.reason)}</span>')
        elif pin.where and pin.state != "verified":
            lines.append(f'<span style="color:{theme.muted}">They find it under {escape(pin.where)}</span>')
        self._facts.tell(lines)
        self._facts.setToolTip(exact(pin.valid_until) if pin.valid_until else "")
        self._check.setVisible(pin.state != "unavailable")
        self._check.setEnabled(not is_locked(pin, moment))
        self._check.setText("Check again…" if is_verified(pin, moment) else "Check Support PIN…")


def is_verified(pin: PinState, now: Instant) -> bool:
    """Whether the requester counts as verified at *now*."""
    return pin.state == "verified" and (pin.valid_until is None or pin.valid_until > now)


def is_locked(pin: PinState, now: Instant) -> bool:
    """Whether no PIN is taken at *now*."""
    return pin.state == "locked" and (pin.locked_until is None or pin.locked_until > now)


def pin_words(pin: PinState, now: Instant) -> str:
    """Return how the requester stands, with a sign before it: "✓ Verified for 42 min"."""
    if is_verified(pin, now):
        left = f" for {span(pin.valid_until - now)}" if pin.valid_until else ""
        return f"✓ Verified{left}"
    if is_locked(pin, now):
        left = f" for {span(pin.locked_until - now)}" if pin.locked_until else ""
        return f"▲ Locked{left}: too many wrong PINs"
    if pin.state == "wrong":
        tries = pin.attempts_left
        left = "" if tries is None else f", {tries} {'try' if tries == 1 else 'tries'} left"
        return f"✕ Wrong PIN{left}"
    if pin.state == "unavailable":
        return "– Can’t be checked here"
    return "○ Not verified"
