"""Files of a change: each goes once, a push that was cut goes on where it was, what the desk forgot goes again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agentconsole.connectors.api import Unreachable
from agentconsole.domain.commands import AddComment, CreateTicket
from agentconsole.domain.values import OutboxState
from tests.support.desk import KINDS, Desk
from tests.sync.console import Console


@pytest.fixture(params=KINDS)
async def kind(request: pytest.FixtureRequest, console: Console) -> str:
    """Each test with this speaks to both kinds of help desk, after a first pull."""
    name: str = request.param
    console.connect(name)
    await console.pull()
    return name


@pytest.fixture
def files(console: Console, tmp_path: Path) -> tuple[str, ...]:
    """Three kept files."""
    keys = []
    for name in ("one.log", "two.log", "three.log"):
        path = tmp_path / name
        path.write_text(f"what {name} says")
        keys.append(console.store.files.keep(path))
    return tuple(keys)


async def attached(desk: Desk, ref: str = "1") -> list[str]:
    said = await desk.as_("ada", "GET", f"/tickets/{ref}/comments.json")
    return [file["file_name"] for comment in said["comments"] for file in comment["attachments"]]


def uploads(desk: Desk) -> int:
    return sum("/uploads" in line and not line.startswith("GET") for line in desk.wire.take())


async def nothing() -> None:
    """What happens before a request that is let through."""


async def test_a_push_that_is_cut_after_two_files_goes_on_with_the_third(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...]
) -> None:
    (key,) = console.queue("1", AddComment(body="The logs", public=False, attachments=files))
    desk.wire.before("POST", "/uploads", nothing)
    desk.wire.before("POST", "/uploads", nothing)
    desk.wire.cut_request("POST", "/uploads")
    with pytest.raises(Unreachable):
        await console.push()
    assert console.state(key) is OutboxState.QUEUED
    assert uploads(desk) == 3

    console.connect(kind)  # the console was killed and started again
    assert await console.push() == 1
    assert uploads(desk) == 1
    assert await attached(desk) == ["one.log", "two.log", "three.log"]
    assert console.store.uploads.of(key) == {}


async def test_a_lost_answer_to_an_upload_attaches_nothing_twice(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...]
) -> None:
    console.queue("1", AddComment(body="The logs", public=False, attachments=files))
    desk.wire.lose_answer("POST", "/uploads")
    desk.wire.lose_answer("PUT", "/tickets/1")
    assert await console.push() == 1
    assert await attached(desk) == ["one.log", "two.log", "three.log"]


async def test_files_that_the_desk_has_forgotten_meanwhile_are_uploaded_again(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...]
) -> None:
    (key,) = console.queue("1", AddComment(body="The logs", public=False, attachments=files))
    desk.wire.cut_request("PUT", "/tickets/1")
    with pytest.raises(Unreachable):
        await console.push()
    assert uploads(desk) == 3
    assert len(console.store.uploads.of(key)) == 3
    desk.time.pass_(4 * 86_400)  # they are kept for three days

    assert await console.push() == 1
    assert uploads(desk) == 3
    assert await attached(desk) == ["one.log", "two.log", "three.log"]


async def test_a_token_that_is_refused_is_no_reason_to_refuse_the_comment(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...]
) -> None:
    (key,) = console.queue("1", AddComment(body="The logs", public=False, attachments=files[:1]))
    desk.wire.cut_request("PUT", "/tickets/1")
    with pytest.raises(Unreachable):
        await console.push()
    token = console.store.uploads.of(key)[0].token
    await desk.as_("ben", "DELETE", f"/uploads/{token}.json")

    assert await console.push() == 1
    assert console.state(key) is OutboxState.SENT
    assert await attached(desk) == ["one.log"]


async def test_an_edited_change_brings_the_files_that_it_has_now(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...]
) -> None:
    (key,) = console.queue("1", AddComment(body="The logs", public=False, attachments=files[:2]))
    desk.wire.cut_request("PUT", "/tickets/1")
    with pytest.raises(Unreachable):
        await console.push()
    new = AddComment(body="The log", public=False, attachments=(files[1], files[2]))
    assert console.store.outbox.acts.amend(key, new).result()
    assert await console.push() == 1
    assert await attached(desk) == ["two.log", "three.log"]


async def test_a_creation_brings_its_files(console: Console, desk: Desk, kind: str, files: tuple[str, ...]) -> None:
    made = console.store.outbox.create(
        CreateTicket(subject="With a log", body="See there.", attachments=files[:1]), batch="b"
    ).result()
    assert await console.push() == 1
    ref = console.store.tickets.ref_of(made)
    assert ref is not None
    assert await attached(desk, ref) == ["one.log"]


async def test_a_file_that_is_gone_is_told_and_holds_no_other_ticket_up(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = console.queue("1", AddComment(body="The logs", public=False, attachments=files[:1]))
    (other,) = console.queue("2", AddComment(body="Not held up", public=False))
    monkeypatch.setattr(console.store.files, "local", _gone)
    assert await console.push() == 1
    assert [console.state(key), console.state(other)] == ["refused", "sent"]
    entry = console.store.outbox.get(key)
    assert entry is not None
    assert (entry.cause, entry.reason) == ("file", "An attached file can't be read: it is gone.")


def _gone(_key: str) -> Any:
    return None


@pytest.fixture
def large(console: Console, tmp_path: Path) -> str:
    """A kept file of three parts."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * 1024 * 40)
    return console.store.files.keep(path)


