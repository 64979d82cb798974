"""``cache`` and ``trip``: which tickets are kept on this computer, and which are taken along.

Shapes of the JSON. ``cache show``: ``scope`` (``days``, ``groups``, ``views``, ``most_bytes``; null: all, 0: no limit),
``most_attachment_bytes``, ``covers`` (``tickets``, ``left_out``, ``wanted``, ``solved_since``, ``groups``) and ``disk``
(``database``, ``free``, ``attachments``, ``files``: bytes, and a number). ``cache set``: the same, with ``swept``
(``tickets``, ``comments``, ``freed_bytes``, ``over_bytes``); with ``--dry-run`` what would happen: ``go``, ``bytes``,
``fetched``, ``protected``. ``trip plan``: ``tickets``, ``conversations``, ``files``, ``missing_files``,
``bytes`` (to be fetched), ``large_files``, ``seconds`` (null: not measured yet), ``elsewhere``. ``trip show``: null, or
``phase``, ``tickets``, ``tickets_here``, ``files``, ``files_here``, ``bytes``, ``bytes_here``, ``failed``, ``ends_at``,
``as_of``, ``problems``.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole.cli.failures import EXIT_USAGE, EXIT_WAITING, CommandFailed
from agentconsole.cli.opening import workspace_of
from agentconsole.cli.printing import print_json, print_table
from agentconsole.cli.shapes import iso
from agentconsole.domain.changes import Change
from agentconsole.domain.instant import Instant, from_datetime, to_datetime
from agentconsole.domain.trip_words import covers_sentence, ready_sentence, sized, spell_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from agentconsole.domain.cache_scope import CacheScope
    from agentconsole.domain.trips import TripChoice, TripPlan, TripProblem, TripStatus
    from agentconsole.services.workspace import OpenWorkspace

_UNITS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}


def add_parsers(commands: _SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add this group's commands."""
    cache = commands.add_parser("cache", parents=[common], help="which tickets are kept on this computer")
    verbs = cache.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", parents=[common], help="what is kept, how far it reaches, what it takes")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_running(_show_cache))
    choose = verbs.add_parser("set", parents=[common], help="choose what is kept; the rest stays at the help desk")
    choose.add_argument("--days", type=_days, help="keep solved and closed tickets that changed within DAYS, or: all")
    choose.add_argument("--group", action="append", metavar="NAME", help="keep tickets of this group; or: all")
    choose.add_argument("--view", action="append", metavar="VIEW", help="keep what this view holds, too; or: none")
    choose.add_argument("--most", type=_size, metavar="SIZE", help="let the database grow to 2G, 500M …; 0: no limit")
    choose.add_argument("--most-attachments", type=_size, metavar="SIZE", help="the same for fetched attachments")
    choose.add_argument("--dry-run", action="store_true", help="say what would go and what would be fetched")
    choose.add_argument("--json", action="store_true")
    choose.set_defaults(run=_running(_set_cache))

    trip = commands.add_parser("trip", parents=[common], help="take tickets along, whole, for the time offline")
    verbs = trip.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, run, words in (
        ("plan", _plan_trip, "how much a choice is, and how long it takes; nothing is begun"),
        ("start", _start_trip, "take a choice along, and fetch it now"),
    ):
        parser = verbs.add_parser(verb, parents=[common], help=words)
        parser.add_argument("--view", action="append", default=[], metavar="VIEW", help="a view by name or key")
        parser.add_argument("--search", action="append", default=[], metavar="QUERY")
        parser.add_argument("--most-file", type=_size, metavar="SIZE", help="leave larger attachments behind; 0: none")
        if verb == "start":
            parser.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="end with this day")
            parser.add_argument("--later", action="store_true", help="leave the fetching to the window or to sync")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=_running(run))
    for verb, run, words in (
        ("show", _show_trip, "how it gets on, and what could not be had"),
        ("fetch", _fetch_trip, "go on fetching"),
        ("end", _end_trip, "come home: what was taken along is kept no longer than other tickets"),
    ):
        parser = verbs.add_parser(verb, parents=[common], help=words)
        if verb == "fetch":
            parser.add_argument("--retry", action="store_true", help="also what could not be had before")
            parser.add_argument("--large", action="store_true", help="also what was too large")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=_running(run))


