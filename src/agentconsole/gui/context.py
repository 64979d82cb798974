"""What every pane is given: its services and the window's shared means. Nothing is looked up globally."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from agentconsole.gui.actions import Actions
from agentconsole.gui.bridge import Bridge
from agentconsole.gui.clock import Clock
from agentconsole.gui.icons import IconSet
from agentconsole.gui.messages import Messages
from agentconsole.gui.tasks import Tasks
from agentconsole.gui.theming import Theming

if TYPE_CHECKING:
    from agentconsole.services.api import Workspace
    from agentconsole.services.api.archives import Archives
    from agentconsole.services.api.custody import Custody


class WindowContext(Struct, frozen=True):
    """One open profile as its window shows it.

    Attributes:
        workspace: The services.
        theming: Colours and measures; listen to ``changed``.
        icons: Tinted icons.
        tasks: Runs coroutines; errors become toasts.
        actions: Where a pane registers what it can do.
        bridge: ``changed`` tells what is different in the store.
        clock: ``ticked`` once a second; ``now()`` is the help desk's time.
        messages: Toasts, with undo.
        custody: The keychain of the home: passphrase and lock; None where nothing of it can be changed.
        archives: Where archives are opened; None where that can't be.
    """

    workspace: Workspace
    theming: Theming
    icons: IconSet
    tasks: Tasks
    actions: Actions
    bridge: Bridge
    clock: Clock
    messages: Messages
    custody: Custody | None = None
    archives: Archives | None = None
