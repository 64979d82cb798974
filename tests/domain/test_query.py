"""The query language: what is read, what is told, and that nothing is ever too strange to type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.instant import DAY, HOUR, MINUTE
from agentconsole.domain.query import AnyOf, Condition, Number, ParsedQuery, Span, Term, Word, parse


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("   ", ()),
        ("status:open", (Condition("status", "=", ("open",)),)),
        ("STATUS:Open", (Condition("status", "=", ("open",)),)),
        ("status:open,pending", (Condition("status", "=", ("open", "pending")),)),
        ("-tag:vip", (Condition("tag", "=", ("vip",), negated=True),)),
        ("priority>=high", (Condition("priority", ">=", ("high",)),)),
        ('group:"Tier 1",Billing', (Condition("group", "=", ("Tier 1", "Billing")),)),
        ("organization:acme", (Condition("org", "=", ("acme",)),)),
        ("sla<2h", (Condition("sla", "<", (Span(2 * HOUR),)),)),
        ("sla<1h30m", (Condition("sla", "<", (Span(90 * MINUTE),)),)),
        ("sla:breached", (Condition("sla", "=", ("breached",)),)),
        ("updated<2d", (Condition("updated", "<", (Span(2 * DAY),)),)),
        ("created>2026-01-01", (Condition("created", ">", (date(2026, 1, 1),)),)),
        ("created:today", (Condition("created", "=", ("today",)),)),
        ("#1234", (Number("1234"),)),
        ("-#1234", (Number("1234", negated=True),)),
        ("refund ", (Word("refund"),)),
        ("refund", (Word("refund", unfinished=True),)),
        ("big refund", (Word("big"), Word("refund", unfinished=True))),
        ('"exact words"', (Word("exact words"),)),
        ("-refund ", (Word("refund", negated=True),)),
        ("refund - half ", (Word("refund"), Word("-"), Word("half"))),
        ("refund OR credit ", (AnyOf((Word("refund"), Word("credit"))),)),
        (
            "#1 OR status:open OR -tag:vip tier:gold",
            (
                AnyOf((Number("1"), Condition("status", "=", ("open",)), Condition("tag", "=", ("vip",), True))),
                Condition("tier", "=", ("gold",)),
            ),
        ),
        ("this or that ", (Word("this"), Word("or"), Word("that"))),
        ('"OR" ', (Word("OR"),)),
        ("refund AND status:open", (Word("refund"), Condition("status", "=", ("open",)))),
        ("12:30 ", (Word("12:30"),)),
        ("https://shop.example/x ", (Word("https://shop.example/x"),)),
        ('"error:500" ', (Word("error:500"),)),
        ("Re: refund ", (Word("Re:"), Word("refund"))),
        ("C:\\temp ", (Word("C:\\temp"),)),
        ("std::move ", (Word("std::move"),)),
        ("(refund) ", (Word("(refund)"),)),
        ("a<b ", (Word("a<b"),)),
    ],
)
def test_what_is_read(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text) == ParsedQuery(terms, ())


@pytest.mark.parametrize(
    ("text", "said", "wrong"),
    [
        ("refund status:", "What should status be", "status:"),
        ("refund status:openn x", "“openn” is not possible", "status:openn"),
        ("stauts:open", "Did you mean status:", "stauts:open"),
        ("updated<soon", "no length of time", "updated<soon"),
        ("updated:2d", "updated< or updated>", "updated:2d"),
        ("updated<2d,3d", "takes one value", "updated<2d,3d"),
        ("created>2026-13-01", "no date", "created>2026-13-01"),
        ("tag>vip", "can't be compared", "tag>vip"),
        ("sla<breached", "sla:breached", "sla<breached"),
        ("sla<99999999d", "too long", "sla<99999999d"),
        ("refund foo:bar", 'quote them: "foo:bar"', "foo:bar"),
        ("-error:500 refund", 'quote them: "error:500"', "-error:500"),
        ('refund "exact wor', "quotation mark at the end is missing", '"exact wor'),
        ('group:"Tier 1 refund', "quotation mark at the end is missing", '"Tier 1 refund'),
        ("OR refund", "OR stands between two things", "OR"),
        ("refund OR ", "OR stands between two things", "OR"),
        ("refund OR OR credit", "OR stands between two things", "OR"),
        ("(status:open OR tag:vip", "Brackets are not read", "(status:open"),
        (" % ", "no letter and no digit", "%"),
        ("(", "no letter and no digit", "("),
        ("-", "no letter and no digit", "-"),
        ('""', "no letter and no digit", '""'),
    ],
)
def test_what_is_told_and_where(text: str, said: str, wrong: str) -> None:
    (problem,) = parse(text).problems
    assert said in problem.message
    assert text[problem.start : problem.end] == wrong


def test_a_broken_term_leaves_the_others() -> None:
    parsed = parse("status:nope tier:gold refund ")
    assert parsed.terms == (Condition("tier", "=", ("gold",)), Word("refund"))
    assert len(parsed.problems) == 1


_PIECES = st.sampled_from(
    [
        "status",
        "sla",
        "updated",
        "-",
        ":",
        "<",
        ">=",
        '"',
        ",",
        "#",
        " ",
        "2h",
        "open",
        "١٢",
        "²d",
        "2026-",
        "\0",
        "返金",
    ]
)


@given(st.one_of(st.text(st.characters()), st.lists(_PIECES).map("".join)))
def test_anything_may_be_typed(text: str) -> None:
    for problem in parse(text).problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.message
