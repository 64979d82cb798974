"""Each rule: where it shows, where it must not, and what applying would do."""

from __future__ import annotations

import msgspec
import pytest

from agentconsole.domain.instant import DAY, HOUR
from agentconsole.domain.rows import CommentRow
from agentconsole.domain.values import Priority, Status
from agentconsole.packs.model import Contact, Demand, Region
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case
from agentconsole.triage.contacts import Desks, contacts_for
from agentconsole.triage.guide import Book, Known, guide
from agentconsole.triage.notes import Note, write_note
from tests.triage.making import ANA, ME, NOW, PACK, a_file, guided, hint, replied, said, ticket


class TestPriority:
    def test_the_highest_condition_wins_and_is_quoted(self) -> None:
        told = guided(ticket(said("Some payments fail and now the store is down.")))
        proposal = hint(told, "priority")
        assert proposal is not None
        assert proposal.effect.values == {"priority": "urgent"}
        assert (proposal.quote, proposal.source) == ("Store is completely unavailable", "Critical priority")
        assert [one.text for one in proposal.evidence] == ["store is down"]

    def test_a_priority_that_fits_is_said_to_fit(self) -> None:
        told = guided(ticket(said("The store is down"), priority=Priority.URGENT))
        assert hint(told, "priority") is None
        assert told.priorities[0].fits

    def test_a_lower_one_is_proposed_with_less_weight(self) -> None:
        raised = hint(guided(ticket(said("the store is down"))), "priority")
        lowered = hint(guided(ticket(said("a feature request"), priority=Priority.HIGH)), "priority")
        assert raised is not None
        assert lowered is not None
        assert lowered.effect.values == {"priority": "low"}
        assert lowered.weight < raised.weight

    @pytest.mark.parametrize(
        "comments",
        [
            (said("The store is not down anymore"),),
            (said("The store is down"), said("It works again, thanks", "c2")),
            (said("Thanks\n\nOn 3 Nov, Noor wrote:\n> the store is down"),),
            (said("Hello"), replied("Is the store down?")),
        ],
    )
    def test_only_what_the_requester_means_now_counts(self, comments: tuple[object, ...]) -> None:
        assert hint(guided(ticket(*comments)), "priority") is None  # type: ignore[arg-type]

    def test_who_has_answered_is_not_told_to_lower_it(self) -> None:
        answered = ticket(said("a feature request"), replied("We look at it"), priority=Priority.HIGH)
        assert hint(guided(answered), "priority") is None

    def test_a_solved_ticket_gets_none(self) -> None:
        assert hint(guided(ticket(said("The store is down"), status=Status.SOLVED)), "priority") is None

    def test_what_an_agent_took_down_on_the_phone_counts(self) -> None:
        told = guided(ticket(replied("Caller says the store is down", at=NOW - DAY)))
        assert hint(told, "priority") is not None


class TestIntake:
    def test_what_is_missing_is_asked_for_in_one_reply(self) -> None:
        told = guided(ticket(said("It breaks, see picture")))
        (state,) = told.intake
        assert [item.id for item in state.missing] == ["order", "error"]
        assert state.reply == (
            "Hello Ana, could you tell us:\n\n- Which order is it?\n- What does it say?\n\nThank you, Noor Haddad"
        )
        proposal = hint(told, "intake")
        assert proposal is not None
        assert (proposal.effect.draft, proposal.effect.draft_public) == (state.reply, True)

    def test_answers_are_found_in_words_patterns_files_and_what_the_desk_knows(self) -> None:
        told = guided(ticket(said("Order #40312 shows\n```\nerror 502\n```", attachments=(a_file(),))))
        (state,) = told.intake
        assert {item.id: item.known for item in state.items if item.given} == {
            "order": "#40312",
            "shot": "shot.png",
            "error": "error 502",
            "email": ANA.email,
        }
        assert state.missing == ()
        assert state.reply == ""

    def test_what_is_asked_only_of_some_is_not_asked_of_others(self) -> None:
        ids = {item.id for item in guided(ticket(said("My screen is white"))).intake[0].items}
        assert "browser" in ids
        assert "browser" not in {item.id for item in guided(ticket(said("Hello"))).intake[0].items}

    def test_it_is_proposed_until_an_agent_has_asked(self) -> None:
        asked = guided(ticket(said("It breaks"), replied("Sorry! Which order is it?")))
        assert hint(asked, "intake") is None
        assert asked.intake[0].missing

    def test_who_waits_for_somebody_else_is_not_told_to_ask(self) -> None:
        waiting = guided(ticket(said("It breaks"), status=Status.HOLD))
        assert hint(waiting, "intake") is None
        assert waiting.intake[0].missing

    def test_a_quoted_form_is_no_answer(self) -> None:
        told = guided(ticket(said("No idea.\n\n> order number: #40312")))
        assert "order" in {item.id for item in told.intake[0].missing}


