"""Templates and links of a pack, filled for one ticket."""

from __future__ import annotations

from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import ContextLink, ReadyText


def ready_texts(standing: Standing, texts: Texts) -> tuple[ReadyText, ...]:
    """Return the pack's templates, filled. A placeholder that can't be filled stays, for the agent to see."""
    pack = standing.pack
    return tuple(
        ReadyText(
            pack=pack.pack.id,
            id=template.id,
            title=template.title,
            body=texts.filled(template.body),
            public=template.public,
            status=template.status,
            tags=template.tags,
        )
        for template in pack.templates
    )


def context_links(case: Case, standing: Standing, rulebook: Rulebook, texts: Texts) -> tuple[ContextLink, ...]:
    """Return the pack's links for the customer's level, those first that the ticket's words ask for."""
    pack = standing.pack
    level = standing.level.id if standing.level else ""
    told = case.heard(rulebook)
    links = [
        ContextLink(
            pack=pack.pack.id,
            id=link.id,
            title=link.title,
            kind=link.kind,
            url=texts.url(link.url),
            about=link.about,
            fitting=("link", link.id) in told,
        )
        for link in pack.links
        if link.url and (not link.levels or level in link.levels)
    ]
    return tuple(sorted(links, key=lambda link: not link.fitting))
