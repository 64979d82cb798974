"""Exports: what is in them, how they go on, and what becomes of files that can't be had."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from agentconsole.archive.format import COMMENTS, PEOPLE, TICKETS, UnusableArchive, record_of
from agentconsole.archive.reading import open_archive
from agentconsole.connectors.api import AccessRevoked, ConnectorError, Missing, NeedsLogin, RateLimited, Unreachable
from agentconsole.domain.instant import DAY
from agentconsole.domain.records import AttachmentRecord, Page, StatusHistory
from agentconsole.domain.rows import SyncStatus
from agentconsole.domain.values import Status
from agentconsole.platform.keychain.api import WeakPassphrase, WrongPassphrase
from agentconsole.services.api.archives import ExportChoice, Exported, ExportProgress, ExportStopped
from agentconsole.services.exporting import ExportService
from agentconsole.services.profiles import Profile
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine
from tests.store.making import NOON, agent, comment, organization, person, pull, target, ticket

PROFILE = Profile(name="desk", kind="agentconsole", url="https://desk.example", email="ada@desk.example")
FILES = {"/a": b"the bill of Mrs Quillfeather\n" * 9000, "/b": b"a log"}


class Online:
    """A help desk that hands out files; *faults* are raised first, one a request."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.faults: list[ConnectorError] = []
        self.stops_after = 99

    async def ask(self, function: Callable[[Online], Awaitable[Any]]) -> Any:
        return await function(self)

    async def download(self, url: str, write: Callable[[bytes], object], _progress: Any = None) -> None:
        self.asked.append(url)
        if self.faults:
            raise self.faults.pop(0)
        await asyncio.to_thread(write, FILES[url])

    def status(self) -> SyncStatus:
        return SyncStatus(data_as_of=NOON)


def attachment(ref: str, name: str, url: str) -> AttachmentRecord:
    return AttachmentRecord(ref=ref, file_name=name, content_type="text/plain", size=len(FILES[url]), url=url)


@pytest.fixture
def online() -> Online:
    return Online()


@pytest.fixture
def desk(store: Store) -> Store:
    """A store with two tickets, the second of them written to first."""
    pull(
        store,
        person("7", "Dan Dahl", organization="3"),
        agent("1", "Ada Admin"),
        organization("3", "Acme", fields={"tier": "platinum"}),
        ticket("20", "Later", requester="7"),
        ticket(
            "4",
            "Ünïcode ✓",
            Status.PENDING,
            requester="7",
            assignee="1",
            tags=("vip",),
            fields={"41": "dns"},
            updated_at=NOON - DAY + 250_000,
            targets=(target(NOON),),
        ),
        comment("300", "4", "second", author="1", public=False, created_at=NOON - DAY + 1),
        comment(
            "299",
            "4",
            "first\nline",
            author="7",
            attachments=(attachment("9", "../bill.pdf", "/a"), attachment("10", "con.log", "/b")),
        ),
        comment("301", "20", "alone", author="7"),
        histories=(StatusHistory(ticket="4", changes=((NOON - 2 * DAY, Status.NEW), (NOON - DAY, Status.PENDING))),),
    )
    return store


async def export(store: Store, online: Online, path: Path, **choice: Any) -> Exported:
    service = ExportService(PROFILE, store, cast("SyncEngine", online), lambda: 1 << 30)
    return await service.export(ExportChoice(path=path, **choice), lambda _progress: None, lambda: False)


def outputs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(("out", ".out")))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_what_goes_out_reads_back_as_the_same_records(desk: Store, online: Online, tmp_path: Path) -> None:
    done = await export(desk, online, tmp_path / "out")
    assert done.counts["tickets"] == 2
    assert done.counts["comments"] == 3
    assert (done.counts["attachments"], done.counts["missing"], done.fetched) == (2, 0, 2)
    with open_archive(tmp_path / "out", str) as archive:
        assert archive.damage() == []
        stories = list(archive.stories())
        people = [record_of(PEOPLE, line) for line in archive.lines(PEOPLE)]
        (first, later), (second, said) = stories
        bill = said[0]["attachments"][0]
        content = archive.content(bill["path"])
        assert content is not None
        assert b"".join(content) == FILES["/a"]
    assert archive.problems == []
    assert {each.name for each in people} == {"Dan Dahl", "Ada Admin"}
    assert record_of(TICKETS, first).subject == "Later"
    found = record_of(TICKETS, second)
    assert (found.ref, found.subject, found.status, found.updated_at) == (
        *("4", "Ünïcode ✓", Status.PENDING),
        NOON - DAY + 250_000,
    )
    assert (found.tags, found.fields, found.targets) == (("vip",), {"41": "dns"}, (target(NOON),))
    assert [each["status"] for each in second["history"]] == ["new", "pending"]
    assert [each["body"] for each in said] == ["first\nline", "second"]
    spoken = record_of(COMMENTS, {**said[1], "attachments": []})
    assert (spoken.author, spoken.public, spoken.created_at) == ("1", False, NOON - DAY + 1)
    assert [each["body"] for each in later] == ["alone"]


