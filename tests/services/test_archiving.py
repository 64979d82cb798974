"""Archives that are opened: everything can be read and searched, nothing changed, and nobody is asked for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from agentconsole.archive.format import UnusableArchive
from agentconsole.archive.reading import open_archive
from agentconsole.cli import main
from agentconsole.domain.cache_scope import CacheScope
from agentconsole.domain.commands import SetFields
from agentconsole.domain.instant import DAY
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.records import AttachmentRecord, StatusHistory
from agentconsole.domain.values import Status
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.api.archives import ArchiveOpened, ArchiveStopped, ExportChoice, ExportProgress
from agentconsole.services.archive_door import ArchiveDoor
from agentconsole.services.archiving import name_for, take_in
from agentconsole.services.exporting import ExportService
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profile, ProfileError, Profiles
from agentconsole.services.workspace import OpenWorkspace
from agentconsole.store.desks import open_store_of
from agentconsole.store.errors import ArchivedStore
from agentconsole.store.store import Store
from agentconsole.sync.archived import NotInArchive
from agentconsole.sync.engine import SyncEngine
from tests.services.test_exporting import Online
from tests.store.making import NOON, agent, comment, organization, person, pull, target, ticket

DESK = Profile(name="desk", kind="zendesk", url="https://desk.example:8443", email="ada@desk.example")


@pytest.fixture
async def exported(store: Store, tmp_path: Path) -> Path:
    """An archive of a desk with one conversation and a file that could be had, and one that could not."""
    files = tuple(
        AttachmentRecord(ref=ref, file_name=f"{ref}.log", content_type="text/plain", size=5, url=url)
        for ref, url in (("9", "/b"), ("10", "/nowhere"))
    )
    pull(
        store,
        person("7", "Dan Dahl", organization="3"),
        agent("1", "Ada Admin"),
        organization("3", "Acme", fields={"tier": "platinum"}),
        ticket(
            "4",
            "Checkout",
            Status.PENDING,
            requester="7",
            organization="3",
            assignee="1",
            targets=(target(NOON),),
            tags=("vip",),
        ),
        comment("299", "4", "It says Quillfeather", author="7", attachments=files),
        comment("300", "4", "noted", author="1", public=False, created_at=NOON - DAY + 5),
        histories=(StatusHistory(ticket="4", changes=((NOON - 2 * DAY, Status.NEW), (NOON - DAY, Status.PENDING))),),
    )
    store.files.receive("9", "9.log").abandon()
    writing = store.files.receive("9", "9.log")
    writing.write(b"a log")
    writing.finish()
    service = ExportService(DESK, store, cast("SyncEngine", Online()), lambda: 1 << 30)
    await service.export(ExportChoice(path=tmp_path / "out", fetch=False), lambda _progress: None, lambda: False)
    return tmp_path / "out"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", explicit=True)


@pytest.fixture
def profiles(home: Home) -> Profiles:
    return Profiles(home, open_keychain(home))


def opened(home: Home, profiles: Profiles, path: Path, name: str = "") -> ArchiveOpened:
    with open_archive(path, str) as archive:
        return take_in(home, profiles, archive, name or name_for(archive), lambda _progress: None, lambda: False)


@asynccontextmanager
async def workspace_of(home: Home, profiles: Profiles, name: str) -> AsyncIterator[OpenWorkspace]:
    workspace = open_workspace(home, profiles.get(name), profiles)
    try:
        yield workspace
    finally:
        await workspace.close()


async def test_it_can_be_read_and_searched_and_nothing_in_it_changed(
    exported: Path, home: Home, profiles: Profiles
) -> None:
    done = await asyncio.to_thread(opened, home, profiles, exported)
    assert done.profile == "archive-desk.example-8443"
    assert done.counts == {"tickets": 1, "comments": 2, "attachments": 1}
    assert done.problems == ()
    async with workspace_of(home, profiles, done.profile) as workspace:
        status = workspace.sync.status()
        assert (status.phase, status.online, status.data_as_of) == ("archive", False, NOON)
        me = workspace.me()
        assert me is not None
        assert "archive" in me.reads_only
        number = workspace.tickets.find("4")
        assert number is not None
        detail = workspace.tickets.detail(number)
        assert detail is not None
        assert (detail.subject, detail.status, detail.tier, detail.tags) == (
            *("Checkout", Status.PENDING, "platinum"),
            ("vip",),
        )
        assert [each.body for each in detail.comments] == ["It says Quillfeather", "noted"]
        assert detail.comments_complete
        here, gone = detail.comments[0].attachments
        assert await workspace.tickets.attachments.content(here) == b"a log"
        with pytest.raises(NotInArchive):
            await workspace.tickets.attachments.content(gone)
        found = await workspace.queue.all_ids(QueueQuery(text="quillfeather"))
        assert [row.ref for row in workspace.queue.rows(found)] == ["4"]
        with pytest.raises(ArchivedStore):
            await workspace.tickets.comment(number, "Hello", public=True)
        assert "archive" in workspace.capabilities().lack("merge")
        assert "archive" in workspace.capabilities().lack("settable:status")
        workspace.sync.start()
        workspace.sync.nudge()
        report = await workspace.sync.once()
        assert report["problem"] == "This is an archive"
        assert workspace.outbox.rows() == ()


async def test_not_even_the_store_takes_a_change(exported: Path, home: Home, profiles: Profiles) -> None:
    done = await asyncio.to_thread(opened, home, profiles, exported)
    profile = profiles.get(done.profile)
    store = open_store_of("desk.example:8443", home.database(profile.name), key=profiles.store_key(profile))
    try:
        number = store.tickets.find("4")
        assert number is not None
        change = store.outbox.queue([(number, SetFields(values={"status": "solved"}, base={}))], batch="b")
        with pytest.raises(ArchivedStore):
            await asyncio.wrap_future(change)
    finally:
        store.close()


async def test_nothing_goes_from_it_to_make_room(
    exported: Path, home: Home, profiles: Profiles, capsys: pytest.CaptureFixture[str]
) -> None:
    done = await asyncio.to_thread(opened, home, profiles, exported)
    less = CacheScope(days=1, groups=("none",), most_bytes=1)
    async with workspace_of(home, profiles, done.profile) as workspace:
        for asked in (
            lambda: workspace.cache.effect(less),
            lambda: workspace.cache.choose(less),
            lambda: workspace.cache.limit_attachments(0),
            workspace.cache.sweep,
        ):
            with pytest.raises(ArchivedStore):
                await asked()
        assert workspace.cache.scope() == CacheScope()
        assert workspace.cache.most_attachments() > 0
        assert workspace.tickets.find("4") is not None
        assert (await workspace.cache.use()).files == 1
    for more in ((), ("--dry-run",), ("--most-attachments", "1K")):
        words = ("cache", "set", "--days", "1", *more, "--home", str(home.root), "--profile", done.profile)
        assert await asyncio.to_thread(main.run, words) == 1
        told = capsys.readouterr().err
        assert "This is an archive" in told
        assert "All of it stays here" in told


def test_a_later_archive_renews_it_and_another_desk_does_not(
    exported: Path, home: Home, profiles: Profiles, tmp_path: Path
) -> None:
    opened(home, profiles, exported)
    assert opened(home, profiles, exported).counts["tickets"] == 1
    assert len(profiles.all()) == 1
    manifest = json.loads((exported / "manifest.json").read_text())
    (exported / "manifest.json").write_text(json.dumps({**manifest, "desk": "else.example"}))
    with pytest.raises(ProfileError, match="another name"):
        opened(home, profiles, exported, "archive-desk.example-8443")
    assert opened(home, profiles, exported).profile == "archive-else.example"
    assert tmp_path.joinpath("home", "profiles", "archive-else.example", "console.db").exists()


def test_what_is_stopped_leaves_no_profile_and_goes_on(exported: Path, home: Home, profiles: Profiles) -> None:
    with open_archive(exported, str) as archive, pytest.raises(ArchiveStopped):
        take_in(home, profiles, archive, "old", lambda _progress: None, lambda: True)
    assert profiles.all() == ()
    assert opened(home, profiles, exported, "old").counts["tickets"] == 1


def test_lines_by_others_are_taken_as_far_as_they_go(exported: Path, home: Home, profiles: Profiles) -> None:
    with (exported / "tickets.jsonl").open("a") as stream:
        stream.write('{"id": "5", "subject": "No status"}\nnonsense\n')
        stream.write(
            '{"id": "6", "subject": "Fine", "status": "open", "created_at": "2026-01-01T00:00:00Z", '
            '"updated_at": "2026-01-01T00:00:00Z", "mood": "good"}\n'
        )
    with (exported / "comments.jsonl").open("a") as stream:
        stream.write(
            '{"id": "600", "ticket": "6", "created_at": "2026-01-01T00:00:00Z", "public": true, "body": "x", '
            '"attachments": [{"id": "1", "path": "../../secret"}, {"id": "2", "path": "/etc/passwd"}, 3, {}]}\n'
        )
    done = opened(home, profiles, exported)
    assert done.counts == {"tickets": 2, "comments": 3, "attachments": 1}
    assert len(done.problems) == 3, done.problems


def test_a_changed_attachment_is_told_and_not_kept_and_all_else_is(
    exported: Path, home: Home, profiles: Profiles
) -> None:
    (file,) = [path for path in (exported / "attachments").rglob("*") if path.is_file()]
    name = file.relative_to(exported).as_posix()
    file.write_bytes(b"a lie")
    done = opened(home, profiles, exported)
    assert done.counts == {"tickets": 1, "comments": 2, "attachments": 0}
    assert done.problems == (f"{name} was changed, or is damaged",)
    file.unlink()
    assert opened(home, profiles, exported).problems == (f"{name} is missing",)
    file.write_bytes(b"a log")
    done = opened(home, profiles, exported)
    assert (done.counts["attachments"], done.problems) == (1, ())


async def test_a_window_opens_one_by_its_door(exported: Path, home: Home, profiles: Profiles, tmp_path: Path) -> None:
    door = ArchiveDoor(home, profiles)
    told: list[ExportProgress] = []
    done = await door.open(exported, "", told.append, lambda: False)
    await asyncio.sleep(0)
    assert done.counts["tickets"] == 1
    assert told[-1] == ExportProgress("tickets", 1, 1)
    assert [profile.name for profile in profiles.all()] == [done.profile]
    with pytest.raises(UnusableArchive, match="can't be read"):
        await door.open(tmp_path / "nowhere", "", told.append, lambda: False)
    with (exported / "people.jsonl").open("a") as stream:
        stream.write("{}\n")
    with pytest.raises(UnusableArchive, match=r"people\.jsonl was changed"):
        await door.open(exported, "", told.append, lambda: False)
