"""What somebody outside asked the window to show, kept until there is one that can: none can while it is locked."""

from __future__ import annotations

from collections.abc import Callable


class Errand:
    """The last address that was asked for and not shown yet."""

    def __init__(self, address: str = "") -> None:
        self._address = address
        self._show: Callable[[str], object] | None = None

    def ask(self, address: str) -> None:
        """Have *address* shown, now or as soon as it can be; nothing when it is empty."""
        if address:
            self._address = address
            self._carry_out()

    def can_be_shown(self, show: Callable[[str], object]) -> None:
        """From now on *show* shows addresses."""
        self._show = show
        self._carry_out()

    def wait(self) -> None:
        """From now on nothing can be shown."""
        self._show = None

    def _carry_out(self) -> None:
        if self._show is not None and self._address:
            address, self._address = self._address, ""
            self._show(address)
