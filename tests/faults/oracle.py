"""Judges a run: nothing lost, nothing twice, nothing out of order, everybody agrees, no file is damaged.

What arrived is counted at the help desk by marks that only one change has, in what it keeps itself; the console's keys
and states are believed only where they admit that something has *not* arrived.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tests.faults.acting import mark, tag
from tests.faults.copies import STOPPED, WAITING, Copy, Row
from tests.faults.ledger import Entry
from tests.faults.stage import Names
from tests.faults.truth import Truth

_MARK = re.compile(r"\[\[[ab](\d+)\]\]")
_TAG = re.compile(r'"x[ab](\d+)x"')


class Verdict(msgspec.Struct):
    """What is wrong, and how much of which kind. ``changes`` were accepted, ``sent`` of them have arrived."""

    wrong: list[str] = []
    lost: int = 0
    twice: int = 0
    corrupt: int = 0
    changes: int = 0
    sent: int = 0


class Piece(NamedTuple):
    """One change of one ticket, as the agent asked for it."""

    who: str
    number: int
    place: int  # of its entry in the ledger
    step: list[Any]
    ticket: int  # local; 0 for one that is to be made
    batch: str
    accepted: bool


def judge(
    verdict: Verdict, paths: Mapping[str, Path], entries: Mapping[str, Sequence[Entry]], truth: Truth, names: Names
) -> Verdict:
    """Add to *verdict* what is wrong with the copies at *paths*, and with what the help desk has."""
    for who, path in paths.items():
        copy = Copy(who, path)
        verdict.corrupt += len(copy.damage)
        verdict.wrong += [f"{who}: damaged: {each}" for each in copy.damage]
        verdict.wrong += [f"{who}: {each}" for each in copy.folds()]
        verdict.wrong += [f"{who} does not agree: {each}" for each in copy.differences(truth)]
        _Judge(who, copy, truth, names, entries[who], verdict).judge()
    for key, count in truth.keys.items():
        if count > 1:
            verdict.twice += 1
            verdict.wrong.append(f"{count} audits bear the key {key}")
    return verdict


class _Judge:
    def __init__(
        self, who: str, copy: Copy, truth: Truth, names: Names, entries: Sequence[Entry], verdict: Verdict
    ) -> None:
        self._who = who
        self._me = names.people[who]
        self._field = names.field.removeprefix("field:")
        self._copy = copy
        self._truth = truth
        self._verdict = verdict
        self._entries = [entry for entry in entries if entry.what in ("try", "ok", "no")]
        self._done = {entry.number: entry for entry in entries if entry.what == "ok"}
        self._refused = {entry.number for entry in entries if entry.what == "no"}
        about = [(entry.step[0], key) for entry in entries if entry.what == "try" for key in entry.about]
        self._taken_back = {key for name, key in about if name in ("undo", "move")}
        self._decided = {key for name, key in about if name in ("decide", "back", "move")}
        tries = [entry for entry in entries if entry.what == "try"]
        self._unsaid = {name for entry in tries if entry.step[0] == "undo" for name in entry.marks}
        self._moved = {name for entry in tries if entry.step[0] == "move" for name in entry.marks}
        self._merges = Counter(
            copy.standing(entry.tickets[0]) for entry in tries if entry.step[0] == "merge" and entry.tickets
        )
        self._rows = _by_mark(copy.outbox, who)

    def judge(self) -> None:
        arrived: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for piece in self._pieces():
            self._verdict.changes += piece.accepted
            row = self._row_of(piece)
            count, at = self._count(piece)
            self._verdict.sent += count > 0 and piece.accepted
            self._judge_piece(piece, row, count)
            is_in_order = not (row and row.key in self._decided) and mark(self._who, piece.step[1]) not in self._moved
            if at is not None and count == 1 and is_in_order:
                arrived[at[0]].append((piece.place, at[1], mark(self._who, piece.step[1])))
        for ticket, order in arrived.items():
            asked = [name for _, _, name in sorted(order)]
            got = [name for _, _, name in sorted(order, key=lambda each: each[1])]
            if asked != got:
                self._say(f"ticket {ticket}: asked for in the order {asked}, arrived as {got}")
        self._judge_drafts()

    def _pieces(self) -> Iterator[Piece]:
        for place, entry in enumerate(self._entries):
            if entry.what != "try" or entry.step[0] not in ("comment", "set", "tags", "bulk", "create", "merge"):
                continue
            done = self._done.get(entry.number)
            tickets = entry.tickets if entry.step[0] == "bulk" else [entry.ticket or (entry.tickets or [0])[0]]
            for ticket in tickets:
                yield Piece(
                    who=self._who,
                    number=entry.number,
                    place=place,
                    step=entry.step,
                    ticket=ticket,
                    batch=done.batch if done else "",
                    accepted=done is not None,
                )

    def _row_of(self, piece: Piece) -> Row | None:
        """The row of the outbox that stands for *piece* now."""
        copy = self._copy
        here = copy.standing(piece.ticket)
        named = self._rows.get(mark(self._who, piece.step[1]), [])
        batch = [row for row in copy.outbox if piece.batch and row.batch == piece.batch]
        found = {row.key: row for row in (*batch, *named)}
        if piece.step[0] == "bulk":
            found = {key: row for key, row in found.items() if copy.standing(row.ticket) == here}
        rows = [row for row in found.values() if row.state != "withdrawn"] or list(found.values())
        return rows[0] if rows else None

    def _count(self, piece: Piece) -> tuple[int, tuple[int, int] | None]:
        """How often *piece* is at the help desk, -1 where that can't be told; and where: (ticket, order)."""
        truth, copy, name = self._truth, self._copy, mark(self._who, piece.step[1])
        ref = copy.ref(piece.ticket)
        ticket = int(ref) if ref is not None else 0
        match piece.step:
            case ["comment", *_]:
                said = truth.said.get(name, [])
                return len(said), (said[0].source or said[0].ticket, said[0].id) if said else None
            case ["create", *_]:
                return max(len(truth.made.get(name, [])), len(truth.said.get(name, []))), None
            case ["set", _, _, fields]:
                counts = [
                    truth.given[ticket, field, value]
                    for field, value in (
                        (self._field, f"Reference {name}"),
                        ("subject", f"Subject {name}"),
                    )
                    if ("field" if field != "subject" else "subject") in fields
                ]
                return (max(counts) if counts else -1), None
            case ["tags", *_] | ["bulk", _, _, "tag"]:
                return int((ticket, tag(self._who, piece.step[1])) in truth.tagged), None
            case ["bulk", *_]:
                return truth.given[ticket, self._field, f"Reference {name}"], None
            case ["merge", *_]:
                # merges bear no mark: of several of one ticket nobody can say which it was
                several = self._merges[copy.standing(piece.ticket)] > 1
                return (-1 if several else truth.merged_by[ticket, self._me]), None
        raise ValueError(piece.step)

    def _judge_piece(self, piece: Piece, row: Row | None, count: int) -> None:
        name = f"{piece.step} on {self._copy.ref(piece.ticket)}"
        state = row.state if row else "nowhere"
        if count > 1:
            self._verdict.twice += 1
            self._say(f"{count} times at the help desk ({state}): {name}")
        if row is None:
            # what is sent is forgotten after some weeks of the console's clock
            if piece.accepted and count == 0 and not self._is_kept_otherwise(piece):
                self._lose(f"accepted, and nowhere: {name}")
            return
        if count == 0 and state == "sent" and not self._is_pointless(piece, row):
            self._lose(f"said to be sent, and not at the help desk: {name}")
        if state == "withdrawn" and not self._was_taken_back(row):
            self._lose(f"withdrawn by nobody: {name}")
        if state == "withdrawn" and count > 0:
            self._say(f"withdrawn, and at the help desk: {name}")
        if state in ("sending", "unknown"):
            self._say(f"still {state} when all is quiet: {name}: {row.reason}")
        if state == "queued" and not self._is_blocked(row):
            self._say(f"still queued when all is quiet: {name}: {row.reason}")
        if state in STOPPED and not row.reason:
            self._say(f"{state} without a reason: {name}")
        if state in STOPPED and count > 0 and not self._may_stand(piece, row):
            self._say(f"{state} ({row.reason}), and at the help desk: {name}")
        self._judge_files(piece, count)
        self._judge_tags(piece, row)
        self._judge_looks(piece, row, count)

    def _judge_files(self, piece: Piece, count: int) -> None:
        if piece.step[0] == "comment" and "file" in piece.step[4]:
            files = self._truth.files[f"{self._who[0]}{piece.step[1]}"]
            if files != count:
                self._lose(f"{files} files with {count} comments: {piece.step}")

    def _judge_tags(self, piece: Piece, row: Row) -> None:
        """A comment takes its tag along; what was taken off is gone."""
        # words that went to another ticket, or became one, took theirs along
        ref = self._copy.ref(row.ticket)
        if row.state != "sent" or ref is None:
            return
        ticket = int(ref)
        match piece.step:
            case ["comment", number, _, _, more] if more.get("tag"):
                if (ticket, tag(self._who, number)) not in self._truth.tagged:
                    self._lose(f"its tag did not arrive: {piece.step} on {ref}")
            case ["tags", _, _, str(off)]:
                if off in self._truth.tickets[ticket].tags:
                    self._lose(f"a tag is still there: {piece.step} on {ref}")

    def _judge_looks(self, piece: Piece, row: Row, count: int) -> None:
        """What was sent replaced nothing that the agent had not seen, and answered nothing that they had not read."""
        if row.state != "sent" or count != 1 or row.key in self._decided:
            return
        name, truth, command = mark(self._who, piece.step[1]), self._truth, json.loads(row.command)
        ref = int(self._copy.ref(row.ticket) or 0)
        for field, value in (command.get("values") or {}).items():
            key = (ref, field.removeprefix("field:"), str(value))
            if name in str(value) and key in truth.before and command.get("do") != "create":
                base, before = command["base"].get(field), truth.before[key]
                if (base or None) != (before or None):
                    self._lose(f"{field} was {before!r} when {value!r} replaced {base!r}: {piece.step} on {ref}")
        last = command.get("last_seen")
        if piece.step[0] != "comment" or command.get("do") != "comment" or last is None:
            return
        if not command["public"] or command.get("send_anyway"):
            return
        mine = truth.said[name][0]
        others = [
            each
            for each in truth.comments
            if (each.source or each.ticket) == ref and int(last) < each.id < mine.id and each.author != self._me
        ]
        if others:
            self._say(f"sent although {others[0].body!r} was not read: {piece.step} on {ref}")

    def _is_pointless(self, piece: Piece, row: Row) -> bool:
        """Whether a change may be done without having been sent: somebody else did it, or the agent let it be."""
        match piece.step:
            case ["merge", *_]:
                ref = self._copy.ref(piece.ticket)
                source = self._truth.tickets.get(int(ref)) if ref else None
                into = self._copy.ref(json.loads(row.command)["into"])
                return source is not None and into is not None and str(source.merged_into) == into
            case ["set" | "bulk", *_]:
                # a field that was decided otherwise; the decision is the last word on later changes of it, too
                return any(
                    each.key in self._decided and self._copy.standing(each.ticket) == self._copy.standing(row.ticket)
                    for each in self._copy.outbox
                )
        return False

    def _is_kept_otherwise(self, piece: Piece) -> bool:
        """Whether a change of which the outbox knows no more was taken back by the agent, its words kept."""
        names = {mark(self._who, piece.step[1]), tag(self._who, piece.step[1])}
        if not names & self._unsaid and not names & self._moved:
            return False
        words = [*self._copy.drafts.values(), *self._copy.versions]
        return piece.step[0] not in ("comment", "create") or any(
            mark(self._who, piece.step[1]) in each for each in words
        )

    def _was_taken_back(self, row: Row) -> bool:
        if row.key in self._taken_back or row.key in self._decided:
            return True
        if row.reason.startswith("You decided otherwise") and any(
            each.key in self._decided and each.ticket == row.ticket and each.seq < row.seq for each in self._copy.outbox
        ):
            # the field was given to somebody else by a decision about an earlier change of it
            return True
        same = (each for each in self._copy.outbox if each.key in self._taken_back and each.kind == "create")
        related = {self._copy.standing(each.ticket) for each in same}
        into = json.loads(row.command).get("into")
        return self._copy.standing(row.ticket) in related or (into is not None and self._copy.standing(into) in related)

    def _is_blocked(self, row: Row) -> bool:
        """Whether *row* waits for something that a person has to decide first."""
        earlier = [each for each in self._copy.outbox if each.ticket == row.ticket and each.seq < row.seq]
        if any(each.state in WAITING for each in earlier):
            return True
        into = json.loads(row.command).get("into")
        return into is not None and self._copy.ref(into) is None

    def _may_stand(self, piece: Piece, row: Row) -> bool:
        """Whether a change that arrived may wait for a person: nobody could find out, its ticket being gone."""
        ref = self._copy.ref(piece.ticket)
        ticket = self._truth.tickets.get(int(ref)) if ref else None
        gone = ticket is not None and (ticket.deleted or ticket.status == "closed")
        return gone or "may have arrived" in row.reason

    def _judge_drafts(self) -> None:
        """The draft that was saved last is there, word for word, unless it was sent or something newer was begun."""
        newest: dict[tuple[int, bool], Entry | None] = {}
        for entry in self._entries:
            if entry.what != "try":
                continue
            match entry.step:
                case ["draft", _, public]:
                    key = (self._copy.standing(entry.ticket), public)
                    if entry.number in self._done:
                        newest[key] = entry
                    elif entry.number not in self._refused:
                        newest[key] = None
                case ["comment", _, _, public, more] if more.get("drop_draft") and entry.number not in self._refused:
                    newest[self._copy.standing(entry.ticket), public] = None
        for (ticket, public), last in newest.items():
            if last is None:
                continue
            kept = self._copy.drafts.get((ticket, public), "")
            if last.text.strip() not in kept:
                self._lose(f"draft {last.text!r} of ticket {ticket} is {kept!r}")

    def _lose(self, what: str) -> None:
        self._verdict.lost += 1
        self._say(what)

    def _say(self, what: str) -> None:
        self._verdict.wrong.append(f"{self._who}: {what}")


def _by_mark(rows: Sequence[Row], who: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        command = json.loads(row.command)
        command.pop("base", None)  # what it replaces was said by another change
        text = json.dumps(command)
        for number in {*_MARK.findall(text), *_TAG.findall(text)}:
            found[mark(who, int(number))].append(row)
    return found
