"""Notes of the desktop, on a real message bus of the test's own with a notification service that keeps what it gets."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

from agentconsole.platform.notifications import DesktopNotifications

DBusStrings = Annotated[list[str], DBusSignature("as")]
About = Annotated[list[str], DBusSignature("ssss")]
Invoked = Annotated[list[int | str], DBusSignature("us")]


class Service(ServiceInterface):
    """A notification service as the desktop specification has it."""

    def __init__(self) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.shown: list[tuple[str, str, int]] = []
        self.closed: list[int] = []

    @dbus_method()
    def GetCapabilities(self) -> DBusStrings:
        return ["actions", "body"]

    @dbus_method()
    def GetServerInformation(self) -> About:
        return ["tests", "agentconsole", "1", "1.2"]

    @dbus_method()
    def Notify(
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        summary: DBusStr,
        body: DBusStr,
        actions: DBusStrings,
        hints: DBusDict,
        expires: DBusInt32,
    ) -> DBusUInt32:
        self.shown.append((summary, body, hints["urgency"].value))
        return len(self.shown)

    @dbus_method()
    def CloseNotification(self, number: DBusUInt32) -> None:
        self.closed.append(number)

    @dbus_signal()
    def ActionInvoked(self, number: int, key: str) -> Invoked:
        return [number, key]


@pytest.fixture
async def desktop(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    """A session bus with a notification service on it."""
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon", "--session", "--nofork", "--print-address", stdout=subprocess.PIPE
    )
    assert daemon.stdout is not None
    address = (await daemon.stdout.readline()).decode().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    bus = await MessageBus(bus_address=address).connect()
    service = Service()
    bus.export("/org/freedesktop/Notifications", service)
    await bus.request_name("org.freedesktop.Notifications")
    yield service
    bus.disconnect()
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
    daemon.terminate()
    await daemon.wait()


async def test_a_note_is_shown_and_followed(desktop: Service) -> None:
    notes = DesktopNotifications()
    followed = asyncio.Event()
    assert await notes.show("#1001: first reply breached", "Checkout is down", urgent=True, clicked=followed.set)
    assert desktop.shown == [("#1001: first reply breached", "Checkout is down", 2)]
    assert await notes.show("#1002: first reply in 15 min", "", clicked=lambda: None)
    assert desktop.shown[1][2] == 1
    desktop.ActionInvoked(1, "default")
    async with asyncio.timeout(10):
        await followed.wait()
    notes.close()


async def test_without_a_service_the_caller_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    notes = DesktopNotifications()
    assert await notes.show("#1001", "", clicked=lambda: None) is False
    notes.close()


async def test_what_is_shown_is_taken_back_when_the_console_is_locked(desktop: Service) -> None:
    notes = DesktopNotifications()
    await notes.withdraw()
    for number in ("#1001", "#1002"):
        assert await notes.show(number, "Checkout is down", clicked=lambda: None)
    await notes.withdraw()
    assert sorted(desktop.closed) == [1, 2]
    notes.close()
