"""Archives that are brought in: numbers, times and authors stay, nothing is doubled, and what is lost is said."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from agentconsole.server.database import Database
from agentconsole.server.schema import blobs
from tests.server.conftest import client_of

PATH = "/api/agentconsole/v1/imports"
LOG = b"line 1\nline 2\n"
DIGEST = hashlib.sha256(LOG).hexdigest()
OTHER = b"it came late"
OTHER_DIGEST = hashlib.sha256(OTHER).hexdigest()

REFERENCE: list[tuple[str, list[dict[str, Any]]]] = [
    ("organizations", [{"id": "900", "name": "Zeta", "domains": ["zeta.example"], "fields": {"tier": "gold"}}]),
    (
        "people",
        [
            {"id": "u-7", "name": "Zoe Zane", "email": "Zoe@zeta.example", "organization": "900"},
            {"id": "8", "name": "Ben of old", "email": "BEN@desk.example", "role": "agent"},
            {"id": "9009", "name": "Gus Guest", "role": "agent", "time_zone": "Europe/Vienna", "locale": "de"},
        ],
    ),
    ("groups", [{"id": "11", "name": "Old front", "members": ["8", "9009", "nobody"]}]),
    (
        "ticket_fields",
        [{"id": "950", "title": "Shop", "type": "tagger", "options": [{"name": "One", "value": "one"}]}],
    ),
    (
        "macros",
        [{"id": "960", "title": "To old front", "actions": [["group_id", "11"], ["custom_fields_950", "one"]]}],
    ),
    ("contacts", [{"id": "970", "section": "support", "purpose": "Billing", "method": "email", "details": "b@x"}]),
]


def story(number: str = "4711", **more: Any) -> dict[str, Any]:
    ticket: dict[str, Any] = {
        "id": number,
        "subject": "Brought\u0000 along",
        "status": "pending",
        "native_status": "stalled",
        "priority": "high",
        "channel": "email",
        "requester": "u-7",
        "assignee": "8",
        "group": "11",
        "organization": "900",
        "tags": ["vip", "old"],
        "fields": {"950": "one", "951": "lost"},
        "created_at": "2026-10-01T10:00:00.250000Z",
        "updated_at": "2026-10-03T10:00:00Z",
        "history": [
            {"at": "2026-10-01T10:00:00Z", "status": "new"},
            {"at": "2026-10-02T08:00:00Z", "status": "pending"},
        ],
        **more,
    }
    return {
        "ticket": ticket,
        "comments": [
            {
                "id": f"{number}1",
                "ticket": number,
                "author": "u-7",
                "created_at": "2026-10-01T10:00:00Z",
                "body": "It is broken.",
                "attachments": [
                    {"id": f"{number}9", "file_name": "a.log", "content_type": "text/plain", "sha256": DIGEST},
                    {"id": f"{number}8", "file_name": "gone.log"},
                ],
            },
            {
                "id": f"{number}2",
                "ticket": number,
                "author": "8",
                "public": False,
                "created_at": "2026-10-02T08:00:00Z",
                "body": "I look at it.",
            },
        ],
    }


def send(admin: TestClient, kind: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    answer = admin.post(f"{PATH}/lines", json={"source": "old.example", "kind": kind, "lines": lines})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def admin(either: Database) -> TestClient:
    """The admin of a desk that took the reference and one file."""
    client = client_of(either, "ada-token")
    for kind, lines in REFERENCE:
        send(client, kind, lines)
    assert client.post(f"{PATH}/missing", json={"digests": [DIGEST]}).json() == {"missing": [DIGEST]}
    assert client.put(f"{PATH}/files/{DIGEST}", content=LOG).status_code == 204
    return client


def reasons(report: dict[str, Any]) -> set[str]:
    return {each["reason"] for each in report["troubles"]}


def test_a_ticket_keeps_number_times_authors_and_files(admin: TestClient) -> None:
    report = send(admin, "tickets", [story()])
    assert report["taken"] == {"comments": 2, "attachments": 1, "tickets": 1}
    assert reasons(report) == {
        "its status 'stalled' is pending here",
        "its field 951 is not in the archive",
        "its file is not in the archive",
    }
    ticket = admin.get("/api/v2/tickets/4711").json()["ticket"]
    assert (ticket["subject"], ticket["status"], ticket["priority"]) == ("Brought along", "pending", "high")
    assert (ticket["created_at"], ticket["updated_at"]) == ("2026-10-01T10:00:00Z", "2026-10-03T10:00:00Z")
    assert sorted(ticket["tags"]) == ["old", "vip"]
    assert {"id": 950, "value": "one"} in ticket["custom_fields"]
    said = admin.get("/api/v2/tickets/4711/comments").json()["comments"]
    assert [(each["id"], each["body"], each["public"]) for each in said] == [
        (47111, "It is broken.", True),
        (47112, "I look at it.", False),
    ]
    assert [each["created_at"] for each in said] == ["2026-10-01T10:00:00Z", "2026-10-02T08:00:00Z"]
    (file,) = said[0]["attachments"]
    assert (file["id"], file["file_name"], file["size"]) == (47119, "a.log", len(LOG))
    assert admin.get(file["content_url"]).content == LOG
    zoe = admin.get(f"/api/v2/users/{ticket['requester_id']}").json()["user"]
    assert (zoe["name"], zoe["email"], zoe["organization_id"]) == ("Zoe Zane", "zoe@zeta.example", 900)
    ben = admin.get(f"/api/v2/users/{ticket['assignee_id']}").json()["user"]
    assert (ben["name"], said[1]["author_id"]) == ("Ben Bell", ben["id"])


def test_nothing_is_doubled_and_a_newer_archive_renews_what_was_left_alone(admin: TestClient) -> None:
    send(admin, "tickets", [story()])
    for kind, lines in REFERENCE:
        report = send(admin, kind, lines)
        assert report["taken"] == {}, kind
    assert send(admin, "tickets", [story()]) == {
        "taken": {},
        "known": {"tickets": 1},
        "renewed": {},
        "troubles": [],
    }
    newer = story(status="solved", updated_at="2026-10-09T10:00:00Z")
    newer["comments"].append(
        {"id": "47113", "ticket": "4711", "author": "u-7", "created_at": "2026-10-09T10:00:00Z", "body": "Thanks."}
    )
    assert send(admin, "tickets", [newer])["renewed"] == {"tickets": 1}
    ticket = admin.get("/api/v2/tickets/4711").json()["ticket"]
    assert (ticket["status"], ticket["updated_at"]) == ("solved", "2026-10-09T10:00:00Z")
    said = admin.get("/api/v2/tickets/4711/comments").json()["comments"]
    assert [each["body"] for each in said] == ["It is broken.", "I look at it.", "Thanks."]
    assert len(said[0]["attachments"]) == 1


def test_what_was_worked_on_here_is_left_alone(admin: TestClient) -> None:
    send(admin, "tickets", [story()])
    assert admin.put("/api/v2/tickets/4711", json={"ticket": {"priority": "low"}}).status_code == 200
    report = send(admin, "tickets", [story(updated_at="2027-01-01T00:00:00Z", status="open")])
    assert reasons(report) == {"it was changed here since it was brought in, and stays as it is"}
    assert admin.get("/api/v2/tickets/4711").json()["ticket"]["priority"] == "low"


def with_the_other_file() -> dict[str, Any]:
    """The story as an archive has it that got the file which was missing."""
    fuller = story()
    fuller["comments"][0]["attachments"][1]["sha256"] = OTHER_DIGEST
    return fuller


def test_a_file_that_was_missing_arrives_later(admin: TestClient) -> None:
    send(admin, "tickets", [story()])
    cursor = admin.get("/api/agentconsole/v1/export").json()["cursor"]
    # without the file there is no more of it than before
    assert send(admin, "tickets", [with_the_other_file()])["known"] == {"tickets": 1}
    assert admin.put(f"{PATH}/files/{OTHER_DIGEST}", content=OTHER).status_code == 204
    assert send(admin, "tickets", [with_the_other_file()])["renewed"] == {"tickets": 1}
    said = admin.get("/api/v2/tickets/4711/comments").json()["comments"]
    assert [each["id"] for each in said] == [47111, 47112]
    assert {admin.get(each["content_url"]).content for each in said[0]["attachments"]} == {LOG, OTHER}
    news = admin.get("/api/agentconsole/v1/export", params={"cursor": cursor}).json()
    assert [each["id"] for each in news["tickets"]] == [4711]
    assert send(admin, "tickets", [with_the_other_file()])["known"] == {"tickets": 1}
    # nor does an archive with fewer files take any away
    assert send(admin, "tickets", [story()])["known"] == {"tickets": 1}


def test_a_missing_file_does_not_undo_what_was_done_here(admin: TestClient) -> None:
    send(admin, "tickets", [story(updated_at="2026-12-01T00:00:00Z")])
    assert admin.put("/api/v2/tickets/4711", json={"ticket": {"priority": "low"}}).status_code == 200
    changed_at = admin.get("/api/v2/tickets/4711").json()["ticket"]["updated_at"]
    assert admin.put(f"{PATH}/files/{OTHER_DIGEST}", content=OTHER).status_code == 204
    fuller = with_the_other_file()
    fuller["ticket"]["updated_at"] = changed_at
    assert reasons(send(admin, "tickets", [fuller])) == {
        "it was changed here since it was brought in, and stays as it is"
    }
    assert admin.get("/api/v2/tickets/4711").json()["ticket"]["priority"] == "low"


def test_files_that_no_ticket_took_do_not_stay(admin: TestClient, either: Database) -> None:
    def missing() -> set[str]:
        digests = [DIGEST, OTHER_DIGEST]
        return set(admin.post(f"{PATH}/missing", json={"digests": digests}).json()["missing"])

    send(admin, "tickets", [story()])
    assert admin.put("/api/v2/tickets/4711", json={"ticket": {"priority": "low"}}).status_code == 200
    assert admin.put(f"{PATH}/files/{OTHER_DIGEST}", content=OTHER).status_code == 204
    send(admin, "tickets", [with_the_other_file()])
    assert missing() == {OTHER_DIGEST}
    # nor those of a ticket that can't be read
    assert admin.put(f"{PATH}/files/{OTHER_DIGEST}", content=OTHER).status_code == 204
    unreadable = with_the_other_file()
    unreadable["ticket"].update(id="4712", status="sleeping")
    send(admin, "tickets", [unreadable])
    assert missing() == {OTHER_DIGEST}
    # nor those that a newer archive has no more, unless somebody else has the same
    send(admin, "tickets", [bare("5100", "2026-10-03T10:00:00Z", DIGEST)])
    assert admin.put(f"{PATH}/files/{OTHER_DIGEST}", content=OTHER).status_code == 204
    send(admin, "tickets", [bare("5101", "2026-10-03T10:00:00Z", OTHER_DIGEST)])
    assert missing() == set()
    send(admin, "tickets", [bare("5100", "2026-10-04T10:00:00Z"), bare("5101", "2026-10-04T10:00:00Z")])
    assert missing() == {OTHER_DIGEST}
    with either.read() as db:
        assert db.scalar(select(blobs.c.content).where(blobs.c.digest == DIGEST)) == LOG


def bare(number: str, updated_at: str, *digests: str) -> dict[str, Any]:
    """A ticket whose first comment has the files of *digests*."""
    told = story(number, updated_at=updated_at)
    told["comments"][0]["attachments"] = [
        {"id": f"{number}{place}", "file_name": "a.log", "sha256": digest} for place, digest in enumerate(digests, 5)
    ]
    return told


def test_a_number_that_is_taken_becomes_a_new_one(admin: TestClient) -> None:
    report = send(admin, "tickets", [story("1")])
    assert "its number is taken: it has a new one, and the old as external id" in reasons(report)
    assert admin.get("/api/v2/tickets/1").json()["ticket"]["subject"] != "Brought along"
    (found,) = admin.get("/api/v2/tickets", params={"external_id": "1"}).json()["tickets"]
    assert found["subject"] == "Brought along"
    assert send(admin, "tickets", [story("1")])["known"] == {"tickets": 1}
    made = admin.post("/api/v2/tickets", json={"ticket": {"subject": "New", "comment": {"body": "x"}}}).json()["ticket"]
    assert made["id"] > found["id"]


def test_tickets_that_name_one_another_find_each_other_at_the_end(admin: TestClient) -> None:
    send(admin, "tickets", [story("5000", merged_into="5001", status="closed")])
    send(admin, "tickets", [story("5001")])
    link = {"id": "5000", "merged_into": "5001"}
    assert send(admin, "links", [link])["troubles"] == []
    known = {each["id"]: each for each in admin.get("/api/agentconsole/v1/export").json()["tickets"]}
    assert known[5000]["merged_into_id"] == 5001
    assert reasons(send(admin, "links", [{"id": "5000", "problem": "9"}])) == {
        "it names a ticket that is not in the archive"
    }


def test_consoles_hear_of_old_tickets_that_come_now(admin: TestClient, either: Database) -> None:
    cursor = admin.get("/api/agentconsole/v1/export").json()["cursor"]
    now = int((either.now() - timedelta(seconds=60)).timestamp())
    send(admin, "tickets", [story()])
    news = admin.get("/api/agentconsole/v1/export", params={"cursor": cursor}).json()
    assert [each["id"] for each in news["tickets"]] == [4711]
    changed = admin.get("/api/v2/incremental/tickets/cursor", params={"start_time": now}).json()
    assert 4711 in [each["id"] for each in changed["tickets"]]


def test_lines_that_do_not_fit_are_refused_one_by_one(admin: TestClient) -> None:
    bad = story("6000", status="sleeping")
    report = send(admin, "tickets", [bad, {"comments": []}, story("6001"), story("6001")])
    assert report["taken"]["tickets"] == 1
    assert sum(each["count"] for each in report["troubles"] if each["refused"] and each["kind"] == "tickets") == 3


def test_somebody_whom_nobody_describes_is_named_and_counted(admin: TestClient) -> None:
    report = send(admin, "tickets", [story("6002", requester="ghost")])
    assert "the archive names them and does not describe them" in reasons(report)
    ticket = admin.get("/api/v2/tickets/6002").json()["ticket"]
    assert admin.get(f"/api/v2/users/{ticket['requester_id']}").json()["user"]["name"] == "Person ghost"


def test_macros_and_memberships_point_at_what_is_here(admin: TestClient) -> None:
    macros = admin.get("/api/v2/macros").json()["macros"]
    group = next(each for each in admin.get("/api/v2/groups").json()["groups"] if each["name"] == "Old front")
    (macro,) = (each for each in macros if each["title"] == "To old front")
    assert macro["actions"] == [
        {"field": "group_id", "value": str(group["id"])},
        {"field": "custom_fields_950", "value": "one"},
    ]
    members = admin.get(f"/api/v2/groups/{group['id']}/memberships").json()["group_memberships"]
    assert len(members) == 2


def test_only_admins_bring_in_and_files_must_be_what_they_say(admin: TestClient, either: Database) -> None:
    ben = client_of(either, "ben-token")
    body = {"source": "x", "kind": "people", "lines": []}
    assert ben.post(f"{PATH}/lines", json=body).status_code == 403
    assert ben.put(f"{PATH}/files/{DIGEST}", content=LOG).status_code == 403
    assert admin.put(f"{PATH}/files/{'0' * 64}", content=LOG).status_code == 400
    assert admin.post(f"{PATH}/lines", json={**body, "kind": "tokens"}).status_code == 422
