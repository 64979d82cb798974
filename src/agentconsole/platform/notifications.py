"""Notes of the desktop, outside of our window: shown by the operating system's own service where there is one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

_WITHIN_S = 5.0
"""A service that does not answer by then counts as absent."""


class DesktopNotifications:
    """Shows notes and tells when one is clicked. Must be used on the window's event loop.

    Where the desktop has no such service (a bare machine, a remote session) nothing happens, and :meth:`show` says so
    once; whoever calls it has the window as the place of last resort.
    """

    def __init__(self, app_name: str = "Agent Console") -> None:
        self._app_name = app_name
        self._service: _Service | None = None

    async def show(self, title: str, text: str, *, urgent: bool = False, clicked: Callable[[], object]) -> bool:
        """Show a note; *clicked* is called when the agent follows it. Returns whether the desktop took it."""
        if self._service is None:
            self._service = _Service(self._app_name)
        try:
            async with asyncio.timeout(_WITHIN_S):
                return await self._service.show(title, text, urgent, clicked)
        except TimeoutError:
            log.info("the desktop's notification service does not answer")
            return False

    async def withdraw(self) -> None:
        """Take back what is still shown: a note names tickets, and the console is being locked."""
        if self._service is not None:
            try:
                async with asyncio.timeout(_WITHIN_S):
                    await self._service.withdraw()
            except TimeoutError:
                log.info("the desktop's notification service does not answer")

    def close(self) -> None:
        """Let go of the service."""
        if self._service is not None:
            self._service.close()
            self._service = None


class _Service:
    """What the operating system offers; its library is not imported before the first note."""

    def __init__(self, app_name: str) -> None:
        from desktop_notifier import DesktopNotifier

        # it warns with a traceback where there is no service; that is not the agent's trouble, and it is told below
        logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
        self._taken = False
        self._notifier = DesktopNotifier(app_name=app_name, app_icon=None)

    async def show(self, title: str, text: str, urgent: bool, clicked: Callable[[], object]) -> bool:
        from desktop_notifier import Urgency

        self._taken = False
        await self._notifier.send(
            title=title,
            message=text,
            urgency=Urgency.Critical if urgent else Urgency.Normal,
            on_clicked=clicked,
            on_dispatched=self._was_taken,
        )
        if not self._taken:
            log.info("this desktop has no notification service")
        return self._taken

    async def withdraw(self) -> None:
        await self._notifier.clear_all()

    def _was_taken(self) -> None:
        self._taken = True

    def close(self) -> None:
        # the library keeps its connection to itself; a closed window must not leave it open
        bus = getattr(self._notifier._backend, "bus", None)
        if bus is not None:
            bus.disconnect()
