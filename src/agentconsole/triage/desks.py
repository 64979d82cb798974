"""What the directory says of each contact, weighed for :mod:`agentconsole.triage.who_handles`."""

from __future__ import annotations

import re

from agentconsole.packs.contact_book import Entry
from agentconsole.triage.who_handles import Desk


def desk_of(entry: Entry) -> Desk:
    """Return *entry* as a desk: topics and purpose say most, the heading it stands under least.

    Where it is says little about what it handles: a customer in Australia rarely asks for the office there.
    """
    contact = entry.contact
    where = set(re.findall(r"\w+", contact.region.casefold()))
    purpose = " ".join(word for word in re.findall(r"\w+", contact.purpose) if word.casefold() not in where)
    said = (
        (2.5, purpose),
        (2.5, " ".join(contact.topics)),
        (2.5, contact.emergency),
        (1.5, contact.when),
        (1.5, contact.name),
        (1.0, contact.department),
        (0.6, contact.notes),
        (0.5, contact.region),
        (0.4, contact.section),
    )
    return Desk(contact.key, tuple((weight, text) for weight, text in said if text), entry.words)
