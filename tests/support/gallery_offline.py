"""Pictures of what is kept here and of what is taken along."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt

from agentconsole.domain.cache_scope import CacheScope
from agentconsole.domain.trips import TripChoice, TripPhase, TripProblem, TripStatus
from agentconsole.gui.dialogs.preferences import Preferences
from agentconsole.gui.dialogs.trip import TripDialog
from tests.support.stage import Theatre
from tests.support.staged_rows import NOON

PROBLEMS = (
    TripProblem(ticket=3, ref="10422", subject="Can't log in", reason="you are not allowed to read it"),
    TripProblem(
        ticket=4,
        ref="10431",
        subject="Screen recording",
        file_name="recording-of-the-checkout-2026-11-12.mov",
        size=412_000_000,
        reason="larger than you take along",
    ),
    TripProblem(
        ticket=5,
        ref="10440",
        subject="Slow pages",
        file_name="har-export.har",
        size=71_000_000,
        reason="larger than you take along",
    ),
)

PARTLY = TripStatus(
    id=1,
    choice=TripChoice(views=("my-open",)),
    phase=TripPhase.PARTLY,
    begun_at=0,
    tickets=214,
    tickets_here=213,
    files=61,
    files_here=59,
    bytes=84_000_000,
    bytes_here=84_000_000,
    failed=3,
    as_of=NOON,
)


def take_offline(folder: Path, theme: str) -> None:
    """Save the trip's dialog in its states, and the page of the preferences, to *folder*."""
    theatre = Theatre(rows=400, theme=theme)
    theatre.workspace.cache.left_out = 14_210
    theatre.context.actions.register("window.trip", "Take tickets along…", "", lambda: None)
    _take_trip(theatre, folder, theme)
    _take_preferences(theatre, folder, theme)
    theatre.close()


def _take_trip(theatre: Theatre, folder: Path, theme: str) -> None:
    trips = theatre.workspace.trips
    dialog = TripDialog(theatre.context)
    dialog.show()
    theatre.settle()
    breaching = dialog.choice.views.topLevelItem(3)
    assert breaching is not None
    breaching.setCheckState(0, Qt.CheckState.Checked)
    dialog.choice.reckon()
    theatre.settle()
    dialog.grab().save(str(folder / f"trip-choice-{theme}.png"))
    dialog.choice.start()
    theatre.settle()
    begun = trips.now
    assert begun is not None
    under_way = msgspec.structs.replace(
        begun,
        tickets=214,
        tickets_here=190,
        files=61,
        files_here=22,
        bytes=84_000_000,
        bytes_here=31_000_000,
        seconds=140,
    )
    whole = msgspec.structs.replace(
        under_way, tickets_here=214, files_here=61, bytes_here=84_000_000, as_of=theatre.workspace.now()
    )
    for name, status, problems in (
        ("fetching", under_way, ()),
        ("partly", msgspec.structs.replace(whole, phase=TripPhase.PARTLY, failed=3), PROBLEMS),
        ("ready", msgspec.structs.replace(whole, phase=TripPhase.READY), ()),
    ):
        trips.told = problems
        trips.get_on(status)
        theatre.settle()
        dialog.grab().save(str(folder / f"trip-{name}-{theme}.png"))
    dialog.close()
    dialog.deleteLater()


def _take_preferences(theatre: Theatre, folder: Path, theme: str) -> None:
    theatre.workspace.cache.chosen = CacheScope(days=30)
    preferences = Preferences(theatre.context)
    preferences.show_page("Offline")
    preferences.show()
    theatre.settle()
    preferences.grab().save(str(folder / f"preferences-offline-{theme}.png"))
    preferences.close()
    preferences.deleteLater()
