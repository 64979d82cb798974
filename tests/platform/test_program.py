"""The program starts itself once more, as a package, too."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agentconsole import __version__
from agentconsole.platform.program import own_command


def test_it_is_this_program() -> None:
    done = subprocess.run([*own_command(), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"agentconsole {__version__}"


def test_a_packaged_program_is_no_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/agentconsole/agentconsole")
    assert own_command() == ["/usr/lib/agentconsole/agentconsole"]
