"""Drafts keep what they were, whatever takes their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.domain.commands import AddComment
from agentconsole.domain.drafts import Along, AlongFile, why_to_keep
from agentconsole.domain.instant import DAY, MINUTE, SECOND
from agentconsole.domain.rows import Draft
from agentconsole.store.draft_versions import MOST_OF_ONE
from agentconsole.store.store import Store
from tests.store.making import Clock, opened, pull, ticket

LONG = "Dear Ana, the refund of your order was approved this morning and is on its way to your bank."


@pytest.fixture
def desk(store: Store) -> Store:
    pull(store, ticket("1"), ticket("2"))
    return store


def save(store: Store, body: str, ticket: int = 1, **more: object) -> None:
    given = {"public": True, "cursor": len(body), **more}
    store.drafts.save(ticket, body, **given).result()  # type: ignore[arg-type]


def texts(store: Store, ticket: int = 1) -> list[tuple[str, str]]:
    return [(version.body, version.why) for version in store.drafts.versions(ticket, True)]


def draft(store: Store, ticket: int = 1, public: bool | None = True) -> Draft:
    found = store.drafts.draft(ticket, public)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "after", "passed", "why"),
    [
        (LONG, f"{LONG} Best", SECOND, None),
        (LONG, f"{LONG} Best", 5 * MINUTE, ""),
        (LONG, LONG[:30], SECOND, "shortened"),
        (LONG, f"Hello {LONG}", SECOND, None),
        (LONG, LONG.replace("approved", "refused"), SECOND, None),
        ("Hello Ana", "Good day", SECOND, "shortened"),
        ("Hi", "Ho", SECOND, None),
        (LONG, " \n", SECOND, "emptied"),
        ("  ", LONG, DAY, None),
    ],
)
def test_a_version_is_kept_when_words_would_be_missed(before: str, after: str, passed: int, why: str | None) -> None:
    assert why_to_keep(before, after, 0, passed) == why


def test_writing_on_keeps_a_version_every_few_minutes(desk: Store, clock: Clock) -> None:
    for words in range(1, 13):
        save(desk, "word " * words)
        clock.now += MINUTE
    assert [body.count("word") for body, _ in texts(desk)] == [10, 5]


def test_what_is_cut_out_or_replaced_can_be_had_again(desk: Store) -> None:
    save(desk, LONG)
    save(desk, "Dear Ana,")
    save(desk, "Dear Ana, dear Ben", why="macro")
    assert texts(desk) == [("Dear Ana,", "macro"), (LONG, "shortened")]


def test_the_oldest_versions_of_one_draft_give_way(desk: Store) -> None:
    for number in range(MOST_OF_ONE + 5):
        save(desk, f"{number} {LONG}", why="macro")
    assert len(texts(desk)) == MOST_OF_ONE
    assert texts(desk)[-1][0] == f"4 {LONG}"


def test_an_emptied_draft_is_remembered_for_ninety_days(desk: Store, clock: Clock) -> None:
    save(desk, LONG)
    save(desk, "")
    (gone,) = desk.drafts.discarded()
    assert (gone.ticket, gone.ref, gone.body, gone.public) == (1, "1", LONG, True)
    assert desk.drafts.items() == ()
    clock.now += 91 * DAY
    save(desk, LONG, ticket=2)
    save(desk, "", ticket=2)
    assert [item.ticket for item in desk.drafts.discarded()] == [2, 1], "our own clock may have leapt"
    desk.facts.put("last_sync_at", str(clock.now)).result()
    save(desk, LONG, ticket=2)
    save(desk, "", ticket=2)
    assert [item.ticket for item in desk.drafts.discarded()] == [2]


def test_a_discarded_draft_comes_back_as_it_was(desk: Store) -> None:
    along = Along(values={"status": "pending"}, files=(AlongFile("a.pdf", 7, key="k"),), macro="m1")
    save(desk, LONG, cursor=5, along=along)
    made = desk.drafts.discard([(1, True), (2, True)]).result()
    assert desk.drafts.draft(1) is None
    assert desk.drafts.restore(made).result() == 1
    assert (draft(desk).body, draft(desk).cursor, draft(desk).along) == (LONG, 5, along)
    assert desk.drafts.discarded() == ()


def test_restoring_a_version_keeps_what_it_replaces(desk: Store) -> None:
    save(desk, LONG)
    save(desk, "Another beginning")
    (version,) = desk.drafts.versions(1, True)
    desk.drafts.restore([version.id]).result()
    assert draft(desk).body == LONG
    assert texts(desk)[0] == ("Another beginning", "restored")


def test_files_alone_are_a_draft(desk: Store) -> None:
    save(desk, "", along=Along(files=(AlongFile("a.pdf", 7, path="/tmp/a.pdf"),)))
    assert draft(desk).along.files[0].name == "a.pdf"
    save(desk, "", along=Along())
    assert desk.drafts.draft(1) is None


def test_the_one_that_was_looked_at_last_is_shown_first(desk: Store, clock: Clock) -> None:
    save(desk, "a reply")
    clock.now += SECOND
    save(desk, "a note", public=False)
    clock.now += SECOND
    desk.drafts.place_caret(1, public=True, cursor=3).result()
    assert (draft(desk, public=None).body, draft(desk, public=None).cursor) == ("a reply", 3)


def test_what_was_sent_leaves_no_versions_to_choose_from_until_it_is_taken_back(desk: Store) -> None:
    save(desk, LONG)
    save(desk, "Short now")
    desk.outbox.queue([(1, AddComment(body="Short now", public=True))], batch="b", drop_draft_of=1).result()
    assert texts(desk) == []
    assert desk.drafts.discarded() == ()
    desk.outbox.withdraw(batch="b").result()
    assert draft(desk).body == "Short now"
    assert texts(desk) == [(LONG, "shortened")]


def test_a_withdrawn_reply_brings_back_its_files_and_fields(desk: Store, tmp_path: Path) -> None:
    file = tmp_path / "proof.txt"
    file.write_text("paid")
    key = desk.files.keep(file)
    comment = AddComment(
        body="See here",
        public=True,
        attachments=(key,),
        values={"priority": "high", "status": "solved"},
        add_tags=("x",),
    )
    desk.outbox.queue([(1, comment)], batch="b").result()
    save(desk, "Begun since", along=Along(add_tags=("y",)))
    desk.outbox.withdraw(batch="b").result()
    along = draft(desk).along
    assert draft(desk).body == "Begun since\n\nSee here"
    assert [(each.name, each.size, each.key) for each in along.files] == [("proof.txt", 4, key)]
    assert (along.values, along.add_tags) == ({"priority": "high", "status": "solved"}, ("y", "x"))
    assert texts(desk) == [("Begun since", "withdrawn")]


def test_a_file_that_only_a_draft_names_is_not_cleared_away(
    desk: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []
    for name in ("draft", "version", "nobody"):
        (tmp_path / name).write_text(name)
        keys.append(desk.files.keep(tmp_path / name))
    save(desk, LONG, along=Along(files=(AlongFile("version", 7, key=keys[1]),)))
    save(desk, "Other words", along=Along(files=(AlongFile("draft", 5, key=keys[0]),)))
    monkeypatch.setattr("agentconsole.store.files._SETTLED", -1.0)
    desk.files.trim(0)
    assert [desk.files.local(key) is not None for key in keys[:2]] == [True, True]


def test_words_for_a_ticket_that_was_merged_away_are_offered_where_it_went(desk: Store) -> None:
    save(desk, "For the first one")
    assert desk.drafts.merged_here(2) == ()
    pull(desk, ticket("1", merged_into="2"))
    (offered,) = desk.drafts.merged_here(2)
    assert (offered.ticket, offered.ref, offered.body, offered.merged_into) == (1, "1", "For the first one", "2")
    save(desk, "Already here", ticket=2)
    assert desk.drafts.take_over(1, 2, public=True).result() == "For the first one"
    assert draft(desk, 2).body == "Already here\n\nFor the first one"
    assert desk.drafts.merged_here(2) == ()
    assert [item.body for item in desk.drafts.discarded()] == ["For the first one"]


def test_a_form_is_kept_between_two_starts(store: Store, path: Path) -> None:
    store.drafts.keep_form("new_ticket", '{"subject":"Half"}').result()
    store.close()
    again = opened(path)
    assert again.drafts.form("new_ticket") == '{"subject":"Half"}'
    again.drafts.keep_form("new_ticket", "").result()
    assert again.drafts.form("new_ticket") == ""
    again.close()
