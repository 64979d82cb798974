"""The packs of a profile, with real files: what is used, what an edit changes, and what a mistake doesn't."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentconsole.domain.changes import Change
from agentconsole.services.pack_folders import PackFolders
from agentconsole.services.packs import PackService, WrongChoice
from agentconsole.store.store import Store
from tests.packs.good_pack import GOOD, line_of
from tests.store.making import local, organization, pull, ticket

OPEN_TO_ALL = '[pack]\nid = "general"\ntitle = "General"\nversion = "1"\n'
Make = Callable[[], PackService]


@pytest.fixture
def folders(tmp_path: Path) -> PackFolders:
    found = PackFolders(tmp_path / "shipped", tmp_path / "own", tmp_path / "profile" / "packs")
    for folder in (found.shipped, found.own):
        folder.mkdir()
    return found


@pytest.fixture
def heard() -> list[Change]:
    return []


@pytest.fixture
def make(folders: PackFolders, store: Store, heard: list[Change]) -> Iterator[Make]:
    made: list[PackService] = []

    def begin() -> PackService:
        assert folders.kept is not None
        made.append(PackService(folders, folders.kept.parent / "packs.json", store, heard.append))
        return made[-1]

    yield begin
    for service in made:
        service.close()


def write(path: Path, text: str) -> None:
    """Save *text* so that it is seen as an edit, however soon after the last one."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def ids(service: PackService) -> list[str]:
    return [pack.pack.id for pack in service.used()]


def test_own_packs_come_first_and_hide_shipped_ones_of_their_id(folders: PackFolders, make: Make) -> None:
    write(folders.shipped / "acme.toml", GOOD)
    write(folders.shipped / "beta.toml", GOOD.replace('id = "acme"', 'id = "beta"', 1))
    write(folders.own / "mine.toml", GOOD.replace("Acme Care", "Our Acme", 1))
    packs = make()
    assert ids(packs) == ["acme", "beta"]
    assert packs.used()[0].pack.title == "Our Acme"
    assert [entry.origin for entry in packs.all()] == ["own", "shipped"]


def test_a_shipped_pack_for_every_ticket_waits_to_be_chosen(folders: PackFolders, make: Make) -> None:
    write(folders.shipped / "general.toml", OPEN_TO_ALL)
    packs = make()
    assert ids(packs) == []
    assert [entry.pack.pack.id for entry in packs.all()] == ["general"]
    asyncio.run(packs.choose(["general"], {}))
    assert ids(packs) == ["general"]


def test_an_edit_is_in_force_at_the_next_look_and_told_once(
    folders: PackFolders, make: Make, heard: list[Change]
) -> None:
    write(folders.own / "acme.toml", GOOD)
    packs = make()
    before = packs.used()
    assert packs.used() is before
    heard.clear()
    assert packs.look() is False
    assert heard == []
    write(folders.own / "acme.toml", GOOD.replace("Acme Care", "Acme Cares", 1))
    assert packs.look() is True
    assert packs.used()[0].pack.title == "Acme Cares"
    assert [change.topics for change in heard] == [frozenset({"packs"})]


def test_a_broken_edit_leaves_the_last_good_pack_in_use_and_names_line_and_remedy(
    folders: PackFolders, make: Make
) -> None:
    path = folders.own / "acme.toml"
    write(path, GOOD)
    packs = make()
    good = packs.used()
    broken = GOOD.replace('schedule = "office"\nwords', 'schedule = "offices"\nwords')
    write(path, broken)
    packs.look()
    assert packs.used() is good, "nothing needs to be counted again"
    (trouble,) = packs.problems()
    assert trouble.title == f"A mistake in acme.toml, line {line_of(broken, 'offices')}"
    assert "Did you mean “office”?" in trouble.advice.replace('"office"', "“office”")
    assert "last good version stays in use" in trouble.advice
    assert [(notice.level, notice.title) for notice in packs.notices()] == [("warning", trouble.title)]
    assert [entry.last_good for entry in packs.all()] == [True]
    write(path, GOOD)
    packs.look()
    assert packs.problems() == ()
    assert packs.notices() == ()


