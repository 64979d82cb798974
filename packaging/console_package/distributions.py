"""Which distributions the console needs at run time, by what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions, packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed_by(name: str) -> dict[str, Distribution]:
    """Return *name* and every distribution that it needs on this system, by canonical name.

    Raises PackageNotFoundError when one is not installed.
    """
    found: dict[str, Distribution] = {}
    asked: list[tuple[str, frozenset[str]]] = [(canonicalize_name(name), frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while asked:
        one = asked.pop()
        if one in seen:
            continue
        seen.add(one)
        wanted, extras = one
        found[wanted] = distribution(wanted)
        asked.extend(_needs(found[wanted], extras))
    return dict(sorted(found.items()))


def _needs(of: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in of.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def build_only_modules(name: str) -> list[str]:
    """Return the top-level modules that are installed here, and that *name* does not need at run time."""
    needed = set(needed_by(name))
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if module.isidentifier() and not {canonicalize_name(owner) for owner in owners} & needed
    )


def version_of(name: str) -> str:
    """Return the version of *name* that is installed."""
    return distribution(name).version


def installed() -> set[str]:
    """Return the canonical names of everything that is installed here."""
    return {canonicalize_name(one.name) for one in distributions()}
