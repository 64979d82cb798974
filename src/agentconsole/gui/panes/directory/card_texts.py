"""The written parts of a contact's card, as safe HTML in the theme's colours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from agentconsole.domain.directory import Entitled, EscalationPath, Guide, PlaceOpening, ReviewState
from agentconsole.domain.instant import Instant
from agentconsole.domain.rows import DirectoryRow
from agentconsole.gui.panes.directory.contact_words import place_words
from agentconsole.gui.spoken_time import clock_in, local, span
from agentconsole.gui.theming import META, Theme

NAMED = 3
"""How many contacts of a step are named beside it."""


def fact(name: str, text: str, theme: Theme) -> str:
    """Return a line of facts: its *name* small and muted above the *text*."""
    return f'<span style="color:{theme.muted};font-size:{META}px">{escape(name)}</span><br>{escape(text)}'


def places(listed: Sequence[PlaceOpening], now: Instant, theme: Theme) -> str:
    """Return the hours of each region as a table: region, its time of day, and when it closes or opens."""
    return _table(
        (
            _mark(place.opening.open_now),
            escape(place.title),
            f"<span style='color:{theme.muted}'>{clock_in(place.zone, now)}</span>",
            escape(place_words(place, now)),
        )
        for place in listed
    )


def entitlements(listed: Sequence[Entitled], now: Instant, theme: Theme) -> str:
    """Return what a customer's level gets, as a table: what, in which words, and whether it is open at this minute."""
    return _table(
        (
            _mark(each.open_now) if each.entitled else "✕",
            escape(each.title),
            escape(each.words),
            f"<span style='color:{theme.muted}'>{escape(_entitlement_words(each, now))}</span>",
        )
        for each in listed
    )


def review(state: ReviewState, now: Instant, theme: Theme) -> str:
    """Return what recurs for an organization, when it was last done, and whether it is due."""
    every = f"every {state.every_days} days"
    title = escape(state.title)
    if state.due is not None and state.last is not None:
        when = f"done {_day(state.last)}, due in {span(state.due - now)}, {every}"
        return f"✓ {title} <span style='color:{theme.muted}'>· {escape(when)}</span>"
    when = "none is on record" if state.last is None else f"last done {_day(state.last)}"
    return f"<b>▲ {title}: due</b> <span style='color:{theme.muted}'>· {escape(when)}, {every}</span>"


def steps(path: EscalationPath, theme: Theme) -> str:
    """Return the steps before an executive as a numbered list, each with who serves it."""
    if not path.steps:
        return "The steps before this contact are in the escalation matrix."
    items = []
    for step in path.steps:
        served = [f"{purpose}, {address}" for purpose, address in step.contacts[:NAMED]]
        rest = len(step.contacts) - NAMED
        served += [f"and {rest} more"] if rest > 0 else []
        more = " · ".join(part for part in (step.text, "; ".join(served)) if part)
        told = f"<br><span style='color:{theme.muted};font-size:{META}px'>{escape(more)}</span>" if more else ""
        items.append(f"<li style='margin-bottom:6px'>{'✓ ' if step.confirmed else ''}{escape(step.title)}{told}</li>")
    return f"<ol style='margin-left:-22px'>{''.join(items)}</ol>"


def guide(chapter: Guide) -> str:
    """Return a chapter of the handbook."""
    text = f"<p>{escape(chapter.text)}</p>" if chapter.text else ""
    numbered = "".join(f"<li style='margin-bottom:4px'>{escape(step)}</li>" for step in chapter.steps)
    listed = "".join(f"<li style='margin-bottom:4px'>{escape(point)}</li>" for point in chapter.points)
    return (
        text
        + (f"<ol style='margin-left:-22px'>{numbered}</ol>" if numbered else "")
        + (f"<ul style='margin-left:-22px'>{listed}</ul>" if listed else "")
    )


def allowed_words(row: DirectoryRow, customer: str) -> str:
    """Return whether the *customer* of the ticket at hand has a contact that not everybody has."""
    contact = row.contact
    if contact is None or not contact.restricted:
        return ""
    levels = ", ".join(contact.levels)
    only = f"{levels} only" if len(contact.levels) == 1 else f"For {levels}"
    if row.allowed is None or not customer:
        return only
    return f"{only} · {customer} has it" if row.allowed else f"{only} · {customer} does not have it"


def _entitlement_words(each: Entitled, now: Instant) -> str:
    if not each.entitled:
        return "not included"
    if each.open_now is None:
        return ""
    if each.changes_at is None:
        return "always open" if each.open_now else "closed"
    left = span(max(each.changes_at - now, 0))
    return f"open now, closes in {left}" if each.open_now else f"opens in {left}"


def _mark(state: bool | None) -> str:
    """A filled disc for open, a ring for closed, nothing where no hours bind it."""
    return "" if state is None else "●" if state else "○"


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return *rows* of safe HTML as a table without lines; only the first words may wrap."""
    lines = "".join(
        "<tr>"
        + "".join(f"<td style='padding-right:10px{'' if place == 1 else ';white-space:nowrap'}'>{cell}</td>"
                  for place, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )  # fmt: skip
    return f"<table cellspacing='0' cellpadding='2'>{lines}</table>" if lines else ""


def _day(at: Instant) -> str:
    moment = local(at)
    return f"{moment.day} {moment:%b %Y}"
