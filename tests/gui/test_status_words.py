"""The status bar must never say what is not so."""

from __future__ import annotations

from datetime import UTC

import pytest

from agentconsole.domain.instant import DAY, MINUTE, SECOND, from_iso
from agentconsole.domain.rows import SyncStatus
from agentconsole.gui.status_words import status_line

NOW = from_iso("2026-11-20T09:53:00Z")
SYNCED = NOW - 12 * SECOND


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SyncStatus(online=True, phase="idle", last_sync_at=SYNCED), "Online · synced 12 s ago"),
        (SyncStatus(online=True, phase="idle", last_sync_at=NOW), "Online · synced just now"),
        (SyncStatus(online=True, phase="idle", last_sync_at=NOW - 7 * MINUTE), "Online · synced 7 min ago"),
        (SyncStatus(online=True, phase="idle"), "Online · not synced yet"),
        (
            SyncStatus(online=True, phase="idle", last_sync_at=SYNCED, waiting=1),
            "Online · 1 change waiting · synced 12 s ago",
        ),
        (
            SyncStatus(online=True, phase="idle", last_sync_at=SYNCED, waiting=5, refused=4, held=1),
            "Online · synced 12 s ago",
        ),
        (
            SyncStatus(online=False, phase="offline", waiting=3, data_as_of=from_iso("2026-11-20T09:41:30Z")),
            "Offline · 3 changes waiting · data as of 09:41",
        ),
        (SyncStatus(online=False, phase="offline", data_as_of=NOW - DAY), "Offline · data as of 19 Nov 09:53"),
        (SyncStatus(online=False, phase="idle"), "Offline · no data yet"),
        (SyncStatus(online=True, phase="initial", done=4210, total=12000), "Syncing 4,210 of 12,000 tickets"),
        (SyncStatus(online=True, phase="initial", done=300), "Syncing · 300 so far"),
        (SyncStatus(online=True, phase="initial"), "Syncing…"),
        (SyncStatus(online=True, phase="pushing", waiting=2), "Sending 2 changes…"),
        (SyncStatus(phase="connecting", data_as_of=NOW), "Connecting… · data as of 09:53"),
        (SyncStatus(phase="stopped", data_as_of=NOW), "Not syncing · data as of 09:53"),
        (
            SyncStatus(needs_login=True, phase="offline", waiting=2, data_as_of=NOW),
            "Signed out · 2 changes waiting · data as of 09:53",
        ),
        (
            SyncStatus(online=True, phase="idle", last_sync_at=SYNCED, problem="The disk is full (SQLITE_FULL)"),
            "The disk is full · synced 12 s ago",
        ),
        (
            SyncStatus(phase="offline", data_as_of=NOW, problem="A web page answered instead of the API."),
            "Offline · A web page answered instead of the API · data as of 09:53",
        ),
        (
            SyncStatus(phase="offline", data_as_of=NOW, problem="The help desk can't be reached: nothing listens."),
            "Offline · data as of 09:53",
        ),
        (
            SyncStatus(phase="offline", problem="The help desk can't be reached: its name is unknown."),
            "Offline · The help desk can't be reached: its name is unknown · no data yet",
        ),
    ],
)
def test_the_sentence(status: SyncStatus, said: str) -> None:
    assert status_line(status, NOW, UTC).text == said


def test_a_short_pull_does_not_flicker_through_the_status_bar() -> None:
    quiet = SyncStatus(online=True, phase="pulling", done=3, total=20, last_sync_at=SYNCED)
    assert status_line(quiet, NOW, UTC).text == "Online · synced 12 s ago"


def test_progress_is_drawn_only_when_its_end_is_known() -> None:
    known = status_line(SyncStatus(online=True, phase="initial", done=5, total=10), NOW, UTC)
    unknown = status_line(SyncStatus(online=True, phase="initial", done=5), NOW, UTC)
    assert (known.done, known.total) == (5, 10)
    assert unknown.total == 0


def test_offline_says_why_and_when_it_tries_again() -> None:
    status = SyncStatus(phase="offline", problem="No route.", advice="Go on.", next_attempt_at=NOW + 9 * SECOND)
    hint = status_line(status, NOW, UTC).hint
    assert hint.split("\n") == ["No route.", "Go on.", "Trying again in 9 s."]


def test_an_archive_says_what_it_is_and_as_of_when() -> None:
    line = status_line(SyncStatus(phase="archive", data_as_of=NOW), NOW + DAY, UTC)
    assert line.text.startswith("Archive · data as of ")
    assert (line.icon, line.click) == ("archive", "")
    assert "nothing in it can be changed" in line.hint