class TestScope:
    def test_what_is_excluded_gets_a_ready_reply(self) -> None:
        told = guided(ticket(said("Please fix the CSS of our header")))
        proposal = hint(told, "scope")
        assert proposal is not None
        assert proposal.effect.draft == "Custom CSS is not supported, sorry."
        assert (told.scope[0].kind, proposal.quote) == ("excluded", "Custom CSS is not supported")

    def test_what_is_better_told_to_be_included_is_work(self) -> None:
        told = guided(ticket(said("The store is down"), subject="Store is down"))
        assert told.scope[0].kind == "included"
        assert hint(told, "scope") is None

    def test_words_that_rule_it_out_do(self) -> None:
        assert guided(ticket(said("A typo in the docs on CSS"))).scope == ()

    def test_the_reply_is_not_proposed_again_once_it_was_sent(self) -> None:
        told = guided(ticket(said("Fix the CSS"), replied("Custom CSS is not supported, sorry.")))
        assert hint(told, "scope") is None

    def test_where_another_desk_takes_it_it_is_handed_over(self) -> None:
        proposal = hint(guided(ticket(said("The invoice is wrong"))), "scope")
        assert proposal is not None
        assert (proposal.title, proposal.effect.values) == ("Hand over to Billing", {"group": "g2"})


class TestRoutes:
    def test_the_best_told_desk_is_proposed_once(self) -> None:
        told = guided(ticket(said("Our webhooks stopped")))
        proposal = hint(told, "route")
        assert proposal is not None
        assert proposal.effect.values == {"group": "g3"}
        assert told.routes[0].group == "Europe · Integrations"

    def test_a_ticket_that_is_there_stays(self) -> None:
        told = guided(ticket(said("A refund, please"), group="Billing", group_ref="g2"))
        assert told.routes[0].there
        assert hint(told, "route") is None

    def test_tags_come_with_it(self) -> None:
        proposal = hint(guided(ticket(said("A refund, please"))), "route")
        assert proposal is not None
        assert proposal.effect.add_tags == ("money",)

    def test_of_a_desk_in_several_places_the_requesters_counts_while_the_ticket_has_none(self) -> None:
        groups = {"Asia · Billing": "1", "Europe · Billing": "2", "Asia · Tier 1": "3"}
        pack = msgspec.structs.replace(PACK, routes=(msgspec.structs.replace(PACK.routes[0], group="Billing"),))

        def handed(group: str, region: str) -> object:
            of = ticket(said("A refund, please"), group=group, group_ref=groups.get(group))
            standing = Standing(pack=pack, region=Region(id="x", title=region, zone="UTC"))
            told = guide(Case(of, ME, NOW, groups), [(standing, Book(pack))], Known())
            proposal = hint(told, "route")
            return proposal and proposal.effect.values["group"]

        assert handed("", "Europe") == "2"
        assert handed("Asia · Tier 1", "Europe") == "1"


