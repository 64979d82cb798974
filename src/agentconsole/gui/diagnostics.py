"""What a bug report needs to know, without a word about people or tickets."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSysInfo, qVersion
from PySide6.QtGui import QGuiApplication

from agentconsole.domain.capabilities import WORDS, Capabilities
from agentconsole.domain.rows import SyncStatus
from agentconsole.gui.theming import Theming


def product_version() -> str:
    """Return the installed version of the console."""
    try:
        return version("agentconsole")
    except PackageNotFoundError:
        return "not installed"


def lacks_in_words(offers: Capabilities) -> str:
    """Return the names of what is not offered, for a line."""
    return ", ".join(name for name in WORDS if not offers.has(name)) or "nothing"


def diagnostics(
    status: SyncStatus, totals: Mapping[str, int], theming: Theming, kind: str, offers: Capabilities
) -> str:
    """Return the lines for a bug report. *kind* of help desk, and what it *offers*."""
    screens = ", ".join(
        f"{screen.size().width()}×{screen.size().height()} @{screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    lines = {
        "Agent Console": product_version(),
        "Python": platform.python_version(),
        "Qt": qVersion(),
        "System": f"{QSysInfo.prettyProductName()}, {QSysInfo.currentCpuArchitecture()}",
        "Display": f"{QGuiApplication.platformName()}, {screens}",
        "Theme": f"{theming.theme.name} (chosen: {theming.choice}), {theming.density} rows",
        "Help desk": f"{kind}; without {lacks_in_words(offers)}",
        "Sync": f"{status.phase}, {'online' if status.online else 'offline'}, {'live' if status.live else 'polling'}",
        "Clock offset": f"{status.clock_offset / 1_000_000:+.1f} s against the help desk",
        "Outbox": f"{status.waiting} waiting, {status.conflicts} in conflict, {status.refused} refused",
        "Cache": ", ".join(f"{count:,} {name}" for name, count in sorted(totals.items())) or "not counted yet",
    }
    if status.unread:
        lines["Not understood"] = "; ".join(f"{what} ({times}×)" for what, times in status.unread.items())
    if status.problem:
        lines["Problem"] = status.problem
    return "\n".join(f"{name}: {value}" for name, value in lines.items())
