"""What ``doctor`` says about keys: where they are, what that protects from, what not; and what was wiped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentconsole.cli.finding import Finding
from agentconsole.domain.desk_kinds import ARCHIVE
from agentconsole.platform.keychain import DamagedVault, KeychainError

if TYPE_CHECKING:
    from agentconsole.platform.home import Home
    from agentconsole.platform.keychain import HomeKeychain
    from agentconsole.services.profiles import Profile, Profiles

_SET = "Protect it with `agentconsole passphrase set`."


def custody(home: Home, profiles: Profiles, known: tuple[Profile, ...]) -> Iterator[Finding]:
    """Examine where keys and tokens are, whether the stores are encrypted, and what wipes left."""
    yield _keys(home, profiles.keychain)
    for profile in known:
        yield from _store(home, profiles, profile)
    yield from _wipes(home)


def _keys(home: Home, keychain: HomeKeychain) -> Finding:
    match keychain.guard:
        case "system":
            return Finding(
                check="keys",
                level="ok",
                message="in the system keychain, opened with your session: a stolen disk can't be read, "
                "programs that you start can ask for them",
            )
        case "key file":
            return Finding(
                check="keys",
                level="warning",
                message=f"in {home.keys}, beside the key that opens them: safe from searches, backups of single files "
                "and other users of this computer; not from whoever gets hold of the whole folder or disk",
                advice=_SET,
            )
        case "none":
            return Finding(
                check="keys",
                level="warning",
                message="this computer offers no keychain, and there is no passphrase yet",
                advice=_SET,
            )
    try:
        cost = keychain.cost
    except DamagedVault as error:
        return Finding(check="keys", level="error", message=f"{error.title}: {error}", advice=error.advice)
    return Finding(
        check="keys",
        level="ok",
        message=f"in {home.keys}, sealed by your passphrase (Argon2id, {cost.memory_kib // 1024} MiB, {cost.passes} "
        f"passes, {cost.lanes} lanes): whoever gets the folder has to guess it",
    )


def _store(home: Home, profiles: Profiles, profile: Profile) -> Iterator[Finding]:
    from agentconsole.store.cipher import Seal, look_at

    check = f"{profile.name}: encryption"
    try:
        if profile.kind != ARCHIVE:
            profiles.token(profile)
        seal = look_at(home.database(profile.name), profiles.store_key(profile))
    except KeychainError as error:
        yield Finding(check=check, level="error", message=f"{error.title}. {error}".rstrip(), advice=error.advice)
        return
    except Exception as error:  # the translation lets our own bugs through
        from agentconsole.cli.main import translated

        failure = translated(error)
        if failure is None:
            raise
        yield Finding(check=check, level="error", message=failure.title, advice=failure.advice)
        return
    match seal:
        case Seal.OURS:
            yield Finding(
                check=check,
                level="ok",
                message="tickets, drafts and attachments are encrypted under a key of their own",
            )
        case Seal.ABSENT:
            yield Finding(check=check, level="ok", message="nothing is kept yet; it will be encrypted")
        case Seal.PLAIN:
            yield Finding(
                check=check,
                level="warning",
                message="the database is from a version that did not encrypt",
                advice="It is encrypted when it is next opened.",
            )
        case _:
            yield Finding(check=check, level="error", message=f"the database is {seal.value}")


def _wipes(home: Home) -> Iterator[Finding]:
    from agentconsole.services.wiping import wipes_of

    wipes = wipes_of(home)
    if wipes:
        last = wipes[-1]
        by = "because the help desk asked for it" if last.why == "help desk" else "by you"
        yield Finding(check="last wipe", level="ok", message=f"{last.profile}, {last.at}, {by}")
    left = sorted(home.unsent.glob("*")) if home.unsent.is_dir() else []
    if left:
        yield Finding(
            check="unsent work",
            level="warning",
            message=f"{len(left)} encrypted {'file' if len(left) == 1 else 'files'} of wiped profiles in {home.unsent}",
            advice="Read them with `agentconsole unsent open FILE`, then delete them.",
        )
