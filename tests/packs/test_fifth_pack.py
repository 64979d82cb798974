"""A pack that nobody of the house has written brings every room of the console to life, through the real services."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.instant import HOUR, MINUTE
from agentconsole.domain.records import GroupRecord, Page
from agentconsole.domain.values import Priority, TicketId
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.opening import open_workspace
from agentconsole.services.profiles import Profile, Profiles
from agentconsole.services.workspace import OpenWorkspace
from agentconsole.store.opening import wall_clock
from agentconsole.triage.values import TicketGuidance
from tests.store.making import comment, local, opened, organization, person, pull, ticket

LANTERN = """
[pack]
id = "lantern"
title = "Lantern Bikes"
version = "1"
organization = "Lantern"
case = "job"

[match]
level_field = "club"
region_field = "land"

[[levels]]
id = "rider"
title = "Rider"

[[levels]]
id = "racer"
title = "Racer"
names = ["Racing team"]

[[regions]]
id = "alps"
title = "The Alps"
zone = "Europe/Vienna"
schedule = "workshop"

[[schedules]]
id = "workshop"
title = "Workshop"
zone = "Europe/Vienna"
weekly = { mon = [["00:00", "24:00"]], tue = [["00:00", "24:00"]], wed = [["00:00", "24:00"]], \
thu = [["00:00", "24:00"]], fri = [["00:00", "24:00"]], sat = [["00:00", "24:00"]], sun = [["00:00", "24:00"]] }

[[priorities]]
id = "urgent"
title = "Red lantern"
conditions = [{ text = "A brake that fails", words = { any = ["brake* fail*", "brake* * gone"] } }]

[[sla.targets]]
metric = "first_reply"
levels = ["racer"]
target = "30 business minutes"
schedule = "region"
text = "Racers hear from us within half an hour"

[[sla.targets]]
metric = "first_reply"
target = "none"

[[entitlements]]
id = "pit_phone"
title = "Pit phone"
channel = "phone"
levels = { racer = "Day and night" }
closed_to = ["rider"]

[[contacts]]
id = "brakes"
section = "Workshop"
purpose = "Brakes and wheels"
method = "email"
email = "brakes@lantern.example"
schedule = "region"
words = { any = ["brake*"] }
group = "Workshop"

[[contacts]]
id = "founder"
section = "House"
purpose = "The founder"
method = "phone"
phone = "+43 1 234"
executive = true

[escalation]
tag = "up_the_hill"
steps = [{ id = "smith", title = "Ask the frame smith", contacts = ["brakes"] }]

[[lifecycle]]
id = "arrival"
title = "Arrival"
demands = [{ id = "hello", text = "Say hello", fulfilled_by = "public_reply", template = "hello" }]

[[lifecycle]]
id = "repair"
title = "Repair"
demands = [{ id = "torque", text = "Check the torque", tag = "torque_checked", required_before = "solved" }]

[intake]
greeting = "Hello,"
items = [
  { id = "frame", text = "Frame number", question = "Which number is on the frame?", pattern = 'LB-\\d{4}' },
  { id = "photo", text = "A picture", question = "Can you send a picture?", attachment = true },
]

[[scope]]
id = "engines"
kind = "excluded"
text = "Engines"
reason = "We build bicycles."
words = { any = ["engine*"] }
template = "no_engines"

[[routes]]
id = "to_workshop"
text = "Everything that turns"
words = { any = ["wheel*", "brake*"] }
group = "Workshop"

[conduct]
infractions = [{ id = "rude", text = "Insults", words = { any = ["nincompoop*"] } }]
sanctions = [{ id = "talk", title = "A serious talk" }]

[pin]
where = "Under the saddle."

[[templates]]
id = "hello"
title = "Hello"
body = "Hello {{ticket.requester.first_name}}, your {{pack.case}} {{ticket.id}} is here. {{contact.brakes}}"

