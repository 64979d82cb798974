"""Who handles what: the telling words count, and show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentconsole.packs.model import Words
from agentconsole.triage.who_handles import Desk, Ranking, stem_of

DESKS = (
    Desk("billing", ((2.5, "Partner invoices"), (1.0, "Billing team")), Words(any=("refund*", "charged twice"))),
    Desk("tax", ((2.5, "Tax documents"), (1.0, "Billing team"))),
    Desk("hooks", ((2.5, "Webhooks and API limits"),), Words(any=("webhook*",), none=("fishing",))),
    Desk("chat", ((2.5, "Partner chat"),)),
)
RANKING = Ranking(DESKS)


def keys(text: str, **factors: float) -> list[str]:
    return [match.key for match in RANKING.rank(text, factors=factors)]


def test_a_desks_own_words_say_most() -> None:
    assert keys("Where is my refund? The tax is wrong, too") == ["billing", "tax"]
    assert keys("tax documents for the refund")[0] == "tax"


def test_the_words_that_told_are_shown_where_they_stand() -> None:
    text = "We were Charged twice; please correct the INVOICES of our invoice run"
    (match, *_rest) = RANKING.rank(text)
    assert match.key == "billing"
    assert match.words(text) == ("Charged twice", "INVOICES")
    assert [text[start:end] for start, end in match.spans] == ["Charged twice", "INVOICES"]


def test_endings_case_and_accents_do_not_count() -> None:
    assert keys("invoicing") == ["billing"]
    assert keys("WEBHOOKS") == ["hooks"]
    assert keys("Táx") == ["tax"]
    assert (stem_of("billing"), stem_of("bills"), stem_of("tax"), stem_of("loss")) == ("bill", "bill", "tax", "loss")


def test_a_forbidden_word_rules_a_desk_out() -> None:
    assert keys("webhook for fishing") == []


def test_words_of_every_ticket_point_to_nobody() -> None:
    assert keys("Hello, we have a problem with our partner team, please help. Thank you!") == []
    assert keys("") == []


def test_who_fits_by_accident_is_left_out() -> None:
    # the tax desk belongs to the billing team, which is no reason to send refunds there
    assert keys("refund: charged twice, invoices of the billing run") == ["billing"]
    assert "tax" in keys("billing")


def test_the_subject_says_more_than_the_text_below_it() -> None:
    text = "Tax is wrong\nThe webhook told us so."
    assert [match.key for match in RANKING.rank(text)] == ["hooks", "tax"]
    assert [match.key for match in RANKING.rank(text, subject=12)] == ["tax", "hooks"]


def test_another_region_comes_later() -> None:
    both = Ranking((Desk("eu", ((2.0, "Support Europe"),)), Desk("us", ((2.0, "Support centre, Europe too"),))))
    assert [match.key for match in both.rank("europe")] == ["eu", "us"]
    assert [match.key for match in both.rank("europe", factors={"eu": 0.3})] == ["us", "eu"]


@given(st.text(max_size=200))
def test_any_text_can_be_asked(text: str) -> None:
    for match in RANKING.rank(text):
        assert all(0 <= start < end <= len(text) for start, end in match.spans)
        assert match.score > 0
