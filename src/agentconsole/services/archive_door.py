"""Opens archives for a window: in a thread, and each in a window of its own.

What that needs is imported when an archive is opened: every window has a door, and few use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agentconsole.platform.home import Home
    from agentconsole.services.api.archives import ArchiveOpened, ExportProgress
    from agentconsole.services.profiles import Profiles


class ArchiveDoor:
    """See :class:`agentconsole.services.api.archives.Archives`."""

    def __init__(self, home: Home, profiles: Profiles) -> None:
        self._home = home
        self._profiles = profiles

    async def open(
        self, path: Path, passphrase: str, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> ArchiveOpened:
        import asyncio
        import threading

        loop = asyncio.get_running_loop()
        over = threading.Event()

        def tell_there(progress: ExportProgress) -> None:
            loop.call_soon_threadsafe(tell, progress)

        try:
            return await asyncio.to_thread(
                self._take_in, path, passphrase, tell_there, lambda: over.is_set() or stopped()
            )
        finally:
            # a thread can't be cancelled: it looks by itself
            over.set()

    def show(self, profile: str) -> None:
        import subprocess

        from agentconsole.platform.program import own_command

        subprocess.Popen(
            [*own_command(), *(("--home", str(self._home.root)) if self._home.explicit else ()), "--profile", profile],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _take_in(
        self, path: Path, passphrase: str, tell: Callable[[ExportProgress], object], stopped: Callable[[], bool]
    ) -> ArchiveOpened:
        from agentconsole.archive.format import UnusableArchive
        from agentconsole.archive.reading import open_archive
        from agentconsole.services.archiving import name_for, take_in
        from agentconsole.store.errors import storing_failure

        try:
            with open_archive(path, lambda: passphrase) as archive:
                damage = archive.damage(stopped)
                if damage:
                    raise UnusableArchive("; ".join(damage), "Bring it back from a backup.")
                return take_in(self._home, self._profiles, archive, name_for(archive), tell, stopped)
        except OSError as error:
            if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError):
                raise UnusableArchive(f"{path} can't be read", "Choose the file, or the folder, once more.") from error
            raise storing_failure(error) from error
