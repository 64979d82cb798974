"""Writes one ticket down: its messages and when they were sent, and how its fields changed on the way."""

import random
from bisect import bisect
from itertools import accumulate
from typing import Any, NamedTuple

from agentconsole.demo import mail, plots
from agentconsole.demo.arrivals import Arrival
from agentconsole.demo.attachments import File
from agentconsole.demo.casting import Cast, group_id
from agentconsole.demo.hostile import HOSTILE, HOSTILE_BODIES
from agentconsole.demo.people import Agent, Person
from agentconsole.demo.scenarios.family import Family
from agentconsole.demo.scenarios.voices import VOICES
from agentconsole.demo.story import Subject
from agentconsole.demo.targets import FIRST_REPLY, NEXT_REPLY, PRIORITIES
from agentconsole.demo.ticket_row import Outcome, ticket_row
from agentconsole.demo.timing import DAY, HOUR, Calendar, human_delay

Row = dict[str, Any]

COMMENTS_PER_TICKET = 32
ATTACHMENTS_PER_COMMENT = 4
_CHANNELS = ("web", "email", "chat", "phone", "api")
_CHANNEL_TOTALS = tuple(accumulate((40, 33, 12, 9, 6)))
# Median seconds until a step is taken; the agents' shrink with tier and priority.
_MEDIANS = {"k": 2600, "q": 2400, "a": 7200, "n": 1500, "e": 2000, "h": 3600, "g": 26000, "r": 9000, "c": 9000,
            "s": 2600, "x": 40000, "y": 8000}  # fmt: skip
_BY_REQUESTER = frozenset("agcx")
_PACE = {"platinum": 0.4, "gold": 1.0, "standard": 2.1}
_URGENCY_PACE = {"urgent": 0.45, "high": 0.8, "normal": 1.1, "low": 2.0}
_CLOSED_AFTER = 4 * DAY
_LINGERING = 6
_LATER_NOTE = "Still the same picture as in the note above; asked again, answer expected by {weekday}."
_MARKED_AGAIN = ("Re: ", "[2] ", "Fwd: Re: ", "+++ ", "Re: Re: ")
_SENT_AGAIN = ("Once more, in case it was lost: ", "I have had no answer yet, so again: ", "Still the same. ", "")
_TRIED_AGAIN = ("Your colleague did not help me, so I try another agent. ", "Hopefully somebody else reads this one. ")
_STEPS = "\n\n- open the page in a private window\n- repeat the step that failed\n- tell me the result, case "


class Story(NamedTuple):
    """A ticket in wire shape, its comments, and its field changes; all in time order."""

    ticket: Row
    comments: list[Row]
    events: list[Row]


