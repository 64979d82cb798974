"""What a write to a ticket does, and exactly that."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from agentconsole.server.database import Database
from tests.server.conftest import Clock, client_of
from tests.support.account import ADA, BACK, BEN, BOLT, DAN, EVE, FRONT

Json = dict[str, Any]


@pytest.fixture
def desk(either: Database) -> TestClient:
    """The agent Ben, on each kind of database."""
    return client_of(either, "ben-token")


def change(desk: TestClient, ticket_id: int, **fields: Any) -> Json:
    answer = desk.put(f"/api/v2/tickets/{ticket_id}.json", json={"ticket": fields})
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def create(desk: TestClient, **fields: Any) -> Json:
    answer = desk.post("/api/v2/tickets.json", json={"ticket": {"comment": {"body": "It burns."}, **fields}})
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


def comments(desk: TestClient, ticket_id: int) -> list[Json]:
    found: list[Json] = desk.get(f"/api/v2/tickets/{ticket_id}/comments").json()["comments"]
    return found


def happened(audit: Json) -> list[tuple[Any, ...]]:
    """The events of an audit without their ids."""
    return [
        ("Comment", event["body"], event["public"])
        if event["type"] == "Comment"
        else (event["type"], event["field_name"], event.get("previous_value"), event["value"])
        for event in audit["events"]
    ]


def test_a_new_ticket_gets_the_next_number_its_requesters_organization_and_lower_case_tags(desk: TestClient) -> None:
    answer = desk.post(
        "/api/v2/tickets",
        json={"ticket": {"comment": {"body": "Hi\nthere"}, "requester_id": EVE, "tags": ["VIP", "two words", "vip"]}},
    )
    ticket = answer.json()["ticket"]
    assert answer.headers["location"] == ticket["url"] == "http://desk.example/api/v2/tickets/5.json"
    assert (ticket["id"], ticket["status"], ticket["organization_id"]) == (5, "new", BOLT)
    assert ticket["tags"] == ["two", "vip", "words"]
    assert (ticket["subject"], ticket["description"]) == ("Hi", "Hi\nthere")
    assert ("Create", "tags", None, ["two", "vip", "words"]) in happened(answer.json()["audit"])


def test_a_requester_is_made_from_an_address_once(desk: TestClient) -> None:
    first = create(desk, requester={"name": "Fay", "email": "Fay@new.example"})
    second = create(desk, requester={"email": "fay@NEW.example"})
    assert first["ticket"]["requester_id"] == second["ticket"]["requester_id"]
    fay = desk.get(f"/api/v2/users/{first['ticket']['requester_id']}").json()["user"]
    assert (fay["name"], fay["email"], fay["role"]) == ("Fay", "fay@new.example", "end-user")


def test_a_ticket_without_words_is_refused(desk: TestClient) -> None:
    answer = desk.post("/api/v2/tickets", json={"ticket": {"subject": "Nothing to say"}})
    assert answer.status_code == 422
    assert answer.json()["details"]["base"][0]["description"] == "Description: cannot be blank"


def test_an_update_changes_what_it_names_and_its_audit_lists_exactly_that(desk: TestClient, clock: Clock) -> None:
    created = create(desk, priority="low")["ticket"]
    clock.advance(minutes=1)
    answer = change(desk, created["id"], priority="high", status="pending", comment={"body": "Wait", "public": False})
    assert happened(answer["audit"]) == [
        ("Comment", "Wait", False),
        ("Change", "priority", "low", "high"),
        ("Change", "status", "new", "pending"),
    ]
    untouched = ("subject", "description", "requester_id", "organization_id", "tags", "created_at")
    assert {name: answer["ticket"][name] for name in untouched} == {name: created[name] for name in untouched}
    assert answer["ticket"]["updated_at"] == "2026-11-17T10:11:00Z"


def test_saying_what_is_so_already_changes_nothing(desk: TestClient, clock: Clock) -> None:
    before = desk.get("/api/v2/tickets/1").json()["ticket"]
    clock.advance(minutes=1)
    answer = change(desk, 1, status=before["status"], tags=before["tags"], priority=before["priority"])
    assert answer["audit"]["events"] == []
    assert answer["ticket"]["updated_at"] == before["updated_at"]


def test_two_changes_in_one_second_have_different_stamps(desk: TestClient) -> None:
    first = change(desk, 1, priority="low")["ticket"]["updated_at"]
    second = change(desk, 1, priority="high")["ticket"]["updated_at"]
    third = change(desk, 1, comment={"body": "Now"})["ticket"]["updated_at"]
    assert [first, second, third] == ["2026-11-17T10:10:00Z", "2026-11-17T10:10:01Z", "2026-11-17T10:10:02Z"]
    assert comments(desk, 1)[-1]["created_at"] == first, "what is said is said when it is said"
    late = {"ticket": {"tags": ["x"], "safe_update": True, "updated_stamp": first}}
    assert desk.put("/api/v2/tickets/1", json=late).status_code == 409
    seen = desk.get("/api/v2/tickets", params={"sort": "-updated_at", "page[size]": 1}).json()["tickets"]
    assert [row["id"] for row in seen] == [1]


def test_a_comment_without_public_follows_the_first_comment(desk: TestClient) -> None:
    open_one = create(desk)["ticket"]["id"]
    private_one = create(desk, comment={"body": "Between us", "public": False})["ticket"]["id"]
    change(desk, open_one, comment={"body": "one"})
    change(desk, private_one, comment={"body": "two"})
    assert [each["public"] for each in comments(desk, open_one)] == [True, True]
    assert [each["public"] for each in comments(desk, private_one)] == [False, False]


@pytest.mark.parametrize("status", ["pending", "hold", "solved"])
def test_the_requesters_comment_reopens(desk: TestClient, status: str) -> None:
    ticket_id = create(desk, requester_id=DAN)["ticket"]["id"]
    change(desk, ticket_id, status=status)
    answer = change(desk, ticket_id, comment={"body": "Still broken", "author_id": DAN})
    assert answer["ticket"]["status"] == "open"
    assert ("Change", "status", status, "open") in happened(answer["audit"])


def test_who_writes_in_anothers_name_answers_for_it(desk: TestClient) -> None:
    me = desk.get("/api/v2/users/me").json()["user"]["id"]
    audit = change(desk, 1, status="solved", comment={"body": "As Dan said", "author_id": DAN})["audit"]
    assert audit["author_id"] == me
    assert [each["author_id"] for each in audit["events"] if each["type"] == "Comment"] == [DAN]
    opened = create(desk, requester_id=DAN, comment={"body": "Dan called", "author_id": DAN})
    assert opened["audit"]["author_id"] == me
    assert [each["author_id"] for each in comments(desk, opened["ticket"]["id"])] == [DAN]


def test_an_agents_comment_leaves_the_status_alone(desk: TestClient) -> None:
    ticket_id = create(desk, requester_id=DAN)["ticket"]["id"]
    change(desk, ticket_id, status="solved")
    assert change(desk, ticket_id, comment={"body": "For the record"})["ticket"]["status"] == "solved"


def test_a_closed_ticket_cannot_be_changed_but_followed_up(desk: TestClient) -> None:
    ticket_id = create(desk)["ticket"]["id"]
    change(desk, ticket_id, status="closed")
    refused = desk.put(f"/api/v2/tickets/{ticket_id}", json={"ticket": {"comment": {"body": "Too late"}}})
    assert refused.status_code == 422
    assert refused.json()["details"]["status"][0]["description"] == "Status: closed prevents ticket update"
    assert len(comments(desk, ticket_id)) == 1
    follow_up = create(desk, via_followup_source_id=ticket_id)["ticket"]
    assert follow_up["via"]["source"]["from"]["ticket_id"] == ticket_id
    assert desk.get(f"/api/v2/tickets/{ticket_id}").json()["ticket"]["followup_ids"] == [follow_up["id"]]


def test_a_safe_update_of_a_ticket_that_moved_on_is_refused_and_changes_nothing(desk: TestClient, clock: Clock) -> None:
    stamp = desk.get("/api/v2/tickets/1").json()["ticket"]["updated_at"]
    clock.advance(seconds=1)
    theirs = change(desk, 1, priority="urgent")["ticket"]
    mine = {"status": "solved", "comment": {"body": "Done"}, "safe_update": True, "updated_stamp": stamp}
    answer = desk.put("/api/v2/tickets/1", json={"ticket": mine})
    assert (answer.status_code, answer.json()["error"]) == (409, "UpdateConflict")
    assert desk.get("/api/v2/tickets/1").json()["ticket"] == theirs
    again = desk.put("/api/v2/tickets/1", json={"ticket": {**mine, "updated_stamp": theirs["updated_at"]}})
    assert again.json()["ticket"]["status"] == "solved"


def test_a_safe_update_needs_its_stamp(desk: TestClient) -> None:
    answer = desk.put("/api/v2/tickets/1", json={"ticket": {"status": "solved", "safe_update": True}})
    assert answer.status_code == 400


def test_an_assigned_ticket_is_no_longer_new_and_brings_the_agents_group(desk: TestClient) -> None:
    ticket_id = create(desk)["ticket"]["id"]
    ticket = change(desk, ticket_id, assignee_id=BEN)["ticket"]
    assert (ticket["status"], ticket["group_id"]) == ("open", FRONT)


def test_a_ticket_given_to_another_group_lets_go_of_who_is_not_in_it(desk: TestClient) -> None:
    ticket_id = create(desk, assignee_id=ADA)["ticket"]["id"]
    assert change(desk, ticket_id, group_id=BACK)["ticket"]["assignee_id"] is None
    change(desk, ticket_id, assignee_id=BEN, group_id=FRONT)
    assert change(desk, ticket_id, group_id=BACK)["ticket"]["assignee_id"] == BEN


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "sleeping"},
        {"priority": "very"},
        {"assignee_id": DAN},
        {"assignee_id": 999_999},
        {"group_id": 999_999},
        {"requester_id": 999_999},
        {"organization_id": 999_999},
        {"custom_fields": [{"id": 41, "value": "no such option"}]},
        {"comment": {"body": "   "}},
        {"comment": {"body": "hi", "uploads": ["never-heard-of"]}},
        {"comment": {"body": "hi", "author_id": 999_999}},
        {"due_at": "tomorrow"},
    ],
)
def test_what_makes_no_sense_is_refused_whole(desk: TestClient, fields: Json) -> None:
    before = desk.get("/api/v2/tickets/1").json()
    answer = desk.put("/api/v2/tickets/1", json={"ticket": {"subject": "Must not stick", **fields}})
    assert answer.status_code == 422, answer.text
    assert (answer.json()["error"], bool(answer.json()["details"])) == ("RecordInvalid", True)
    assert desk.get("/api/v2/tickets/1").json() == before


def test_custom_fields_are_merged_and_unknown_ones_left_out(desk: TestClient) -> None:
    ticket = change(desk, 1, custom_fields=[{"id": 41, "value": "dns"}, {"id": 4_040, "value": "?"}])["ticket"]
    assert ticket["custom_fields"] == ticket["fields"] == [{"id": 41, "value": "dns"}]


def test_keys_that_mean_nothing_are_named_in_a_warning(desk: TestClient) -> None:
    answer = desk.put("/api/v2/tickets/1", json={"ticket": {"id": 7, "nonsense": 1, "priority": "low"}})
    assert answer.status_code == 200
    assert answer.headers["x-zendesk-api-warn"] == "Removed restricted keys 'id nonsense' from parameters"


def test_metadata_lands_in_the_audit_and_with_the_comment(desk: TestClient) -> None:
    answer = change(desk, 1, comment={"body": "hi"}, metadata={"custom": {"key": "abc"}})
    assert answer["audit"]["metadata"]["custom"] == {"key": "abc"}
    assert comments(desk, 1)[-1]["metadata"]["custom"] == {"key": "abc"}


def test_html_only_comments_get_a_readable_text(desk: TestClient) -> None:
    markup = "<style>p{}</style><p>One<br>two</p><script>alert(1)</script><p>three &amp; four</p>"
    change(desk, 1, comment={"html_body": markup})
    last = comments(desk, 1)[-1]
    assert (last["body"], last["html_body"]) == ("One\ntwo\nthree & four", markup)


def test_tags_are_set_added_and_removed(desk: TestClient) -> None:
    tags = "/api/v2/tickets/1/tags.json"
    assert desk.post(tags, json={"tags": ["A", "b"]}).json() == {"tags": ["a", "b"]}
    assert desk.put(tags, json={"tags": ["c"]}).json() == {"tags": ["a", "b", "c"]}
    assert desk.request("DELETE", tags, json={"tags": ["A", "zz"]}).json() == {"tags": ["b", "c"]}
    stale = {"tags": ["d"], "safe_update": True, "updated_stamp": "2020-01-01T00:00:00Z"}
    assert desk.put(tags, json=stale).status_code == 409
    assert desk.get(tags).json() == {"tags": ["b", "c"]}


def test_a_reply_achieves_the_first_reply_and_solving_the_rest(desk: TestClient) -> None:
    def stages() -> dict[str, str]:
        ticket = desk.get("/api/v2/tickets/1", params={"include": "slas"}).json()["ticket"]
        return {each["metric"]: each["stage"] for each in ticket["slas"]["policy_metrics"]}

    assert stages()["first_reply_time"] == "active"
    change(desk, 1, comment={"body": "On it", "public": True})
    assert (stages()["first_reply_time"], stages()["total_resolution_time"]) == ("achieved", "active")
    change(desk, 1, status="solved")
    assert stages()["total_resolution_time"] == "achieved"


def test_many_updates_report_each_ones_fate_and_undo_only_the_refused(desk: TestClient) -> None:
    change(desk, 2, status="closed")
    answer = desk.put(
        "/api/v2/tickets/update_many",
        json={"tickets": [{"id": 1, "priority": "low"}, {"id": 2, "priority": "low"}, {"id": 99, "status": "open"}]},
    )
    job = answer.json()["job_status"]
    assert [(each["id"], each["success"]) for each in job["results"]] == [(1, True), (2, False), (99, False)]
    assert desk.get("/api/v2/tickets/1").json()["ticket"]["priority"] == "low"
    assert desk.get(f"/api/v2/job_statuses/{job['id']}").json()["job_status"] == job


def test_one_change_for_many_adds_and_removes_tags(desk: TestClient) -> None:
    change(desk, 1, tags=["x", "y"])
    body = {"ticket": {"additional_tags": ["Z"], "remove_tags": ["x"]}}
    assert desk.put("/api/v2/tickets/update_many", params={"ids": "1,2"}, json=body).status_code == 200
    assert desk.get("/api/v2/tickets/1").json()["ticket"]["tags"] == ["y", "z"]


def test_a_merge_closes_the_sources_with_a_comment_and_says_so_in_the_target(desk: TestClient) -> None:
    source = create(desk, requester_id=DAN)["ticket"]["id"]
    answer = desk.post(
        "/api/v2/tickets/1/merge",
        json={"ids": [source], "target_comment": "Same thing", "source_comment": "See #1"},
    )
    assert answer.json()["job_status"]["status"] == "completed"
    assert desk.get(f"/api/v2/tickets/{source}").json()["ticket"]["status"] == "closed"
    assert (comments(desk, source)[-1]["body"], comments(desk, 1)[-1]["body"]) == ("See #1", "Same thing")
    assert comments(desk, source)[-1]["public"] is False
    full = desk.get(f"/api/agentconsole/v1/tickets/{source}/full").json()["tickets"][0]
    assert full["merged_into_id"] == 1


def test_a_ticket_is_not_merged_into_itself_or_into_nothing(desk: TestClient) -> None:
    assert desk.post("/api/v2/tickets/1/merge", json={"ids": [1]}).status_code == 422
    assert desk.post("/api/v2/tickets/1/merge", json={"ids": [2, 77]}).status_code == 404
    assert desk.get("/api/v2/tickets/2").json()["ticket"]["status"] != "closed"


def test_a_deleted_ticket_is_gone_from_lists_comes_as_a_tombstone_and_can_be_restored(
    desk: TestClient, either: Database
) -> None:
    admin = client_of(either, "ada-token")
    before = desk.get("/api/v2/tickets/1").json()["ticket"]
    assert desk.delete("/api/v2/tickets/1").status_code == 204
    assert desk.get("/api/v2/tickets/1").status_code == 404
    assert 1 not in [each["id"] for each in desk.get("/api/v2/tickets").json()["tickets"]]
    deleted = desk.get("/api/v2/deleted_tickets").json()["deleted_tickets"]
    assert (deleted[0]["id"], deleted[0]["actor"]["name"]) == (1, "Ben Bell")
    stream = admin.get("/api/v2/incremental/tickets/cursor", params={"start_time": 0}).json()["tickets"]
    assert {each["id"]: each["status"] for each in stream}[1] == "deleted"
    assert desk.put("/api/v2/deleted_tickets/1/restore").json() == {}
    assert desk.get("/api/v2/tickets/1").json()["ticket"]["status"] == before["status"]


def test_a_purged_ticket_keeps_nothing_but_its_number(desk: TestClient, either: Database) -> None:
    admin = client_of(either, "ada-token")
    desk.delete("/api/v2/tickets/2")
    assert desk.delete("/api/v2/deleted_tickets/2").status_code == 403
    assert admin.delete("/api/v2/deleted_tickets/2").json()["job_status"]["results"][0]["success"] is True
    full = admin.get("/api/agentconsole/v1/tickets/2/full").json()
    assert (full["tickets"][0]["subject"], full["tickets"][0]["status"]) == ("SCRUBBED", "deleted")
    assert {each["body"] for each in full["comments"]} == {"X"}
