"""The first start: which help desk? Glue between the window that asks and the profiles that remember."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from agentconsole.domain.capabilities import WORDS
from agentconsole.services.authorities import read_authority
from agentconsole.services.opening import try_connection
from agentconsole.services.profiles import Profile, Profiles

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from agentconsole.gui.profile_form import ConnectionReport, ProfileForm
    from agentconsole.gui.theming import Theming


async def ask_for_profile(app: QApplication, profiles: Profiles) -> Profile | Literal["demo"] | None:
    """Show the first window; return the profile that was made, "demo", or None when it was closed."""
    from agentconsole.gui.first_start import FirstStartWindow
    from agentconsole.gui.icons import IconSet
    from agentconsole.gui.profile_form import ProfileForm
    from agentconsole.gui.tasks import Tasks
    from agentconsole.gui.theming import Theming

    loop = asyncio.get_running_loop()
    theming = Theming(app)
    theming.apply()
    tasks = Tasks(loop)
    window = FirstStartWindow(theming, IconSet(theming), tasks, connect)
    chosen: asyncio.Future[ProfileForm | Literal["demo"] | None] = loop.create_future()
    window.finished.connect(chosen.set_result)
    window.show()
    try:
        choice = await chosen
        if isinstance(choice, ProfileForm) and not await _may_keep_secrets(theming, profiles):
            choice = None
    finally:
        await tasks.end()
        window.hide()
        window.deleteLater()
    if not isinstance(choice, ProfileForm):
        return choice
    profile = await asyncio.to_thread(profile_of, choice)
    await asyncio.to_thread(profiles.add, profile, choice.token)
    return profile


async def _may_keep_secrets(theming: Theming, profiles: Profiles) -> bool:
    """See to it that there is a place for a token: where no keychain is offered, under a passphrase."""
    from agentconsole.locking import passphrase_chosen, unlocked

    match await asyncio.to_thread(lambda: profiles.keychain.wants):
        case "new passphrase":
            return await passphrase_chosen(theming, profiles.keychain)
        case "passphrase":
            return await unlocked(theming, profiles.keychain, "start")
    return True


def profile_of(form: ProfileForm) -> Profile:
    """Return the profile that *form* describes. Raises AuthorityProblem for a file that holds no certificates."""
    authority = read_authority(Path(form.authority_file)) if form.authority_file else form.authority
    return Profile(
        name=form.name,
        kind=form.kind,
        url=form.url,
        email=form.email,
        way=form.way,
        client_id=form.client_id,
        authority=authority,
    )


async def connect(form: ProfileForm) -> ConnectionReport:
    """Try what the agent filled in; errors come with a title and advice."""
    from agentconsole.gui.profile_form import ConnectionReport

    profile = await asyncio.to_thread(profile_of, form)
    secret = form.token
    if profile.way == "browser":
        secret = await _signed_in_by_browser(profile)
    identity, offers = await try_connection(profile, secret)
    if not form.email:
        form = replace(form, email=identity.email)
    told = {name: words.title for name, words in WORDS.items() if ":" not in name}
    offered = " · ".join(title for name, title in told.items() if offers.has(name))
    lacking = " · ".join(title for name, title in told.items() if not offers.has(name))
    facts = (f"Signed in as {identity.name}, {identity.role}.", f"Offered here: {offered}.")
    return ConnectionReport(ok=True, facts=facts, lacks=lacking, form=replace(form, token=secret))


async def _signed_in_by_browser(profile: Profile) -> str:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    from agentconsole.services.browser_sign_in import sign_in_by_browser

    def open_page(address: str) -> None:
        QDesktopServices.openUrl(QUrl(address))

    return await sign_in_by_browser(profile, open_page)