def _running(work: Any) -> Any:
    def run(options: Namespace) -> int:
        async def go() -> int:
            async with workspace_of(options) as workspace:
                code: int = await work(workspace, options)
                return code

        return asyncio.run(go())

    return run


# cache


async def _show_cache(workspace: OpenWorkspace, options: Namespace) -> int:
    told = await _cache_shape(workspace)
    if options.json:
        print_json(told)
        return 0
    covers, disk = told["covers"], told["disk"]
    scope, told_covers = workspace.cache.scope(), covers_sentence(await workspace.cache.covers())
    print(f"Kept: {_scope_words(workspace, scope)}.")
    print(f"{covers['tickets']:,} tickets are here. {told_covers}".rstrip())
    if covers["wanted"]:
        print(f"{covers['wanted']:,} of them are being fetched.")
    print(
        f"The database takes {sized(disk['database'])}, {disk['files']:,} attachments take "
        f"{sized(disk['attachments'])} of at most {sized(told['most_attachment_bytes'])}."
    )
    return 0


async def _cache_shape(workspace: OpenWorkspace) -> dict[str, Any]:
    scope, covers, use = workspace.cache.scope(), await workspace.cache.covers(), await workspace.cache.use()
    return {
        "scope": msgspec.to_builtins(scope),
        "most_attachment_bytes": workspace.cache.most_attachments(),
        "covers": {
            "tickets": covers.tickets,
            "left_out": covers.left_out,
            "wanted": covers.wanted,
            "solved_since": iso(covers.done_since),
            "groups": covers.groups,
        },
        "disk": msgspec.to_builtins(use),
    }


async def _set_cache(workspace: OpenWorkspace, options: Namespace) -> int:
    scope = _chosen_scope(workspace, options)
    if options.dry_run:
        effect = await workspace.cache.effect(scope)
        if options.json:
            print_json(msgspec.to_builtins(effect))
        else:
            print(f"Keeping {_scope_words(workspace, scope)}:")
            print(f"{effect.go:,} tickets would go (about {sized(effect.bytes)}), {effect.fetched:,} would be fetched.")
            print(f"{effect.protected:,} outside of that would stay: unsent work, drafts, open or taken along.")
        return 0
    await workspace.cache.choose(scope)
    if options.most_attachments is not None:
        await workspace.cache.limit_attachments(options.most_attachments)
    report = await workspace.cache.sweep()
    swept = {
        "tickets": report.tickets,
        "comments": report.comments,
        "freed_bytes": report.freed,
        "over_bytes": report.over,
    }
    if options.json:
        print_json({**await _cache_shape(workspace), "swept": swept})
        return 0
    print(f"Kept from now on: {_scope_words(workspace, scope)}.")
    print(f"{report.tickets:,} tickets went, which freed {sized(report.freed)}.")
    if report.over:
        print(f"Still {sized(report.over)} above the limit: unsolved tickets and unsent work stay.")
    wanted = (await workspace.cache.covers()).wanted
    if wanted:
        print(f"{wanted:,} tickets are missing: `agentconsole sync` fetches them.")
    return 0


def _chosen_scope(workspace: OpenWorkspace, options: Namespace) -> CacheScope:
    from agentconsole.domain.cache_scope import CacheScope

    old = workspace.cache.scope()
    groups, views = old.groups, old.views
    if options.group:
        known = {choice.title.casefold(): choice.ref for choice in workspace.tickets.groups()}
        everyone = "all" in options.group
        groups = None if everyone else tuple(_known(known, name, "group") for name in options.group)
    if options.view:
        views = () if "none" in options.view else _views(workspace, options.view)
    return CacheScope(
        days=old.days if options.days is None else (None if options.days == 0 else options.days),
        groups=groups,
        views=views,
        most_bytes=old.most_bytes if options.most is None else options.most,
    )


