"""``pack``: list, check, show and choose policy packs."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentconsole.cli.failures import EXIT_USAGE, CommandFailed
from agentconsole.cli.opening import PROFILE_VARIABLE, home_of, profiles_of, workspace_of
from agentconsole.cli.printing import print_json, print_table

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.packs.catalogue import Entry, Trouble
    from agentconsole.packs.mistakes import Mistake


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    pack = commands.add_parser("pack", help="policy packs: how a support organization works, as data")
    verbs = pack.add_subparsers(dest="verb", required=True, metavar="list|check|show|new|use")

    listing = verbs.add_parser("list", parents=[common], help="every pack there is, and which the profile uses")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=list_packs)

    check = verbs.add_parser("check", parents=[common], help="find every mistake in a file")
    check.add_argument("files", nargs="+", metavar="FILE", type=Path)
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=check_packs)

    show = verbs.add_parser("show", parents=[common], help="everything that a pack says")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=show_pack)

    new = verbs.add_parser("new", parents=[common], help="begin a pack of your own, with a small one to change")
    new.add_argument("id", metavar="ID")
    new.add_argument("--json", action="store_true")
    new.set_defaults(run=new_pack)

    use = verbs.add_parser("use", parents=[common], help="choose the packs of a profile, the one asked first first")
    use.add_argument("ids", nargs="*", metavar="ID")
    use.add_argument("--default", action="store_true", help="back to what is used when nothing is chosen")
    use.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="ID.KEY=VALUE[,VALUE]",
        help="whose tickets a pack is for at this help desk, such as acme.organizations=Acme,Beta; empty: as packed",
    )
    use.add_argument("--json", action="store_true")
    use.set_defaults(run=use_packs)


def check_packs(options: Namespace) -> int:
    from agentconsole.packs.loading import read_pack
    from agentconsole.packs.mistakes import Mistake, PackProblem

    mistakes: list[Mistake] = []
    good: list[str] = []
    for path in options.files:
        try:
            pack = read_pack(path)
        except PackProblem as problem:
            mistakes += problem.mistakes
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            remedy = "Check its name and that you may read it."
            mistakes.append(
                Mistake(file=str(path), line=0, column=0, message=f"can't be read: {reason}", remedy=remedy)
            )
        else:
            good.append(f"{path}: good ({pack.pack.title}, version {pack.pack.version}).")
    if options.json:
        print_json({"good": not mistakes, "mistakes": [_mistake(one) for one in mistakes]})
    else:
        for line in [*good, *map(str, mistakes)]:
            print(line)
        if len(mistakes) > 1:
            print(f"{len(mistakes)} mistakes.")
    return 1 if mistakes else 0


def list_packs(options: Namespace) -> int:
    entries, troubles = asyncio.run(_catalogue(options))
    if options.json:
        mistakes = {trouble.path: trouble.mistakes for trouble in troubles}
        known = [_entry(entry, mistakes.pop(entry.path, ())) for entry in entries]
        print_json([*known, *(_never_good(path, found) for path, found in mistakes.items() if path and found)])
        for trouble in troubles:
            print(f"{trouble.title}. {trouble.advice}", file=sys.stderr)
        return 0
    print_table(
        ("ID", "USED", "TITLE", "VERSION", "SAYS", "FILE"),
        (
            (
                entry.pack.pack.id,
                "yes" if entry.used else "no",
                entry.pack.pack.title,
                entry.pack.pack.version + (" (the last good one)" if entry.last_good else ""),
                _summary(entry),
                "shipped" if entry.origin == "shipped" else str(entry.path),
            )
            for entry in entries
        ),
    )
    for trouble in troubles:
        print(f"{trouble.title}. {trouble.advice}")
    print(f"Packs of your own stand in {home_of(options).packs}")
    return 0


def show_pack(options: Namespace) -> int:
    from agentconsole.cli.pack_text import pack_lines
    from agentconsole.packs.mistakes import suggestion

    entries, _troubles = asyncio.run(_catalogue(options))
    found = next((entry for entry in entries if entry.pack.pack.id == options.id), None)
    if found is None:
        known = [entry.pack.pack.id for entry in entries]
        raise CommandFailed(f"There is no pack {options.id!r}.", suggestion(options.id, known, "There are"))
    if options.json:
        print_json(found.pack)
    else:
        for line in pack_lines(found.pack):
            print(line)
    return 0


def new_pack(options: Namespace) -> int:
    from agentconsole.packs.loading import pack_from
    from agentconsole.packs.mistakes import PackProblem
    from agentconsole.packs.starting import first_text

    path = home_of(options).packs / f"{options.id}.toml"
    if path.exists():
        raise CommandFailed(f"{path} is there already.", "Edit it, or choose another name.")
    data = first_text(options.id).encode()
    try:
        pack_from(data, str(path))
    except PackProblem as problem:
        # the text is ours and good: it can only be the name
        (mistake, *_others) = problem.mistakes
        raise CommandFailed(
            f"{mistake.message[:1].upper()}{mistake.message[1:]}.", mistake.remedy, EXIT_USAGE
        ) from None
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(data)
    if options.json:
        print_json({"id": options.id, "file": str(path)})
    else:
        print(
            f"{path} is in use by every profile that has not chosen its packs. Edit it; each edit is in force at once."
        )
    return 0


def use_packs(options: Namespace) -> int:
    return asyncio.run(_use(options))


async def _use(options: Namespace) -> int:
    if options.default and options.ids:
        raise CommandFailed("--default and names of packs exclude each other.", "Give one of both.", EXIT_USAGE)
    async with workspace_of(options) as workspace:
        packs = workspace.packs
        choice = packs.choice()
        match: dict[str, dict[str, str | tuple[str, ...]]] = {name: dict(keys) for name, keys in choice.match.items()}
        for text in options.match:
            pack, key, value = _match(text)
            changed = {**match.get(pack, {}), key: value}
            match[pack] = {name: said for name, said in changed.items() if said}
        use = None if options.default else tuple(options.ids) or choice.use
        if options.ids or options.default or options.match:
            await packs.choose(use, {} if options.default and not options.match else match)
        used = [pack.pack for pack in packs.used()]
        chosen = packs.choice()
        if options.json:
            print_json({"use": [pack.id for pack in used], "chosen": chosen.use is not None, "match": chosen.match})
            return 0
        how = "as chosen" if chosen.use is not None else "by default"
        print(f"Used {how}, in this order: " + (", ".join(pack.id for pack in used) if used else "none") + ".")
        for name, keys in chosen.match.items():
            for key, value in keys.items():
                print(f"{name}.{key} = {value if isinstance(value, str) else ', '.join(value)}")
        for trouble in packs.problems():
            print(f"{trouble.title}. {trouble.advice}")
        return 0


def _match(text: str) -> tuple[str, str, str | tuple[str, ...]]:
    from agentconsole.packs.model import Match

    place, equals, value = text.partition("=")
    pack, dot, key = place.rpartition(".")
    if not (equals and dot and pack and key):
        raise CommandFailed(
            f"--match {text!r} can't be read.", "Write it like acme.organizations=Acme,Acme Labs", EXIT_USAGE
        )
    is_list = isinstance(getattr(Match(), key, ""), tuple)
    values = tuple(part.strip() for part in value.split(",") if part.strip())
    return pack.strip(), key.strip(), values if is_list else value.strip()


async def _catalogue(options: Namespace) -> tuple[tuple[Entry, ...], tuple[Trouble, ...]]:
    """The packs as the profile sees them; without a profile, those there are."""
    home = home_of(options)
    if not profiles_of(home).all() and not (options.profile or os.environ.get(PROFILE_VARIABLE)):
        from msgspec.structs import replace

        from agentconsole.packs.catalogue import used_by_default
        from agentconsole.services.pack_folders import SHIPPED_PACKS, PackFolders
        from agentconsole.services.pack_shelf import PackShelf

        shelf = PackShelf(PackFolders(shipped=SHIPPED_PACKS, own=home.packs, kept=None))
        shelf.refresh()
        entries, troubles = shelf.entries()
        return tuple(replace(entry, used=used_by_default(entry)) for entry in entries), troubles
    async with workspace_of(options) as workspace:
        return workspace.packs.all(), workspace.packs.problems()


def _summary(entry: Entry) -> str:
    pack = entry.pack
    counts = (
        (len(pack.levels), pack.pack.level),
        (len(pack.sla.targets), "target"),
        (len(pack.contacts), "contact"),
        (len(pack.scope), "scope rule"),
        (len(pack.templates), "template"),
    )
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count)


def _entry(entry: Entry, mistakes: Sequence[Mistake]) -> dict[str, Any]:
    header = entry.pack.pack
    return {
        "id": header.id,
        "title": header.title,
        "version": header.version,
        "organization": header.organization,
        "used": entry.used,
        "origin": entry.origin,
        "file": str(entry.path),
        "last_good": entry.last_good,
        "mistakes": [_mistake(one) for one in mistakes],
    }


def _never_good(path: Path, mistakes: Sequence[Mistake]) -> dict[str, Any]:
    """A file that has never been a pack: its id is not known."""
    unknown = {"id": None, "title": "", "version": "", "organization": "", "used": False, "origin": "own"}
    return {**unknown, "file": str(path), "last_good": False, "mistakes": [_mistake(one) for one in mistakes]}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "file": mistake.file,
        "line": mistake.line or None,
        "column": mistake.column or None,
        "message": mistake.message,
        "remedy": mistake.remedy,
    }
