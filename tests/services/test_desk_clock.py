"""What an agent does is dated by the help desk's clock."""

from __future__ import annotations

from pathlib import Path

from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.rows import SyncStatus
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.desk_clock import DeskClock
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profile, Profiles
from agentconsole.store.opening import open_store, wall_clock
from tests.store.making import NOON, pull, ticket

WORK = Profile(name="work", kind="zendesk", url="https://desk.example.com", email="ana@example.com")


def test_the_measured_offset_counts_from_when_it_is_told() -> None:
    clock = DeskClock(lambda: NOON)
    assert clock() == NOON
    clock.hear(SyncStatus(clock_offset=-HOUR))
    assert clock() == NOON - HOUR


async def test_a_queued_change_bears_the_help_desks_time_from_the_first_moment(tmp_path: Path) -> None:
    home = Home(tmp_path, explicit=True)
    home.database("work").parent.mkdir(parents=True)
    store = open_store(home.database("work"), key=Profiles(home, open_keychain(home)).store_key(WORK))
    pull(store, ticket("1"))
    store.facts.put("clock_offset", str(-HOUR)).result()
    store.close()

    workspace = open_workspace(home, WORK, Profiles(home, open_keychain(home)))
    try:
        await workspace.tickets.comment(1, "Hello", public=True)
        (row,) = workspace.outbox.rows()
        assert abs(row.queued_at - (wall_clock() - HOUR)) < MINUTE
        assert abs(workspace.now() - row.queued_at) < MINUTE
    finally:
        await workspace.close()