class Draft:
    """A story being written; `finish` returns it as far as it has come by now.

    Attributes:
        told: (title, opening), once finished: with it the same trouble can be told again.
    """

    def __init__(
        self,
        cast: Cast,
        calendar: Calendar,
        files: tuple[File, ...],
        rng: random.Random,
        number: int,
        created: int,
        subject: Subject,
    ) -> None:
        self._cast, self._calendar, self._files, self._rng = cast, calendar, files, rng
        self._number, self._created, self._subject = number, created, subject
        self._tier = subject.organization.served_as
        self._region = subject.organization.region
        self._voice = VOICES[subject.language]
        self._comments: list[Row] = []
        self._events: list[Row] = []
        self._status = "new"
        self._agent: Agent | None = None
        self._assignee: int | None = None
        self._channel = _CHANNELS[bisect(_CHANNEL_TOTALS, rng.random() * 100)]
        self._case = f"PS-{number}"
        self.told = ("", "")
        self._solved_at = 0
        # questions and notes that were written already: nobody says a thing twice
        self._noted: list[str] = []
        slots = subject.slots
        slots["case"], slots["first"] = self._case, subject.person.given
        family = subject.family
        waits_for = family.waits_for.format_map(slots) if subject.language == "en" else "Platform Engineering"
        slots["waits_for"] = waits_for

    def finish(self) -> Story:
        """Tell the story and return it."""
        if self._subject.arrival is not None:
            return self._arrive(self._subject.arrival)
        rng, calendar, family = self._rng, self._calendar, self._subject.family
        age = calendar.now - self._created
        self._priority = rng.choices(PRIORITIES, family.urgency)[0]
        rank = PRIORITIES.index(self._priority)
        around = self._tier == "platinum"
        overdue = (
            age > FIRST_REPLY["platinum"][rank] * 75
            if around
            else self._created < calendar.before_now(FIRST_REPLY[self._tier][rank] * 66)
        )
        plot, standing = plots.choose(rng, age // _LINGERING if family.lingers else age, overdue)
        if standing and age > 7 * DAY and rank < 2:
            self._priority = "normal"
        desk = family.desk
        # Some requests reach their desk at once, the others by way of the front desk.
        routed = "e" not in plot and (desk == "tier1" or rng.random() < 0.75)
        self._desk = desk if routed else "tier1"
        # The first region's lead works the queue too: the demo opens at that seat, which must not be an idle one.
        self._lead_share = 0.55 if standing else 0.05
        self._group = group_id(self._region, self._desk)
        self._open(family)
        self._play(plot, standing, around)
        if self._status == "solved" and calendar.now - self._solved_at > _CLOSED_AFTER:
            self._change(self._solved_at + _CLOSED_AFTER, self._assignee, "status", "closed")
        return self._story(self._priority)

    def _arrive(self, arrival: Arrival) -> Story:
        """Tell what has just come in and nobody has looked at yet; it waits at the desk where the demo sits."""
        slots = self._subject.slots
        self._title, self._channel = arrival.title.format_map(slots), "web"
        self._group = group_id(self._cast.lead.region, "tier1")
        self._say(self._created, self._subject.person, arrival.text.format_map(slots), True, first=True)
        return self._story(arrival.priority)

    def _story(self, priority: str | None) -> Story:
        outcome = Outcome(
            self._number,
            self._title,
            self._case,
            self._channel,
            self._status,
            priority,
            self._assignee,
            self._group,
        )
        ticket = ticket_row(self._rng, self._subject, outcome, self._comments, self._events)
        return Story(ticket, self._comments, self._events)

    def _open(self, family: Family) -> None:
        """Write the requester's first message."""
        rng, subject, slots = self._rng, self._subject, self._subject.slots
        texts: Any = subject.telling or family
        if subject.before is None:
            self._title = rng.choice(texts.subjects).format_map(slots)
            text = rng.choice(texts.openings).format_map(slots)
        else:
            self._title, text = subject.before
        self.told = (self._title, text)
        if subject.before:
            self._title = rng.choice(_MARKED_AGAIN) + self._title
            if subject.language == "en":
                text = rng.choice(_TRIED_AGAIN if family.key == "agent_shopping" else _SENT_AGAIN) + text
        elif rng.random() < 0.06:
            self._title = rng.choice(("Re: ", "Fwd: ", "[" + subject.organization.name + "] ")) + self._title
        sheet: list[tuple[str, ...]] | None = None
        # A dispute over an invoice has no console output, and nobody clears a cache before asking for a speaker.
        technical = family.kind in ("incident", "problem") and family.key != "abuse"
        if subject.language == "en" and family.key not in ("spam", "abuse"):
            if rng.random() < 0.7:
                text += " " + slots["fact" if technical else "circumstance"]
            if technical and rng.random() < 0.5:
                text += "\n\nSo far we have " + slots["tried"] + "."
            if family.sheet and rng.random() < 0.3:
                sheet = [("Order", "Item", "Expected", "Shown")]
                for _ in range(rng.randint(2, 4)):
                    sheet.append((f"#{rng.randint(100_000, 989_999)}", slots["sku"], slots["price"], slots["price2"]))
        hostile = rng.random() < (0.3 if family.key == "spam" else 0.011)
        self._say(self._created, subject.person, text, True, sheet=sheet, files=0.085, hostile=hostile, first=True)

    def _play(self, plot: str, standing: bool, around: bool) -> None:
        """Take the steps of *plot* one by one, until it ends or the present is reached."""
        rng, calendar = self._rng, self._calendar
        clock = self._created
        pace = _PACE[self._tier] * _URGENCY_PACE[self._priority]
        last = len(plot) - 1
        for place, step in enumerate(plot):
            mine = step in _BY_REQUESTER
            delay = human_delay(rng, _MEDIANS[step] * (1.0 if mine else pace)) + 40
            moment = calendar.later(clock, delay, self._region, around and not mine)
            if standing and place == last:
                moment = self._lately(clock, moment, step)
            if moment >= calendar.now:
                break
            clock = moment
            self._step(step, plot[place + 1 : place + 2], clock)

    def _lately(self, clock: int, moment: int, step: str) -> int:
        """Shift the last step of a standing ticket so that what is due now is due at every distance from now."""
        rng, calendar, rank = self._rng, self._calendar, PRIORITIES.index(self._priority)
        if step in "agx":
            minutes = NEXT_REPLY[self._tier][rank]
            draw = rng.random()
            # Only the around-the-clock promise runs at this very minute wherever and whenever the demo is opened.
            late, soon = (0.12, 0.68) if self._tier == "platinum" else (0.15, 0.40)
            if draw < late:
                waited = minutes * rng.uniform(1.02, 1.9)
            elif draw < soon:
                waited = minutes - rng.uniform(1, 25)
            else:
                waited = minutes * rng.uniform(0.02, 0.85)
            waited = max(1.0, waited) * 60
            moment = calendar.now - int(waited) if self._tier == "platinum" else calendar.before_now(waited)
        elif calendar.now - moment > 6 * DAY:
            moment = calendar.now - int(rng.uniform(1, 110) * HOUR)
        return moment if moment > clock + 60 else clock + 60 + int(rng.random() * 900)

    def _step(self, step: str, following: str, at: int) -> None:
        rng, subject, slots, voice = self._rng, self._subject, self._subject.slots, self._voice
        texts: Any = subject.telling or subject.family
        person = subject.person
        if step in _BY_REQUESTER:
            if step == "a":
                words = rng.choice(texts.answers)
            elif step == "g":
                words = rng.choice(voice.nudge)
            else:
                words = rng.choice(voice.confirm if step == "c" else voice.reopen)
            self._say(at, person, words.format_map(slots), True, files=0.06)
            self._change(at, person.id, "status", "open")
            return
        agent = self._answering(at)
        slots["agent"] = agent.given
        if step == "n":
            self._say(at, agent, self._note(), False)
        elif step == "e":
            self._escalate(at, agent)
        elif step == "k":
            self._say(at, agent, rng.choice(voice.acknowledge).format_map(slots), True)
            self._change(at, agent.id, "status", "open")
        elif step == "q":
            self._say(at, agent, self._question(texts), True, greet=True)
            self._change(at, agent.id, "status", "pending")
        elif step == "h":
            self._say(at, agent, rng.choice(voice.waiting).format_map(slots), True, greet=True)
            self._change(at, agent.id, "status", "hold")
        elif step == "r":
            text = rng.choice(texts.resolutions).format_map(slots)
            if subject.language == "en" and rng.random() < 0.16:
                text += _STEPS + self._case
            self._say(at, agent, text, True, greet=True)
            self._change(at, agent.id, "status", "pending" if following == "c" else "solved")
        else:
            self._say(at, agent, rng.choice(voice.thanks if step == "s" else voice.again).format_map(slots), True)
            self._change(at, agent.id, "status", "solved")
        if self._status == "solved":
            self._solved_at = at

    def _question(self, texts: Any) -> str:
        """Return a question that has not been asked on this ticket yet, while there is one."""
        question = self._rng.choice([one for one in texts.questions if one not in self._noted] or texts.questions)
        self._noted.append(question)
        return str(question.format_map(self._subject.slots))

    def _note(self) -> str:
        """Return a finding that has not been noted on this ticket yet."""
        notes = [note for note in self._subject.family.notes if note not in self._noted] or [_LATER_NOTE]
        note = self._rng.choice(notes)
        self._noted.append(note)
        return note.format_map(self._subject.slots)

    def _answering(self, at: int) -> Agent:
        """Return who answers now, after taking the ticket if nobody has yet."""
        if self._agent is None:
            self._agent = self._cast.agent(self._rng, self._region, self._desk, self._lead_share)
            self._change(at, self._agent.id, "assignee_id", self._agent.id)
        return self._agent

    def _escalate(self, at: int, agent: Agent) -> None:
        """Hand the ticket from the front desk to the one concerned, with a note that says why."""
        family = self._subject.family
        desk = family.desk if family.desk != self._desk else "technical"
        self._desk = desk
        lead = "Passing this on: first checks are done and it needs your desk. " if self._rng.random() < 0.5 else ""
        self._say(at, agent, lead + self._note(), False)
        self._change(at, agent.id, "group_id", group_id(self._region, desk))
        self._agent = self._cast.agent(self._rng, self._region, desk, self._lead_share)
        self._change(at, agent.id, "assignee_id", self._agent.id)

    def _change(self, at: int, author: int | None, name: str, value: Any) -> None:
        """Record that a field changed; setting it to what it is already is no change."""
        if name == "status":
            previous: Any = self._status
            self._status = value
        elif name == "assignee_id":
            previous, self._assignee = self._assignee, value
        else:
            previous, self._group = self._group, value
        if previous != value:
            self._events.append(
                {
                    "at": self._calendar.iso(at),
                    "author_id": author,
                    "field_name": name,
                    "previous_value": previous,
                    "value": value,
                }
            )

    def _say(
        self,
        at: int,
        author: Person | Agent,
        text: str,
        public: bool,
        *,
        sheet: list[tuple[str, ...]] | None = None,
        files: float = 0.0,
        hostile: bool = False,
        first: bool = False,
        greet: bool = False,
    ) -> None:
        """Write a comment, dressed as the channel and the author's mail program would."""
        rng, subject, voice = self._rng, self._subject, self._voice
        theirs = isinstance(author, Person)
        channel = self._channel if theirs else "web"
        formal = public and (channel == "email" or (first and channel == "web") or (not theirs and rng.random() < 0.5))
        shouting = subject.family.key in ("abuse", "spam") and theirs
        rich = public and not shouting and rng.random() < (0.75 if channel == "email" else 0.36)
        body = text
        if greet and not theirs and subject.language == "en":
            body = f"Hi {subject.person.given},\n\n{body}"
        elif formal and theirs and not shouting and (first or rng.random() < 0.4):
            body = f"{rng.choice(voice.hello)}\n\n{body}"
        if formal and not shouting:
            # The desk closes with the language's first, most neutral form; only who asks gives thanks in advance.
            regards = rng.choice(voice.regards) if theirs else voice.regards[0]
            body = f"{body}\n\n{regards}\n{author.name if theirs else author.given}"
        html = mail.paragraphs(body, voice.right_to_left) if rich else None
        if sheet:
            plain, markup = mail.table(sheet)
            body = f"{body}\n\n{plain}"
            if html is not None:
                html += markup
        if channel == "email" and theirs and rng.random() < 0.5 and not shouting:
            organization = subject.organization
            plain, markup = mail.signature(author.name, organization.name, organization.phone, organization.domain)
            body = f"{body}\n\n{plain}"
            if html is not None:
                html += markup
        if html is not None and self._comments and rng.random() < 0.45:
            before = self._comments[-1]
            if before["public"] and len(before["body"]) < 900:
                plain, markup = mail.quoted(self._name_of(before["author_id"]), before["created_at"], before["body"])
                body = f"{body}\n\n{plain}"
                html += markup
        if hostile:
            sample = int(rng.random() * len(HOSTILE))
            body, html = HOSTILE_BODIES[sample], HOSTILE[sample]
        comment = self._number * COMMENTS_PER_TICKET + len(self._comments)
        attachments: list[Row] = []
        if files and rng.random() < files:
            for place in range(1 if rng.random() < 0.8 else 2):
                file = self._files[int(rng.random() * len(self._files))]
                attachments.append(
                    {
                        "id": comment * ATTACHMENTS_PER_COMMENT + place,
                        "file_name": file.file_name,
                        "content_type": file.content_type,
                        "content": file.content,
                    }
                )
        self._comments.append(
            {
                "id": comment,
                "author_id": author.id,
                "body": body,
                "html_body": html,
                "public": public,
                "created_at": self._calendar.iso(at),
                "via": {"channel": channel},
                "attachments": attachments,
            }
        )

    def _name_of(self, author_id: int) -> str:
        person = self._subject.person
        if author_id == person.id or self._agent is None:
            return person.name
        return self._agent.name
