"""What people read and send: ready texts, links, chapters of the handbook, news, and how customers are asked."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from agentconsole.packs.model.parts import (
    ContactId,
    Count,
    Filled,
    Id,
    LevelId,
    LinkId,
    LinkOrUrl,
    Part,
    Place,
    Status,
    Tag,
    TemplateId,
    Url,
    Words,
)


class Template(Part, frozen=True, kw_only=True):
    """A ready text with placeholders: ``{{ticket.id}}``, ``{{ticket.requester.first_name}}``, ``{{agent.name}}``,
    ``{{pack.organization}}``, ``{{intake.missing}}``, ``{{link.ID}}``, ``{{contact.ID}}``, ``{{sla.first_reply}}``.
    """

    id: Id
    title: str
    body: Filled
    public: bool = True
    status: Status = ""
    tags: tuple[Tag, ...] = ()


class Link(Part, frozen=True, kw_only=True):
    """Somewhere to go: ``kind`` is portal, tool, training, certification, status, knowledge, community, template,
    feedback, preferences, policy or other. ``url`` may hold placeholders, as in :class:`Template`; ``printed`` is the
    text as the document prints it.
    """

    id: Id
    title: str
    kind: Literal[
        "portal",
        "tool",
        "training",
        "certification",
        "status",
        "knowledge",
        "community",
        "template",
        "feedback",
        "preferences",
        "policy",
        "other",
    ]
    url: Url = ""
    printed: str = ""
    about: str = ""
    words: Words = Words()
    levels: tuple[LevelId, ...] = ()


class Reminder(Part, frozen=True, kw_only=True):
    """Something to see to every ``every_days`` for each organization: a profile review, a survey."""

    id: Id
    title: str
    every_days: Count
    points: tuple[str, ...] = ()
    link: LinkId = ""


class Survey(Part, frozen=True, kw_only=True):
    """How satisfaction is asked for: after solving (``template``), and every so often (``quarterly``)."""

    text: str = ""
    template: TemplateId = ""
    after_days: Annotated[int, msgspec.Meta(ge=0)] = 0


class Privacy(Part, frozen=True, kw_only=True):
    """How contact data is used, and where requests to change or delete it go (a contact's id)."""

    text: str = ""
    uses: tuple[str, ...] = ()
    policy: LinkOrUrl = ""
    contact: ContactId = ""
    words: Words = Words()
    template: TemplateId = ""


class Chapter(Part, frozen=True, kw_only=True):
    """A piece of the handbook: guidance that people read. ``audience`` is agent, partner or both.

    ``points`` are lines of a list, ``steps`` numbered ones. ``show`` says where it also appears in the console: a
    stage's id, "intake", "composer", "directory", "escalation", "privacy" or nothing. ``under`` is the heading that
    groups chapters.
    """

    id: Id
    title: str
    text: str = ""
    points: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    links: tuple[LinkId, ...] = ()
    audience: Literal["agent", "partner", "both"] = "both"
    show: Place = ""
    under: str = ""


class Channel(Part, frozen=True, kw_only=True):
    """A kind of news that the organization sends, and who it is for: shown with the console's announcements."""

    id: Id
    title: str
    about: str = ""
    link: LinkOrUrl = ""
    kind: Literal["announcement", "maintenance", "status", "release", "newsletter"] = "announcement"
