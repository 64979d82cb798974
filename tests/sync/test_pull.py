"""What a pull brings, and that one which dies anywhere goes on where it stood."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import closing
from typing import Any

import pytest

from agentconsole.connectors.api import NeedsLogin, NotAHelpDesk, Unreachable
from agentconsole.domain.records import Page
from agentconsole.domain.values import Priority, Status
from agentconsole.store import driver
from agentconsole.store.errors import DiskFull
from agentconsole.store.store import Store
from agentconsole.sync.pull import Progress, Puller
from tests.support.desk import KINDS, Desk
from tests.support.keys import KEY
from tests.sync.console import Console

WHO = [("agentconsole", "ben"), ("zendesk", "ada"), ("zendesk", "ben"), ("agentconsole", "cleo")]


@pytest.fixture(params=WHO, ids=["extras", "exports", "lists", "reader"])
def side(request: pytest.FixtureRequest, console: Console) -> tuple[str, str]:
    """Each way of reading: the extras, an administrator's exports, an agent's lists, a reader's sign-in."""
    kind, who = request.param
    console.connect(kind, who)
    return kind, who


async def test_a_first_pull_brings_everything(console: Console, store: Store, side: tuple[str, str]) -> None:
    pulled = await console.pull()

    assert (pulled["tickets"], pulled["comments"] >= 6, pulled["deleted"]) == (3, True, 1)
    assert [store.tickets.find(ref) is not None for ref in ("1", "2", "3")] == [True] * 3
    assert _shown(store, "4") is False
    assert console.shown("3") == ["Invoice 77 says 10 % too much.", "Refund it?", "We sent a new invoice."]
    detail = store.tickets.detail(console.id("2"))
    assert detail is not None
    assert (detail.status, detail.priority, detail.assignee, detail.group) == (
        Status.PENDING,
        Priority.NORMAL,
        "Ben Bell",
        "Front desk",
    )
    assert detail.requester is not None
    assert detail.requester.name == "Ève Ünal"
    assert detail.fields == {"41": "dns"}
    assert [file.file_name for comment in detail.comments for file in comment.attachments] == ["how.txt"]
    assert [choice.title for choice in store.people.groups()] == ["Back office", "Front desk"]
    assert [choice.title for choice in store.people.macros()] == ["Ask for logs", "Take it"]


async def test_who_comes_along_with_several_pages_is_counted_once(
    console: Console, store: Store, side: tuple[str, str]
) -> None:
    pulled = await console.pull()
    with closing(driver.connect(store.path, key=KEY)) as db:
        for kind, table in (("people", "person"), ("organizations", "organization")):
            # agents are known from the reference data already
            assert 0 < pulled[kind] <= db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


async def test_a_pull_without_news_changes_nothing(console: Console, desk: Desk, side: tuple[str, str]) -> None:
    await console.pull()
    changes: list[Any] = []
    console.store.subscribe(changes.append)
    desk.time.pass_(10)
    await console.pull()
    desk.time.pass_(10)
    await console.pull()
    console.store.facts.put("barrier", "1").result()
    assert [change for change in changes if change.tickets] == []


async def test_changes_deletions_and_merges_follow(console: Console, desk: Desk, side: tuple[str, str]) -> None:
    await console.pull()
    desk.time.pass_(120)
    await desk.as_("ada", "PUT", "/tickets/2.json", {"ticket": {"comment": {"body": "Any news?", "public": True}}})
    await desk.as_("ada", "DELETE", "/tickets/3.json")
    await desk.as_("ada", "POST", "/tickets/2/merge.json", {"ids": [1]})
    desk.time.pass_(120)

    pulled = await console.pull()

    assert pulled["deleted"] >= 1
    assert console.shown("2")[2] == "Any news?"
    assert _shown(console.store, "3") is False
    merged = console.store.tickets.confirmed(console.id("1"))
    assert merged is not None
    assert merged.status is Status.CLOSED
    if side[0] == "agentconsole":
        assert merged.merged_into == "2"


async def test_what_needs_action_comes_first_and_progress_is_told(console: Console, desk: Desk, store: Store) -> None:
    told: list[tuple[Progress, bool]] = []
    puller = Puller(
        store,
        console.connector,
        clock=desk.time.instant,
        progressed=lambda progress: told.append((progress, store.cursors.get("everything") is None)),
    )
    await puller.pull()
    lines = desk.wire.take()
    assert lines.index("GET /extras/urgent") < lines.index("GET /extras/export")
    assert all(progress.is_initial for progress, _ in told)
    assert told[1][1], "the urgent ones are told of before the whole copy begins"
    last = told[-1][0]
    assert last.done == last.total

    told.clear()
    await puller.pull()
    assert told == []
    assert desk.wire.take() == ["GET /extras/export"]