async def _content(console: Console, desk: Desk) -> bytes:
    said = await desk.as_("ada", "GET", "/tickets/1/comments.json")
    (file,) = said["comments"][-1]["attachments"]
    back = bytearray()
    await console.connector.download(file["content_url"], back.extend)
    return bytes(back)


async def test_a_large_file_goes_on_with_the_part_that_was_cut(console: Console, desk: Desk, large: str) -> None:
    await console.pull()
    (key,) = console.queue("1", AddComment(body="A dump", public=False, attachments=(large,)))
    desk.wire.before("PUT", "/uploads", nothing)
    desk.wire.cut_request("PUT", "/uploads")
    with pytest.raises(Unreachable):
        await console.push()
    assert desk.wire.take().count("POST /extras/uploads") == 1
    assert console.store.uploads.of(key)[0].sent == 4 * 1024 * 1024

    console.connect("agentconsole")
    assert await console.push() == 1
    assert [line.split("/")[0] for line in desk.wire.take() if "/uploads" in line] == ["PUT ", "PUT "]
    assert await _content(console, desk) == bytes(range(256)) * 1024 * 40


async def test_a_part_whose_answer_was_lost_is_not_there_twice(console: Console, desk: Desk, large: str) -> None:
    await console.pull()
    console.queue("1", AddComment(body="A dump", public=False, attachments=(large,)))
    desk.wire.lose_answer("POST", "/uploads")
    desk.wire.lose_answer("PUT", "/uploads")
    assert await console.push() == 1
    assert await _content(console, desk) == bytes(range(256)) * 1024 * 40


async def test_a_large_file_that_was_forgotten_half_way_begins_anew(console: Console, desk: Desk, large: str) -> None:
    await console.pull()
    console.queue("1", AddComment(body="A dump", public=False, attachments=(large,)))
    desk.wire.before("PUT", "/uploads", nothing)
    desk.wire.cut_request("PUT", "/uploads")
    with pytest.raises(Unreachable):
        await console.push()
    desk.time.pass_(10 * 86_400)
    await desk.as_("ben", "POST", "/uploads.json?filename=x", {"x": 1})  # which forgets what has expired
    assert await console.push() == 1
    assert await _content(console, desk) == bytes(range(256)) * 1024 * 40


async def test_a_reply_that_is_taken_back_while_its_files_are_on_their_way_is_never_sent(
    console: Console, desk: Desk, kind: str, files: tuple[str, ...]
) -> None:
    (key,) = console.queue("1", AddComment(body="Too hasty", public=False, attachments=files))

    async def withdraw() -> None:
        console.store.outbox.withdraw(keys=[key]).result()

    desk.wire.before("POST", "/uploads", nothing)
    desk.wire.before("POST", "/uploads", withdraw)
    assert await console.push() == 0
    assert not [line for line in desk.wire.take() if line.startswith("PUT")]
    assert console.state(key) is OutboxState.WITHDRAWN
    draft = console.store.drafts.draft(console.id("1"))
    assert draft is not None
    assert (draft.body, len(draft.along.files)) == ("Too hasty", 3)
