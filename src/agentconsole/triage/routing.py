"""Which desk handles what a ticket is about."""

from __future__ import annotations

import msgspec

from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, ground_of, quoted
from agentconsole.triage.rulebook import Rulebook
from agentconsole.triage.values import Effect, Proposal, RouteProposal

_WEIGHT = 60


def find_routes(
    case: Case, standing: Standing, rulebook: Rulebook
) -> tuple[tuple[RouteProposal, ...], Proposal | None]:
    """Return the desks whose words are told, the best told first, and the proposal to hand the ticket to the first.

    A desk that the help desk has no group for is shown with its contact, and nothing is moved.
    """
    pack = standing.pack
    told = case.heard(rulebook)
    region = standing.region.title if standing.region else ""
    found = [(rule, told[("route", rule.id)]) for rule in pack.routes if ("route", rule.id) in told]
    found.sort(key=lambda one: -len({piece.text.casefold() for piece in one[1]}))
    routes: list[RouteProposal] = []
    proposal: Proposal | None = None
    for rule, evidence in found:
        group = case.group_named(rule.group, region) if rule.group else None
        there = group is not None and group[1] == case.ticket.group_ref
        route = RouteProposal(
            pack=pack.pack.id,
            pack_title=pack.pack.title,
            rule=rule.id,
            text=rule.text,
            group=group[0] if group else rule.group,
            contact=rule.contact,
            there=there,
            evidence=evidence,
        )
        if not routes and group is not None and not there and not case.is_done:
            missing = tuple(tag for tag in rule.tags if tag not in case.ticket.tags)
            proposal = Proposal(
                key=f"{pack.pack.id}:route:{rule.id}",
                kind="route",
                pack=pack.pack.id,
                pack_title=pack.pack.title,
                title=f"Hand over to {group[0]}",
                why=f"The requester wrote {quoted(evidence)}.",
                quote=rule.text,
                source=rule.source,
                assumed=rule.assumed,
                evidence=evidence,
                effect=Effect(values={"group": group[1]}, add_tags=missing, contact=rule.contact),
                ground=ground_of(rule.text, evidence),
                weight=_WEIGHT,
            )
            route = msgspec.structs.replace(route, proposal=proposal.key)
        routes.append(route)
    return tuple(routes), proposal
