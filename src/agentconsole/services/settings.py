"""Small values that are remembered between starts, in one JSON file of the home."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from agentconsole.platform.files import write_atomically

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger(__name__)


class SettingsFile:
    """Settings held in memory, written behind by a thread of their own so that no frame waits for the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._writing: ThreadPoolExecutor | None = None
        self._pending = False
        self._is_closed = False
        self._values = self._read()

    def get(self, name: str, default: Any = None) -> Any:
        with self._lock:
            return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Remember *value*, which must be representable in JSON (TypeError otherwise); RuntimeError once closed."""
        plain = msgspec.json.decode(msgspec.json.encode(value))
        with self._lock:
            if self._values.get(name) == plain and name in self._values:
                return
            if self._is_closed:
                raise RuntimeError("the settings are closed")
            self._values[name] = plain
            if self._pending:
                return
            self._pending = True
            if self._writing is None:
                # a start only reads
                from concurrent.futures import ThreadPoolExecutor

                self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")
            self._writing.submit(self._write)

    def close(self) -> None:
        """Wait until everything is on disk."""
        with self._lock:
            self._is_closed = True
            writing = self._writing
        if writing is not None:
            writing.shutdown(wait=True)

    def _write(self) -> None:
        with self._lock:
            self._pending = False
            data = msgspec.json.format(msgspec.json.encode(self._values)) + b"\n"
        try:
            write_atomically(self._path, data)
        except OSError as error:
            # a forgotten column width must not stop anyone from working
            log.warning("the settings could not be saved: %s", error.strerror)

    def _read(self) -> dict[str, Any]:
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Any])
        except FileNotFoundError:
            return {}
        except (msgspec.ValidationError, msgspec.DecodeError, OSError) as error:
            log.warning("the settings can't be read and start afresh: %s", error)
            return {}
        return found
