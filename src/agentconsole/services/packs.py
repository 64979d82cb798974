"""The policy packs of a profile: which there are, which are used, and which speak for a ticket."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from agentconsole.domain.changes import Change
from agentconsole.domain.rows import Notice
from agentconsole.domain.values import Ref, TicketId
from agentconsole.packs.catalogue import Choice, Entry, Trouble, used_by_default
from agentconsole.packs.mistakes import listed, suggestion
from agentconsole.packs.model import Match, Pack
from agentconsole.packs.standing import Customer, Standing, standings
from agentconsole.platform.files import write_atomically
from agentconsole.services.pack_folders import PackFolders
from agentconsole.services.pack_shelf import PackShelf
from agentconsole.store.customers import CustomerRow
from agentconsole.store.store import Store

log = logging.getLogger(__name__)

PACKS_PAGE = "page:packs"
"""What the window opens for the details: its page on the packs in use."""

_TOPIC = frozenset({"packs"})


class WrongChoice(Exception):
    """Packs can't be used in the way that was asked for; ``advice`` says what can."""

    def __init__(self, title: str, advice: str) -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice


class _State(NamedTuple):
    """All that is known, swapped as one."""

    entries: tuple[Entry, ...] = ()
    used: tuple[Pack, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class PackService:
    """See :class:`agentconsole.services.api.Packs`.

    The profile's choice is in *choice_file*. Files are read when packs are first asked for. After :meth:`watch` a
    thread looks at them every *interval* seconds, so that an edit is in force, or its mistakes are told, while the
    console runs.
    """

    def __init__(
        self,
        folders: PackFolders,
        choice_file: Path,
        store: Store,
        publish: Callable[[Change], None],
        *,
        interval: float = 1.0,
    ) -> None:
        self.folder = folders.own
        self._choice_file = choice_file
        self._store = store
        self._publish = publish
        self._interval = interval
        self._shelf = PackShelf(folders)
        self._reading = threading.Lock()
        self._state: _State | None = None
        self._choice_text = b""
        self._closing = threading.Event()
        self._watching: threading.Thread | None = None

    def used(self) -> tuple[Pack, ...]:
        return self._known().used

    def all(self) -> tuple[Entry, ...]:
        return self._known().entries

    def problems(self) -> tuple[Trouble, ...]:
        return self._known().troubles

    def notices(self) -> tuple[Notice, ...]:
        """Return what the window should tell of troubles with packs, as of the last look at their files."""
        return tuple(
            Notice(
                ref=f"pack:{trouble.path or ''}",
                level="warning",
                title=trouble.title,
                text=trouble.advice,
                url=PACKS_PAGE,
            )
            for trouble in (self._state.troubles if self._state is not None else ())
        )

    def of_ticket(self, ticket: TicketId) -> tuple[Standing, ...]:
        found = self._store.customers.of_ticket(ticket)
        return () if found is None else standings(self.used(), _customer(found))

    def of_organization(self, organization: Ref) -> tuple[Standing, ...]:
        found = self._store.customers.of_organization(organization)
        return () if found is None else standings(self.used(), _customer(found))

    def choice(self) -> Choice:
        """Return what the profile says about packs."""
        return _choice_in(self._choice_bytes()) or Choice()

    async def choose(self, use: Sequence[str] | None, match: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        await asyncio.to_thread(self._choose, use, match)

    def look(self) -> bool:
        """Read what changed in the files, and tell of it; returns whether anything did."""
        with self._reading:
            is_first = self._state is None
            is_new = self._shelf.refresh()
            text = self._choice_bytes()
            if not is_first and not is_new and text == self._choice_text:
                return False
            self._choice_text = text
            self._state = self._judged(text, self._state)
        if not is_first:
            log.info("policy packs were read again: %d in use, %d troubles", len(self.used()), len(self.problems()))
        self._publish(Change(topics=_TOPIC, initiator="packs"))
        return True

    def watch(self) -> None:
        """Begin to look at the files again and again, in a thread of its own; returns at once."""
        if self._watching is None:
            self._watching = threading.Thread(target=self._watch, name="packs", daemon=True)
            self._watching.start()

    def close(self) -> None:
        """Stop watching."""
        self._closing.set()
        if self._watching is not None:
            self._watching.join()

    def _watch(self) -> None:
        told = ""
        while True:
            try:
                self.look()
                told = ""
            except OSError as error:
                # a folder that is away for a moment, on a network drive: the packs in use stay
                log.warning("policy packs could not be looked at: %s", error.strerror)
            except Exception as error:
                # the boundary of the thread: a file that nobody thought of must not end the watching for good
                if told != repr(error):
                    log.exception("policy packs could not be read")
                    told = repr(error)
            if self._closing.wait(self._interval):
                return

    def _known(self) -> _State:
        if self._state is None:
            self.look()
        assert self._state is not None
        return self._state

    def _judged(self, text: bytes, before: _State | None) -> _State:
        """Lay the profile's choice, the *text* of its file, over what the shelf holds."""
        entries, troubles = self._shelf.entries()
        more: list[Trouble] = []
        choice = _choice_in(text)
        if choice is None:
            choice = Choice()
            more.append(
                Trouble(
                    title=f"{self._choice_file.name} of this profile can’t be read",
                    advice="Packs are used as by default. agentconsole pack use writes that file anew.",
                    path=self._choice_file,
                )
            )
        adapted: dict[str, Entry] = {}
        for entry in entries:
            name = entry.pack.pack.id
            try:
                pack = _adapted(entry.pack, choice.match.get(name, {}))
            except WrongChoice as wrong:
                more.append(Trouble(title=str(wrong), advice=wrong.advice))
                pack = entry.pack
            adapted[name] = msgspec.structs.replace(entry, pack=pack)
        if choice.use is None:
            chosen = [name for name, entry in adapted.items() if used_by_default(entry)]
        else:
            chosen = [name for name in choice.use if name in adapted]
            more += [_absent(name, adapted) for name in choice.use if name not in adapted]
        used = tuple(adapted[name].pack for name in chosen)
        if before is not None and used == before.used:
            # whoever counts by the packs in use need not count again
            used = before.used
        return _State(
            entries=tuple(
                msgspec.structs.replace(entry, used=True) if name in chosen else entry
                for name, entry in adapted.items()
            ),
            used=used,
            troubles=(*troubles, *more),
        )

    def _choose(self, use: Sequence[str] | None, match: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        known = {entry.pack.pack.id: entry.pack for entry in self._known().entries}
        for name in (*(use or ()), *match):
            if name not in known:
                raise WrongChoice(f"There is no pack “{name}”.", suggestion(name, known, "There are"))
        for name, keys in match.items():
            _adapted(known[name], keys)
        chosen = Choice(
            use=None if use is None else tuple(dict.fromkeys(use)),
            match={name: dict(keys) for name, keys in match.items() if keys},
        )
        write_atomically(self._choice_file, msgspec.json.format(msgspec.json.encode(chosen)) + b"\n")
        self.look()

    def _choice_bytes(self) -> bytes:
        try:
            return self._choice_file.read_bytes()
        except OSError:
            return b""


def _choice_in(text: bytes) -> Choice | None:
    """Read what a profile says about packs; None for a text that is no choice."""
    if not text:
        return Choice()
    try:
        return msgspec.json.decode(text, type=Choice)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


def _customer(row: CustomerRow) -> Customer:
    return Customer(
        organization=row.organization,
        organization_tags=row.organization_tags,
        fields=row.fields,
        ticket_tags=row.ticket_tags,
        group=row.group,
    )


def _adapted(pack: Pack, keys: Mapping[str, str | tuple[str, ...]]) -> Pack:
    """Return *pack* with other *keys* in ``[match]``; WrongChoice says what is wrong with them."""
    if not keys:
        return pack
    known = Match.__struct_fields__
    for key in keys:
        if key not in known:
            raise WrongChoice(f"[match] of “{pack.pack.id}” has no key “{key}”.", suggestion(key, known, "It takes"))
    # whom the pack is for is said anew as a whole, or what the pack says would still count beside it
    whose = ("organizations", "organization_tags", "ticket_tags", "groups", "field", "values")
    base = {name: getattr(pack.match, name) for name in known}
    if any(key in whose for key in keys):
        base |= {name: getattr(Match(), name) for name in whose}
    plain = {
        name: [value] if isinstance(value, str) and isinstance(base[name], tuple) else value
        for name, value in {**base, **keys}.items()
    }
    try:
        match = msgspec.convert(plain, Match)
    except msgspec.ValidationError as error:
        raise WrongChoice(f"[match] of “{pack.pack.id}” can't be changed like that: {error}.", "Give texts.") from error
    for key, ids in (
        ("default_level", [level.id for level in pack.levels]),
        ("default_region", [region.id for region in pack.regions]),
    ):
        if getattr(match, key) and getattr(match, key) not in ids:
            raise WrongChoice(f"“{pack.pack.id}” has no “{getattr(match, key)}” for {key}.", f"It has {listed(ids)}.")
    return msgspec.structs.replace(pack, match=match)


def _absent(name: str, known: Mapping[str, Entry]) -> Trouble:
    return Trouble(
        title=f"This profile uses a pack “{name}” that is not there",
        advice=f"{suggestion(name, known, 'There are')} agentconsole pack use says which to use.",
    )