def test_the_last_good_pack_stays_over_a_restart(folders: PackFolders, make: Make) -> None:
    path = folders.own / "acme.toml"
    write(path, GOOD)
    good = make().used()
    write(path, GOOD[: len(GOOD) // 2])
    again = make()
    assert again.used() == good
    assert len(again.problems()) == 1


def test_another_edition_of_the_console_reads_the_last_good_text_anew(
    folders: PackFolders, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folders.own / "acme.toml"
    write(path, GOOD)
    good = make().used()
    monkeypatch.setattr("agentconsole.services.pack_shelf.edition", lambda: "a later one")
    assert make().used() == good
    write(path, "broken =")
    assert make().used() == good


def test_a_file_that_was_never_good_is_told_and_nothing_else_suffers(folders: PackFolders, make: Make) -> None:
    write(folders.own / "acme.toml", GOOD)
    write(folders.own / "new.toml", "[pack]\n")
    packs = make()
    assert ids(packs) == ["acme"]
    (trouble,) = packs.problems()
    assert trouble.title == "3 mistakes in new.toml, line 1 and on"
    assert "It is not in use." in trouble.advice


def test_a_damaged_copy_of_the_last_good_pack_is_no_harm(folders: PackFolders, make: Make) -> None:
    write(folders.own / "acme.toml", GOOD)
    make().used()
    assert folders.kept is not None
    for kept in folders.kept.iterdir():
        kept.write_bytes(b"\xff" * 100)
    assert ids(make()) == ["acme"]


def test_a_pack_that_is_gone_is_gone(folders: PackFolders, make: Make) -> None:
    write(folders.own / "acme.toml", GOOD)
    packs = make()
    asyncio.run(packs.choose(["acme"], {}))
    (folders.own / "acme.toml").unlink()
    # an editor may be about to put a new one there
    packs.look()
    assert ids(packs) == ["acme"]
    packs.look()
    assert packs.used() == ()
    (trouble,) = packs.problems()
    assert "“acme” that is not there" in trouble.title


def test_two_files_of_one_id_are_told(folders: PackFolders, make: Make) -> None:
    write(folders.own / "a.toml", GOOD)
    write(folders.own / "b.toml", GOOD.replace("Acme Care", "Another", 1))
    packs = make()
    assert [pack.pack.title for pack in packs.used()] == ["Acme Care"]
    assert [trouble.title for trouble in packs.problems()] == ["b.toml has the id “acme” of a.toml"]


def test_a_choice_says_which_packs_in_which_order_for_whom(folders: PackFolders, make: Make, store: Store) -> None:
    write(folders.own / "acme.toml", GOOD)
    write(folders.own / "general.toml", OPEN_TO_ALL)
    pull(store, organization("1", "Beta GmbH"), ticket("7", organization="1"))
    packs = make()
    assert ids(packs) == ["acme", "general"]
    at = local(store, "7")
    assert [standing.pack.pack.id for standing in packs.of_ticket(at)] == ["general"]
    asyncio.run(packs.choose(["general", "acme"], {"acme": {"organizations": ("Beta GmbH",)}}))
    assert [standing.pack.pack.id for standing in packs.of_ticket(at)] == ["general", "acme"]
    # another process, or the next start, sees the same
    assert [pack.match.organizations for pack in make().used()] == [(), ("Beta GmbH",)]
    asyncio.run(packs.choose(None, {}))
    assert ids(packs) == ["acme", "general"]


def test_a_damaged_choice_is_told_and_mended_by_the_next(folders: PackFolders, make: Make) -> None:
    write(folders.own / "acme.toml", GOOD)
    assert folders.kept is not None
    folders.kept.parent.mkdir(parents=True, exist_ok=True)
    write(folders.kept.parent / "packs.json", '{"use": 7}')
    packs = make()
    assert ids(packs) == ["acme"]
    assert [trouble.title for trouble in packs.problems()] == ["packs.json of this profile can’t be read"]
    asyncio.run(packs.choose(["acme"], {}))
    assert packs.problems() == ()


@pytest.mark.parametrize(
    ("use", "match", "said"),
    [
        (["acmee"], {}, 'Did you mean "acme"?'),
        (None, {"acme": {"organisations": ("X",)}}, 'Did you mean "organizations"?'),
        (None, {"acme": {"default_level": "gold"}}, '"basic", "plus"'),
    ],
)
def test_a_choice_that_can_not_be_is_refused_with_what_can(
    folders: PackFolders,
    make: Make,
    use: list[str] | None,
    match: dict[str, dict[str, str | tuple[str, ...]]],
    said: str,
) -> None:
    write(folders.own / "acme.toml", GOOD)
    packs = make()
    with pytest.raises(WrongChoice) as caught:
        asyncio.run(packs.choose(use, match))
    assert said in caught.value.advice
    assert ids(packs) == ["acme"]


def test_a_ticket_stands_where_its_organization_tags_and_group_say(
    folders: PackFolders, make: Make, store: Store
) -> None:
    write(folders.own / "acme.toml", GOOD)
    pull(
        store,
        organization("1", "Acme Customer", fields={"care_plan": "Plus Plan", "area": "North"}),
        organization("2", "Stranger"),
        ticket("7", organization="1"),
        ticket("8", organization="2"),
        ticket("9", tags=("acme", "plan_plus")),
    )
    packs = make()
    (first,) = packs.of_ticket(local(store, "7"))
    assert (first.level and first.level.id, first.region and first.region.id) == ("plus", "north")
    assert packs.of_ticket(local(store, "8")) == ()
    (third,) = packs.of_ticket(local(store, "9"))
    assert third.level is not None
    assert third.level.id == "plus"
    assert packs.of_ticket(12345) == ()
    (whole,) = packs.of_organization("1")
    assert whole.level is not None
    assert packs.of_organization("nobody") == ()


def test_watching_sees_an_edit_by_itself(folders: PackFolders, store: Store) -> None:
    write(folders.own / "acme.toml", GOOD)
    seen = threading.Event()
    assert folders.kept is not None
    packs = PackService(folders, folders.kept.parent / "packs.json", store, lambda _change: seen.set(), interval=0.001)
    packs.watch()
    try:
        assert seen.wait(20)
        seen.clear()
        write(folders.own / "acme.toml", GOOD.replace("Acme Care", "Acme Cares", 1))
        assert seen.wait(20)
        assert packs.used()[0].pack.title == "Acme Cares"
    finally:
        packs.close()


@pytest.mark.expects_log
def test_a_file_that_nobody_thought_of_does_not_end_the_watching(
    folders: PackFolders, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(folders.own / "acme.toml", GOOD)
    assert folders.kept is not None
    packs = PackService(folders, folders.kept.parent / "packs.json", store, lambda _change: None, interval=0.001)
    tries, went_on, look = iter(range(9)), threading.Event(), packs.look

    def stumble() -> bool:
        if next(tries, 9) < 5:
            raise RuntimeError("nested in a way of its own")
        went_on.set()
        return look()

    monkeypatch.setattr(packs, "look", stumble)
    packs.watch()
    try:
        assert went_on.wait(20)
    finally:
        packs.close()
    assert caplog.text.count("policy packs could not be read") == 1


def test_readers_see_one_version_or_the_other_while_a_file_is_edited(
    folders: PackFolders, make: Make, store: Store
) -> None:
    path = folders.own / "acme.toml"
    write(path, GOOD)
    pull(store, ticket("7", tags=("acme",)))
    packs, at = make(), local(store, "7")
    packs.used()
    versions = (GOOD, GOOD.replace("Acme Care", "Acme Cares", 1), GOOD[:900])
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            (standing,) = packs.of_ticket(at)
            seen.add(standing.pack.pack.title)
            assert len(packs.problems()) <= 1
            assert len(packs.all()) == 1

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for number in range(30):
            write(path, versions[number % 3])
            packs.look()
        done.set()
        for reader in readers:
            reader.result()
    assert seen <= {"Acme Care", "Acme Cares"}
    assert packs.used()[0].pack.title == "Acme Cares"
    assert len(packs.problems()) == 1
