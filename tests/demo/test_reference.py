"""The desk's furniture: contacts, service levels, schedules, articles and files."""

import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agentconsole.demo.attachments import pool
from agentconsole.demo.timing import holidays
from agentconsole.demo.world import World

SAMPLE = (
    *("partner-support", "urgent", "onboarding", "portal-support", "app-dev", "payments", "erp", "pci", "commissions"),
    *("billing-resolution", "partner-pr", "rfp-support", "faculty", "tech-writing", "legal-mediation", "dpa", "cto"),
    *("advisory", "test-strategy", "manager-partners-mea", "support-anz", "partner-summit", "podcast", "privacy"),
    *("tamLatAm", "nameAPAC"),
)
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def reference() -> dict[str, list[dict[str, Any]]]:
    return dict(World(200, 7, NOW).reference())


def test_the_directory_is_complete(reference: dict[str, list[dict[str, Any]]]) -> None:
    contacts = reference["contacts"]
    details = {contact["details"] for contact in contacts}
    for local in SAMPLE:
        assert f"{local}@store.icu" in details
    assert {"+1-888-SECURITY", "+1-800-PARTNER (Option 2)", "+65-800-STOREICU", "https://status.store.icu"} <= details
    assert len(contacts) >= 140
    assert {contact["method"] for contact in contacts} == {"email", "phone", "web", "chat"}
    assert sum(contact["executive"] for contact in contacts) == 5
    assert sum(contact["emergency"] for contact in contacts) >= 6
    assert any("456 Retail Avenue" in (contact["address"] or "") for contact in contacts)
    for contact in contacts:
        if contact["time_zone"]:
            ZoneInfo(contact["time_zone"])
        assert not contact["executive"] or contact["when"]


def test_service_levels_cover_each_tier_and_priority(reference: dict[str, list[dict[str, Any]]]) -> None:
    for policy in reference["sla_policies"]:
        metrics = policy["policy_metrics"]
        for priority in ("urgent", "high", "normal", "low"):
            kinds = {metric["metric"] for metric in metrics if metric["priority"] == priority}
            assert {"first_reply_time", "next_reply_time"} < kinds
    first = {policy["title"]: policy["policy_metrics"][0] for policy in reference["sla_policies"]}
    assert (first["Platinum partners"]["target"], first["Platinum partners"]["business_hours"]) == (60, False)
    assert (first["Gold partners"]["target"], first["Gold partners"]["business_hours"]) == (240, True)
    assert first["Standard partners"]["business_hours"] is True


def test_schedules_name_real_zones_and_keep_to_one_day(reference: dict[str, list[dict[str, Any]]]) -> None:
    assert len(reference["schedules"]) == 5
    for schedule in reference["schedules"]:
        ZoneInfo(schedule["time_zone"])
        for interval in schedule["intervals"]:
            assert interval["start_time"] // 1440 == (interval["end_time"] - 1) // 1440
    years = {holiday["start_date"][:4] for holiday in reference["holidays"]}
    assert years == {"2026", "2027"}


def test_movable_holidays_fall_on_their_days() -> None:
    assert ("Easter Monday", date(2026, 4, 6)) in holidays("eu", 2026)
    assert ("Thanksgiving", date(2026, 11, 26)) in holidays("na", 2026)
    assert ("Memorial Day", date(2027, 5, 31)) in holidays("na", 2027)
    assert ("Carnival Tuesday", date(2027, 2, 9)) in holidays("latam", 2027)
    assert ("Lunar New Year", date(2027, 2, 6)) in holidays("apac", 2027)


def test_articles_macros_views_and_notices_are_there(reference: dict[str, list[dict[str, Any]]]) -> None:
    assert len(reference["articles"]) >= 60
    assert len({article["title"] for article in reference["articles"]}) == len(reference["articles"])
    assert len(reference["macros"]) >= 14
    assert len(reference["views"]) >= 8
    groups = {str(row["id"]) for row in reference["groups"]}
    for macro in reference["macros"]:
        assert all(a["value"] in groups for a in macro["actions"] if a["field"] == "group_id")
    maintenance = [a for a in reference["announcements"] if a["kind"] == "maintenance"]
    assert datetime.fromisoformat(maintenance[0]["starts_at"]) > NOW + timedelta(days=1)
    (summary,) = reference["status_summary"]
    assert [c["name"] for c in summary["components"] if c["status"] != "operational"] == ["API and webhooks"]


def test_pictures_decode_and_papers_point_at_their_objects() -> None:
    files = pool()
    assert len(files) == 30
    for file in files:
        if file.content_type == "image/png":
            start = file.content.index(b"IDAT") + 4
            size = int.from_bytes(file.content[start - 8 : start - 4], "big")
            assert len(zlib.decompress(file.content[start : start + size])) == 300 * (480 * 3 + 1)
        if file.content_type == "application/pdf":
            at = int(file.content.split(b"startxref\n")[1].split()[0])
            assert file.content[at : at + 4] == b"xref"
    assert files == pool()
