"""The pages of the handbook: how the console works, which packs are in use, and what these want people to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from agentconsole.gui.handbook_rules import UNDER, rule_pages
from agentconsole.gui.notice_banner import PACKS_PAGE, PAGE
from agentconsole.packs.groups import group_for, groups_in
from agentconsole.packs.matching import Text
from agentconsole.packs.templates import fill_url

if TYPE_CHECKING:
    from agentconsole.packs.catalogue import Entry
    from agentconsole.packs.model import Chapter, Pack
    from agentconsole.services.api import Packs

FORMAT_PAGE = "help/policy-packs"
"""The key of the page on the format of packs."""

CONSOLE = "Agent Console"
_ORDER = (
    *("getting-started", "connecting", "queue-and-views", "answering", "guidance", "service-levels", "directory"),
    *("offline", "unsent-work", "dashboard", "archives", "policy-packs", "security", "command-line"),
    "troubleshooting",
)
"""In which order the console's own pages stand; one that is not named comes behind these."""

USE, LEAVE = "use:", "leave:"
"""The schemes of links that switch a pack on and off, followed by its id."""
_AUDIENCES = {"agent": "For agents", "partner": "For partners and customers", "both": "For everybody"}


class Page(NamedTuple):
    """One page, in ``html`` or in ``markdown``. ``part`` and ``under`` are the headings it stands below.

    ``words`` is all of its text in the form in which it is searched.
    """

    key: str
    title: str
    part: str
    under: str
    words: str
    html: str = ""
    markdown: str = ""


def all_pages(packs: Packs, groups: Collection[str]) -> tuple[Page, ...]:
    """Return the handbook: the console's own pages, then the chapters of the packs in use.

    *groups* are the names of the help desk's, to tell which of a pack's it doesn't have.
    """
    chapters = [page for pack in packs.used() for page in _chapters(pack)]
    return (*_help_pages(), _packs_page(packs, groups), *chapters)


def searchable(text: str) -> str:
    """Return *text* as its words, without case and diacritics, so that a search can look into it."""
    return " " + " ".join(Text(text).words)


def _chapters(pack: Pack) -> Iterator[Page]:
    for chapter in pack.handbook:
        html = _chapter_html(pack, chapter)
        yield Page(
            key=f"{pack.pack.id}/{chapter.id}",
            title=chapter.title,
            part=pack.pack.title,
            under=chapter.under,
            words=searchable(re.sub(r"<[^>]*>", " ", html)),
            html=html,
        )
    for rules in rule_pages(pack):
        yield Page(
            key=f"{pack.pack.id}/{rules.id}",
            title=rules.title,
            part=pack.pack.title,
            under=UNDER,
            words=searchable(re.sub(r"<[^>]*>", " ", rules.html)),
            html=f'<p class="meta">{escape(pack.pack.title)} › {UNDER}</p>{rules.html}',
        )


def _chapter_html(pack: Pack, chapter: Chapter) -> str:
    above = " › ".join((pack.pack.title, *([chapter.under] if chapter.under else [])))
    links = {link.id: link for link in pack.links}
    parts = [
        f'<p class="meta">{escape(above)} · {_AUDIENCES[chapter.audience]}</p>',
        f"<h1>{escape(chapter.title)}</h1>",
    ]
    parts += [f"<p>{escape(paragraph)}</p>" for paragraph in chapter.text.split("\n\n") if paragraph.strip()]
    if chapter.points:
        parts.append("<ul>" + "".join(f"<li>{_led(point)}</li>" for point in chapter.points) + "</ul>")
    if chapter.steps:
        parts.append("<ol>" + "".join(f"<li>{_led(step)}</li>" for step in chapter.steps) + "</ol>")
    below = [other for other in pack.handbook if other.under == chapter.title and other is not chapter]
    if below:
        items = (f'<li><a href="{PAGE}{pack.pack.id}/{one.id}">{escape(one.title)}</a></li>' for one in below)
        parts.append(f"<h2>In this chapter</h2><ul>{''.join(items)}</ul>")
    if chapter.links:
        parts.append("<h2>Where to go</h2><ul>")
        for name in chapter.links:
            link = links[name]
            title = escape(link.title)
            shown = f'<a href="{escape(fill_url(link.url, pack, {}))}">{title}</a>' if link.url else title
            about = " — ".join(escape(text) for text in (link.about, "" if link.url else link.printed) if text)
            parts.append(f"<li>{shown}{f'<br><span class=meta>{about}</span>' if about else ''}</li>")
        parts.append("</ul>")
    if chapter.source:
        parts.append(f'<p class="meta">Source: {escape(chapter.source)}</p>')
    if chapter.assumed:
        parts.append(f'<p class="meta">Assumed: {escape(chapter.assumed)}</p>')
    return "".join(parts)


