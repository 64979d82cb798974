"""Which names are in the system keychain: it can't be asked, and what is not known can't be moved or removed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agentconsole.platform.files import write_atomically


class SystemIndex:
    """``system.json`` in *folder*: names only, no secrets."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "system.json"

    def names(self) -> frozenset[str]:
        """Return the names that were kept there, or that were about to be."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=frozenset[str])
        except FileNotFoundError:
            return frozenset()
        except (msgspec.DecodeError, UnicodeDecodeError):
            # it is rewritten with the next name; what it does not name is found under the profiles' names
            return frozenset()

    def add(self, name: str) -> None:
        """Remember *name*; before the secret is put there, so that no crash leaves one behind that nobody knows of."""
        known = self.names()
        if name not in known:
            self._write(known | {name})

    def discard(self, name: str) -> None:
        """Forget *name*; after its secret is gone."""
        known = self.names()
        if name in known:
            self._write(known - {name})

    def _write(self, names: frozenset[str]) -> None:
        if names:
            write_atomically(self._path, msgspec.json.encode(sorted(names)))
        else:
            self._path.unlink(missing_ok=True)
