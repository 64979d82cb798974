"""Who takes part in a ticket: the partner and the person who writes, and the colleague who answers."""

import random
from bisect import bisect
from itertools import accumulate

from agentconsole.demo.organizations import Organization
from agentconsole.demo.people import DESKS, Agent, staff
from agentconsole.demo.timing import REGIONS

FIRST_GROUP = 101


def group_id(region: int, desk: str) -> int:
    """Return the id of a region's desk."""
    return FIRST_GROUP + region * len(DESKS) + DESKS.index(desk)


class Cast:
    """The world's people, arranged so that one can be drawn in constant time."""

    def __init__(self, organizations: list[Organization]) -> None:
        self.organizations = organizations
        self.agents = staff()
        self.lead = next(agent for agent in self.agents if agent.role == "admin")
        self._partners: list[list[Organization]] = [[] for _ in REGIONS]
        for organization in organizations:
            self._partners[organization.region].append(organization)
        # Busy partners write far more than quiet ones: the n-th of a region weighs 1/√n.
        self._busy = [
            tuple(accumulate((place + 1) ** -0.5 for place in range(len(partners)))) for partners in self._partners
        ]
        self._desks: dict[tuple[int, str], list[Agent]] = {}
        for agent in self.agents:
            if agent.role == "agent":
                for desk in agent.desks:
                    self._desks.setdefault((agent.region, desk), []).append(agent)

    def partner(self, rng: random.Random, region: int, tries: int = 1) -> Organization:
        """Return the partner a ticket of *region* comes from; up to *tries* draws are made for a platinum one."""
        totals = self._busy[region]
        while True:
            partner = self._partners[region][bisect(totals, rng.random() * totals[-1])]
            tries -= 1
            if tries <= 0 or partner.tier == "platinum":
                return partner

    def agent(self, rng: random.Random, region: int, desk: str, lead_share: float = 0.03) -> Agent:
        """Return somebody of a desk; the lead takes *lead_share* at home and helps out a little elsewhere."""
        if rng.random() < (lead_share if region == self.lead.region else lead_share / 6):
            return self.lead
        members = self._desks[region, desk]
        return members[int(rng.random() * len(members))]