async def test_file_names_stay_inside_and_are_names_everywhere(desk: Store, online: Online, tmp_path: Path) -> None:
    await export(desk, online, tmp_path / "out")
    listed = lines(tmp_path / "out" / "attachments.jsonl")
    assert [each["path"] for each in listed] == ["attachments/4/9/_bill.pdf", "attachments/4/10/_con.log"]
    assert all((tmp_path / "out" / each["path"]).is_file() for each in listed)


async def test_a_stopped_folder_goes_on_where_it_was(desk: Store, online: Online, tmp_path: Path) -> None:
    online.faults = [Unreachable()]
    done = await export(desk, online, tmp_path / "out")
    assert done.counts["missing"] == 2
    assert "can't be reached" in done.why_missing
    online.faults = []
    await export(desk, online, tmp_path / "out")
    online.asked.clear()
    desk.files.forget("9")
    again = await export(desk, online, tmp_path / "out")
    assert online.asked == []
    assert again.counts["missing"] == 0


async def test_a_file_that_is_gone_is_listed_with_the_reason_and_the_rest_comes(
    desk: Store, online: Online, tmp_path: Path
) -> None:
    online.faults = [Missing()]
    done = await export(desk, online, tmp_path / "out.zip")
    assert (done.counts["attachments"], done.counts["missing"]) == (1, 1)
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        gone, here = (json.loads(line) for line in made.read("attachments.jsonl").splitlines())
        assert made.read(here["path"]) == FILES["/b"]
    assert gone["missing"] == Missing.title
    assert gone["sha256"] is None


@pytest.mark.parametrize("fault", [NeedsLogin(), AccessRevoked(wipe=False), Unreachable()])
async def test_a_desk_that_lets_nobody_in_any_more_is_not_asked_for_the_next_file(
    desk: Store, online: Online, tmp_path: Path, fault: ConnectorError
) -> None:
    online.faults = [fault]
    done = await export(desk, online, tmp_path / "out")
    assert len(online.asked) == 1
    assert (done.counts["attachments"], done.counts["missing"]) == (0, 2)
    reasons = [line["missing"] for line in lines(tmp_path / "out" / "attachments.jsonl")]
    assert reasons == [f"{fault.title}. {fault.advice}"] * 2


async def test_a_busy_desk_is_asked_again(desk: Store, online: Online, tmp_path: Path) -> None:
    online.faults = [RateLimited(0.0)]
    done = await export(desk, online, tmp_path / "out")
    assert done.counts["missing"] == 0
    assert len(online.asked) == 3


async def test_a_sealed_export_tells_nothing_and_opens_by_its_passphrase(
    desk: Store, online: Online, tmp_path: Path
) -> None:
    path = tmp_path / "out.sealed-archive"
    done = await export(desk, online, path, passphrase="correct horse")
    assert done.sealed
    data = path.read_bytes()
    assert b"Quillfeather" not in data
    assert b"Dahl" not in data
    assert b"tickets.jsonl" not in data
    with open_archive(path, lambda: "correct horse") as archive:
        assert [ticket["id"] for ticket, _ in archive.stories()] == ["20", "4"]
    with pytest.raises(WrongPassphrase):
        open_archive(path, lambda: "wrong horse")
    path.write_bytes(data[:-40])
    with pytest.raises(UnusableArchive):
        open_archive(path, lambda: "correct horse")
    with pytest.raises(WeakPassphrase):
        await export(desk, online, tmp_path / "weak", passphrase="short")


async def test_who_stops_leaves_no_half_file(desk: Store, online: Online, tmp_path: Path) -> None:
    service = ExportService(PROFILE, desk, cast("SyncEngine", online), lambda: 1 << 30)
    told: list[ExportProgress] = []
    for path in (tmp_path / "out.zip", tmp_path / "out"):
        with pytest.raises(ExportStopped) as stopped:
            await service.export(ExportChoice(path=path), told.append, lambda: bool(online.asked))
        online.asked.clear()
        assert stopped.value.goes_on is (path.name == "out")
    assert outputs(tmp_path) == ["out"]
    assert {"tickets", "comments", "attachments"} >= {each.doing for each in told}
    with pytest.raises(UnusableArchive, match="not finished"):
        open_archive(tmp_path / "out", str)


async def test_nothing_that_is_not_ours_is_written_over(desk: Store, online: Online, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(UnusableArchive, match="other files"):
        await export(desk, online, tmp_path / "mine")
    (tmp_path / "mine.zip").write_text("mine")
    with pytest.raises(UnusableArchive, match="there already"):
        await export(desk, online, tmp_path / "mine.zip")
    assert (tmp_path / "mine.zip").read_text() == "mine"
    await export(desk, online, tmp_path / "mine.zip", overwrite=True)
    assert zipfile.is_zipfile(tmp_path / "mine.zip")


async def test_deleted_tickets_and_those_without_a_number_stay_out(desk: Store, online: Online, tmp_path: Path) -> None:
    desk.pages.apply(Page(deleted=("20",))).result(timeout=30)
    await export(desk, online, tmp_path / "out", fetch=False)
    assert [each["id"] for each in lines(tmp_path / "out" / "tickets.jsonl")] == ["4"]
    assert {each["ticket"] for each in lines(tmp_path / "out" / "comments.jsonl")} == {"4"}
    assert [each["missing"] for each in lines(tmp_path / "out" / "attachments.jsonl")] == ["not on this computer"] * 2
    assert online.asked == []