def _scope_words(workspace: OpenWorkspace, scope: CacheScope) -> str:
    if scope.is_everything:
        return "everything that the help desk has"
    names = {choice.ref: choice.title for choice in workspace.tickets.groups()}
    said = ["unsolved tickets"]
    said.append("all solved ones" if scope.days is None else f"solved ones of the last {scope.days} days")
    if scope.groups is not None:
        said.append("of " + (", ".join(names.get(ref, ref) for ref in scope.groups) or "no group"))
    if scope.views:
        titles = {view.key: view.title for view in workspace.queue.views()}
        said.append("and what " + ", ".join(f"“{titles.get(key, key)}”" for key in scope.views) + " holds")
    if scope.most_bytes:
        said.append(f"up to {sized(scope.most_bytes)}")
    return ", ".join(said)


# trip


async def _plan_trip(workspace: OpenWorkspace, options: Namespace) -> int:
    plan = await workspace.trips.plan(_choice(workspace, options))
    if options.json:
        print_json(_plan_shape(plan))
    else:
        _print_plan(plan)
    return 0


async def _start_trip(workspace: OpenWorkspace, options: Namespace) -> int:
    choice = _choice(workspace, options)
    plan = await workspace.trips.plan(choice)
    if not options.json:
        _print_plan(plan)
    await workspace.trips.start(choice, options.until)
    if not options.later:
        await _fetch(workspace, quiet=options.json)
    return await _tell_trip(workspace, options)


async def _fetch_trip(workspace: OpenWorkspace, options: Namespace) -> int:
    if not workspace.trips.lasts():
        raise CommandFailed("Nothing is taken along.", "Begin with `agentconsole trip start --view NAME`.")
    await workspace.trips.pause(paused=False)
    if options.retry or options.large:
        await workspace.trips.retry(large=options.large)
    await _fetch(workspace, quiet=options.json)
    return await _tell_trip(workspace, options)


async def _show_trip(workspace: OpenWorkspace, options: Namespace) -> int:
    return await _tell_trip(workspace, options)


async def _end_trip(workspace: OpenWorkspace, options: Namespace) -> int:
    lasted = workspace.trips.lasts()
    if lasted:
        await workspace.trips.end()
    if options.json:
        print_json({"ended": lasted})
    else:
        print(
            "Back home: what was taken along is kept no longer than other tickets." if lasted else "There was no trip."
        )
    return 0


