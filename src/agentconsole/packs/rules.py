"""Mistakes between the parts of a pack, each of them right: doubles, rules never reached, contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from agentconsole.packs.mistakes import Fault, KeyPath, listed, shown
from agentconsole.packs.model import Level, Pack, Region, TargetRule, Words
from agentconsole.packs.standing import folded_name
from agentconsole.sla.targets import read_target

_REACHED_BY = {
    "email": ("email", "link", "details"),
    "phone": ("phone", "link", "details"),
    "web": ("url", "link", "details"),
    "address": ("address", "details"),
}
"""Which keys of a contact can serve each method."""


def faults_in_lists(data: Any, path: KeyPath = ()) -> Iterator[Fault]:
    """Yield ids that stand twice in a list, and words that no text can fit; *data* may have any other mistake."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("words", "only") and isinstance(value, dict):
                yield from _words(value, (*path, key))
            else:
                yield from faults_in_lists(value, (*path, key))
    elif isinstance(data, list):
        seen: set[str] = set()
        for index, item in enumerate(data):
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, str):
                if name in seen:
                    message = f"the id {shown(name)} is taken by an earlier one in this list"
                    yield Fault((*path, index, "id"), message, "Give this one an id of its own.")
                seen.add(name)
            yield from faults_in_lists(item, (*path, index))


def faults_between(pack: Pack) -> Iterator[Fault]:
    """Yield what is wrong in *pack* as a whole."""
    yield from _match(pack)
    yield from _names("levels", pack.levels)
    yield from _names("regions", pack.regions)
    yield from _schedules(pack)
    yield from _targets(pack)
    yield from _entitlements(pack)
    yield from _contacts(pack)
    yield from _demands(pack)
    yield from _sanctions(pack)


def _words(words: dict[str, Any], path: KeyPath) -> Iterator[Fault]:
    if not (words.get("any") or words.get("all")) and set(words) <= set(Words.__struct_fields__):
        remedy = 'Add any = ["…"], or leave it out.'
        yield Fault(path, f'no text can fit "{path[-1]}" without "any" or "all"', remedy, at_key=True)


def _match(pack: Pack) -> Iterator[Fault]:
    match = pack.match
    if match.field and not match.values:
        yield Fault(
            ("match", "field"), '"field" says nothing without "values"', 'Add values = ["…"], which it must have.'
        )
    if match.values and not match.field:
        yield Fault(
            ("match", "values"), '"values" says nothing without "field"', 'Add field = "…", the key of a field.'
        )
    for name, entries in (("level", pack.levels), ("region", pack.regions)):
        for key in (f"{name}_field", f"{name}_tag"):
            if getattr(match, key) and not entries:
                remedy = f"Add [[{name}s]], or leave {key} out."
                yield Fault(("match", key), f'"{key}" finds nothing, as the pack has no [[{name}s]]', remedy)


def _names(part: str, entries: Sequence[Level | Region]) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    for index, entry in enumerate(entries):
        # what the help desk says is compared with all of these
        own = {folded_name(name): ("names", name) for name in entry.names}
        own |= {folded_name(name): (key, name) for key, name in (("title", entry.title), ("id", entry.id))}
        for folded, (key, name) in own.items():
            if folded in taken:
                message = f'"{entry.id}" is never reached by {shown(name)}, which means "{taken[folded]}" already'
                yield Fault((part, index, key), message, "Take it from one of the two.")
        taken |= {folded: entry.id for folded in own if folded not in taken}


