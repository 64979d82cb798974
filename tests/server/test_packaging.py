"""What is shipped for administrators fits the program: its options, its locked dependencies, its hardening."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from agentconsole.cli.main import build_parser

SHIPPED = Path(__file__).parents[2] / "packaging" / "server"
LOCK = Path(__file__).parents[2] / "requirements.lock"


def pinned(path: Path) -> dict[str, str]:
    """Each requirement with its version and hashes, by name."""
    blocks = re.split(r"\n(?=[a-z0-9])", path.read_text())
    return {found[1]: block.strip() for block in blocks if (found := re.match(r"([a-z0-9._-]+)(\[[^\]]*\])?==", block))}


def unit() -> str:
    return (SHIPPED / "agentconsole-server.service").read_text().replace("\\\n", " ")


def test_the_unit_starts_what_the_program_understands() -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", unit(), re.MULTILINE)
    words = shlex.split(command.replace("${WORKERS}", "2").replace("${METRICS_PORT}", "9765"))
    options = build_parser(words[1:]).parse_args(words[1:])
    assert (options.workers, options.metrics_port, options.host) == (2, 9765, "127.0.0.1")
    for option in ("Type=notify", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert f"\n{option}\n" in unit()


def test_the_container_starts_what_the_program_understands() -> None:
    text = (SHIPPED / "Containerfile").read_text().replace("\\\n", " ")
    entry = re.findall(r'"([^"]*)"', re.findall(r"^ENTRYPOINT \[(.*)\]$", text, re.MULTILINE)[0])
    more = re.findall(r'"([^"]*)"', re.findall(r"^CMD \[(.*)\]$", text, re.MULTILINE)[0])
    words = [*entry[3:], *more]
    options = build_parser(words).parse_args(words)
    assert (options.workers, options.host) == (2, "0.0.0.0")


def test_its_requirements_are_those_that_are_locked() -> None:
    here, all_of_them = pinned(SHIPPED / "requirements.txt"), pinned(LOCK)
    assert here
    assert here == {name: all_of_them[name] for name in here}


def test_they_are_enough_for_the_server_without_a_window() -> None:
    """Nothing that the server imports is left out of them."""
    code = (
        "import sys, importlib.metadata as m\n"
        "import agentconsole.cli.serve, agentconsole.cli.server, agentconsole.cli.importing\n"
        "import agentconsole.archive.reading, psycopg, agentconsole.server.backup\n"
        "import agentconsole.server.workers, agentconsole.server.metrics\n"
        "import agentconsole.demo.world, uvicorn.protocols.http.auto, uvicorn.loops.auto, prometheus_client\n"
        "owners = m.packages_distributions()\n"
        "print(*{name for top in {each.partition('.')[0] for each in sys.modules} for name in owners.get(top, ())})\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wanted = {re.sub(r"[-_.]+", "-", name).lower() for name in run.stdout.split()}
    assert not any("pyside" in name for name in wanted)
    # what other libraries use when it happens to be there
    assert wanted - pinned(SHIPPED / "requirements.txt").keys() <= {
        *("agentconsole", "pygments", "python-multipart", "setuptools", "rich", "email-validator", "dnspython"),
        *("greenlet", "certifi", "httpx", "httpcore", "coverage", "typing-extensions"),
    }