async def test_a_first_pull_that_dies_between_pages_goes_on_from_the_last_one(
    console: Console, desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentconsole.connectors.agentconsole.connector.PAGE_SIZE", 3)
    for _ in range(2):
        desk.wire.before("GET", "/extras/export", _nothing)
    desk.wire.lose_request("GET", "/extras/export")
    with pytest.raises(Unreachable):
        await console.puller.pull()
    reached = store.cursors.get("everything")
    assert reached is not None
    asked = [request.url.params.get("cursor") for request in _exports(desk)]
    assert asked[0] is None
    assert asked[-1] == reached
    desk.wire.requests.clear()

    console.connect("agentconsole")  # as after a kill: nothing is remembered but what is stored
    await console.puller.pull()

    assert _exports(desk)[0].url.params.get("cursor") == reached
    assert console.shown("3") == ["Invoice 77 says 10 % too much.", "Refund it?", "We sent a new invoice."]


async def _nothing() -> None:
    pass


def _exports(desk: Desk) -> list[Any]:
    return [request for request in desk.wire.requests if request.url.path.endswith("/export")]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_token_is_told_apart_from_no_connection(console: Console, desk: Desk, kind: str) -> None:
    console.connect(kind, token="wrong")
    with pytest.raises(NeedsLogin):
        await console.connector.identify()
    desk.wire.is_cut = True
    with pytest.raises(Unreachable):
        await console.connector.identify()


async def test_an_anonymous_answer_is_no_sign_in(console: Console, desk: Desk) -> None:
    console.connect("zendesk")
    desk.wire.answer("GET", "/users/me", 200, b'{"user":{"id":null,"name":"Anonymous user"}}')
    with pytest.raises(NeedsLogin):
        await console.connector.identify()


@pytest.mark.parametrize(
    "content",
    [b"<html>Sign in</html>", b'{"tickets":[{"id":1,"subj', b'["nothing"]', b'{"hello":"world"}', b"\xff\xfe{}"],
    ids=["page", "cut", "list", "other", "bytes"],
)
async def test_an_answer_of_another_shape_moves_no_cursor(
    console: Console, desk: Desk, store: Store, content: bytes
) -> None:
    await console.pull()
    before = store.cursors.get("everything")
    desk.wire.answer("GET", "/extras/export", 200, content)
    with pytest.raises(NotAHelpDesk):
        await console.puller.pull()
    assert store.cursors.get("everything") == before


async def test_exports_that_turn_out_forbidden_give_way_to_lists(console: Console, desk: Desk) -> None:
    console.connect("zendesk", "ada")
    desk.wire.answer("GET", "/incremental/users/cursor", 403, b'{"error":{"title":"Forbidden","message":"No."}}')
    await console.pull()
    assert console.connector.streams == ("listed_tickets", "deleted_tickets")
    assert console.shown("1") == ["Since nine nobody can pay: error 503."]


def _shown(store: Store, ref: str) -> bool:
    ticket = store.tickets.find(ref)
    detail = None if ticket is None else store.tickets.detail(ticket)
    return detail is not None and not detail.deleted


@pytest.mark.parametrize("page_size", [25, 1], ids=["one page", "a page fetched ahead"])
async def test_a_page_of_the_list_that_could_not_be_written_is_fetched_again(
    console: Console, desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch, page_size: int
) -> None:
    monkeypatch.setattr("agentconsole.connectors.zendesk.connector.LIST_SIZE", page_size)
    console.connect("zendesk")
    await console.pull()
    for ref in ("1", "2"):
        body = {"ticket": {"subject": f"Changed {ref}", "comment": {"body": f"Written {ref}"}}}
        await desk.as_("ada", "PUT", f"/tickets/{ref}.json", body)
    desk.time.pass_(100)
    real = store.pages.apply

    def apply(page: Page, *, stream: str | None = None) -> Future[Any]:
        if stream != "listed_tickets":
            return real(page, stream=stream)
        failed: Future[Any] = Future()
        failed.set_exception(DiskFull())
        return failed

    with monkeypatch.context() as patched:
        patched.setattr(store.pages, "apply", apply)
        for _ in range(2):
            with pytest.raises(DiskFull):
                await console.puller.pull()
            desk.time.pass_(100)

    await console.puller.pull()
    for ref in ("1", "2"):
        assert console.shown(ref)[-1] == f"Written {ref}"
    desk.wire.take()
    await console.puller.pull()
    assert not [line for line in desk.wire.take() if "comments" in line]


async def test_a_ticket_that_is_deleted_restored_and_deleted_again_is_gone(
    console: Console, desk: Desk, store: Store, side: tuple[str, str]
) -> None:
    await console.pull()
    for is_shown in (False, True, False):
        if is_shown:
            await desk.as_("ada", "PUT", "/deleted_tickets/1/restore.json")
        else:
            await desk.as_("ada", "DELETE", "/tickets/1.json")
        desk.time.pass_(100)
        await console.pull()
        assert _shown(store, "1") is is_shown