class TestLifecycle:
    def test_a_new_ticket_is_in_the_first_stage_and_wants_its_acknowledgment(self) -> None:
        told = guided(ticket(said("Hello")))
        stage = told.checklists[0].current
        assert stage is not None
        assert (stage.id, [demand.state for demand in stage.demands]) == ("creation", ["open", "open"])
        proposal = hint(told, "lifecycle")
        assert proposal is not None
        assert proposal.effect.draft == "Your case is 1001."
        assert stage.demands[0].proposal == proposal.key

    def test_demands_are_met_by_what_the_ticket_shows(self) -> None:
        told = guided(
            ticket(
                said("Hello", created_at=NOW - 5 * HOUR),
                replied("Your case is 1001.", at=NOW - 4 * HOUR),
                replied("Looked at the logs", "n1", public=False, at=NOW - 3 * HOUR),
                said("Thanks, works!", "c2", created_at=NOW - HOUR),
                priority=Priority.HIGH,
            )
        )
        states = {demand.key: demand for stage in told.checklists[0].stages for demand in stage.demands}
        assert {key.partition(":")[2] for key, state in states.items() if state.state == "met"} == {
            "ack",
            "triage",
            "analysis",
            "verified",
        }
        assert (states["harbour:ack"].who, states["harbour:ack"].at) == (ME.name, NOW - 4 * HOUR)
        assert told.checklists[0].current is not None
        assert told.checklists[0].current.id == "resolution"

    def test_nothing_is_asked_for_before_its_turn(self) -> None:
        ack, *_ = PACK.lifecycle[0].demands
        demands = (Demand(id="solution", text="Solved", fulfilled_by="solved"), ack)
        stage = msgspec.structs.replace(PACK.lifecycle[0], demands=demands)
        pack = msgspec.structs.replace(PACK, lifecycle=(stage,))
        assert hint(guided(ticket(said("Hi")), pack=pack), "lifecycle") is None
        ticked = ticket(said("Hi"), tags=("harbour_solution",))
        assert hint(guided(ticked, pack=pack), "lifecycle") is not None

    def test_nobody_is_asked_to_verify_before_there_is_a_solution(self) -> None:
        worked = (said("Hello"), replied("Your case is 1001."), replied("Looked at the logs", "n1", public=False))
        assert hint(guided(ticket(*worked, priority=Priority.HIGH)), "lifecycle") is None
        asked = hint(guided(ticket(*worked, priority=Priority.HIGH, tags=("case_fixed",))), "lifecycle")
        assert asked is not None
        assert asked.effect.draft == "It is fixed. Does it work?"
        done = ticket(*worked, priority=Priority.HIGH, tags=("case_fixed",), status=Status.SOLVED)
        assert hint(guided(done), "lifecycle") is None, "solving did not wait for it"

    def test_what_closing_waits_for_is_asked_once_the_ticket_is_solved(self) -> None:
        worked = (
            said("Hello", created_at=NOW - 5 * HOUR),
            replied("Your case is 1001.", at=NOW - 4 * HOUR),
            replied("Looked at the logs", "n1", public=False),
            said("Thanks, works!", "c2", created_at=NOW - HOUR),
        )
        ticked = ("case_fixed", "case_documented")
        assert hint(guided(ticket(*worked, priority=Priority.HIGH, tags=ticked)), "lifecycle") is None
        solved = hint(guided(ticket(*worked, priority=Priority.HIGH, tags=ticked, status=Status.SOLVED)), "lifecycle")
        assert solved is not None
        assert solved.effect.draft == "Case closed."

    def test_an_optional_demand_holds_nothing_up(self) -> None:
        told = guided(ticket(said("Hi"), replied("1001"), replied("n", public=False), priority=Priority.LOW))
        assert [stage.done for stage in told.checklists[0].stages] == [True, True, False]

    def test_a_complaint_verifies_nothing(self) -> None:
        told = guided(
            ticket(
                said("Hello", created_at=NOW - 5 * HOUR),
                replied("Fixed", at=NOW - 4 * HOUR),
                said("Thanks, but it still fails", "c2", created_at=NOW - HOUR),
            )
        )
        (verified,) = [
            one for stage in told.checklists[0].stages for one in stage.demands if one.key == "harbour:verified"
        ]
        assert verified.state == "open"

    def test_what_was_verified_stays_so_when_the_agent_writes_again(self) -> None:
        def state(*more: CommentRow) -> str:
            told = guided(
                ticket(
                    said("Hello", created_at=NOW - 5 * HOUR),
                    replied("Fixed, please try", at=NOW - 4 * HOUR),
                    said("Thanks, works!", "c2", created_at=NOW - 3 * HOUR),
                    replied("Glad to hear it, I close the case", "a2", at=NOW - 2 * HOUR),
                    *more,
                )
            )
            return next(
                one.state
                for stage in told.checklists[0].stages
                for one in stage.demands
                if one.key == "harbour:verified"
            )

        assert state() == "met"
        assert state(said("Now it fails again", "c3", created_at=NOW - HOUR)) == "open"

    def test_a_tag_carries_a_tick(self) -> None:
        told = guided(ticket(said("Hello"), tags=("case_documented", "harbour_logs")))
        ticked = {one.key for stage in told.checklists[0].stages for one in stage.demands if one.state == "ticked"}
        assert ticked == {"harbour:documented", "harbour:logs"}

    def test_the_consoles_own_records_are_no_investigation(self) -> None:
        record = write_note(Note(what="steps", entry="e", pack="harbour", ids=("desk",)), "Steps taken")
        told = guided(ticket(said("Hi"), replied(record, public=False)))
        assert not told.checklists[0].stages[1].demands[0].done


