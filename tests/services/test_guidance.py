"""Guidance over a real store: read once, forgotten when something changes, applied through the outbox, undone by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from typing import Any, cast

import pytest

from agentconsole.connectors.api import Capabilities, Connector, PinAnswer, Unreachable, Unsupported
from agentconsole.domain.commands import AddComment, ChangeTags, SetFields
from agentconsole.domain.instant import DAY, HOUR
from agentconsole.domain.records import CommentRecord, GroupRecord, TicketRecord
from agentconsole.domain.rows import Me, OutboxRow
from agentconsole.domain.values import PersonRole, Priority, TicketId
from agentconsole.packs.model import Pack
from agentconsole.packs.standing import Standing
from agentconsole.services.guidance import GuidanceService
from agentconsole.services.guidance_records import NotGuided
from agentconsole.services.packs import PackService
from agentconsole.services.pins import PinDesk
from agentconsole.services.tickets import NotAllowed, TicketService
from agentconsole.store.store import Store
from agentconsole.sync.engine import SyncEngine
from agentconsole.triage.notes import read_note
from tests.store.making import Clock, agent, comment, local, opened, organization, person, pull, ticket
from tests.triage.making import ME, NOW, PACK, SUPERVISOR, hint


class Shelf:
    """Packs that speak for every ticket."""

    def __init__(self) -> None:
        self.packs: tuple[Pack, ...] = (PACK,)

    def used(self) -> tuple[Pack, ...]:
        return self.packs

    def of_ticket(self, _ticket: TicketId) -> tuple[Standing, ...]:
        return tuple(Standing(pack=pack) for pack in self.packs)


class Exchange:
    """A help desk that checks PINs, or can't be reached."""

    def __init__(self) -> None:
        self.offered: Capabilities | None = Capabilities(pin=True)
        self.online = True
        self.asked: list[tuple[str, str]] = []
        self.answer = PinAnswer(verified=True, attempts_left=5, valid_until=NOW + HOUR)

    def capabilities(self) -> Capabilities | None:
        return self.offered

    def nudge(self) -> None:
        """Nothing is sent in these tests."""

    async def check_pin(self, person: str, pin: str) -> PinAnswer:
        self.asked.append((person, pin))
        return self.answer

    def call(self, function: Callable[[Connector], Awaitable[Any]]) -> Future[Any]:
        async def asked() -> Any:
            if not self.online:
                raise Unreachable
            return await function(cast(Connector, self))

        return asyncio.run_coroutine_threadsafe(asked(), asyncio.get_running_loop())


