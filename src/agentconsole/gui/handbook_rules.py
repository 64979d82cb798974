"""What a pack rules, as pages of the handbook: made from the pack itself, so that they say what the console goes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from agentconsole.packs.templates import reach

if TYPE_CHECKING:
    from agentconsole.packs.model import Contact, Pack, ScheduleRule, TargetRule

UNDER = "Rules"
"""The heading that these pages stand below, in the part of their pack."""

_METRICS = {"first_reply": "First reply", "next_reply": "Next reply", "resolution": "Solution"}
_KINDS = {
    "included": "Included",
    "excluded": "Not included",
    "billable": "For a fee",
    "partner": "The partner’s part",
    "platform": "The platform’s part",
}
_DAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}


class Rules(NamedTuple):
    """A page: ``id`` within its pack, title, and text in the HTML that a text view of Qt shows."""

    id: str
    title: str
    html: str


def rule_pages(pack: Pack) -> Iterator[Rules]:
    """Yield a page for each kind of rule that *pack* has."""
    word = pack.pack.level.capitalize()
    for id_, title, lines in (
        ("access", f"What each {word.lower()} gets" if pack.levels else "Ways to support", _access(pack)),
        ("targets", "Targets", _targets(pack)),
        ("priorities", "Priorities", _priorities(pack)),
        ("hours", "Hours and regions", _hours(pack)),
        ("stages", f"Stages of a {pack.pack.case}", _stages(pack)),
        ("intake", "What a request should contain", _intake(pack)),
        ("scope", "Scope of support", _scope(pack)),
        ("desks", "Which desk handles what", _desks(pack)),
        ("escalation", "Escalation", _escalation(pack)),
        ("conduct", "Conduct", _conduct(pack)),
        ("follow-ups", "Following up", _follow_ups(pack)),
        ("news", "News and privacy", _news(pack)),
    ):
        html = "".join(lines)
        if html:
            yield Rules(f"rules-{id_}", title, f"<h1>{escape(title)}</h1>{html}")


def _access(pack: Pack) -> Iterator[str]:
    if not pack.entitlements:
        return
    yield from (f"<p><b>{escape(level.title)}</b>: {escape(level.about)}</p>" for level in pack.levels if level.about)
    if pack.levels:
        yield _table(
            ("", *(level.title for level in pack.levels)),
            ((entry.title, *(entry.levels.get(level.id, "") for level in pack.levels)) for entry in pack.entitlements),
        )
    else:
        yield _list(escape(entry.title) for entry in pack.entitlements)
    yield from _assumed(pack.entitlements)


def _targets(pack: Pack) -> Iterator[str]:
    if not pack.sla.targets:
        return
    yield _table(
        ("Metric", pack.pack.level.capitalize(), "Priority", "Within", "Counted in"),
        (
            (
                _METRICS[rule.metric],
                _titles(rule.levels, {level.id: level.title for level in pack.levels}),
                _titles(rule.priorities, {priority.id: priority.title for priority in pack.priorities}),
                "No explicit SLA" if rule.target == "none" else rule.target,
                _clock(rule, pack),
            )
            for rule in pack.sla.targets
        ),
    )
    if pack.sla.note:
        yield f"<p>{escape(pack.sla.note)}</p>"
    for metric, statuses in pack.sla.pauses.items():
        if any(rule.metric == metric for rule in pack.sla.targets) and statuses:
            yield f"<p>{_METRICS[metric]}: the clock stands still while {escape(' or '.join(statuses))}.</p>"
    yield from _assumed(pack.sla.targets)


def _clock(rule: TargetRule, pack: Pack) -> str:
    if rule.target == "none":
        return ""
    if rule.schedule == "region":
        return "the requester’s region"
    return next((one.title for one in pack.schedules if one.id == rule.schedule), "real time")


def _priorities(pack: Pack) -> Iterator[str]:
    for rule in pack.priorities:
        about = f" — {escape(rule.about)}" if rule.about else ""
        yield f"<p><b>{escape(rule.title)}</b> ({rule.id}){about}</p>"
        yield _list(escape(condition.text) for condition in rule.conditions)
    yield from _assumed(pack.priorities)


def _hours(pack: Pack) -> Iterator[str]:
    if not pack.schedules:
        return
    yield _table(
        ("Hours", "Zone", "Open", "Closed on"),
        ((one.title, one.zone or "the region’s", _week(one), ", ".join(one.holidays)) for one in pack.schedules),
    )
    titles = {one.id: one.title for one in pack.schedules}
    if pack.regions:
        yield _table(
            ("Region", "Zone", "Support centre"),
            ((one.title, one.zone, titles.get(one.schedule, "")) for one in pack.regions),
        )
    yield from _assumed((*pack.schedules, *pack.regions))


def _week(schedule: ScheduleRule) -> str:
    """The opening hours in words, days of the same hours together: "Mon–Fri 09:00–18:00"."""
    if schedule.always:
        return "always"
    groups: list[tuple[list[str], str]] = []
    for day, title in _DAYS.items():
        hours = ", ".join(f"{opens}–{closes}" for opens, closes in schedule.weekly.get(day, ()))
        if hours and groups and groups[-1][1] == hours:
            groups[-1][0].append(title)
        elif hours:
            groups.append(([title], hours))
    return "; ".join(f"{days[0]}{f'–{days[-1]}' if len(days) > 1 else ''} {hours}" for days, hours in groups)


def _stages(pack: Pack) -> Iterator[str]:
    for number, stage in enumerate(pack.lifecycle, 1):
        about = f" — {escape(stage.about)}" if stage.about else ""
        yield f"<p><b>{number}. {escape(stage.title)}</b>{about}</p>"
        yield _list(
            escape(demand.text)
            + (f" <span class=meta>before it is {demand.required_before}</span>" if demand.required_before else "")
            + (" <span class=meta>if it applies</span>" if demand.optional else "")
            for demand in stage.demands
        )


def _intake(pack: Pack) -> Iterator[str]:
    sections = dict.fromkeys(item.section for item in pack.intake.items)
    for section in sections:
        if section:
            yield f"<p><b>{escape(section)}</b></p>"
        yield _list(
            f"{escape(item.text)}<br><span class=meta>{escape(item.question)}</span>"
            for item in pack.intake.items
            if item.section == section
        )
    if pack.pin is not None:
        yield f"<p><b>PIN</b>: {escape(pack.pin.text)} {escape(pack.pin.where)}.</p>"


def _scope(pack: Pack) -> Iterator[str]:
    contacts = {contact.id: contact for contact in pack.contacts}
    links = {link.id: link.title for link in pack.links}
    for kind, title in _KINDS.items():
        rules = [rule for rule in pack.scope if rule.kind == kind]
        if not rules:
            continue
        yield f"<h2>{title}</h2>"
        yield _list(
            f"<b>{escape(rule.text)}</b>"
            + (f"<br>{escape(rule.reason)}" if rule.reason else "")
            + (
                f"<br><span class=meta>→ {escape(_where(rule.destination, contacts, links))}</span>"
                if rule.destination
                else ""
            )
            for rule in rules
        )


def _where(destination: str, contacts: dict[str, Contact], links: dict[str, str]) -> str:
    contact = contacts.get(destination)
    if contact is None:
        return links.get(destination, destination)
    address = reach(contact)
    return f"{contact.purpose}, {address}" if address else contact.purpose


def _desks(pack: Pack) -> Iterator[str]:
    if not pack.routes:
        return
    contacts = {contact.id: contact for contact in pack.contacts}
    yield _table(
        ("What", "Group", "Contact"),
        ((rule.text, rule.group, _where(rule.contact, contacts, {}) if rule.contact else "") for rule in pack.routes),
    )


def _escalation(pack: Pack) -> Iterator[str]:
    escalation = pack.escalation
    if escalation is None:
        return
    titles = {level.id: level.title for level in pack.levels}
    yield f"<p>{escape(escalation.text)}</p><ol>"
    for step in escalation.steps:
        only = f" <span class=meta>{escape(_titles(step.levels, titles))} only</span>" if step.levels else ""
        text = f"<br>{escape(step.text)}" if step.text else ""
        yield f"<li><b>{escape(step.title)}</b>{only}{text}</li>"
    yield "</ol>"
    executives = [contact for contact in pack.contacts if contact.executive]
    if executives:
        yield "<p>After these steps:</p>"
        yield _list(f"{escape(contact.purpose)}: {escape(contact.when)}" for contact in executives)
    yield from _assumed([escalation, *escalation.steps])


def _conduct(pack: Pack) -> Iterator[str]:
    conduct = pack.conduct
    if conduct is None:
        return
    yield f"<p>{escape(conduct.text)}</p><h2>Infractions</h2>"
    yield _list(escape(one.text) for one in conduct.infractions)
    yield "<h2>What follows</h2><ol>"
    for step in conduct.sanctions:
        notes = [f"after {step.after}", f"for {step.days} days" if step.days else ""]
        notes.append("a supervisor confirms it" if step.confirm else "")
        meta = escape(", ".join(note for note in notes if note))
        yield f"<li><b>{escape(step.title)}</b> <span class=meta>{meta}</span><br>{escape(step.text)}</li>"
    yield "</ol>"
    yield from _assumed(conduct.sanctions)


def _follow_ups(pack: Pack) -> Iterator[str]:
    lines = [
        f"{escape(rule.text)} <span class=meta>{rule.status} for {rule.days} days without the {rule.waits_for}</span>"
        for rule in pack.follow_ups
    ]
    if pack.duplicates.text:
        lines.append(f"{escape(pack.duplicates.text)} <span class=meta>within {pack.duplicates.days} days</span>")
    if pack.survey is not None and pack.survey.text:
        lines.append(escape(pack.survey.text))
    lines += [
        f"{escape(one.title)} <span class=meta>every {one.every_days} days</span>{_list(map(escape, one.points))}"
        for one in pack.reminders
    ]
    if lines:
        yield _list(lines)
        yield from _assumed(pack.follow_ups)


def _news(pack: Pack) -> Iterator[str]:
    yield _list(f"<b>{escape(one.title)}</b>: {escape(one.about)}" for one in pack.news)
    privacy = pack.privacy
    if privacy is not None:
        yield f"<h2>Privacy</h2><p>{escape(privacy.text)}</p>"
        yield _list(map(escape, privacy.uses))


def _list(items: Iterable[str]) -> str:
    inside = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{inside}</ul>" if inside else ""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th align='left'>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table width='98%' cellpadding='6' cellspacing='0'><tr>{head}</tr>{body}</table>"


def _titles(ids: Iterable[str], titles: dict[str, str]) -> str:
    return ", ".join(titles.get(one, one) for one in ids) or "all"


def _assumed(parts: Iterable[object]) -> Iterator[str]:
    """What the document leaves open, each sentence once."""
    said = dict.fromkeys(assumed for part in parts if (assumed := getattr(part, "assumed", "")))
    for sentence in said:
        yield f'<p class="meta">Assumed: {escape(sentence)}</p>'