class TestFollowUps:
    def test_the_gravest_one_that_is_due_shows(self) -> None:
        waiting = ticket(said("Hi", created_at=NOW - 9 * DAY), replied("?", at=NOW - 8 * DAY), status=Status.PENDING)
        proposal = hint(guided(waiting), "follow_up")
        assert proposal is not None
        assert (proposal.effect.values, proposal.why) == (
            {"status": "solved"},
            "8 days without a word from the requester.",
        )

    def test_days_are_whole_and_the_word_is_the_last_public_one(self) -> None:
        def due(age: int) -> bool:
            comments = (
                said("Hi", created_at=NOW - 9 * DAY),
                replied("?", at=NOW - age),
                replied("note to us", "n", public=False),
            )
            return hint(guided(ticket(*comments, status=Status.PENDING)), "follow_up") is not None

        assert due(3 * DAY)
        assert not due(3 * DAY - 1)

    def test_who_waits_for_us_is_shown_too(self) -> None:
        proposal = hint(guided(ticket(said("Hi", created_at=NOW - 2 * DAY))), "follow_up")
        assert proposal is not None
        assert proposal.key.endswith(":answer")

    def test_a_rating_is_asked_for_once(self) -> None:
        solved = ticket(said("Hi"), replied("Done"), status=Status.SOLVED)
        proposal = hint(guided(solved), "survey")
        assert proposal is not None
        assert proposal.effect.add_tags == ("harbour_survey_asked",)
        assert hint(guided(msgspec.structs.replace(solved, tags=("harbour_survey_asked",))), "survey") is None
        assert hint(guided(msgspec.structs.replace(solved, satisfaction="good")), "survey") is None


class TestPrivacy:
    def test_a_request_is_proposed_with_where_it_goes(self) -> None:
        proposal = hint(guided(ticket(said("Please delete my data"))), "privacy")
        assert proposal is not None
        assert proposal.effect.dialog == "privacy"
        assert "Privacy Team (p@harbour.example)" in proposal.why

    def test_not_when_it_is_denied_or_recorded(self) -> None:
        assert hint(guided(ticket(said("Do not delete my data"))), "privacy") is None
        record = write_note(Note(what="privacy", entry="e", id="delete"), "Privacy request")
        assert hint(guided(ticket(said("Delete my data"), replied(record, public=False))), "privacy") is None