class Bench:
    """A store, the services over it, and who is signed in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.me: Me = ME
        self.shelf = Shelf()
        self.exchange = Exchange()
        engine = cast(SyncEngine, self.exchange)
        self.tickets = TicketService(store, engine, lambda: self.me, clock)
        pins = PinDesk(store, engine, self.tickets, lambda: self.me, clock)
        packs = cast(PackService, self.shelf)
        self.guidance = GuidanceService(store, self.tickets, lambda: packs, pins, lambda: self.me, clock)

    def waiting(self, batch: str) -> list[OutboxRow]:
        return [row for row in self.store.outbox.rows() if row.batch == batch]

    async def forget_waiting(self) -> None:
        """Withdraw everything that waits."""
        keys = [row.key for row in self.store.outbox.rows()]
        await asyncio.wrap_future(self.store.outbox.withdraw(keys=keys))

    def notes(self, number: int) -> list[str]:
        detail = self.store.tickets.detail(number)
        assert detail is not None
        return [comment.body for comment in detail.comments if not comment.public]


@pytest.fixture
def bench(tmp_path: Any) -> Iterator[Bench]:
    clock = Clock()
    clock.now = NOW
    store = opened(tmp_path / "console.db", clock)
    groups = tuple(GroupRecord(ref=ref, name=name) for ref, name in (("g1", "Tier 1"), ("g2", "Billing")))
    admin = agent("8", SUPERVISOR.name)
    pull(
        store,
        agent("7", ME.name),
        type(admin)(ref="8", name=SUPERVISOR.name, role=PersonRole.ADMIN),
        person("5", "Ana Lima", organization="50"),
        organization("50", "Lima Shoes"),
        asked("1", "This damn shop", "The store is down and the invoice is wrong. My PIN is 482913."),
        *said("1", "This damn shop. The store is down and the invoice is wrong. My PIN is 482913."),
        groups=groups,
    )
    yield Bench(store, clock)
    store.close()


def asked(ref: str, subject: str, _body: str = "", **more: Any) -> TicketRecord:
    given: dict[str, Any] = {
        "requester": "5",
        "organization": "50",
        "group": "g1",
        "created_at": NOW - DAY,
        "updated_at": NOW - HOUR,
        **more,
    }
    return ticket(ref, subject, **given)


def said(ref: str, *bodies: str) -> list[CommentRecord]:
    return [
        comment(f"{ref}-{number}", ref, body, author="5", created_at=NOW - HOUR + number)
        for number, body in enumerate(bodies)
    ]


async def test_what_was_said_is_known_until_something_changes(bench: Bench) -> None:
    assert bench.guidance.known(1) is None
    first = await bench.guidance.of(1)
    assert bench.guidance.known(1) is first
    assert await bench.guidance.of(1) is first
    bench.clock.now += HOUR
    assert bench.guidance.known(1) is None
    again = await bench.guidance.of(1)
    pull(bench.store, *said("1", "and", "more"))
    assert bench.guidance.known(1) is None
    later = await bench.guidance.of(1)
    assert later is not again
    bench.shelf.packs = (PACK,)
    assert bench.guidance.known(1) is None


async def test_a_ticket_that_is_not_there_has_none(bench: Bench) -> None:
    assert await bench.guidance.of(99) is None
    with pytest.raises(NotGuided):
        await bench.guidance.apply(99, "x")


async def test_no_pack_no_word(bench: Bench) -> None:
    bench.shelf.packs = ()
    told = await bench.guidance.of(1)
    assert told is not None
    assert (told.packs, told.proposals, told.duplicates) == ((), (), ())


async def test_applying_is_one_batch_that_can_be_undone(bench: Bench) -> None:
    applied = await bench.guidance.apply(1, "harbour:priority:urgent")
    (row,) = bench.waiting(applied.batch)
    assert row.command == SetFields(values={"priority": "urgent"}, base={"priority": None})
    told = await bench.guidance.of(1)
    assert told is not None
    assert hint(told, "priority") is None
    assert await bench.tickets.undo(applied.batch) == 1
    again = await bench.guidance.of(1)
    assert again is not None
    assert hint(again, "priority") is not None


async def test_fields_and_tags_of_a_proposal_go_together(bench: Bench) -> None:
    pull(bench.store, asked("2", "Refund"), *said("2", "I want a refund"))
    number = local(bench.store, "2")
    applied = await bench.guidance.apply(number, "harbour:route:billing")
    assert [type(row.command) for row in bench.waiting(applied.batch)] == [SetFields, ChangeTags]
    assert applied.contact == ""


async def test_text_is_handed_to_the_composer_and_nothing_is_sent(bench: Bench) -> None:
    applied = await bench.guidance.apply(1, "harbour:intake:missing")
    assert applied.draft.startswith("Hello Ana")
    assert (applied.batch, applied.draft_public) == ("", True)
    assert bench.store.outbox.rows() == ()


async def test_a_proposal_that_is_gone_says_so(bench: Bench) -> None:
    with pytest.raises(NotGuided, match="not there any more"):
        await bench.guidance.apply(1, "harbour:priority:low")


async def test_a_dismissal_stays_over_a_restart_and_can_be_taken_back(bench: Bench) -> None:
    await bench.guidance.dismiss(1, "harbour:priority:urgent")
    told = await bench.guidance.of(1)
    assert told is not None
    assert hint(told, "priority") is None
    assert told.dismissed == 1
    other = Bench(bench.store, bench.clock)
    elsewhere = await other.guidance.of(1)
    assert elsewhere is not None
    assert elsewhere.dismissed == 1
    assert await bench.guidance.restore(1) == 1
    back = await bench.guidance.of(1)
    assert back is not None
    assert hint(back, "priority") is not None


async def test_a_tick_is_a_tag_that_everybody_sees(bench: Bench) -> None:
    batch = await bench.guidance.tick(1, "harbour:documented")
    (row,) = bench.waiting(batch)
    assert row.command == ChangeTags(add=("case_documented",))

    def documented(told: Any) -> Any:
        return next(d for c in told.checklists for s in c.stages for d in s.demands if d.key == "harbour:documented")

    ticked = documented(await bench.guidance.of(1))
    assert (ticked.state, ticked.who, ticked.at) == ("ticked", ME.name, NOW)
    await bench.guidance.tick(1, "harbour:documented", done=False)
    assert documented(await bench.guidance.of(1)).state == "open"
    with pytest.raises(NotGuided):
        await bench.guidance.tick(1, "harbour:nothing")


async def test_a_tick_of_a_colleague_is_seen_without_their_name(bench: Bench) -> None:
    pull(bench.store, asked("1", "x", tags=("case_documented",), updated_at=NOW))
    told = await bench.guidance.of(1)
    assert told is not None
    states = {d.key: d for c in told.checklists for s in c.stages for d in s.demands}
    assert (states["harbour:documented"].state, states["harbour:documented"].who) == ("ticked", "")


async def test_open_demands_warn_before_a_status(bench: Bench) -> None:
    assert [one.demand.key for one in await bench.guidance.open_demands(1, "solved")] == ["harbour:verified"]
    before_closing = {one.demand.key for one in await bench.guidance.open_demands(1, "closed")}
    assert before_closing >= {"harbour:verified", "harbour:documented"}
    assert await bench.guidance.open_demands(1, "pending") == ()


async def test_neighbours_are_found_by_requester_and_organization(bench: Bench) -> None:
    pull(
        bench.store,
        person("6", "Bo", organization="50"),
        *(
            asked(ref, "Checkout fails with Stripe error 502", created_at=NOW - age * DAY)
            for ref, age in (("2", 2), ("3", 3), ("4", 40))
        ),
        asked("5", "Checkout fails with Stripe error 502", requester="6"),
        asked("6", "Checkout fails with Stripe error 502", requester="6", organization=None),
    )
    told = await bench.guidance.of(local(bench.store, "2"))
    assert told is not None
    assert {hit.ref: (hit.same_requester, hit.same_organization) for hit in told.duplicates} == {
        "3": (True, True),
        "5": (False, True),
    }


class TestConduct:
    async def test_what_was_recorded_is_read_back_at_once_and_undone_without_a_draft(self, bench: Bench) -> None:
        batch = await bench.guidance.record_infractions(1, ["cursing"], "second time this week")
        (row,) = bench.waiting(batch)
        assert isinstance(row.command, AddComment)
        assert (row.command.public, row.command.add_tags) == (False, ("conduct_record",))
        assert "“damn”" in row.command.body
        assert "second time this week" in row.command.body
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.conduct is not None
        assert (told.conduct.infractions, told.conduct.findings[0].recorded) == (1, True)
        assert told.conduct.record[0].waiting
        await bench.tickets.undo(batch)
        assert bench.store.drafts.all_drafts() == ()
        again = await bench.guidance.of(1)
        assert again is not None
        assert again.conduct is not None
        assert again.conduct.infractions == 0

    async def test_the_record_follows_the_requester_to_other_tickets(self, bench: Bench) -> None:
        pull(bench.store, asked("2", "Another"), *said("2", "Hello"))
        await bench.guidance.record_infractions(1, ["cursing", "shouting"], "")
        told = await bench.guidance.of(local(bench.store, "2"))
        assert told is not None
        assert told.conduct is not None
        assert told.conduct.infractions == 2
        assert [entry.ticket_ref for entry in told.conduct.record] == ["1", "1"]
        assert told.conduct.next_step is not None
        assert told.conduct.next_step.id == "ban"

    async def test_a_ban_needs_a_supervisor(self, bench: Bench) -> None:
        await bench.guidance.record_infractions(1, ["cursing", "shouting"], "")
        await bench.guidance.sanction(1, "ban", "rude again")
        proposed = await self._ban(bench)
        assert proposed.state == "proposed"
        with pytest.raises(NotGuided, match="supervisor"):
            await bench.guidance.confirm_sanction(1, proposed.entry, "")
        with pytest.raises(NotGuided, match="stands already"):
            await bench.guidance.sanction(1, "ban", "")
        bench.me = SUPERVISOR
        await bench.guidance.confirm_sanction(1, proposed.entry, "agreed")
        active = await self._ban(bench)
        assert (active.state, active.until) == ("active", NOW + 7 * DAY)
        bench.me = ME
        with pytest.raises(NotGuided, match="Only a supervisor"):
            await bench.guidance.lift_sanction(1, active.entry, "")
        bench.me = SUPERVISOR  # what waits goes out as whoever is signed in
        bench.clock.now += 7 * DAY
        assert (await self._ban(bench)).state == "expired"

    async def test_the_help_desks_word_on_who_is_a_supervisor_counts(self, bench: Bench) -> None:
        await bench.guidance.record_infractions(1, ["cursing"], "")
        await bench.guidance.sanction(1, "ban", "")
        bodies = bench.notes(1)
        entry = (await self._ban(bench)).entry
        bench.me = SUPERVISOR
        await bench.guidance.confirm_sanction(1, entry, "")
        confirmation = bench.notes(1)[-1]
        for author, state in (("7", "proposed"), ("8", "active")):
            store_of = Bench(bench.store, bench.clock)
            rows = [
                comment(f"n{number}", "1", body, author="7", public=False, created_at=NOW - 10 + number)
                for number, body in enumerate(bodies)
            ]
            rows.append(comment("nc", "1", confirmation, author=author, public=False, created_at=NOW))
            await bench.forget_waiting()
            pull(bench.store, asked("1", "x", tags=("conduct_record",), updated_at=NOW + 1), *rows)
            assert (await self._ban(store_of)).state == state

    async def test_a_withdrawn_infraction_counts_no_more(self, bench: Bench) -> None:
        await bench.guidance.record_infractions(1, ["cursing"], "")
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.conduct is not None
        await bench.guidance.withdraw_infraction(1, told.conduct.record[0].entry, "it was a quote")
        again = await bench.guidance.of(1)
        assert again is not None
        assert again.conduct is not None
        assert again.conduct.infractions == 0

    async def test_what_the_policy_does_not_know_is_refused(self, bench: Bench) -> None:
        with pytest.raises(NotGuided, match="no such infraction"):
            await bench.guidance.record_infractions(1, ["sneezing"], "")
        with pytest.raises(NotGuided, match="no infraction to answer"):
            await bench.guidance.sanction(1, "warning", "")
        assert bench.store.outbox.rows() == ()

    async def test_a_requester_writes_no_record(self, bench: Bench) -> None:
        await bench.guidance.record_infractions(1, ["cursing"], "")
        (body,) = bench.notes(1)
        await bench.forget_waiting()
        forged = comment("x", "1", body, author="5", public=True, created_at=NOW)
        pull(bench.store, asked("1", "x", tags=("conduct_record",), updated_at=NOW + 1), forged)
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.conduct is not None
        assert told.conduct.infractions == 0

    async def _ban(self, bench: Bench) -> Any:
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.conduct is not None
        return next(one for one in told.conduct.sanctions if one.id == "ban")


class TestPins:
    async def test_the_result_is_kept_the_pin_is_not(self, bench: Bench) -> None:
        state = await bench.guidance.check_pin(1, "7351 94")
        assert bench.exchange.asked == [("5", "735194")]
        assert (state.state, state.valid_until, state.checked_by) == ("verified", NOW + HOUR, ME.name)
        (note,) = bench.notes(1)
        assert "735194" not in note
        read = read_note(note)
        assert read is not None
        assert (read.what, read.result, read.until) == ("pin", "verified", NOW + HOUR)
        assert b"735194" not in bench.store.path.read_bytes()
        assert b"735194" not in bench.store.path.with_name(bench.store.path.name + "-wal").read_bytes()
        bench.clock.now += HOUR
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.pin is not None
        assert told.pin.state == "unverified"

    async def test_a_wrong_one_counts_down_and_a_lock_shows(self, bench: Bench) -> None:
        bench.exchange.answer = PinAnswer(verified=False, attempts_left=2)
        wrong = await bench.guidance.check_pin(1, "1111")
        assert (wrong.state, wrong.attempts_left) == ("wrong", 2)
        bench.clock.now += 1
        bench.exchange.answer = PinAnswer(verified=False, attempts_left=0, locked_until=NOW + HOUR)
        locked = await bench.guidance.check_pin(1, "1111")
        assert (locked.state, locked.locked_until) == ("locked", NOW + HOUR)

    async def test_offline_it_needs_the_help_desk(self, bench: Bench) -> None:
        bench.exchange.online = False
        with pytest.raises(Unreachable):
            await bench.guidance.check_pin(1, "482913")
        assert bench.notes(1) == []

    async def test_a_desk_without_pins_says_so(self, bench: Bench) -> None:
        bench.exchange.offered = Capabilities()
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.pin is not None
        assert told.pin.state == "unavailable"
        with pytest.raises(Unsupported, match="keeps no Support PINs"):
            await bench.guidance.check_pin(1, "482913")

    async def test_what_is_no_pin_is_not_asked(self, bench: Bench) -> None:
        with pytest.raises(NotGuided, match="four to eight digits"):
            await bench.guidance.check_pin(1, "none")
        assert bench.exchange.asked == []


class TestRecords:
    async def test_executives_wait_for_every_step(self, bench: Bench) -> None:
        with pytest.raises(NotGuided, match="Executives") as refused:
            await bench.guidance.escalate(1, "vp", ["desk"], "please")
        assert "Support manager" in refused.value.advice
        await bench.guidance.confirm_steps(1, ["manager"], "she is away")
        batch = await bench.guidance.escalate(1, "vp", ["desk"], "please")
        (row,) = bench.waiting(batch)
        assert isinstance(row.command, AddComment)
        assert row.command.add_tags == ("escalated_vp",)
        assert row.command.body.startswith(
            "Escalated to VP, vp@harbour.example\n\nSteps taken before:\n✓ Support desk\n✓ Support manager\n\nplease"
        )
        told = await bench.guidance.of(1)
        assert told is not None
        assert told.escalation is not None
        assert told.escalation.escalated
        assert told.escalation.open

    async def test_others_do_not(self, bench: Bench) -> None:
        assert bench.waiting(await bench.guidance.escalate(1, "manager", [], ""))
        with pytest.raises(NotGuided, match="no such contact"):
            await bench.guidance.escalate(1, "nobody", [], "")

    async def test_a_privacy_request_and_a_profile_change_are_notes_with_tags(self, bench: Bench) -> None:
        (privacy,) = bench.waiting(await bench.guidance.record_privacy_request(1, "delete", "by mail"))
        assert isinstance(privacy.command, AddComment)
        assert privacy.command.add_tags == ("privacy_request", "privacy_request_delete")
        (profile,) = bench.waiting(await bench.guidance.record_profile_change(1, {"Phone": "+31 20 1"}, ""))
        assert isinstance(profile.command, AddComment)
        assert "Phone: +31 20 1" in profile.command.body
        with pytest.raises(NotGuided):
            await bench.guidance.record_privacy_request(1, "forget", "")
        with pytest.raises(NotGuided):
            await bench.guidance.record_profile_change(1, {"Phone": " "}, "")


async def test_a_reviewer_reads_and_writes_nothing(bench: Bench) -> None:
    bench.me = Me(ref="9", name="Cleo", email="c@desk.example", role="reviewer", profile="desk")
    told = await bench.guidance.of(1)
    assert told is not None
    assert told.proposals
    for write in (
        bench.guidance.apply(1, "harbour:priority:urgent"),
        bench.guidance.record_infractions(1, ["cursing"], ""),
        bench.guidance.confirm_steps(1, ["desk"], ""),
    ):
        with pytest.raises(NotAllowed):
            await write
    assert bench.store.outbox.rows() == ()


async def test_the_priority_that_a_pull_brings_ends_the_hint(bench: Bench) -> None:
    assert await bench.guidance.of(1) is not None
    pull(bench.store, asked("1", "x", priority=Priority.URGENT, updated_at=NOW))
    told = await bench.guidance.of(1)
    assert told is not None
    assert told.priorities[0].fits