def _led(point: str) -> str:
    """A point that begins with a name and a colon shows the name in bold."""
    name, colon, rest = point.partition(": ")
    return f"<b>{escape(name)}</b>: {escape(rest)}" if colon and len(name) < 60 else escape(point)


def _packs_page(packs: Packs, groups: Collection[str]) -> Page:
    entries, troubles = packs.all(), packs.problems()
    parts = ["<h1>Policy packs in use</h1>"]
    parts.append(
        "<p>A policy pack tells the console how a support organization works: targets, contacts, rules and texts. "
        f'An edit of a file is in force a second later. <a href="{PAGE}{FORMAT_PAGE}">How a pack is written</a></p>'
    )
    if troubles:
        parts.append("<h2>To be mended</h2>")
    for trouble in troubles:
        parts.append(f"<p><b>{escape(trouble.title)}</b><br>{escape(trouble.advice)}</p>")
        if len(trouble.mistakes) > 1:
            items = (
                f"<li>Line {one.line}: {escape(one.message)}. {escape(one.remedy)}</li>"
                for one in trouble.mistakes[:20]
            )
            parts.append(f"<ul>{''.join(items)}</ul>")
    rows = "".join(_pack_row(entry, groups) for entry in entries)
    parts.append(
        "<table width='100%' cellpadding='6' cellspacing='0'>"
        f"<tr><th align='left'>Pack</th><th align='left'>Used</th><th align='left'>File</th></tr>{rows}</table>"
        if entries
        else "<p>There is no pack yet.</p>"
    )
    parts.append(
        f"<p>Packs of your own stand in <code>{escape(str(packs.folder))}</code>; "
        "<code>agentconsole pack new NAME</code> begins one there.</p>"
        '<p class="meta">In which order, and for whose tickets, is chosen with <code>agentconsole pack use</code>; '
        "<code>agentconsole pack check FILE</code> lists every mistake.</p>"
    )
    html = "".join(parts)
    words = searchable(re.sub(r"<[^>]*>", " ", html))
    return Page(key=PACKS_PAGE, title="Policy packs in use", part=CONSOLE, under="", words=words, html=html)


def _pack_row(entry: Entry, groups: Collection[str]) -> str:
    header = entry.pack.pack
    state = "Yes" if entry.used else "No"
    if entry.last_good:
        state += ", its last good version"
    switch = f"{LEAVE}{header.id}" if entry.used else f"{USE}{header.id}"
    state += f'<br><a href="{switch}">{"Stop using it" if entry.used else "Use it"}</a>'
    where = "shipped with the console" if entry.origin == "shipped" else escape(str(entry.path))
    about = f"<br><span class=meta>{escape(header.about)}</span>" if header.about else ""
    unknown = [name for name in groups_in(entry.pack) if group_for(name, groups) is None] if groups else []
    if entry.used and unknown:
        missing = escape(", ".join(unknown))
        about += (
            f"<br><span class=meta>Groups that this help desk doesn’t have: {missing}. Hints name them only.</span>"
        )
    return (
        f"<tr><td><b>{escape(header.title)}</b> <span class=meta>{escape(header.id)} {escape(header.version)}</span>"
        f"{about}</td><td>{state}</td><td>{where}</td></tr>"
    )


def _help_pages() -> Iterator[Page]:
    folder = files("agentconsole._gen") / "help"
    if not folder.is_dir():
        return
    written = {file.name.removesuffix(".md"): file for file in folder.iterdir() if file.name.endswith(".md")}
    for name in sorted(written, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)):
        file = written[name]
        text = file.read_text(encoding="utf-8")
        title = text.partition("\n")[0].lstrip("# ").strip()
        yield Page(key=f"help/{name}", title=title, part=CONSOLE, under="", words=searchable(text), markdown=text)