class TestContacts:
    PACK = msgspec.structs.replace(
        PACK,
        regions=(Region(id="eu", title="Europe", zone="Europe/Berlin"), Region(id="us", title="USA", zone="UTC")),
        contacts=(
            *PACK.contacts,
            Contact(id="pay", section="Help", purpose="Payment gateways", method="email", email="pay@harbour.example"),
            Contact(id="eu", section="Help", purpose="Payment gateways, Europe", method="none", region="eu"),
            Contact(id="us", section="Help", purpose="Payment gateways, USA", method="none", region="us"),
            Contact(id="boss", section="Top", purpose="Payment gateways", method="none", executive=True),
        ),
    )

    def test_who_handles_it_is_told_by_the_tickets_words(self) -> None:
        told = guided(ticket(said("Our payment gateways refuse every card")), pack=self.PACK)
        assert {hit.contact.id for hit in told.contacts} == {"pay", "eu", "us"}
        assert "payment" in [one.text for one in told.contacts[0].evidence]

    def test_contacts_of_another_region_and_executives_are_not_for_them(self) -> None:
        case = Case(ticket(said("Our payment gateways refuse every card")), None, NOW, {})
        standing = Standing(pack=self.PACK, region=self.PACK.regions[0])
        assert {hit.contact.id for hit in contacts_for(case, standing, Desks(self.PACK))} == {"pay", "eu"}

    def test_words_that_ask_for_nobody_bring_nobody(self) -> None:
        assert guided(ticket(said("Hello, thanks for all")), pack=self.PACK).contacts == ()


class TestEscalation:
    def test_executives_open_once_every_step_is_confirmed(self) -> None:
        def state(*ids: str) -> bool:
            note = write_note(Note(what="steps", entry="e", pack="harbour", ids=ids), "Steps taken")
            found = guided(ticket(said("Hi"), replied(note, public=False))).escalation
            assert found is not None
            return found.open

        assert not state("desk")
        assert state("desk", "manager")

    def test_only_agents_notes_confirm(self) -> None:
        note = write_note(Note(what="steps", entry="e", pack="harbour", ids=("desk", "manager")), "Steps taken")
        found = guided(ticket(said(note), replied(note))).escalation
        assert found is not None
        assert not found.open


def test_dismissed_stays_away_until_the_ground_changes() -> None:
    first = guided(ticket(said("The store is down")))
    proposal = hint(first, "priority")
    assert proposal is not None
    known = {proposal.key: proposal.ground}
    again = guided(ticket(said("The store is down"), said("Hello?", "c2")), dismissed=known)
    assert hint(again, "priority") is None
    assert again.dismissed == 1
    changed = guided(ticket(said("Nobody can buy anything")), dismissed=known)
    assert hint(changed, "priority") is not None


def test_the_heaviest_comes_first_and_a_closed_ticket_is_left_alone() -> None:
    body = "Damn, the store is down, nobody can buy, delete my data"
    weights = [one.weight for one in guided(ticket(said(body))).proposals]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) > 3
    assert guided(ticket(said(body), status=Status.CLOSED)).proposals == ()


def test_a_pack_that_says_nothing_says_nothing() -> None:
    bare = msgspec.structs.replace(
        PACK,
        **{name: value for name, value in msgspec.structs.asdict(type(PACK)(pack=PACK.pack)).items() if name != "pack"},
    )
    told = guided(ticket(said("The store is down")), pack=bare)
    assert told.proposals == ()
    assert (told.conduct, told.pin, told.escalation, told.checklists) == (None, None, None, ())