async def _fetch(workspace: OpenWorkspace, *, quiet: bool) -> None:
    """Fetch in the foreground, with a line now and then of how far it is."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()

    def hear(change: Change) -> None:
        if "trip" in change.topics:
            loop.call_soon_threadsafe(told.set)

    async def tell() -> None:
        shown = ""
        while True:
            await told.wait()
            status = await workspace.trips.status()
            told.clear()
            line = "" if status is None else _progress_line(status)
            if line and line != shown:
                shown = line
                print(line, flush=True)
            await asyncio.sleep(1.0)

    stop = workspace.subscribe(hear)
    telling = None if quiet else asyncio.create_task(tell())
    try:
        await workspace.trips.fetch()
    finally:
        stop()
        if telling is not None:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


async def _tell_trip(workspace: OpenWorkspace, options: Namespace) -> int:
    status = await workspace.trips.status()
    problems = await workspace.trips.problems() if status is not None else ()
    if options.json:
        print_json(None if status is None else _status_shape(status, problems))
    elif status is None:
        print("Nothing is taken along. Begin with `agentconsole trip start --view NAME`.")
    else:
        print(ready_sentence(status) if status.is_complete else _progress_line(status))
        if status.ends_at is not None:
            print(f"It ends {to_datetime(status.ends_at).astimezone():%d %b %Y %H:%M}.")
        if problems:
            print_table(
                ("TICKET", "WHAT", "SIZE", "WHY IT IS NOT HERE"),
                (
                    (
                        f"#{problem.ref}",
                        problem.file_name or "the conversation",
                        sized(problem.size) if problem.size else "",
                        problem.reason,
                    )
                    for problem in problems
                ),
            )
    return 0 if status is None or status.is_complete else EXIT_WAITING


def _choice(workspace: OpenWorkspace, options: Namespace) -> TripChoice:
    from agentconsole.domain.trips import MOST_FILE, TripChoice

    views, searches = _views(workspace, options.view), tuple(options.search)
    for text in searches:
        problem = workspace.queue.check(text)
        if problem is not None:
            raise CommandFailed(f"The search can't be read: {problem.message}", "", EXIT_USAGE)
    if not views and not searches:
        raise CommandFailed("What is to be taken along?", "Name views (--view “My open”) or searches.", EXIT_USAGE)
    most = MOST_FILE if options.most_file is None else options.most_file
    return TripChoice(views=views, searches=searches, most_file=most)


def _views(workspace: OpenWorkspace, names: list[str]) -> tuple[str, ...]:
    known = {view.title.casefold(): view.key for view in workspace.queue.views()}
    return tuple(_known(known, name, "view") for name in names)


def _known(known: dict[str, str], name: str, what: str) -> str:
    found = known.get(name.casefold()) or next((key for key in known.values() if key == name), None)
    if found is None:
        raise CommandFailed(f"There is no {what} {name!r}.", f"There are: {', '.join(sorted(known))}.", EXIT_USAGE)
    return found


def _print_plan(plan: TripPlan) -> None:
    print(f"{plan.tickets:,} tickets, {plan.files:,} attachments.")
    print(
        f"To be fetched: {plan.conversations:,} conversations and {plan.missing_files:,} attachments, "
        f"about {sized(plan.to_fetch)}; {spell_of(plan.seconds)}."
    )
    if plan.large_files:
        print(f"{plan.large_files:,} attachments ({sized(plan.large_bytes)}) are larger than you take along.")
    if plan.elsewhere:
        print(f"{plan.elsewhere:,} tickets are not kept on this computer, and are not counted.")


def _progress_line(status: TripStatus) -> str:
    words = [
        status.phase.capitalize(),
        f"{status.tickets_here:,} of {status.tickets:,} tickets",
        f"{status.files_here:,} of {status.files:,} attachments",
        f"{sized(status.bytes_here)} of {sized(status.bytes)}",
    ]
    if status.failed:
        words.append(f"{status.failed:,} could not be had")
    return " · ".join(words)


def _plan_shape(plan: TripPlan) -> dict[str, Any]:
    return {
        "tickets": plan.tickets,
        "conversations": plan.conversations,
        "files": plan.files,
        "missing_files": plan.missing_files,
        "bytes": plan.to_fetch,
        "large_files": plan.large_files,
        "seconds": None if plan.seconds is None else round(plan.seconds, 1),
        "elsewhere": plan.elsewhere,
    }


def _status_shape(status: TripStatus, problems: tuple[TripProblem, ...]) -> dict[str, Any]:
    return {
        "phase": status.phase,
        "tickets": status.tickets,
        "tickets_here": status.tickets_here,
        "files": status.files,
        "files_here": status.files_here,
        "bytes": status.bytes,
        "bytes_here": status.bytes_here,
        "failed": status.failed,
        "ends_at": iso(status.ends_at),
        "as_of": iso(status.as_of),
        "problems": [
            {"ticket": problem.ref, "file_name": problem.file_name, "size": problem.size, "reason": problem.reason}
            for problem in problems
        ],
    }


def _days(text: str) -> int:
    if text == "all":
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise ArgumentTypeError(f"{text!r} is no number of days: 1 to 3650, or all")
    return int(text)


def _size(text: str) -> int:
    cleaned = text.upper().removesuffix("B")
    number, unit = (cleaned[:-1], cleaned[-1:]) if cleaned[-1:] in ("K", "M", "G") else (cleaned, "")
    try:
        return int(float(number) * _UNITS[unit])
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no size: 500M, 2G, or 0 for no limit") from error


def _day(text: str) -> Instant:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date: write it as 2026-01-31") from error
    return from_datetime(datetime.combine(day, time.max).astimezone())
