"""Fields, policies, schedules, articles, ratings: what an account is set up with and what others say of it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from agentconsole.server.database import Database
from agentconsole.server.routes.help_center import snippet
from agentconsole.server.schema import audits, job_statuses, tickets
from tests.support.account import BEN


def test_ticket_fields_bring_their_options(ben: TestClient) -> None:
    fields = ben.get("/api/v2/ticket_fields.json").json()["ticket_fields"]
    assert [(field["id"], field["type"]) for field in fields] == [(41, "tagger")]
    assert fields[0]["custom_field_options"] == [{"id": 1, "name": "DNS", "value": "dns"}]
    assert ben.get("/api/v2/ticket_fields/41").json()["ticket_field"]["title"] == "Area"


def test_policies_are_for_admins(ada: TestClient, ben: TestClient) -> None:
    policies = ada.get("/api/v2/slas/policies.json").json()["sla_policies"]
    assert [policy["title"] for policy in policies] == ["Platinum", "Everyone"]
    assert ada.get("/api/v2/slas/policies/81").json()["sla_policy"]["filter"]["all"][0]["value"] == "platinum"
    assert ben.get("/api/v2/slas/policies").status_code == 403


def test_schedules_and_their_holidays(ben: TestClient) -> None:
    schedules = ben.get("/api/v2/business_hours/schedules.json").json()["schedules"]
    assert (schedules[0]["time_zone"], schedules[0]["intervals"][0]) == (
        "Berlin",
        {"start_time": 1980, "end_time": 2460},
    )
    holidays = ben.get("/api/v2/business_hours/schedules/71/holidays.json").json()["holidays"]
    assert holidays == [{"id": 72, "name": "Winter", "start_date": "2026-12-24", "end_date": "2026-12-26"}]
    assert ben.get("/api/v2/business_hours/schedules/9/holidays").status_code == 404


def test_articles_are_found_with_a_snippet(ben: TestClient) -> None:
    body = ben.get("/api/v2/help_center/articles/search.json", params={"query": "dns ttl"}).json()
    assert (body["count"], body["page"], body["page_count"]) == (1, 1, 1)
    assert body["results"][0]["snippet"] == "Wait for the <em>TTL</em> to pass."
    assert ben.get("/api/v2/help_center/en-us/articles/91.json").json()["article"]["title"] == "How DNS records travel"
    assert ben.get("/api/v2/help_center/de/articles/91.json").status_code == 404


def test_a_snippet_is_safe_html() -> None:
    body = "<p>1 &lt; 2 &amp; <b>script</b> &lt;script&gt;</p>"
    assert snippet(body, ["script"]) == "1 &lt; 2 &amp; <em>script</em> &lt;<em>script</em>&gt;"


def test_ratings_are_listed_for_admins(ada: TestClient, ben: TestClient) -> None:
    ratings = ada.get("/api/v2/satisfaction_ratings", params={"score": "received_with_comment"}).json()
    assert [(each["ticket_id"], each["comment"]) for each in ratings["satisfaction_ratings"]] == [(3, "Quick!")]
    assert ada.get("/api/v2/satisfaction_ratings", params={"score": "bad"}).json()["count"] == 0
    assert ben.get("/api/v2/satisfaction_ratings").status_code == 403


def test_only_the_requester_rates_and_only_what_is_solved(loaded: Database, ben: TestClient) -> None:
    body = {"satisfaction_rating": {"score": "bad", "comment": "Slow"}}
    assert ben.post("/api/v2/tickets/3/satisfaction_rating", json=body).status_code == 403
    with loaded.write() as tx:
        tx.change(tickets, 1, requester_id=BEN)
        tx.change(tickets, 3, requester_id=BEN)
    assert ben.post("/api/v2/tickets/1/satisfaction_rating", json=body).status_code == 422
    rating = ben.post("/api/v2/tickets/3/satisfaction_rating.json", json=body).json()["satisfaction_rating"]
    assert (rating["score"], rating["comment"], rating["ticket_id"]) == ("bad", "Slow", 3)
    with loaded.read() as db:
        ticket = db.execute(select(tickets).where(tickets.c.id == 3)).one()
        latest = db.execute(select(audits).where(audits.c.ticket_id == 3).order_by(audits.c.id.desc())).first()
    assert (ticket.satisfaction_score, ticket.satisfaction_comment, ticket.satisfaction_id) == (
        "bad",
        "Slow",
        rating["id"],
    )
    assert latest is not None
    assert '"previous_value":"good"' in latest.events


def test_readers_may_not_rate(cleo: TestClient) -> None:
    body = {"satisfaction_rating": {"score": "good"}}
    assert cleo.post("/api/v2/tickets/3/satisfaction_rating", json=body).status_code == 403


def test_jobs_are_shown_to_those_who_started_them(loaded: Database, ada: TestClient, ben: TestClient) -> None:
    with loaded.write() as tx:
        tx.db.execute(
            insert(job_statuses).values(
                id="V3-1",
                user_id=BEN,
                job_type="Bulk Update Ticket",
                status="completed",
                total=1,
                progress=1,
                results='[{"id":1,"success":true}]',
                created_at=tx.at,
            )
        )
    assert ben.get("/api/v2/job_statuses/V3-1.json").json()["job_status"]["results"] == [{"id": 1, "success": True}]
    assert ben.get("/api/v2/job_statuses").json()["count"] == 1
    assert ben.get("/api/v2/job_statuses/show_many", params={"ids": "V3-1,V3-2"}).json()["count"] == 1
    assert ada.get("/api/v2/job_statuses/V3-1").status_code == 404


@pytest.mark.parametrize(
    "path", ["ticket_fields/9", "satisfaction_ratings/9", "slas/policies/9", "help_center/articles/9"]
)
def test_what_is_not_there_is_not_found(ada: TestClient, path: str) -> None:
    assert ada.get(f"/api/v2/{path}").json() == {"error": "RecordNotFound", "description": "Not found"}
