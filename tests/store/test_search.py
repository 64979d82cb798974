"""Words: found in subjects and comments, in any script, and never taken for syntax."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.instant import MINUTE
from agentconsole.domain.query import QueueQuery
from agentconsole.domain.values import Status
from agentconsole.store import words
from agentconsole.store.store import Store
from tests.store.making import NOON, comment, pull, ticket


def found(store: Store, text: str, view: str = "everything") -> str:
    query = QueueQuery(view=view, text=text)
    ids = store.queue.all_ids(query)
    assert store.queue.first_ids(query, 5) == ids[:5]
    return " ".join(row.ref for row in store.queue.rows(ids))


@pytest.fixture
def desk(store: Store) -> Store:
    pull(
        store,
        ticket("1", "Refund for order 4711", updated_at=NOON),
        comment("c1", "1", 'The gateway said "card declined" twice.'),
        comment("c2", "1", "Straße, naïve café, ЗАКАЗ"),
        ticket("2", "返金処理について", updated_at=NOON - 1 * MINUTE),
        comment("c3", "2", "iPhone修理の注文、결제 오류입니다"),
        ticket("3", "استرداد المبلغ", Status.SOLVED, updated_at=NOON - 2 * MINUTE),
        comment("c4", "3", "החזר כספי עבור ההזמנה"),
        ticket("4", "O'Brien; DROP TABLE ticket", updated_at=NOON - 3 * MINUTE),
        comment("c5", "4", "a refund AND a NOT-so-nice NEAR(miss) col:value visa"),
        ticket("5", "Visa", updated_at=NOON - 4 * MINUTE),
        comment("c6", "5", "please refund"),
    )
    return store


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("refund", "1 4 5"),
        ("REFUND", "1 4 5"),
        ("refu", "1 4 5"),
        ("refu ", ""),
        ("refund declined ", "1"),
        ("visa refund ", "4 5"),
        ("visa OR declined ", "1 4 5"),
        ("visa OR declined -4711", "4 5"),
        ("#3 OR declined ", "1 3"),
        ("status:solved OR #1", "1 3"),
        ("refund -visa OR #4", "1 4"),
        ('"card declined"', "1"),
        ('"declined card"', ""),
        ("cafe ", "1"),
        ("заказ ", "1"),
        ("4711", "1"),
        ("返金", "2"),
        ("返金処理", "2"),
        ("金返", ""),
        ("理", "2"),
        ("修理の注文", "2"),
        ("iphone修理", "2"),
        ("결제", "2"),
        ("오류 ", "2"),
        ("استرداد", "3"),
        ("ההזמנה", "3"),
        ("o'brien", "4"),
        ("drop table", "4"),
        ("AND ", "4"),
        ("NEAR(miss)", "4"),
        ("col:value", "4"),
        ("not-so-nice", "4"),
        ("-refund ", "2 3"),
        ("refund -visa ", "1"),
        ('"unfinished', ""),
        ("???", "1 2 3 4 5"),
        ('"', "1 2 3 4 5"),
        ("*", "1 2 3 4 5"),
        ("re*", ""),
    ],
)
def test_what_is_found(desk: Store, text: str, expected: str) -> None:
    assert found(desk, text) == expected


def test_a_search_narrows_the_view_it_is_made_in(desk: Store) -> None:
    assert found(desk, "استرداد", "all-open") == ""
    assert found(desk, "استرداد", "recently-solved") == "3"


def test_words_in_nearly_every_ticket_are_found_all_the_same(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FEW", "FEW_OF_ALL"):
        monkeypatch.setattr(words, name, 0)
    assert found(desk, "refund ") == "1 4 5"
    assert found(desk, "visa refund ") == "4 5"
    assert found(desk, "visa -declined refund ", "all-open") == "4 5"


def test_a_new_subject_replaces_the_old_words(desk: Store) -> None:
    pull(desk, ticket("5", "Mastercard", updated_at=NOON))
    assert found(desk, "visa ") == "4"
    assert found(desk, "mastercard ") == "5"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=40))
def test_any_text_is_only_text(desk: Store, text: str) -> None:
    found(desk, text)
    desk.queue.suggestions(text, len(text) // 2)
    desk.directory.people(text)
    desk.directory.organizations(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(alphabet=st.characters(categories=("L", "Nd")), min_size=1, max_size=30))
def test_whatever_was_written_is_found_by_its_own_words(store: Store, body: str) -> None:
    pull(store, ticket("1"), comment("c1", "1", body))
    assert found(store, f'"{body}"') == "1"
    pull(store, comment("c1", "1", "gone"))
