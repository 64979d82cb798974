"""A desktop session's keychain for a test alone: a message bus and the real gnome-keyring daemon on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

_PASSWORD = b"login"

_BUS = """<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/> <allow eavesdrop="true"/> <allow own="*"/>
  </policy>
</busconfig>"""
"""A session's bus that starts no services by itself: without a keychain there is none."""

_LOCK = """
import secretstorage
with secretstorage.dbus_init() as bus:
    secretstorage.get_default_collection(bus).lock()
"""


class DesktopSession:
    """A bus under *folder*, with a keychain that is unlocked unless *keychain* is False; a context manager.

    Attributes:
        environment: for processes of this session. Their home is not named: it is the platform's usual place.
    """

    def __init__(self, folder: Path, *, keychain: bool = True) -> None:
        self._keychain = keychain
        self._processes: list[subprocess.Popen[bytes]] = []
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "AGENTCONSOLE_"))
        }
        self.data = folder / "data"
        runtime = folder / "run"
        runtime.mkdir(mode=0o700, parents=True)
        self.environment = {
            **kept,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(self.data),
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "offscreen",
        }
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            self.environment.pop(name, None)

    @property
    def home(self) -> Path:
        """Where the console keeps its things."""
        return self.data / "agentconsole"

    def __enter__(self) -> DesktopSession:
        config = Path(self.environment["XDG_RUNTIME_DIR"]) / "bus.conf"
        config.write_text(_BUS)
        bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(bus)
        assert bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        if self._keychain:
            daemon = subprocess.Popen(
                ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._processes.append(daemon)
            assert daemon.stdin is not None
            daemon.stdin.write(_PASSWORD)
            daemon.stdin.close()
            self._until_served()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=10)
            if process.stdout is not None:
                process.stdout.close()

    def lock(self) -> None:
        """Lock the keychain. Nobody is there to unlock it: what asks for it is turned away."""
        self.python(_LOCK)

    def python(self, code: str) -> str:
        """Run *code* in a process of the session and return what it printed."""
        run = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def run(self, *arguments: str, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the console."""
        done = subprocess.run(
            [sys.executable, "-m", "agentconsole", *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
        )
        assert done.returncode == expect, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def _until_served(self) -> None:
        """Wait, by the bus itself, until the keychain has its name there and is open."""
        subprocess.run(
            ["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.secrets"],
            env=self.environment,
            check=True,
            capture_output=True,
        )
