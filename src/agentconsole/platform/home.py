"""Where everything lives. With an explicit home nothing outside that folder is ever touched."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

VARIABLE = "AGENTCONSOLE_HOME"
OPENED_BY = "AGENTCONSOLE_PASSPHRASE"


class Home:
    """The folder of settings, databases, caches and keys.

    Attributes:
        root: the folder itself; made, for its owner only, when first used.
        explicit: whether the user named it, by ``--home`` or ``AGENTCONSOLE_HOME``. Only a home that was not named
            may use the operating system's keychain, which is outside of it.
        packs: the user's own policy packs; below the folder, unless it is a home within another.
    """

    def __init__(self, root: Path, *, explicit: bool, packs: Path | None = None, passphrase: str | None = None) -> None:
        self.root = root
        self.explicit = explicit
        self.packs = packs or root / "packs"
        self._passphrase = passphrase

    @classmethod
    def locate(cls, named: str | None) -> Home:
        """Return the home of ``--home`` *named*, else of the environment, else the platform's usual place.

        A passphrase in the environment is taken out of it: child processes and reports of crashes must not carry it.
        """
        chosen = named or os.environ.get(VARIABLE)
        passphrase = os.environ.pop(OPENED_BY, None) or None
        if chosen:
            return cls(Path(chosen).expanduser().resolve(), explicit=True, passphrase=passphrase)
        usual = Path(platformdirs.user_data_dir("agentconsole", appauthor=False))
        return cls(usual, explicit=False, passphrase=passphrase)

    def take_passphrase(self) -> str | None:
        """Return the passphrase that a script gave in the environment, once."""
        passphrase, self._passphrase = self._passphrase, None
        return passphrase

    def keep_passphrase(self, passphrase: str | None) -> None:
        """Take *passphrase* for the next who asks for it."""
        self._passphrase = passphrase

    def prepare(self) -> None:
        """Make the folder, readable for its owner only. Raises OSError where that is not possible."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.json"

    @property
    def profiles_file(self) -> Path:
        return self.root / "profiles.json"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def unsent(self) -> Path:
        """Where encrypted files of unsent work are put before a profile is wiped."""
        return self.root / "unsent"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def profile(self, name: str) -> Path:
        """Return the folder of the profile *name*."""
        return self.root / "profiles" / name

    def database(self, name: str) -> Path:
        """Return the local store of the profile *name*."""
        return self.profile(name) / "console.db"
