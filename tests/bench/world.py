"""The world that is measured: a ticket server with the demo data, and a console's home that was synced from it."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import agentconsole
from agentconsole.cli.embedded import ServerProcess
from agentconsole.demo.world import World
from agentconsole.platform.home import Home
from agentconsole.platform.keychain import open_keychain
from agentconsole.services.profiles import Profile, Profiles

SEED = 1
TOKEN = "bench-token"
PROFILE = "bench"
_KEPT_FOR = 20 * 3600
"""Seconds until a kept world is made anew: its countdowns hang on the time at which it was made."""


class BenchWorld:
    """One server database of *tickets* tickets under *folder*, kept between runs."""

    def __init__(self, folder: Path, tickets: int) -> None:
        self.tickets = tickets
        self.folder = folder / str(tickets)
        self.home = self.folder / "home"
        self._made = self.folder / "made.json"
        self._email = World(tickets=1, seed=SEED, now=datetime.now(UTC)).agent_email

    def prepare(self) -> None:
        """Throw away what was made for another day."""
        try:
            made = json.loads(self._made.read_text())
        except (OSError, ValueError):
            made = {}
        shape = _fingerprint("server")
        if made.get("shape") != shape or time.time() - made.get("at", 0) > _KEPT_FOR:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            with self.server():
                pass
            self._made.write_text(json.dumps({"shape": shape, "at": time.time()}))

    def server(self) -> ServerProcess:
        """The server as a process of its own; the first start makes its database."""
        return ServerProcess(self.folder, tickets=self.tickets, seed=SEED, grants=[f"{self._email}={TOKEN}"])

    def remove(self) -> None:
        """Delete the world with its homes."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def queue_changes(self, changes: int) -> int:
        """Leave *changes* in the outbox of :attr:`home`, as if they had been made offline; how many wait there then."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.queued", str(self.home), str(changes)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return int(done.stdout)

    def fresh_home(self, url: str, name: str = "home") -> Path:
        """A home with one profile for *url* and nothing synced."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        home = Home(folder, explicit=True)
        home.prepare()
        profile = Profile(name=PROFILE, kind="agentconsole", url=url, email=self._email)
        Profiles(home, open_keychain(home)).add(profile, TOKEN)
        self.forget_settings(folder)
        return folder

    def forget_settings(self, folder: Path | None = None) -> None:
        """Bring the window of the home at *folder* (:attr:`home`) back to what it is at first.

        Only its view is another: the heaviest that an agent is likely to start with.
        """
        settings = Home(folder or self.home, explicit=True).settings_file
        settings.write_text(json.dumps({"queue.view": "all-open"}))

    @property
    def is_synced(self) -> bool:
        """Whether :attr:`home` holds a whole copy in the present schema."""
        try:
            synced = json.loads((self.folder / "synced.json").read_text())
        except (OSError, ValueError):
            return False
        return bool(synced.get("shape") == _fingerprint("store") and self.store_file.exists())

    @property
    def store_key(self) -> bytes:
        """What :attr:`store_file` is encrypted with."""
        home = Home(self.home, explicit=True)
        profiles = Profiles(home, open_keychain(home))
        return profiles.store_key(profiles.get(PROFILE))

    @property
    def store_file(self) -> Path:
        """The console's database in :attr:`home`."""
        return Home(self.home, explicit=True).database(PROFILE)

    def sync(self, url: str) -> dict[str, Any]:
        """Fill a fresh :attr:`home` by ``agentconsole sync``; its report, with "seconds" and "cpu_seconds"."""
        (self.folder / "synced.json").unlink(missing_ok=True)
        self.fresh_home(url)
        began, used = time.perf_counter(), _children_cpu()
        done = subprocess.run(
            [sys.executable, "-m", "agentconsole", "sync", "--json", "--home", str(self.home)],
            env={**os.environ, "AGENTCONSOLE_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        report: dict[str, Any] = {
            **json.loads(done.stdout),
            "seconds": time.perf_counter() - began,
            "cpu_seconds": _children_cpu() - used,
        }
        (self.folder / "synced.json").write_text(json.dumps({**report, "shape": _fingerprint("store")}))
        return report


def _children_cpu() -> float:
    """Seconds of the processor that programs took which we started and which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _fingerprint(room: str) -> str:
    """Changes whenever the schema of *room* ("server", "store") does."""
    digest = hashlib.sha256(f"seed {SEED}".encode())
    for path in sorted((Path(agentconsole.__file__).parent / room / "migrations").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