def _schedules(pack: Pack) -> Iterator[Fault]:
    for index, rule in enumerate(pack.schedules):
        at: KeyPath = ("schedules", index)
        if rule.always and (rule.weekly or rule.holidays or rule.closed):
            key = "weekly" if rule.weekly else "holidays" if rule.holidays else "closed"
            yield Fault(
                (*at, "always"), f'"always" is the clock that never stops, and "{key}" would stop it', "Keep one."
            )
        elif not rule.always and not any(rule.weekly.values()):
            remedy = 'Add weekly = { mon = [["09:00", "18:00"]], … }, or always = true.'
            yield Fault(at, f'the schedule "{rule.id}" is never open', remedy, at_key=True)
        elif any(span[0] == "24:00" for spans in rule.weekly.values() for span in spans):
            yield Fault((*at, "weekly"), '"24:00" can end a day, not begin one', 'Write "00:00" on the next day.')
        elif not rule.always and not rule.zone and not pack.regions:
            remedy = 'Add zone = "Europe/Berlin" or the like, or [[regions]] that have one.'
            message = f'the schedule "{rule.id}" has no zone, and the pack no regions to take one from'
            yield Fault(at, message, remedy, at_key=True)
        both = set(rule.closed) & set(rule.open)
        if both:
            yield Fault((*at, "open"), f"{listed(sorted(both))} is both closed and open", "Keep one.")


def _targets(pack: Pack) -> Iterator[Fault]:
    groups = sorted({group for rule in pack.sla.targets for group in rule.groups} | {""})
    first_to_fit: dict[tuple[str, ...], int] = {}
    for index, rule in enumerate(pack.sla.targets):
        at: KeyPath = ("sla", "targets", index)
        if read_target(rule.target).needs_schedule and not rule.schedule:
            remedy = 'Add schedule = "…", the id of one of [[schedules]], or "region".'
            yield Fault((*at, "target"), f"{shown(rule.target)} can't be counted without business hours", remedy)
        reached_by = {first_to_fit.setdefault(cell, index) for cell in _cells(rule, pack, groups)}
        if index not in reached_by:
            which = " and ".join(f"no. {number + 1}" for number in sorted(reached_by))
            yield Fault(
                at,
                f"this rule is never reached: {which} of [[sla.targets]] fits every ticket that it fits",
                "Put the special rule before the general one, or remove it.",
                at_key=True,
            )


def _cells(rule: TargetRule, pack: Pack, groups: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The kinds of tickets that *rule* fits: metric, level, priority, group; an empty word stands for any other."""
    return product(
        (rule.metric,),
        rule.levels or [level.id for level in pack.levels] + [""],
        rule.priorities or ("urgent", "high", "normal", "low", ""),
        rule.groups or groups,
    )


def _entitlements(pack: Pack) -> Iterator[Fault]:
    for index, entry in enumerate(pack.entitlements):
        for level in entry.closed_to:
            if level in entry.schedule:
                remedy = 'Take the level from "closed_to" or from "schedule".'
                yield Fault(
                    ("entitlements", index, "closed_to"), f'"{level}" is closed out, and has hours as well', remedy
                )


def _contacts(pack: Pack) -> Iterator[Fault]:
    for index, contact in enumerate(pack.contacts):
        at: KeyPath = ("contacts", index)
        serving = _REACHED_BY.get(contact.method, ())
        if serving and not any(getattr(contact, key) for key in serving):
            message = f'nobody can reach "{contact.id}" by {contact.method}'
            yield Fault((*at, "method"), message, f'Add {serving[0]} = "…" as it is printed.')
        if contact.executive and not (pack.escalation and pack.escalation.steps):
            message = f'"{contact.id}" is an executive, shown behind the escalation matrix only, and there is none'
            yield Fault((*at, "executive"), message, "Add [escalation] with its [[escalation.steps]].")


def _demands(pack: Pack) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for number, stage in enumerate(pack.lifecycle):
        for index, demand in enumerate(stage.demands):
            if demand.id in seen and seen[demand.id] != stage.id:
                message = f'the id "{demand.id}" is taken by a demand of the stage "{seen[demand.id]}"'
                at = ("lifecycle", number, "demands", index, "id")
                yield Fault(at, message, "Give this one an id of its own.")
            seen.setdefault(demand.id, stage.id)


def _sanctions(pack: Pack) -> Iterator[Fault]:
    steps = pack.conduct.sanctions if pack.conduct else ()
    for index in range(1, len(steps)):
        if steps[index].after < steps[index - 1].after:
            message = f'"{steps[index].id}" comes after fewer infractions than the step before it'
            yield Fault(("conduct", "sanctions", index, "after"), message, "List the consequences from mild to grave.")
