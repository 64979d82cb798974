"""Public holidays of countries and their parts, by the codes that people know: "NL", "DE-BE", "US-NY"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def public_holidays(code: str, years: Iterable[int]) -> dict[date, str]:
    """Return the public holidays of *code* in *years*, by date, with their names in English where these are known.

    *code* is that of a country in ISO 3166-1 (two letters) or of a part of it in ISO 3166-2, after a hyphen.
    ValueError for a code without a calendar.
    """
    import holidays  # only those who use a country's calendar wait for it

    country, _, part = code.upper().partition("-")
    known = holidays.list_supported_countries()
    if country not in known or len(country) != 2:
        raise ValueError(f'{code!r} has no holiday calendar: write a country\'s code such as "NL", "DE-BE" or "US-NY"')
    if part and part not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise ValueError(f"{code!r} has no holiday calendar: the parts of {country} that have one are {parts}")
    calendar = holidays.country_holidays(
        country, subdiv=part or None, years=list(years), expand=False, language=_english(country)
    )
    return dict(sorted(calendar.items()))


def _english(country: str) -> str | None:
    """The English names that there are for *country*; None for its own language."""
    import holidays

    offered = holidays.list_localized_countries().get(country, [])
    return next((language for language in ("en_GB", "en_US", "en") if language in offered), None)
