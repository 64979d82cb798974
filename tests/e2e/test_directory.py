"""What the directory puts on record offline arrives at the help desk, where colleagues' consoles read it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.domain.directory import Kind
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.rows import DirectoryRow
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profiles
from agentconsole.services.workspace import OpenWorkspace
from tests.support.processes import ConsoleCli, DeskProcess


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskProcess]:
    with DeskProcess(tmp_path / "desk") as running:
        yield running


def workspace(desk: DeskProcess, folder: Path) -> OpenWorkspace:
    """A console of its own at *folder*, signed in at *desk*."""
    cli = ConsoleCli(folder)
    cli.add_profile(desk.url)
    home = Home.locate(str(folder))
    profiles = Profiles(home, open_keychain(home))
    return open_workspace(home, profiles.get("desk"), profiles)


def first(rows: tuple[DirectoryRow, ...]) -> DirectoryRow:
    assert rows
    return rows[0]


def test_records_reach_the_help_desk_and_a_colleague(desk: DeskProcess, tmp_path: Path) -> None:
    asyncio.run(_record_and_read(desk, tmp_path))


async def _record_and_read(desk: DeskProcess, tmp_path: Path) -> None:
    mine, theirs = workspace(desk, tmp_path / "mine"), workspace(desk, tmp_path / "theirs")
    try:
        await mine.sync.once()
        directory = mine.directory
        chief = first(directory.search("chief technology", kinds={Kind.CONTACT}))
        assert chief.contact is not None
        ticket = next(
            row
            for row in mine.queue.rows(list(mine.queue.first_ids(QueueQuery(view="all-open"), 100)))
            if any(standing.pack.pack.id == "store-icu" for standing in mine.packs.of_ticket(row.id))
        )
        path = directory.escalation(chief, ticket.id)
        assert path is not None
        assert path.steps
        assert not path.taken
        await directory.escalate(chief.contact, ticket.id, path.steps, "They lose orders.")
        companies = directory.search("", kinds={Kind.ORGANIZATION})
        company = next(row for row in companies if directory.about(row).reviews)
        (review, *_more) = directory.about(company).reviews
        await directory.record_review(company, review, review.points[:1], "")
        somebody = first(directory.search("", kinds={Kind.PERSON}))
        await directory.request_privacy(somebody, "delete", "All of it", directory.about(somebody).privacy)
        await directory.suggest_correction(chief, "There is a new one.")
        assert len(mine.outbox.rows()) == 4

        report = await mine.sync.once()
        assert (report["pushed"], report["pending"], report["conflicts"]) == (4, 0, 0)
        assert mine.outbox.rows() == ()
        await theirs.sync.once()
        number = theirs.tickets.find(ticket.ref)
        seen = theirs.directory.escalation(first(theirs.directory.search("chief technology")), number)
        assert seen is not None
        assert seen.taken
        (read, *_more) = theirs.directory.about(company).reviews
        assert read.last is not None
        assert read.due is not None
        for tag, view in (
            ("privacy_request_delete", "all-open"),
            ("directory_correction", "all-open"),
            ("profile_review", "recently-solved"),
        ):
            assert len(await theirs.queue.all_ids(QueueQuery(view=view, text=f"tag:{tag}"))) == 1, tag
    finally:
        await mine.close()
        await theirs.close()
