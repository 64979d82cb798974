"""A team leaves its help desk: console, export, empty server, second console; the same tickets, files and times."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from tests.support.processes import EMAIL, TOKEN, ConsoleCli, DeskProcess, free_port

STAYS = (
    *("subject", "status", "priority", "type", "channel", "requester", "assignee", "group", "organization", "tags"),
    *("fields", "created_at", "updated_at", "due_at", "problem", "merged_into", "comment_count", "history"),
)


class EmptyServer(DeskProcess):
    """A server without a demo world, which closes nothing by itself."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(folder)
        self._command = self._command[: self._command.index("--home") + 2]
        self._command += ["--port", str(self.port), "--close-after", "0", "--token", f"{EMAIL}={TOKEN}", *options]


def lines(archive: Path, name: str) -> dict[str, dict[str, Any]]:
    """The lines of a file of the archive by their ids."""
    with zipfile.ZipFile(archive) as opened:
        return {line["id"]: line for line in map(json.loads, opened.read(name).splitlines())}


def files(archive: Path) -> dict[str, bytes]:
    """The attachments in the archive by their names in it."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist() if name.startswith("attachments/")}


def test_everything_arrives_at_the_other_end(tmp_path: Path) -> None:
    first, second = ConsoleCli(tmp_path / "first"), ConsoleCli(tmp_path / "second")
    left, arrived = tmp_path / "left.zip", tmp_path / "arrived.zip"
    with DeskProcess(tmp_path / "old", tickets=60) as desk:
        first.add_profile(desk.url)
        first.run("sync")
        exported = first.json("export", str(left))
    assert exported["counts"]["tickets"] >= 59
    assert exported["counts"]["attachments"] > 0
    assert exported["counts"]["missing"] == 0

    with EmptyServer(tmp_path / "new") as server:
        token = {"AGENTCONSOLE_IMPORT_TOKEN": TOKEN}
        arguments = ("import", str(left), "--server", server.url, "--json")
        taken = json.loads(first.run(*arguments, environment=token).stdout)
        again = json.loads(first.run(*arguments, environment=token).stdout)
        second.add_profile(server.url)
        second.run("sync")
        second.json("export", str(arrived))
    for kind in ("tickets", "comments", "attachments"):
        assert taken["taken"][kind] == exported["counts"][kind], kind
    assert again["taken"] == {}
    refused = {(each["kind"], each["reason"]) for each in taken["troubles"] if each["refused"]}
    assert {kind for kind, _ in refused} <= {"views"}

    before, after = lines(left, "tickets.jsonl"), lines(arrived, "tickets.jsonl")
    assert before.keys() == after.keys()
    for number, ticket in before.items():
        assert {key: ticket[key] for key in STAYS} == {key: after[number][key] for key in STAYS}
    assert lines(left, "comments.jsonl") == lines(arrived, "comments.jsonl")
    people, there = lines(left, "people.jsonl"), lines(arrived, "people.jsonl")
    for number, person in people.items():
        # who signs in was made by the server itself, and is known by their address
        assert there.get(number) == person or person["email"] == EMAIL
    for name in ("organizations.jsonl", "groups.jsonl", "ticket_fields.jsonl", "macros.jsonl", "contacts.jsonl"):
        assert lines(left, name) == lines(arrived, name), name
    assert files(left) == files(arrived)


def test_a_server_begins_with_an_archive_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    console = ConsoleCli(tmp_path / "console")
    archive = tmp_path / "archive"
    with DeskProcess(tmp_path / "old", tickets=10) as desk:
        console.add_profile(desk.url)
        console.run("sync")
        console.run("export", str(archive), "--no-files")
    with EmptyServer(tmp_path / "new", "--import", str(archive)) as server:
        console.add_profile(server.url)
        assert "tickets" in console.run("sync").stdout
    assert len(console.json("tickets")) >= 9
    with (archive / "tickets.jsonl").open("a") as stream:
        stream.write("{}\n")
    done = console.run("import", str(archive), "--server", f"http://127.0.0.1:{free_port()}", expect=2)
    assert "token" in done.stderr
    done = console.run(
        *("import", str(archive), "--server", f"http://127.0.0.1:{free_port()}"),
        environment={"AGENTCONSOLE_IMPORT_TOKEN": TOKEN},
        expect=1,
    )
    assert "tickets.jsonl was changed" in done.stderr
