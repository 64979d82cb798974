"""Are the texts of a pack what they stand for: zones, times, dates, targets, patterns, ids of other parts?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from agentconsole.packs.matching import problem_with
from agentconsole.packs.mistakes import Fault, KeyPath, listed, shown, suggestion
from agentconsole.packs.patterns import Pattern
from agentconsole.packs.templates import PLACEHOLDERS, placeholders
from agentconsole.sla.targets import Kind, read_target

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_TARGET_FORMS = 'Write it like "4 business hours", "next business day", "2 weeks" or "none".'
_LONGEST = {
    Kind.CALENDAR: 3653 * 86_400,
    Kind.BUSINESS: 3653 * 86_400,
    Kind.BUSINESS_DAYS: 2610,
    Kind.WEEKS: 522,
    Kind.NONE: 0,
}
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_ABBREVIATION = re.compile(r"[A-Z]{1,5}([0-9][A-Z]{0,4})?")
_MEANT = {
    "ET": "America/New_York",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "EST5EDT": "America/New_York",
    "CT": "America/Chicago",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MT": "America/Denver",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "BRT": "America/Sao_Paulo",
    "GMT": "Europe/London",
    "BST": "Europe/London",
    "WET": "Europe/Lisbon",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MET": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "MSK": "Europe/Moscow",
    "IST": "Asia/Kolkata",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}


class TextCheck:
    """Checks the texts of one file, *data* as TOML gave it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._ids = {
            name: _ids(data.get(name)) for name in ("levels", "regions", "schedules", "contacts", "links", "templates")
        }
        self._ids["lifecycle"] = _ids(data.get("lifecycle"))
        regions = data.get("regions")
        self._has_regional_hours = isinstance(regions, list) and any(
            isinstance(region, dict) and region.get("schedule") for region in regions
        )
        self._checks: dict[str, Callable[[dict[str, Any], KeyPath, str], Iterator[Fault]]] = {
            "id": _id,
            "zone": _zone,
            "date": _date,
            "calendar": _calendar,
            "time": _time,
            "day": _day,
            "target": _target,
            "pattern": _pattern,
            "phrase": _phrase,
            "tag": _tag,
            "filled": self._filled,
            "url": self._url,
            "reference": self._reference,
            "link or url": self._link_or_url,
            "destination": self._destination,
        }

    def __call__(self, said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
        """Yield what is wrong with *text*; *said* is what the model says of its kind."""
        return self._checks[said["kind"]](said, path, text)

    def _reference(self, said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
        known = self._known(said)
        if text == "region" and "region" in said["also"] and not self._has_regional_hours:
            remedy = "Name a schedule, or give [[regions]] a schedule."
            yield Fault(path, 'no region has a schedule that "region" could mean', remedy)
        if text in known or text in said["also"]:
            return
        lists = " or ".join(f"[[{name}]]" for name in said["refers_to"])
        remedy = suggestion(text, {*known, *said["also"]}, "There are") if known else f"Add it as {lists}."
        yield Fault(path, f"{lists} has no {shown(text)}", remedy)

    def _link_or_url(self, said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
        if not text.startswith(_SCHEMES):
            yield from self._reference(said, path, text)

    def _destination(self, said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
        """A destination may be words; what looks like an id and is almost one was meant as one."""
        known = self._known(said)
        if text in known or " " in text or text.startswith(_SCHEMES):
            return
        if "-" in text or "_" in text or get_close_matches(text.casefold(), known, n=1, cutoff=0.75):
            yield from self._reference(said, path, text)

    def _filled(self, _said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
        try:
            names = dict.fromkeys(placeholders(text))
        except ValueError as error:
            yield Fault(path, f"in this text {error}", "A placeholder looks like {{ticket.id}}.")
            return
        for name in names:
            kind, _dot, wanted = name.partition(".")
            if name in PLACEHOLDERS:
                continue
            if kind in ("link", "contact"):
                known = self._ids[f"{kind}s"]
                if wanted not in known:
                    remedy = suggestion(wanted, known, f"The ids of [[{kind}s]] are")
                    yield Fault(path, f"{{{{{name}}}}} names no {kind} of this pack", remedy, within=name)
            else:
                yield Fault(
                    path,
                    f"there is no placeholder {shown('{{' + name + '}}')}",
                    suggestion(name, PLACEHOLDERS, "A placeholder is {{link.ID}}, {{contact.ID}} or one of"),
                    within=name,
                )

    def _url(self, said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
        if not text.startswith(_SCHEMES) or any(char.isspace() for char in text):
            remedy = f'Write it whole: "https://{text.strip()}".' if "." in text and " " not in text.strip() else ""
            yield Fault(path, f"{shown(text)} is not a web address", remedy or f"It begins with {listed(_SCHEMES)}.")
        else:
            yield from self._filled(said, path, text)

    def _known(self, said: dict[str, Any]) -> set[str]:
        return {known for name in said["refers_to"] for known in self._ids[name]}


def _ids(entries: Any) -> set[str]:
    """The ids of a list that may have any mistake."""
    if not isinstance(entries, list):
        return set()
    return {entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)}


def _id(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    if not _ID.fullmatch(text):
        proposed = re.sub(r"[^a-z0-9_]+", "-", text.casefold()).strip("-_")[:80]
        remedy = "An id has small letters, digits, - and _, such as " + (f'"{proposed}".' if proposed else '"billing".')
        yield Fault(path, f"{shown(text)} is no good id" if text else "the id is empty", remedy)


def _tag(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    if any(char.isspace() or char == "," for char in text):
        proposed = re.sub(r"[\s,]+", "_", text.strip())
        yield Fault(path, f"{shown(text)} is no tag: help desks would read several", f'Write "{proposed}".')


def _zone(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    zones = _zones()
    if text in _MEANT or (_ABBREVIATION.fullmatch(text) and text != "UTC"):
        meant = _MEANT.get(text)
        remedy = f'Write "{meant}".' if meant else "Write the place, such as Europe/Berlin."
        yield Fault(
            path,
            f"{shown(text)} is an abbreviation, which does not say when the clocks change",
            remedy,
        )
    elif text not in zones or ("/" not in text and text != "UTC"):
        yield Fault(path, f"there is no time zone {shown(text)}", _zone_remedy(text, zones))


def _zone_remedy(text: str, zones: frozenset[str]) -> str:
    wanted = text.casefold().replace(" ", "_")
    city = next((zone for zone in sorted(zones) if zone.casefold().rpartition("/")[2] == wanted.rpartition("/")[2]), "")
    if city:
        return f'Did you mean "{city}"?'
    alike = get_close_matches(text, zones, n=1, cutoff=0.6)
    return f'Did you mean "{alike[0]}"?' if alike else "Write an IANA name such as Europe/Berlin or America/New_York."


def _date(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return
    except ValueError:
        pass
    yield Fault(path, f"{shown(text)} is not a date", 'Write year, month and day: "2026-12-25".')


def _time(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    if not _TIME.fullmatch(text):
        yield Fault(path, f"{shown(text)} is not a time of day", 'Write "00:00" to "23:59", or "24:00" for midnight.')


def _day(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    if text not in DAYS:
        short = text.casefold()[:3]
        remedy = f'Did you mean "{short}"?' if short in DAYS else f"The days are {listed(DAYS)}."
        yield Fault(path, f"{shown(text)} is not a day of the week", remedy)


def _calendar(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    countries = _countries()
    country, dash, part = text.partition("-")
    if country not in countries or len(country) != 2:
        upper = country.upper()
        remedy = (
            f'Did you mean "{upper}{dash}{part}"?'
            if upper in countries and upper != country
            else 'Write the country\'s code of two letters, such as "NL", with a part of it as in "DE-BE".'
        )
        yield Fault(path, f"there is no holiday calendar {shown(text)}", remedy)
    elif dash and part not in countries[country]:
        remedy = suggestion(part, countries[country], f"The parts of {country} are")
        yield Fault(path, f"the holiday calendar of {country} has no part {shown(part)}", remedy)


def _target(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    try:
        target = read_target(text)
    except ValueError as error:
        message, colon, remedy = str(error).partition(": ")
        yield Fault(path, message, f"{remedy[:1].upper()}{remedy[1:]}." if colon else _TARGET_FORMS)
        return
    if target.amount > _LONGEST[target.kind]:
        yield Fault(path, f"{shown(text)} is longer than ten years", 'Write what is meant; "none" is no target at all.')


def _pattern(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    try:
        Pattern(text)
    except ValueError as error:
        yield Fault(
            path,
            f"this regular expression can't be used: {error}",
            "It is of RE2's kind, without look-around and back-references; in single quotes no \\ needs doubling.",
        )


def _phrase(_said: dict[str, Any], path: KeyPath, text: str) -> Iterator[Fault]:
    problem = problem_with(text)
    if problem:
        yield Fault(path, f"{shown(text)} {problem}", 'Write words as people do, as in "refund*" or "charged * twice".')


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if not zone.startswith(("posix", "right", "Factory")))


@cache
def _countries() -> dict[str, list[str]]:
    from holidays.utils import list_supported_countries

    return list_supported_countries()
