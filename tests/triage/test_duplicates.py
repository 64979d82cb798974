"""Tickets about one problem are told by the words that they share; taking it to many agents shows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.instant import DAY, HOUR
from agentconsole.domain.rows import Neighbour, TicketDetail
from agentconsole.domain.values import Status
from agentconsole.triage.duplicates import likeness, telling_words
from tests.triage.making import ANA, NOW, SHOP, guided, hint, said, ticket

SUBJECT = "Checkout fails with Stripe error 502"
BODY = "Since this morning the checkout of our shop fails, customers see the Stripe error 502."


def other(number: int, subject: str = SUBJECT, body: str = BODY, **more: Any) -> Neighbour:
    """A ticket of Ana's from three days ago."""
    given_: dict[str, Any] = {
        "status": Status.OPEN,
        "created_at": NOW - 3 * DAY,
        "requester_ref": ANA.ref,
        "requester": ANA.name,
        "organization_ref": SHOP.ref,
        "assignee": "",
        **more,
    }
    return Neighbour(ticket=number, ref=str(900 + number), subject=subject, body=body, **given_)


def mine(subject: str = SUBJECT, body: str = BODY, **more: Any) -> TicketDetail:
    return ticket(said(body), subject=subject, id=50, **more)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Re: Checkout fails with Stripe error 502", "Any news?"),
        ("Stripe errors at checkout", "The checkout of our shop fails since this morning with Stripe error 502."),
        ("Checkouts fail: Stripe, error 502", "see subject"),
    ],
)
def test_the_same_problem_in_other_words(subject: str, body: str) -> None:
    told = guided(mine(subject, body), neighbours=[other(1)])
    (hit,) = told.duplicates
    assert (hit.ticket, hit.same_requester) == (1, True)
    assert {"stripe", "checkout"} & set(hit.shared) or "checkouts" in hit.shared


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Refund of invoice 7781 missing", "We were charged twice and wait for the refund of the invoice."),
        ("Help", "Hello"),
        ("Lima Shoes: question", "Kind regards, Ana Lima, Lima Shoes"),
        ("", ""),
    ],
)
def test_another_problem_is_another_ticket(subject: str, body: str) -> None:
    neighbour = other(1, "Lima Shoes: order", f"{BODY} Kind regards, Ana Lima, Lima Shoes")
    assert guided(mine(subject, body), neighbours=[neighbour]).duplicates == ()


def test_scripts_without_spaces_are_compared_by_pairs_of_signs() -> None:
    same = likeness("決済エラー502が発生", "", "決済エラー502が出る", "").share
    different = likeness("決済エラー502が発生", "", "請求書の再発行について", "").share
    assert same > 0.6 > 0.2 > different


def test_an_older_open_ticket_of_the_same_requester_is_where_to_merge() -> None:
    proposal = hint(guided(mine(), neighbours=[other(1)]), "duplicate")
    assert proposal is not None
    assert (proposal.effect.merge_into, proposal.effect.dialog) == (1, "merge")
    assert proposal.quote == "One ticket for one problem"


def test_of_several_the_oldest_that_is_worked_on_takes_all_of_them() -> None:
    ages = {1: 2 * HOUR, 2: 5 * HOUR, 3: 9 * HOUR}
    several = [other(number, created_at=mine().created_at - age) for number, age in ages.items()]
    proposal = hint(guided(mine(), neighbours=several), "duplicate")
    assert proposal is not None
    assert proposal.effect.merge_into == 3
    several[2] = other(3, created_at=mine().created_at - ages[3], status=Status.SOLVED)
    proposal = hint(guided(mine(), neighbours=several), "duplicate")
    assert proposal is not None
    assert proposal.effect.merge_into == 2


def test_into_a_closed_one_nothing_is_merged_the_reply_says_so() -> None:
    proposal = hint(guided(mine(), neighbours=[other(1, status=Status.CLOSED)]), "duplicate")
    assert proposal is not None
    assert (proposal.effect.draft, proposal.effect.merge_into) == ("See 901.", None)


@pytest.mark.parametrize("more", [{"created_at": NOW - HOUR}, {"requester_ref": "6", "requester": "Bo"}])
def test_newer_ones_and_colleagues_are_shown_and_not_merged(more: dict[str, Any]) -> None:
    told = guided(mine(), neighbours=[other(1, **more)])
    assert len(told.duplicates) == 1
    assert hint(told, "duplicate") is None


def test_three_tickets_for_one_problem_are_agent_shopping() -> None:
    two = guided(mine(assignee="Bo"), neighbours=[other(1, assignee="Cy")])
    assert two.shopping is None
    three = guided(mine(assignee="Bo"), neighbours=[other(1, assignee="Cy"), other(2, assignee="Di")])
    assert three.shopping is not None
    assert three.shopping.agents == ("Bo", "Cy", "Di")
    assert three.conduct is not None
    assert [finding.infraction for finding in three.conduct.findings] == ["shopping"]


def test_colleagues_with_one_problem_are_no_shopping() -> None:
    told = guided(mine(), neighbours=[other(n, requester_ref=str(n), requester="Bo") for n in (1, 2, 3)])
    assert len(told.duplicates) == 3
    assert told.shopping is None


words = st.lists(st.sampled_from("alpha beta gamma delta 決済エラー épsilon 502 the".split()), max_size=8)  # noqa: SIM905


@given(words, words, words, words)
def test_likeness_is_a_share_the_same_both_ways(a: list[str], b: list[str], c: list[str], d: list[str]) -> None:
    first, second, third, fourth = (" ".join(each) for each in (a, b, c, d))
    there, back = likeness(first, second, third, fourth), likeness(third, fourth, first, second)
    assert there.share == back.share
    assert 0 <= there.share <= 1
    assert likeness(first, second, first, second).share in (0, 1) or not telling_words(first)


def test_a_ticket_without_a_requester_is_compared_all_the_same() -> None:
    told = guided(msgspec.structs.replace(mine(), requester=None), neighbours=[other(1)])
    assert [hit.same_requester for hit in told.duplicates] == [False]