[[templates]]
id = "no_engines"
title = "No engines"
body = "We can't help with engines: {{scope.reason}}"

[[links]]
id = "map"
title = "Map of trails"
kind = "tool"
url = "https://lantern.example/map?job={{ticket.id}}"
words = { any = ["trail*"] }

[[handbook]]
id = "torque"
title = "Torque"
text = "Tight, not too tight."
"""


class Bench:
    """The console on a desk with one customer, and the tickets they wrote."""

    def __init__(self, workspace: OpenWorkspace, tickets: dict[str, TicketId], pack: Path) -> None:
        self.workspace = workspace
        self.tickets = tickets
        self._pack = pack

    def write(self, text: str) -> None:
        """Save *text* as the pack, a second after it was saved last."""
        saved = self._pack.stat().st_mtime_ns + 1_000_000_000
        self._pack.write_text(text, encoding="utf-8")
        os.utime(self._pack, ns=(saved, saved))

    async def guidance(self, ref: str) -> TicketGuidance:
        found = await self.workspace.guidance.of(self.tickets[ref])
        assert found is not None
        return found


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    home = Home(tmp_path, explicit=True)
    home.packs.mkdir()
    (home.packs / "lantern.toml").write_text(LANTERN, encoding="utf-8")
    profile = Profile(name="bikes", kind="agentconsole", url="https://desk.example", email="noor@desk.example")
    profiles = Profiles(home, open_keychain(home))
    profiles.add(profile, "token")
    workspace = open_workspace(home, profile, profiles)
    store = opened(home.database(profile.name), key=profiles.store_key(profile))
    now = wall_clock()
    times: dict[str, Any] = {"created_at": now - HOUR, "updated_at": now - HOUR}
    store.pages.apply(
        Page(groups=(GroupRecord(ref="g1", name="Workshop"), GroupRecord(ref="g2", name="Front")))
    ).result()
    pull(
        store,
        organization("1", "Peak Racers", fields={"club": "Racing team", "land": "alps"}),
        organization("2", "Sunday Riders", fields={"club": "rider", "land": "alps"}),
        organization("3", "Somebody Else"),
        person("p1", "Mila Berg", organization="1"),
        person("p2", "Tom Tal", organization="2"),
        person("p3", "Una Other", organization="3"),
        ticket("7", "My brakes fail", requester="p1", organization="1", group="g2", priority=Priority.NORMAL, **times),
        ticket("8", "An engine for my bike", requester="p2", organization="2", **times),
        ticket("9", "My brakes fail", requester="p3", organization="3", **times),
        comment("c7", "7", "The brakes fail on every trail.", author="p1", created_at=now - HOUR),
        comment("c8", "8", "Give me an engine, you nincompoops.", author="p2", created_at=now - HOUR),
        comment("c9", "9", "The brakes fail.", author="p3", created_at=now - HOUR),
    )
    tickets = {ref: local(store, ref) for ref in ("7", "8", "9")}
    store.close()
    yield Bench(workspace, tickets, home.packs / "lantern.toml")
    await workspace.close()


async def test_it_speaks_for_its_customers_only(bench: Bench) -> None:
    packs = bench.workspace.packs
    (standing,) = [one for one in packs.of_ticket(bench.tickets["7"]) if one.pack.pack.id == "lantern"]
    assert standing.level is not None
    assert standing.region is not None
    assert (standing.level.title, standing.region.title) == ("Racer", "The Alps")
    assert [one for one in packs.of_ticket(bench.tickets["9"]) if one.pack.pack.id == "lantern"] == []
    assert (await bench.guidance("9")).proposals == ()


async def test_hints_propose_and_quote_its_rules(bench: Bench) -> None:
    said = await bench.guidance("7")
    (priority,) = said.priorities
    assert (priority.id, priority.title, priority.condition) == ("urgent", "Red lantern", "A brake that fails")
    assert [evidence.text for evidence in priority.evidence] != []
    assert [(route.group, route.there) for route in said.routes] == [("Workshop", False)]
    (intake,) = said.intake
    assert [item.id for item in intake.missing] == ["frame", "photo"]
    assert "Which number is on the frame?" in intake.reply
    other = await bench.guidance("8")
    (scope,) = other.scope
    assert (scope.kind, scope.reason) == ("excluded", "We build bicycles.")
    drafts = [proposal.effect.draft for proposal in other.proposals if proposal.key == scope.proposal]
    assert drafts == ["We can't help with engines: We build bicycles."]
    assert any(proposal.kind == "conduct" and proposal.quote == "Insults" for proposal in other.proposals)


async def test_lifecycle_pin_escalation_and_texts_are_its_own(bench: Bench) -> None:
    said = await bench.guidance("7")
    (checklist,) = said.checklists
    assert [stage.title for stage in checklist.stages] == ["Arrival", "Repair"]
    assert checklist.current is not None
    assert checklist.current.id == "arrival"
    assert said.pin is not None
    assert said.pin.where == "Under the saddle."
    assert said.escalation is not None
    assert [step.title for step in said.escalation.steps] == ["Ask the frame smith"]
    assert not said.escalation.open
    hello = next(text for text in said.templates if text.id == "hello")
    assert hello.body == "Hello Mila, your job 7 is here. brakes@lantern.example"
    assert [(link.url, link.fitting) for link in said.links] == [("https://lantern.example/map?job=7", True)]
    (warned,) = await bench.workspace.guidance.open_demands(bench.tickets["7"], "solved")
    assert warned.demand.text == "Check the torque"
    assert [(one.entitled, one.words) for one in said.entitlements] == [(True, "Day and night")]
    assert [one.entitled for one in (await bench.guidance("8")).entitlements] == [False]


async def test_its_contacts_stand_in_the_directory(bench: Bench) -> None:
    directory = bench.workspace.directory
    (found, *_rest) = directory.search("wheels brakes")
    assert found.contact is not None
    assert found.contact.email == "brakes@lantern.example"
    (best, *_others) = directory.who_handles(ticket=bench.tickets["7"])
    assert best.contact is not None
    assert best.contact.key == "lantern/brakes"


async def test_its_targets_are_counted_explained_and_follow_an_edit(bench: Bench) -> None:
    workspace = bench.workspace
    await asyncio.to_thread(workspace.sla.count)
    rows = {row.ref: row for row in workspace.countdown.running()}
    racer = rows["7"]
    assert (racer.source, racer.goal) == ("lantern", "30 business minutes")
    assert racer.breach_at is not None
    assert racer.started_at is not None
    assert racer.breach_at - racer.started_at == 30 * MINUTE
    assert (rows["8"].goal, rows["8"].breach_at) == ("none", None)
    assert "9" not in rows
    (why,) = await workspace.sla.explain(bench.tickets["7"])
    assert (why.source, why.rule) == ("lantern", "Racers hear from us within half an hour")
    bench.write(LANTERN.replace("30 business minutes", "45 business minutes"))
    workspace.packs.look()
    await asyncio.to_thread(workspace.sla.count)
    edited = next(row for row in workspace.countdown.running() if row.ref == "7")
    assert edited.breach_at == racer.breach_at + 15 * MINUTE


async def test_a_broken_edit_of_it_changes_nothing(bench: Bench) -> None:
    before = await bench.guidance("7")
    bench.write(LANTERN.replace('target = "none"', 'target = "soon"'))
    bench.workspace.packs.look()
    (trouble,) = bench.workspace.packs.problems()
    assert "“soon”" in trouble.advice.replace("'soon'", "“soon”")
    assert [notice.title for notice in bench.workspace.notices()] == [trouble.title]
    after = await bench.guidance("7")
    assert [one.key for one in after.proposals] == [one.key for one in before.proposals]
    assert after.checklists == before.checklists
