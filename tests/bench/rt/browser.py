"""Headless Chromium, driven over its own debugging pipe: pages are timed from asking for them to their painting."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

INSTALL = "apt-get install -y --no-install-recommends chromium"
PATIENCE = 60.0
"""Seconds for a page."""

_PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
"""Two frames: when the second begins, the first has been painted."""


class NotInstalled(Exception):
    """There is no Chromium; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__(f"Chromium is not installed. As root: {INSTALL}")


class Browser:
    """One window of 1280 by 800 with one tab; a context manager that ends it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="agentconsole-chromium-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._session = ""
        self._asked = 0
        self._buffer = b""

    def __enter__(self) -> Browser:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise NotInstalled
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        command = [
            *(program, "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu"),
            *("--disable-background-networking", "--disable-component-update", "--window-size=1280,800"),
            *(f"--user-data-dir={self._folder}", "--no-proxy-server", "about:blank"),
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")

        def pipes() -> None:
            # where the browser looks for them
            os.dup2(to_browser, 103)
            os.dup2(from_browser, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=pipes,
            pass_fds=(3, 4, to_browser, from_browser),
            start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._out: BinaryIO = os.fdopen(self._to, "wb", buffering=0)
        targets = self._ask("Target.getTargets")["targetInfos"]
        target = next(each["targetId"] for each in targets if each["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._out.close()
            os.close(self._from)
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, url: str) -> float:
        """Go to *url*; milliseconds until it has loaded and been painted."""
        began = time.perf_counter()
        self._ask("Page.navigate", url=url)
        self._until("Page.loadEventFired")
        self.evaluate(_PAINTED)
        return (time.perf_counter() - began) * 1000

    def submit(self, script: str) -> float:
        """Run *script*, which leads to another page; milliseconds until that has loaded and been painted."""
        began = time.perf_counter()
        self._ask("Runtime.evaluate", expression=script)
        self._until("Page.loadEventFired")
        self.evaluate(_PAINTED)
        return (time.perf_counter() - began) * 1000

    def evaluate(self, script: str) -> Any:
        """What *script* is, once it is there."""
        said = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return said["result"].get("value")

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._asked += 1
        message: dict[str, Any] = {"id": self._asked, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            said = self._read()
            if said.get("id") == self._asked:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                result: dict[str, Any] = said["result"]
                return result

    def _until(self, event: str) -> None:
        ends = time.monotonic() + PATIENCE
        while self._read().get("method") != event:
            if time.monotonic() > ends:
                raise RuntimeError(f"{event} did not come")

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._from, 1 << 20)
            if not more:
                raise RuntimeError("the browser has ended")
            self._buffer += more
        message, self._buffer = self._buffer.split(b"\0", 1)
        said: dict[str, Any] = json.loads(message)
        return said
